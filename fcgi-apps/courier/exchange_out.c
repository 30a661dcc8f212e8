#include "courier/exchange.h"

#include "common/date.h"
#include "common/identity.h"
#include "common/log.h"
#include "common/stand_in.h"

#define CASES_MAX 200 /* of a town at a time */
#define HOUR_MS 3600000
#define DAY_MS (24 * HOUR_MS)
#define WAIT_MS 30000
#define BUSY_MS 2000
/* What changed is seen when its transaction ends, a little after the time that
 * it carries; once in a while one may have been slow (EXCHANGE_OVERLAP_MS). */
#define NEAR_MS 2000
#define SETTLED_MS 1000

/* ---- whether, and what ---- */

/* When the Vorgang came into its state. */
static int64_t
state_since(const struct vorgang_whole *w)
{
	int64_t since = w->vorgang.created_ms;

	for (size_t i = 0; i < w->nevent; i++)
		if (strcmp(w->event[i].kind, "state") == 0)
			since = w->event[i].at_ms;
	return since;
}

/* What the applicant wrote since then. */
struct reply {
	const char *value; /* the step's; NULL: nothing that looks like one */
	bool is_no;	   /* they do not agree: the last word counts */
};

static struct reply
find_reply(struct arena *a, const struct vorgang_whole *w,
    const struct exchange_step *step)
{
	int64_t since = state_since(w);
	struct reply found = { 0 };

	for (size_t i = 0; i < w->nmessage; i++) {
		const char *value, *body = w->message[i].body;

		if (w->message[i].from != ACTOR_APPLICANT ||
		    w->message[i].at_ms < since)
			continue;
		value = service_exchange_reply(a, step, body);
		if (value != NULL)
			found = (struct reply){ .value = value };
		else if (service_exchange_is_no(a, step, body))
			found = (struct reply){ .is_no = true };
	}
	return found;
}

/* A step that only changes the state, or that may not be taken. */
static int
change_state(struct arena *a, const struct exchange_matter *m, const char *to,
    const char *reason, int64_t now_ms, struct err *err)
{
	const struct exchange_change change = { .to = to, .reason = reason };

	if (to == NULL)
		return 0;
	return exchange_change_write(a, m, &change, now_ms, err);
}

/* ---- sending ---- */

/* One message of a step. */
struct outgoing {
	const struct xoev_message_info *info;
	size_t item; /* of its repeat */
	struct xoev_built built;
	struct osci_transfer_content content;
	struct osci_transfer_order order;
	struct exchange row;
};

/* A step with all that it sends. */
struct sending {
	const struct exchange_matter *matter;
	const struct exchange_step *step;
	uint32_t round;
	struct outgoing *out;
	size_t n;
};

static int
write_messages(struct db *db, struct arena *a, void *arg, struct err *err)
{
	const struct sending *s = arg;

	for (size_t i = 0; i < s->n; i++) {
		struct outgoing *o = &s->out[i];

		if (osci_transfer_send(db, a, &o->order, o->row.created_ms,
			&o->row.transfer, err) == -1 ||
		    exchange_insert(
			db, a, s->matter->town, &o->row, err) == -1)
			return -1;
	}
	return exchange_deadline_remove(
	    db, &s->matter->whole.vorgang.id, err);
}

/* Which messages these answers ask for; the items of a repeat one by one. */
static void
plan(struct arena *a, const struct xoev_case *c, struct sending *s)
{
	const struct exchange_step *step = s->step;

	s->out = arena_new(
	    a, struct outgoing, step->nmessage * FORM_ITEMS_MAX);
	for (size_t i = 0; i < step->nmessage; i++) {
		const struct xoev_message_info *info = xoev_mapping_find(
		    s->matter->service->xoev, step->message[i]);
		size_t n = 1;

		if (info == NULL ||
		    !xoev_mapping_applies(info, c->answers, c->context))
			continue;
		if (info->repeat != NULL) {
			const struct answer *repeat =
			    form_find(c->answers, info->repeat->path);

			n = repeat == NULL ? 0 : repeat->nitem;
		}
		for (size_t k = 0; k < n && k < FORM_ITEMS_MAX; k++)
			s->out[s->n++] = (struct outgoing){ .info = info,
				.item = k };
	}
}

static int
fill_row(const struct sending *s, const struct xoev_case *c, int64_t now_ms,
    struct outgoing *o, struct err *err)
{
	const struct xoev_built *built = &o->built;

