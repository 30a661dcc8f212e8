/*
 * Checks an event log fed seal by seal, each with its events in the order of
 * the root, then the events that no seal covers yet: from the database or from
 * an export.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include <stdbool.h>

#include "common/vorgang/event.h"
#include "common/vorgang/seal.h"

struct audit;

/* public_key: of the seals' signer. report gets one line for each fault. */
struct audit *audit_new(const uint8_t public_key[CRYPTO_PUBLIC_LEN],
    void (*report)(const char *line));
void audit_free(struct audit *a);

/* Begins a seal; what is fed next are its events. NULL: the unsealed ones. */
void audit_seal(struct audit *a, const struct seal *seal);
void audit_event(struct audit *a, const struct id *vorgang,
    const struct event_row *row);
/* The end that the Vorgang's own row names, for chains cut at their tail. */
void audit_end(struct audit *a, const struct id *vorgang, uint32_t last_seq,
    const uint8_t last_hash[CRYPTO_DIGEST_LEN]);
/* Closes the last seal and looks for Vorgaenge that no row names (only where
 * audit_end was called for all). Returns the number of faults. */
size_t audit_finish(struct audit *a, bool has_ends);

struct audit_count {
	size_t seals, events, unsealed, vorgaenge;
};
void audit_count(const struct audit *a, struct audit_count *out);

#endif
