/* What the applicant answers to an authority that asked for something (1402 of
 * XTorhaus) goes to that authority (1403), once each. */
#include "courier/exchange.h"

#include "common/date.h"

#define STEP "nachreichung"
#define LATER_FIELD "nachreichung" /* of documents that came later */
#define ITEMS_MAX 100
#define FILES_MAX (6 * 1024 * 1024)
#define VALUES_MAX 2000

struct replying {
	struct arena *arena;
	const struct exchange_matter *matter;
	struct exchange *row;
	size_t nrow;
	const struct exchange *asked; /* the newest 1402 */
	struct xoev_read what;	      /* and what it says */
	struct xoev_value *value;     /* of the message */
	size_t nvalue, nanswer;
};

/* ---- what there is ---- */

static int
read_message(struct replying *r, const struct exchange *e,
    struct xoev_read *out, struct err *err)
{
	const struct xoev_rules rules =
	    exchange_rules(r->matter->desk, e->created_ms);

	return xoev_read(r->arena, &rules, r->matter->service->xoev, e->body,
	    e->len, out, err);
}

static bool
is_message(const struct exchange *e, const char *id)
{
	return e->body != NULL && e->message != NULL &&
	    strcmp(e->message, id) == 0;
}

static int
find_asked(struct replying *r, struct err *err)
{
	const struct exchange_matter *m = r->matter;

	if (exchange_of_vorgang(m->desk->courier->db, r->arena, m->town,
		&m->whole.vorgang.id, true, &r->row, &r->nrow, err) == -1)
		return -1;
	for (size_t i = 0; i < r->nrow; i++)
		if (r->row[i].is_incoming &&
		    r->row[i].state == EXCHANGE_FILED &&
		    is_message(&r->row[i], EXCHANGE_ASKED))
			r->asked = &r->row[i];
	return r->asked == NULL ? 0 : read_message(r, r->asked, &r->what, err);
}

/* Whether a reply that went out holds it: a document by its id, a text as it
 * is. */
static int
is_sent(struct replying *r, const char *text, const char *file_id, bool *out,
    struct err *err)
{
	*out = false;
	for (size_t i = 0; i < r->nrow && !*out; i++) {
		struct xoev_read sent;

		if (r->row[i].is_incoming ||
		    !is_message(&r->row[i], EXCHANGE_REPLY) ||
		    r->row[i].created_ms < r->asked->created_ms)
			continue;
		if (read_message(r, &r->row[i], &sent, err) == -1)
			return -1;
		for (size_t k = 0; k < sent.nvalue; k++) {
			const struct xoev_value *v = &sent.value[k];

			*out |= text != NULL && v->text != NULL &&
			    strcmp(v->text, text) == 0;
			*out |= file_id != NULL && v->file_id != NULL &&
			    strcmp(v->file_id, file_id) == 0;
		}
	}
	return 0;
}

/* ---- writing it ---- */

static void
put(struct replying *r, struct xoev_value v)
{
	if (r->nvalue < VALUES_MAX)
		r->value[r->nvalue++] = v;
}

static bool
wants(const struct replying *r, size_t i, bool documents)
{
	const struct xoev_value *v = xoev_value_find(r->what.value,
	    r->what.nvalue,
	    arena_printf(r->arena, "fehlt.%zu.als_dokument", i));

	return v != NULL && v->text != NULL &&
	    (strcmp(v->text, "true") == 0 || strcmp(v->text, "1") == 0) ==
		documents;
}

/* What it answers: all that was asked for in that shape, or just all. */
static void
put_about(struct replying *r, bool documents)
{
	bool has_any = false;
	size_t n = 0;

	for (size_t i = 0; i < ITEMS_MAX; i++)
		has_any |= wants(r, i, documents);
	for (size_t i = 0; i < ITEMS_MAX; i++) {
		const struct xoev_value *v = xoev_value_find(r->what.value,
		    r->what.nvalue,
		    arena_printf(r->arena, "fehlt.%zu.kennung", i));

		if (v == NULL || (has_any && !wants(r, i, documents)))
			continue;
		put(r, (struct xoev_value){
			   .name = arena_printf(r->arena,
			       "antwort.%zu.kennung.%zu.wert", r->nanswer, n++),
			   .text = v->text });
	}
}

