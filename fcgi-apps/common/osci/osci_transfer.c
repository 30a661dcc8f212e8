#include "common/osci/osci_transfer.h"

#include "common/date.h"
#include "common/json.h"
#include "common/osci/osci_order.h"
#include "common/osci/osci_partner_store.h"
#include "common/osci/osci_transfer_store.h"

#define SPOOL_DIR "/tmp" /* what does not fit in memory, encrypted */
#define PRIVATE_MAX ((size_t)64 << 10)

static const struct json_limits private_limits = { .bytes = PRIVATE_MAX,
	.depth = 8,
	.nodes = 1000 };

/* ---- sending ---- */

/* Active pairs of both purposes make an identity. */
static int
find_identity(struct db *db, struct arena *a, const struct town *t,
    const char *name, const char **out, struct err *err)
{
	struct osci_identity_row *row;
	const char *found = NULL;
	size_t n;

	if (osci_identity_rows(db, a, &row, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (row[i].role != OSCI_IDENTITY_CLIENT ||
		    row[i].town_id != t->id || !row[i].is_active ||
		    row[i].purpose != OSCI_IDENTITY_SIGN ||
		    (name != NULL && strcmp(row[i].name, name) != 0))
			continue;
		if (found != NULL && strcmp(found, row[i].name) != 0)
			return err_set(err, ERR_CONFLICT,
			    "%s has more than one identity: name one",
			    t->slug);
		found = row[i].name;
	}
	if (found == NULL)
		return err_set(err, ERR_NOT_FOUND,
		    "%s has no identity%s%s (torhaus osci key)", t->slug,
		    name == NULL ? "" : " ", name == NULL ? "" : name);
	*out = found;
	return 0;
}

static const char *
private_json(struct arena *a, const struct osci_transfer_order *o)
{
	struct buf *b = buf_new(a, PRIVATE_MAX);
	struct json_out j;

	json_begin(&j, b);
	json_open_object(&j);
	json_pair(&j, "subject", o->subject);
	json_key(&j, "contents");
	json_open_array(&j);
	for (size_t i = 0; i < o->ncontent; i++) {
		json_open_object(&j);
		json_pair(&j, "part", o->content[i].part);
		json_pair(&j, "type", o->content[i].type);
		json_key(&j, "len");
		json_put_int(&j, (int64_t)o->content[i].len);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	return buf_text(b);
}

static int
check_order(const struct osci_transfer_order *o, struct err *err)
{
	if (o->ncontent == 0 || o->ncontent > OSCI_TRANSFER_CONTENTS_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "a message has 1 to %d contents",
		    OSCI_TRANSFER_CONTENTS_MAX);
	if (o->subject != NULL && strlen(o->subject) > OSCI_SUBJECT_MAX)
		return err_set(err, ERR_TOO_LARGE, "the subject is too long");
	for (size_t i = 0; i < o->ncontent; i++)
		for (size_t k = 0; o->content[i].part != NULL && k < i; k++)
			if (o->content[k].part != NULL &&
			    strcmp(o->content[i].part, o->content[k].part) ==
				0)
				return err_set(err, ERR_FIELD_INVALID,
				    "two attachments of one name");
	return 0;
}

int
osci_transfer_send(struct db *db, struct arena *a,
    const struct osci_transfer_order *order, int64_t now_ms, struct id *out,
    struct err *err)
{
	struct osci_transfer_new t = { .id = id_uuid7(),
		.town = order->town,
		.state = OSCI_TRANSFER_BUILT,
		.about = order->about,
		.bytes = crypto_spool_new(a, SPOOL_DIR, INT64_MAX),
		.next_ms = now_ms,
		.note = "" };
	struct osci_partner partner;

	if (check_order(order, err) == -1 ||
	    osci_partner_by_name(db, a, order->town->id, order->partner,
		&partner, err) == -1 ||
	    find_identity(db, a, order->town, order->identity, &t.identity,
		err) == -1)
		return -1;
	t.partner_id = partner.id;
	t.peer_id = partner.peer_id;
	t.way = partner.receiver_uri == NULL ? OSCI_TRANSFER_STORE
					     : OSCI_TRANSFER_FORWARD;
	t.private = private_json(a, order);
	for (size_t i = 0; i < order->ncontent; i++)
		if (crypto_spool_put(t.bytes, order->content[i].bytes,
			order->content[i].len, err) == -1)
			return -1;
	*out = t.id;
	return osci_transfer_insert(db, a, &t, now_ms, err);
}

/* ---- looking ---- */

static int
fill(struct arena *a, const struct town *t, struct osci_transfer_row *row,
    struct osci_transfer *out, struct err *err)
{
	const char *subject;
	cJSON *json;
	char *text;
	size_t len;

	if (osci_transfer_private(a, t, row, &text, &len, err) == -1 ||
	    json_parse(a, text, len, &private_limits, &json, err) == -1)
		return -1;
	subject = json_string(json, "subject");
	row->is.subject = subject;
	*out = row->is;
	return 0;
}

int
osci_transfer_find(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, struct osci_transfer *out, struct err *err)
{
	struct osci_transfer_row row;

	if (osci_transfer_row(db, a, id, &row, err) == -1)
		return -1;
	return row.is.town_id != t->id
	    ? err_set(
		  err, ERR_NOT_FOUND, "no transfer %s", id_hex(a, id))
	    : fill(a, t, &row, out, err);
}

int
osci_transfer_about(struct db *db, struct arena *a, const struct town *t,
    const struct id *about, struct osci_transfer **out, size_t *n,
    struct err *err)
{
	struct osci_transfer_row *row;

	if (osci_transfer_rows_about(db, a, t->id, about, &row, n, err) == -1)
		return -1;
	*out = arena_new(a, struct osci_transfer, *n);
	for (size_t i = 0; i < *n; i++)
		if (fill(a, t, &row[i], &(*out)[i], err) == -1)
			return -1;
	return 0;
}

/* ---- what arrived ---- */

int
osci_transfer_next_arrived(struct db *db, struct arena *a,
    const struct town *t, const char *identity, const char *claimer,
    int64_t now_ms, int64_t lease_ms, struct osci_transfer *out,
    struct err *err)
{
	struct osci_transfer_row row;

	return osci_transfer_claim_arrived(db, a, identity, claimer, now_ms,
		   lease_ms, &row, err) == -1
	    ? -1
	    : fill(a, t, &row, out, err);
}

static int
own_identity(struct db *db, struct arena *a, const struct config *config,
    const struct crypto_key *master, const struct osci_transfer *t,
    struct osci_own *out, struct err *err)
{
	struct osci_own *own;
	size_t n;

	if (osci_identity_load(db, a, config, master, OSCI_IDENTITY_CLIENT,
		t->identity, &own, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (own[i].town_id == t->town_id) {
			*out = own[i];
			return 0;
		}
	return err_set(err, ERR_CONFIG, "identity %s has no usable keys",
	    t->identity);
}

static int
parse(struct arena *a, struct crypto_spool *bytes,
    const struct osci_packet_limits *limits, struct osci_message *m,
    struct err *err)
{
	struct osci_packet_reader *r = osci_packet_reader_new(a, limits);
	struct osci_packet *packet = arena_new(a, struct osci_packet, 1);

	return crypto_spool_each(bytes, 0, crypto_spool_len(bytes),
		   osci_packet_put, r, err) == -1 ||
		osci_packet_end(r, packet, err) == -1
	    ? -1
	    : osci_message_read(a, packet, m, err);
}

/* Whether the signer's certificate counts; else why not. */
static bool
is_trusted(struct arena *a, struct osci_trust *trust,
    const struct osci_partner *partner, const struct osci_certs *certs,
    const struct osci_role_cert *cert, const char **why)
{
	bool is_pinned = partner != NULL && partner->has_sign &&
	    osci_cert_equal(&partner->sign, &cert->cert);
	struct osci_verdict v;

	if (trust == NULL) {
		*why = is_pinned ? "" : "the signer is not registered";
		return is_pinned;
	}
	osci_trust_check(trust, a, &cert->cert, cert->role, certs, is_pinned,
	    date_now_ms(), &v);
	*why = osci_verdict_is_good(&v) ? "" : v.why;
	return osci_verdict_is_good(&v);
}

static void
judge(struct arena *a, struct osci_trust *trust,
    const struct osci_partner *partner, struct osci_transfer_in *in)
{
	in->is_signed = false;
	in->why_unsigned = "it has no content";
	for (size_t i = 0; i < in->content.ncontent; i++) {
		const struct osci_content *c = &in->content.content[i];
		bool is_good = false;

		in->why_unsigned = "not every content is signed";
		for (size_t k = 0; k < c->nsigner && !is_good; k++)
			is_good = is_trusted(a, trust, partner, &in->certs,
			    c->signer[k].cert, &in->why_unsigned);
		if (!is_good)
			return;
	}
	if (in->content.ncontent > 0) {
		in->is_signed = true;
		in->why_unsigned = "";
	}
}

static int
find_partner(struct db *db, struct arena *a,
    const struct osci_transfer *transfer, struct osci_partner *out,
    struct osci_partner **found, struct err *err)
{
	*found = NULL;
	if (transfer->partner_id == 0)
		return 0;
	if (osci_partner_by_id(db, a, transfer->partner_id, out, err) == -1)
		return -1;
	*found = out;
	return 0;
}

int
osci_transfer_open(struct db *db, struct arena *a,
    const struct config *config, const struct crypto_key *master,
    const struct town *t, struct osci_trust *trust,
    const struct osci_transfer *transfer, struct osci_transfer_in *out,
    struct err *err)
{
	const struct osci_packet_limits limits = { .dir = SPOOL_DIR,
		.max = config->osci_chunked_max };
	const struct osci_crypto_policy policy = {
		.allows_cbc = strcmp(config->osci_allow_cbc, "yes") == 0,
		.allows_rsa15 = strcmp(config->osci_allow_rsa15, "yes") == 0,
	};
	struct osci_transfer_row row;
	struct crypto_spool *bytes;
	struct osci_partner partner = { 0 }, *registered = NULL;
	struct osci_own own = { 0 };

	*out = (struct osci_transfer_in){ .message_id = transfer->message_id,
		.subject = transfer->subject };
	if (osci_transfer_row(db, a, &transfer->id, &row, err) == -1 ||
	    osci_transfer_bytes(db, a, t, &row, OSCI_PIECE_BYTES,
		limits.dir, &bytes, err) == -1 ||
	    own_identity(db, a, config, master, transfer, &own, err) == -1 ||
	    find_partner(db, a, transfer, &partner, &registered, err) == -1 ||
	    parse(a, bytes, &limits, &out->message, err) == -1 ||
	    osci_certs_read(a, &out->message, &out->certs, err) == -1 ||
	    osci_content_read(a, &out->message,
		xml_first(out->message.body), &out->certs, own.cipher,
		own.ncipher, &policy, &limits, &out->content, err) == -1)
		return -1;
	judge(a, trust, registered, out);
	return 0;
}

/* ---- handling ---- */

int
osci_transfer_handled(
    struct db *db, const struct id *id, int64_t now_ms, struct err *err)
{
	const struct osci_transfer_change c = { .id = *id,
		.state = OSCI_TRANSFER_HANDLED,
		.code = "",
		.note = "" };
	struct arena a = { 0 };
	int rc = osci_transfer_change_within(db, &a, &c, now_ms, err);

	arena_free(&a);
	return rc;
}

int
osci_transfer_unhandled(struct db *db, const struct id *id, int64_t now_ms,
    int64_t next_ms, const char *note, struct err *err)
{
	const struct osci_transfer_change c = { .id = *id,
		.from = OSCI_TRANSFER_ARRIVED,
		.state = next_ms == 0 ? OSCI_TRANSFER_FAILED
				      : OSCI_TRANSFER_ARRIVED,
		.next_ms = next_ms,
		.code = "",
		.note = note };
	struct arena a = { 0 };
	int rc = osci_transfer_change_within(db, &a, &c, now_ms, err);

	arena_free(&a);
	if (rc == -1 && err->code == ERR_CONFLICT) {
		err_clear(err);
		rc = 0;
	}
	return rc;
}
