#include "common/osci/osci_delivery_store.h"

#include "common/db/db_transaction.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_message_id_store.h"

void
osci_delivery_key(const struct crypto_key *master, struct crypto_key *out)
{
	crypto_derive(master, "osci-deliveries", out);
}

/* ---- what is sealed: subject and inspections ---- */

static const char *
context(struct arena *a, const struct id *id)
{
	return arena_printf(a, "osci-delivery:%s", id_hex(a, id));
}

/* "+" and the subject, or "-"; NUL; inspections in JSON. */
static struct db_param
private_seal(struct arena *a, const struct osci_delivery *d)
{
	const char *json =
	    osci_inspections_to_json(a, d->inspection, d->ninspection);
	const char *subject = d->subject == NULL ? "" : d->subject;
	size_t head = 1 + strlen(subject) + 1, json_len = strlen(json), len;
	char *plain = arena_alloc(a, head + json_len, 1);
	const void *sealed;

	plain[0] = d->subject == NULL ? '-' : '+';
	memcpy(plain + 1, subject, head - 1);
	memcpy(plain + head, json, json_len);
	crypto_seal(a, &d->key.key, context(a, &d->id), plain,
	    head + json_len, &sealed, &len);
	return db_blob(sealed, len);
}

static int
private_open(struct arena *a, const struct db_cell *cell,
    struct osci_delivery *out, struct err *err)
{
	char *plain;
	size_t len, head;

	if (crypto_open(a, &out->key.key, context(a, &out->id), cell->data,
		cell->len, &plain, &len, err) == -1)
		return -1;
	head = strnlen(plain, len) + 1;
	if (len < 2 || head > len)
		return err_set(err, ERR_CRYPTO, "delivery: no private part");
	out->subject = plain[0] == '+' ? plain + 1 : NULL;
	return osci_inspections_from_json(a, plain + head, len - head,
	    &out->inspection, &out->ninspection, err);
}

/* ---- writing ---- */

static struct db_param
print_or_null(const uint8_t *fingerprint)
{
	return fingerprint == NULL ? db_null()
				   : db_blob(fingerprint, CRYPTO_DIGEST_LEN);
}

static struct db_param
time_or_null(int64_t ms)
{
	return ms == 0 ? db_null() : db_time(ms);
}

int
osci_delivery_insert(struct db *db, struct arena *a,
    const struct osci_delivery *d, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_id(&d->id),
		db_blob(hash, sizeof(hash)),
		db_blob(d->message_id, strlen(d->message_id)),
		d->mailbox_id == 0 ? db_null() : db_int(d->mailbox_id),
		print_or_null(d->originator), print_or_null(d->signer),
		print_or_null(d->addressee), db_int(d->way),
		db_int(d->state),
		db_blob(d->key.wrapped, sizeof(d->key.wrapped)),
		private_seal(a, d),
		print_or_null(d->has_file ? d->file_sha256 : NULL),
		db_int(d->size), db_text(d->receiver),
		db_text(d->response_message_id), db_time(d->created_ms),
		time_or_null(d->forwarded_ms), time_or_null(d->received_ms),
		db_time(d->modified_ms), db_time(d->expires_ms) };

	crypto_sha256(d->message_id, strlen(d->message_id), hash);
	return db_exec(db,
	    "INSERT INTO osci_delivery (id, hash, message_id, mailbox_id,"
	    " originator, signer, addressee, kind, state, data_key, private,"
	    " file_sha256, size, receiver_uri, response_message_id,"
	    " created_at, forwarded_at, received_at, modified_at, expires_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	    " ?, ?)", p, nitems(p), NULL, err);
}

struct accepting {
	struct arena *arena;
	const struct osci_delivery *delivery;
	const uint8_t *client;
	int64_t issued_from_ms;
};

