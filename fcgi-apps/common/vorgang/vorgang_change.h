/*
 * What happens to a Vorgang after its submission, in one transaction: a new
 * state, events, a message, documents, mails. Every way in (citizen, office,
 * courier) goes through here, so that the log never misses a step.
 */
#ifndef VORGANG_CHANGE_H
#define VORGANG_CHANGE_H

#include "common/clerk_store.h"
#include "common/vorgang/vorgang_store.h"

struct vorgang_change {
	int64_t now_ms;
	/* NULL: any; else ERR_CONFLICT when it is in another state by now. */
	const char *expected_state;
	const char *state; /* the new one; NULL: stays */
	bool is_final;	   /* the new state closes it */
	int32_t due;	   /* with a new state: its date, 0 none */
	const struct event *event; /* at least one; seq, at_ms given by us */
	size_t nevent;
	const struct message *message; /* id and at_ms given; NULL: none */
	/* Already in the store of files, under the Vorgang's key. */
	const struct document *document;
	size_t ndocument;
	const struct outbox_new *outbox;
	size_t noutbox;
	/* What the office filled in, going out from its revision; or NULL.
	 * ERR_CONFLICT when there is a newer one. */
	const struct clerk_answers *clerk;
	/* Somebody only looked, or it was handed on: the time of its last
	 * change stays, so that lists by change do not name it again. */
	bool is_look;
	/*
	 * Further rows of the same transaction, NULL: none. Called with the row
	 * locked and the events written: v->last_seq is the last one's. -1 undoes
	 * all. It may be called again after a deadlock.
	 */
	int (*also)(struct db *db, struct arena *a, const struct vorgang *v,
	    void *arg, struct err *err);
	void *also_arg;
};

/*
 * 0: durable. ERR_DUPLICATE: the message's submission id was taken before (the
 * same page sent twice), nothing changed. ERR_CONFLICT, ERR_NOT_FOUND,
 * ERR_GONE as above. Deadlocks are repeated; a COMMIT with unknown outcome is
 * looked up.
 */
int vorgang_change(struct db *db, struct arena *a, const struct town *t,
    const struct id *vorgang, const struct vorgang_change *c,
    struct err *err);

#endif
