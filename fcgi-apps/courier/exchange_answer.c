/* What an answer does to its Vorgang. */
#include "courier/exchange_incoming.h"

#include "common/date.h"
#include "common/document_files.h"
#include "common/file_name.h"
#include "common/vorgang/office_step.h"

#define DOCUMENTS_MAX 40 /* of one answer */
#define STATUS_VALUE "stand.status" /* services/messages */

struct filing {
	struct incoming *in;
	enum exchange_state request_to; /* 0: the request stays */
	const struct exchange_answer *answer; /* NULL: a rejection */
	bool is_last; /* nothing else of the step is waited for */
	int64_t until_ms; /* by when the applicant's reply has to come; 0 */
	const struct exchange_step *next; /* which asks for it */
};

/* With the Vorgang's row locked: another courier may have filed the same
 * message, of another delivery, since we looked. */
static int
check_once(struct db *db, struct arena *a, const struct incoming *in,
    struct err *err)
{
	struct exchange before;
	bool found;

	if (!in->row.has_uuid)
		return 0;
	if (exchange_by_uuid(db, a, in->town, true, &in->row.uuid, &before,
		&found, err) == -1)
		return -1;
	return found && before.state != EXCHANGE_REJECTED
	    ? err_set(err, ERR_CONFLICT, "the same message is being filed")
	    : 0;
}

static int
write_filed(struct db *db, struct arena *a, void *arg, struct err *err)
{
	const struct filing *f = arg;
	struct incoming *in = f->in;
	size_t outstanding;

	if (check_once(db, a, in, err) == -1 ||
	    exchange_write_handled(db, a, in, err) == -1)
		return -1;
	if (f->until_ms != 0 &&
	    exchange_deadline_put(db, &in->row.vorgang, f->next->id,
		f->until_ms, true, err) == -1)
		return -1;
	if (f->request_to == 0 || !in->has_request)
		return 0;
	/* A further word to it: what was asked meanwhile is answered by it. */
	if (f->request_to == EXCHANGE_ANSWERED &&
	    in->request.state == EXCHANGE_ANSWERED)
		return exchange_answer_all(db, &in->request.vorgang,
		    in->request.step == NULL ? "" : in->request.step,
		    in->row.created_ms, err);
	/* It may be known as delivered, or was given up, since we looked. */
	if (exchange_settle(db, &in->request.id, f->request_to,
		in->row.created_ms, err) == -1)
		return -1;
	if (f->answer == NULL || !f->answer->is_joint)
		return 0;
	/* Another one came at the same time: once more, with what it did. */
	if (exchange_outstanding(db, a, &in->request.vorgang,
		in->request.step, &outstanding, err) == -1)
		return -1;
	return (outstanding == 0) == f->is_last
	    ? 0
	    : err_set(err, ERR_CONFLICT, "another answer came meanwhile");
}

/* The applicant's answer of a field; in a repeat that of the item. */
static const char *
answer_of(struct arena *a, const struct xoev_case *c,
    const struct incoming *in, const char *field)
{
	const struct xoev_message_info *info = in->request_info;
	size_t n = info == NULL || info->repeat == NULL
	    ? 0
	    : strlen(info->repeat->path);
	const struct answer *answer;

	if (n > 0 && strncmp(field, info->repeat->path, n) == 0 &&
	    field[n] == '.')
		field = arena_printf(a, "%s.%u%s", info->repeat->path,
		    in->request.item, field + n);
	answer = form_find(c->answers, field);
	return answer == NULL || answer->text == NULL ? "" : answer->text;
}

static bool
matches(struct arena *a, const struct exchange_answer *answer,
    const struct xoev_case *c, const struct incoming *in)
{
	for (size_t i = 0; i < answer->nmatch; i++) {
		const struct exchange_match *m = &answer->match[i];
		const struct xoev_value *v = xoev_value_find(
		    in->read.value, in->read.nvalue, m->value);
		bool is_one = m->nis == 0;

		if (m->differs != NULL) {
			/* What is not told differs, too. */
			if (v != NULL && v->text != NULL &&
			    strcmp(v->text,
				answer_of(a, c, in, m->differs)) == 0)
				return false;
			continue;
		}
		if (v == NULL)
			return false;
		for (size_t k = 0; k < m->nis; k++)
			is_one |= v->text != NULL &&
			    strcmp(v->text, m->is[k]) == 0;
		if (!is_one)
			return false;
	}
	return true;
}

