#include "common/vorgang_store.h"

#include <assert.h>

#include "common/access_store.h"
#include "common/document_store.h"
#include "common/event.h"
#include "common/json.h"
#include "common/message_store.h"

#define WHOLE_ROWS_MAX 100000 /* events, documents and messages of one */

/*
 * A Vorgang and all that belongs to it in one round trip: branches of a UNION
 * ALL (no temporary table, each by its own index) over shared columns. ids
 * says where the Vorgang's id comes from, once with its row and once without.
 *
 *  0 part           1 id              2 number          3 who or where
 *  4 flags          5 at              6 state, kind, field
 *  7 reference, media type            8 sealed content  9 digest
 * and of the Vorgang alone:
 * 10 data_key 11 access 12 submission_id 13 due 14 changed_at 15 language
 * 16 last_seq 17 last_hash 18 is_urgent
 */
enum whole_part { PART_VORGANG, PART_EVENT, PART_DOCUMENT, PART_MESSAGE };

#define VORGANG_FIELDS                                                         \
	"0, v.id, v.service_version_id, v.department_id, v.is_closed,"         \
	" v.created_at, v.state, v.reference, v.answers, v.answers_digest,"    \
	" v.data_key, v.access, v.submission_id, v.due, v.changed_at,"         \
	" v.language, v.last_seq, v.last_hash, v.is_urgent"
#define NO_FIELDS                                                              \
	", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
#define WHOLE_SQL(with_row, without_row, id, where, public_only)               \
	"SELECT " VORGANG_FIELDS " FROM " with_row " WHERE " where             \
	" UNION ALL SELECT 1, NULL, e.seq, e.actor, e.is_public, e.at, e.kind,"\
	" NULL, e.data, e.hash" NO_FIELDS " FROM " without_row                 \
	" JOIN event e ON e.vorgang_id = " id " WHERE " where public_only      \
	" UNION ALL SELECT 2, d.id, d.size, d.origin, 0, d.created_at,"        \
	" d.field, d.media_type, d.meta, d.cipher_sha256, NULL, NULL,"         \
	" d.submission_id, NULL, NULL, NULL, NULL, NULL, NULL FROM "           \
	without_row " JOIN document d ON d.vorgang_id = " id                   \
	" WHERE " where                                                        \
	" UNION ALL SELECT 3, m.id, 0, m.sender, 0, m.at, NULL, NULL, m.body," \
	" NULL, NULL, NULL, m.submission_id, NULL, NULL, NULL, NULL, NULL,"    \
	" NULL FROM " without_row " JOIN message m ON m.vorgang_id = " id      \
	" WHERE " where

static const char by_token_sql[] = WHOLE_SQL(
    "access_token a JOIN vorgang v ON v.id = a.vorgang_id", "access_token a",
    "a.vorgang_id",
    "a.hash = ? AND a.town_id = ?"
    " AND (a.expires_at IS NULL OR a.expires_at > ?)", " AND e.is_public");
static const char by_reference_sql[] = WHOLE_SQL("vorgang v", "vorgang v",
    "v.id", "v.reference = ? AND v.town_id = ? AND v.code_hash = ?",
    " AND e.is_public");
static const char by_id_sql[] = WHOLE_SQL("vorgang v", "vorgang v", "v.id",
    "v.id = ? AND v.town_id = ?", "");

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

/* Row 0 of VORGANG_FIELDS. with_contents: opens answers and access too. */
static int
vorgang_fill(struct arena *a, const struct town *t,
    const struct db_rows *rows, bool with_contents, struct vorgang *out,
    struct err *err)
{
	const struct db_cell *c = db_cell(rows, 0, 0);
	char *answers;

