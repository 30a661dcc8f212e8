#include "torhaus/efile_store.h"

#include "common/handover/exchange_store.h"

#define COLUMNS                                                                \
	"p.id, p.vorgang_id, p.state, p.file_name, p.sha256, p.documents,"     \
	" p.last_seq, p.exported_at, p.received_at, p.answered_at, p.answer,"  \
	" v.reference, v.data_key IS NULL"
#define FROM " FROM efile_parcel p JOIN vorgang v ON v.id = p.vorgang_id"

static struct db_param
time_or_null(int64_t ms)
{
	return ms == 0 ? db_null() : db_time(ms);
}

static int64_t
time_read(const struct db_cell *c)
{
	return c->is_null ? 0 : c->i;
}

static void
digest_read(const struct db_cell *c, uint8_t out[CRYPTO_DIGEST_LEN])
{
	if (c->len == CRYPTO_DIGEST_LEN)
		memcpy(out, c->data, CRYPTO_DIGEST_LEN);
}

static void
parcel_read(const struct db_cell *c, struct efile_parcel *out)
{
	*out = (struct efile_parcel){.id = db_cell_id(&c[0]),
	    .vorgang_id = db_cell_id(&c[1]),
	    .state = (enum efile_state)c[2].i,
	    .file_name = c[3].data,
	    .documents = (uint32_t)c[5].i,
	    .last_seq = (uint32_t)c[6].i,
	    .exported_ms = c[7].i,
	    .received_ms = time_read(&c[8]),
	    .answered_ms = time_read(&c[9]),
	    .answer = c[10].data == NULL ? "" : c[10].data,
	    .is_erased = c[12].i != 0};
	digest_read(&c[4], out->sha256);
	(void)snprintf(
	    out->reference, sizeof(out->reference), "%s", c[11].data);
}

