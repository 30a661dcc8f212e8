#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/crypto/crypto_file.h"
#include "common/buf.h"

static struct crypto_key key;
static struct id document;

static int
setup(void **state)
{
	(void)state;
	crypto_random(key.byte, sizeof(key.byte));
	document = id_random();
	return 0;
}

/* An unnamed file. */
static int
scratch(void)
{
	char path[] = "/tmp/test_crypto_file.XXXXXX";
	int fd = mkstemp(path);

	assert_int_not_equal(fd, -1);
	assert_int_equal(unlink(path), 0);
	return fd;
}

static uint8_t
pattern(size_t i)
{
	return (uint8_t)(i * 31 + i / 251);
}

struct stored {
	uint8_t sha256[CRYPTO_DIGEST_LEN], cipher_sha256[CRYPTO_DIGEST_LEN];
	int64_t size;
};

/* Writes n bytes of the pattern in pieces. */
static int
store(size_t n, size_t piece, struct stored *out)
{
	int fd = scratch();
	struct crypto_writer *w = crypto_writer_new(fd, &key, &document);
	uint8_t *data = malloc(n + 1);
	struct err err;

	assert_non_null(data);
	for (size_t i = 0; i < n; i++)
		data[i] = pattern(i);
	for (size_t at = 0; at < n; at += piece)
		assert_int_equal(crypto_writer_put(w, data + at,
		    piece < n - at ? piece : n - at, &err), 0);
	assert_int_equal(crypto_writer_end(
	    w, out->sha256, out->cipher_sha256, &out->size, &err), 0);
	crypto_writer_free(w);
	free(data);
	return fd;
}

static int
collect(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

/* Reads the file from its start; -1 with err on any failure. */
static int
load(int fd, const struct id *id, struct buf *out, struct err *err)
{
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	buf_reset(out);
	err_clear(err);
	return crypto_file_read(fd, &key, id, collect, out, err);
}

static const struct {
	size_t size, piece;
} sizes[] = {
	{0, 1}, {1, 1}, {15, 4}, {65535, 65535}, {65536, 65536}, {65536, 1000},
	{65537, 65537}, {131072, 8192}, {131072, 131072}, {300001, 7},
	{1000000, 300000}, {262117, 262117}, {262144, 9}, {524288, 524288},
};

static void
test_round_trip(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 2000000);
	for (size_t i = 0; i < nitems(sizes); i++) {
		uint8_t sha256[CRYPTO_DIGEST_LEN];
		struct stored stored;
		struct stat st;
		struct err err;
		int fd = store(sizes[i].size, sizes[i].piece, &stored);

		assert_int_equal(stored.size, sizes[i].size);
		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(
		    crypto_file_plain_size(st.st_size), sizes[i].size);
		assert_int_equal(load(fd, &document, &out, &err), 0);
		assert_int_equal(out.len, sizes[i].size);
		for (size_t j = 0; j < out.len; j++)
			if ((uint8_t)out.data[j] != pattern(j))
				fail_msg("byte %zu of %zu", j, out.len);
		crypto_sha256(buf_text(&out), out.len, sha256);
		assert_memory_equal(sha256, stored.sha256, sizeof(sha256));
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		assert_int_equal(crypto_file_check(
		    fd, &key, &document, stored.cipher_sha256, &err), 0);
		assert_int_equal(close(fd), 0);
	}
	buf_free(&out);
}

/* The digest of the file, from its definition. */
static void
test_digest(void **state)
{
	struct stored stored;
	uint8_t file[200], all[11 + 16 + 16 + 32], want[CRYPTO_DIGEST_LEN];
	int fd = store(100, 100, &stored);

	(void)state;
	assert_int_equal(pread(fd, file, sizeof(file), 0), 11 + 116 + 16);
	assert_memory_equal(file, "THD1", 4);
	memcpy(all, file, 11);
	memcpy(all + 11, file + 11 + 100, 16);
	memcpy(all + 27, file + 11 + 116, 16);
	memcpy(all + 43, stored.sha256, 32);
	crypto_sha256(all, sizeof(all), want);
	assert_memory_equal(want, stored.cipher_sha256, sizeof(want));
	assert_int_equal(close(fd), 0);
}

/* Each byte of a small file changed, and each length cut. */
static void
test_tampering(void **state)
{
	struct stored stored;
	struct buf out;
	struct err err;
	struct id other = id_random();
	int fd = store(50, 50, &stored);
	const off_t len = 11 + 50 + 16 + 16;

	(void)state;
	buf_init(&out, 1000);
	for (off_t i = 0; i < len; i++) {
		uint8_t byte, bad;

		assert_int_equal(pread(fd, &byte, 1, i), 1);
		bad = byte ^ 0x40;
		assert_int_equal(pwrite(fd, &bad, 1, i), 1);
		if (load(fd, &document, &out, &err) == 0 ||
		    err.code != ERR_CRYPTO)
			fail_msg("byte %ld changed", (long)i);
		assert_int_equal(pwrite(fd, &byte, 1, i), 1);
	}
	assert_int_equal(load(fd, &document, &out, &err), 0);
	assert_int_equal(load(fd, &other, &out, &err), -1);
	assert_int_equal(err.code, ERR_CRYPTO);
	stored.cipher_sha256[5] ^= 1;
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(crypto_file_check(
	    fd, &key, &document, stored.cipher_sha256, &err), -1);
	assert_int_equal(pwrite(fd, "x", 1, len), 1); /* one byte more */
	assert_int_equal(load(fd, &document, &out, &err), -1);
	for (off_t i = len - 1; i >= 0; i--) {
		assert_int_equal(ftruncate(fd, i), 0);
		if (load(fd, &document, &out, &err) == 0 ||
		    err.code != ERR_CRYPTO)
			fail_msg("cut to %ld", (long)i);
	}
	assert_int_equal(close(fd), 0);
	buf_free(&out);
}

