/*
 * Notices to clients (client_store.h) that there is something to fetch: where
 * they want them, and the ledger of each. The courier looks for what is new in
 * the Vorgaenge themselves, so that no program that changes one has to know.
 */
#ifndef WEBHOOK_STORE_H
#define WEBHOOK_STORE_H

#include "common/db/db.h"
#include "common/town.h"

enum webhook_event {
	WEBHOOK_NEW = 1,       /* a new application */
	WEBHOOK_CHANGED = 2,   /* state, message, document; not by the client */
	WEBHOOK_WITHDRAWN = 4, /* by the applicant */
};

/* "new", "changed", "withdrawn". */
const char *webhook_event_name(enum webhook_event event);

struct webhook {
	uint32_t id, town_id, client_id;
	const char *client; /* slug */
	const char *url;
	unsigned events; /* of enum webhook_event */
	int64_t created_ms, watched_ms, removed_ms; /* 0: not removed */
};

/* ---- for the operator; the town is db_town's ---- */

/* Makes one; secret is sealed under a key of the town. */
int webhook_insert(struct db *db, struct arena *a, const struct town *t,
    uint32_t client_id, const char *url, unsigned events,
    const struct crypto_key *secret, int64_t now_ms, uint32_t *id,
    struct err *err);
/* All that are not removed, by client. */
int webhook_list(struct db *db, struct arena *a, struct webhook **out,
    size_t *n, struct err *err);
/* No more notices; those that wait are dead. ERR_NOT_FOUND. */
int webhook_remove(struct db *db, uint32_t id, int64_t now_ms,
    struct err *err);

enum webhook_state { WEBHOOK_WAITING, WEBHOOK_SENDING, WEBHOOK_DELIVERED,
	WEBHOOK_DEAD };

struct webhook_line {
	struct id id;
	uint32_t webhook_id;
	const char *client;
	struct id vorgang_id;
	enum webhook_event event;
	enum webhook_state state;
	uint32_t attempts;
	int64_t created_ms, next_ms, delivered_ms; /* 0: not delivered */
	int answer;	   /* the last HTTP status, 0: none */
	const char *error; /* of the last try, "" for none */
	const char *url;
};

/* The ledger, newest first; only dead ones if asked for. */
int webhook_lines(struct db *db, struct arena *a, bool is_dead, size_t max,
    struct webhook_line **out, size_t *n, struct err *err);
/* One of it. ERR_NOT_FOUND. */
int webhook_line(struct db *db, struct arena *a, const struct id *id,
    struct webhook_line *out, struct err *err);
/* Due again at once with all attempts: one, delivered or not, or (id NULL) all
 * dead ones of webhooks that are still there. */
int webhook_retry(struct db *db, const struct id *id, int64_t now_ms,
    int64_t *count, struct err *err);

/* Across all towns, for doctor. */
int webhook_dead_count(struct db *db, struct arena *a, int64_t *count,
    struct err *err);

/* ---- for the courier; across all towns ---- */

/* All that are watched for. */
int webhook_watched(struct db *db, struct arena *a, struct webhook **out,
    size_t *n, struct err *err);
/*
 * Writes a notice for each Vorgang of w's client that changed since then and
 * has something new that no notice tells of; at most max. *n: how many there
 * were; when it is max there may be more.
 */
int webhook_notice(struct db *db, struct arena *a, const struct webhook *w,
    int64_t since_ms, int64_t now_ms, size_t max, size_t *n,
    struct err *err);
/* What changed before is looked at. */
int webhook_watch_from(struct db *db, uint32_t id, int64_t ms,
    struct err *err);

struct webhook_job {
	struct id id; /* the same at every attempt */
	uint32_t town_id, webhook_id;
	struct id vorgang_id;
	enum webhook_event event;
	const char *service, *state; /* of the Vorgang, now */
	uint32_t attempts; /* this one included */
	int64_t created_ms;
	const char *url;
	bool is_over; /* webhook removed or client revoked */
	const void *secret; /* sealed */
	size_t secret_len;
};

/* Claims what is due until now_ms + lease_ms (outbox_claim has the idea). */
int webhook_claim(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, int64_t lease_ms, size_t max, struct webhook_job **out,
    size_t *n, struct err *err);
int webhook_secret_open(struct arena *a, const struct town *t,
    const struct webhook_job *job, struct crypto_key *out, struct err *err);
/* The outcome of one: delivered, dead, or waiting until next_ms. */
int webhook_finish(struct db *db, const char *claimer, const struct id *id,
    enum webhook_state state, int64_t next_ms, int answer, const char *error,
    int64_t now_ms, struct err *err);
/* Gives back claimed ones of a webhook that does not answer, untried. */
int webhook_put_off(struct db *db, const char *claimer, uint32_t webhook_id,
    int64_t next_ms, struct err *err);
/* Claims whose lease ran out are due again. */
int webhook_release_stale(struct db *db, int64_t now_ms, struct err *err);

#endif
