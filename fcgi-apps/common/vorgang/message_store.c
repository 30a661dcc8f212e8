#include "common/vorgang/message_store.h"

static const char *
context(struct arena *a, const struct id *id)
{
	return arena_printf(a, "message:%s", id_hex(a, id));
}

int
message_insert(struct db *db, struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct message *m, struct err *err)
{
	const void *body;
	size_t len;

	crypto_seal(
	    a, key, context(a, &m->id), m->body, strlen(m->body), &body, &len);
	{
		const struct db_param p[] = { db_id(&m->id), db_town(db),
			db_id(vorgang), db_id(&m->submission_id),
			db_int(m->from), db_blob(body, len),
			db_time(m->at_ms) };

		return db_exec(db,
		    "INSERT INTO message (id, town_id, vorgang_id,"
		    " submission_id, sender, body, at)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?)", p, nitems(p), NULL, err);
	}
}

int
message_open(struct arena *a, const struct crypto_key *key, const void *body,
    size_t len, struct message *out, struct err *err)
{
	char *text;

	if (crypto_open(a, key, context(a, &out->id), body, len, &text, &len,
		err) == -1)
		return -1;
	out->body = text;
	return 0;
}
