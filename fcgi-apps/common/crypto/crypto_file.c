#include "common/crypto/crypto_file.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"

#define MAGIC "THD1"
#define MAGIC_LEN 4
#define PREFIX_LEN 7
#define HEADER_LEN (MAGIC_LEN + PREFIX_LEN)
#define NONCE_LEN 12
#define TAG_LEN 16
#define STORED_LEN (CRYPTO_CHUNK_LEN + TAG_LEN)

/* Fetched once, shared by all threads, never changed. */
static EVP_CIPHER *gcm;
static EVP_MD *sha256_md;

static void
fetch_once(void)
{
	gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	sha256_md = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static void
must(int ok, const char *what)
{
	if (ok != 1)
		log_fatal("OpenSSL: %s failed", what);
}

/* What writing and reading have in common. */
struct stream {
	EVP_CIPHER_CTX *cipher;
	EVP_MD_CTX *plain, *file; /* the two digests */
	int fd;
	struct id document;
	uint8_t nonce[NONCE_LEN];
	uint32_t index;
};

static void
stream_open(struct stream *s, int fd, const struct crypto_key *key,
    const struct id *document, bool encrypts)
{
	static pthread_once_t control = PTHREAD_ONCE_INIT;

	(void)pthread_once(&control, fetch_once);
	*s = (struct stream){.fd = fd, .document = *document};
	if ((s->cipher = EVP_CIPHER_CTX_new()) == NULL ||
	    (s->plain = EVP_MD_CTX_new()) == NULL ||
	    (s->file = EVP_MD_CTX_new()) == NULL)
		log_fatal("crypto: out of memory");
	must(gcm != NULL && sha256_md != NULL &&
	    EVP_CipherInit_ex2(
		s->cipher, gcm, key->byte, NULL, encrypts, NULL) &&
	    EVP_DigestInit_ex2(s->plain, sha256_md, NULL) &&
	    EVP_DigestInit_ex2(s->file, sha256_md, NULL), "AES-256-GCM");
}

static void
stream_close(struct stream *s)
{
	EVP_CIPHER_CTX_free(s->cipher);
	EVP_MD_CTX_free(s->plain);
	EVP_MD_CTX_free(s->file);
}

static void
digest_add(EVP_MD_CTX *digest, const void *in, size_t n)
{
	must(EVP_DigestUpdate(digest, in, n), "SHA-256");
}

/* Both digests; the file's includes the plain one. */
static void
stream_digests(struct stream *s, uint8_t sha256[CRYPTO_DIGEST_LEN],
    uint8_t cipher_sha256[CRYPTO_DIGEST_LEN])
{
	must(EVP_DigestFinal_ex(s->plain, sha256, NULL), "SHA-256");
	digest_add(s->file, sha256, CRYPTO_DIGEST_LEN);
	must(EVP_DigestFinal_ex(s->file, cipher_sha256, NULL), "SHA-256");
}

/* Takes the header into nonce and digest. */
static void
stream_header(struct stream *s, const uint8_t header[HEADER_LEN])
{
	memcpy(s->nonce, header + MAGIC_LEN, PREFIX_LEN);
	digest_add(s->file, header, HEADER_LEN);
}

static void
chunk_begin(struct stream *s, bool is_last)
{
	int n;

	for (int i = 0; i < 4; i++)
		s->nonce[PREFIX_LEN + i] = (uint8_t)(s->index >> (24 - 8 * i));
	s->nonce[NONCE_LEN - 1] = is_last;
	s->index++;
	must(EVP_CipherInit_ex2(s->cipher, NULL, NULL, s->nonce, -1, NULL) &&
	    EVP_CipherUpdate(s->cipher, NULL, &n, s->document.byte, ID_LEN),
	    "AES-256-GCM");
}

/* ---- writing ---- */

/*
 * Ciphertext gathers in a block that is written when it is full: few writes of
 * whole pages cost a quarter less than one for each chunk. The block is a
 * mapping of its own, so that its memory goes back when the upload is over.
 */
#define BLOCK_LEN ((size_t)256 << 10)

struct crypto_writer {
	struct stream s;
	int64_t size;	   /* plain bytes; -1: not begun */
	size_t chunk_left; /* plain bytes until the chunk is full */
	uint8_t *block;
	size_t used; /* of the block */
};

static int
write_all(int fd, const uint8_t *data, size_t n, struct err *err)
{
	while (n > 0) {
		ssize_t done = write(fd, data, n);

		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return err_set(err, errno == ENOSPC ||
			    errno == EDQUOT ? ERR_DISK_FULL : ERR_IO,
			    "writing a document: %s", strerror(errno));
		data += done;
		n -= (size_t)done;
	}
	return 0;
}

struct crypto_writer *
crypto_writer_new(int fd, const struct crypto_key *key,
    const struct id *document)
{
	struct crypto_writer *w = calloc(1, sizeof(*w));

	if (w == NULL ||
	    (w->block = mmap(NULL, BLOCK_LEN, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) == MAP_FAILED)
		log_fatal("crypto: out of memory");
	stream_open(&w->s, fd, key, document, true);
	w->size = -1;
	return w;
}

/* Writes the block if it is full. */
static int
flush_full(struct crypto_writer *w, struct err *err)
{
	if (w->used < BLOCK_LEN)
		return 0;
	w->used = 0;
	return write_all(w->s.fd, w->block, BLOCK_LEN, err);
}

/* Copies into the block: header and tags. */
static int
put_plain(struct crypto_writer *w, const uint8_t *data, size_t n,
    struct err *err)
{
	while (n > 0) {
		size_t piece = BLOCK_LEN - w->used;

		if (piece > n)
			piece = n;
		memcpy(w->block + w->used, data, piece);
		w->used += piece;
		data += piece;
		n -= piece;
		if (flush_full(w, err) == -1)
			return -1;
	}
	return 0;
}

static int
writer_start(struct crypto_writer *w, struct err *err)
{
	uint8_t header[HEADER_LEN] = MAGIC;

	crypto_random(header + MAGIC_LEN, PREFIX_LEN);
	stream_header(&w->s, header);
	w->size = 0;
	return put_plain(w, header, HEADER_LEN, err);
}

/* Ends the chunk that is being filled. */
static int
chunk_end(struct crypto_writer *w, struct err *err)
{
	uint8_t tag[TAG_LEN];
	int none;

	must(EVP_CipherFinal_ex(w->s.cipher, tag, &none) &&
	    EVP_CIPHER_CTX_ctrl(
		w->s.cipher, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, tag),
	    "AES-256-GCM");
	digest_add(w->s.file, tag, TAG_LEN);
	w->chunk_left = 0;
	return put_plain(w, tag, TAG_LEN, err);
}

int
crypto_writer_put(
    struct crypto_writer *w, const void *in, size_t n, struct err *err)
{
	const uint8_t *p = in;

	if (w->size == -1 && writer_start(w, err) == -1)
		return -1;
	digest_add(w->s.plain, in, n);
	w->size += (int64_t)n;
	while (n > 0) {
		size_t piece = BLOCK_LEN - w->used;
		int done;

		if (w->chunk_left == 0) {
			chunk_begin(&w->s, false);
			w->chunk_left = CRYPTO_CHUNK_LEN;
		}
		if (piece > n)
			piece = n;
		if (piece > w->chunk_left)
			piece = w->chunk_left;
		must(EVP_CipherUpdate(w->s.cipher, w->block + w->used, &done,
		    p, (int)piece), "AES-256-GCM");
		w->used += piece;
		w->chunk_left -= piece;
		p += piece;
		n -= piece;
		if (flush_full(w, err) == -1 ||
		    (w->chunk_left == 0 && chunk_end(w, err) == -1))
			return -1;
	}
	return 0;
}

int
crypto_writer_end(struct crypto_writer *w, uint8_t sha256[CRYPTO_DIGEST_LEN],
    uint8_t cipher_sha256[CRYPTO_DIGEST_LEN], int64_t *size, struct err *err)
{
	if (w->size == -1 && writer_start(w, err) == -1)
		return -1;
	if (w->chunk_left > 0 && chunk_end(w, err) == -1)
		return -1;
	chunk_begin(&w->s, true);
	if (chunk_end(w, err) == -1 ||
	    write_all(w->s.fd, w->block, w->used, err) == -1)
		return -1;
	stream_digests(&w->s, sha256, cipher_sha256);
	*size = w->size;
	return 0;
}

void
crypto_writer_free(struct crypto_writer *w)
{
	if (w == NULL)
		return;
	stream_close(&w->s);
	(void)munmap(w->block, BLOCK_LEN); /* cannot fail: it is ours */
	free(w);
}

/* ---- reading ---- */

/* Plain bytes of a file of that many; -1 when it can be no whole file. */
int64_t
crypto_file_plain_size(int64_t file_size)
{
	int64_t data = file_size - HEADER_LEN - TAG_LEN;
	int64_t rest;

	if (data < 0)
		return -1;
	rest = data % STORED_LEN;
	if (rest > 0 && rest <= TAG_LEN)
		return -1;
	return data / STORED_LEN * CRYPTO_CHUNK_LEN +
	    (rest > 0 ? rest - TAG_LEN : 0);
}

static int
read_all(int fd, uint8_t *data, size_t n, struct err *err)
{
	while (n > 0) {
		ssize_t done = read(fd, data, n);

		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return err_set(err, ERR_IO, "reading a document: %s",
			    strerror(errno));
		if (done == 0)
			return err_set(err, ERR_CRYPTO, "document cut off");
		data += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Reads and checks one chunk of n plain bytes into chunk. */
static int
read_chunk(struct stream *s, uint8_t *chunk, size_t n, bool is_last,
    struct err *err)
{
	int done;

	if (read_all(s->fd, chunk, n + TAG_LEN, err) == -1)
		return -1;
	chunk_begin(s, is_last);
	digest_add(s->file, chunk + n, TAG_LEN);
	must(EVP_CIPHER_CTX_ctrl(s->cipher, EVP_CTRL_AEAD_SET_TAG, TAG_LEN,
	    chunk + n) &&
	    EVP_CipherUpdate(s->cipher, chunk, &done, chunk, (int)n),
	    "AES-256-GCM");
	if (EVP_CipherFinal_ex(s->cipher, chunk + n, &done) != 1)
		return err_set(err, ERR_CRYPTO,
		    "document changed in chunk %u", s->index - 1);
	return 0;
}

static int
read_header(struct stream *s, int64_t *size, struct err *err)
{
	uint8_t header[HEADER_LEN];
	struct stat st;

	if (fstat(s->fd, &st) == -1)
		return err_set(
		    err, ERR_IO, "document: %s", strerror(errno));
	if ((*size = crypto_file_plain_size(st.st_size)) == -1)
		return err_set(err, ERR_CRYPTO, "document cut off");
	if (read_all(s->fd, header, HEADER_LEN, err) == -1)
		return -1;
	if (memcmp(header, MAGIC, MAGIC_LEN) != 0)
		return err_set(err, ERR_CRYPTO, "no document file");
	stream_header(s, header);
	return 0;
}

typedef int (*file_sink)(
    void *arg, const void *data, size_t n, struct err *err);

static int
read_chunks(struct stream *s, uint8_t *chunk, file_sink sink, void *arg,
    struct err *err)
{
	int64_t left = 0;

	if (read_header(s, &left, err) == -1)
		return -1;
	while (left > 0) {
		size_t n = left > CRYPTO_CHUNK_LEN
		    ? CRYPTO_CHUNK_LEN : (size_t)left;

		if (read_chunk(s, chunk, n, false, err) == -1 ||
		    sink(arg, chunk, n, err) == -1)
			return -1;
		left -= (int64_t)n;
	}
	return read_chunk(s, chunk, 0, true, err);
}

static int
stream_read(struct stream *s, file_sink sink, void *arg, struct err *err)
{
	uint8_t *chunk = malloc(STORED_LEN);
	int rc;

	if (chunk == NULL)
		log_fatal("crypto: out of memory");
	rc = read_chunks(s, chunk, sink, arg, err);
	explicit_bzero(chunk, STORED_LEN);
	free(chunk);
	return rc;
}

int
crypto_file_read(int fd, const struct crypto_key *key,
    const struct id *document, file_sink sink, void *arg, struct err *err)
{
	struct stream s;
	int rc;

	stream_open(&s, fd, key, document, false);
	rc = stream_read(&s, sink, arg, err);
	stream_close(&s);
	return rc;
}

/* The chunks that the range touches. */
static int
read_range(struct stream *s, int64_t offset, int64_t left, uint8_t *chunk,
    file_sink sink, void *arg, struct err *err)
{
	int64_t size = 0, index = offset / CRYPTO_CHUNK_LEN;
	size_t skip = (size_t)(offset % CRYPTO_CHUNK_LEN);

	if (read_header(s, &size, err) == -1)
		return -1;
	if (offset < 0 || left < 0 || offset > size - left)
		return err_set(err, ERR_IO, "document: not so long");
	if (lseek(s->fd, HEADER_LEN + index * STORED_LEN, SEEK_SET) == -1)
		return err_set(
		    err, ERR_IO, "document: %s", strerror(errno));
	s->index = (uint32_t)index;
	while (left > 0) {
		int64_t rest = size - index * CRYPTO_CHUNK_LEN;
		size_t n = rest > CRYPTO_CHUNK_LEN ? CRYPTO_CHUNK_LEN
						   : (size_t)rest;
		size_t use = n - skip;

		if (read_chunk(s, chunk, n, false, err) == -1)
			return -1;
		if ((int64_t)use > left)
			use = (size_t)left;
		if (sink(arg, chunk + skip, use, err) == -1)
			return -1;
		left -= (int64_t)use;
		skip = 0;
		index++;
	}
	return 0;
}

int
crypto_file_read_range(int fd, const struct crypto_key *key,
    const struct id *document, int64_t offset, int64_t n, file_sink sink,
    void *arg, struct err *err)
{
	uint8_t *chunk = malloc(STORED_LEN);
	struct stream s;
	int rc;

	if (chunk == NULL)
		log_fatal("crypto: out of memory");
	stream_open(&s, fd, key, document, false);
	rc = read_range(&s, offset, n, chunk, sink, arg, err);
	stream_close(&s);
	explicit_bzero(chunk, STORED_LEN);
	free(chunk);
	return rc;
}

static int
digest_sink(void *arg, const void *data, size_t n, struct err *err)
{
	(void)err; /* hashing cannot fail */
	digest_add(((struct stream *)arg)->plain, data, n);
	return 0;
}

int
crypto_file_check(int fd, const struct crypto_key *key,
    const struct id *document,
    const uint8_t cipher_sha256[CRYPTO_DIGEST_LEN], struct err *err)
{
	uint8_t plain[CRYPTO_DIGEST_LEN], file[CRYPTO_DIGEST_LEN];
	struct stream s;
	int rc;

	stream_open(&s, fd, key, document, false);
	rc = stream_read(&s, digest_sink, &s, err);
	if (rc == 0) {
		stream_digests(&s, plain, file);
		if (memcmp(file, cipher_sha256, CRYPTO_DIGEST_LEN) != 0)
			rc = err_set(err, ERR_CRYPTO,
			    "document is not the one that was stored");
	}
	stream_close(&s);
	return rc;
}
