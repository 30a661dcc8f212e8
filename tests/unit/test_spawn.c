#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/spawn.h"

static const struct spawn_limits limits = {
    .timeout_ms = 5000, .memory = 1 << 30, .out_max = 4 << 20};

static char dir[] = "/tmp/torhaus-spawn-XXXXXX";

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	return rmdir(dir);
}

/* Runs a shell script as the filter. */
static int
run(const char *script, const char *in, size_t len,
    const struct spawn_limits *l, struct buf *out, struct err *err)
{
	struct arena a = {0};
	const char *path = arena_printf(&a, "%s/filter", dir);
	FILE *f = fopen(path, "w");
	int rc;

	assert_non_null(f);
	assert_true(fprintf(f, "#!/bin/sh\n%s\n", script) > 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0700), 0);
	rc = spawn_filter(path, in, len, l, out, err);
	assert_int_equal(unlink(path), 0);
	arena_free(&a);
	return rc;
}

static void
test_large_both_ways(void **state)
{
	size_t len = 3 << 20;
	char *in = malloc(len);
	struct err err = {0};
	struct buf out;

	(void)state;
	for (size_t i = 0; i < len; i++)
		in[i] = (char)(i * 7);
	buf_init(&out, len);
	if (run("exec cat", in, len, &limits, &out, &err) == -1)
		fail_msg("%s", err.msg);
	assert_int_equal(out.len, len);
	assert_memory_equal(out.data, in, len);
	buf_free(&out);
	free(in);
}

static void
test_reads_nothing(void **state)
{
	size_t len = 1 << 20;
	char *in = calloc(1, len);
	struct err err = {0};
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(run("echo done", in, len, &limits, &out, &err), 0);
	assert_string_equal(buf_text(&out), "done\n");
	buf_free(&out);
	free(in);
}

static void
test_environment(void **state)
{
	struct err err = {0};
	struct buf out;

	(void)state;
	assert_int_equal(setenv("TORHAUS_SECRET", "x", 1), 0);
	assert_int_equal(setenv("FONTCONFIG_FILE", "/fonts", 1), 0);
	buf_init(&out, 10000);
	assert_int_equal(run("cat /proc/self/environ; ls /proc/self/fd",
	    "", 0, &limits, &out, &err), 0);
	assert_non_null(memmem(out.data, out.len, "LANG=C.UTF-8", 12));
	assert_non_null(
	    memmem(out.data, out.len, "FONTCONFIG_FILE=/fonts", 22));
	assert_null(memmem(out.data, out.len, "SECRET", 6));
	buf_free(&out);
}

static const struct {
	const char *name, *script;
	enum err_code code;
	const char *msg;
} cases[] = {
    {"bad input", "exit 65", ERR_MEDIA_TYPE, "refused its input"},
    {"failure", "exit 3", ERR_INTERNAL, "exit status 3"},
    {"crash", "kill -SEGV $$", ERR_INTERNAL, "signal 11"},
    {"no answer in time", "exec sleep 20", ERR_INTERNAL, "not done in"},
    {"closes, but stays", "exec 0<&- 1>&-; exec sleep 20", ERR_INTERNAL,
	"did not end"},
    {"endless answer", "exec yes", ERR_INTERNAL, "answer over"},
};

static void
test_failures(void **state)
{
	static const struct spawn_limits tight = {
	    .timeout_ms = 700, .memory = 1 << 30, .out_max = 100000};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct err err = {0};
		struct buf out;

		buf_init(&out, 1 << 20);
		assert_int_equal(run(cases[i].script, "x", 1, &tight, &out,
		    &err), -1);
		if (err.code != cases[i].code ||
		    strstr(err.msg, cases[i].msg) == NULL)
			fail_msg("%s: %s %s", cases[i].name,
			    err_wire(err.code), err.msg);
		buf_free(&out);
	}
}

static void
test_missing_program(void **state)
{
	struct err err = {0};
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(
	    spawn_filter("/nowhere/x", "", 0, &limits, &out, &err), -1);
	assert_string_equal(err.msg, "/nowhere/x cannot be run");
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_large_both_ways),
	    cmocka_unit_test(test_reads_nothing),
	    cmocka_unit_test(test_environment),
	    cmocka_unit_test(test_failures),
	    cmocka_unit_test(test_missing_program),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
