#include "common/vorgang/vorgang_store.h"

#include <assert.h>

#include "common/vorgang/access_store.h"
#include "common/document_store.h"
#include "common/vorgang/event.h"
#include "common/json.h"
#include "common/vorgang/message_store.h"

#define EVENTS_MAX 100000
#define ATTACHMENTS_MAX 100000 /* documents and messages of one */

/*
 *  0 id  1 service_version_id  2 department_id  3 is_closed  4 is_urgent
 *  5 created_at  6 changed_at  7 due  8 state  9 reference  10 language
 * 11 submission_id  12 answers_digest  13 last_seq  14 last_hash
 * 15 has_attachments  16 data_key  17 answers  18 access
 */
#define VORGANG_FIELDS(answers, access)                                        \
	"v.id, v.service_version_id, v.department_id, v.is_closed,"            \
	" v.is_urgent, v.created_at, v.changed_at, v.due, v.state,"            \
	" v.reference, v.language, v.submission_id, v.answers_digest,"         \
	" v.last_seq, v.last_hash, v.has_attachments, v.data_key, "            \
	answers ", " access
#define VORGANG_COLUMNS 19

/*
 * A Vorgang beside each of its events, in one round trip; its contents only
 * beside the first. Documents and messages, which most have none of, are a
 * second one: a UNION of all four costs the server more than both. No ORDER
 * BY: the rows come by key anyway, and the server would make a temporary table.
 */
#define WHOLE_SQL(from, where)                                                 \
	"SELECT " VORGANG_FIELDS("IF(e.seq > 1, NULL, v.answers)",             \
	    "IF(e.seq > 1, NULL, v.access)")                                   \
	", e.seq, e.actor, e.is_public, e.at, e.kind, e.data, e.hash"          \
	" FROM " from " LEFT JOIN event e ON e.vorgang_id = v.id"              \
	" WHERE " where

static const char by_token_sql[] = WHOLE_SQL(
    "access_token a JOIN vorgang v ON v.id = a.vorgang_id",
    "a.hash = ? AND a.town_id = ?"
    " AND (a.expires_at IS NULL OR a.expires_at > ?)");
static const char by_reference_sql[] = WHOLE_SQL("vorgang v",
    "v.reference = ? AND v.town_id = ? AND v.code_hash = ?");
static const char by_id_sql[] =
    WHOLE_SQL("vorgang v", "v.id = ? AND v.town_id = ?");

enum view { VIEW_APPLICANT, VIEW_OFFICE };

static void
digest_read(const struct db_cell *cell, uint8_t out[CRYPTO_DIGEST_LEN])
{
	if (cell->len == CRYPTO_DIGEST_LEN)
		memcpy(out, cell->data, CRYPTO_DIGEST_LEN);
	else
		memset(out, 0, CRYPTO_DIGEST_LEN);
}

static int32_t
due_read(const struct db_cell *cell)
{
	return cell->i == VORGANG_DUE_NEVER ? 0 : (int32_t)cell->i;
}

/* ---- opening what is sealed ---- */

static int
sealed_open(struct arena *a, const struct vorgang *v, const char *what,
    const struct db_cell *cell, char **out, size_t *len, struct err *err)
{
	return crypto_open(a, &v->key.key,
	    arena_printf(a, "%s:%s", what, id_hex(a, &v->id)), cell->data,
	    cell->len, out, len, err);
}

static int
access_open(struct arena *a, const struct db_cell *cell, struct vorgang *v,
    struct err *err)
{
	cJSON *json;
	char *text;
	size_t len;

	if (sealed_open(a, v, "access", cell, &text, &len, err) == -1 ||
	    json_parse(a, text, len, &json_limits_request, &json, err) == -1)
		return -1;
	v->link_token = json_string(json, "token");
	v->access_code = json_string(json, "code");
	v->mail = json_string(json, "mail");
	if (v->link_token == NULL || v->access_code == NULL ||
	    v->mail == NULL)
		return err_set(err, ERR_CRYPTO, "vorgang: access is not whole");
	return 0;
}

/* c: VORGANG_FIELDS. with_contents: opens answers and access too. */
static int
vorgang_fill(struct arena *a, const struct town *t, const struct db_cell *c,
    bool with_contents, struct vorgang *out, struct err *err)
{
	char *answers;

	*out = (struct vorgang){ .id = db_cell_id(&c[0]),
		.town_id = t->id,
		.service_version_id = (uint32_t)c[1].i,
		.department_id = (uint32_t)c[2].i,
		.is_closed = c[3].i != 0,
		.is_urgent = c[4].i != 0,
		.created_ms = c[5].i,
		.changed_ms = c[6].i,
		.due = due_read(&c[7]),
		.state = c[8].data,
		.lang = lang_parse(c[10].data, LANG_DE),
		.submission_id = db_cell_id(&c[11]),
		.last_seq = (uint32_t)c[13].i,
		.has_attachments = c[15].i != 0 };
	(void)snprintf(
	    out->reference, sizeof(out->reference), "%s", c[9].data);
	digest_read(&c[12], out->answers_digest);
	digest_read(&c[14], out->last_hash);
	if (c[16].data == NULL)
		return err_set(err, ERR_GONE, "vorgang: was erased");
	if (data_key_open(&t->key, c[16].data, c[16].len, &out->key, err) ==
	    -1)
		return -1;
	if (!with_contents)
		return 0;
	if (sealed_open(a, out, "answers", &c[17], &answers,
		&out->answers_len, err) == -1)
		return -1;
	out->answers = answers;
	return access_open(a, &c[18], out, err);
}

