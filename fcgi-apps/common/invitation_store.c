#include "common/invitation_store.h"

#define INVITATIONS_MAX 100000
#define LABEL "invitation:"

/* Says nothing about the code to whoever reads the table alone. */
static void
code_hash(const struct town *t, const char *slug, const char *code,
    uint8_t out[CRYPTO_DIGEST_LEN])
{
	char text[sizeof(LABEL) + 64 + ID_CODE_LEN];

	(void)snprintf(text, sizeof(text), LABEL "%.60s:%s", slug, code);
	crypto_hmac(&t->index_key, text, strlen(text), out);
	explicit_bzero(text, sizeof(text));
}

int
invitation_list(struct db *db, struct arena *a, const char *slug,
    struct invitation **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_text(slug),
		db_text(slug) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT i.id, s.slug, i.label, i.uses, i.uses_max,"
		" i.created_at, i.expires_at FROM invitation i"
		" JOIN service s ON s.id = i.service_id WHERE i.town_id = ?"
		" AND (? IS NULL OR s.slug = ?) ORDER BY i.id DESC", p,
		nitems(p), INVITATIONS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct invitation, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct invitation){
			.id = (uint32_t)db_cell(&rows, i, 0)->i,
			.slug = db_cell(&rows, i, 1)->data,
			.label = db_cell(&rows, i, 2)->data,
			.uses = db_cell(&rows, i, 3)->i,
			.uses_max = db_cell(&rows, i, 4)->i,
			.created_ms = db_cell(&rows, i, 5)->i,
			.expires_ms = db_cell(&rows, i, 6)->is_null
			    ? 0
			    : db_cell(&rows, i, 6)->i,
		};
	return 0;
}

int
invitation_insert(struct db *db, const struct town *town,
    const struct invitation *i, const char *code, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	int64_t put;

	code_hash(town, i->slug, code, hash);
	{
		const struct db_param p[] = { db_town(db),
			db_blob(hash, sizeof(hash)), db_text(i->label),
			db_int(i->uses_max), db_time(i->created_ms),
			i->expires_ms == 0 ? db_null() : db_time(i->expires_ms),
			db_text(i->slug) };

		if (db_exec(db,
			"INSERT INTO invitation (town_id, service_id,"
			" code_hash, label, uses_max, created_at, expires_at)"
			" SELECT ?, id, ?, ?, ?, ?, ? FROM service"
			" WHERE slug = ?", p, nitems(p), &put, err) == -1)
			return -1;
	}
	return put == 1 ? 0
			: err_set(err, ERR_NOT_FOUND,
			      "there is no service '%s'", i->slug);
}

/* Locks the invitation of a code; rows may be empty. */
static int
find_locked(struct db *db, struct arena *a, const struct town *town,
    const char *slug, const char *code, struct db_rows *rows, struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];

	code_hash(town, slug, code, hash);
	{
		const struct db_param p[] = { db_town(db), db_text(slug),
			db_blob(hash, sizeof(hash)) };

		return db_query(db, a,
		    "SELECT i.id, i.uses, i.uses_max, i.expires_at"
		    " FROM invitation i JOIN service s ON s.id = i.service_id"
		    " WHERE i.town_id = ? AND s.slug = ? AND i.code_hash = ?"
		    " FOR UPDATE", p, nitems(p), 1, rows, err);
	}
}

static int
is_used(struct db *db, struct arena *a, int64_t invitation,
    const struct id *submission_id, bool *out, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission_id),
		db_int(invitation) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT 1 FROM invitation_use WHERE town_id = ?"
		" AND submission_id = ? AND invitation_id = ?", p, nitems(p),
		1, &rows, err) == -1)
		return -1;
	*out = rows.n > 0;
	return 0;
}

static int
use(struct db *db, int64_t invitation, const struct id *submission_id,
    int64_t now_ms, struct err *err)
{
	const struct db_param insert[] = { db_town(db), db_id(submission_id),
		db_int(invitation), db_time(now_ms) };
	const struct db_param update[] = { db_int(invitation) };

	if (db_exec(db,
		"INSERT INTO invitation_use (town_id, submission_id,"
		" invitation_id, used_at) VALUES (?, ?, ?, ?)", insert,
		nitems(insert), NULL, err) == -1)
		return -1;
	return db_exec(db,
	    "UPDATE invitation SET uses = uses + 1 WHERE id = ?", update,
	    nitems(update), NULL, err);
}

/* Within a transaction. */
static int
redeem(struct db *db, struct arena *a, const struct town *town,
    const char *slug, const char *code, const struct id *submission_id,
    int64_t now_ms, enum invitation_answer *out, struct err *err)
{
	const struct db_cell *expires;
	struct db_rows rows;
	int64_t id;
	bool is_held;

	*out = INVITATION_UNKNOWN;
	if (find_locked(db, a, town, slug, code, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return 0;
	id = db_cell(&rows, 0, 0)->i;
	if (is_used(db, a, id, submission_id, &is_held, err) == -1)
		return -1;
	*out = INVITATION_FINE;
	if (is_held)
		return 0;
	expires = db_cell(&rows, 0, 3);
	if (!expires->is_null && expires->i <= now_ms) {
		*out = INVITATION_EXPIRED;
		return 0;
	}
	if (db_cell(&rows, 0, 1)->i >= db_cell(&rows, 0, 2)->i) {
		*out = INVITATION_USED_UP;
		return 0;
	}
	return use(db, id, submission_id, now_ms, err);
}

int
invitation_redeem(struct db *db, struct arena *a, const struct town *town,
    const char *slug, const char *code, const struct id *submission_id,
    int64_t now_ms, enum invitation_answer *out, struct err *err)
{
	char clean[ID_CODE_LEN + 1];
	struct err ignored = { 0 };
	bool unknown;

	*out = INVITATION_UNKNOWN;
	if (id_code_parse(code, clean, &ignored) == -1)
		return 0;
	if (db_begin(db, err) == -1)
		return -1;
	if (redeem(db, a, town, slug, clean, submission_id, now_ms, out,
		err) == -1) {
		db_rollback(db);
		return -1;
	}
	/* Unknown to be stored or not: sending again redeems once. */
	return db_commit(db, &unknown, err);
}

int
invitation_held(struct db *db, struct arena *a, const char *slug,
    const struct id *submission_id, bool *out, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission_id),
		db_text(slug) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT 1 FROM invitation_use u"
		" JOIN invitation i ON i.id = u.invitation_id"
		" JOIN service s ON s.id = i.service_id"
		" WHERE u.town_id = ? AND u.submission_id = ? AND s.slug = ?"
		" LIMIT 1", p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*out = rows.n > 0;
	return 0;
}

const char *
invitation_text_key(enum invitation_answer answer)
{
	static const char *const keys[] = {
		[INVITATION_FINE] = NULL,
		[INVITATION_UNKNOWN] = "opening.code.unknown",
		[INVITATION_EXPIRED] = "opening.code.expired",
		[INVITATION_USED_UP] = "opening.code.used_up",
	};

	return keys[answer];
}
