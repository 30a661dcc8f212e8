/* Messages between applicant and office, as rows. Read with their Vorgang. */
#ifndef MESSAGE_STORE_H
#define MESSAGE_STORE_H

#include "common/db/db.h"
#include "common/vorgang/vorgang.h"

/*
 * Inserts one, within the caller's transaction. ERR_DUPLICATE: its submission
 * id was used for a message before.
 */
int message_insert(struct db *db, struct arena *a,
    const struct crypto_key *key, const struct id *vorgang,
    const struct message *m, struct err *err);

/* Opens a row's body into out->body; out->id must be set. */
int message_open(struct arena *a, const struct crypto_key *key,
    const void *body, size_t len, struct message *out, struct err *err);

#endif
