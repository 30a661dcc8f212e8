/*
 * What is to be sent, as rows. Queued in the transaction of what it tells
 * about; only the courier takes rows out, in batches, across all towns.
 */
#ifndef OUTBOX_STORE_H
#define OUTBOX_STORE_H

#include "common/db/commit_group.h"
#include "common/db/db.h"
#include "common/lang.h"
#include "common/town.h"

struct outbox_new {
	const char *kind;    /* "mail" */
	const char *payload; /* JSON (outbox_mail_write), sealed by us */
};

/* Adds n rows to what a submission writes; due at once. */
void outbox_unit(struct db *db, struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct outbox_new *o, size_t n,
    int64_t now_ms, struct commit_unit *u);

/* Inserts n rows, within the caller's transaction. */
int outbox_insert(struct db *db, struct arena *a,
    const struct crypto_key *key, const struct id *vorgang,
    const struct outbox_new *o, size_t n, int64_t now_ms, struct err *err);

/* The same for what belongs to no Vorgang (mails about drafts): sealed under a
 * key of the town; one that is given up loses its payload at once. */
int outbox_insert_for_town(struct db *db, struct arena *a,
    const struct town *t, const struct outbox_new *o, size_t n,
    int64_t now_ms, struct err *err);

struct outbox_job {
	struct id id; /* the delivery's idempotency key */
	uint32_t town_id;
	bool has_vorgang;
	struct id vorgang_id; /* zeroes without one */
	const char *kind;
	uint32_t attempts; /* this one included */
	int64_t created_ms;
	const void *data_key; /* the Vorgang's, wrapped; NULL: erased */
	size_t data_key_len;
	const void *payload; /* sealed */
	size_t payload_len;
};

/*
 * Claims up to max rows that are due, oldest first, until now_ms + lease_ms;
 * then they are taken back (outbox_release_stale). claimer names this worker
 * uniquely ("host:pid:thread").
 */
int outbox_claim(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, int64_t lease_ms, size_t max, struct outbox_job **out,
    size_t *n, struct err *err);

/* A job's payload, opened with its town's key. Erased meanwhile: ERR_GONE. */
int outbox_open(struct arena *a, const struct town *t,
    const struct outbox_job *job, char **payload, size_t *len,
    struct err *err);

enum outbox_outcome { OUTBOX_DELIVERED, OUTBOX_LATER, OUTBOX_GIVEN_UP };

struct outbox_result {
	struct id id;
	enum outbox_outcome outcome;
	int64_t next_ms;   /* of OUTBOX_LATER */
	const char *error; /* for the operator, no addresses; NULL: none */
};

/* Records the outcome of n claimed jobs in one transaction; a delivered one
 * loses its payload. Rows that claimer no longer holds are left alone. */
int outbox_finish(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, const struct outbox_result *result, size_t n,
    struct err *err);

/* Claims whose lease ran out are due again. */
int outbox_release_stale(struct db *db, int64_t now_ms, int64_t *count,
    struct err *err);

/* By hand: given up ones that have a payload still are due again, with all
 * attempts; id NULL: all. */
int outbox_requeue(struct db *db, const struct id *id, int64_t now_ms,
    int64_t *count, struct err *err);

struct outbox_count {
	int64_t waiting, claimed, given_up;
	int64_t oldest_due_ms; /* of the waiting that are due; 0: none */
};
int outbox_count(struct db *db, struct arena *a, int64_t now_ms,
    struct outbox_count *out, struct err *err);

/* Given up ones, newest first, for the operator. */
struct outbox_line {
	struct id id, vorgang_id; /* zeroes: of no Vorgang */
	uint32_t town_id;
	const char *kind;
	uint32_t attempts;
	int64_t created_ms;
	const char *error; /* "" when none was kept */
};
int outbox_given_up(struct db *db, struct arena *a, size_t max,
    struct outbox_line **out, size_t *n, struct err *err);

#endif