	o->row = (struct exchange){ .id = id_uuid7(),
		.state = EXCHANGE_HANDED,
		.has_vorgang = true,
		.vorgang = s->matter->whole.vorgang.id,
		.step = s->step->id,
		.round = s->round,
		.message = o->info->id,
		.item = (uint32_t)o->item,
		.standard = built->head.standard,
		.version = built->head.version,
		.type = built->head.type,
		.has_uuid = true,
		.partner = c->reader.name,
		.partner_key = c->reader.key,
		.finding = "",
		.created_ms = now_ms,
		.body = built->data,
		.len = built->len };
	if (s->step->answer_hours > 0)
		o->row.answer_due_ms =
		    now_ms + s->step->answer_hours * HOUR_MS;
	return id_parse(built->head.uuid, &o->row.uuid, err);
}

static void
fill_order(struct arena *a, const struct sending *s, const char *identity,
    struct outgoing *o)
{
	o->content = (struct osci_transfer_content){ .bytes = o->built.data,
		.len = o->built.len, .type = "text/xml" };
	o->order = (struct osci_transfer_order){ .town = s->matter->town,
		.identity = identity,
		.partner = o->row.partner,
		.subject = arena_printf(a, "%s %s", o->row.standard,
		    o->row.type),
		.content = &o->content,
		.ncontent = 1,
		.about = &s->matter->whole.vorgang.id };
}

/* The messages and their Vorgang's new state are one transaction. */
static int
send_messages(struct arena *a, struct sending *s, const struct xoev_case *c,
    int64_t now_ms, struct err *err)
{
	const struct exchange_matter *m = s->matter;
	struct exchange_party party;
	const struct handover handover = { .way = HANDOVER_OSCI,
		.partner = c->reader.key,
		.name = c->reader.name,
		.what = s->step->id,
		.handed_ms = now_ms };
	const struct exchange_change change = { .to = s->step->to,
		.handover = &handover,
		.step = HANDOVER_HANDED,
		.also = write_messages,
		.arg = s };

	if (exchange_party_find(m->desk->courier->db, a, m->service->slug,
		&party, err) == -1)
		return -1;
	for (size_t i = 0; i < s->n; i++) {
		if (fill_row(s, c, now_ms, &s->out[i], err) == -1)
			return -1;
		fill_order(a, s,
		    *party.identity == '\0' ? NULL : party.identity,
		    &s->out[i]);
	}
	if (exchange_change_write(a, m, &change, now_ms, err) == -1)
		return -1;
	for (size_t i = 0; i < s->n; i++)
		log_info("vorgang %s: message %s %s goes to %s",
		    id_hex(a, &m->whole.vorgang.id), s->out[i].row.standard,
		    s->out[i].row.type, c->reader.key);
	return 0;
}

/* It cannot be built: told to the office by codes and element names. */
static int
give_up(struct arena *a, const struct exchange_matter *m,
    const struct exchange_step *step, const struct xoev_findings *findings,
    int64_t now_ms, const struct err *why, struct err *err)
{
	const char *first = findings->n > 0
	    ? arena_printf(a, "%s %s", findings->finding[0].code,
		  findings->finding[0].path)
	    : why->msg;

	log_warn("vorgang %s: step %s cannot be taken: %s",
	    id_hex(a, &m->whole.vorgang.id), step->id, first);
	return change_state(a, m, step->otherwise,
	    arena_printf(a, "cannot be sent: %s", first), now_ms, err);
}

/* One more than the matter has. */
static void
add_value(struct arena *a, struct xoev_case *c, const char *name,
    const char *text)
{
	struct xoev_value *value =
	    arena_new(a, struct xoev_value, c->nvalue + 1);

	for (size_t i = 0; i < c->nvalue; i++)
		value[i] = c->value[i];
	value[c->nvalue++] = (struct xoev_value){ .name = name, .text = text };
	c->value = value;
}

/* What stands in for another message says so, and goes to simulators alone. */
static int
mark(const struct exchange_matter *m, const struct outgoing *o,
    struct xoev_case *c, struct err *err)
{
	c->is_test = stand_in_is(o->info->uri);
	return c->is_test ? stand_in_check(m->desk->courier->config,
				c->reader.key, err)
			  : 0;
}

