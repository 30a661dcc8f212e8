#include "common/osci/osci_receiver_store.h"

#define RECEIVERS_MAX 10000

static bool
take_print(const struct db_cell *cell, uint8_t out[CRYPTO_DIGEST_LEN])
{
	if (cell->data == NULL || cell->len != CRYPTO_DIGEST_LEN)
		return false;
	memcpy(out, cell->data, CRYPTO_DIGEST_LEN);
	return true;
}

int
osci_receiver_find(struct db *db, struct arena *a, const char *uri,
    struct osci_receiver **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_text(uri) };
	struct db_rows rows;

	*n = 0;
	/* Addresses differ in case too, whatever the column's collation. */
	if (db_query(db, a,
		"SELECT cipher_fingerprint, sign_fingerprint"
		" FROM osci_partner WHERE receiver_uri = ?"
		" AND BINARY receiver_uri = BINARY ?",
		(const struct db_param[]){ p[0], p[0] }, 2, RECEIVERS_MAX,
		&rows, err) == -1)
		return -1;
	*out = arena_new(a, struct osci_receiver, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		struct osci_receiver *r = &(*out)[*n];

		if (!take_print(db_cell(&rows, i, 0), r->cipher))
			continue;
		r->has_sign = take_print(db_cell(&rows, i, 1), r->sign);
		(*n)++;
	}
	return 0;
}

int
osci_sender_intermediary(struct db *db, struct arena *a,
    const struct osci_cert *sign, uint32_t *id, struct osci_cert *cipher,
    struct err *err)
{
	const struct db_param p[] = { db_blob(sign->der, sign->len) };
	const struct db_cell *cert;
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id, cipher_cert FROM osci_peer WHERE sign_cert = ?"
		" ORDER BY id LIMIT 1", p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(
		    err, ERR_NOT_FOUND, "no intermediary has this signature");
	*id = (uint32_t)db_cell(&rows, 0, 0)->i;
	cert = db_cell(&rows, 0, 1);
	return osci_cert_parse(
	    a, (const uint8_t *)cert->data, cert->len, cipher, err);
}
