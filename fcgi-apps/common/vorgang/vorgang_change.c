#include "common/vorgang/vorgang_change.h"

#include <assert.h>
#include <unistd.h>

#include "common/date.h"
#include "common/document_store.h"
#include "common/vorgang/event_store.h"
#include "common/vorgang/message_store.h"

#define TRIES 5
#define LOOK_UP_MS 10000
#define LOOK_UP_PAUSE_US 100000

/* Chains and inserts the events; the last one goes to last. */
static int
events_write(struct db *db, struct arena *a, struct vorgang *v,
    const struct vorgang_change *c, struct event_row *last, struct err *err)
{
	struct event_row *row = arena_new(a, struct event_row, c->nevent);

	for (size_t i = 0; i < c->nevent; i++) {
		struct event e = c->event[i];

		e.at_ms = c->now_ms;
		event_chain(a, &v->key.key, &v->id, &e, &v->last_seq,
		    v->last_hash, &row[i]);
	}
	*last = row[c->nevent - 1];
	return event_insert(db, a, &v->id, row, c->nevent, err);
}

static int
message_write(struct db *db, struct arena *a, const struct vorgang *v,
    const struct vorgang_change *c, struct err *err)
{
	struct message m;

	if (c->message == NULL)
		return 0;
	m = *c->message;
	m.id = id_uuid7();
	m.at_ms = c->now_ms;
	return message_insert(db, a, &v->key.key, &v->id, &m, err);
}

/*
 * Everything within the transaction. last->seq is set when an earlier try ended
 * in a COMMIT with unknown outcome: with the row locked now, that one is over,
 * and it may be there after all.
 */
static int
change_write(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, const struct vorgang_change *c,
    struct event_row *last, struct err *err)
{
	struct vorgang v;
	bool found = false;

	if (vorgang_lock(db, a, t, id, &v, err) == -1 ||
	    (last->seq != 0 &&
		event_exists(db, a, id, last, &found, err) == -1))
		return -1;
	if (found)
		return 0;
	if (c->expected_state != NULL &&
	    strcmp(c->expected_state, v.state) != 0)
		return err_set(err, ERR_CONFLICT,
		    "vorgang: in state %s by now", v.state);
	/* The message first: what was sent twice ends here. */
	if (message_write(db, a, &v, c, err) == -1 ||
	    events_write(db, a, &v, c, last, err) == -1 ||
	    document_insert(db, a, &v.key.key, id, c->document, c->ndocument,
		err) == -1 ||
	    outbox_insert(db, a, &v.key.key, id, c->outbox, c->noutbox,
		c->now_ms, err) == -1 ||
	    (c->clerk != NULL &&
		clerk_insert(db, a, &v.key.key, id, c->clerk, c->now_ms,
		    err) == -1) ||
	    (c->also != NULL && c->also(db, a, &v, c->also_arg, err) == -1))
		return -1;
	if (!c->is_look)
		v.changed_ms = c->now_ms;
	v.has_attachments |= c->message != NULL || c->ndocument > 0;
	if (c->state != NULL) {
		v.state = c->state;
		v.is_closed = c->is_final;
		v.due = c->due;
	}
	return vorgang_update(db, &v, err);
}

static int
change_once(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, const struct vorgang_change *c,
    struct event_row *last, bool *unknown, struct err *err)
{
	*unknown = false;
	if (db_begin(db, err) == -1)
		return -1;
	if (change_write(db, a, t, id, c, last, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, unknown, err);
}

/* Whether the change of a COMMIT with unknown outcome is there. */
static int
look_up(struct db *db, struct arena *a, const struct id *id,
    const struct event_row *last, bool *found, struct err *err)
{
	const int64_t until_ms = date_now_ms() + LOOK_UP_MS;

	for (;;) {
		err_clear(err);
		if (event_exists(db, a, id, last, found, err) == 0)
			return 0;
		if (err->code != ERR_DB_UNAVAILABLE ||
		    date_now_ms() >= until_ms)
			return -1;
		(void)usleep(LOOK_UP_PAUSE_US);
	}
}

int
vorgang_change(struct db *db, struct arena *a, const struct town *t,
    const struct id *vorgang, const struct vorgang_change *c,
    struct err *err)
{
	struct event_row last = { 0 };
	bool unknown, found;

	assert(c->nevent > 0);
	for (int try = 1;; try++) {
		err_clear(err);
		if (change_once(
			db, a, t, vorgang, c, &last, &unknown, err) == 0)
			return 0;
		if (unknown) {
			if (look_up(db, a, vorgang, &last, &found, err) == -1)
				return -1;
			if (found) {
				err_clear(err);
				return 0;
			}
		} else if (err->code != ERR_DB_BUSY) {
			return -1;
		}
		if (try == TRIES)
			return -1;
	}
}
