/*
 * Fetching mail: one dialog, in which each delivery is written down and
 * committed before the next request acknowledges it. Whoever dies in between
 * gets it again, and knows it by its message id. A delivery that cannot be had
 * does not keep the others: then they are asked for one by one, by the process
 * cards.
 */
#include "common/date.h"
#include "common/log.h"
#include "common/osci/osci_arriving_store.h"
#include "courier/osci_take.h"

#define MESSAGES_MAX 100 /* of one dialog */
#define CARDS_MAX 1000
#define TROUBLE_MS 2000
#define TROUBLE_MAX_MS 60000

/* A round of a mailbox. */
struct round {
	struct osci_taking taking;
	const char **skipped; /* ids that are not asked for */
	size_t nskipped;
	size_t n;  /* messages that came */
	bool more; /* there may be others */
};

static int
renew(const struct round *r, struct err *err)
{
	const struct osci_taking *t = &r->taking;

	return osci_fetch_renew(t->work->db, t->fetch, t->work->name,
	    date_now_ms() + OSCI_LEASE_MS, err);
}

/* The oldest, as long as there is one; *is_blocked: it cannot be had. */
static int
take_oldest(struct round *r, bool *is_blocked, struct err *err)
{
	enum osci_taken how;

	*is_blocked = false;
	for (;;) {
		struct err why = { 0 };

		if (osci_take_one(&r->taking, NULL, &how, &why, err) == -1 ||
		    renew(r, err) == -1)
			return -1;
		r->more = how == OSCI_TAKEN;
		if (!r->more) {
			*is_blocked = how != OSCI_TAKEN_NONE;
			if (*is_blocked)
				log_warn("osci: the oldest delivery for %s "
					 "cannot be had: %s",
				    r->taking.fetch->identity, why.msg);
			return 0;
		}
		if (++r->n == MESSAGES_MAX)
			return 0;
	}
}

/* ---- one by one ---- */

static bool
is_among(const char *id, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], id) == 0)
			return true;
	return false;
}

/* The ids of what waits; *is_all: no others do. */
static int
ask_waiting(struct round *r, struct arena *a, const char ***id, size_t *n,
    bool *is_all, struct err *err)
{
	const struct osci_request request = {
		.type = OSCI_FETCH_PROCESS_CARD,
		.selection = { .by = OSCI_SELECT_RECEPTION,
		    .no_reception = true,
		    .role = OSCI_SELECT_ADDRESSEE,
		    .limit = CARDS_MAX },
	};
	struct osci_client_answer answer;

	*n = 0;
	*is_all = true;
	if (osci_client_call(r->taking.exchange.client, a, &request, &answer,
		err) == -1)
		return -1;
	if (strcmp(answer.code, "9804") == 0)
		return 0;
	if (!answer.is_good)
		return err_set(err, ERR_IO, "asked what waits: %s",
		    answer.code);
	*id = arena_new(a, const char *, answer.reply.ncards);
	for (size_t i = 0; i < answer.reply.ncards; i++)
		(*id)[(*n)++] = answer.reply.cards[i].message_id;
	for (size_t i = 0; i < answer.reply.nentry; i++)
		if (strcmp(answer.reply.entry[i].code, "3801") == 0)
			*is_all = false;
	return 0;
}

static int
open_again(struct round *r, struct err *err)
{
	struct osci_client *client = r->taking.exchange.client;

	return osci_client_is_open(client) ? 0
					   : osci_client_begin(client, err);
}

static int
take_by_id(struct round *r, const char *id, struct err *err)
{
	enum osci_taken how;
	struct err why = { 0 };

	if (open_again(r, err) == -1 ||
	    osci_take_one(&r->taking, id, &how, &why, err) == -1)
		return -1;
	if (how == OSCI_TAKEN)
		r->n++;
	if (how == OSCI_TAKEN_REFUSED)
		log_warn("osci: a delivery for %s is left where it is: %s",
		    r->taking.fetch->identity, why.msg);
	if (how == OSCI_TAKEN_UNREADABLE &&
	    osci_put_aside(&r->taking, id, why.msg, err) == -1)
		return -1;
	return renew(r, err);
}

/* What is passed over and does not wait any more need not be passed over. */
static int
forget_gone(struct round *r, struct arena *a, const char *const *id, size_t n,
    struct err *err)
{
	const struct osci_fetch *f = r->taking.fetch;

	for (size_t i = 0; i < r->nskipped; i++)
		if (!is_among(r->skipped[i], id, n) &&
		    osci_skipped_gone(r->taking.work->db, a, f->town_id,
			f->identity, r->skipped[i], date_now_ms(), err) == -1)
			return -1;
	return 0;
}