static int
put_messages(struct replying *r, struct err *err)
{
	const struct vorgang_whole *w = &r->matter->whole;

	for (size_t i = 0; i < w->nmessage; i++) {
		const struct message *one = &w->message[i];
		bool sent;

		if (one->from != ACTOR_APPLICANT ||
		    one->at_ms < r->asked->created_ms)
			continue;
		if (is_sent(r, one->body, NULL, &sent, err) == -1)
			return -1;
		if (sent || r->nanswer == ITEMS_MAX)
			continue;
		put_about(r, false);
		put(r, (struct xoev_value){
			   .name = arena_printf(r->arena,
			       "antwort.%zu.angabe", r->nanswer++),
			   .text = one->body });
	}
	return 0;
}

static int
put_documents(struct replying *r, struct err *err)
{
	const struct vorgang_whole *w = &r->matter->whole;
	int64_t left = FILES_MAX;
	size_t n = 0;

	for (size_t i = 0; i < w->ndocument; i++) {
		const struct document *one = &w->document[i];
		struct xoev_value file;
		bool sent;

		if (one->origin != ACTOR_APPLICANT ||
		    strcmp(one->field, LATER_FIELD) != 0 ||
		    one->created_ms < r->asked->created_ms)
			continue;
		if (exchange_file_read(r->arena, r->matter, one,
			arena_printf(r->arena, "antwort.%zu.dokument.%zu",
			    r->nanswer, n),
			&file, err) == -1 ||
		    is_sent(r, NULL, file.file_id, &sent, err) == -1)
			return -1;
		if (sent || one->size > left)
			continue; /* what is left goes with the next one */
		if (n++ == 0)
			put_about(r, true);
		left -= one->size;
		put(r, file);
	}
	r->nanswer += n > 0;
	return 0;
}

/* ---- sending it ---- */

/* Whom it goes to: who asked, as we wrote to them before. */
static bool
find_reader(const struct replying *r, struct xoev_case *c)
{
	for (size_t i = r->nrow; i > 0; i--)
		if (!r->row[i - 1].is_incoming &&
		    strcmp(r->row[i - 1].partner, r->asked->partner) == 0) {
			c->reader.key = r->row[i - 1].partner_key;
			c->reader.name = r->row[i - 1].partner;
			return true;
		}
	return false;
}

static void
put_case(struct replying *r, struct xoev_case *c)
{
	const struct xoev_value *v = xoev_value_find(
	    r->what.value, r->what.nvalue, "vorgang.partner_reference");

	for (size_t i = 0; i < c->nvalue; i++)
		put(r, c->value[i]);
	if (v != NULL)
		put(r, *v);
	put(r, (struct xoev_value){ .name = "vorgang.answers_to",
		   .text = id_uuid(r->arena, &r->asked->uuid) });
	c->value = r->value;
	c->nvalue = r->nvalue;
	c->nfile = 0; /* those of the application went with it */
}

int
exchange_take_reply(struct arena *a, const struct exchange_matter *m,
    int64_t now_ms, bool *taken, struct err *err)
{
	static const char *const message[] = { EXCHANGE_REPLY };
	const struct service_exchange *e = m->service->exchange;
	struct replying r = { .arena = a, .matter = m,
		.value = arena_new(a, struct xoev_value, VALUES_MAX) };
	struct exchange_step step = { .id = STEP, .message = message,
		.nmessage = 1, .from = m->state->id };
	struct xoev_case c;
	uint32_t round;

	*taken = false;
	if (!service_exchange_may_ask(m->service, m->state->id))
		return 0;
	if (strcmp(m->state->id, e->general->asked) == 0)
		step.to = step.otherwise = e->general->answered;
	if (find_asked(&r, err) == -1 || r.asked == NULL)
		return r.asked == NULL ? 0 : -1;
	if (put_messages(&r, err) == -1 || put_documents(&r, err) == -1)
		return -1;
	if (r.nanswer == 0)
		return 0;
	if (exchange_rounds(m->desk->courier->db, a, &m->whole.vorgang.id, STEP,
		&round, err) == -1 ||
	    exchange_case_read(a, m, round, &c, err) == -1)
		return -1;
	if (!find_reader(&r, &c))
		return 0;
	put_case(&r, &c);
	*taken = true;
	return exchange_send(a, m, &step, &c, NULL, round, now_ms, err);
}