static int
accept_rows(struct db *db, void *arg, struct err *err)
{
	const struct accepting *x = arg;
	const struct osci_delivery *d = x->delivery;
	const struct db_param p[] = { db_int(d->size),
		db_int(d->mailbox_id) };

	if (osci_message_id_use(
		db, d->message_id, x->client, x->issued_from_ms, err) == -1)
		return -1;
	/* Before the row that refers to it: that takes a shared lock of the
	 * mailbox, which two at once could not both make an exclusive one. */
	if (d->mailbox_id != 0 &&
	    db_exec(db,
		"UPDATE osci_mailbox SET used_bytes = used_bytes + ?"
		" WHERE id = ?", p, nitems(p), NULL, err) == -1)
		return -1;
	if (osci_delivery_insert(db, x->arena, d, err) == -1)
		return err->code == ERR_DUPLICATE
		    ? osci_refuse(err, "9801", "message id: used before")
		    : -1;
	return 0;
}

int
osci_delivery_accept(struct db *db, struct arena *a,
    const struct osci_delivery *d, const uint8_t client[CRYPTO_DIGEST_LEN],
    int64_t issued_from_ms, bool *unknown, struct err *err)
{
	struct accepting x = { a, d, client, issued_from_ms };

	return db_transaction(db, accept_rows, &x, unknown, err);
}

int
osci_delivery_update(struct db *db, struct arena *a,
    const struct osci_delivery *d, struct err *err)
{
	const struct db_param p[] = { db_int(d->state), private_seal(a, d),
		time_or_null(d->forwarded_ms), time_or_null(d->received_ms),
		db_time(d->modified_ms), db_text(d->response_message_id),
		db_time(d->expires_ms), db_id(&d->id) };

	return db_exec(db,
	    "UPDATE osci_delivery SET state = ?, private = ?,"
	    " forwarded_at = ?, received_at = ?, modified_at = ?,"
	    " response_message_id = ?, expires_at = ? WHERE id = ?", p,
	    nitems(p), NULL, err);
}

int
osci_delivery_hand_out(
    struct db *db, struct osci_delivery *d, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms), db_time(now_ms),
		db_time(now_ms), db_id(&d->id) };
	int64_t n;

	if (db_exec(db,
		"UPDATE osci_delivery SET forwarded_at = ?, fetched_at = ?,"
		" modified_at = ? WHERE id = ? AND received_at IS NULL", p,
		nitems(p), &n, err) == -1)
		return -1;
	if (n > 0) {
		d->forwarded_ms = now_ms;
		d->fetched_ms = now_ms;
		d->modified_ms = now_ms;
	}
	return 0;
}

int
osci_delivery_received(struct db *db, const struct id *id, int64_t now_ms,
    int64_t expires_ms, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms), db_time(now_ms),
		db_time(expires_ms), db_id(id) };

	return db_exec(db,
	    "UPDATE osci_delivery SET received_at = ?, modified_at = ?,"
	    " expires_at = LEAST(expires_at, ?)"
	    " WHERE id = ? AND received_at IS NULL", p, nitems(p), NULL, err);
}

/* ---- reading ---- */

#define FIELDS                                                                 \
	"id, message_id, COALESCE(mailbox_id, 0), originator, signer,"         \
	" addressee, kind, state, data_key, private, file_sha256, size,"       \
	" receiver_uri, response_message_id, created_at, forwarded_at,"        \
	" received_at, modified_at, fetched_at, expires_at"

static const uint8_t *
print_of(const struct db_cell *cell)
{
	return cell->len == CRYPTO_DIGEST_LEN ? (const uint8_t *)cell->data
					      : NULL;
}

static int
read_row(struct arena *a, const struct crypto_key *files,
    const struct db_rows *rows, size_t i, struct osci_delivery *out,
    struct err *err)
{
	const struct db_cell *key = db_cell(rows, i, 8);
	const uint8_t *file = print_of(db_cell(rows, i, 10));

	*out = (struct osci_delivery){ .id = db_cell_id(db_cell(rows, i, 0)),
		.message_id = db_cell(rows, i, 1)->data,
		.mailbox_id = (uint32_t)db_cell(rows, i, 2)->i,
		.originator = print_of(db_cell(rows, i, 3)),
		.signer = print_of(db_cell(rows, i, 4)),
		.addressee = print_of(db_cell(rows, i, 5)),
		.way = (enum osci_way)db_cell(rows, i, 6)->i,
		.state = (enum osci_delivery_state)db_cell(rows, i, 7)->i,
		.has_file = file != NULL,
		.size = db_cell(rows, i, 11)->i,
		.receiver = db_cell(rows, i, 12)->data,
		.response_message_id = db_cell(rows, i, 13)->data,
		.created_ms = db_cell(rows, i, 14)->i,
		.forwarded_ms = db_cell(rows, i, 15)->i,
		.received_ms = db_cell(rows, i, 16)->i,
		.modified_ms = db_cell(rows, i, 17)->i,
		.fetched_ms = db_cell(rows, i, 18)->i,
		.expires_ms = db_cell(rows, i, 19)->i };
	if (file != NULL)
		memcpy(out->file_sha256, file, CRYPTO_DIGEST_LEN);
	if (data_key_open(files, key->data, key->len, &out->key, err) == -1)
		return -1;
	return private_open(a, db_cell(rows, i, 9), out, err);
}

