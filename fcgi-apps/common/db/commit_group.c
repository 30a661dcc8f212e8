#include "common/db/commit_group.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "common/date.h"
#include "common/log.h"

#define BATCH_MAX 128
#define ALONE_TRIES 4		/* of a unit that meets deadlocks */
#define LOOK_UP_MS 10000	/* how long the database may stay away */
#define LOOK_UP_PAUSE_US 100000

/* A unit in the queue; lives on its caller's stack until run returns. */
struct waiter {
	const struct commit_unit *unit;
	struct err *err;
	int rc;
	bool is_taken; /* out of the queue, a leader has it */
	bool is_done;  /* rc and err are final */
	struct waiter *next;
	pthread_cond_t turn; /* done, or head of the queue with a leader free */
};

/* All below mutex is under it, but the figures. */
struct commit_group {
	size_t leaders, batch;
	pthread_mutex_t mutex;
	struct waiter *head, **tail;
	size_t active; /* leaders at work */
	_Atomic uint64_t transactions, units;
};

void
commit_unit_add(struct commit_unit *u, const char *sql,
    const struct db_param *param, size_t n)
{
	commit_unit_add_rows(u, sql, param, n, 1);
}

void
commit_unit_add_rows(struct commit_unit *u, const char *sql,
    const struct db_param *param, size_t n, size_t count)
{
	if (count == 0)
		return;
	assert(u->n < COMMIT_ROW_MAX);
	u->row[u->n++] = (struct commit_row){ sql, param, n, count };
}

struct commit_group *
commit_group_new(size_t leaders, size_t batch)
{
	struct commit_group *g = calloc(1, sizeof(*g));

	if (g == NULL)
		log_fatal("commit group: out of memory");
	assert(leaders > 0 && batch > 0 && batch <= BATCH_MAX);
	g->leaders = leaders;
	g->batch = batch;
	g->tail = &g->head;
	(void)pthread_mutex_init(&g->mutex, NULL);
	return g;
}

void
commit_group_free(struct commit_group *g)
{
	if (g == NULL)
		return;
	assert(g->head == NULL && g->active == 0);
	(void)pthread_mutex_destroy(&g->mutex);
	free(g);
}

void
commit_group_count(const struct commit_group *g, uint64_t *transactions,
    uint64_t *units)
{
	*transactions = atomic_load(&g->transactions);
	*units = atomic_load(&g->units);
}

/* ---- one transaction ---- */

/* Whether sql comes up in a unit before w[unit], or before row in it. */
static bool
is_seen(struct waiter *const *w, size_t unit, size_t row, const char *sql)
{
	for (size_t i = 0; i <= unit; i++) {
		size_t n = i < unit ? w[i]->unit->n : row;

		for (size_t k = 0; k < n; k++)
			if (w[i]->unit->row[k].sql == sql)
				return true;
	}
	return false;
}

/* All rows of sql in all units, in one bulk call. */
static int
write_rows(struct db *db, struct arena *a, struct waiter *const *w, size_t n,
    const struct commit_row *first, struct err *err)
{
	struct db_param *param, *to;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < w[i]->unit->n; k++)
			if (w[i]->unit->row[k].sql == first->sql)
				count += w[i]->unit->row[k].count;
	if (count == 1)
		return db_exec(
		    db, first->sql, first->param, first->n, NULL, err);
	param = to = arena_new(a, struct db_param, count * first->n);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < w[i]->unit->n; k++) {
			const struct commit_row *row = &w[i]->unit->row[k];

			if (row->sql != first->sql)
				continue;
			assert(row->n == first->n);
			memcpy(to, row->param,
			    row->n * row->count * sizeof(*to));
			to += row->n * row->count;
		}
	}
	return db_bulk(db, first->sql, param, first->n, count, err);
}

static int
write_units(struct db *db, struct arena *a, struct waiter *const *w, size_t n,
    struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < w[i]->unit->n; k++) {
			const struct commit_row *row = &w[i]->unit->row[k];

			if (!is_seen(w, i, k, row->sql) &&
			    write_rows(db, a, w, n, row, err) == -1)
				return -1;
		}
	}
	return 0;
}

static int
transact(struct commit_group *g, struct db *db, struct waiter *const *w,
    size_t n, bool *unknown, struct err *err)
{
	struct arena a = { 0 };
	int rc = -1;

	*unknown = false;
	err_clear(err);
	if (db_begin(db, err) == -1)
		return -1;
	if (write_units(db, &a, w, n, err) == 0)
		rc = db_commit(db, unknown, err);
	else
		db_rollback(db);
	arena_free(&a);
	if (rc == 0) {
		atomic_fetch_add(&g->transactions, 1);
		atomic_fetch_add(&g->units, n);
	}
	return rc;
}

/* ---- when it does not go well ---- */

/* Asks for the unit until the database answers, or until_ms is over; an
 * until_ms of 0 says that it was away too long already. */
static int
look_up(struct db *db, const struct commit_unit *u, int64_t until_ms,
    bool *found, struct err *err)
{
	struct arena a = { 0 };
	struct db_rows rows;
	int rc;

	if (until_ms == 0)
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "commit group: the database stays away");
	for (;;) {
		err_clear(err);
		rc = db_query(db, &a, u->exists.sql, u->exists.param,
		    u->exists.n, 1, &rows, err);
		if (rc == 0 || err->code != ERR_DB_UNAVAILABLE ||
		    date_now_ms() >= until_ms)
			break;
		(void)usleep(LOOK_UP_PAUSE_US);
	}
	*found = rc == 0 && rows.n > 0;
	arena_free(&a);
	return rc;
}

