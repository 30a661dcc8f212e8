#include "common/osci/osci_forward_store.h"

#include "common/db/db_transaction.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_message_id_store.h"

struct beginning {
	struct arena *arena;
	const struct osci_forward *forward;
	const uint8_t *client;
	int64_t issued_from_ms;
};

static int
begin_rows(struct db *db, void *arg, struct err *err)
{
	const struct beginning *x = arg;
	const struct osci_forward *f = x->forward;
	const struct osci_delivery *d = &f->delivery;
	const struct db_param p[] = { db_blob(f->content, sizeof(f->content)),
		db_time(f->busy_until_ms), db_id(&d->id) };

	if (osci_message_id_use(
		db, d->message_id, x->client, x->issued_from_ms, err) == -1)
		return -1;
	if (osci_delivery_insert(db, x->arena, d, err) == -1)
		return err->code == ERR_DUPLICATE
		    ? osci_refuse(err, "9801", "message id: used before")
		    : -1;
	return db_exec(db,
	    "UPDATE osci_delivery SET content_sha256 = ?, busy_until = ?"
	    " WHERE id = ?", p, nitems(p), NULL, err);
}

int
osci_forward_begin(struct db *db, struct arena *a,
    const struct osci_forward *f, const uint8_t client[CRYPTO_DIGEST_LEN],
    int64_t issued_from_ms, bool *unknown, struct err *err)
{
	struct beginning x = { a, f, client, issued_from_ms };

	return db_transaction(db, begin_rows, &x, unknown, err);
}

int
osci_forward_find(struct db *db, struct arena *a,
    const struct crypto_key *files, const char *message_id,
    struct osci_forward *out, struct err *err)
{
	const struct db_cell *content, *busy;
	struct db_rows rows;

	if (osci_delivery_by_message_id(
		db, a, files, message_id, &out->delivery, err) == -1)
		return -1;
	if (db_query(db, a,
		"SELECT content_sha256, busy_until FROM osci_delivery"
		" WHERE id = ?",
		(const struct db_param[]){ db_id(&out->delivery.id) }, 1, 1,
		&rows, err) == -1)
		return -1;
	if (rows.n == 0 || (content = db_cell(&rows, 0, 0))->data == NULL ||
	    content->len != sizeof(out->content))
		return err_set(
		    err, ERR_NOT_FOUND, "delivery: it was not forwarded");
	memcpy(out->content, content->data, sizeof(out->content));
	busy = db_cell(&rows, 0, 1);
	out->busy_until_ms = busy->is_null ? 0 : busy->i;
	return 0;
}

int
osci_forward_claim(struct db *db, const struct id *id,
    enum osci_delivery_state state, int64_t now_ms, int64_t until_ms,
    bool *got, struct err *err)
{
	const struct db_param p[] = { db_int(OSCI_DELIVERY_FORWARDING),
		db_time(until_ms), db_id(id), db_int(state),
		db_time(now_ms) };
	int64_t n;

	if (db_exec(db,
		"UPDATE osci_delivery SET state = ?, busy_until = ?"
		" WHERE id = ? AND state = ?"
		" AND (busy_until IS NULL OR busy_until <= ?)",
		p, nitems(p), &n, err) == -1)
		return -1;
	*got = n == 1;
	return 0;
}

int
osci_forward_end(struct db *db, struct arena *a,
    const struct osci_delivery *d, struct err *err)
{
	if (osci_delivery_update(db, a, d, err) == -1)
		return -1;
	return db_exec(db,
	    "UPDATE osci_delivery SET busy_until = NULL WHERE id = ?",
	    (const struct db_param[]){ db_id(&d->id) }, 1, NULL, err);
}

int
osci_forward_sweep(
    struct db *db, int64_t now_ms, int64_t *n, struct err *err)
{
	const struct db_param p[] = { db_int(OSCI_DELIVERY_FAILED),
		db_time(now_ms), db_int(OSCI_DELIVERY_FORWARDING),
		db_time(now_ms) };

	return db_exec(db,
	    "UPDATE osci_delivery SET state = ?, busy_until = NULL,"
	    " modified_at = ? WHERE state = ? AND busy_until < ?",
	    p, nitems(p), n, err);
}
