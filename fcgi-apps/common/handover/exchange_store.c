#include "common/handover/exchange_store.h"

#define CONTEXT "exchange"
#define OF_VORGANG_MAX 500

#define FIELDS                                                                 \
	"e.id, e.town_id, e.direction, e.state, e.vorgang_id, e.step,"         \
	" e.round, e.standard, e.version, e.type, e.uuid, e.refers_to,"        \
	" e.partner, e.transfer_id, e.finding, e.answer_due, e.created_at,"    \
	" e.changed_at, e.partner_key, e.message, e.item, e.unusable"
#define BODY ", e.data_key, e.body"
#define NFIELD 22

static const struct {
	enum exchange_state state;
	const char *name;
} names[] = {
	{ EXCHANGE_HANDED, "handed" },
	{ EXCHANGE_DELIVERED, "delivered" },
	{ EXCHANGE_ANSWERED, "answered" },
	{ EXCHANGE_SILENT, "silent" },
	{ EXCHANGE_REFUSED, "refused" },
	{ EXCHANGE_UNDELIVERED, "undelivered" },
	{ EXCHANGE_FILED, "filed" },
	{ EXCHANGE_QUARANTINED, "quarantined" },
	{ EXCHANGE_REJECTED, "rejected" },
	{ EXCHANGE_TWICE, "twice" },
	{ EXCHANGE_SETTLED, "settled" },
};

const char *
exchange_state_name(enum exchange_state state)
{
	for (size_t i = 0; i < nitems(names); i++)
		if (names[i].state == state)
			return names[i].name;
	return "unknown";
}

int
exchange_state_parse(const char *name, enum exchange_state *out)
{
	for (size_t i = 0; i < nitems(names); i++)
		if (strcmp(names[i].name, name) == 0) {
			*out = names[i].state;
			return 0;
		}
	return -1;
}

/* ---- writing ---- */

int
exchange_insert(struct db *db, struct arena *a, const struct town *t,
    const struct exchange *e, struct err *err)
{
	struct data_key key;
	const void *sealed;
	size_t len;

	if (e->len > EXCHANGE_BODY_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "a message of over %d bytes", EXCHANGE_BODY_MAX);
	data_key_new(&t->key, &key);
	crypto_seal(a, &key.key, CONTEXT, e->body, e->len, &sealed, &len);
	{
		const struct db_param p[] = { db_id(&e->id), db_town(db),
			db_int(e->is_incoming ? 2 : 1), db_int(e->state),
			db_id(e->has_vorgang ? &e->vorgang : NULL),
			db_text(e->step), db_int(e->round),
			db_text(e->standard), db_text(e->version),
			db_text(e->type), db_id(e->has_uuid ? &e->uuid : NULL),
			db_id(e->has_refers_to ? &e->refers_to : NULL),
			db_text(e->partner), db_id(&e->transfer),
			db_blob(key.wrapped, sizeof(key.wrapped)),
			db_blob(sealed, len), db_text(e->finding),
			e->answer_due_ms == 0 ? db_null()
					      : db_time(e->answer_due_ms),
			db_time(e->created_ms), db_time(e->created_ms),
			db_text(e->partner_key), db_text(e->message),
			db_int(e->item) };

		return db_exec(db,
		    "INSERT INTO exchange (id, town_id, direction, state,"
		    " vorgang_id, step, round, standard, version, type, uuid,"
		    " refers_to, partner, transfer_id, data_key, body, finding,"
		    " answer_due, created_at, changed_at, partner_key,"
		    " message, item)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		    " ?, ?, ?, ?, ?, ?, ?)",
		    p, nitems(p), NULL, err);
	}
}

int
exchange_move(struct db *db, const struct id *id, enum exchange_state from,
    enum exchange_state to, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_int(to), db_time(now_ms), db_id(id),
		db_town(db), db_int(from) };
	int64_t found;

	if (db_exec(db,
		"UPDATE exchange SET state = ?, changed_at = ?"
		" WHERE id = ? AND town_id = ? AND state = ?",
		p, nitems(p), &found, err) == -1)
		return -1;
	return found == 1 ? 0
			  : err_set(err, ERR_CONFLICT,
				"the message is in another state by now");
}

int
exchange_settle(struct db *db, const struct id *id, enum exchange_state to,
    int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_int(to), db_time(now_ms), db_id(id),
		db_town(db), db_int(to) };

	return db_exec(db,
	    "UPDATE exchange SET state = ?, changed_at = ?"
	    " WHERE id = ? AND town_id = ? AND state <> ?",
	    p, nitems(p), NULL, err);
}

