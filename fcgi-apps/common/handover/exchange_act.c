#include "common/handover/exchange_act.h"

#include "common/json.h"
#include "common/osci/osci_partner_store.h"
#include "common/vorgang/vorgang_change.h"

#define DATA_MAX 4096
#define DIRECTORY "DVDV"
#define DIRECTORY_VERSION "3"
#define CHANNEL_MAIL "01"
#define CHANNEL_VERSION "3"

static const char *
given(const char *s)
{
	return s == NULL || *s == '\0' ? NULL : s;
}

struct xoev_party
exchange_own_party(const struct exchange_party *p)
{
	return (struct xoev_party){
		.directory = DIRECTORY,
		.directory_version = DIRECTORY_VERSION,
		.key = p->key,
		.name = p->name,
		.channel = given(p->email) == NULL ? NULL : CHANNEL_MAIL,
		.channel_version = CHANNEL_VERSION,
		.address = given(p->email),
		.street = given(p->street),
		.house_no = given(p->house_no),
		.postal_code = given(p->postal_code),
		.city = given(p->city),
	};
}

/* Ends a transaction as its work went. */
static int
finish(struct db *db, int rc, struct err *err)
{
	bool unknown;

	if (rc == 0)
		return db_commit(db, &unknown, err);
	db_rollback(db);
	return -1;
}

/* ---- once more ---- */

static bool
may_go_again(const struct exchange *e)
{
	return !e->is_incoming && e->step != NULL &&
	    (e->state == EXCHANGE_SILENT || e->state == EXCHANGE_REFUSED ||
		e->state == EXCHANGE_UNDELIVERED);
}

/* Once is enough: what went out again is the one to send again later. */
static int
check_newest(struct db *db, struct arena *a, const struct town *t,
    const struct exchange *e, struct err *err)
{
	struct exchange newest;
	bool found = false;

	if (e->has_uuid && exchange_by_uuid(db, a, t, false, &e->uuid,
			       &newest, &found, err) == -1)
		return -1;
	if (!found || id_equal(&newest.id, &e->id))
		return 0;
	return err_set(err, ERR_CONFLICT, "it went out again already, as %s",
	    id_hex(a, &newest.id));
}

static int
hand_again(struct db *db, struct arena *a, const struct town *t,
    const struct exchange *old, const char *identity, int64_t now_ms,
    struct id *out, struct err *err)
{
	const struct osci_transfer_content content = { .bytes = old->body,
		.len = old->len, .type = "text/xml" };
	const struct osci_transfer_order order = { .town = t,
		.identity = identity,
		.partner = old->partner,
		.subject = arena_printf(a, "%s %s", old->standard, old->type),
		.content = &content,
		.ncontent = 1,
		.about = old->has_vorgang ? &old->vorgang : NULL };
	struct exchange row = *old;

	row.id = id_uuid7();
	row.state = EXCHANGE_HANDED;
	row.finding = "";
	row.created_ms = now_ms;
	row.answer_due_ms = old->answer_due_ms == 0
	    ? 0
	    : now_ms + (old->answer_due_ms - old->created_ms);
	*out = row.id;
	return exchange_rounds(
		   db, a, &old->vorgang, old->step, &row.round, err) == -1 ||
		osci_transfer_send(
		    db, a, &order, now_ms, &row.transfer, err) == -1 ||
		exchange_insert(db, a, t, &row, err) == -1
	    ? -1
	    : 0;
}

int
exchange_send_again(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, int64_t now_ms, struct id *out, struct err *err)
{
	struct osci_transfer before;
	struct exchange old;

	if (exchange_find(db, a, t, id, &old, err) == -1)
		return -1;
	if (old.body == NULL)
		return err_set(err, ERR_GONE,
		    "what it said was erased with its application");
	if (!may_go_again(&old))
		return err_set(err, ERR_CONFLICT,
		    "it is \"%s\": only messages of ours that were not "
		    "delivered, not answered or sent back can go again",
		    exchange_state_name(old.state));
	if (check_newest(db, a, t, &old, err) == -1 ||
	    osci_transfer_find(db, a, t, &old.transfer, &before, err) == -1 ||
	    db_begin(db, err) == -1)
		return -1;
	return finish(db,
	    hand_again(db, a, t, &old, given(before.identity), now_ms, out,
		err), err);
}

/* ---- back ---- */

static int
write_back(struct db *db, struct arena *a, const struct exchange *e,
    const struct osci_transfer_order *order, int64_t now_ms, struct err *err)
{
	struct id transfer;

	return exchange_move(db, &e->id, EXCHANGE_QUARANTINED,
		   EXCHANGE_REJECTED, now_ms, err) == -1 ||
		osci_transfer_send(
		    db, a, order, now_ms, &transfer, err) == -1
	    ? -1
	    : 0;
}

/* Who the town is in an answer to a message: whom that was for, else for all
 * services, else the only one. */
static int
party_of(struct db *db, struct arena *a, const char *key,
    struct exchange_party *out, struct err *err)
{
	struct exchange_party *list;
	size_t n;

