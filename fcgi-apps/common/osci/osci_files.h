/*
 * Files of the intermediary in osci_dir: messages, chunks and frozen answers,
 * each encrypted under a data key of its own (document_files.h, town 0).
 */
#ifndef OSCI_FILES_H
#define OSCI_FILES_H

#include "common/config.h"
#include "common/crypto/crypto_spool.h"
#include "common/document_files.h"

/* Writes a spool's n bytes from offset durably under an id. */
int osci_file_write(const struct config *config, const struct id *id,
    const struct crypto_key *key, struct crypto_spool *bytes, int64_t offset,
    int64_t n, struct document_file_info *out, struct err *err);

/* Hands its bytes to sink. */
int osci_file_read(const struct config *config, const struct id *id,
    const struct crypto_key *key,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err);
int osci_file_read_range(const struct config *config, const struct id *id,
    const struct crypto_key *key, int64_t offset, int64_t n,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err);

/* Removes it; logs what goes wrong, since the sweep comes by later. */
void osci_file_remove(const struct config *config, const struct id *id);

#endif