int
exchange_answer_all(struct db *db, const struct id *vorgang,
    const char *step, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_int(EXCHANGE_ANSWERED),
		db_time(now_ms), db_id(vorgang), db_town(db), db_text(step),
		db_int(EXCHANGE_HANDED), db_int(EXCHANGE_DELIVERED) };

	return db_exec(db,
	    "UPDATE exchange SET state = ?, changed_at = ?"
	    " WHERE vorgang_id = ? AND town_id = ? AND direction = 1"
	    " AND step <> ? AND state IN (?, ?) AND answer_due IS NOT NULL",
	    p, nitems(p), NULL, err);
}

int
exchange_unusable(struct db *db, const struct id *id, int64_t due_ms,
    int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_time(due_ms), db_time(now_ms),
		db_id(id), db_town(db) };

	return db_exec(db,
	    "UPDATE exchange SET unusable = LEAST(unusable + 1, 255),"
	    " answer_due = LEAST(answer_due, ?), changed_at = ?"
	    " WHERE id = ? AND town_id = ?",
	    p, nitems(p), NULL, err);
}

int
exchange_file(struct db *db, const struct id *id, const struct id *vorgang,
    enum exchange_state to, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_int(to), db_id(vorgang),
		db_time(now_ms), db_id(id), db_town(db),
		db_int(EXCHANGE_QUARANTINED), db_int(EXCHANGE_REJECTED) };
	int64_t found;

	if (db_exec(db,
		"UPDATE exchange SET state = ?,"
		" vorgang_id = COALESCE(?, vorgang_id), changed_at = ?"
		" WHERE id = ? AND town_id = ? AND (state = ?"
		" OR (state = ? AND vorgang_id IS NULL))",
		p, nitems(p), &found, err) == -1)
		return -1;
	return found == 1 ? 0
			  : err_set(err, ERR_CONFLICT,
				"the message is not in quarantine any more");
}

/* ---- erasing ---- */

#define OF_VORGANG                                                             \
	"(about = ? OR id IN (SELECT transfer_id FROM exchange"                \
	" WHERE vorgang_id = ?)) AND town_id = ?"

int
exchange_erase(struct db *db, const struct id *vorgang, struct err *err)
{
	const struct db_param p[] = { db_id(vorgang), db_id(vorgang),
		db_town(db) };

	if (db_exec(db,
		"DELETE FROM osci_transfer_piece WHERE transfer_id IN"
		" (SELECT id FROM osci_transfer WHERE " OF_VORGANG ")",
		p, nitems(p), NULL, err) == -1 ||
	    db_exec(db,
		"DELETE FROM osci_transfer_answer WHERE transfer_id IN"
		" (SELECT id FROM osci_transfer WHERE " OF_VORGANG ")",
		p, nitems(p), NULL, err) == -1 ||
	    db_exec(db,
		"UPDATE osci_transfer SET data_key = '', private = '',"
		" next_at = NULL WHERE " OF_VORGANG,
		p, nitems(p), NULL, err) == -1 ||
	    db_exec(db,
		"DELETE FROM exchange_deadline WHERE vorgang_id = ?"
		" AND town_id = ?",
		&p[1], 2, NULL, err) == -1 ||
	    db_exec(db,
		"UPDATE exchange SET data_key = '', body = ''"
		" WHERE vorgang_id = ? AND town_id = ?",
		&p[1], 2, NULL, err) == -1)
		return -1;
	return db_exec(db,
	    "DELETE FROM exchange_wait WHERE vorgang_id = ? AND town_id = ?",
	    &p[1], 2, NULL, err);
}

/* ---- reading ---- */

static void
row_read(const struct db_cell *c, struct exchange *e)
{
	*e = (struct exchange){ .id = db_cell_id(&c[0]),
		.town_id = (uint32_t)c[1].i,
		.is_incoming = c[2].i == 2,
		.state = (enum exchange_state)c[3].i,
		.has_vorgang = !c[4].is_null,
		.vorgang = db_cell_id(&c[4]),
		.step = c[5].data,
		.round = (uint32_t)c[6].i,
		.standard = c[7].data,
		.version = c[8].data,
		.type = c[9].data,
		.has_uuid = !c[10].is_null,
		.uuid = db_cell_id(&c[10]),
		.has_refers_to = !c[11].is_null,
		.refers_to = db_cell_id(&c[11]),
		.partner = c[12].data,
		.transfer = db_cell_id(&c[13]),
		.finding = c[14].data,
		.answer_due_ms = c[15].is_null ? 0 : c[15].i,
		.created_ms = c[16].i,
		.changed_ms = c[17].i,
		.partner_key = c[18].data,
		.message = c[19].data,
		.item = (uint32_t)c[20].i,
		.unusable = (uint32_t)c[21].i };
}

