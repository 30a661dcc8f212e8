/*
 * Locks by name that belong to the connection to the database: whoever dies, or
 * loses the connection, has let go of them, on whatever machine. They bar others
 * while one works on something for long; that nothing is written twice when a
 * lock was lost meanwhile is for the rows to see to.
 */
#ifndef LOCK_STORE_H
#define LOCK_STORE_H

#include "common/db/db.h"

/*
 * Takes it if it is free, without waiting. name: at most 64 characters, of all
 * installations on the server. A connection that has it gets it once more.
 */
int lock_take(struct db *db, struct arena *a, const char *name, bool *got,
    struct err *err);
/* Fine when it is not (any more) the connection's. */
int lock_release(struct db *db, const char *name, struct err *err);

#endif
