/*
 * What old transfers said goes, and with it the key to it; who wrote to whom,
 * when, and every step stay.
 */
#ifndef OSCI_ERASE_STORE_H
#define OSCI_ERASE_STORE_H

#include "common/db/db.h"

/* Transfers of all towns with which nothing has happened since, and nothing will:
 * sent to their end or given up, or come in and handled. */
int osci_transfers_over(struct db *db, struct arena *a, int64_t before_ms,
    size_t max, struct id **out, size_t *n, struct err *err);
/* In a transaction of its own; fine when it was before. */
int osci_transfer_erase(
    struct db *db, const struct id *id, int64_t now_ms, struct err *err);

/* Of which no chunk has come since: *n are given up, and what came goes. The
 * whole is fetched if it is still there. */
int osci_arriving_give_up(struct db *db, struct arena *a, int64_t before_ms,
    int64_t now_ms, size_t *n, struct err *err);
/* The message that was sent in chunks is through. */
int osci_frozen_drop(struct db *db, const struct id *id, struct err *err);

#endif
