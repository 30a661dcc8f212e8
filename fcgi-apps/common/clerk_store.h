/*
 * What the office fills in on a Vorgang (the clerk pages of its form), sealed
 * under the Vorgang's key; every save is a row of its own.
 */
#ifndef CLERK_STORE_H
#define CLERK_STORE_H

#include "common/db/db.h"
#include "common/vorgang/vorgang.h"

struct clerk_answers {
	uint32_t revision;   /* 0: nothing was saved yet */
	const char *answers; /* JSON as form_write_draft makes it */
	size_t len;
	int64_t saved_ms;
};

/* The newest; v's key is open. */
int clerk_read(struct db *db, struct arena *a, const struct vorgang *v,
    struct clerk_answers *out, struct err *err);

/*
 * Saves what goes out from revision (as read), within the caller's transaction
 * that holds the Vorgang's row. ERR_CONFLICT: somebody saved meanwhile.
 */
int clerk_insert(struct db *db, struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct clerk_answers *c, int64_t now_ms,
    struct err *err);

#endif
