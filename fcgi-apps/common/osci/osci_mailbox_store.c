#include "common/osci/osci_mailbox_store.h"

#define MAILBOXES_MAX 100000
#define SENDERS_MAX 100000

#define FIELDS                                                                 \
	"m.id, COALESCE(m.town_id, 0), m.fingerprint, m.name, m.cert,"         \
	" m.quota, m.max_message, m.senders, m.is_open, m.used_bytes,"         \
	" m.created_at"

static void
read_row(const struct db_rows *rows, size_t i, struct osci_mailbox *out)
{
	const struct db_cell *print = db_cell(rows, i, 2);

	*out = (struct osci_mailbox){
		.id = (uint32_t)db_cell(rows, i, 0)->i,
		.town_id = (uint32_t)db_cell(rows, i, 1)->i,
		.name = db_cell(rows, i, 3)->data,
		.cert = (const uint8_t *)db_cell(rows, i, 4)->data,
		.cert_len = db_cell(rows, i, 4)->len,
		.quota = db_cell(rows, i, 5)->i,
		.max_message = db_cell(rows, i, 6)->i,
		.senders = (enum osci_senders)db_cell(rows, i, 7)->i,
		.is_open = db_cell(rows, i, 8)->i != 0,
		.used_bytes = db_cell(rows, i, 9)->i,
		.created_ms = db_cell(rows, i, 10)->i };
	if (print->len == CRYPTO_DIGEST_LEN)
		memcpy(out->fingerprint, print->data, CRYPTO_DIGEST_LEN);
}

int
osci_mailbox_find(struct db *db, struct arena *a,
    const uint8_t fingerprint[CRYPTO_DIGEST_LEN], struct osci_mailbox *out,
    struct err *err)
{
	const struct db_param p[] = { db_blob(
	    fingerprint, CRYPTO_DIGEST_LEN) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " FIELDS " FROM osci_mailbox m"
		" WHERE m.fingerprint = ?", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "mailbox: there is none");
	read_row(&rows, 0, out);
	return 0;
}

int
osci_mailbox_insert(
    struct db *db, struct osci_mailbox *m, struct err *err)
{
	const struct db_param p[] = {
		db_blob(m->fingerprint, sizeof(m->fingerprint)),
		m->town_id == 0 ? db_null() : db_int(m->town_id),
		db_text(m->name), db_blob(m->cert, m->cert_len),
		db_int(m->quota), db_int(m->max_message), db_int(m->senders),
		db_int(m->is_open), db_time(m->created_ms) };
	const struct db_param find[] = { db_blob(
	    m->fingerprint, sizeof(m->fingerprint)) };
	struct arena a = { 0 };
	struct db_rows rows;
	int rc;

	if (db_exec(db,
		"INSERT INTO osci_mailbox (fingerprint, town_id, name, cert,"
		" quota, max_message, senders, is_open, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", p, nitems(p), NULL,
		err) == -1)
		return -1;
	rc = db_query(db, &a,
	    "SELECT id FROM osci_mailbox WHERE fingerprint = ?", find,
	    nitems(find), 1, &rows, err);
	if (rc == 0 && rows.n == 1)
		m->id = (uint32_t)db_cell(&rows, 0, 0)->i;
	arena_free(&a);
	return rc;
}

int
osci_mailbox_list(struct db *db, struct arena *a, struct osci_mailbox **out,
    size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT " FIELDS ", (SELECT COUNT(*) FROM osci_delivery d"
		" WHERE d.mailbox_id = m.id AND d.received_at IS NULL"
		" AND d.file_sha256 IS NOT NULL),"
		" (SELECT COUNT(*) FROM osci_delivery d"
		" WHERE d.mailbox_id = m.id AND d.file_sha256 IS NOT NULL)"
		" FROM osci_mailbox m ORDER BY m.name, m.id", NULL, 0,
		MAILBOXES_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct osci_mailbox, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		read_row(&rows, i, &(*out)[i]);
		(*out)[i].waiting = db_cell(&rows, i, 11)->i;
		(*out)[i].kept = db_cell(&rows, i, 12)->i;
	}
	return 0;
}