#define STORED (CRYPTO_CHUNK_LEN + 16)

/* Whole chunks dropped, swapped, doubled: all show. */
static void
test_chunks(void **state)
{
	static uint8_t file[11 + 3 * STORED + 16];
	struct stored stored;
	struct buf out;
	struct err err;
	int fd = store(3 * CRYPTO_CHUNK_LEN, 65536, &stored);

	(void)state;
	buf_init(&out, 1000000);
	assert_int_equal(pread(fd, file, sizeof(file), 0), sizeof(file));
	/* the last data chunk dropped, the end mark kept */
	assert_int_equal(ftruncate(fd, 11 + 2 * STORED), 0);
	assert_int_equal(
	    pwrite(fd, file + 11 + 3 * STORED, 16, 11 + 2 * STORED), 16);
	assert_int_equal(load(fd, &document, &out, &err), -1);
	assert_int_equal(err.code, ERR_CRYPTO);
	/* all data dropped */
	assert_int_equal(ftruncate(fd, 11), 0);
	assert_int_equal(pwrite(fd, file + 11 + 3 * STORED, 16, 11), 16);
	assert_int_equal(load(fd, &document, &out, &err), -1);
	/* first and second swapped */
	assert_int_equal(pwrite(fd, file, sizeof(file), 0), sizeof(file));
	assert_int_equal(pwrite(fd, file + 11, STORED, 11 + STORED), STORED);
	assert_int_equal(pwrite(fd, file + 11 + STORED, STORED, 11), STORED);
	assert_int_equal(load(fd, &document, &out, &err), -1);
	assert_int_equal(out.len, 0); /* nothing unchecked was handed on */
	assert_int_equal(close(fd), 0);
	buf_free(&out);
}

static int
refuse(void *arg, const void *data, size_t n, struct err *err)
{
	(void)data;
	(void)n;
	++*(int *)arg;
	return err_set(err, ERR_BAD_REQUEST, "the client is gone");
}

/* Any part of a file, by the chunks that it touches alone. */
static void
test_range(void **state)
{
	static const struct {
		int64_t offset, n;
	} ranges[] = {{0, 1}, {0, 65536}, {65535, 2}, {65536, 65536},
	    {1000, 150000}, {199999, 1}, {200000, 0}, {0, 200000}};
	struct stored stored;
	int fd = store(200000, 5000, &stored);
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < nitems(ranges); i++) {
		struct buf out;

		buf_init(&out, 1 << 20);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		if (crypto_file_read_range(fd, &key, &document,
			ranges[i].offset, ranges[i].n, collect, &out, &err) ==
		    -1)
			fail_msg("range %zu: %s", i, err.msg);
		assert_int_equal(out.len, ranges[i].n);
		for (size_t k = 0; k < out.len; k++)
			if ((uint8_t)out.data[k] !=
			    pattern((size_t)ranges[i].offset + k))
				fail_msg("range %zu differs at %zu", i, k);
		buf_free(&out);
	}
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(crypto_file_read_range(fd, &key, &document, 200000,
	    1, collect, NULL, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(close(fd), 0);
}

static void
test_sink_stops(void **state)
{
	struct stored stored;
	struct err err;
	int calls = 0, fd = store(200000, 65536, &stored);

	(void)state;
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(crypto_file_read(
	    fd, &key, &document, refuse, &calls, &err), -1);
	assert_int_equal(err.code, ERR_BAD_REQUEST);
	assert_int_equal(calls, 1);
	assert_int_equal(close(fd), 0);
}

static void
test_disk_full(void **state)
{
	static const uint8_t data[8 * CRYPTO_CHUNK_LEN];
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	uint8_t sha256[CRYPTO_DIGEST_LEN];
	struct crypto_writer *w;
	struct err err = {0};
	int64_t size;

	(void)state;
	assert_int_not_equal(fd, -1);
	w = crypto_writer_new(fd, &key, &document);
	assert_int_equal(crypto_writer_put(w, data, sizeof(data), &err), -1);
	assert_int_equal(err.code, ERR_DISK_FULL);
	crypto_writer_free(w);
	/* A small one fails when it is ended. */
	w = crypto_writer_new(fd, &key, &document);
	err_clear(&err);
	assert_int_equal(crypto_writer_put(w, data, 100, &err), 0);
	assert_int_equal(
	    crypto_writer_end(w, sha256, sha256, &size, &err), -1);
	assert_int_equal(err.code, ERR_DISK_FULL);
	crypto_writer_free(w);
	crypto_writer_free(NULL);
	assert_int_equal(close(fd), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_tampering),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_sink_stops),
		cmocka_unit_test(test_disk_full),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
