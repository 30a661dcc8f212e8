#include "common/osci/osci_dialog_store.h"

#include "common/lock_store.h"

#define LOCK_LEN 40

static const char *
lock_name(int64_t id, char out[LOCK_LEN])
{
	(void)snprintf(out, LOCK_LEN, "osci-dialog:%lld", (long long)id);
	return out;
}

int
osci_dialog_insert(struct db *db, struct osci_dialog *d, int64_t now_ms,
    struct err *err)
{
	const int64_t least = INT64_C(100000000000000000);
	uint64_t number;
	int rc;

	for (int i = 0; i < 3; i++) {
		crypto_random(&number, sizeof(number));
		d->id = least + (int64_t)(number % (uint64_t)(8 * least));
		const struct db_param p[] = { db_int(d->id),
			db_blob(d->client.sha256, CRYPTO_DIGEST_LEN),
			db_blob(d->client.der, d->client.len),
			db_blob(d->signer,
			    d->signer == NULL ? 0 : CRYPTO_DIGEST_LEN),
			db_text(d->challenge), db_int(d->is_proved),
			db_time(now_ms), db_time(now_ms) };

		rc = db_exec(db,
		    "INSERT INTO osci_dialog (id, client, client_cert,"
		    " signer, challenge, is_proved, created_at, used_at)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", p, nitems(p), NULL, err);
		if (rc == 0 || err->code != ERR_DUPLICATE)
			return rc;
		err_clear(err);
	}
	return err_set(err, ERR_DB, "dialog: no free number");
}

static int
read_row(struct arena *a, const struct db_rows *rows, int64_t id,
    struct osci_dialog *out, struct err *err)
{
	const struct db_cell *cert = db_cell(rows, 0, 0);
	const struct db_cell *fetched = db_cell(rows, 0, 4);
	const struct db_cell *signer = db_cell(rows, 0, 5);

	*out = (struct osci_dialog){ .id = id,
		.challenge = db_cell(rows, 0, 1)->data,
		.sequence = db_cell(rows, 0, 2)->i,
		.is_proved = db_cell(rows, 0, 3)->i != 0,
		.has_fetched = !fetched->is_null,
		.fetched = db_cell_id(fetched),
		.signer = signer->len == CRYPTO_DIGEST_LEN
		    ? (const uint8_t *)signer->data
		    : NULL };
	return osci_cert_parse(a, (const uint8_t *)cert->data, cert->len,
	    &out->client, err);
}

/* Its row, once it is locked. */
static int
find(struct db *db, struct arena *a, int64_t id, int64_t now_ms,
    int64_t idle_ms, struct osci_dialog *out, struct err *err)
{
	const struct db_param used[] = { db_time(now_ms), db_int(id),
		db_time(now_ms - idle_ms) };
	const struct db_param p[] = { db_int(id) };
	struct db_rows rows;
	int64_t n;

	if (db_exec(db,
		"UPDATE osci_dialog SET used_at = ?"
		" WHERE id = ? AND NOT is_closed AND used_at >= ?", used,
		nitems(used), &n, err) == -1 ||
	    db_query(db, a,
		"SELECT client_cert, challenge, sequence, is_proved, fetched,"
		" signer FROM osci_dialog WHERE id = ?", p, nitems(p), 1,
		&rows, err) == -1)
		return -1;
	if (n == 0 || rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "dialog: none");
	return read_row(a, &rows, id, out, err);
}

int
osci_dialog_enter(struct db *db, struct arena *a, int64_t id, int64_t now_ms,
    int64_t idle_ms, struct osci_dialog *out, struct err *err)
{
	char name[LOCK_LEN];
	struct err unused = { 0 };
	bool got;

	if (lock_take(db, a, lock_name(id, name), &got, err) == -1)
		return -1;
	if (!got)
		return err_set(err, ERR_NOT_FOUND, "dialog: it is busy");
	if (find(db, a, id, now_ms, idle_ms, out, err) == 0)
		return 0;
	(void)lock_release(db, name, &unused); /* err says more */
	return -1;
}

int
osci_dialog_release(struct db *db, int64_t id, struct err *err)
{
	char name[LOCK_LEN];

	return lock_release(db, lock_name(id, name), err);
}

int
osci_dialog_leave(struct db *db, const struct osci_dialog *d, bool is_closed,
    int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_text(d->challenge),
		db_int(d->sequence), db_int(d->is_proved),
		db_int(is_closed), db_id(d->has_fetched ? &d->fetched : NULL),
		db_time(now_ms), db_int(d->id), db_int(d->sequence) };
	int64_t n;

	/* The lock goes with the connection, so the row has to agree. */
	if (db_exec(db,
		"UPDATE osci_dialog SET challenge = ?, sequence = ?,"
		" is_proved = ?, is_closed = ?, fetched = ?, used_at = ?"
		" WHERE id = ? AND NOT is_closed AND sequence = ? - 1", p,
		nitems(p), &n, err) == -1)
		return -1;
	if (n == 0)
		return err_set(err, ERR_CONFLICT,
		    "dialog: it went on without this request");
	return osci_dialog_release(db, d->id, err);
}

int
osci_dialog_sweep(struct db *db, int64_t before_ms, int64_t *n,
    struct err *err)
{
	const struct db_param p[] = { db_time(before_ms) };

	return db_exec(db,
	    "DELETE FROM osci_dialog WHERE used_at < ? LIMIT 10000", p,
	    nitems(p), n, err);
}
