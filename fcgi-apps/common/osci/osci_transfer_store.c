#include "common/osci/osci_transfer_store.h"

#include <assert.h>

#include "common/osci/osci_arriving_store.h"
#include "common/osci/osci_transfer_piece.h"
#include "common/utf8.h"

#define ROWS_MAX 10000
#define NOTE_MAX 290

static const char *const states[] = { "", "built", "reserved", "sent",
	"accepted", "forwarded", "received", "failed", "arrived", "handled",
	"arriving" };

const char *
osci_transfer_state_name(enum osci_transfer_state state)
{
	return (size_t)state < nitems(states) ? states[state] : "unknown";
}

/* ---- steps ---- */

int
osci_transfer_step(struct db *db, struct arena *a, const struct id *id,
    enum osci_transfer_state state, const char *code, const char *note,
    int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_id(id), db_time(now_ms),
		db_int(state), db_text(code),
		db_text(utf8_cut(a, note, NOTE_MAX)), db_id(id) };

	/* MAX beside placeholders would work once: MariaDB 10.11 takes the
	 * statement for one without GROUP BY when it is executed again. */
	return db_exec(db,
	    "INSERT INTO osci_step (transfer_id, seq, at, state, code, note)"
	    " SELECT ?, m.next, ?, ?, ?, ? FROM (SELECT"
	    " COALESCE(MAX(seq), 0) + 1 AS next FROM osci_step"
	    " WHERE transfer_id = ?) m",
	    p, nitems(p), NULL, err);
}

int
osci_transfer_steps(struct db *db, struct arena *a, const struct id *id,
    struct osci_transfer_step **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_id(id) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT at, state, code, note FROM osci_step"
		" WHERE transfer_id = ? ORDER BY seq",
		p, nitems(p), ROWS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct osci_transfer_step, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct osci_transfer_step){
			.at_ms = db_cell(&rows, i, 0)->i,
			.state = (enum osci_transfer_state)db_cell(
			    &rows, i, 1)->i,
			.code = db_cell(&rows, i, 2)->data,
			.note = db_cell(&rows, i, 3)->data,
		};
	return 0;
}

/* ---- inserting ---- */

static struct db_param
time_or_null(int64_t ms)
{
	return ms == 0 ? db_null() : db_time(ms);
}

static struct db_param
int_or_null(uint32_t i)
{
	return i == 0 ? db_null() : db_int(i);
}

static void
hash_id(const char *message_id, uint8_t out[CRYPTO_DIGEST_LEN])
{
	crypto_sha256(message_id, strlen(message_id), out);
}

static int
insert_row(struct db *db, struct arena *a, const struct osci_transfer_new *t,
    const struct data_key *key, int64_t now_ms, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	const void *private;
	size_t len;

	if (t->message_id != NULL)
		hash_id(t->message_id, hash);
	crypto_seal(a, &key->key, osci_transfer_context(a, &t->id, 0, 0),
	    t->private, strlen(t->private), &private, &len);
	const struct db_param p[] = { db_id(&t->id), db_town(db),
		db_int(t->is_incoming ? 2 : 1), db_int(t->way),
		db_int(t->state), db_text(t->identity),
		int_or_null(t->partner_id), int_or_null(t->peer_id),
		db_blob(t->message_id,
		    t->message_id == NULL ? 0 : strlen(t->message_id)),
		db_blob(t->message_id == NULL ? NULL : hash, sizeof(hash)),
		db_id(t->about), db_blob(key->wrapped, sizeof(key->wrapped)),
		db_blob(private, len), db_int(crypto_spool_len(t->bytes)),
		db_blob(t->sender,
		    t->sender == NULL ? 0 : CRYPTO_DIGEST_LEN),
		time_or_null(t->next_ms), time_or_null(t->creation_ms),
		time_or_null(t->forwarding_ms),
		time_or_null(t->reception_ms), db_time(now_ms),
		db_time(now_ms), db_int(t->is_skipped) };

	return db_exec(db,
	    "INSERT INTO osci_transfer (id, town_id, direction, way, state,"
	    " identity, partner_id, peer_id, message_id, message_hash, about,"
	    " data_key, private, size, sender, next_at, creation_at,"
	    " forwarding_at, reception_at, created_at, changed_at,"
	    " is_skipped) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	    " ?, ?, ?, ?, ?, ?, ?, ?)",
	    p, nitems(p), NULL, err);
}

