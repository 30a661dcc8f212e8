#include "common/db/db_transaction.h"

#define TRIES 4

int
db_transaction(struct db *db,
    int (*rows)(struct db *db, void *arg, struct err *err), void *arg,
    bool *unknown, struct err *err)
{
	*unknown = false;
	for (int i = 1;; i++) {
		if (db_begin(db, err) == -1)
			return -1;
		if (rows(db, arg, err) == 0)
			return db_commit(db, unknown, err);
		db_rollback(db);
		if (err->code != ERR_DB_BUSY || i == TRIES)
			return -1;
		err_clear(err);
	}
}