	if (exchange_party_list(db, a, &list, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (n == 1 || strcmp(list[i].key, key) == 0) {
			*out = list[i];
			return 0;
		}
	return exchange_party_find(db, a, "", out, err);
}

/* The sender as it says itself; what cannot be read says nothing, and then it
 * is the partner from whom it came. */
static int
reader_of(struct db *db, struct arena *a, const struct town *t,
    const struct xoev_head *head, const char *partner,
    struct xoev_party *out, struct err *err)
{
	struct osci_partner p;

	*out = head->author;
	if (*out->key != '\0')
		return 0;
	if (osci_partner_by_name(db, a, t->id, partner, &p, err) == -1)
		return -1;
	if (given(p.dvdv_key) == NULL)
		return err_set(err, ERR_CONFLICT,
		    "the message does not say whom it is from, and the partner "
		    "%s has no key in the directory: torhaus osci partner add "
		    "--dvdv", partner);
	*out = (struct xoev_party){ .directory = DIRECTORY,
		.directory_version = DIRECTORY_VERSION,
		.key = p.dvdv_key,
		.name = p.name };
	return 0;
}

static bool
is_code(const char *code)
{
	static const char *const codes[] = { "X000", "X001", "V000", "S001",
		"S010", "S011", "S020", "S030", "S100", "S999", "T000", "T001",
		"T002", "T003", "T010", "T011", "T020", "T070", "T080",
		"T099" };

	for (size_t i = 0; i < nitems(codes); i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

int
exchange_send_back(struct db *db, struct arena *a, const struct town *t,
    const struct xoev_rules *rules, const struct id *id, const char *code,
    const char *reason, int64_t now_ms, struct err *err)
{
	struct xoev_finding one = { .code = code, .path = "",
		.key = "exchange.why.person", .text = reason };
	const struct xoev_findings findings = { .finding = &one, .n = 1 };
	struct osci_transfer_content content = { .type = "text/xml" };
	struct osci_transfer_order order = { .town = t,
		.content = &content, .ncontent = 1 };
	struct xoev_findings ignored;
	struct xoev_head head = { 0 };
	struct exchange_party own;
	struct xoev_built built = { 0 };
	struct xoev_case c = { 0 };
	struct osci_transfer transfer;
	struct exchange e;

	if (!is_code(code))
		return err_set(err, ERR_FIELD_INVALID,
		    "'%s' is no code of the standard, such as S999", code);
	if (exchange_find(db, a, t, id, &e, err) == -1 ||
	    osci_transfer_find(db, a, t, &e.transfer, &transfer, err) == -1)
		return -1;
	if (e.body == NULL)
		return err_set(err, ERR_GONE,
		    "what it said was erased with its application");
	if (e.state != EXCHANGE_QUARANTINED || transfer.partner == NULL)
		return err_set(err, ERR_CONFLICT,
		    "it is not in quarantine, or its sender is no partner");
	if (e.body == NULL)
		return err_set(err, ERR_GONE,
		    "what it said was erased with its application");
	if (xoev_check(a, rules, e.body, e.len, &ignored, &head, err) == -1 ||
	    party_of(db, a, head.reader.key, &own, err) == -1 ||
	    reader_of(db, a, t, &head, transfer.partner, &c.reader, err) ==
		-1)
		return -1;
	c.author = exchange_own_party(&own);
	if (xoev_reject(a, rules, &head, &findings, e.body, e.len,
		transfer.message_id, transfer.creation_ms, &c, &built, err) ==
	    -1)
		return -1;
	content.bytes = built.data;
	content.len = built.len;
	order.identity = transfer.identity;
	order.partner = transfer.partner;
	order.subject = arena_printf(
	    a, "%s %s", built.head.standard, built.head.type);
	if (db_begin(db, err) == -1)
		return -1;
	return finish(db, write_back(db, a, &e, &order, now_ms, err), err);
}

/* ---- to its application ---- */

struct filing {
	const struct id *id, *vorgang;
	int64_t now_ms;
};

static int
write_filing(struct db *db, struct arena *a, const struct vorgang *v,
    void *arg, struct err *err)
{
	const struct filing *f = arg;

	(void)a;
	return exchange_file(db, f->id, &v->id, EXCHANGE_FILED, f->now_ms, err);
}

int
exchange_file_to(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, const struct id *vorgang, const char *by,
    int64_t now_ms, struct err *err)
{
	struct filing filing = { id, vorgang, now_ms };
	struct buf *data = buf_new(a, DATA_MAX);
	struct event event = { .kind = "exchange", .actor = ACTOR_OFFICE };
	const struct vorgang_change change = { .now_ms = now_ms,
		.event = &event,
		.nevent = 1,
		.also = write_filing,
		.also_arg = &filing };
	struct json_out j;

	json_begin(&j, data);
	json_open_object(&j);
	json_pair(&j, "reason", "filed by hand");
	json_pair(&j, "by", by);
	json_pair(&j, "message", id_hex(a, id));
	json_close_object(&j);
	event.data = buf_text(data);
	return vorgang_change(db, a, t, vorgang, &change, err);
}