static int
read_rows(struct arena *a, const struct crypto_key *files,
    const struct db_rows *rows, struct osci_delivery **out, size_t *n,
    struct err *err)
{
	*n = rows->n;
	*out = arena_new(a, struct osci_delivery, rows->n);
	for (size_t i = 0; i < rows->n; i++)
		if (read_row(a, files, rows, i, &(*out)[i], err) == -1)
			return -1;
	return 0;
}

/* Runs a query for one. */
static int
find_one(struct db *db, struct arena *a, const struct crypto_key *files,
    const char *sql, const struct db_param *p, size_t n,
    struct osci_delivery *out, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a, sql, p, n, 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "delivery: there is none");
	return read_row(a, files, &rows, 0, out, err);
}

int
osci_delivery_by_id(struct db *db, struct arena *a,
    const struct crypto_key *files, const struct id *id,
    struct osci_delivery *out, struct err *err)
{
	const struct db_param p[] = { db_id(id) };

	return find_one(db, a, files,
	    "SELECT " FIELDS " FROM osci_delivery WHERE id = ?", p,
	    nitems(p), out, err);
}

int
osci_delivery_by_message_id(struct db *db, struct arena *a,
    const struct crypto_key *files, const char *message_id,
    struct osci_delivery *out, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_blob(hash, sizeof(hash)) };

	crypto_sha256(message_id, strlen(message_id), hash);
	return find_one(db, a, files,
	    "SELECT " FIELDS " FROM osci_delivery WHERE hash = ?", p,
	    nitems(p), out, err);
}

/* ---- what a selection means: a delivery of a mailbox ---- */

static int
select_one(struct db *db, struct arena *a, const struct crypto_key *files,
    uint32_t mailbox, const struct osci_selection *s,
    struct osci_delivery *out, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param box = db_int(mailbox);

	if (s->by == OSCI_SELECT_ANY)
		return find_one(db, a, files,
		    "SELECT " FIELDS " FROM osci_delivery"
		    " WHERE mailbox_id = ? AND received_at IS NULL"
		    " AND file_sha256 IS NOT NULL"
		    " ORDER BY created_at, id LIMIT 1", &box, 1, out, err);
	if (s->by == OSCI_SELECT_IDS && s->nid == 1) {
		const struct db_param p[] = { db_blob(hash, sizeof(hash)),
			box };

		crypto_sha256(s->id[0], strlen(s->id[0]), hash);
		return find_one(db, a, files,
		    "SELECT " FIELDS " FROM osci_delivery WHERE hash = ?"
		    " AND mailbox_id = ? AND file_sha256 IS NOT NULL", p,
		    nitems(p), out, err);
	}
	if (s->by == OSCI_SELECT_RECEPTION) {
		const struct db_param p[] = { box, db_time(s->from_ms) };

		return find_one(db, a, files,
		    "SELECT " FIELDS " FROM osci_delivery"
		    " WHERE mailbox_id = ? AND created_at >= ?"
		    " AND file_sha256 IS NOT NULL"
		    " ORDER BY created_at, id LIMIT 1", p, nitems(p), out,
		    err);
	}
	return osci_refuse(err, "9300", "selection: not of a delivery");
}

