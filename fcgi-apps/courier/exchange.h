/*
 * The exchange with other authorities that services ask for (service.json,
 * "exchange"; docs/exchange.md): messages go out when a Vorgang is in a state,
 * and what comes in is judged, filed to its Vorgang, and moves it on. Each
 * message and what follows from it is one transaction.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdatomic.h>

#include "common/handover/exchange_store.h"
#include "common/handover/handover.h"
#include "common/osci/osci_transfer.h"
#include "common/service/service_exchange.h"
#include "common/vorgang/vorgang_change.h"
#include "common/xoev/xoev.h"
#include "courier/courier.h"

/* How long a transaction may take and its change still be looked at. */
#define EXCHANGE_OVERLAP_MS (2 * 60000)

/* As many Vorgaenge need not be read again while nothing changes. */
#define EXCHANGE_SEEN_MAX 4096

/* What a round has at hand. */
struct exchange_desk {
	struct courier *courier;
	const struct crypto_key *master;
	struct osci_trust *trust; /* NULL: only registered certificates count */
	/* kept by exchange_round, until services change */
	const struct service_set *services;
	struct xoev_sets *sets;
	const struct code_lists *lists;
	struct arena lists_arena;
	bool is_wide; /* this round looks back further (exchange_out.c) */
	int64_t next_wide_ms;
	atomic_bool *is_ending; /* NULL: it goes on */
	/* Vorgaenge that were looked at in vain; by their ids */
	struct exchange_seen {
		struct id vorgang;
		int64_t changed_ms;
	} seen[EXCHANGE_SEEN_MAX];
};

/*
 * The exchange in a thread with a database connection of its own, so that it
 * waits for nobody's mail server. An error leaves *out to be stopped.
 */
struct exchange_thread;
int exchange_thread_start(const struct courier *courier,
    const struct crypto_key *master, struct exchange_thread **out,
    struct err *err);
/* Ends it after what it is just doing. NULL is fine. */
void exchange_thread_stop(struct exchange_thread *t);

/* ---- what its parts share ---- */

/* Everything that is due; *n: messages sent and handled. */
int exchange_round(struct exchange_desk *d, size_t *n, struct err *err);

/* ---- exchange_out.c ---- */

/* Steps that Vorgaenge of the town are to take. */
int exchange_take_steps(
    struct exchange_desk *d, const struct town *t, size_t *n, struct err *err);

/* ---- exchange_in.c ---- */

/* What arrived for the town. */
int exchange_take_in(
    struct exchange_desk *d, const struct town *t, size_t *n, struct err *err);

/* ---- exchange_follow.c ---- */

/* What became of messages that went out: collected, never arrived, no answer
 * in time. */
int exchange_follow(
    struct exchange_desk *d, const struct town *t, size_t *n, struct err *err);

/* ---- exchange_change.c ---- */

/* A Vorgang with what its exchange needs of it. */
struct exchange_matter {
	struct exchange_desk *desk;
	const struct town *town;
	struct vorgang_whole whole;
	const struct service *service;
	const struct service_state *state; /* present one */
};

/* Reads it. ERR_NOT_FOUND when it, its service or its state are gone. */
int exchange_matter_read(struct exchange_desk *d, struct arena *a,
    const struct town *t, const struct id *vorgang,
    struct exchange_matter *out, struct err *err);

/* A change by the exchange. */
struct exchange_change {
	const char *to;	     /* state; NULL, or where it cannot go: stays */
	const char *message; /* to the applicant; NULL: none */
	const char *reason;  /* for the office's history: text key; or NULL */
	const struct document *document; /* in the store of files */
	size_t ndocument;
	const struct handover *handover; /* NULL: none */
	enum handover_step step;
	const char *unusable_of; /* who sent an answer that was not valid */
	int32_t due; /* of the new state; 0: as the service says */
	bool is_question; /* the message waits for an answer */
	/* further rows of the transaction; NULL: none */
	int (*also)(struct db *db, struct arena *a, void *arg, struct err *err);
	void *arg;
};

int exchange_change_write(struct arena *a, const struct exchange_matter *m,
    const struct exchange_change *c, int64_t now_ms, struct err *err);

/* The partner of a matter's step: its directory key; NULL when the service's
 * "key" names none. An answer that is no key of a directory makes one that
 * nobody has. */
const char *exchange_partner_key(struct arena *a, const struct service *s,
    const struct town *t, const struct exchange_step *step,
    const struct form_answers *answers, const struct form_context *context);

/* Whether the process is to end: whoever has much to do stops between two. */
bool exchange_is_over(const struct exchange_desk *d);

/* What messages are judged by today. */
struct xoev_rules exchange_rules(const struct exchange_desk *d, int64_t now_ms);

/* ---- exchange_out.c ---- */

/*
 * Builds the messages of a step from c and sends them, with the new state: also
 * for a step that is none of the service's own. reply: the step's value, or NULL.
 */
int exchange_send(struct arena *a, const struct exchange_matter *m,
    const struct exchange_step *step, struct xoev_case *c, const char *reply,
    uint32_t round, int64_t now_ms, struct err *err);

/* ---- exchange_reply.c ---- */

/* Sends what the applicant answered to an authority that asked for something
 * (1402): messages and documents that did not go yet. */
int exchange_take_reply(struct arena *a, const struct exchange_matter *m,
    int64_t now_ms, bool *taken, struct err *err);

/* ---- exchange_words.c ---- */

/* What a message says, as words to the applicant; NULL: nothing. name: who
 * sent it. */
const char *exchange_words(struct arena *a, const struct exchange_matter *m,
    const char *name, const struct xoev_read *r);

/* ---- exchange_case.c ---- */

/* One of an applicant's documents, as messages carry files. */
int exchange_file_read(struct arena *a, const struct exchange_matter *m,
    const struct document *d, const char *name, struct xoev_value *out,
    struct err *err);

/* The applicant's answers, with what is calculated from them. */
int exchange_answers_read(struct arena *a, const struct exchange_matter *m,
    struct xoev_case *out, struct err *err);
/* What a message of a step is built from: answers, files, earlier messages,
 * parties; the reader is the caller's to fill in. round: how often the step was
 * taken before. */
int exchange_case_read(struct arena *a, const struct exchange_matter *m,
    uint32_t round, struct xoev_case *out, struct err *err);

#endif