int
osci_transfer_insert(struct db *db, struct arena *a,
    const struct osci_transfer_new *t, int64_t now_ms, struct err *err)
{
	struct data_key key;
	int rc;

	assert(db_town_id(db) == t->town->id);
	osci_transfer_new_key(t->town, &key);
	rc = insert_row(db, a, t, &key, now_ms, err);
	if (rc == 0)
		rc = osci_transfer_pieces_add(db, &t->id, &key.key,
		    OSCI_PIECE_BYTES, 0, t->bytes, 0, err);
	explicit_bzero(&key, sizeof(key));
	return rc == -1 ? -1
			: osci_transfer_step(db, a, &t->id, t->state, "", t->note,
			      now_ms, err);
}

int
osci_transfer_arrive(struct db *db, struct arena *a,
    const struct osci_transfer_new *t, int64_t now_ms, bool *is_new,
    struct err *err)
{
	bool unknown;

	*is_new = true;
	if (db_begin(db, err) == -1)
		return -1;
	if (osci_transfer_insert(db, a, t, now_ms, err) == 0)
		return db_commit(db, &unknown, err);
	db_rollback(db);
	if (err->code != ERR_DUPLICATE ||
	    strcmp(err->field, "osci_transfer_message") != 0)
		return -1;
	err_clear(err);
	if (db_begin(db, err) == -1)
		return -1;
	if (osci_arriving_end(db, a, t, now_ms, is_new, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

/* ---- reading ---- */

#define COLUMNS                                                                \
	"t.id, t.town_id, t.direction, t.way, t.state, t.identity,"            \
	" t.partner_id, p.name, t.peer_id, t.message_id, t.about,"             \
	" t.data_key, t.private, t.size, t.sender, t.attempts, t.next_at,"     \
	" t.claimed_by, t.creation_at, t.forwarding_at, t.reception_at,"       \
	" t.created_at, t.changed_at"
#define FROM                                                                   \
	" FROM osci_transfer t LEFT JOIN osci_partner p ON"                    \
	" p.id = t.partner_id"

static void
row_read(const struct db_rows *rows, size_t i, struct osci_transfer_row *out)
{
	const struct db_cell *c = db_cell(rows, i, 0);

	*out = (struct osci_transfer_row){
		.is = { .id = db_cell_id(&c[0]),
		    .town_id = (uint32_t)c[1].i,
		    .is_incoming = c[2].i == 2,
		    .state = (enum osci_transfer_state)c[4].i,
		    .identity = c[5].data,
		    .partner_id = (uint32_t)c[6].i,
		    .partner = c[7].data,
		    .peer_id = (uint32_t)c[8].i,
		    .message_id = c[9].data,
		    .has_about = !c[10].is_null,
		    .about = db_cell_id(&c[10]),
		    .size = c[13].i,
		    .sender = c[14].len == CRYPTO_DIGEST_LEN
			? (const uint8_t *)c[14].data
			: NULL,
		    .attempts = (uint32_t)c[15].i,
		    .next_ms = c[16].i,
		    .creation_ms = c[18].i,
		    .forwarding_ms = c[19].i,
		    .reception_ms = c[20].i,
		    .created_ms = c[21].i,
		    .changed_ms = c[22].i },
		.way = (enum osci_transfer_way)c[3].i,
		.data_key = c[11].data,
		.data_key_len = c[11].len,
		.private = c[12].data,
		.private_len = c[12].len,
		.claimed_by = c[17].data,
	};
}

static int
rows_read(struct db *db, struct arena *a, const char *sql,
    const struct db_param *p, size_t np, size_t max,
    struct osci_transfer_row **out, size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a, sql, p, np, max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct osci_transfer_row, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		row_read(&rows, i, &(*out)[i]);
	return 0;
}

int
osci_transfer_row(struct db *db, struct arena *a, const struct id *id,
    struct osci_transfer_row *out, struct err *err)
{
	const struct db_param p[] = { db_id(id) };
	struct osci_transfer_row *row;
	size_t n;

	if (rows_read(db, a, "SELECT " COLUMNS FROM " WHERE t.id = ?", p,
		nitems(p), 1, &row, &n, err) == -1)
		return -1;
	if (n == 0)
		return err_set(
		    err, ERR_NOT_FOUND, "no transfer %s", id_hex(a, id));
	*out = *row;
	return 0;
}

int
osci_transfer_rows(struct db *db, struct arena *a, uint32_t town,
    enum osci_transfer_state state, size_t max,
    struct osci_transfer_row **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_int(town), db_int(town),
		db_int(state), db_int(state), db_int((int64_t)max) };

	return rows_read(db, a,
	    "SELECT " COLUMNS FROM " WHERE (? = 0 OR t.town_id = ?)"
	    " AND (? = 0 OR t.state = ?)"
	    " ORDER BY t.created_at DESC, t.id DESC LIMIT ?",
	    p, nitems(p), max, out, n, err);
}

int
osci_transfer_rows_about(struct db *db, struct arena *a, uint32_t town,
    const struct id *about, struct osci_transfer_row **out, size_t *n,
    struct err *err)
{
	const struct db_param p[] = { db_id(about), db_int(town) };

	return rows_read(db, a,
	    "SELECT " COLUMNS FROM " WHERE t.about = ? AND t.town_id = ?"
	    " ORDER BY t.created_at, t.id",
	    p, nitems(p), ROWS_MAX, out, n, err);
}

/* ---- claiming ---- */

/* Marks what a query found as the claimer's; *n rows. */
static int
mark(struct db *db, struct arena *a, const struct db_rows *rows,
    const char *claimer, int64_t until_ms, struct err *err)
{
	struct db_param *p = arena_new(a, struct db_param, rows->n * 3);

	for (size_t i = 0; i < rows->n; i++) {
		const struct db_cell *id = db_cell(rows, i, 0);

		p[i * 3] = db_text(claimer);
		p[i * 3 + 1] = db_time(until_ms);
		p[i * 3 + 2] = db_blob(id->data, id->len);
	}
	return db_bulk(db,
	    "UPDATE osci_transfer SET attempts = attempts + 1,"
	    " claimed_by = ?, claimed_until = ? WHERE id = ?",
	    p, 3, rows->n, err);
}

static int
claim(struct db *db, struct arena *a, const char *sql,
    const struct db_param *p, size_t np, size_t max, const char *claimer,
    int64_t until_ms, struct osci_transfer_row **out, size_t *n,
    struct err *err)
{
	struct db_rows rows;
	bool unknown;

	*n = 0;
	if (db_begin(db, err) == -1)
		return -1;
	if (db_query(db, a, sql, p, np, max, &rows, err) == -1 ||
	    (rows.n > 0 && mark(db, a, &rows, claimer, until_ms, err) == -1)) {
		db_rollback(db);
		return -1;
	}
	if (rows.n == 0) {
		db_rollback(db);
		return 0;
	}
	/* of an unknown outcome: what was claimed comes back by itself */
	if (db_commit(db, &unknown, err) == -1)
		return -1;
	*out = arena_new(a, struct osci_transfer_row, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		struct id id = db_cell_id(db_cell(&rows, i, 0));

		if (osci_transfer_row(db, a, &id, &(*out)[i], err) == -1)
			return -1;
	}
	*n = rows.n;
	return 0;
}

int
osci_transfer_claim(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, int64_t lease_ms, size_t max,
    struct osci_transfer_row **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms), db_time(now_ms),
		db_int((int64_t)max) };

