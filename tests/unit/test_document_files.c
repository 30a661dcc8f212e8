#include <dirent.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/buf.h"
#include "common/date.h"
#include "common/document_files.h"

static char dir[] = "/tmp/test_document_files.XXXXXX";
static struct crypto_key key;

static int
setup(void **state)
{
	(void)state;
	crypto_random(key.byte, sizeof(key.byte));
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	(void)state;
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int count_of; /* regular files below dir */

static int
count_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)ftw;
	count_of += flag == FTW_F;
	return 0;
}

static int
count_files(void)
{
	count_of = 0;
	assert_int_equal(nftw(dir, count_one, 16, FTW_PHYS), 0);
	return count_of;
}

static int
collect(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

static struct id
store(const char *text)
{
	struct document_file_info info;
	struct document_file *f;
	struct id id = id_uuid7();
	uint8_t sha256[CRYPTO_DIGEST_LEN];
	struct err err;

	assert_int_equal(document_file_new(dir, 7, &id, &key, &f, &err), 0);
	assert_int_equal(document_file_put(f, text, strlen(text), &err), 0);
	assert_int_equal(document_file_commit(f, &info, &err), 0);
	crypto_sha256(text, strlen(text), sha256);
	assert_memory_equal(info.sha256, sha256, sizeof(sha256));
	assert_int_equal(info.size, strlen(text));
	assert_int_equal(document_file_check(
	    dir, 7, &id, &key, info.cipher_sha256, &err), 0);
	return id;
}

static void
test_life(void **state)
{
	struct buf out;
	struct err err;
	struct id id = store("hello"), other = id_uuid7();

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(
	    document_file_read(dir, 7, &id, &key, collect, &out, &err), 0);
	assert_string_equal(buf_text(&out), "hello");
	assert_int_equal(
	    document_file_read(dir, 8, &id, &key, collect, &out, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(
	    document_file_read(dir, 7, &other, &key, collect, &out, &err), -1);
	assert_int_equal(document_file_remove(dir, 7, &id, &err), 0);
	assert_int_equal(document_file_remove(dir, 7, &id, &err), 0);
	assert_int_equal(document_file_remove(dir, 9, &id, &err), 0);
	assert_int_equal(count_files(), 0);
	buf_free(&out);
}

static void
test_abort(void **state)
{
	struct document_file *f;
	struct id id = id_uuid7();
	struct err err;

	(void)state;
	assert_int_equal(document_file_new(dir, 7, &id, &key, &f, &err), 0);
	assert_int_equal(document_file_put(f, "half", 4, &err), 0);
	assert_int_equal(count_files(), 1);
	document_file_abort(f);
	document_file_abort(NULL);
	assert_int_equal(count_files(), 0);
	assert_int_equal(document_file_new(
	    "/no/such/folder", 7, &id, &key, &f, &err), -1);
	assert_int_equal(err.code, ERR_IO);
}

/* What the disk holds is told by a limit on the size of files. */
static void
test_disk_full(void **state)
{
	static const char much[100000];
	struct rlimit limit, small;
	struct document_file_info info;
	struct document_file *f;
	struct id id = id_uuid7();
	struct err err = {0};

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = 70000;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(document_file_new(dir, 7, &id, &key, &f, &err), 0);
	assert_int_equal(document_file_put(f, much, sizeof(much), &err), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(document_file_commit(f, &info, &err), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(err.code, ERR_IO); /* EFBIG; ENOSPC: crypto_file */
	assert_int_equal(count_files(), 0);
}

struct wanted {
	struct id id;
	int calls, fails;
};

static int
is_wanted(void *arg, uint32_t town_id, const struct id *id, bool *out,
    struct err *err)
{
	struct wanted *w = arg;

	assert_int_equal(town_id, 7);
	w->calls++;
	*out = id_equal(id, &w->id);
	if (w->fails)
		return err_set(err, ERR_DB_UNAVAILABLE, "no database");
	return 0;
}

static void
test_sweep(void **state)
{
	struct document_file *torso;
	struct id half = id_uuid7();
	struct wanted wanted = {.id = store("wanted")};
	struct document_sweep sweep = {
	    .is_wanted = is_wanted, .arg = &wanted};
	int64_t now = date_now_ms() / 1000;
	char foreign[100];
	struct err err;
	FILE *file;

	(void)state;
	(void)store("orphan");
	assert_int_equal(
	    document_file_new(dir, 7, &half, &key, &torso, &err), 0);
	(void)snprintf(foreign, sizeof(foreign), "%s/7/README", dir);
	assert_non_null(file = fopen(foreign, "w"));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(count_files(), 4);

	/* Young things stay. */
	assert_int_equal(document_files_sweep(dir, now, false, &sweep, &err), 0);
	assert_int_equal(wanted.calls, 0);
	assert_int_equal(count_files(), 4);
	/* After an hour the torso goes. */
	assert_int_equal(
	    document_files_sweep(dir, now + 3700, false, &sweep, &err), 0);
	assert_int_equal(sweep.parts, 1);
	assert_int_equal(sweep.orphans, 0);
	assert_int_equal(count_files(), 3);
	/* Without a database nothing goes. */
	wanted.fails = 1;
	assert_int_equal(
	    document_files_sweep(dir, now + 90000, false, &sweep, &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
	assert_int_equal(count_files(), 3);
	wanted.fails = 0;
	/* So old that it was looked at before: only by a whole sweep. */
	assert_int_equal(document_files_sweep(
	    dir, now + 9 * 86400, false, &sweep, &err), 0);
	assert_int_equal(count_files(), 3);
	assert_int_equal(
	    document_files_sweep(dir, now + 90000, false, &sweep, &err), 0);
	assert_int_equal(sweep.orphans, 1);
	assert_int_equal(count_files(), 2);
	assert_int_equal(
	    document_file_remove(dir, 7, &wanted.id, &err), 0);
	assert_int_equal(
	    document_files_sweep("/no/such/folder", now, false, &sweep, &err), 0);
	document_file_abort(torso);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_disk_full),
		cmocka_unit_test(test_sweep),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
