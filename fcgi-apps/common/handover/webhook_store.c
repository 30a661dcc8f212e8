#include "common/handover/webhook_store.h"

#include "common/claim_store.h"
#include "common/handover/client_store.h"

#define WEBHOOKS_MAX 10000

const char *
webhook_event_name(enum webhook_event event)
{
	return event == WEBHOOK_NEW	    ? "new"
	    : event == WEBHOOK_WITHDRAWN ? "withdrawn"
					 : "changed";
}

static void
town_key(const struct town *t, struct crypto_key *out)
{
	crypto_derive(&t->key, "webhook", out);
}

static const char *
context(struct arena *a, const char *url)
{
	return arena_printf(a, "webhook:%s", url);
}

/* ---- for the operator ---- */

int
webhook_insert(struct db *db, struct arena *a, const struct town *t,
    uint32_t client_id, const char *url, unsigned events,
    const struct crypto_key *secret, int64_t now_ms, uint32_t *id,
    struct err *err)
{
	struct crypto_key key;
	struct db_rows rows;
	const void *sealed;
	size_t len;

	town_key(t, &key);
	crypto_seal(a, &key, context(a, url), secret->byte,
	    sizeof(secret->byte), &sealed, &len);
	explicit_bzero(&key, sizeof(key));
	{
		const struct db_param p[] = {db_town(db), db_int(client_id),
		    db_text(url), db_int(events), db_blob(sealed, len),
		    db_time(now_ms), db_time(now_ms)};

		if (db_exec(db,
			"INSERT INTO webhook (town_id, client_id, url,"
			" events, secret, created_at, watched_at)"
			" VALUES (?, ?, ?, ?, ?, ?, ?)",
			p, nitems(p), NULL, err) == -1)
			return -1;
	}
	{
		const struct db_param p[] = {db_int(client_id), db_town(db)};

		if (db_query(db, a,
			"SELECT MAX(id) FROM webhook WHERE client_id = ?"
			" AND town_id = ?",
			p, nitems(p), 1, &rows, err) == -1)
			return -1;
	}
	*id = (uint32_t)db_cell(&rows, 0, 0)->i;
	return 0;
}

#define WEBHOOK_COLUMNS                                                        \
	"w.id, w.town_id, w.client_id, c.slug, w.url, w.events,"               \
	" w.created_at, w.watched_at, w.removed_at"

static void
webhooks_read(struct arena *a, const struct db_rows *rows,
    struct webhook **out, size_t *n)
{
	*n = rows->n;
	*out = arena_new(a, struct webhook, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		const struct db_cell *c = db_cell(rows, i, 0);

		(*out)[i] = (struct webhook){.id = (uint32_t)c[0].i,
		    .town_id = (uint32_t)c[1].i,
		    .client_id = (uint32_t)c[2].i,
		    .client = c[3].data,
		    .url = c[4].data,
		    .events = (unsigned)c[5].i,
		    .created_ms = c[6].i,
		    .watched_ms = c[7].i,
		    .removed_ms = c[8].is_null ? 0 : c[8].i};
	}
}

int
webhook_list(struct db *db, struct arena *a, struct webhook **out, size_t *n,
    struct err *err)
{
	const struct db_param p[] = {db_town(db)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " WEBHOOK_COLUMNS " FROM webhook w"
		" JOIN api_client c ON c.id = w.client_id"
		" WHERE w.town_id = ? AND w.removed_at IS NULL"
		" ORDER BY c.slug, w.id",
		p, nitems(p), WEBHOOKS_MAX, &rows, err) == -1)
		return -1;
	webhooks_read(a, &rows, out, n);
	return 0;
}

int
webhook_remove(struct db *db, uint32_t id, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = {
	    db_time(now_ms), db_int(id), db_town(db)};
	int64_t n;

	if (db_exec(db,
		"UPDATE webhook SET removed_at = ?"
		" WHERE id = ? AND town_id = ? AND removed_at IS NULL",
		p, nitems(p), &n, err) == -1)
		return -1;
	return n > 0 ? 0
		     : err_set(err, ERR_NOT_FOUND, "there is no webhook %u",
			   id);
}

/* ---- the ledger ---- */