static int
body_open(struct arena *a, const struct town *t, const struct db_cell *c,
    struct exchange *e, struct err *err)
{
	struct data_key key;
	char *body;
	int rc = -1;

	if (c[0].len == 0) /* erased */
		return 0;
	if (data_key_open(&t->key, c[0].data, c[0].len, &key, err) == 0)
		rc = crypto_open(a, &key.key, CONTEXT, c[1].data, c[1].len,
		    &body, &e->len, err);
	explicit_bzero(&key, sizeof(key));
	if (rc == 0)
		e->body = body;
	return rc;
}

static int
rows_read(struct arena *a, const struct town *t, const struct db_rows *rows,
    bool with_body, struct exchange **out, size_t *n, struct err *err)
{
	*n = rows->n;
	*out = arena_new(a, struct exchange, rows->n + 1);
	for (size_t i = 0; i < rows->n; i++) {
		row_read(db_cell(rows, i, 0), &(*out)[i]);
		if (with_body &&
		    body_open(a, t, db_cell(rows, i, NFIELD), &(*out)[i],
			err) == -1)
			return -1;
	}
	return 0;
}

int
exchange_find(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, struct exchange *out, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_town(db) };
	struct exchange *list;
	struct db_rows rows;
	size_t n;

	if (db_query(db, a,
		"SELECT " FIELDS BODY " FROM exchange e"
		" WHERE e.id = ? AND e.town_id = ?",
		p, nitems(p), 1, &rows, err) == -1 ||
	    rows_read(a, t, &rows, true, &list, &n, err) == -1)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	*out = list[0];
	return 0;
}

int
exchange_by_uuid(struct db *db, struct arena *a, const struct town *t,
    bool is_incoming, const struct id *uuid, struct exchange *out,
    bool *found, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_int(is_incoming ? 2 : 1),
		db_id(uuid) };
	struct exchange *list;
	struct db_rows rows;
	size_t n;

	if (db_query(db, a,
		"SELECT " FIELDS BODY " FROM exchange e WHERE e.town_id = ?"
		" AND e.direction = ? AND e.uuid = ?"
		" ORDER BY e.id DESC LIMIT 1",
		p, nitems(p), 1, &rows, err) == -1 ||
	    rows_read(a, t, &rows, true, &list, &n, err) == -1)
		return -1;
	*found = n == 1;
	if (*found)
		*out = list[0];
	return 0;
}

int
exchange_of_vorgang(struct db *db, struct arena *a, const struct town *t,
    const struct id *vorgang, bool with_body, struct exchange **out,
    size_t *n, struct err *err)
{
	const struct db_param p[] = { db_id(vorgang), db_town(db) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " FIELDS BODY " FROM exchange e"
		" WHERE e.vorgang_id = ? AND e.town_id = ? ORDER BY e.id",
		p, nitems(p), OF_VORGANG_MAX, &rows, err) == -1)
		return -1;
	return rows_read(a, t, &rows, with_body, out, n, err);
}

int
exchange_list(struct db *db, struct arena *a, enum exchange_state state,
    const struct id *before, size_t max, struct exchange **out, size_t *n,
    struct err *err)
{
	struct id last;
	struct db_rows rows;

	memset(last.byte, 0xff, sizeof(last.byte));
	{
		const struct db_param p[] = { db_town(db), db_int(state),
			db_int(state), db_id(before == NULL ? &last : before),
			db_int((int64_t)max) };

		if (db_query(db, a,
			"SELECT " FIELDS " FROM exchange e"
			" WHERE e.town_id = ? AND (? = 0 OR e.state = ?)"
			" AND e.id < ? ORDER BY e.id DESC LIMIT ?",
			p, nitems(p), max, &rows, err) == -1)
			return -1;
	}
	return rows_read(a, NULL, &rows, false, out, n, err);
}

int
exchange_overdue(struct db *db, struct arena *a, int64_t now_ms, size_t max,
    struct exchange **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_int(EXCHANGE_HANDED),
		db_int(EXCHANGE_DELIVERED), db_time(now_ms), db_town(db),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " FIELDS " FROM exchange e WHERE e.state IN (?, ?)"
		" AND e.answer_due <= ? AND e.town_id = ?"
		" ORDER BY e.answer_due LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	return rows_read(a, NULL, &rows, false, out, n, err);
}

