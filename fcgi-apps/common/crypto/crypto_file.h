/*
 * Documents at rest: a stream of 64 KiB chunks, each AES-256-GCM under the
 * data key, nonce = 7 random bytes | 32-bit chunk index | last-chunk mark
 * (the STREAM construction, Hoang et al. 2015), so that truncation and
 * reordering show. File: "THD1" | 7 bytes nonce prefix | chunks, each
 * ciphertext and 16-byte tag; the document's id is the additional data. The
 * last chunk is always empty: so every other one can be encrypted as its bytes
 * arrive, straight from the socket's buffer.
 */
#ifndef CRYPTO_FILE_H
#define CRYPTO_FILE_H

#include <stdint.h>

#include "common/crypto/crypto.h"
#include "common/id.h"

#define CRYPTO_CHUNK_LEN 65536

struct crypto_writer;

/*
 * Starts writing to fd (not owned). Plain bytes go in by crypto_writer_put in
 * any sizes; they are hashed and encrypted in one pass, without a copy.
 */
struct crypto_writer *crypto_writer_new(int fd, const struct crypto_key *key,
    const struct id *document);
/* ERR_DISK_FULL when the disk or the quota is, else ERR_IO. */
int crypto_writer_put(struct crypto_writer *w, const void *in, size_t n,
    struct err *err);
/*
 * Writes the last chunk. sha256: of the plain bytes; size: of them.
 * cipher_sha256 binds the file as written without a second pass over it:
 * SHA-256 of "THD1", nonce prefix, every chunk's tag in order and the plain
 * bytes' SHA-256. The tags alone would bind it for everybody but the holder of
 * the key; the inner digest binds it for him too. Does not fsync.
 */
int crypto_writer_end(struct crypto_writer *w,
    uint8_t sha256[CRYPTO_DIGEST_LEN],
    uint8_t cipher_sha256[CRYPTO_DIGEST_LEN], int64_t *size, struct err *err);
void crypto_writer_free(struct crypto_writer *w); /* NULL is fine */

/*
 * Decrypts fd chunk by chunk into sink; a chunk is handed on only after its
 * tag was checked. sink returns -1 to stop (client gone). Any change of the
 * file: ERR_CRYPTO.
 */
int crypto_file_read(int fd, const struct crypto_key *key,
    const struct id *document,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err);

/*
 * The same for n bytes from offset only, all of which must be there: each chunk
 * is checked, but neither the ones before nor that the file ends where it should.
 */
int crypto_file_read_range(int fd, const struct crypto_key *key,
    const struct id *document, int64_t offset, int64_t n,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err);

/* The plain size of a whole file of file_size bytes, -1 if it can be none. */
int64_t crypto_file_plain_size(int64_t file_size);

/* Reads the whole file and compares with what crypto_writer_end told; any
 * difference: ERR_CRYPTO. For audits. */
int crypto_file_check(int fd, const struct crypto_key *key,
    const struct id *document,
    const uint8_t cipher_sha256[CRYPTO_DIGEST_LEN], struct err *err);

#endif
