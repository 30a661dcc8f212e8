/* Which files of the schema were applied, as rows. */
#ifndef TORHAUS_MIGRATION_STORE_H
#define TORHAUS_MIGRATION_STORE_H

#include <stdbool.h>

#include "common/crypto/crypto.h"
#include "common/db/db.h"

struct migration_row {
	uint32_t number; /* of the file's name */
	const char *name; /* "0001-foundation.sql" */
	uint8_t sha256[CRYPTO_DIGEST_LEN];
	int64_t applied_ms;
};

/* All of them by number; no table yet: none. */
int migration_rows(struct db *db, struct arena *a,
    struct migration_row **out, size_t *n, struct err *err);

/* Makes the table if need be. */
int migration_table(struct db *db, struct err *err);

int migration_insert(struct db *db, const struct migration_row *row,
    struct err *err);

/* Only one at a time: waits up to wait_s, then ERR_CONFLICT. The lock ends
 * with migration_unlock, or with the connection. */
int migration_lock(struct db *db, struct arena *a, int64_t wait_s,
    struct err *err);
void migration_unlock(struct db *db, struct arena *a);

#endif
