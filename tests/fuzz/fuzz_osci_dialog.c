/* links: osci/dialog */
/*
 * Dialogs: control blocks in any order, right ones and wrong ones. The store is
 * in memory here; beside it a model of what the client was told last. A request
 * is taken exactly when the model says that it is the next one.
 */
#include <assert.h>
#include <stdint.h>

#include "osci/osci.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DIALOGS 4
#define IDLE_S 60

/* ---- the store, instead of osci_dialog_store.c ---- */

static struct row {
	bool is_used, is_closed;
	char challenge[200];
	int64_t sequence, used_ms;
	bool is_busy;
} row[DIALOGS];

static struct row *
row_of(int64_t id)
{
	return id >= 1 && id <= DIALOGS && row[id - 1].is_used ? &row[id - 1]
								: NULL;
}

int
osci_dialog_insert(struct db *db, struct osci_dialog *d, int64_t now_ms,
    struct err *err)
{
	(void)db;
	for (int i = 0; i < DIALOGS; i++) {
		if (row[i].is_used)
			continue;
		row[i] = (struct row){ .is_used = true, .sequence = -1,
			.used_ms = now_ms };
		(void)snprintf(row[i].challenge, sizeof(row[i].challenge),
		    "%s", d->challenge);
		d->id = i + 1;
		return 0;
	}
	return err_set(err, ERR_DB, "full");
}

int
osci_dialog_enter(struct db *db, struct arena *a, int64_t id, int64_t now_ms,
    int64_t idle_ms, struct osci_dialog *out, struct err *err)
{
	struct row *r = row_of(id);

	(void)db;
	if (r == NULL || r->is_closed || r->used_ms < now_ms - idle_ms ||
	    r->is_busy)
		return err_set(err, ERR_NOT_FOUND, "none");
	r->is_busy = true;
	r->used_ms = now_ms;
	*out = (struct osci_dialog){ .id = id,
		.challenge = arena_strdup(a, r->challenge),
		.sequence = r->sequence };
	return 0;
}

int
osci_dialog_release(struct db *db, int64_t id, struct err *err)
{
	(void)db;
	(void)err;
	if (row_of(id) != NULL)
		row_of(id)->is_busy = false;
	return 0;
}

int
osci_dialog_leave(struct db *db, const struct osci_dialog *d, bool is_closed,
    int64_t now_ms, struct err *err)
{
	struct row *r = row_of(d->id);

	(void)db;
	(void)err;
	assert(r != NULL && r->is_busy);
	(void)snprintf(
	    r->challenge, sizeof(r->challenge), "%s", d->challenge);
	r->sequence = d->sequence;
	r->is_closed = is_closed;
	r->used_ms = now_ms;
	r->is_busy = false;
	return 0;
}

/* ---- what the client knows ---- */

static struct told {
	bool is_open;
	char challenge[200]; /* the last answer's */
	int64_t sequence;    /* of the last request */
	int64_t at_ms;
} told[DIALOGS];

/* ---- one request ---- */

enum { INIT, REQUEST, EXIT, IMPLICIT, DELIVERY, KINDS };

static const struct order_row rows[KINDS] = {
	[INIT] = { .flags = ORDER_OPENS },
	[REQUEST] = { .flags = ORDER_NEEDS_DIALOG },
	[EXIT] = { .flags = ORDER_NEEDS_DIALOG | ORDER_CLOSES },
	[IMPLICIT] = { .flags = 0 },
	[DELIVERY] = { .flags = ORDER_NO_DIALOG },
};

/* What is put into a control block; bits of a byte say what is wrong. */
struct draw {
	int kind, dialog; /* dialog -1: no conversation */
	bool no_challenge, no_response, wrong_response, has_odd_id;
	int64_t sequence_off;
	bool no_sequence;
};

static struct draw
draw(const uint8_t *b)
{
	return (struct draw){
		.kind = b[0] % KINDS,
		.dialog = b[0] / KINDS % (DIALOGS + 2) - 1,
		.no_challenge = (b[1] & 7) == 1,
		.no_response = (b[1] & 7) == 2,
		.wrong_response = (b[1] & 7) == 3,
		.has_odd_id = (b[1] & 7) == 4,
		.no_sequence = (b[1] & 7) == 5,
		.sequence_off = (b[1] & 7) == 6 ? (int64_t)(b[1] >> 3) - 15 : 0,
	};
}