#define LINE_COLUMNS                                                           \
	"d.id, d.webhook_id, c.slug, d.vorgang_id, d.kind, d.state,"           \
	" d.attempts, d.created_at, d.next_at, d.delivered_at, d.answer,"      \
	" d.last_error, w.url"
#define LINE_FROM                                                              \
	" FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id"       \
	" JOIN api_client c ON c.id = w.client_id"

static void
line_read(const struct db_cell *c, struct webhook_line *out)
{
	*out = (struct webhook_line){.id = db_cell_id(&c[0]),
	    .webhook_id = (uint32_t)c[1].i,
	    .client = c[2].data,
	    .vorgang_id = db_cell_id(&c[3]),
	    .event = (enum webhook_event)c[4].i,
	    .state = (enum webhook_state)c[5].i,
	    .attempts = (uint32_t)c[6].i,
	    .created_ms = c[7].i,
	    .next_ms = c[8].i,
	    .delivered_ms = c[9].is_null ? 0 : c[9].i,
	    .answer = c[10].is_null ? 0 : (int)c[10].i,
	    .error = c[11].data == NULL ? "" : c[11].data,
	    .url = c[12].data};
}

int
webhook_lines(struct db *db, struct arena *a, bool is_dead, size_t max,
    struct webhook_line **out, size_t *n, struct err *err)
{
	const struct db_param p[] = {db_town(db), db_int(is_dead),
	    db_int(WEBHOOK_DEAD), db_int((int64_t)max)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " LINE_COLUMNS LINE_FROM
		" WHERE d.town_id = ? AND (? = 0 OR d.state = ?)"
		" ORDER BY d.id DESC LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct webhook_line, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		line_read(db_cell(&rows, i, 0), &(*out)[i]);
	return 0;
}

int
webhook_line(struct db *db, struct arena *a, const struct id *id,
    struct webhook_line *out, struct err *err)
{
	const struct db_param p[] = {db_id(id), db_town(db)};
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " LINE_COLUMNS LINE_FROM
		" WHERE d.id = ? AND d.town_id = ?",
		p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "there is no such notice");
	line_read(db_cell(&rows, 0, 0), out);
	return 0;
}

int
webhook_retry(struct db *db, const struct id *id, int64_t now_ms,
    int64_t *count, struct err *err)
{
	const struct db_param p[] = {db_time(now_ms), db_town(db), db_id(id)};

	if (id != NULL)
		return db_exec(db,
		    "UPDATE webhook_delivery SET state = 0, attempts = 0,"
		    " next_at = ? WHERE town_id = ? AND id = ?"
		    " AND state <> 1",
		    p, 3, count, err);
	return db_exec(db,
	    "UPDATE webhook_delivery SET state = 0, attempts = 0,"
	    " next_at = ? WHERE town_id = ? AND state = 3 AND webhook_id IN"
	    " (SELECT id FROM webhook WHERE removed_at IS NULL)",
	    p, 2, count, err);
}

int
webhook_dead_count(struct db *db, struct arena *a, int64_t *count,
    struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT COUNT(*) FROM webhook_delivery d"
		" JOIN webhook w ON w.id = d.webhook_id"
		" WHERE d.state = 3 AND w.removed_at IS NULL",
		NULL, 0, 1, &rows, err) == -1)
		return -1;
	*count = db_cell(&rows, 0, 0)->i;
	return 0;
}

/* ---- looking for what is new ---- */

int
webhook_watched(struct db *db, struct arena *a, struct webhook **out,
    size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " WEBHOOK_COLUMNS " FROM webhook w"
		" JOIN api_client c ON c.id = w.client_id"
		" WHERE w.removed_at IS NULL AND c.revoked_at IS NULL"
		" ORDER BY w.id",
		NULL, 0, WEBHOOKS_MAX, &rows, err) == -1)
		return -1;
	webhooks_read(a, &rows, out, n);
	return 0;
}

/*
 * A Vorgang beside the last of its events that no notice tells of: those
 * before it are told of along. What the client did itself is no news to it.
 */
