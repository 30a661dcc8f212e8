#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/json.h"
#include "common/log.h"

/* What f writes to standard error, NUL-terminated. */
static size_t
capture(void (*f)(void), char *out, size_t size)
{
	int saved = dup(STDERR_FILENO), fds[2];
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	assert_true(dup2(fds[1], STDERR_FILENO) != -1);
	f();
	assert_true(dup2(saved, STDERR_FILENO) != -1);
	n = read(fds[0], out, size - 1);
	out[n < 0 ? 0 : n] = '\0';
	close(fds[0]);
	close(fds[1]);
	close(saved);
	return strlen(out);
}

static void
write_awkward(void)
{
	log_set_request("abc-123");
	log_warn("quote \" backslash \\ newline \n tab \t umlaut ä %d", 7);
	log_set_request("");
}

static void
test_line_is_json(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	char line[4096];
	size_t len;
	cJSON *tree;

	(void)state;
	log_open("forms", LOG_INFO);
	len = capture(write_awkward, line, sizeof(line));
	assert_int_equal(line[len - 1], '\n');
	assert_null(memchr(line, '\n', len - 1));
	assert_int_equal(
	    json_parse(&a, line, len, &json_limits_request, &tree, &err), 0);
	assert_string_equal(json_string(tree, "program"), "forms");
	assert_string_equal(json_string(tree, "level"), "warn");
	assert_string_equal(json_string(tree, "request"), "abc-123");
	assert_string_equal(json_string(tree, "msg"),
	    "quote \" backslash \\ newline \n tab \t umlaut ä 7");
	assert_int_equal(strlen(json_string(tree, "time")),
	    strlen("2026-11-22T02:00:00.123Z"));
	arena_free(&a);
}

static void
write_debug(void)
{
	log_debug("not wanted");
}

static void
test_level(void **state)
{
	char line[4096];

	(void)state;
	log_open("forms", LOG_INFO);
	assert_int_equal(capture(write_debug, line, sizeof(line)), 0);
	log_open("forms", LOG_DEBUG);
	assert_true(capture(write_debug, line, sizeof(line)) > 0);
}

static void
write_long(void)
{
	char text[3000];

	memset(text, '"', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_error("%s", text);
}

/* Cut, but still a whole line and JSON. */
static void
test_long_text(void **state)
{
	struct arena a = {0};
	struct err err = {0};
	char line[8192];
	size_t len;
	cJSON *tree;

	(void)state;
	len = capture(write_long, line, sizeof(line));
	assert_int_equal(
	    json_parse(&a, line, len, &json_limits_request, &tree, &err), 0);
	assert_true(strlen(json_string(tree, "msg")) > 400);
	arena_free(&a);
}

static void
test_request_id_is_cut(void **state)
{
	char id[200];

	(void)state;
	memset(id, 'a', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	log_set_request(id);
	assert_int_equal(strlen(log_request()), 63);
	log_set_request("");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_line_is_json),
	    cmocka_unit_test(test_level),
	    cmocka_unit_test(test_long_text),
	    cmocka_unit_test(test_request_id_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
