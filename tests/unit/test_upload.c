/* links: documents/upload documents/media_type */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/buf.h"
#include "common/document_files.h"
#include "documents/upload.h"

static char dir[] = "/tmp/test_upload.XXXXXX";
static struct config config;
static struct app app = {.config = &config};
static struct crypto_key key;

static int
setup(void **state)
{
	(void)state;
	crypto_random(key.byte, sizeof(key.byte));
	config.documents_dir = dir;
	config.libexec_dir = "/no/such/folder";
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

static int files;

static int
count_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)ftw;
	files += flag == FTW_F;
	return 0;
}

static int
count_files(void)
{
	files = 0;
	assert_int_equal(nftw(dir, count_one, 16, FTW_PHYS), 0);
	return files;
}

#define PDF "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
#define JPEG "\xff\xd8\xff\xe1\0\x0a" "http:SEC\xff\xdb\0\4qt\xff\xda\0\4ss"
#define JPEG_CLEAN "\xff\xd8\xff\xdb\0\4qt\xff\xda\0\4ss"
#define HEIC "\0\0\0\x18" "ftypheic\0\0\0\0mif1heic"

static const char *const photos[] = {"image/jpeg"};

static const struct {
	const char *name, *start; /* then filled up to size */
	size_t start_len, size;
	bool strip;
	const char *const *accept;
	size_t naccept;
	enum upload_refusal want;
	size_t stored; /* bytes */
} cases[] = {
	{"pdf", PDF, sizeof(PDF) - 1, 30000, false, NULL, 0, UPLOAD_FINE,
	    30000},
	{"small pdf", PDF, sizeof(PDF) - 1, sizeof(PDF) - 1, false, NULL, 0,
	    UPLOAD_FINE, sizeof(PDF) - 1},
	{"as large as the head", PDF, sizeof(PDF) - 1, 4096, false, NULL, 0,
	    UPLOAD_FINE, 4096},
	{"one more", PDF, sizeof(PDF) - 1, 4097, false, NULL, 0, UPLOAD_FINE,
	    4097},
	{"at the limit", PDF, sizeof(PDF) - 1, 100000, false, NULL, 0,
	    UPLOAD_FINE, 100000},
	{"over the limit", PDF, sizeof(PDF) - 1, 100001, false, NULL, 0,
	    UPLOAD_TOO_LARGE, 0},
	{"far over the limit", PDF, sizeof(PDF) - 1, 1000000, false, NULL, 0,
	    UPLOAD_TOO_LARGE, 0},
	{"empty", "", 0, 0, false, NULL, 0, UPLOAD_EMPTY, 0},
	{"a program", "MZ\x90\0", 4, 5000, false, NULL, 0, UPLOAD_TYPE, 0},
	{"pdf where photos are asked for", PDF, sizeof(PDF) - 1, 5000, false,
	    photos, 1, UPLOAD_TYPE, 0},
	{"photo as it is", JPEG, sizeof(JPEG) - 1, 9000, false, photos, 1,
	    UPLOAD_FINE, 9000},
	/* an end mark is added */
	{"photo without metadata", JPEG, sizeof(JPEG) - 1, 9000, true, photos,
	    1, UPLOAD_FINE, 9000 - 12 + 2},
	{"pdf in a field that strips photos", PDF, sizeof(PDF) - 1, 9000, true,
	    NULL, 0, UPLOAD_FINE, 9000},
	{"damaged photo", "\xff\xd8\xff\xe1\0\1", 6, 9000, true, photos, 1,
	    UPLOAD_DAMAGED, 0},
	{"photo cut off within its head", "\xff\xd8\xff\xdb\xff\xff", 6, 900,
	    true, photos, 1, UPLOAD_DAMAGED, 0},
	{"no filter for this photo", HEIC, sizeof(HEIC) - 1, 9000, true,
	    photos, 1, UPLOAD_BROKEN, 0},
};

static int
collect(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

static void
run_case(size_t i, size_t piece)
{
	const struct upload_for target = {.town_id = 3,
	    .key = &key,
	    .accept = cases[i].accept,
	    .naccept = cases[i].naccept,
	    .strip_metadata = cases[i].strip,
	    .file_max = 100000,
	    .all_left = 150000};
	struct arena arena = {0};
	struct document d = {0};
	struct upload *u = upload_new(&app, &arena, &target, "../x.pdf");
	char *data = arena_alloc(&arena, cases[i].size + 1, 1);
	enum upload_refusal got;
	struct err err;
	struct buf out;

	memset(data, 'x', cases[i].size);
	memcpy(data, cases[i].start, cases[i].start_len);
	for (size_t at = 0; at < cases[i].size; at += piece)
		upload_put(u, data + at, piece < cases[i].size - at
		    ? piece : cases[i].size - at);
	got = upload_end(u, &d);
	if (got != cases[i].want)
		fail_msg("%s, by %zu: %s", cases[i].name, piece,
		    upload_code(got));
	if (got == UPLOAD_FINE) {
		buf_init(&out, 200000);
		assert_int_equal(document_file_read(
		    dir, 3, &d.id, &key, collect, &out, &err), 0);
		if (out.len != cases[i].stored ||
		    (size_t)d.size != cases[i].stored)
			fail_msg("%s, by %zu: %zu bytes", cases[i].name,
			    piece, out.len);
		assert_true(strncmp(d.name, "x.pdf", 5) == 0);
		assert_int_equal(document_file_remove(dir, 3, &d.id, &err), 0);
		buf_free(&out);
	}
	if (count_files() != 0)
		fail_msg("%s, by %zu: a torso", cases[i].name, piece);
	arena_free(&arena);
}

static void
test_cases(void **state)
{
	static const size_t pieces[] = {
	    1, 7, 4095, 4096, 4097, 8192, 65536, 10000000};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		for (size_t p = cases[i].size > 20000; p < nitems(pieces); p++)
			run_case(i, pieces[p]);
}

static void
test_sum(void **state)
{
	const struct upload_for target = {
	    .key = &key, .file_max = 1000, .all_left = 100};
	struct arena arena = {0};
	struct document d;
	struct upload *u = upload_new(&app, &arena, &target, "a");
	char data[200] = PDF;

	(void)state;
	upload_put(u, data, sizeof(data));
	assert_int_equal(upload_end(u, &d), UPLOAD_TOO_LARGE_ALL);
	arena_free(&arena);
}

/* Broken off: nothing stays. */
static void
test_abort(void **state)
{
	const struct upload_for target = {
	    .town_id = 3, .key = &key, .file_max = 100000, .all_left = 100000};
	struct arena arena = {0};
	struct upload *u = upload_new(&app, &arena, &target, "a");
	static char data[70000] = PDF;

	(void)state;
	upload_put(u, data, sizeof(data));
	assert_int_equal(count_files(), 1);
	upload_abort(u);
	assert_int_equal(count_files(), 0);
	upload_abort(NULL);
	arena_free(&arena);
}

/* A folder that cannot be written to is our fault, and told so. */
static void
test_no_store(void **state)
{
	const struct upload_for target = {
	    .town_id = 3, .key = &key, .file_max = 100000, .all_left = 100000};
	struct arena arena = {0};
	struct document d;
	struct upload *u;
	char data[5000] = PDF;

	(void)state;
	config.documents_dir = "/dev/null";
	u = upload_new(&app, &arena, &target, "a");
	upload_put(u, data, sizeof(data));
	assert_int_equal(upload_end(u, &d), UPLOAD_BROKEN);
	config.documents_dir = dir;
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_sum),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_no_store),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
