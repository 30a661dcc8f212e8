/*
 * Who gets mail about a draft: addresses that a link was sent to, sealed under
 * a key of the town (draft.reminder), since the courier must be able to
 * announce that a draft expires. An address is confirmed by its link being
 * used; until then it gets nothing more. The town is db_town's.
 */
#ifndef DRAFT_REMINDER_H
#define DRAFT_REMINDER_H

#include "common/db/db.h"
#include "common/draft/draft_secret.h"
#include "common/lang.h"

#define DRAFT_ADDRESSES_MAX 3
#define DRAFT_ANNOUNCED_WEEK 1 /* draft.announced */
#define DRAFT_ANNOUNCED_DAY 2

struct draft_address {
	const char *to;
	int64_t sent_ms; /* when the link was sent last */
	uint8_t link[CRYPTO_DIGEST_LEN]; /* its draft_secret_hash */
	bool is_confirmed, wants_reminder;
};

struct draft_reminder {
	struct draft_address address[DRAFT_ADDRESSES_MAX];
	size_t n;
};

/* A draft's addresses, none when it has none. ERR_NOT_FOUND: no draft. */
int draft_reminder_read(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, struct draft_reminder *out,
    struct err *err);

/* Writes them; within the transaction that locked the draft. */
int draft_reminder_write(struct db *db, struct arena *a,
    const struct town *t, const struct id *submission,
    const struct draft_reminder *r, struct err *err);

/* Whatever its case, which no mail server tells apart; NULL when it is not
 * among them. */
struct draft_address *draft_reminder_find(
    struct draft_reminder *r, const char *to);

/* The link was used: its address is confirmed. *changed when it was not. */
void draft_reminder_confirm(struct draft_reminder *r, const struct town *t,
    const struct draft_secret *link, bool *changed);

/* ---- for the courier, across all towns ---- */

/* A draft whose end is to be announced. */
struct draft_ending {
	uint32_t town_id;
	struct id submission_id;
	uint32_t service_version_id;
	enum lang lang;
	int64_t expires_ms;
	int announcement; /* DRAFT_ANNOUNCED_... */
	const void *sealed;
	size_t sealed_len;
};

/*
 * Drafts with somebody to tell that expire within a week or within a day, each
 * once; those that were touched so late that they lived no longer anyway, not.
 */
int draft_reminder_due(struct db *db, struct arena *a, int64_t now_ms,
    size_t max, struct draft_ending **out, size_t *n, struct err *err);
int draft_reminder_open(struct arena *a, const struct town *t,
    const struct draft_ending *e, struct draft_reminder *out,
    struct err *err);
/* Counts the announcement, within the transaction that queues the mails;
 * *is_new: nobody did before. */
int draft_reminder_announced(struct db *db, const struct draft_ending *e,
    int64_t now_ms, bool *is_new, struct err *err);

#endif
