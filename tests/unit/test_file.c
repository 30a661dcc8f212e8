#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "common/file.h"

static void
test_file_read(void **state)
{
	char path[] = "/tmp/torhaus-file-XXXXXX";
	struct arena a = {0};
	struct err err = {0};
	int fd = mkstemp(path);
	size_t len;
	char *text;

	(void)state;
	assert_int_equal(write(fd, "a\0bc", 4), 4);
	assert_int_equal(close(fd), 0);
	assert_int_equal(file_read(&a, path, 4, &text, &len, &err), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(text, "a\0bc", 5);
	assert_int_equal(file_read(&a, path, 3, &text, &len, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(file_read(&a, path, 3, &text, &len, &err), 0);
	assert_string_equal(text, "");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(file_read(&a, path, 3, &text, &len, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	arena_free(&a);
}

/* Neither a folder nor a pipe that would have us wait. */
static void
test_not_regular(void **state)
{
	char path[] = "/tmp/torhaus-file-XXXXXX";
	struct arena a = {0};
	struct err err = {0};
	size_t len;
	char *text;

	(void)state;
	assert_non_null(mkdtemp(path));
	assert_int_equal(file_read(&a, path, 9, &text, &len, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(file_read(&a, path, 9, &text, &len, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(unlink(path), 0);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_file_read),
	    cmocka_unit_test(test_not_regular),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