int
osci_delivery_select(struct db *db, struct arena *a,
    const struct crypto_key *files, uint32_t mailbox,
    const struct osci_selection *selection, struct osci_delivery *out,
    bool *more, struct err *err)
{
	struct db_rows rows;

	if (select_one(db, a, files, mailbox, selection, out, err) == -1)
		return -1;
	const struct db_param p[] = { db_int(mailbox), db_id(&out->id) };

	if (db_query(db, a,
		"SELECT 1 FROM osci_delivery WHERE mailbox_id = ?"
		" AND received_at IS NULL AND file_sha256 IS NOT NULL"
		" AND id <> ? LIMIT 1", p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*more = rows.n > 0;
	return 0;
}

/* ---- process cards ---- */

static const char *const card_sql[2][2] = {
	{ "SELECT " FIELDS " FROM osci_delivery WHERE addressee = ?"
	  " AND created_at >= ? AND (? = 0 OR received_at IS NULL)"
	  " ORDER BY created_at, id LIMIT ?",
	    "SELECT " FIELDS " FROM osci_delivery WHERE addressee = ?"
	    " AND modified_at >= ? AND (? = 0 OR received_at IS NULL)"
	    " ORDER BY modified_at, id LIMIT ?" },
	{ "SELECT " FIELDS " FROM osci_delivery WHERE originator = ?"
	  " AND created_at >= ? AND (? = 0 OR received_at IS NULL)"
	  " ORDER BY created_at, id LIMIT ?",
	    "SELECT " FIELDS " FROM osci_delivery WHERE originator = ?"
	    " AND modified_at >= ? AND (? = 0 OR received_at IS NULL)"
	    " ORDER BY modified_at, id LIMIT ?" },
};

static int
cards_of_role(struct db *db, struct arena *a, const struct crypto_key *files,
    bool as_originator, const uint8_t client[CRYPTO_DIGEST_LEN],
    const struct osci_selection *s, size_t max, struct osci_delivery **out,
    size_t *n, struct err *err)
{
	bool by_change = s->by == OSCI_SELECT_MODIFICATION;
	const struct db_param p[] = { db_blob(client, CRYPTO_DIGEST_LEN),
		db_time(s->by == OSCI_SELECT_ANY ? 0 : s->from_ms),
		db_int(s->no_reception), db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a, card_sql[as_originator][by_change], p, nitems(p),
		max, &rows, err) == -1)
		return -1;
	return read_rows(a, files, &rows, out, n, err);
}

/* The two lists as one, in order of time; what is in both once. */
static size_t
merge(const struct osci_delivery *x, size_t nx, const struct osci_delivery *y,
    size_t ny, bool by_change, struct osci_delivery *out)
{
	size_t n = 0, i = 0, k = 0;

	while (i < nx || k < ny) {
		int order;

		if (i < nx && k < ny) {
			int64_t tx = by_change ? x[i].modified_ms
					       : x[i].created_ms;
			int64_t ty = by_change ? y[k].modified_ms
					       : y[k].created_ms;

			order = tx != ty
			    ? (tx < ty ? -1 : 1)
			    : memcmp(&x[i].id, &y[k].id, sizeof(x[i].id));
		} else {
			order = i < nx ? -1 : 1;
		}
		if (order == 0)
			k++;
		out[n++] = order <= 0 ? x[i++] : y[k++];
	}
	return n;
}

static int
cards_by_id(struct db *db, struct arena *a, const struct crypto_key *files,
    const uint8_t client[CRYPTO_DIGEST_LEN], const struct osci_selection *s,
    struct osci_delivery **out, size_t *n, struct err *err)
{
	*out = arena_new(a, struct osci_delivery, s->nid);
	*n = 0;
	for (size_t i = 0; i < s->nid; i++) {
		uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
		const struct db_param p[] = { db_blob(hash, sizeof(hash)),
			db_blob(client, CRYPTO_DIGEST_LEN),
			db_blob(client, CRYPTO_DIGEST_LEN) };
		int rc;

		crypto_sha256(s->id[i], strlen(s->id[i]), hash);
		rc = find_one(db, a, files,
		    "SELECT " FIELDS " FROM osci_delivery WHERE hash = ?"
		    " AND (addressee = ? OR originator = ?)", p, nitems(p),
		    &(*out)[*n], err);
		if (rc == 0)
			++*n;
		else if (err->code != ERR_NOT_FOUND)
			return -1;
		else
			err_clear(err);
	}
	return 0;
}

int
osci_delivery_cards(struct db *db, struct arena *a,
    const struct crypto_key *files,
    const uint8_t client[CRYPTO_DIGEST_LEN],
    const struct osci_selection *selection, size_t max,
    struct osci_delivery **out, size_t *n, bool *more, struct err *err)
{
	struct osci_delivery *to = NULL, *from = NULL;
	size_t nto = 0, nfrom = 0;

	if (selection->by == OSCI_SELECT_IDS) {
		if (cards_by_id(db, a, files, client, selection, out, n,
			err) == -1)
			return -1;
	} else {
		if (selection->role != OSCI_SELECT_ORIGINATOR &&
		    cards_of_role(db, a, files, false, client, selection,
			max + 1, &to, &nto, err) == -1)
			return -1;
		if (selection->role != OSCI_SELECT_ADDRESSEE &&
		    cards_of_role(db, a, files, true, client, selection,
			max + 1, &from, &nfrom, err) == -1)
			return -1;
		*out = arena_new(a, struct osci_delivery, nto + nfrom);
		*n = merge(to, nto, from, nfrom,
		    selection->by == OSCI_SELECT_MODIFICATION, *out);
	}
	*more = *n > max;
	if (*more)
		*n = max;
	return 0;
}

int
osci_delivery_list(struct db *db, struct arena *a,
    const struct crypto_key *files, uint32_t mailbox, size_t max,
    struct osci_delivery **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_int(mailbox), db_int(mailbox),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " FIELDS " FROM osci_delivery"
		" WHERE ? = 0 OR mailbox_id = ?"
		" ORDER BY created_at DESC, id DESC LIMIT ?", p, nitems(p),
		max, &rows, err) == -1)
		return -1;
	return read_rows(a, files, &rows, out, n, err);
}