/* c: the event's own columns of WHOLE_SQL. */
static int
event_fill(struct arena *a, const struct vorgang *v, const struct db_cell *c,
    struct event *out, struct err *err)
{
	struct event_row row = { .seq = (uint32_t)c[0].i,
		.actor = (enum event_actor)c[1].i,
		.is_public = c[2].i != 0,
		.at_ms = c[3].i,
		.kind = c[4].data,
		.data = c[5].data,
		.data_len = c[5].len };

	digest_read(&c[6], row.hash);
	return event_open(a, &v->key.key, &v->id, &row, out, err);
}

static int
by_seq(const void *x, const void *y)
{
	const struct event *a = x, *b = y;

	return (a->seq > b->seq) - (a->seq < b->seq);
}

static int
events_fill(struct arena *a, const struct db_rows *rows, enum view view,
    struct vorgang_whole *out, struct err *err)
{
	out->event = arena_new(a, struct event, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		const struct db_cell *c = db_cell(rows, i, VORGANG_COLUMNS);

		if (c[0].is_null || (view == VIEW_APPLICANT && c[2].i == 0))
			continue;
		if (event_fill(a, &out->vorgang, c,
			&out->event[out->nevent++], err) == -1)
			return -1;
	}
	qsort(out->event, out->nevent, sizeof(*out->event), by_seq);
	return 0;
}

/* ---- documents and messages ---- */

/*
 * Ids are in order of time.
 * 0 is_message  1 id  2 submission_id  3 who  4 at  5 sealed content
 * 6 field  7 media_type  8 size  9 cipher_sha256
 */
static const char attachments_sql[] =
    "SELECT 0, d.id, d.submission_id, d.origin, d.created_at, d.meta,"
    " d.field, d.media_type, d.size, d.cipher_sha256 FROM document d"
    " WHERE d.vorgang_id = ?"
    " UNION ALL SELECT 1, m.id, m.submission_id, m.sender, m.at, m.body,"
    " NULL, NULL, 0, NULL FROM message m WHERE m.vorgang_id = ?";

static int
document_fill(struct arena *a, const struct vorgang *v,
    const struct db_cell *c, struct document *out, struct err *err)
{
	*out = (struct document){ .id = db_cell_id(&c[1]),
		.submission_id = db_cell_id(&c[2]),
		.origin = (enum event_actor)c[3].i,
		.created_ms = c[4].i,
		.name = "",
		.field = c[6].data,
		.media_type = c[7].data,
		.size = c[8].i };
	digest_read(&c[9], out->cipher_sha256);
	if (c[5].data == NULL)
		return 0;
	return document_open_meta(
	    a, &v->key.key, c[5].data, c[5].len, out, err);
}

static int
message_fill(struct arena *a, const struct vorgang *v,
    const struct db_cell *c, struct message *out, struct err *err)
{
	*out = (struct message){ .id = db_cell_id(&c[1]),
		.submission_id = db_cell_id(&c[2]),
		.from = (enum event_actor)c[3].i,
		.at_ms = c[4].i,
		.body = "" };
	if (c[5].data == NULL)
		return 0;
	return message_open(a, &v->key.key, c[5].data, c[5].len, out, err);
}

static int
by_document(const void *x, const void *y)
{
	const struct document *a = x, *b = y;

	return memcmp(a->id.byte, b->id.byte, sizeof(a->id.byte));
}

static int
by_message(const void *x, const void *y)
{
	const struct message *a = x, *b = y;

	return memcmp(a->id.byte, b->id.byte, sizeof(a->id.byte));
}

static int
attachments_read(struct db *db, struct arena *a, struct vorgang_whole *out,
    struct err *err)
{
	const struct vorgang *v = &out->vorgang;
	const struct db_param p[] = { db_id(&v->id), db_id(&v->id) };
	struct db_rows rows;