int
exchange_send(struct arena *a, const struct exchange_matter *m,
    const struct exchange_step *step, struct xoev_case *c, const char *reply,
    uint32_t round, int64_t now_ms, struct err *err)
{
	const struct xoev_rules rules = exchange_rules(m->desk, now_ms);
	struct sending s = { .matter = m, .step = step, .round = round };
	struct err why = { 0 };

	if (reply != NULL)
		add_value(a, c, step->reply, reply);
	plan(a, c, &s);
	if (s.n == 0)
		return change_state(a, m, step->otherwise,
		    "there is nothing to ask for these answers", now_ms, err);
	for (size_t i = 0; i < s.n; i++) {
		struct outgoing *o = &s.out[i];

		c->item = o->item;
		if (mark(m, o, c, err) == -1)
			return -1;
		if (xoev_build(a, &rules, m->service->xoev, o->info->id, c,
			&o->built, &why) == 0)
			continue;
		/* A set or list that is not here is mended by the operator. */
		if (why.code != ERR_FIELD_INVALID &&
		    why.code != ERR_TOO_LARGE) {
			*err = why;
			return -1;
		}
		return give_up(
		    a, m, step, &o->built.findings, now_ms, &why, err);
	}
	return send_messages(a, &s, c, now_ms, err);
}

/* ---- a step ---- */

/* Their time runs from the state's beginning, unless a message set it. */
static int
wait_for_reply(struct exchange_desk *d, const struct exchange_matter *m,
    const struct exchange_step *step, struct err *err)
{
	if (step->late == NULL || step->reply_days == 0)
		return 0;
	return exchange_deadline_put(d->courier->db, &m->whole.vorgang.id,
	    step->id, state_since(&m->whole) + step->reply_days * DAY_MS,
	    false, err);
}

/* Whether the same message went out again later. */
static bool
went_again(const struct exchange *e, size_t n, size_t i)
{
	for (size_t k = i + 1; k < n; k++)
		if (!e[k].is_incoming && e[i].has_uuid && e[k].has_uuid &&
		    id_equal(&e[i].uuid, &e[k].uuid))
			return true;
	return false;
}

/* Whether something that the step sent is not refused, and so counts: handed
 * over, with the partner, accepted, or nobody knows. *round: its next. */
static int
is_under_way(struct arena *a, const struct exchange_matter *m,
    const struct exchange_step *step, uint32_t *round, bool *out,
    struct err *err)
{
	struct exchange *e;
	size_t n;