	*out = (struct vorgang){ .id = db_cell_id(&c[1]),
		.town_id = t->id,
		.submission_id = db_cell_id(&c[12]),
		.service_version_id = (uint32_t)c[2].i,
		.state = c[6].data,
		.department_id = (uint32_t)c[3].i,
		.due = due_read(&c[13]),
		.is_urgent = c[18].i != 0,
		.is_closed = c[4].i != 0,
		.lang = lang_parse(c[15].data, LANG_DE),
		.created_ms = c[5].i,
		.changed_ms = c[14].i,
		.last_seq = (uint32_t)c[16].i };
	(void)snprintf(
	    out->reference, sizeof(out->reference), "%s", c[7].data);
	digest_read(&c[9], out->answers_digest);
	digest_read(&c[17], out->last_hash);
	if (c[10].data == NULL)
		return err_set(err, ERR_GONE, "vorgang: was erased");
	if (data_key_open(&t->key, c[10].data, c[10].len, &out->key, err) ==
	    -1)
		return -1;
	if (!with_contents)
		return 0;
	if (sealed_open(a, out, "answers", &c[8], &answers, &out->answers_len,
		err) == -1)
		return -1;
	out->answers = answers;
	return access_open(a, &c[11], out, err);
}

static int
event_fill(struct arena *a, const struct vorgang *v, const struct db_cell *c,
    struct event *out, struct err *err)
{
	struct event_row row = { .seq = (uint32_t)c[2].i,
		.kind = c[6].data,
		.at_ms = c[5].i,
		.actor = (enum event_actor)c[3].i,
		.is_public = c[4].i != 0,
		.data = c[8].data,
		.data_len = c[8].len };

	digest_read(&c[9], row.hash);
	return event_open(a, &v->key.key, &v->id, &row, out, err);
}

static int
document_fill(struct arena *a, const struct vorgang *v,
    const struct db_cell *c, struct document *out, struct err *err)
{
	*out = (struct document){ .id = db_cell_id(&c[1]),
		.submission_id = db_cell_id(&c[12]),
		.field = c[6].data,
		.name = "",
		.media_type = c[7].data,
		.size = c[2].i,
		.created_ms = c[5].i,
		.origin = (enum event_actor)c[3].i };
	digest_read(&c[9], out->cipher_sha256);
	if (c[8].data == NULL)
		return 0;
	return document_open_meta(
	    a, &v->key.key, c[8].data, c[8].len, out, err);
}

static int
message_fill(struct arena *a, const struct vorgang *v,
    const struct db_cell *c, struct message *out, struct err *err)
{
	*out = (struct message){ .id = db_cell_id(&c[1]),
		.submission_id = db_cell_id(&c[12]),
		.from = (enum event_actor)c[3].i,
		.at_ms = c[5].i,
		.body = "" };
	if (c[8].data == NULL)
		return 0;
	return message_open(a, &v->key.key, c[8].data, c[8].len, out, err);
}

/* ---- the whole ---- */

static int
by_seq(const void *x, const void *y)
{
	const struct event *a = x, *b = y;

	return (a->seq > b->seq) - (a->seq < b->seq);
}

/* Ids are ordered by time. */
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
part_fill(struct arena *a, const struct db_cell *c, struct vorgang_whole *out,
    struct err *err)
{
	const struct vorgang *v = &out->vorgang;

	switch ((enum whole_part)c[0].i) {
	case PART_EVENT:
		return event_fill(a, v, c, &out->event[out->nevent++], err);
	case PART_DOCUMENT:
		return document_fill(
		    a, v, c, &out->document[out->ndocument++], err);
	case PART_MESSAGE:
		return message_fill(
		    a, v, c, &out->message[out->nmessage++], err);
	case PART_VORGANG:
		break;
	}
	return err_set(err, ERR_DB, "vorgang: two rows of one key");
}

static void
count_parts(const struct db_rows *rows, size_t n[4])
{
	for (size_t i = 0; i < rows->n; i++)
		n[db_cell(rows, i, 0)->i & 3]++;
}

static int
whole_query(struct db *db, struct arena *a, const struct town *t,
    const char *sql, const struct db_param *p, size_t n,
    struct vorgang_whole *out, struct err *err)
{
	size_t parts[4] = { 0 };
	struct db_rows rows;

