/*
 * Documents as rows; their contents are files (crypto_file). The name and the
 * digest of the plain bytes are sealed under the draft's or Vorgang's data
 * key. The town is db_town's.
 */
#ifndef DOCUMENT_STORE_H
#define DOCUMENT_STORE_H

#include "common/db/db.h"
#include "common/town.h"
#include "common/vorgang/vorgang.h"

/*
 * Adds a document to a draft. ERR_CONFLICT: there is no such draft (it was
 * submitted meanwhile).
 */
int document_add_draft(struct db *db, struct arena *a,
    const struct crypto_key *key, const struct document *d, struct err *err);

/* Adds documents to a Vorgang, within the caller's transaction. */
int document_insert(struct db *db, struct arena *a,
    const struct crypto_key *key, const struct id *vorgang,
    const struct document *d, size_t n, struct err *err);

/* A draft's documents, oldest first. key NULL leaves name "" and sha256 zero
 * (for sweeping). */
int document_list_draft(struct db *db, struct arena *a,
    const struct crypto_key *key, const struct id *submission,
    struct document **out, size_t *n, struct err *err);

/* How many and how many bytes a submission id has, submitted or not. */
int document_usage(struct db *db, struct arena *a,
    const struct id *submission, int64_t *count, int64_t *bytes,
    struct err *err);

/*
 * One document and the data key that opens its file, in one round trip:
 * of a draft, of the Vorgang of a link, of a Vorgang. ERR_NOT_FOUND, ERR_GONE.
 */
int document_of_draft(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, const struct id *id, struct document *out,
    struct data_key *key, struct err *err);
/* The same for a draft that was opened already (draft_access.h): key is its. */
int document_of_open_draft(struct db *db, struct arena *a,
    const struct crypto_key *key, const struct id *submission,
    const struct id *id, struct document *out, struct err *err);
int document_of_token(struct db *db, struct arena *a, const struct town *t,
    const uint8_t token[ID_TOKEN_LEN], const struct id *id, int64_t now_ms,
    struct document *out, struct data_key *key, struct err *err);
int document_of_vorgang(struct db *db, struct arena *a, const struct town *t,
    const struct id *vorgang, const struct id *id, struct document *out,
    struct data_key *key, struct err *err);

/* Removes one of a draft. ERR_NOT_FOUND: none, or submitted meanwhile. */
int document_delete(struct db *db, const struct id *submission,
    const struct id *id, struct err *err);

/* Deletes the rows of a draft's documents, within draft_delete. */
int document_forget_draft(struct db *db, const struct id *submission,
    struct err *err);

/* Gives one of a draft another field. ERR_NOT_FOUND as above. */
int document_move(struct db *db, const struct id *submission,
    const struct id *id, const char *field, struct err *err);

/* Whether there is a row of this id, in a draft or a Vorgang. */
int document_exists(struct db *db, struct arena *a, const struct id *id,
    bool *found, struct err *err);

/* Opens document.meta into out->name and out->sha256. */
int document_open_meta(struct arena *a, const struct crypto_key *key,
    const void *meta, size_t len, struct document *out, struct err *err);

#endif