int
efile_open(struct db *db, struct arena *a, bool with_refused, size_t max,
    struct id **out, size_t *n, struct err *err)
{
	const struct db_param p[] = {db_town(db), db_int(with_refused),
	    db_int(EFILE_REFUSED), db_int((int64_t)max)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT v.id FROM vorgang v WHERE v.town_id = ?"
		" AND v.is_closed = 1 AND v.data_key IS NOT NULL"
		" AND NOT EXISTS (SELECT 1 FROM efile_parcel p"
		" WHERE p.vorgang_id = v.id"
		" AND (? = 0 OR p.state <> ?))"
		" ORDER BY v.id LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct id, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = db_cell_id(db_cell(&rows, i, 0));
	return 0;
}

int
efile_put(struct db *db, const struct efile_parcel *parcel, struct err *err)
{
	const struct db_param p[] = {db_id(&parcel->id), db_town(db),
	    db_id(&parcel->vorgang_id), db_text(parcel->file_name),
	    db_blob(parcel->sha256, CRYPTO_DIGEST_LEN),
	    db_int(parcel->documents), db_int(parcel->last_seq),
	    db_time(parcel->exported_ms)};

	return db_exec(db,
	    "INSERT INTO efile_parcel (id, town_id, vorgang_id, file_name,"
	    " sha256, documents, last_seq, exported_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    p, nitems(p), NULL, err);
}

int
efile_count(struct db *db, struct arena *a, const struct id *vorgang,
    int64_t *n, struct err *err)
{
	const struct db_param p[] = {db_id(vorgang), db_town(db)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT COUNT(*) FROM efile_parcel"
		" WHERE vorgang_id = ? AND town_id = ?",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*n = db_cell(&rows, 0, 0)->i;
	return 0;
}

int
efile_find(struct db *db, struct arena *a, const struct id *id,
    struct efile_parcel *out, struct err *err)
{
	const struct db_param p[] = {db_id(id), db_town(db)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " COLUMNS FROM " WHERE p.id = ? AND p.town_id = ?",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "no parcel of the town has this ProzessID");
	parcel_read(db_cell(&rows, 0, 0), out);
	return 0;
}

int
efile_of_vorgang(struct db *db, struct arena *a, const struct id *vorgang,
    struct efile_parcel *out, struct err *err)
{
	const struct db_param p[] = {db_id(vorgang), db_town(db)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " COLUMNS FROM
		" WHERE p.vorgang_id = ? AND p.town_id = ?"
		" ORDER BY p.exported_at DESC LIMIT 1",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "it was not handed to the e-file yet");
	parcel_read(db_cell(&rows, 0, 0), out);
	return 0;
}

int
efile_list(struct db *db, struct arena *a, size_t max,
    struct efile_parcel **out, size_t *n, struct err *err)
{
	const struct db_param p[] = {db_town(db), db_int((int64_t)max)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " COLUMNS FROM " WHERE p.town_id = ?"
		" ORDER BY p.exported_at DESC, p.id LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct efile_parcel, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		parcel_read(db_cell(&rows, i, 0), &(*out)[i]);
	return 0;
}

int
efile_answer(struct db *db, const struct efile_parcel *parcel,
    struct err *err)
{
	const struct db_param p[] = {db_int(parcel->state),
	    time_or_null(parcel->received_ms),
	    time_or_null(parcel->answered_ms), db_text(parcel->answer),
	    db_id(&parcel->id), db_town(db)};

	return db_exec(db,
	    "UPDATE efile_parcel SET state = ?, received_at = ?,"
	    " answered_at = ?, answer = ? WHERE id = ? AND town_id = ?",
	    p, nitems(p), NULL, err);
}

/* ---- erasing ---- */

static int
record_insert(struct db *db, const struct deletion_record *r,
    struct err *err)
{
	const struct db_param p[] = {db_id(&r->vorgang_id), db_town(db),
	    db_text(r->reference), db_text(r->service), db_text(r->reason),
	    db_id(r->has_parcel ? &r->parcel_id : NULL),
	    db_blob(r->has_parcel ? r->parcel_sha256 : NULL,
		CRYPTO_DIGEST_LEN),
	    db_int(r->documents), db_int(r->messages), db_int(r->last_seq),
	    db_blob(r->last_hash, CRYPTO_DIGEST_LEN),
	    db_time(r->received_ms), db_time(r->closed_ms),
	    db_time(r->deleted_ms), db_text(r->deleted_by)};

	return db_exec(db,
	    "INSERT INTO deletion_record (vorgang_id, town_id, reference,"
	    " service, reason, parcel_id, parcel_sha256, documents, messages,"
	    " last_seq, last_hash, received_at, closed_at, deleted_at,"
	    " deleted_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	    " ?)",
	    p, nitems(p), NULL, err);
}

int
efile_erase(struct db *db, const struct deletion_record *r, struct err *err)
{
	const struct db_param p[] = {db_id(&r->vorgang_id), db_town(db)};

	if (record_insert(db, r, err) == -1 ||
	    db_exec(db,
		"UPDATE vorgang SET data_key = NULL, answers = NULL,"
		" access = NULL WHERE id = ? AND town_id = ?",
		p, 2, NULL, err) == -1 ||
	    db_exec(db,
		"UPDATE message SET body = NULL"
		" WHERE vorgang_id = ? AND town_id = ?",
		p, 2, NULL, err) == -1 ||
	    db_exec(db,
		"UPDATE document SET meta = NULL"
		" WHERE vorgang_id = ? AND town_id = ?",
		p, 2, NULL, err) == -1 ||
	    db_exec(db,
		"UPDATE outbox SET payload = NULL"
		" WHERE vorgang_id = ? AND town_id = ?",
		p, 2, NULL, err) == -1 ||
	    db_exec(db,
		"DELETE FROM access_token"
		" WHERE vorgang_id = ? AND town_id = ?",
		p, 2, NULL, err) == -1 ||
	    db_exec(db,
		"DELETE FROM blind_index"
		" WHERE vorgang_id = ? AND town_id = ?",
		p, 2, NULL, err) == -1 ||
	    exchange_erase(db, &r->vorgang_id, err) == -1)
		return -1;
	return db_exec(db,
	    "DELETE FROM clerk_answers WHERE vorgang_id = ? AND town_id = ?",
	    p, 2, NULL, err);
}

int
efile_deletions(struct db *db, struct arena *a, size_t max,
    struct deletion_record **out, size_t *n, struct err *err)
{
	const struct db_param p[] = {db_town(db), db_int((int64_t)max)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT vorgang_id, reference, service, reason, parcel_id,"
		" parcel_sha256, documents, messages, last_seq, received_at,"
		" closed_at, deleted_at, deleted_by FROM deletion_record"
		" WHERE town_id = ? ORDER BY deleted_at DESC LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct deletion_record, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct db_cell *c = db_cell(&rows, i, 0);
		struct deletion_record *r = &(*out)[i];

		*r = (struct deletion_record){.vorgang_id = db_cell_id(&c[0]),
		    .service = c[2].data,
		    .reason = c[3].data,
		    .has_parcel = !c[4].is_null,
		    .parcel_id = db_cell_id(&c[4]),
		    .documents = (uint32_t)c[6].i,
		    .messages = (uint32_t)c[7].i,
		    .last_seq = (uint32_t)c[8].i,
		    .received_ms = c[9].i,
		    .closed_ms = c[10].i,
		    .deleted_ms = c[11].i,
		    .deleted_by = c[12].data};
		digest_read(&c[5], r->parcel_sha256);
		(void)snprintf(
		    r->reference, sizeof(r->reference), "%s", c[1].data);
	}
	return 0;
}