static void
fill(struct call *c, const struct draw *d)
{
	struct osci_control *in = &c->message.control;
	const struct told *t =
	    d->dialog >= 0 && d->dialog < DIALOGS ? &told[d->dialog] : NULL;

	in->sequence = -1;
	in->challenge = d->no_challenge ? NULL : "client's";
	if (d->dialog < 0)
		return;
	in->conversation_id = d->has_odd_id
	    ? "99999999999999999999999999"
	    : arena_printf(c->arena, "%d", d->dialog + 1);
	if (!d->no_response && t != NULL)
		in->response = d->wrong_response
		    ? arena_printf(c->arena, "%sx", t->challenge)
		    : arena_strdup(c->arena, t->challenge);
	if (!d->no_sequence)
		in->sequence =
		    (t == NULL ? 0 : t->sequence + 1) + d->sequence_off;
	if (in->sequence < -1)
		in->sequence = -1;
}

/* Whether it is to be taken. */
static bool
is_next(const struct draw *d, const struct osci_control *in, int64_t now_ms)
{
	const struct told *t;

	if (d->kind == INIT || d->kind == DELIVERY)
		return d->dialog < 0 && in->challenge != NULL;
	if (d->dialog < 0)
		return d->kind == IMPLICIT && in->challenge != NULL;
	if (d->dialog >= DIALOGS || d->has_odd_id)
		return false;
	t = &told[d->dialog];
	return t->is_open && now_ms - t->at_ms <= IDLE_S * 1000 &&
	    in->challenge != NULL && in->response != NULL &&
	    strcmp(in->response, t->challenge) == 0 &&
	    in->sequence == t->sequence + 1;
}

static void
remember(const struct call *c, int dialog, bool is_open)
{
	struct told *t = &told[dialog];

	t->is_open = is_open;
	(void)snprintf(t->challenge, sizeof(t->challenge), "%s",
	    c->answer.control.challenge);
	t->sequence = c->dialog == NULL ? -1 : c->message.control.sequence;
	t->at_ms = c->now_ms;
}

static void
answer(struct call *c, const struct draw *d)
{
	const struct osci_control *out = &c->answer.control;
	struct err err = { 0 };
	const struct order_row *r = &rows[d->kind];

	call_control(c, r);
	assert(strcmp(out->response, c->message.control.challenge) == 0);
	osci_feedback_result(&c->answer.feedback, "0801");
	if (d->kind == INIT) {
		if (init_dialog(c, &err) == 0)
			remember(c, (int)strtol(
			    out->conversation_id, NULL, 10) - 1, true);
		return;
	}
	assert((c->dialog == NULL) == (out->conversation_id == NULL));
	assert((c->dialog == NULL) == (out->challenge == NULL));
	if (call_leave(c, r, &err) == -1)
		abort();
	if (c->dialog != NULL)
		remember(c, d->dialog, d->kind != EXIT);
}

static void
step(struct app *app, const uint8_t *b, int64_t now_ms)
{
	static const struct osci_cert client;
	struct arena a = { 0 };
	struct call *c = arena_new(&a, struct call, 1);
	struct draw d = draw(b);
	struct err err = { 0 };
	bool is_good;

	c->app = app;
	c->arena = &a;
	c->now_ms = now_ms;
	c->client = &client;
	fill(c, &d);
	is_good = is_next(&d, &c->message.control, now_ms);
	if (call_enter(c, &rows[d.kind], &err) == -1) {
		assert(!is_good);
		assert(strcmp(err.field, "9400") == 0 ||
		    strcmp(err.field, "9802") == 0);
		/* nothing changed but that it was asked for */
		if (d.dialog >= 0 && d.dialog < DIALOGS &&
		    row[d.dialog].used_ms == now_ms && told[d.dialog].is_open)
			told[d.dialog].at_ms = now_ms;
	} else {
		assert(is_good);
		answer(c, &d);
	}
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct config config = { .osci_dialog_timeout_s = IDLE_S };
	struct app app = { .config = &config };
	int64_t now_ms = 1000000;

	memset(row, 0, sizeof(row));
	memset(told, 0, sizeof(told));
	for (; size >= 3; data += 3, size -= 3) {
		now_ms += (int64_t)(data[2] % 100) * (data[2] >= 200 ? 1000 : 1);
		step(&app, data, now_ms);
	}
	return 0;
}
