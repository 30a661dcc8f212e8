/*
 * What a person does with messages that the exchange could not deal with: send
 * one again, send one back, file one to its application, lay one aside. For the
 * command line, and for pages alike.
 */
#ifndef EXCHANGE_ACT_H
#define EXCHANGE_ACT_H

#include "common/handover/exchange_store.h"
#include "common/osci/osci_transfer.h"
#include "common/xoev/xoev.h"

/*
 * Sends a message of ours once more, byte for byte: its receiver knows it by
 * its UUID. *out: the new row's id. ERR_CONFLICT: it is still on its way, was
 * answered, or went out again already.
 */
int exchange_send_again(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, int64_t now_ms, struct id *out, struct err *err);

/*
 * Sends a message in quarantine back with a code of the standard and a sentence
 * (reason; NULL: none). ERR_CONFLICT: it is not in quarantine, or nobody is
 * known to send it to, or it is a rejection itself. ERR_FIELD_INVALID: no such
 * code.
 */
int exchange_send_back(struct db *db, struct arena *a, const struct town *t,
    const struct xoev_rules *rules, const struct id *id, const char *code,
    const char *reason, int64_t now_ms, struct err *err);

/*
 * Files a message in quarantine to an application, whose history tells of it;
 * by: who does it. ERR_CONFLICT: it is not in quarantine.
 */
int exchange_file_to(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, const struct id *vorgang, const char *by,
    int64_t now_ms, struct err *err);

/* The town as author of messages. */
struct xoev_party exchange_own_party(const struct exchange_party *p);

#endif
