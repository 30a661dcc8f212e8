/* A transaction that a deadlock may break is run again. */
#ifndef DB_TRANSACTION_H
#define DB_TRANSACTION_H

#include "common/db/db.h"

/*
 * Runs rows in a transaction of its own: committed when it returns 0, else
 * rolled back; a few times when others were in the way (ERR_DB_BUSY), so that
 * it has to fill in anew whatever it gives back. *unknown: see db_commit.
 */
int db_transaction(struct db *db,
    int (*rows)(struct db *db, void *arg, struct err *err), void *arg,
    bool *unknown, struct err *err);

#endif