void
osci_delivery_card(const struct osci_delivery *d, struct osci_card *out)
{
	*out = (struct osci_card){ .message_id = d->message_id,
		.creation_ms = d->created_ms,
		.forwarding_ms = d->forwarded_ms,
		.reception_ms = d->received_ms,
		.modification_ms = d->modified_ms,
		.subject = d->subject,
		.inspection = d->inspection,
		.ninspection = d->ninspection };
}

/* ---- sweeping ---- */

int
osci_delivery_expired(struct db *db, struct arena *a, int64_t now_ms,
    size_t max, struct id **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id FROM osci_delivery WHERE expires_at < ?"
		" AND file_sha256 IS NOT NULL ORDER BY expires_at LIMIT ?", p,
		nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct id, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = db_cell_id(db_cell(&rows, i, 0));
	return 0;
}

static int
drop_rows(struct db *db, const struct id *id, struct err *err)
{
	const struct db_param p[] = { db_id(id) };
	int64_t n;

	/* Two couriers may sweep: the bytes are given back once. */
	if (db_exec(db,
		"UPDATE osci_delivery SET file_sha256 = NULL WHERE id = ?"
		" AND file_sha256 IS NOT NULL", p, nitems(p), &n, err) == -1)
		return -1;
	if (n == 0)
		return 0;
	return db_exec(db,
	    "UPDATE osci_mailbox m JOIN osci_delivery d"
	    " ON d.mailbox_id = m.id SET m.used_bytes ="
	    " IF(m.used_bytes > d.size, m.used_bytes - d.size, 0)"
	    " WHERE d.id = ?", p, nitems(p), NULL, err);
}

int
osci_delivery_drop_file(struct db *db, const struct id *id, struct err *err)
{
	bool unknown;

	if (db_begin(db, err) == -1)
		return -1;
	if (drop_rows(db, id, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

int
osci_delivery_sweep(struct db *db, int64_t before_ms, int64_t *n,
    struct err *err)
{
	const struct db_param p[] = { db_time(before_ms) };

	return db_exec(db,
	    "DELETE FROM osci_delivery WHERE created_at < ?"
	    " AND file_sha256 IS NULL LIMIT 10000", p, nitems(p), n, err);
}

int
osci_delivery_has_file(struct db *db, struct arena *a, const struct id *id,
    bool *out, struct err *err)
{
	const struct db_param p[] = { db_id(id) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT 1 FROM osci_delivery WHERE id = ?"
		" AND file_sha256 IS NOT NULL", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	*out = rows.n == 1;
	return 0;
}
