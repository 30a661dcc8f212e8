/*
 * The event log as a file: one JSON object a line. First {"torhaus-audit": 1,
 * "town", "town_id", "public_key", "exported_at"}; then for each seal {"seal",
 * "at", "events", "root", "previous", "hash", "signature"} followed by its
 * events {"vorgang", "seq", "kind", "at", "actor", "public", "data",
 * "previous", "hash"}; then {"seal": 0} and the events no seal covers yet.
 * Bytes are hex; at is in milliseconds; data is ciphertext.
 */
#ifndef AUDIT_EXPORT_H
#define AUDIT_EXPORT_H

#include <stdint.h>

#include "common/vorgang/event.h"
#include "common/vorgang/seal.h"
#include "torhaus/audit.h"

void audit_write_head(FILE *f, const char *town, uint32_t town_id,
    const uint8_t public_key[CRYPTO_PUBLIC_LEN], int64_t now_ms);
/* NULL begins the events without a seal. */
void audit_write_seal(FILE *f, const struct seal *seal);
void audit_write_event(
    FILE *f, const struct id *vorgang, const struct event_row *row);

/*
 * Feeds an export to an audit. The town's id comes from the file's head; the
 * key to trust is the caller's. ERR_BAD_REQUEST names the line that cannot be
 * read.
 */
int audit_read_file(const char *path, struct audit *a, struct err *err);

#endif