	return claim(db, a,
	    "SELECT id FROM osci_transfer WHERE direction = 1"
	    " AND next_at <= ? AND (claimed_until IS NULL OR"
	    " claimed_until < ?) ORDER BY state >= 4, next_at, id LIMIT ?"
	    " FOR UPDATE SKIP LOCKED",
	    p, nitems(p), max, claimer, now_ms + lease_ms, out, n, err);
}

int
osci_transfer_claim_arrived(struct db *db, struct arena *a,
    const char *identity, const char *claimer, int64_t now_ms,
    int64_t lease_ms, struct osci_transfer_row *out, struct err *err)
{
	const struct db_param p[] = { db_town(db),
		db_int(OSCI_TRANSFER_ARRIVED), db_time(now_ms),
		db_time(now_ms), db_text(identity), db_text(identity) };
	struct osci_transfer_row *row;
	size_t n;

	if (claim(db, a,
		"SELECT id FROM osci_transfer WHERE direction = 2"
		" AND town_id = ? AND state = ? AND next_at <= ?"
		" AND (claimed_until IS NULL OR claimed_until < ?)"
		" AND (? IS NULL OR identity = ?)"
		" ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
		p, nitems(p), 1, claimer, now_ms + lease_ms, &row, &n, err) ==
	    -1)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "nothing has arrived");
	*out = *row;
	return 0;
}

