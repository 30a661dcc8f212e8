#include "courier/exchange.h"

#include "common/date.h"
#include "common/document_files.h"
#include "common/exchange_act.h"
#include "common/file_name.h"
#include "common/json.h"
#include "common/log.h"
#include "common/office_step.h"

#define LEASE_MS 20000
#define AGAIN_MS 15000
#define FINDING_MAX 4000 /* of column finding */

/* A message that arrived, on its way to its Vorgang. */
struct incoming {
	struct exchange_desk *desk;
	const struct town *town;
	const struct osci_transfer *transfer;
	struct osci_transfer_in in;
	struct xoev_read read;
	struct exchange row; /* as it will be written */
	bool has_request;
	struct exchange request; /* the message of ours that it answers */
};

/* ---- writing it down ---- */

static int
write_handled(struct db *db, struct arena *a, void *arg, struct err *err)
{
	struct incoming *in = arg;

	return exchange_insert(db, a, in->town, &in->row, err) == -1 ||
		osci_transfer_handled(db, &in->transfer->id,
		    in->row.created_ms, err) == -1
	    ? -1
	    : 0;
}

/* In a transaction of its own: nothing happens to a Vorgang. */
static int
write_alone(struct incoming *in, struct arena *a,
    int (*also)(struct db *db, struct arena *a, void *arg, struct err *err),
    void *arg, struct err *err)
{
	struct db *db = in->desk->courier->db;
	bool unknown;

	if (db_begin(db, err) == -1)
		return -1;
	if (write_handled(db, a, in, err) == -1 ||
	    (also != NULL && also(db, a, arg, err) == -1)) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

/* Codes and names of elements, as the column keeps them. */
static const char *
findings_json(struct arena *a, const struct xoev_findings *f)
{
	struct buf *out = buf_new(a, FINDING_MAX - 300);
	struct json_out j;

	json_begin(&j, out);
	json_open_array(&j);
	for (size_t i = 0; i < f->n && out->len < FINDING_MAX - 1200; i++) {
		json_open_object(&j);
		json_pair(&j, "code", f->finding[i].code);
		json_pair(&j, "path", f->finding[i].path);
		json_pair(&j, "key", f->finding[i].key);
		json_close_object(&j);
	}
	json_close_array(&j);
	return out->failed == ERR_NONE ? buf_text(out) : "[]";
}

/* Kept for a person to look at; key tells why. */
static int
quarantine(struct incoming *in, struct arena *a, const char *code,
    const char *key, struct err *err)
{
	struct xoev_finding one = { .code = code, .path = "", .key = key };
	const struct xoev_findings f = { .finding = &one, .n = 1 };

	log_warn("a message %s %s of %s is in quarantine: %s %s",
	    in->row.standard, in->row.type, in->row.partner, code, key);
	in->row.state = EXCHANGE_QUARANTINED;
	in->row.finding = findings_json(a, &f);
	return write_alone(in, a, NULL, NULL, err);
}

/* ---- sending it back ---- */

static int
send_rejection(struct db *db, struct arena *a, void *arg, struct err *err)
{
	const struct osci_transfer_order *order = arg;
	struct id transfer;

	return osci_transfer_send(
	    db, a, order, date_now_ms(), &transfer, err);
}

/* It is not valid: back to who sent it, with the codes. */
static int
reject(struct incoming *in, struct arena *a, const void *body, size_t len,
    struct err *err)
{
	const struct xoev_rules rules =
	    exchange_rules(in->desk, in->row.created_ms);
	const struct xoev_findings *f = &in->read.findings;
	struct osci_transfer_content content = { .type = "text/xml" };
	struct osci_transfer_order order = { .town = in->town,
		.identity = in->transfer->identity,
		.partner = in->transfer->partner,
		.content = &content,
		.ncontent = 1 };
	struct xoev_case c = { .reader = in->read.head.author };
	struct exchange_party own;
	struct xoev_built built = { 0 };
	struct err why = { 0 };

	in->row.finding = findings_json(a, f);
	if (in->read.head.is_rejection || in->transfer->partner == NULL ||
	    exchange_party_find(in->desk->courier->db, a, "", &own, &why) ==
		-1)
		return quarantine(in, a, f->finding[0].code,
		    f->finding[0].key, err);
	c.author = exchange_own_party(&own);
	if (xoev_reject(a, &rules, &in->read.head, f, body, len,
		in->transfer->message_id, in->transfer->creation_ms, &c, &built,
		&why) == -1) {
		log_warn("no rejection can be built: %s", why.msg);
		return quarantine(in, a, f->finding[0].code,
		    f->finding[0].key, err);
	}
	content.bytes = built.data;
	content.len = built.len;
	order.subject = arena_printf(
	    a, "%s %s", built.head.standard, built.head.type);
	in->row.state = EXCHANGE_REJECTED;
	log_warn("a message %s %s of %s is not valid and goes back: %s",
	    in->row.standard, in->row.type, in->row.partner,
	    f->finding[0].code);
	return write_alone(in, a, send_rejection, &order, err);
}

/* ---- filing ---- */

struct filing {
	struct incoming *in;
	enum exchange_state request_to; /* 0: the request stays */
};

static int
write_filed(struct db *db, struct arena *a, void *arg, struct err *err)
{
	const struct filing *f = arg;
	struct incoming *in = f->in;
	struct err late = { 0 };

	if (write_handled(db, a, in, err) == -1)
		return -1;
	if (f->request_to == 0 || !in->has_request)
		return 0;
	/* A further word to it: what was asked meanwhile is answered by it. */
	if (f->request_to == EXCHANGE_ANSWERED &&
	    in->request.state == EXCHANGE_ANSWERED)
		return exchange_answer_all(
		    db, &in->request.vorgang, in->row.created_ms, err);
	/* A second answer finds it answered; a late one, given up. */
	if (exchange_move(db, &in->request.id, in->request.state,
		f->request_to, in->row.created_ms, &late) == -1 &&
	    late.code != ERR_CONFLICT) {
		*err = late;
		return -1;
	}
	return 0;
}

static bool
matches(const struct exchange_answer *answer, const struct xoev_read *r)
{
	for (size_t i = 0; i < answer->nmatch; i++) {
		const struct exchange_match *m = &answer->match[i];
		const struct xoev_value *v =
		    xoev_value_find(r->value, r->nvalue, m->value);
		bool is_one = m->nis == 0;

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

static const struct exchange_answer *
find_answer(const struct service_exchange *e, const struct xoev_read *r)
{
	for (size_t i = 0; e != NULL && i < e->nanswer; i++)
		if (strcmp(e->answer[i].message, r->message->id) == 0 &&
		    matches(&e->answer[i], r))
			return &e->answer[i];
	return NULL;
}

/* The PDF in an answer, into the store of files under the Vorgang's key. */
static int
store_document(struct arena *a, const struct exchange_matter *m,
    const struct exchange_answer *answer, const struct incoming *in,
    struct document *out, bool *stored, struct err *err)
{
	bool is_message =
	    strcmp(answer->document, EXCHANGE_WHOLE_MESSAGE) == 0;
	const struct xoev_value message = { .data = in->row.body,
		.len = in->row.len };
	const struct xoev_read *r = &in->read;
	const struct config *config = m->desk->courier->config;
	const struct xoev_value *v =
	    xoev_value_find(r->value, r->nvalue, answer->document);
	struct document_file_info info;
	struct document_file *file;

	*stored = false;
	if (is_message)
		v = &message;
	else if (v == NULL || v->len < 5 || memcmp(v->data, "%PDF-", 5) != 0)
		return 0;
	*out = (struct document){ .id = id_uuid7(),
		.submission_id = id_random(),
		.field = "",
		.media_type = is_message ? "application/xml"
					 : "application/pdf",
		.created_ms = date_now_ms(),
		.origin = ACTOR_OFFICE };
	out->name = file_name_clean(
	    a, answer->name, out->media_type, is_message ? ".xml" : ".pdf");
	if (document_file_new(config->documents_dir, m->town->id, &out->id,
		&m->whole.vorgang.key.key, &file, err) == -1)
		return -1;
	if (document_file_put(file, v->data, v->len, err) == -1) {
		document_file_abort(file);
		return -1;
	}
	if (document_file_commit(file, &info, err) == -1)
		return -1;
	out->size = info.size;
	memcpy(out->sha256, info.sha256, sizeof(out->sha256));
	memcpy(out->cipher_sha256, info.cipher_sha256,
	    sizeof(out->cipher_sha256));
	*stored = true;
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

/* Moves the Vorgang on, as the service says for this answer. */
static int
apply(struct incoming *in, struct arena *a, const struct exchange_matter *m,
    const struct exchange_answer *answer, struct err *err)
{
	struct filing filing = { in, EXCHANGE_ANSWERED };
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
	struct exchange_change change = { .to = answer->to,
		.reason = arena_printf(a, "answer %s", in->read.head.type),
		.handover = &handover,
		.step = HANDOVER_ANSWERED,
		.also = write_filed,
		.arg = &filing };
	struct document document;
	bool stored = false;

	if (answer->document != NULL &&
	    store_document(a, m, answer, in, &document, &stored, err) == -1)
		return -1;
	if (answer->document != NULL && !stored)
		return quarantine(
		    in, a, "S999", "exchange.why.document", err);
	change.document = &document;
	change.ndocument = stored;
	change.message = message_text(a, m, answer, &in->read);
	in->row.state = EXCHANGE_FILED;
	/* A file that no row promises goes with the sweep: after an error it may
	 * be promised all the same. */
	return exchange_change_write(a, m, &change, in->row.created_ms, err);
}

/* A rejection of ours: the office has to look. */
static int
refused(struct incoming *in, struct arena *a, const struct exchange_matter *m,
    struct err *err)
{
	struct filing filing = { in, EXCHANGE_REFUSED };
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

static int
file(struct incoming *in, struct arena *a, const void *body, size_t len,
    struct err *err)
{
	const struct xoev_rules rules =
	    exchange_rules(in->desk, in->row.created_ms);
	const struct exchange_answer *answer;
	struct exchange_matter m;

	if (exchange_matter_read(in->desk, a, in->town, &in->row.vorgang, &m,
		err) == -1) {
		if (err->code != ERR_NOT_FOUND && err->code != ERR_GONE)
			return -1;
		err_clear(err);
		in->row.has_vorgang = false;
		return quarantine(in, a, "S999", "exchange.why.gone", err);
	}
	if (in->read.head.is_rejection)
		return refused(in, a, &m, err);
	if (xoev_read(a, &rules, m.service->xoev, body, len, &in->read, err) ==
	    -1)
		return -1;
	if (in->read.findings.n > 0)
		return reject(in, a, body, len, err);
	answer = in->read.message == NULL
	    ? NULL
	    : find_answer(m.service->exchange, &in->read);
	/* Also a second answer, that leads nowhere from here. */
	if (answer == NULL ||
	    (in->request.state == EXCHANGE_ANSWERED && answer->to != NULL &&
		!office_step_leads(m.state, answer->to)))
		return quarantine(
		    in, a, "S999", "exchange.why.unexpected", err);
	return apply(in, a, &m, answer, err);
}

/* ---- what it is ---- */

static void
fill_row(struct incoming *in, const void *body, size_t len)
{
	const struct xoev_head *h = &in->read.head;
	struct err none = { 0 };

	in->row = (struct exchange){ .id = id_uuid7(),
		.is_incoming = true,
		.standard = h->standard == NULL ? "" : h->standard,
		.version = h->version == NULL ? "" : h->version,
		.type = h->type == NULL ? "" : h->type,
		.partner =
		    in->transfer->partner == NULL ? "" : in->transfer->partner,
		.partner_key = h->author.key == NULL ? "" : h->author.key,
		.transfer = in->transfer->id,
		.finding = "",
		.created_ms = date_now_ms(),
		.body = body,
		.len = len };
	in->row.has_uuid = h->uuid != NULL &&
	    id_parse(h->uuid, &in->row.uuid, &none) == 0;
	in->row.has_refers_to = h->refers_to != NULL &&
	    id_parse(h->refers_to, &in->row.refers_to, &none) == 0;
}

/* The same message again: received, and nothing happens. */
static int
is_repeated(struct incoming *in, struct arena *a, bool *out, struct err *err)
{
	struct exchange before;
	bool found;

	*out = false;
	if (!in->row.has_uuid)
		return 0;
	if (exchange_by_uuid(in->desk->courier->db, a, in->town, true,
		&in->row.uuid, &before, &found, err) == -1)
		return -1;
	*out = found && before.state != EXCHANGE_REJECTED;
	if (*out && before.has_vorgang) {
		in->row.has_vorgang = true;
		in->row.vorgang = before.vorgang;
	}
	return 0;
}

static int
find_request(struct incoming *in, struct arena *a, struct err *err)
{
	if (!in->row.has_refers_to)
		return 0;
	if (exchange_by_uuid(in->desk->courier->db, a, in->town, false,
		&in->row.refers_to, &in->request, &in->has_request, err) == -1)
		return -1;
	if (in->has_request && in->request.has_vorgang) {
		in->row.has_vorgang = true;
		in->row.vorgang = in->request.vorgang;
	}
	return 0;
}

static int
judge(struct incoming *in, struct arena *a, const void *body, size_t len,
    struct err *err)
{
	const struct xoev_rules rules =
	    exchange_rules(in->desk, date_now_ms());
	bool repeated;

	if (xoev_read(a, &rules, NULL, body, len, &in->read, err) == -1)
		return -1;
	fill_row(in, body, len);
	if (len > EXCHANGE_BODY_MAX) {
		in->row.body = ""; /* the transfer keeps it */
		in->row.len = 0;
		return quarantine(in, a, "S999", "exchange.why.long", err);
	}
	if (!in->in.is_signed)
		return quarantine(in, a, "T010", "exchange.why.signature", err);
	if (in->transfer->partner == NULL)
		return quarantine(in, a, "T070", "exchange.why.partner", err);
	if (is_repeated(in, a, &repeated, err) == -1)
		return -1;
	if (repeated) {
		in->row.state = EXCHANGE_TWICE;
		return write_alone(in, a, NULL, NULL, err);
	}
	if (find_request(in, a, err) == -1)
		return -1;
	if (in->read.findings.n > 0)
		return reject(in, a, body, len, err);
	if (!in->row.has_vorgang)
		return quarantine(in, a, "S999", "exchange.why.no_case", err);
	/* Only the one that was asked may answer. */
	if (strcmp(in->request.partner, in->transfer->partner) != 0) {
		in->row.has_vorgang = false;
		return quarantine(in, a, "T070", "exchange.why.other", err);
	}
	return file(in, a, body, len, err);
}

/* The message in the transfer: its first content. */
static int
take(struct incoming *in, struct arena *a, struct err *err)
{
	const struct osci_content *content = in->in.content.content;
	struct buf *body = buf_new(a, XOEV_MESSAGE_MAX);

	if (in->in.content.ncontent == 0) {
		fill_row(in, "", 0);
		return quarantine(in, a, "T099", "exchange.why.empty", err);
	}
	if (content->len > XOEV_MESSAGE_MAX) {
		fill_row(in, "", 0);
		return quarantine(in, a, "S999", "exchange.why.long", err);
	}
	if (crypto_spool_each(content->spool, content->offset, content->len,
		buf_sink, body, err) == -1)
		return -1;
	return judge(in, a, buf_text(body), body->len, err);
}

/* What the transport could not open is told there and stays there. */
static void
handle(struct exchange_desk *d, struct arena *a, const struct town *t,
    const struct osci_transfer *transfer, size_t *n)
{
	struct courier *c = d->courier;
	struct incoming in = { .desk = d, .town = t, .transfer = transfer };
	int64_t now_ms = date_now_ms();
	struct err err = { 0 }, also = { 0 };
	bool is_broken;

	if (osci_transfer_open(c->db, a, c->config, d->master, t, d->trust,
		transfer, &in.in, &err) == 0 &&
	    take(&in, a, &err) == 0) {
		++*n;
		return;
	}
	/* Handled by somebody else meanwhile. */
	if (err.code == ERR_DUPLICATE &&
	    strcmp(err.field, "exchange_transfer") == 0)
		return;
	is_broken = err.code == ERR_BAD_REQUEST || err.code == ERR_CRYPTO ||
	    err.code == ERR_TOO_LARGE;
	log_error("transfer %s cannot be handled%s: %s: %s",
	    id_hex(a, &transfer->id), is_broken ? "" : " now",
	    err_wire(err.code), err.msg);
	if (osci_transfer_unhandled(c->db, &transfer->id, now_ms,
		is_broken ? 0 : now_ms + AGAIN_MS, err.msg, &also) == -1)
		log_error("%s: %s", err_wire(also.code), also.msg);
}

int
exchange_take_in(
    struct exchange_desk *d, const struct town *t, size_t *n, struct err *err)
{
	for (;;) {
		struct osci_transfer transfer;
		struct arena a = { 0 };
		int rc = osci_transfer_next_arrived(d->courier->db, &a, t,
		    NULL, d->courier->name, date_now_ms(), LEASE_MS, &transfer,
		    err);

		if (rc == 0)
			handle(d, &a, t, &transfer, n);
		arena_free(&a);
		if (rc == -1 && err->code == ERR_NOT_FOUND) {
			err_clear(err);
			return 0;
		}
		if (rc == -1)
			return -1;
	}
}
