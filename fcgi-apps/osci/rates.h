/*
 * How often one and the same may ask for what costs us a row: message ids and
 * dialogs. Counted by process and minute.
 */
#ifndef OSCI_RATES_H
#define OSCI_RATES_H

#include "osci/osci.h"

struct osci_rates; /* one of a process, for all of its threads */
struct osci_rates *rates_new(void);
void rates_free(struct osci_rates *r);

/* Counts one. False: whoever it is has had max in this minute. max 0: no limit. */
bool rates_take(struct osci_rates *r, const uint8_t who[CRYPTO_DIGEST_LEN],
    int64_t max, int64_t now_ms);

/*
 * Counts a request: for the certificate that signed it; for the address it
 * comes from when nobody did, since anybody may name a certificate. Code 9811:
 * the standard has none that says so.
 */
int rates_check(struct call *c, struct err *err);

#endif
