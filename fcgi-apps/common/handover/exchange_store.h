/*
 * XOEV messages of applications, out and in, as rows of table exchange; what
 * carries them is a transfer (osci_transfer.h). The town is db_town's; t must be
 * that town, whose key opens the bodies.
 */
#ifndef EXCHANGE_STORE_H
#define EXCHANGE_STORE_H

#include "common/db/db.h"
#include "common/town.h"

#define EXCHANGE_BODY_MAX (8 * 1024 * 1024) /* bytes of a message */

enum exchange_state {
	EXCHANGE_HANDED = 1,	  /* out: with the transport */
	EXCHANGE_DELIVERED = 2,	  /* the partner has it */
	EXCHANGE_ANSWERED = 3,
	EXCHANGE_SILENT = 4,	  /* no answer in time */
	EXCHANGE_REFUSED = 5,	  /* the partner sent a rejection */
	EXCHANGE_UNDELIVERED = 6, /* the transport gave up */
	EXCHANGE_FILED = 10,	  /* in: part of its Vorgang */
	EXCHANGE_QUARANTINED = 11, /* a person has to look */
	EXCHANGE_REJECTED = 12,	  /* we sent a rejection */
	EXCHANGE_TWICE = 13,	  /* the same message had come before */
	EXCHANGE_SETTLED = 14,	  /* a person looked */
};

/* "handed", "delivered", ... as the command line shows and takes them. */
const char *exchange_state_name(enum exchange_state state);
/* -1 when there is none of that name. */
int exchange_state_parse(const char *name, enum exchange_state *out);

struct exchange {
	struct id id;
	uint32_t town_id;
	bool is_incoming;
	enum exchange_state state;
	bool has_vorgang;
	struct id vorgang;
	const char *step; /* NULL of what came in */
	uint32_t round;	  /* how often the Vorgang took the step before */
	const char *message; /* what the service's mapping calls it, or NULL */
	uint32_t item;	  /* of that message's repeat */
	const char *standard, *version, *type; /* "" when unknown */
	bool has_uuid, has_refers_to;
	struct id uuid, refers_to; /* of the message, of what it answers */
	const char *partner;	   /* its name, "" when unknown */
	const char *partner_key;   /* "ags:09000001", likewise */
	struct id transfer;
	uint32_t unusable; /* answers to it that were not valid */
	const char *finding; /* JSON array of {code, path, key}, or "" */
	int64_t answer_due_ms; /* 0: no answer is waited for */
	int64_t created_ms, changed_ms;
	const char *body; /* NULL unless asked for */
	size_t len;
};

/*
 * Writes a row with its body, within the caller's transaction. ERR_DUPLICATE:
 * "exchange_step" (the Vorgang took this step) or "exchange_transfer" (that
 * transfer was handled).
 */
int exchange_insert(struct db *db, struct arena *a, const struct town *t,
    const struct exchange *e, struct err *err);

/* One with its body. ERR_NOT_FOUND; ERR_CRYPTO. */
int exchange_find(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, struct exchange *out, struct err *err);
/* The newest with that message UUID, with its body; *found. */
int exchange_by_uuid(struct db *db, struct arena *a, const struct town *t,
    bool is_incoming, const struct id *uuid, struct exchange *out,
    bool *found, struct err *err);
/* All of a Vorgang, oldest first; with_body: opened. */
int exchange_of_vorgang(struct db *db, struct arena *a, const struct town *t,
    const struct id *vorgang, bool with_body, struct exchange **out,
    size_t *n, struct err *err);

/* The town's, newest first, before one (NULL: from the newest); in a state, or
 * (0) in any. */
int exchange_list(struct db *db, struct arena *a, enum exchange_state state,
    const struct id *before, size_t max, struct exchange **out, size_t *n,
    struct err *err);

/* Those of the town that wait longer than they may for an answer. */
int exchange_overdue(struct db *db, struct arena *a, int64_t now_ms,
    size_t max, struct exchange **out, size_t *n, struct err *err);

/* Sent ones that wait for their transfer, with what became of that. */
struct exchange_carried {
	struct exchange exchange;
	int transfer_state; /* enum osci_transfer_state */
	int64_t changed_ms;
};
int exchange_carried(struct db *db, struct arena *a, size_t max,
    struct exchange_carried **out, size_t *n, struct err *err);

/* Moves a row on; ERR_CONFLICT when it is in another state by now. */
int exchange_move(struct db *db, const struct id *id, enum exchange_state from,
    enum exchange_state to, int64_t now_ms, struct err *err);
/* The same from whatever state it is in: an answer settles a message, however
 * far it is known to have come. */
int exchange_settle(struct db *db, const struct id *id,
    enum exchange_state to, int64_t now_ms, struct err *err);
/* What a Vorgang still waits for in other steps than this one is answered: some
 * standards' answers refer to an earlier message than the last. */
int exchange_answer_all(struct db *db, const struct id *vorgang,
    const char *step, int64_t now_ms, struct err *err);
/* How many messages of a step still wait for their answers. */
int exchange_outstanding(struct db *db, struct arena *a,
    const struct id *vorgang, const char *step, size_t *out, struct err *err);