	if (db_query(db, a, attachments_sql, p, nitems(p), ATTACHMENTS_MAX,
		&rows, err) == -1)
		return -1;
	out->document = arena_new(a, struct document, rows.n);
	out->message = arena_new(a, struct message, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct db_cell *c = db_cell(&rows, i, 0);
		int rc = c[0].i == 0 ?
		    document_fill(
			a, v, c, &out->document[out->ndocument++], err) :
		    message_fill(
			a, v, c, &out->message[out->nmessage++], err);

		if (rc == -1)
			return -1;
	}
	qsort(out->document, out->ndocument, sizeof(*out->document),
	    by_document);
	qsort(out->message, out->nmessage, sizeof(*out->message), by_message);
	return 0;
}

/* ---- the whole ---- */

/* The row with the contents: that of the first event. */
static const struct db_cell *
first_row(const struct db_rows *rows)
{
	size_t i;

	for (i = rows->n - 1; i > 0; i--)
		if (db_cell(rows, i, VORGANG_COLUMNS)->i <= 1)
			break;
	return db_cell(rows, i, 0);
}

static int
whole_query(struct db *db, struct arena *a, const struct town *t,
    enum view view, const char *sql, const struct db_param *p, size_t n,
    struct vorgang_whole *out, struct err *err)
{
	struct db_rows rows;

	assert(t->id == db_town_id(db));
	*out = (struct vorgang_whole){ 0 };
	if (db_query(db, a, sql, p, n, EVENTS_MAX, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "vorgang: none like this");
	if (vorgang_fill(a, t, first_row(&rows), true, &out->vorgang, err) ==
		-1 ||
	    events_fill(a, &rows, view, out, err) == -1)
		return -1;
	return out->vorgang.has_attachments ?
	    attachments_read(db, a, out, err) : 0;
}

int
vorgang_by_token(struct db *db, struct arena *a, const struct town *t,
    const uint8_t token[ID_TOKEN_LEN], int64_t now_ms,
    struct vorgang_whole *out, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];

	access_token_hash(token, hash);
	{
		const struct db_param p[] = { db_blob(hash, sizeof(hash)),
			db_town(db), db_time(now_ms) };

		return whole_query(db, a, t, VIEW_APPLICANT, by_token_sql, p,
		    nitems(p), out, err);
	}
}

int
vorgang_by_reference(struct db *db, struct arena *a, const struct town *t,
    const char *reference, const char *code, struct vorgang_whole *out,
    struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];

	access_code_hash(t, reference, code, hash);
	{
		const struct db_param p[] = { db_text(reference), db_town(db),
			db_blob(hash, sizeof(hash)) };

		return whole_query(db, a, t, VIEW_APPLICANT, by_reference_sql,
		    p, nitems(p), out, err);
	}
}

int
vorgang_by_id(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, struct vorgang_whole *out, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_town(db) };

	return whole_query(db, a, t, VIEW_OFFICE, by_id_sql, p, nitems(p),
	    out, err);
}

int
vorgang_find(struct db *db, struct arena *a, const char *reference,
    struct id *out, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_text(reference) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id FROM vorgang WHERE town_id = ? AND reference = ?",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "no Vorgang has the reference %s", reference);
	*out = db_cell_id(db_cell(&rows, 0, 0));
	return 0;
}

int
vorgang_by_submission(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, struct vorgang *out, bool *found,
    struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission) };
	struct db_rows rows;

	assert(t->id == db_town_id(db));
	if (db_query(db, a,
		"SELECT " VORGANG_FIELDS("v.answers", "v.access")
		" FROM vorgang v"
		" WHERE v.town_id = ? AND v.submission_id = ?", p, nitems(p),
		1, &rows, err) == -1)
		return -1;
	*found = rows.n == 1;
	return *found ?
	    vorgang_fill(a, t, db_cell(&rows, 0, 0), true, out, err) : 0;
}

int
vorgang_lock(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, struct vorgang *out, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_town(db) };
	struct db_rows rows;

	assert(t->id == db_town_id(db));
	if (db_query(db, a,
		"SELECT " VORGANG_FIELDS("NULL", "NULL")
		" FROM vorgang v WHERE v.id = ? AND v.town_id = ? FOR UPDATE", p, nitems(p),
		1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "vorgang: none of this id");
	return vorgang_fill(a, t, db_cell(&rows, 0, 0), false, out, err);
}

int
vorgang_update(struct db *db, const struct vorgang *v, struct err *err)
{
	const struct db_param p[] = { db_text(v->state), db_int(v->is_closed),
		db_date(v->due == 0 ? VORGANG_DUE_NEVER : v->due),
		db_int(v->last_seq),
		db_blob(v->last_hash, sizeof(v->last_hash)),
		db_time(v->changed_ms), db_int(v->has_attachments),
		db_id(&v->id), db_town(db) };

	return db_exec(db,
	    "UPDATE vorgang SET state = ?, is_closed = ?, due = ?,"
	    " last_seq = ?, last_hash = ?, changed_at = ?,"
	    " has_attachments = ?"
	    " WHERE id = ? AND town_id = ?", p, nitems(p), NULL, err);
}
