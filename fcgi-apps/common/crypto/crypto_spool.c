#include "common/crypto/crypto_spool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "common/crypto/crypto.h"
#include "common/log.h"

#define PIECE 65536 /* a multiple of the cipher's block */
#define FIRST 4096  /* room of a piece at first; most are small or empty */
#define BLOCK 16

struct crypto_spool {
	struct arena *arena;
	const char *dir;
	int64_t max, len;
	int64_t on_disk; /* bytes in the file, whole pieces; len - on_disk in */
	uint8_t *last;	 /* the open piece; NULL: nothing yet */
	size_t room;	 /* of it; at most PIECE */
	int fd;		 /* -1: no file yet */
	struct crypto_key key;
	EVP_CIPHER_CTX *cipher;
};

static void
close_spool(void *arg)
{
	struct crypto_spool *s = arg;

	if (s->fd != -1)
		(void)close(s->fd); /* nameless: that ends it */
	if (s->last != NULL)
		explicit_bzero(s->last, s->room);
	explicit_bzero(&s->key, sizeof(s->key));
	EVP_CIPHER_CTX_free(s->cipher);
}

struct crypto_spool *
crypto_spool_new(struct arena *a, const char *dir, int64_t max)
{
	struct crypto_spool *s = arena_new(a, struct crypto_spool, 1);

	*s = (struct crypto_spool){
		.arena = a, .dir = dir, .max = max, .fd = -1
	};
	arena_defer(a, close_spool, s);
	return s;
}

int
crypto_spool_sink(void *arg, const void *data, size_t n, struct err *err)
{
	return crypto_spool_put(arg, data, n, err);
}

int64_t
crypto_spool_len(const struct crypto_spool *s)
{
	return s->len;
}

/* En- or decrypts a piece in place; the counter is the block's number. */
static void
cipher(struct crypto_spool *s, int64_t offset, uint8_t *data, size_t n)
{
	uint8_t iv[BLOCK] = { 0 };
	uint64_t block = (uint64_t)offset / BLOCK;
	int len;

	for (size_t i = 0; i < 8; i++)
		iv[BLOCK - 1 - i] = (uint8_t)(block >> (8 * i));
	if (EVP_EncryptInit_ex2(
		s->cipher, NULL, s->key.byte, iv, NULL) != 1 ||
	    EVP_EncryptUpdate(s->cipher, data, &len, data, (int)n) != 1)
		log_fatal("AES-256-CTR failed");
}

static int
open_file(struct crypto_spool *s, struct err *err)
{
	s->fd = open(s->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->fd == -1)
		return err_set(err, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO,
		    "%s: no temporary file: %s", s->dir, strerror(errno));
	crypto_random(&s->key, sizeof(s->key));
	s->cipher = EVP_CIPHER_CTX_new();
	if (s->cipher == NULL ||
	    EVP_EncryptInit_ex2(s->cipher, EVP_aes_256_ctr(), NULL, NULL,
		NULL) != 1)
		log_fatal("AES-256-CTR is not available");
	return 0;
}

/* Puts the full piece into the file. */
static int
flush(struct crypto_spool *s, struct err *err)
{
	size_t done = 0;

	if (s->fd == -1 && open_file(s, err) == -1)
		return -1;
	cipher(s, s->on_disk, s->last, PIECE);
	while (done < PIECE) {
		ssize_t n = pwrite(s->fd, s->last + done, PIECE - done,
		    (off_t)(s->on_disk + (int64_t)done));

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err,
			    n == 0 || errno == ENOSPC || errno == EDQUOT
				? ERR_DISK_FULL
				: ERR_IO,
			    "%s: temporary file: %s", s->dir, strerror(errno));
		done += (size_t)n;
	}
	s->on_disk += PIECE;
	return 0;
}

/* Room for n bytes of the open piece, or as many as it holds at most. */
static void
make_room(struct crypto_spool *s, size_t used, size_t n)
{
	size_t room = s->room == 0 ? FIRST : s->room;
	uint8_t *wider;

	while (room < PIECE && room - used < n)
		room *= 4;
	if (room == s->room)
		return;
	wider = arena_alloc(s->arena, room, 1);
	if (used > 0) {
		memcpy(wider, s->last, used);
		explicit_bzero(s->last, used);
	}
	s->last = wider;
	s->room = room;
}

int
crypto_spool_put(
    struct crypto_spool *s, const void *data, size_t n, struct err *err)
{
	const uint8_t *from = data;

	if ((uint64_t)n > (uint64_t)(s->max - s->len))
		return err_set(err, ERR_TOO_LARGE, "over %lld bytes",
		    (long long)s->max);
	while (n > 0) {
		size_t used = (size_t)(s->len - s->on_disk), room, take;

		if (used == PIECE) {
			if (flush(s, err) == -1)
				return -1;
			used = 0;
		}
		make_room(s, used, n);
		room = s->room - used;
		take = n < room ? n : room;
		memcpy(s->last + used, from, take);
		s->len += (int64_t)take;
		from += take;
		n -= take;
	}
	return 0;
}

/* From the file: whole blocks around what is wanted, at most a piece. */
static int
read_disk(struct crypto_spool *s, int64_t offset, uint8_t *out, size_t n,
    struct err *err)
{
	uint8_t block[4096 + 2 * BLOCK];
	size_t skip = (size_t)(offset % BLOCK), want = skip + n, done = 0;

	assert(want <= sizeof(block));
	offset -= (int64_t)skip;
	while (done < want) {
		ssize_t r = pread(s->fd, block + done, want - done,
		    (off_t)(offset + (int64_t)done));

		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			return err_set(
			    err, ERR_IO, "%s: temporary file", s->dir);
		done += (size_t)r;
	}
	cipher(s, offset, block, want);
	memcpy(out, block + skip, n);
	return 0;
}

int
crypto_spool_read(struct crypto_spool *s, int64_t offset, void *out, size_t n,
    struct err *err)
{
	uint8_t *to = out;

	assert(offset >= 0 && offset <= s->len &&
	    (uint64_t)n <= (uint64_t)(s->len - offset));
	while (n > 0) {
		size_t take = n;

		if (offset >= s->on_disk) {
			memcpy(to, s->last + (offset - s->on_disk), n);
			return 0;
		}
		if (take > 4096)
			take = 4096;
		if ((int64_t)take > s->on_disk - offset)
			take = (size_t)(s->on_disk - offset);
		if (read_disk(s, offset, to, take, err) == -1)
			return -1;
		offset += (int64_t)take;
		to += take;
		n -= take;
	}
	return 0;
}

int
crypto_spool_each(struct crypto_spool *s, int64_t offset, int64_t n,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err)
{
	uint8_t piece[4096];

	while (n > 0) {
		size_t take =
		    n < (int64_t)sizeof(piece) ? (size_t)n : sizeof(piece);

		if (crypto_spool_read(s, offset, piece, take, err) == -1 ||
		    sink(arg, piece, take, err) == -1)
			return -1;
		offset += (int64_t)take;
		n -= (int64_t)take;
	}
	return 0;
}