static const char news_sql[] =
    "SELECT STRAIGHT_JOIN v.id, MAX(e.seq), MAX(e.kind = 'submitted'),"
    " MAX(e.kind = 'withdrawn')"
    " FROM vorgang v FORCE INDEX (vorgang_changed)"
    " JOIN service_version sv ON sv.id = v.service_version_id"
    " JOIN api_client_scope c ON c.client_id = ?"
    " AND c.service_id = sv.service_id AND (c.rights & ?) <> 0"
    " JOIN event e ON e.vorgang_id = v.id AND e.at >= ?"
    " WHERE v.town_id = ? AND v.changed_at >= ?"
    " AND ((e.kind = 'submitted' AND (? & 1) <> 0)"
    " OR (e.kind = 'withdrawn' AND (? & 4) <> 0)"
    " OR (e.kind IN ('state', 'message', 'question', 'document', 'answered')"
    " AND (? & 2) <> 0))"
    " AND NOT EXISTS (SELECT 1 FROM webhook_delivery d"
    " WHERE d.webhook_id = ? AND d.vorgang_id = v.id AND d.seq >= e.seq)"
    " AND NOT EXISTS (SELECT 1 FROM api_request r"
    " WHERE r.vorgang_id = v.id AND r.client_id = ?"
    " AND e.seq BETWEEN r.first_seq AND r.last_seq)"
    " GROUP BY v.id LIMIT ?";

static enum webhook_event
event_of(const struct db_cell *c)
{
	if (c[2].i != 0)
		return WEBHOOK_NEW;
	return c[3].i != 0 ? WEBHOOK_WITHDRAWN : WEBHOOK_CHANGED;
}