	*out = false;
	*round = 0;
	if (exchange_of_vorgang(m->desk->courier->db, a, m->town,
		&m->whole.vorgang.id, false, &e, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (e[i].step == NULL || strcmp(e[i].step, step->id) != 0)
			continue;
		if (e[i].round >= *round)
			*round = e[i].round + 1;
		*out |= e[i].state != EXCHANGE_REFUSED &&
		    !went_again(e, n, i);
	}
	return 0;
}

/* The partner that the step goes to; *name NULL: nobody has the key. */
static int
find_partner(struct arena *a, const struct exchange_matter *m,
    const struct exchange_step *step, struct xoev_case *c, struct err *err)
{
	const struct service_exchange *e = m->service->exchange;
	bool may_lack = step->unreachable != NULL || step->is_optional ||
	    (e->is_where_partner && e->key == NULL);

	c->reader.key = exchange_partner_key(
	    a, m->service, m->town, step, c->answers, c->context);
	c->reader.name = NULL;
	if (c->reader.key == NULL)
		return 0;
	if (exchange_partner(m->desk->courier->db, a, c->reader.key,
		&c->reader.name, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND || !may_lack)
		return -1;
	err_clear(err);
	c->reader.name = NULL;
	return 0;
}

/* Where a town does without the partner, everything stays with people. */
static int
is_taken_here(struct arena *a, const struct exchange_matter *m,
    const struct exchange_step *step, bool *out, struct err *err)
{
	struct xoev_case c = { 0 };

	*out = true;
	if (!m->service->exchange->is_where_partner)
		return 0;
	if (exchange_answers_read(a, m, &c, err) == -1 ||
	    find_partner(a, m, step, &c, err) == -1)
		return -1;
	*out = c.reader.name != NULL || step->unreachable != NULL;
	return 0;
}

/* Whether the uploads that have to be are one PDF each; none is fine. */
static bool
has_pdfs(const struct exchange_matter *m, const struct exchange_step *step)
{
	for (size_t i = 0; i < step->npdf; i++) {
		size_t n = 0;

		for (size_t k = 0; k < m->whole.ndocument; k++) {
			const struct document *d = &m->whole.document[k];

			if (d->origin != ACTOR_APPLICANT ||
			    strcmp(d->field, step->pdf[i]) != 0)
				continue;
			if (strcmp(d->media_type, "application/pdf") != 0)
				return false;
			n++;
		}
		if (n > 1)
			return false;
	}
	return true;
}

static int
take_step(struct arena *a, const struct exchange_matter *m,
    const struct exchange_step *step, int64_t now_ms, bool *taken,
    struct err *err)
{
	struct reply reply = { 0 };
	struct xoev_case c;
	uint32_t round;
	bool is_busy;
	bool here;

	*taken = false;
	if (is_taken_here(a, m, step, &here, err) == -1)
		return -1;
	if (!here)
		return 0;
	if (step->reply != NULL) {
		reply = find_reply(a, &m->whole, step);
		if (reply.value == NULL && !reply.is_no)
			return wait_for_reply(m->desk, m, step, err);
	}
	*taken = step->otherwise != NULL;
	if (reply.is_no)
		return change_state(a, m, step->no_to,
		    "the applicant says no", now_ms, err);
	if (identity_of_events(a, m->whole.event, m->whole.nevent, NULL) <
	    step->level)
		return change_state(a, m, step->otherwise,
		    "no log-in of the level that is needed", now_ms, err);
	if (is_under_way(a, m, step, &round, &is_busy, err) == -1)
		return -1;
	if (step->to == NULL && round > 0) {
		*taken = false;
		return 0;
	}
	if (step->is_once && is_busy)
		return change_state(a, m, step->otherwise,
		    "sent before and not refused: torhaus nachrichten again "
		    "sends the same once more",
		    now_ms, err);
	if (exchange_case_read(a, m, round, &c, err) == -1)
		return -1;
	if (step->when != NULL &&
	    !form_holds(step->when, c.answers, c.context))
		return change_state(a, m, step->otherwise,
		    "not for these answers", now_ms, err);
	if (!has_pdfs(m, step))
		return change_state(a, m, step->otherwise,
		    "a proof is not one PDF", now_ms, err);
	*taken = true;
	if (step->nmessage == 0)
		return change_state(a, m, step->to, NULL, now_ms, err);
	if (find_partner(a, m, step, &c, err) == -1)
		return -1;
	if (c.reader.name == NULL && step->is_optional) {
		*taken = false;
		return 0;
	}
	if (c.reader.name == NULL)
		return change_state(a, m, step->unreachable,
		    arena_printf(a, "there is no partner with the directory "
			"key %s", c.reader.key), now_ms, err);
	return exchange_send(
	    a, m, step, &c, reply.value, round, now_ms, err);
}

/* ---- whom to look at ---- */

static int
wait(struct exchange_desk *d, const struct exchange_case *one,
    const char *step, const struct err *why, struct err *err)
{
	int64_t now_ms = date_now_ms();

	log_warn("step %s cannot be taken now: %s: %s", step,
	    err_wire(why->code), why->msg);
	return exchange_wait_put(d->courier->db, &one->vorgang, step,
	    why->msg, now_ms,
	    now_ms + (why->code == ERR_DB_BUSY ? BUSY_MS : WAIT_MS), err);
}

/* Whether a step that leaves the state was taken, or does without a partner:
 * asked before anything is opened, for all that changed lately. */
static bool
is_done(struct exchange_desk *d, struct arena *a, const struct town *t,
    const struct service *s, const struct exchange_step *step,
    const struct exchange_case *one, struct err *err)
{
	const char *key, *name;
	uint32_t round;

	if (step->to != NULL)
		return false;
	if (exchange_rounds(
		d->courier->db, a, &one->vorgang, step->id, &round, err) == -1)
		return false;
	if (round > 0 || !step->is_optional || step->nfield > 0 ||
	    s->exchange->key != NULL ||
	    (step->prefix == NULL && s->exchange->field != NULL))
		return round > 0;
	key = exchange_partner_key(a, s, t, step, NULL, NULL);
	if (exchange_partner(d->courier->db, a, key, &name, err) == 0 ||
	    err->code != ERR_NOT_FOUND)
		return false;
	err_clear(err);
	return true;
}

/* Whether it was looked at as it is, and nothing was to be done: only a change
 * can bring something new. */
static struct exchange_seen *
seen_of(struct exchange_desk *d, const struct exchange_case *one)
{
	size_t at = 0;

	for (size_t i = 0; i < ID_LEN; i++)
		at = at * 31 + one->vorgang.byte[i];
	return &d->seen[at % nitems(d->seen)];
}

static bool
is_seen(struct exchange_desk *d, const struct exchange_case *one)
{
	const struct exchange_seen *seen = seen_of(d, one);

	return seen->changed_ms == one->changed_ms &&
	    id_equal(&seen->vorgang, &one->vorgang);
}

/* Not what changed just now: another change may bear the same time. */
static void
note_seen(struct exchange_desk *d, const struct exchange_case *one)
{
	if (one->changed_ms < date_now_ms() - SETTLED_MS)
		*seen_of(d, one) = (struct exchange_seen){
			.vorgang = one->vorgang,
			.changed_ms = one->changed_ms };
}

/* What the state asks for: the service's step, or an answer to an authority. */
static int
act(struct arena *a, const struct exchange_matter *m,
    const struct exchange_step *step, bool *taken, struct err *err)
{
	int64_t now_ms = date_now_ms();

	*taken = false;
	if (step != NULL && take_step(a, m, step, now_ms, taken, err) == -1)
		return -1;
	return *taken ? 0 : exchange_take_reply(a, m, now_ms, taken, err);
}

/* One that cannot be taken now must not keep the others waiting: it waits by
 * itself. An error says that not even that could be noted, or that the database
 * is away: that is no matter of this one. */
static int
look_at(struct exchange_desk *d, const struct town *t,
    const struct exchange_case *one, bool has_waited, size_t *n,
    struct err *err)
{
	const struct service *s = service_set_version(
	    d->courier->services, one->service_version_id);
	const struct exchange_step *step =
	    s == NULL ? NULL : service_exchange_step(s->exchange, one->state);
	struct exchange_matter m;
	struct arena a = { 0 };
	struct err own = { 0 };
	bool taken = false;
	int rc = 0;

	/* The state may be another by now: the change would not be written. */
	if (step != NULL && (has_waited || !is_seen(d, one)) &&
	    is_done(d, &a, t, s, step, one, &own))
		step = NULL;
	if (own.code == ERR_NONE &&
	    (step != NULL || service_exchange_may_ask(s, one->state)) &&
	    (has_waited || !is_seen(d, one)) &&
	    exchange_matter_read(d, &a, t, &one->vorgang, &m, &own) == 0 &&
	    strcmp(m.state->id, one->state) == 0 &&
	    act(&a, &m, step, &taken, &own) == 0 && !taken)
		note_seen(d, one);
	if (own.code == ERR_DB_UNAVAILABLE) {
		*err = own;
		rc = -1;
	} else if (own.code != ERR_NONE && own.code != ERR_CONFLICT)
		rc = wait(d, one, step == NULL ? EXCHANGE_REPLY : step->id,
		    &own, err);
	else {
		*n += taken;
		if (has_waited)
			rc = exchange_wait_remove(
			    d->courier->db, &one->vorgang, err);
	}
	arena_free(&a);
	return rc;
}

/* Page by page: more than one page may have changed within the overlap. */
static int
look_at_changed(struct exchange_desk *d, struct arena *a,
    const struct town *t, size_t *n, struct err *err)
{
	struct db *db = d->courier->db;
	struct exchange_case *list;
	const struct id *after = NULL;
	int64_t since, from, now_ms = date_now_ms();
	size_t count;

	if (exchange_watched(db, a, &since, err) == -1)
		return -1;
	/* A clock that was ahead for a while hides nothing. */
	from = since < now_ms ? since : now_ms;
	from -= d->is_wide ? EXCHANGE_OVERLAP_MS : NEAR_MS;
	do {
		if (exchange_cases(db, a, from, after, CASES_MAX, &list,
			&count, err) == -1)
			return -1;
		for (size_t i = 0; i < count; i++)
			if (!list[i].is_settled &&
			    look_at(d, t, &list[i], false, n, err) == -1)
				return -1;
		if (count > 0) {
			from = list[count - 1].changed_ms;
			after = &list[count - 1].vorgang;
		}
	} while (count == CASES_MAX && !exchange_is_over(d));
	return from <= since ? 0 : exchange_watch(db, from, err);
}

static int
look_at_waiting(struct exchange_desk *d, struct arena *a,
    const struct town *t, size_t *n, struct err *err)
{
	struct exchange_case *list;
	size_t count;

	if (exchange_wait_due(d->courier->db, a, date_now_ms(), CASES_MAX,
		&list, &count, err) == -1)
		return -1;
	for (size_t i = 0; i < count && !exchange_is_over(d); i++)
		if (look_at(d, t, &list[i], true, n, err) == -1)
			return -1;
	return 0;
}

int
exchange_take_steps(
    struct exchange_desk *d, const struct town *t, size_t *n, struct err *err)
{
	struct arena a = { 0 };
	int rc = look_at_changed(d, &a, t, n, err) == -1 ||
		look_at_waiting(d, &a, t, n, err) == -1
	    ? -1
	    : 0;

	arena_free(&a);
	return rc;
}
