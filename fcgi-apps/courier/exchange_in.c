#include "courier/exchange_incoming.h"

#include "common/date.h"
#include "common/handover/exchange_act.h"
#include "common/handover/exchange_number.h"
#include "common/json.h"
#include "common/log.h"
#include "common/utf8.h"
#include "common/vorgang/vorgang_store.h"
#include "courier/osci.h"

#define LEASE_MS 20000
#define SOON_MS 300 /* somebody else was at it */
#define LONGEST_MS (10 * 60000)
#define MESSAGES_MAX 200 /* of a town in one round */
#define HOUR_MS 3600000
#define FINDING_MAX 4000 /* of column finding */
#define STANDARD_MAX 60	 /* bytes, of columns of that name */
#define VERSION_MAX 30
#define TYPE_MAX 30
#define KEY_MAX 120

/* ---- writing it down ---- */

int
exchange_write_handled(
    struct db *db, struct arena *a, void *arg, struct err *err)
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
	if (exchange_write_handled(db, a, in, err) == -1 ||
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
int
exchange_quarantine(struct incoming *in, struct arena *a, const char *code,
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

/* Writes that an answer to a message of ours went back. */
struct returned {
	struct incoming *in;
	const struct osci_transfer_order *order;
	int64_t due_ms; /* by when a valid one has to come */
};

static int
write_returned(struct db *db, struct arena *a, void *arg, struct err *err)
{
	const struct returned *r = arg;
	struct incoming *in = r->in;

	return exchange_write_handled(db, a, in, err) == -1 ||
		send_rejection(db, a, (void *)r->order, err) == -1 ||
		exchange_unusable(db, &in->request.id, r->due_ms,
		    in->row.created_ms, err) == -1
	    ? -1
	    : 0;
}

/*
 * With the Vorgang that waits for it: the applicant is told, and after so many
 * of them, or some time, a person takes over (exchange_follow.c).
 */
static int
return_answer(struct incoming *in, struct arena *a,
    const struct osci_transfer_order *order, struct err *err)
{
	struct returned returned = { .in = in, .order = order };
	const struct service_exchange *e;
	struct exchange_matter m;
	struct exchange_change change = {
		.reason = "an answer is not valid and went back",
		.unusable_of = in->request.partner,
		.also = write_returned,
		.arg = &returned };

	if (!in->has_request || !in->row.has_vorgang ||
	    exchange_matter_read(in->desk, a, in->town, &in->row.vorgang, &m,
		err) == -1) {
		err_clear(err);
		return write_alone(in, a, send_rejection, (void *)order, err);
	}
	e = m.service->exchange;
	returned.due_ms = in->row.created_ms +
	    (e == NULL ? 1 : e->unusable_hours) * HOUR_MS;
	/* The last one that is borne: it is over now. */
	if (e != NULL && in->request.unusable + 1 >= e->unusable_most)
		returned.due_ms = in->row.created_ms;
	return exchange_change_write(a, &m, &change, in->row.created_ms, err);
}

/* It is not valid: back to who sent it, with the codes. */
int
exchange_reject(struct incoming *in, struct arena *a, const void *body,
    size_t len, struct err *err)
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
		return exchange_quarantine(in, a, f->finding[0].code,
		    f->finding[0].key, err);
	c.author = exchange_own_party(&own);
	if (xoev_reject(a, &rules, &in->read.head, f, body, len,
		in->transfer->message_id, in->transfer->creation_ms, &c, &built,
		&why) == -1) {
		log_warn("no rejection can be built: %s", why.msg);
		return exchange_quarantine(in, a, f->finding[0].code,
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
	return return_answer(in, a, &order, err);
}

/* ---- what it is ---- */

/* As a column of max bytes takes it, whatever a stranger wrote. */
static const char *
fitting(struct arena *a, const char *s, size_t max, bool is_ascii)
{
	char *out;

	if (s == NULL)
		return "";
	out = arena_strdup(a, utf8_cut(a, s, max));
	for (char *c = out; is_ascii && *c != '\0'; c++)
		if (*c <= ' ' || *c > '~')
			*c = '?';
	return out;
}

static void
fill_row(
    struct incoming *in, struct arena *a, const void *body, size_t len)
{
	const struct xoev_head *h = &in->read.head;
	struct err none = { 0 };

	in->row = (struct exchange){ .id = id_uuid7(),
		.is_incoming = true,
		.standard = fitting(a, h->standard, STANDARD_MAX, false),
		.version = fitting(a, h->version, VERSION_MAX, false),
		.type = fitting(a, h->type, TYPE_MAX, false),
		.partner =
		    in->transfer->partner == NULL ? "" : in->transfer->partner,
		.partner_key = fitting(a, h->author.key, KEY_MAX, true),
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

/* What names no message of ours, but our number: the newest that its sender
 * got about that application (or the one of that number). */
static int
find_by_number(struct incoming *in, struct arena *a, struct err *err)
{
	char reference[ID_REFERENCE_LEN + 1];
	struct db *db = in->desk->courier->db;
	struct exchange *e;
	struct err none = { 0 };
	struct id vorgang;
	uint32_t round;
	size_t n;

	if (in->has_request || in->read.head.reference == NULL ||
	    exchange_number_parse(
		in->read.head.reference, reference, &round, &none) == -1)
		return 0;
	if (vorgang_find(db, a, reference, &vorgang, err) == -1) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return 0;
	}
	if (exchange_of_vorgang(
		db, a, in->town, &vorgang, false, &e, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!e[i].is_incoming &&
		    strcmp(e[i].partner, in->transfer->partner) == 0 &&
		    (round == EXCHANGE_ANY_ROUND || round == e[i].round)) {
			in->request = e[i];
			in->has_request = true;
		}
	if (in->has_request) {
		in->row.has_vorgang = true;
		in->row.vorgang = vorgang;
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
	fill_row(in, a, body, len);
	if (len > EXCHANGE_BODY_MAX) {
		in->row.body = ""; /* the transfer keeps it */
		in->row.len = 0;
		return exchange_quarantine(in, a, "S999", "exchange.why.long", err);
	}
	if (!in->in.is_signed)
		return exchange_quarantine(in, a, "T010", "exchange.why.signature", err);
	if (in->transfer->partner == NULL)
		return exchange_quarantine(in, a, "T070", "exchange.why.partner", err);
	if (is_repeated(in, a, &repeated, err) == -1)
		return -1;
	if (repeated) {
		in->row.state = EXCHANGE_TWICE;
		return write_alone(in, a, NULL, NULL, err);
	}
	if (find_request(in, a, err) == -1 || find_by_number(in, a, err) == -1)
		return -1;
	if (in->read.findings.n > 0)
		return exchange_reject(in, a, body, len, err);
	if (!in->row.has_vorgang)
		return exchange_quarantine(in, a, "S999", "exchange.why.no_case", err);
	/* Only the one that was asked may answer. */
	if (strcmp(in->request.partner, in->transfer->partner) != 0) {
		in->row.has_vorgang = false;
		return exchange_quarantine(in, a, "T070", "exchange.why.other", err);
	}
	return exchange_file_answer(in, a, body, len, err);
}

/* The message in the transfer: its first content. */
static int
take(struct incoming *in, struct arena *a, struct err *err)
{
	const struct osci_content *content = in->in.content.content;
	struct buf *body = buf_new(a, XOEV_MESSAGE_MAX);

	if (in->in.content.ncontent == 0) {
		fill_row(in, a, "", 0);
		return exchange_quarantine(in, a, "T099", "exchange.why.empty", err);
	}
	if (content->len > XOEV_MESSAGE_MAX) {
		fill_row(in, a, "", 0);
		return exchange_quarantine(in, a, "S999", "exchange.why.long", err);
	}
	if (crypto_spool_each(content->spool, content->offset, content->len,
		buf_sink, body, err) == -1)
		return -1;
	return judge(in, a, buf_text(body), body->len, err);
}

/* When it is tried again. */
static int64_t
pause_ms(const struct osci_transfer *transfer, enum err_code code)
{
	int64_t ms = osci_wait_ms(transfer->attempts);

	if (code == ERR_CONFLICT || code == ERR_DB_BUSY)
		return SOON_MS;
	return ms < LONGEST_MS ? ms : LONGEST_MS;
}

/* What the transport could not open is told there and stays there. -1: nothing
 * can be handled, for the database is away. */
static int
handle(struct exchange_desk *d, struct arena *a, const struct town *t,
    const struct osci_transfer *transfer, size_t *n, struct err *err)
{
	struct courier *c = d->courier;
	struct incoming in = { .desk = d, .town = t, .transfer = transfer };
	int64_t now_ms;
	struct err why = { 0 };
	bool is_broken;

	if (osci_transfer_open(c->db, a, c->config, d->master, t, d->trust,
		transfer, &in.in, &why) == 0 &&
	    take(&in, a, &why) == 0) {
		++*n;
		return 0;
	}
	/* Handled by somebody else meanwhile. */
	if (why.code == ERR_DUPLICATE &&
	    strcmp(why.field, "exchange_transfer") == 0)
		return 0;
	is_broken = why.code == ERR_BAD_REQUEST || why.code == ERR_CRYPTO ||
	    why.code == ERR_TOO_LARGE;
	if (why.code != ERR_CONFLICT && why.code != ERR_DB_BUSY)
		log_error("transfer %s cannot be handled%s: %s: %s",
		    id_hex(a, &transfer->id), is_broken ? "" : " now",
		    err_wire(why.code), why.msg);
	now_ms = date_now_ms();
	return osci_transfer_unhandled(c->db, &transfer->id, now_ms,
	    is_broken ? 0 : now_ms + pause_ms(transfer, why.code), why.msg,
	    err);
}

int
exchange_take_in(
    struct exchange_desk *d, const struct town *t, size_t *n, struct err *err)
{
	for (size_t i = 0; i < MESSAGES_MAX && !exchange_is_over(d); i++) {
		struct osci_transfer transfer;
		struct arena a = { 0 };
		int rc = osci_transfer_next_arrived(d->courier->db, &a, t,
		    NULL, d->courier->name, date_now_ms(), LEASE_MS, &transfer,
		    err);

		if (rc == 0)
			rc = handle(d, &a, t, &transfer, n, err);
		else if (err->code == ERR_NOT_FOUND) {
			err_clear(err);
			arena_free(&a);
			return 0;
		}
		arena_free(&a);
		if (rc == -1)
			return -1;
	}
	return 0;
}
