/* Look-up by reference and access code, with a limit on guessing. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "status/status.h"

/*
 * Finds the case of what was typed. ERR_NOT_FOUND alike for a malformed, an
 * unknown and a wrong pair, each counted against the caller's address;
 * ERR_TOO_MANY beyond the limit, *wait_s then says for how long.
 */
int lookup_find(struct app *app, struct request *req, const char *reference,
    const char *code, struct vorgang_whole *out, int64_t *wait_s,
    struct err *err);

#endif
