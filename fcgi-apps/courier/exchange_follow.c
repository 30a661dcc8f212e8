#include "courier/exchange.h"

#include "common/date.h"
#include "common/log.h"

#define ROWS_MAX 200

/* ---- moving a sent message's row on, with its Vorgang ---- */

struct moving {
	const struct exchange *row;
	enum exchange_state to;
	int64_t now_ms;
};

static int
write_move(struct db *db, struct arena *a, void *arg, struct err *err)
{
	const struct moving *m = arg;

	(void)a;
	return exchange_move(
	    db, &m->row->id, m->row->state, m->to, m->now_ms, err);
}

static int
move_with(struct exchange_desk *d, const struct town *t,
    const struct exchange *row, enum exchange_state to, const char *reason,
    const struct handover *handover, struct err *err)
{
	struct moving moving = { row, to, date_now_ms() };
	struct exchange_change change = { .reason = reason,
		.handover = handover,
		.step = HANDOVER_COLLECTED,
		.also = write_move,
		.arg = &moving };
	struct exchange_matter m;
	struct arena a = { 0 };
	int rc = -1;

	if (exchange_matter_read(d, &a, t, &row->vorgang, &m, err) == 0) {
		const struct service_exchange *e = m.service->exchange;

		if (e != NULL && to == EXCHANGE_SILENT)
			change.to =
			    row->unusable > 0 ? e->unusable_to : e->silent_to;
		if (e != NULL && to == EXCHANGE_UNDELIVERED)
			change.to = e->refused_to;
		rc = exchange_change_write(
		    &a, &m, &change, moving.now_ms, err);
	} else if (err->code == ERR_GONE || err->code == ERR_NOT_FOUND) {
		err_clear(err); /* erased: nothing waits for it */
		rc = exchange_move(d->courier->db, &row->id, row->state, to,
		    moving.now_ms, err);
	}
	arena_free(&a);
	return rc;
}

/* Somebody else may have moved it. */
static void
told(const struct exchange *row, int rc, struct err *err, size_t *n)
{
	*n += rc == 0;
	if (rc == -1 && err->code != ERR_CONFLICT)
		log_warn("a message %s %s: %s: %s", row->standard, row->type,
		    err_wire(err->code), err->msg);
	err_clear(err);
}

static int
follow_carried(struct exchange_desk *d, struct arena *a,
    const struct town *t, size_t *n, struct err *err)
{
	struct exchange_carried *list;
	size_t count;

	if (exchange_carried(
		d->courier->db, a, ROWS_MAX, &list, &count, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct exchange *row = &list[i].exchange;
		const struct handover handover = { .way = HANDOVER_OSCI,
			.partner = row->partner_key,
			.name = row->partner,
			.what = row->step,
			.handed_ms = row->created_ms,
			.collected_ms = list[i].changed_ms };
		bool has_it =
		    list[i].transfer_state == OSCI_TRANSFER_RECEIVED;
		struct err own = { 0 };

		if (!row->has_vorgang || row->step == NULL)
			continue;
		told(row,
		    move_with(d, t, row,
			has_it ? EXCHANGE_DELIVERED : EXCHANGE_UNDELIVERED,
			has_it ? NULL : "the message could not be delivered",
			has_it ? &handover : NULL, &own),
		    &own, n);
	}
	return 0;
}

static int
follow_overdue(struct exchange_desk *d, struct arena *a,
    const struct town *t, size_t *n, struct err *err)
{
	struct exchange *list;
	size_t count;

	if (exchange_overdue(d->courier->db, a, date_now_ms(), ROWS_MAX, &list,
		&count, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct err own = { 0 };

		if (!list[i].has_vorgang)
			continue;
		log_warn("no valid answer in time to message %s %s",
		    list[i].standard, list[i].type);
		told(&list[i],
		    move_with(d, t, &list[i], EXCHANGE_SILENT,
			list[i].unusable > 0
			    ? "no valid answer: those that came went back"
			    : "no answer in time",
			NULL, &own),
		    &own, n);
	}
	return 0;
}

/* ---- replies that did not come ---- */

static int
remove_deadline(struct db *db, struct arena *a, void *arg, struct err *err)
{
	(void)a;
	return exchange_deadline_remove(db, arg, err);
}

static int
end_waiting(struct exchange_desk *d, struct arena *a, const struct town *t,
    struct exchange_deadline *late, size_t *n, struct err *err)
{
	const struct exchange_step *step;
	struct exchange_matter m;
	struct exchange_change change = {
		.reason = "no reply of the applicant in time",
		.also = remove_deadline,
		.arg = &late->vorgang };

	if (exchange_matter_read(d, a, t, &late->vorgang, &m, err) == -1)
		return -1;
	step = service_exchange_step(m.service->exchange, m.state->id);
	/* It went on meanwhile. */
	if (step == NULL || strcmp(step->id, late->step) != 0)
		return exchange_deadline_remove(
		    d->courier->db, &late->vorgang, err);
	change.to = step->late;
	if (exchange_change_write(a, &m, &change, date_now_ms(), err) == -1)
		return -1;
	++*n;
	return 0;
}

static int
follow_late(struct exchange_desk *d, struct arena *a, const struct town *t,
    size_t *n, struct err *err)
{
	struct exchange_deadline *list;
	size_t count;

	if (exchange_deadline_over(d->courier->db, a, date_now_ms(), ROWS_MAX,
		&list, &count, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct arena one = { 0 };
		struct err own = { 0 };

		if (end_waiting(d, &one, t, &list[i], n, &own) == -1) {
			if (own.code == ERR_GONE || own.code == ERR_NOT_FOUND)
				(void)exchange_deadline_remove(d->courier->db,
				    &list[i].vorgang, &(struct err){ 0 });
			else if (own.code != ERR_CONFLICT)
				log_warn("vorgang %s: %s: %s",
				    id_hex(&one, &list[i].vorgang),
				    err_wire(own.code), own.msg);
		}
		arena_free(&one);
	}
	return 0;
}

int
exchange_follow(
    struct exchange_desk *d, const struct town *t, size_t *n, struct err *err)
{
	struct arena a = { 0 };
	int rc = follow_carried(d, &a, t, n, err) == -1 ||
		follow_overdue(d, &a, t, n, err) == -1 ||
		follow_late(d, &a, t, n, err) == -1
	    ? -1
	    : 0;

	arena_free(&a);
	return rc;
}