/* The service's own first, then what is the same for all. */
static const struct exchange_answer *
find_answer(struct arena *a, const struct service_exchange *e,
    const struct xoev_case *c, const struct incoming *in)
{
	const struct exchange_general *g = e == NULL ? NULL : e->general;

	for (size_t i = 0; e != NULL && i < e->nanswer; i++)
		if (strcmp(e->answer[i].message, in->read.message->id) == 0 &&
		    matches(a, &e->answer[i], c, in))
			return &e->answer[i];
	for (size_t i = 0; g != NULL && i < g->nanswer; i++)
		if (strcmp(g->answer[i].message, in->read.message->id) == 0)
			return &g->answer[i];
	return NULL;
}

/* The answer as it counts here: the state that the status means, if that is
 * another than now. */
static const struct exchange_answer *
resolve(struct arena *a, const struct exchange_matter *m,
    const struct exchange_answer *answer, const struct xoev_read *r)
{
	struct exchange_answer *copy;
	const struct xoev_value *v;

	if (answer == NULL)
		return NULL;
	copy = arena_new(a, struct exchange_answer, 1);
	*copy = *answer;
	if (copy->is_status) {
		v = xoev_value_find(r->value, r->nvalue, STATUS_VALUE);
		copy->to = v == NULL || v->text == NULL
		    ? NULL
		    : service_exchange_state(m->service->exchange, v->text);
	}
	if ((copy->is_status || copy->has_words) && copy->to != NULL &&
	    strcmp(copy->to, m->state->id) == 0)
		copy->to = NULL;
	return copy;
}

/* Whether it leads where the Vorgang cannot go from here. */
static bool
leads_nowhere(const struct incoming *in, const struct exchange_matter *m,
    const struct exchange_answer *answer)
{
	if (answer->to == NULL || office_step_leads(m->state, answer->to) ||
	    exchange_is_passed(answer, m->state->id))
		return false;
	return in->request.state == EXCHANGE_ANSWERED || answer->has_words;
}

/* Bytes for the applicant, into the store of files under the Vorgang's key. */
static int
store_file(struct arena *a, const struct exchange_matter *m,
    const char *name, bool is_message, const void *data, size_t len,
    struct document *out, struct err *err)
{
	const struct config *config = m->desk->courier->config;
	struct document_file_info info;
	struct document_file *file;

	*out = (struct document){ .id = id_uuid7(),
		.submission_id = id_random(),
		.field = "",
		.media_type = is_message ? "application/xml"
					 : "application/pdf",
		.created_ms = date_now_ms(),
		.origin = ACTOR_OFFICE };
	out->name = file_name_clean(
	    a, name, out->media_type, is_message ? ".xml" : ".pdf");
	if (document_file_new(config->documents_dir, m->town->id, &out->id,
		&m->whole.vorgang.key.key, &file, err) == -1)
		return -1;
	if (document_file_put(file, data, len, err) == -1) {
		document_file_abort(file);
		return -1;
	}
	if (document_file_commit(file, &info, err) == -1)
		return -1;
	out->size = info.size;
	memcpy(out->sha256, info.sha256, sizeof(out->sha256));
	memcpy(out->cipher_sha256, info.cipher_sha256,
	    sizeof(out->cipher_sha256));
	return 0;
}

/* The n-th value of that name, in which a part that is * is the number; NULL
 * when there is none, or (without such a part) no second. */
static const struct xoev_value *
nth_value(struct arena *a, const struct xoev_read *r, const char *name,
    size_t n)
{
	const char *star = strstr(name, ".*.");

	if (star == NULL)
		return n == 0 ? xoev_value_find(r->value, r->nvalue, name)
			      : NULL;
	return xoev_value_find(r->value, r->nvalue,
	    arena_printf(a, "%.*s.%zu.%s", (int)(star - name), name, n,
		star + 3));
}

static bool
is_pdf(const struct xoev_value *v)
{
	return v->len >= 5 && memcmp(v->data, "%PDF-", 5) == 0;
}

/* Those that may be there, each by its name; one that is no PDF spoils all. */
static int
store_files(struct arena *a, const struct exchange_matter *m,
    const struct exchange_answer *answer, const struct incoming *in,
    struct exchange_change *change, bool *are_fine, struct err *err)
{
	struct document *document =
	    arena_new(a, struct document, answer->nfile + 1);

	*are_fine = true;
	change->document = document;
	for (size_t i = 0; i < answer->nfile; i++) {
		const struct xoev_value *v = xoev_value_find(
		    in->read.value, in->read.nvalue, answer->file[i]);

		if (v == NULL)
			continue;
		*are_fine = is_pdf(v);
		if (!*are_fine)
			return 0;
		if (store_file(a, m, answer->file_name[i], false, v->data,
			v->len, &document[change->ndocument], err) == -1)
			return -1;
		change->ndocument++;
	}
	return 0;
}