static int
take_one_by_one(struct round *r, struct arena *a, struct err *err)
{
	const char **id = NULL;
	bool is_all;
	size_t n;

	if (open_again(r, err) == -1 ||
	    ask_waiting(r, a, &id, &n, &is_all, err) == -1 ||
	    (is_all &&
		forget_gone(r, a, (const char *const *)id, n, err) == -1))
		return -1;
	r->more = false;
	for (size_t i = 0; i < n; i++) {
		if (is_among(id[i], (const char *const *)r->skipped,
			r->nskipped))
			continue;
		if (take_by_id(r, id[i], err) == -1)
			return -1;
		if (r->n >= MESSAGES_MAX) {
			r->more = true;
			break;
		}
	}
	return 0;
}

/* A dialog that fails is left: nothing in it is acknowledged then. */
static int
fetch_all(struct osci_work *w, struct arena *a, const struct osci_fetch *f,
    size_t *n, bool *more, struct err *err)
{
	struct round r = { .taking = { .work = w, .fetch = f } };
	struct osci_exchange *x = &r.taking.exchange;
	bool is_blocked = true;
	int rc;

	if (osci_exchange_open(
		w, a, f->town_id, f->identity, f->peer_id, x, err) == -1 ||
	    osci_skipped(w->db, a, f->town_id, f->identity, f->peer_id,
		&r.skipped, &r.nskipped, err) == -1 ||
	    osci_client_begin(x->client, err) == -1)
		return -1;
	rc = r.nskipped == 0 ? take_oldest(&r, &is_blocked, err) : 0;
	if (rc == 0 && is_blocked)
		rc = take_one_by_one(&r, a, err);
	*n = r.n;
	*more = r.more;
	return rc == -1 ? -1 : osci_client_end(x->client, err);
}

/*
 * When to fetch after it failed: in two seconds; and each time that it fails
 * again, after twice as long, up to the interval or a minute.
 */
static int64_t
next_after_trouble(const struct osci_fetch *f, int64_t now_ms)
{
	int64_t last_ms = f->next_ms - f->last_ms, most_ms = f->every_s * 1000;
	int64_t wait_ms = TROUBLE_MS;

	if (most_ms < TROUBLE_MAX_MS)
		most_ms = TROUBLE_MAX_MS;
	if (*f->last_note != '\0' && last_ms > 0)
		wait_ms = last_ms < most_ms ? 2 * last_ms : most_ms;
	if (wait_ms < TROUBLE_MS)
		wait_ms = TROUBLE_MS;
	return now_ms + (wait_ms < most_ms ? wait_ms : most_ms);
}

/*
 * When to fetch next. Soon after something was sent, an answer may be there: the
 * longer nothing comes, the rarer it is looked for, up to the interval.
 */
static int64_t
next_fetch(const struct osci_fetch *f, bool failed, int64_t now_ms)
{
	int64_t wait_ms = f->every_s * 1000, near_ms;

	if (f->every_s == 0)
		return 0;
	if (failed)
		return next_after_trouble(f, now_ms);
	near_ms = f->sent_ms == 0 ? wait_ms : (now_ms - f->sent_ms) / 4;
	if (near_ms < OSCI_SOON_MS)
		near_ms = OSCI_SOON_MS;
	return now_ms + (near_ms < wait_ms ? near_ms : wait_ms);
}

static bool
is_of_database(enum err_code code)
{
	return code == ERR_DB || code == ERR_DB_BUSY ||
	    code == ERR_DB_UNAVAILABLE;
}

int
osci_fetch_due(struct osci_work *w, size_t *n, struct err *err)
{
	struct arena a = { 0 };
	struct err why = { 0 };
	struct osci_fetch f;
	int64_t next_ms, now_ms;
	bool more = false;
	int rc;

	*n = 0;
	rc = osci_fetch_claim(
	    w->db, &a, w->name, date_now_ms(), OSCI_LEASE_MS, &f, err);
	if (rc == -1) {
		arena_free(&a);
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return 0;
	}
	if (fetch_all(w, &a, &f, n, &more, &why) == -1) {
		log_warn("osci: fetching for %s failed: %s", f.identity,
		    why.msg);
		more = false;
	}
	now_ms = date_now_ms();
	next_ms = next_fetch(&f, why.code != ERR_NONE, now_ms);
	if (more && why.code == ERR_NONE)
		next_ms = now_ms;
	if (is_of_database(why.code)) {
		*err = why;
		rc = -1;
	} else
		rc = osci_fetch_done(
		    w->db, w->name, &f, now_ms, next_ms, why.msg, err);
	db_enter_town(w->db, 0);
	arena_free(&a);
	return rc;
}