/*
 * Runs a unit in a transaction of its own. When a COMMIT's outcome is unknown
 * it is looked up; not there, it runs again. The server may still have been at
 * that COMMIT, so a duplicate is looked up as well: it may be this very unit.
 */
static int
run_alone(struct commit_group *g, struct db *db, struct waiter *w,
    bool unknown, int64_t until_ms)
{
	bool was_unknown = unknown, found;
	int rc;

	for (int try = 1;; try++) {
		if (unknown) {
			if (look_up(db, w->unit, until_ms, &found, w->err) ==
			    -1)
				return -1;
			if (found)
				break;
		}
		rc = transact(g, db, &w, 1, &unknown, w->err);
		if (rc == 0)
			return 0;
		was_unknown |= unknown;
		if (was_unknown && w->err->code == ERR_DUPLICATE) {
			struct err duplicate = *w->err;

			if (look_up(db, w->unit, until_ms, &found, w->err) ==
			    -1)
				return -1;
			if (found)
				break;
			*w->err = duplicate;
			return -1;
		}
		if (try == ALONE_TRIES ||
		    (!unknown && w->err->code != ERR_DB_BUSY))
			return -1;
	}
	err_clear(w->err);
	atomic_fetch_add(&g->transactions, 1);
	atomic_fetch_add(&g->units, 1);
	return 0;
}

/* Whether a failed batch's error is the final word for each of its units. */
static bool
is_certain(const struct err *err, bool unknown, size_t n)
{
	if (unknown || err->code == ERR_DB_BUSY)
		return false;
	return n == 1 || err->code == ERR_DB_UNAVAILABLE;
}

static void
run_batch(struct commit_group *g, struct db *db, struct waiter **w, size_t n)
{
	struct err err = { 0 };
	bool unknown;
	int64_t until_ms;
	int rc = transact(g, db, w, n, &unknown, &err);

	/* The server went away before COMMIT: nothing is there, once more. */
	if (rc == -1 && !unknown && err.code == ERR_DB_UNAVAILABLE)
		rc = transact(g, db, w, n, &unknown, &err);
	if (rc == -1 && !is_certain(&err, unknown, n))
		log_info("commit group: %zu units one by one: %s", n, err.msg);
	until_ms = date_now_ms() + LOOK_UP_MS;
	for (size_t i = 0; i < n; i++) {
		w[i]->rc = rc;
		if (rc == 0)
			err_clear(w[i]->err);
		else if (is_certain(&err, unknown, n))
			*w[i]->err = err;
		else
			w[i]->rc = run_alone(g, db, w[i], unknown, until_ms);
		if (w[i]->rc == -1 && w[i]->err->code == ERR_DB_UNAVAILABLE)
			until_ms = 0;
	}
}

/* ---- the queue ---- */

static void
enqueue(struct commit_group *g, struct waiter *w)
{
	*g->tail = w;
	g->tail = &w->next;
}

static size_t
take(struct commit_group *g, struct waiter **w)
{
	size_t n = 0;

	while (g->head != NULL && n < g->batch) {
		w[n] = g->head;
		w[n]->is_taken = true;
		g->head = w[n++]->next;
	}
	if (g->head == NULL)
		g->tail = &g->head;
	return n;
}

/*
 * Leads one batch, with the mutex held on entry and on return. Nobody is
 * forgotten: a new unit leads by itself when it finds a leader's place free,
 * and whenever a place gets free, or stays free beside a queue, whoever stands
 * first is called.
 */
static void
lead(struct commit_group *g, struct db *db, struct waiter *self)
{
	struct waiter *w[BATCH_MAX] = { 0 };
	size_t n = take(g, w);

	g->active++;
	if (g->head != NULL && g->active < g->leaders)
		(void)pthread_cond_signal(&g->head->turn);
	(void)pthread_mutex_unlock(&g->mutex);
	run_batch(g, db, w, n);
	(void)pthread_mutex_lock(&g->mutex);
	g->active--;
	if (g->head != NULL && g->head != self)
		(void)pthread_cond_signal(&g->head->turn);
	/* Under the mutex: once done is seen, the waiter's stack is gone. */
	for (size_t i = 0; i < n; i++) {
		w[i]->is_done = true;
		if (w[i] != self)
			(void)pthread_cond_signal(&w[i]->turn);
	}
}

int
commit_group_run(struct commit_group *g, struct db *db,
    const struct commit_unit *unit, struct err *err)
{
	struct waiter self = { .unit = unit, .err = err, .rc = -1 };

	(void)pthread_cond_init(&self.turn, NULL);
	(void)pthread_mutex_lock(&g->mutex);
	enqueue(g, &self);
	while (!self.is_done) {
		if (!self.is_taken && g->active < g->leaders)
			lead(g, db, &self);
		else
			(void)pthread_cond_wait(&self.turn, &g->mutex);
	}
	(void)pthread_mutex_unlock(&g->mutex);
	(void)pthread_cond_destroy(&self.turn);
	return self.rc;
}