int
webhook_notice(struct db *db, struct arena *a, const struct webhook *w,
    int64_t since_ms, int64_t now_ms, size_t max, size_t *n, struct err *err)
{
	const struct db_param find[] = {db_int(w->client_id),
	    db_int(CLIENT_READ), db_time(w->created_ms), db_int(w->town_id),
	    db_time(since_ms), db_int(w->events), db_int(w->events),
	    db_int(w->events), db_int(w->id), db_int(w->client_id),
	    db_int((int64_t)max)};
	struct db_param *p;
	struct db_rows rows;
	struct id *id;

	if (db_query(db, a, news_sql, find, nitems(find), max, &rows, err) ==
	    -1)
		return -1;
	*n = rows.n;
	if (rows.n == 0)
		return 0;
	p = arena_new(a, struct db_param, rows.n * 8);
	id = arena_new(a, struct id, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct db_cell *c = db_cell(&rows, i, 0);
		struct db_param *to = p + i * 8;

		id[i] = id_uuid7();
		to[0] = db_id(&id[i]);
		to[1] = db_int(w->town_id);
		to[2] = db_int(w->id);
		to[3] = db_blob(c[0].data, c[0].len);
		to[4] = db_int(c[1].i);
		to[5] = db_int(event_of(c));
		to[6] = db_time(now_ms);
		to[7] = db_time(now_ms);
	}
	/* Another courier may have been faster: its row stays. */
	return db_bulk(db,
	    "INSERT IGNORE INTO webhook_delivery (id, town_id, webhook_id,"
	    " vorgang_id, seq, kind, next_at, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    p, 8, rows.n, err);
}

int
webhook_watch_from(struct db *db, uint32_t id, int64_t ms, struct err *err)
{
	const struct db_param p[] = {db_time(ms), db_int(id), db_time(ms)};

	return db_exec(db,
	    "UPDATE webhook SET watched_at = ?"
	    " WHERE id = ? AND watched_at < ?",
	    p, nitems(p), NULL, err);
}

/* ---- sending ---- */

static const struct claim_sql claims = {
	.due = "SELECT id FROM webhook_delivery"
	       " WHERE state = 0 AND next_at <= ?"
	       " ORDER BY next_at, id LIMIT ? FOR UPDATE SKIP LOCKED",
	.mark = "UPDATE webhook_delivery SET state = 1,"
		" attempts = attempts + 1, claimed_by = ?, next_at = ?"
		" WHERE id = ?",
};

static void
job_read(const struct db_cell *c, struct webhook_job *out)
{
	*out = (struct webhook_job){.id = db_cell_id(&c[0]),
	    .town_id = (uint32_t)c[1].i,
	    .webhook_id = (uint32_t)c[2].i,
	    .vorgang_id = db_cell_id(&c[3]),
	    .event = (enum webhook_event)c[4].i,
	    .attempts = (uint32_t)c[5].i,
	    .created_ms = c[6].i,
	    .url = c[7].data,
	    .secret = c[8].data,
	    .secret_len = c[8].len,
	    .is_over = !c[9].is_null || !c[10].is_null,
	    .service = c[11].data,
	    .state = c[12].data};
}

int
webhook_claim(struct db *db, struct arena *a, const char *claimer,
    int64_t now_ms, int64_t lease_ms, size_t max, struct webhook_job **out,
    size_t *n, struct err *err)
{
	const int64_t until_ms = now_ms + lease_ms;
	const struct db_param mine[] = {db_time(until_ms), db_text(claimer)};
	struct db_rows rows;

	if (claim_due(db, a, &claims, claimer, now_ms, until_ms, max, n,
		err) == -1)
		return -1;
	if (*n == 0)
		return 0;
	if (db_query(db, a,
		"SELECT d.id, d.town_id, d.webhook_id, d.vorgang_id, d.kind,"
		" d.attempts, d.created_at, w.url, w.secret, w.removed_at,"
		" c.revoked_at, s.slug, v.state FROM webhook_delivery d"
		" JOIN webhook w ON w.id = d.webhook_id"
		" JOIN api_client c ON c.id = w.client_id"
		" JOIN vorgang v ON v.id = d.vorgang_id"
		" JOIN service_version sv ON sv.id = v.service_version_id"
		" JOIN service s ON s.id = sv.service_id"
		" WHERE d.state = 1 AND d.next_at = ? AND d.claimed_by = ?"
		" ORDER BY d.id",
		mine, nitems(mine), max * 2, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct webhook_job, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		job_read(db_cell(&rows, i, 0), &(*out)[i]);
	return 0;
}

int
webhook_secret_open(struct arena *a, const struct town *t,
    const struct webhook_job *job, struct crypto_key *out, struct err *err)
{
	struct crypto_key key;
	char *secret;
	size_t len;
	int rc;

	town_key(t, &key);
	rc = crypto_open(a, &key, context(a, job->url), job->secret,
	    job->secret_len, &secret, &len, err);
	explicit_bzero(&key, sizeof(key));
	if (rc == -1)
		return -1;
	if (len != sizeof(out->byte))
		return err_set(err, ERR_CRYPTO, "a webhook's secret is short");
	memcpy(out->byte, secret, len);
	explicit_bzero(secret, len);
	return 0;
}

int
webhook_finish(struct db *db, const char *claimer, const struct id *id,
    enum webhook_state state, int64_t next_ms, int answer, const char *error,
    int64_t now_ms, struct err *err)
{
	const struct db_param p[] = {db_int(state), db_time(next_ms),
	    answer == 0 ? db_null() : db_int(answer), db_text(error),
	    state == WEBHOOK_DELIVERED ? db_time(now_ms) : db_null(),
	    db_id(id), db_text(claimer)};

	return db_exec(db,
	    "UPDATE webhook_delivery SET state = ?, next_at = ?, answer = ?,"
	    " last_error = ?, delivered_at = ?, claimed_by = NULL"
	    " WHERE id = ? AND state = 1 AND claimed_by = ?",
	    p, nitems(p), NULL, err);
}

int
webhook_put_off(struct db *db, const char *claimer, uint32_t webhook_id,
    int64_t next_ms, struct err *err)
{
	const struct db_param p[] = {
	    db_time(next_ms), db_text(claimer), db_int(webhook_id)};

	return db_exec(db,
	    "UPDATE webhook_delivery SET state = 0, attempts = attempts - 1,"
	    " next_at = ?, claimed_by = NULL"
	    " WHERE state = 1 AND claimed_by = ? AND webhook_id = ?",
	    p, nitems(p), NULL, err);
}

int
webhook_release_stale(struct db *db, int64_t now_ms, struct err *err)
{
	const struct db_param p[] = {db_time(now_ms), db_time(now_ms)};

	return db_exec(db,
	    "UPDATE webhook_delivery SET state = 0, next_at = ?,"
	    " claimed_by = NULL WHERE state = 1 AND next_at < ?",
	    p, nitems(p), NULL, err);
}