/* An answer to a message was not valid: counted, and a valid one has to come
 * until due_ms, unless it had to be here earlier. */
int exchange_unusable(struct db *db, const struct id *id, int64_t due_ms,
    int64_t now_ms, struct err *err);
/* Messages of ours whose answers were not valid so far, oldest first. */
int exchange_troubled(struct db *db, struct arena *a, size_t max,
    struct exchange **out, size_t *n, struct err *err);
/* What was sent back, and no message of ours is known that it answers: newest
 * first, until a person lays it aside. */
int exchange_stray(struct db *db, struct arena *a, size_t max,
    struct exchange **out, size_t *n, struct err *err);
/* Files one in quarantine (or one that was sent back, of no Vorgang) to a
 * Vorgang, or lays it aside; as above. */
int exchange_file(struct db *db, const struct id *id, const struct id *vorgang,
    enum exchange_state to, int64_t now_ms, struct err *err);

/*
 * Destroys what an application's messages say, here and with the transport,
 * within the caller's transaction; that there were some stays. A message that
 * was erased is found with a NULL body.
 */
int exchange_erase(struct db *db, const struct id *vorgang, struct err *err);

/* ---- who we are, and whom with ---- */

/* The town in the heads of its messages. Strings are "" when not given. */
struct exchange_party {
	const char *service; /* "": for all that have none of their own */
	const char *key;     /* "mbp:09000001" */
	const char *name, *email;
	const char *street, *house_no, *postal_code, *city;
	const char *identity; /* of OSCI; "": the town's only one */
};

/* ERR_NOT_FOUND: the operator has to say who the town is. */
int exchange_party_find(struct db *db, struct arena *a, const char *service,
    struct exchange_party *out, struct err *err);
int exchange_party_put(
    struct db *db, const struct exchange_party *p, struct err *err);
int exchange_party_list(struct db *db, struct arena *a,
    struct exchange_party **out, size_t *n, struct err *err);

/* The name of the partner with that directory key; ERR_NOT_FOUND. */
int exchange_partner(struct db *db, struct arena *a, const char *key,
    const char **name, struct err *err);

/* ---- what to look at ---- */

struct exchange_case {
	struct id vorgang;
	uint32_t service_version_id;
	const char *state;
	int64_t changed_ms;
	bool is_settled; /* closed, or in the list of those that wait */
};

/* Up to when the town's changes were looked at; 0 at first. */
int exchange_watched(struct db *db, struct arena *a, int64_t *out,
    struct err *err);
int exchange_watch(struct db *db, int64_t until_ms, struct err *err);
/* Vorgaenge that changed at since_ms or later, oldest change first. after:
 * the last one of the page before, whose change is at since_ms; NULL: the
 * first page. */
int exchange_cases(struct db *db, struct arena *a, int64_t since_ms,
    const struct id *after, size_t max, struct exchange_case **out, size_t *n,
    struct err *err);
/*
 * Ids of towns where something may be to do: a change that was not looked at or
 * that others of overlap_ms may stand beside, a waiting step or an answer that
 * is due, a message that arrived or was carried. One question for the whole
 * installation, so that quiet towns cost nothing; it may name too many.
 */
int exchange_towns_due(struct db *db, struct arena *a, int64_t now_ms,
    int64_t overlap_ms, uint32_t **out, size_t *n, struct err *err);
/* One whose step could not be taken: it is looked at again at next_ms. */
int exchange_wait_put(struct db *db, const struct id *vorgang,
    const char *step, const char *reason, int64_t now_ms, int64_t next_ms,
    struct err *err);
int exchange_wait_remove(
    struct db *db, const struct id *vorgang, struct err *err);
/* Those that are due, as above; state is what the Vorgang is in now. */
int exchange_wait_due(struct db *db, struct arena *a, int64_t now_ms,
    size_t max, struct exchange_case **out, size_t *n, struct err *err);

struct exchange_waiting {
	struct id vorgang;
	const char *step, *reason;
	uint32_t attempts;
	int64_t since_ms, next_ms;
};
int exchange_wait_list(struct db *db, struct arena *a, size_t max,
    struct exchange_waiting **out, size_t *n, struct err *err);

/*
 * A Vorgang has to get a reply from its applicant until due_ms to go on with
 * that step; the first such time stays, unless is_new. Those of other steps
 * end.
 */
int exchange_deadline_put(struct db *db, const struct id *vorgang,
    const char *step, int64_t due_ms, bool is_new, struct err *err);
int exchange_deadline_remove(
    struct db *db, const struct id *vorgang, struct err *err);
/* Those that are over. */
struct exchange_deadline {
	struct id vorgang;
	const char *step;
};
int exchange_deadline_over(struct db *db, struct arena *a, int64_t now_ms,
    size_t max, struct exchange_deadline **out, size_t *n, struct err *err);

/* How often a Vorgang took a step. */
int exchange_rounds(struct db *db, struct arena *a, const struct id *vorgang,
    const char *step, uint32_t *out, struct err *err);

#endif
