/*
 * Vorgaenge as rows. The town is db_town's; t must be that town, whose key
 * opens what is read. A Vorgang that was erased: ERR_GONE.
 */
#ifndef VORGANG_STORE_H
#define VORGANG_STORE_H

#include "common/db/commit_group.h"
#include "common/db/db.h"
#include "common/vorgang/outbox_store.h"
#include "common/town.h"
#include "common/vorgang/vorgang.h"

/* What a Vorgang without a due date has in column due, to come last in order:
 * 9999-12-31. struct vorgang has 0 instead. */
#define VORGANG_DUE_NEVER 2932896

/* A searchable value: crypto_blind_index of kind and value. */
struct vorgang_index {
	const char *kind; /* "name", "birth_date", "email", ... */
	uint8_t hash[CRYPTO_INDEX_LEN];
};

/* HMAC of the canonical answers under the town's index key. */
void vorgang_digest(const struct town *t, const char *answers, size_t len,
    uint8_t out[CRYPTO_DIGEST_LEN]);

/* A new application with all that is written along with it. */
struct vorgang_submission {
	/* All members but changed_ms, is_closed, has_attachments, last_*. */
	const struct vorgang *vorgang;
	/* The first is "submitted"; seq and at_ms are given by us. */
	const struct event *event;
	size_t nevent;
	const struct vorgang_index *index;
	size_t nindex;
	const struct outbox_new *outbox;
	size_t noutbox;
	bool has_draft; /* takes the draft's documents, and the draft's place */
	const struct id *dropped; /* but these: what they belonged to is hidden */
	size_t ndropped;
};

/*
 * Fills u for commit_group_run. ERR_DUPLICATE there, by err->field:
 * "vorgang_submission" (see vorgang_by_submission) or "vorgang_reference"
 * (make another one and run again).
 */
void vorgang_unit(struct db *db, struct arena *a, const struct town *t,
    const struct vorgang_submission *s, struct commit_unit *u);

/* A Vorgang with everything that its page shows. */
struct vorgang_whole {
	struct vorgang vorgang;
	struct event *event; /* by seq */
	size_t nevent;
	struct document *document; /* oldest first */
	size_t ndocument;
	struct message *message; /* oldest first */
	size_t nmessage;
};

/*
 * Each is one round trip, and one more for documents and messages where there
 * are any. Nothing that fits, or another town's: ERR_NOT_FOUND,
 * alike for an unknown reference and a wrong code. The first two give the
 * applicant's view (public events only), vorgang_by_id the office's.
 */
int vorgang_by_token(struct db *db, struct arena *a, const struct town *t,
    const uint8_t token[ID_TOKEN_LEN], int64_t now_ms,
    struct vorgang_whole *out, struct err *err);
int vorgang_by_reference(struct db *db, struct arena *a, const struct town *t,
    const char *reference, const char *code, struct vorgang_whole *out,
    struct err *err);
int vorgang_by_id(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, struct vorgang_whole *out, struct err *err);

/* The office's way in: the id of a reference, ERR_NOT_FOUND. */
int vorgang_find(struct db *db, struct arena *a, const char *reference,
    struct id *out, struct err *err);

/*
 * What became of a submission id: the Vorgang without events, documents and
 * messages; *found tells whether there is one.
 */
int vorgang_by_submission(struct db *db, struct arena *a,
    const struct town *t, const struct id *submission, struct vorgang *out,
    bool *found, struct err *err);

/* One line of the office's list. Contents stay sealed. */
struct vorgang_line {
	struct id id;
	char reference[ID_REFERENCE_LEN + 1];
	uint32_t service_version_id;
	const char *state;
	uint32_t department_id;
	int32_t due;
	bool is_urgent;
	int64_t created_ms, changed_ms;
};

/* Open or closed ones, newest first; before: the last id of the page before,
 * NULL for the first page. */
int vorgang_list(struct db *db, struct arena *a, bool is_closed,
    const struct id *before, size_t max, struct vorgang_line **out, size_t *n,
    struct err *err);

/* How many of a service (all versions) arrived in the town since then. */
int vorgang_count_since(struct db *db, struct arena *a, const char *service,
    int64_t since_ms, int64_t *count, struct err *err);

/*
 * One department's in one state, by due date (none: last), then age; after:
 * the last line of the page before, NULL for the first page.
 */
int vorgang_inbox(struct db *db, struct arena *a, uint32_t department_id,
    const char *state, const struct vorgang_line *after, size_t max,
    struct vorgang_line **out, size_t *n, struct err *err);

/* Those that a blind index finds, newest first. */
int vorgang_search(struct db *db, struct arena *a,
    const struct vorgang_index *index, size_t max, struct vorgang_line **out,
    size_t *n, struct err *err);

/* Reads and locks the row until the transaction ends; answers stay closed. */
int vorgang_lock(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, struct vorgang *out, struct err *err);

/* Writes state, due, is_closed, has_attachments, last_seq, last_hash and
 * changed_ms of a locked one. */
int vorgang_update(struct db *db, const struct vorgang *v, struct err *err);

#endif
