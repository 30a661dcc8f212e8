#include "common/osci_receiver_store.h"

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
