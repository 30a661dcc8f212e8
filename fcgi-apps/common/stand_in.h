/*
 * Messages that stand in for what is not public, and are for simulators alone:
 * the order of identity cards (xoev-schemas/xproduzent-platzhalter-1.0). They
 * leave only where simulators = yes is set, and only to partners whose key in
 * the directory says that they are one: "simulator:...".
 */
#ifndef STAND_IN_H
#define STAND_IN_H

#include "common/config.h"
#include "common/crypto/crypto_spool.h"
#include "common/err.h"

#define STAND_IN_PREFIX "simulator:"

/* Whether messages of a namespace are such. */
bool stand_in_is(const char *uri);

/* Whether len bytes of a spool name such a namespace, in whatever they are. */
int stand_in_holds(struct crypto_spool *spool, int64_t offset,
    int64_t len, bool *out, struct err *err);

/* Whether one may go to the partner with that key (NULL: it has none).
 * ERR_FORBIDDEN with what is missing. */
int stand_in_check(
    const struct config *config, const char *partner_key, struct err *err);

#endif
