#include "common/clerk_store.h"

/* A blob that was moved to another Vorgang or revision does not open. */
static const char *
context_of(struct arena *a, const struct id *vorgang, uint32_t revision)
{
	return arena_printf(
	    a, "clerk:%s:%u", id_hex(a, vorgang), revision);
}

int
clerk_read(struct db *db, struct arena *a, const struct vorgang *v,
    struct clerk_answers *out, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(&v->id) };
	const struct db_cell *sealed;
	struct db_rows rows;
	char *plain;

	*out = (struct clerk_answers){ .answers = "{}", .len = 2 };
	if (db_query(db, a,
		"SELECT revision, answers, saved_at FROM clerk_answers"
		" WHERE town_id = ? AND vorgang_id = ?"
		" ORDER BY revision DESC LIMIT 1", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	if (rows.n == 0)
		return 0;
	out->revision = (uint32_t)db_cell(&rows, 0, 0)->i;
	out->saved_ms = db_cell(&rows, 0, 2)->i;
	sealed = db_cell(&rows, 0, 1);
	if (crypto_open(a, &v->key.key,
		context_of(a, &v->id, out->revision), sealed->data,
		sealed->len, &plain, &out->len, err) == -1)
		return -1;
	out->answers = plain;
	return 0;
}

int
clerk_insert(struct db *db, struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct clerk_answers *c, int64_t now_ms,
    struct err *err)
{
	uint32_t revision = c->revision + 1;
	const void *sealed;
	size_t len;

	crypto_seal(a, key, context_of(a, vorgang, revision), c->answers,
	    c->len, &sealed, &len);
	{
		const struct db_param p[] = { db_id(vorgang),
			db_int(revision), db_town(db), db_blob(sealed, len),
			db_time(now_ms) };

		if (db_exec(db,
			"INSERT INTO clerk_answers (vorgang_id, revision,"
			" town_id, answers, saved_at) VALUES (?, ?, ?, ?, ?)",
			p, nitems(p), NULL, err) == 0)
			return 0;
	}
	if (err->code != ERR_DUPLICATE)
		return -1;
	return err_set(err, ERR_CONFLICT,
	    "somebody saved these fields meanwhile: look at them again");
}