int
osci_mailbox_update(
    struct db *db, const struct osci_mailbox *m, struct err *err)
{
	const struct db_param p[] = { db_text(m->name), db_int(m->quota),
		db_int(m->max_message), db_int(m->senders),
		db_int(m->is_open), db_int(m->id) };

	return db_exec(db,
	    "UPDATE osci_mailbox SET name = ?, quota = ?, max_message = ?,"
	    " senders = ?, is_open = ? WHERE id = ?", p, nitems(p), NULL,
	    err);
}

int
osci_sender_add(struct db *db, uint32_t mailbox, const struct osci_sender *s,
    struct err *err)
{
	const struct db_param p[] = { db_int(mailbox),
		db_blob(s->fingerprint, sizeof(s->fingerprint)),
		db_text(s->name) };

	return db_exec(db,
	    "INSERT INTO osci_sender (mailbox_id, fingerprint, name)"
	    " VALUES (?, ?, ?)", p, nitems(p), NULL, err);
}

int
osci_sender_remove(struct db *db, uint32_t mailbox,
    const uint8_t fingerprint[CRYPTO_DIGEST_LEN], struct err *err)
{
	const struct db_param p[] = { db_int(mailbox),
		db_blob(fingerprint, CRYPTO_DIGEST_LEN) };
	int64_t n;

	if (db_exec(db,
		"DELETE FROM osci_sender WHERE mailbox_id = ?"
		" AND fingerprint = ?", p, nitems(p), &n, err) == -1)
		return -1;
	return n > 0 ? 0
		     : err_set(err, ERR_NOT_FOUND,
			   "mailbox: this certificate is not listed");
}

int
osci_sender_list(struct db *db, struct arena *a, uint32_t mailbox,
    struct osci_sender **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_int(mailbox) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT fingerprint, name FROM osci_sender"
		" WHERE mailbox_id = ? ORDER BY name", p, nitems(p),
		SENDERS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct osci_sender, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct db_cell *print = db_cell(&rows, i, 0);

		if (print->len == CRYPTO_DIGEST_LEN)
			memcpy((*out)[i].fingerprint, print->data,
			    CRYPTO_DIGEST_LEN);
		(*out)[i].name = db_cell(&rows, i, 1)->data;
	}
	return 0;
}

static struct db_param
print_of(const struct osci_cert *cert)
{
	return cert == NULL ? db_null()
			    : db_blob(cert->sha256, CRYPTO_DIGEST_LEN);
}

int
osci_sender_is_listed(struct db *db, struct arena *a, uint32_t mailbox,
    const struct osci_cert *cipher, const struct osci_cert *signer, bool *out,
    struct err *err)
{
	const struct db_param p[] = { db_int(mailbox), print_of(cipher),
		print_of(signer) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT 1 FROM osci_sender WHERE mailbox_id = ?"
		" AND fingerprint IN (?, ?) LIMIT 1", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	*out = rows.n == 1;
	return 0;
}

int
osci_cert_is_registered(struct db *db, struct arena *a,
    const struct osci_cert *cert, bool *out, struct err *err)
{
	const struct db_param print = db_blob(cert->sha256, CRYPTO_DIGEST_LEN);
	const struct db_param p[] = { print, print, print, print, print };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT 1 FROM osci_mailbox WHERE fingerprint = ? UNION ALL"
		" SELECT 1 FROM osci_sender WHERE fingerprint = ? UNION ALL"
		" SELECT 1 FROM osci_partner WHERE cipher_fingerprint = ?"
		" UNION ALL"
		" SELECT 1 FROM osci_partner WHERE sign_fingerprint = ?"
		" UNION ALL"
		" SELECT 1 FROM osci_identity WHERE fingerprint = ? LIMIT 1", p,
		nitems(p), 1, &rows, err) == -1)
		return -1;
	*out = rows.n > 0;
	return 0;
}
