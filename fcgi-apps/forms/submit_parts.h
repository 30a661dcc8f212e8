/* What follows from the answers when an application becomes a Vorgang. */
#ifndef SUBMIT_PARTS_H
#define SUBMIT_PARTS_H

#include "common/vorgang/vorgang_store.h"
#include "forms/antrag.h"

/* The department that the package's routing names, mapped to the town's.
 * ERR_CONFIG: the town has no department at all. */
int submit_department(const struct request *req, const struct antrag *a,
    const struct department **out, struct err *err);

/* State, due date, urgency. */
void submit_state(struct request *req, const struct antrag *a,
    struct vorgang *v);

/* {"service": ..., "version": ..., "department": ..., "outcomes": {...}} */
const char *submit_event_data(struct request *req, const struct antrag *a,
    const struct department *department);

/* Blind index rows of all fields that have one; returns how many. */
size_t submit_index(struct request *req, const struct antrag *a,
    const struct vorgang_index **out);

/*
 * What decides whether two submissions are the same: the canonical answers
 * without what is calculated from them, files by name and size, since a second
 * click uploads them again under other ids.
 */
void submit_digest(struct request *req, const struct antrag *a,
    uint8_t out[CRYPTO_DIGEST_LEN]);

/*
 * The draft's documents that no shown answer names: uploads for questions that
 * do not apply any more. Returns how many.
 */
size_t submit_dropped(struct request *req, const struct antrag *a,
    const struct id **out);

/* The address for the confirmation, "" when there is none. */
const char *submit_mail(const struct antrag *a);

#endif