	assert(t->id == db_town_id(db));
	*out = (struct vorgang_whole){ 0 };
	if (db_query(db, a, sql, p, n, WHOLE_ROWS_MAX, &rows, err) == -1)
		return -1;
	if (rows.n == 0 || db_cell(&rows, 0, 0)->i != PART_VORGANG)
		return err_set(err, ERR_NOT_FOUND, "vorgang: none like this");
	if (vorgang_fill(a, t, &rows, true, &out->vorgang, err) == -1)
		return -1;
	count_parts(&rows, parts);
	out->event = arena_new(a, struct event, parts[PART_EVENT]);
	out->document = arena_new(a, struct document, parts[PART_DOCUMENT]);
	out->message = arena_new(a, struct message, parts[PART_MESSAGE]);
	for (size_t i = 1; i < rows.n; i++)
		if (part_fill(a, db_cell(&rows, i, 0), out, err) == -1)
			return -1;
	qsort(out->event, out->nevent, sizeof(*out->event), by_seq);
	qsort(out->document, out->ndocument, sizeof(*out->document),
	    by_document);
	qsort(out->message, out->nmessage, sizeof(*out->message), by_message);
	return 0;
}

/* The same parameters for each of the four branches. */
static void
four_times(struct db_param *p, size_t n)
{
	for (size_t i = n; i < 4 * n; i++)
		p[i] = p[i - n];
}

int
vorgang_by_token(struct db *db, struct arena *a, const struct town *t,
    const uint8_t token[ID_TOKEN_LEN], int64_t now_ms,
    struct vorgang_whole *out, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	struct db_param p[4 * 3];

	access_token_hash(token, hash);
	p[0] = db_blob(hash, sizeof(hash));
	p[1] = db_town(db);
	p[2] = db_time(now_ms);
	four_times(p, 3);
	return whole_query(db, a, t, by_token_sql, p, nitems(p), out, err);
}

int
vorgang_by_reference(struct db *db, struct arena *a, const struct town *t,
    const char *reference, const char *code, struct vorgang_whole *out,
    struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	struct db_param p[4 * 3];

	access_code_hash(t, reference, code, hash);
	p[0] = db_text(reference);
	p[1] = db_town(db);
	p[2] = db_blob(hash, sizeof(hash));
	four_times(p, 3);
	return whole_query(
	    db, a, t, by_reference_sql, p, nitems(p), out, err);
}

int
vorgang_by_id(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, struct vorgang_whole *out, struct err *err)
{
	struct db_param p[4 * 2];

	p[0] = db_id(id);
	p[1] = db_town(db);
	four_times(p, 2);
	return whole_query(db, a, t, by_id_sql, p, nitems(p), out, err);
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
		"SELECT " VORGANG_FIELDS " FROM vorgang v"
		" WHERE v.town_id = ? AND v.submission_id = ?", p, nitems(p),
		1, &rows, err) == -1)
		return -1;
	*found = rows.n == 1;
	return *found ? vorgang_fill(a, t, &rows, true, out, err) : 0;
}

int
vorgang_lock(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, struct vorgang *out, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_town(db) };
	struct db_rows rows;

	assert(t->id == db_town_id(db));
	if (db_query(db, a,
		"SELECT " VORGANG_FIELDS " FROM vorgang v"
		" WHERE v.id = ? AND v.town_id = ? FOR UPDATE", p, nitems(p),
		1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "vorgang: none of this id");
	return vorgang_fill(a, t, &rows, false, out, err);
}

int
vorgang_update(struct db *db, const struct vorgang *v, struct err *err)
{
	const struct db_param p[] = { db_text(v->state), db_int(v->is_closed),
		db_date(v->due == 0 ? VORGANG_DUE_NEVER : v->due),
		db_int(v->last_seq),
		db_blob(v->last_hash, sizeof(v->last_hash)),
		db_time(v->changed_ms), db_id(&v->id), db_town(db) };

	return db_exec(db,
	    "UPDATE vorgang SET state = ?, is_closed = ?, due = ?,"
	    " last_seq = ?, last_hash = ?, changed_at = ?"
	    " WHERE id = ? AND town_id = ?", p, nitems(p), NULL, err);
}