/* All that the answer brings; none at all is told by *n 0. */
static int
store_documents(struct arena *a, const struct exchange_matter *m,
    const struct exchange_answer *answer, const struct incoming *in,
    struct document **out, size_t *n, struct err *err)
{
	bool is_message =
	    strcmp(answer->document, EXCHANGE_WHOLE_MESSAGE) == 0;
	const struct xoev_value message = { .data = in->row.body,
		.len = in->row.len };
	const struct xoev_value *v;

	*n = 0;
	*out = arena_new(a, struct document, DOCUMENTS_MAX);
	while (*n < DOCUMENTS_MAX) {
		const char *number =
		    *n == 0 ? "" : arena_printf(a, " %zu", *n + 1);

		v = is_message ? (*n == 0 ? &message : NULL)
			       : nth_value(a, &in->read, answer->document, *n);
		if (v == NULL)
			return 0;
		if (!is_message && !is_pdf(v)) {
			*n = 0; /* one that is none spoils all */
			return 0;
		}
		if (store_file(a, m,
			text_fill_in(
			    a, answer->name, "n", number, (char *)NULL),
			is_message, v->data, v->len, &(*out)[*n], err) == -1)
			return -1;
		++*n;
	}
	return 0;
}

static const char *
message_text(struct arena *a, const struct exchange_matter *m,
    const struct exchange_answer *answer, const struct xoev_read *r)
{
	const struct xoev_value *reference = NULL;

	if (answer->text == NULL)
		return NULL;
	if (answer->reference != NULL)
		reference = xoev_value_find(
		    r->value, r->nvalue, answer->reference);
	return text_fill_in(a,
	    service_text(m->service, m->whole.vorgang.lang, answer->text),
	    "reference",
	    reference == NULL || reference->text == NULL ? "–"
							 : reference->text,
	    (char *)NULL);
}

/* How often the last step that sent something was taken. */
static int
rounds_of_last(struct incoming *in, struct arena *a, int64_t *out,
    struct err *err)
{
	struct exchange *e;
	size_t n;

	*out = 0;
	if (exchange_of_vorgang(in->desk->courier->db, a, in->town,
		&in->row.vorgang, false, &e, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!e[i].is_incoming && e[i].step != NULL)
			*out = e[i].round + 1;
	return 0;
}

/* Where the answer leads from here; NULL: the state stays. */
static int
choose_state(struct incoming *in, struct arena *a,
    const struct exchange_answer *answer, struct filing *filing,
    const char **out, struct err *err)
{
	int64_t rounds;
	size_t left;

	*out = answer->to;
	filing->is_last = true;
	if (answer->is_joint && in->has_request && in->request.step != NULL) {
		if (exchange_outstanding(in->desk->courier->db, a,
			&in->row.vorgang, in->request.step, &left, err) == -1)
			return -1;
		/* The one that is answered now is among them. */
		filing->is_last = left <=
		    (in->request.state == EXCHANGE_HANDED ||
			in->request.state == EXCHANGE_DELIVERED);
		if (!filing->is_last)
			*out = NULL;
	}
	if (answer->most == 0)
		return 0;
	if (rounds_of_last(in, a, &rounds, err) == -1)
		return -1;
	if (rounds >= answer->most)
		*out = answer->beyond;
	return 0;
}

/* The day up to which a reply counts, to its end in Germany (in summer an hour
 * more). */
static void
set_deadline(struct arena *a, const struct incoming *in,
    const struct exchange_matter *m, const struct exchange_answer *answer,
    struct filing *filing, struct exchange_change *change)
{
	const struct xoev_value *v = answer->until == NULL
	    ? NULL
	    : xoev_value_find(
		  in->read.value, in->read.nvalue, answer->until);
	struct err none = { 0 };
	int64_t end_ms;
	int32_t day;