/* ---- changing ---- */

int
osci_transfer_change_within(struct db *db, struct arena *a,
    const struct osci_transfer_change *c, int64_t now_ms, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	int64_t n;

	if (c->message_id != NULL)
		hash_id(c->message_id, hash);
	const struct db_param p[] = { db_int(c->state),
		db_blob(c->message_id,
		    c->message_id == NULL ? 0 : strlen(c->message_id)),
		db_blob(c->message_id == NULL ? NULL : hash, sizeof(hash)),
		time_or_null(c->next_ms), db_int(c->resets_attempts),
		time_or_null(c->creation_ms),
		time_or_null(c->forwarding_ms),
		time_or_null(c->reception_ms), db_int(c->lease_ms != 0),
		c->lease_ms == 0 ? db_null() : db_time(now_ms + c->lease_ms),
		db_time(now_ms), db_id(&c->id),
		db_text(c->claimer), db_text(c->claimer), db_int(c->from),
		db_int(c->from) };

	if (db_exec(db,
		"UPDATE osci_transfer SET state = ?,"
		" message_id = COALESCE(?, message_id),"
		" message_hash = COALESCE(?, message_hash), next_at = ?,"
		" attempts = IF(?, 0, attempts),"
		" creation_at = COALESCE(?, creation_at),"
		" forwarding_at = COALESCE(?, forwarding_at),"
		" reception_at = COALESCE(?, reception_at),"
		" claimed_by = IF(?, claimed_by, NULL),"
		" claimed_until = ?, changed_at = ?"
		" WHERE id = ? AND (? IS NULL OR claimed_by = ?)"
		" AND (? = 0 OR state = ?)",
		p, nitems(p), &n, err) == -1)
		return -1;
	if (n == 0)
		return err_set(err, ERR_CONFLICT,
		    "transfer %s: somebody else works at it",
		    id_hex(a, &c->id));
	return c->is_silent ? 0
			    : osci_transfer_step(db, a, &c->id, c->state, c->code,
				  c->note, now_ms, err);
}

int
osci_transfer_change(struct db *db, struct arena *a,
    const struct osci_transfer_change *c, int64_t now_ms, struct err *err)
{
	bool unknown;

	if (db_begin(db, err) == -1)
		return -1;
	if (osci_transfer_change_within(db, a, c, now_ms, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}