int
exchange_outstanding(struct db *db, struct arena *a,
    const struct id *vorgang, const char *step, size_t *out, struct err *err)
{
	const struct db_param p[] = { db_id(vorgang), db_text(step),
		db_int(EXCHANGE_HANDED), db_int(EXCHANGE_DELIVERED) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT COUNT(*) FROM exchange WHERE vorgang_id = ?"
		" AND step = ? AND state IN (?, ?)"
		" AND answer_due IS NOT NULL",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*out = (size_t)db_cell(&rows, 0, 0)->i;
	return 0;
}

int
exchange_troubled(struct db *db, struct arena *a, size_t max,
    struct exchange **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_int(EXCHANGE_HANDED),
		db_int(EXCHANGE_DELIVERED), db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " FIELDS " FROM exchange e WHERE e.town_id = ?"
		" AND e.state IN (?, ?) AND e.unusable > 0"
		" ORDER BY e.id LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	return rows_read(a, NULL, &rows, false, out, n, err);
}

int
exchange_stray(struct db *db, struct arena *a, size_t max,
    struct exchange **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_int(EXCHANGE_REJECTED),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " FIELDS " FROM exchange e WHERE e.town_id = ?"
		" AND e.state = ? AND e.vorgang_id IS NULL"
		" AND e.changed_at = e.created_at" /* nobody has looked */
		" ORDER BY e.id DESC LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	return rows_read(a, NULL, &rows, false, out, n, err);
}

int
exchange_carried(struct db *db, struct arena *a, size_t max,
    struct exchange_carried **out, size_t *n, struct err *err)
{
	/* Accepted ones tell nothing new yet: 6 received, 7 failed. */
	const struct db_param p[] = { db_town(db), db_int(EXCHANGE_HANDED),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " FIELDS ", f.state, f.changed_at FROM exchange e"
		" JOIN osci_transfer f ON f.id = e.transfer_id"
		" WHERE e.town_id = ? AND e.state = ? AND f.state IN (6, 7)"
		" ORDER BY e.id LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct exchange_carried, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		row_read(db_cell(&rows, i, 0), &(*out)[i].exchange);
		(*out)[i].transfer_state = (int)db_cell(&rows, i, NFIELD)->i;
		(*out)[i].changed_ms = db_cell(&rows, i, NFIELD + 1)->i;
	}
	return 0;
}

/* ---- who we are, and whom with ---- */

#define PARTY                                                                  \
	"service, party_key, name, email, street, house_no, postal_code,"      \
	" city, identity"
#define PARTIES_MAX 200

static void
party_read(const struct db_cell *c, struct exchange_party *p)
{
	*p = (struct exchange_party){ .service = c[0].data,
		.key = c[1].data,
		.name = c[2].data,
		.email = c[3].data,
		.street = c[4].data,
		.house_no = c[5].data,
		.postal_code = c[6].data,
		.city = c[7].data,
		.identity = c[8].data };
}

int
exchange_party_find(struct db *db, struct arena *a, const char *service,
    struct exchange_party *out, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_text(service) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " PARTY " FROM exchange_party WHERE town_id = ?"
		" AND service IN (?, '') ORDER BY service DESC LIMIT 1",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "it is not set who the town is in messages; set it with "
		    "torhaus nachrichten party");
	party_read(db_cell(&rows, 0, 0), out);
	return 0;
}

int
exchange_party_put(
    struct db *db, const struct exchange_party *p, struct err *err)
{
	const struct db_param param[] = { db_town(db), db_text(p->service),
		db_text(p->key), db_text(p->name), db_text(p->email),
		db_text(p->street), db_text(p->house_no),
		db_text(p->postal_code), db_text(p->city),
		db_text(p->identity) };

	return db_exec(db,
	    "REPLACE INTO exchange_party (town_id, " PARTY ")"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    param, nitems(param), NULL, err);
}

int
exchange_party_list(struct db *db, struct arena *a,
    struct exchange_party **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_town(db) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " PARTY " FROM exchange_party WHERE town_id = ?"
		" ORDER BY service",
		p, nitems(p), PARTIES_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct exchange_party, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		party_read(db_cell(&rows, i, 0), &(*out)[i]);
	return 0;
}

int
exchange_partner(struct db *db, struct arena *a, const char *key,
    const char **name, struct err *err)
{
	const struct db_param p[] = { db_text(key), db_town(db) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT name FROM osci_partner WHERE dvdv_key = ?"
		" AND (town_id = ? OR town_id IS NULL)"
		" ORDER BY town_id IS NULL LIMIT 1",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "there is no partner with the directory key %s", key);
	*name = db_cell(&rows, 0, 0)->data;
	return 0;
}

int
exchange_rounds(struct db *db, struct arena *a, const struct id *vorgang,
    const char *step, uint32_t *out, struct err *err)
{
	const struct db_param p[] = { db_id(vorgang), db_text(step) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT COALESCE(MAX(round) + 1, 0) FROM exchange"
		" WHERE vorgang_id = ? AND step = ?",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*out = (uint32_t)db_cell(&rows, 0, 0)->i;
	return 0;
}