	if (v == NULL || v->text == NULL || change->to == NULL ||
	    date_parse(v->text, &day, &none) == -1 ||
	    date_instant_parse(arena_printf(a, "%sT00:00:00+01:00",
				   date_to_iso(a, day + 1)),
		&end_ms, &none) == -1)
		return;
	filing->next =
	    service_exchange_step(m->service->exchange, change->to);
	if (filing->next == NULL || filing->next->late == NULL)
		return;
	change->due = day;
	filing->until_ms = end_ms;
}

/* For the office: which answer, and what it gives as its reason. */
static const char *
reason_text(struct arena *a, const struct exchange_answer *answer,
    const struct xoev_read *r)
{
	const struct xoev_value *v = NULL;

	if (answer->reason != NULL)
		v = xoev_value_find(r->value, r->nvalue, answer->reason);
	return v == NULL || v->text == NULL
	    ? arena_printf(a, "answer %s", r->head.type)
	    : arena_printf(a, "answer %s: %.500s", r->head.type, v->text);
}

/* Moves the Vorgang on, as the service says for this answer. */
static int
apply(struct incoming *in, struct arena *a, const struct exchange_matter *m,
    const struct exchange_answer *answer, struct err *err)
{
	struct filing filing = { .in = in,
		.request_to = answer->is_refusal ? EXCHANGE_REFUSED
						 : EXCHANGE_ANSWERED,
		.answer = answer };
	const struct handover handover = { .way = HANDOVER_OSCI,
		.partner = in->request.partner_key,
		.name = in->request.partner,
		.what = in->has_request && in->request.step != NULL
		    ? in->request.step
		    : in->read.message->id,
		.handed_ms = in->has_request ? in->request.created_ms
					     : in->row.created_ms,
		.collected_ms = in->row.created_ms,
		.answered_ms = in->row.created_ms };
	struct exchange_change change = {
		.reason = reason_text(a, answer, &in->read),
		.step = HANDOVER_ANSWERED,
		.also = write_filed,
		.arg = &filing };
	struct document *document;
	bool are_fine;

	if (choose_state(in, a, answer, &filing, &change.to, err) == -1)
		return -1;
	if (filing.is_last)
		change.handover = &handover;
	set_deadline(a, in, m, answer, &filing, &change);
	if (answer->document != NULL) {
		if (store_documents(a, m, answer, in, &document,
			&change.ndocument, err) == -1)
			return -1;
		if (change.ndocument == 0)
			return exchange_quarantine(
			    in, a, "S999", "exchange.why.document", err);
		change.document = document;
	}
	if (answer->nfile > 0) {
		if (store_files(a, m, answer, in, &change, &are_fine, err) ==
		    -1)
			return -1;
		if (!are_fine)
			return exchange_quarantine(
			    in, a, "S999", "exchange.why.document", err);
	}
	/* Words that go with a state are for that state alone. */
	if (exchange_is_passed(answer, m->state->id))
		change.to = NULL;
	else if (answer->has_words)
		change.message = exchange_words(
		    a, m, in->request.partner, &in->read);
	else if (change.to == answer->to)
		change.message = message_text(a, m, answer, &in->read);
	change.is_question = answer->is_question;
	in->row.state = EXCHANGE_FILED;
	in->row.message = in->read.message->id;
	in->row.item = in->request.item;
	/* A file that no row promises goes with the sweep: after an error it may
	 * be promised all the same. */
	return exchange_change_write(a, m, &change, in->row.created_ms, err);
}

/* A rejection of ours: the office has to look. */
static int
refused(struct incoming *in, struct arena *a, const struct exchange_matter *m,
    struct err *err)
{
	struct filing filing = { .in = in, .request_to = EXCHANGE_REFUSED };
	const struct exchange_change change = {
		.to = m->service->exchange == NULL
		    ? NULL
		    : m->service->exchange->refused_to,
		.reason = "the partner sent our message back",
		.also = write_filed,
		.arg = &filing };

	in->row.state = EXCHANGE_FILED;
	return exchange_change_write(a, m, &change, in->row.created_ms, err);
}

int
exchange_file_answer(struct incoming *in, struct arena *a,
    const void *body, size_t len, struct err *err)
{
	const struct xoev_rules rules =
	    exchange_rules(in->desk, in->row.created_ms);
	const struct exchange_answer *answer = NULL;
	struct exchange_matter m;
	struct xoev_case c = { 0 };

	if (exchange_matter_read(in->desk, a, in->town, &in->row.vorgang, &m,
		err) == -1) {
		if (err->code != ERR_NOT_FOUND && err->code != ERR_GONE)
			return -1;
		err_clear(err);
		in->row.has_vorgang = false;
		return exchange_quarantine(in, a, "S999", "exchange.why.gone", err);
	}
	if (in->read.head.is_rejection)
		return refused(in, a, &m, err);
	if (xoev_read_answer(a, &rules, m.service->xoev,
		in->has_request ? in->request.message : NULL, body, len,
		&in->read, err) == -1)
		return -1;
	if (in->read.findings.n > 0)
		return exchange_reject(in, a, body, len, err);
	if (in->has_request && in->request.message != NULL)
		in->request_info = xoev_mapping_find(
		    m.service->xoev, in->request.message);
	if (in->read.message != NULL) {
		if (exchange_answers_read(a, &m, &c, err) == -1)
			return -1;
		answer = resolve(a, &m,
		    find_answer(a, m.service->exchange, &c, in), &in->read);
	}
	/* Also a second answer, that leads nowhere from here, or to what was
	 * answered as one of several. */
	if (answer == NULL || leads_nowhere(in, &m, answer) ||
	    (in->request.state == EXCHANGE_ANSWERED && answer->to != NULL &&
		!exchange_is_passed(answer, m.state->id) &&
		answer->is_joint))
		return exchange_quarantine(
		    in, a, "S999", "exchange.why.unexpected", err);
	return apply(in, a, &m, answer, err);
}
