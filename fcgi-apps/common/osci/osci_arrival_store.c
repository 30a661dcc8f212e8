#include "common/osci/osci_arrival_store.h"

#include "common/buf.h"
#include "common/osci/osci_signature.h"
#include "common/xml/xml_c14n.h"

#define DIRECTION_IN 2
#define ANSWER_MAX ((size_t)8 << 20)

int
osci_arrival_digest(struct arena *a, const struct osci_message *m,
    uint8_t out[CRYPTO_DIGEST_LEN], struct err *err)
{
	struct osci_hash *h =
	    osci_hash_new(a, osci_digest_find(OSCI_DEFAULT_DIGEST));
	const struct xml_node *package = xml_first(m->body);
	uint8_t digest[OSCI_DIGEST_MAX];

	if (package != NULL &&
	    xml_c14n(&m->packet->tree, package, osci_hash_put, h, err) == -1)
		return -1;
	for (size_t i = 0; i < m->packet->npart; i++) {
		const struct osci_packet_part *p = &m->packet->part[i];
		const char *head = arena_printf(a, "\1%zu %s %lld ",
		    strlen(p->id), p->id, (long long)p->len);

		(void)osci_hash_put(h, head, strlen(head), err);
		if (crypto_spool_each(m->packet->spool, p->offset, p->len,
			osci_hash_put, h, err) == -1)
			return -1;
	}
	osci_hash_end(h, digest);
	memcpy(out, digest, CRYPTO_DIGEST_LEN);
	return 0;
}

int
osci_arrival_note(struct db *db, const struct id *id,
    const uint8_t content[CRYPTO_DIGEST_LEN], struct err *err)
{
	const struct db_param p[] = { db_blob(content, CRYPTO_DIGEST_LEN),
		db_id(id) };

	return db_exec(db,
	    "UPDATE osci_transfer SET content_sha256 = ? WHERE id = ?", p,
	    nitems(p), NULL, err);
}

int
osci_arrival_find(struct db *db, struct arena *a, const struct town *t,
    const char *identity, const char *message_id, struct osci_arrival *out,
    struct err *err)
{
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 };
	const struct db_param p[] = { db_int(t->id), db_text(identity),
		db_int(DIRECTION_IN), db_blob(hash, sizeof(hash)) };
	const struct db_cell *peer, *content;
	struct db_rows rows;

	*out = (struct osci_arrival){ 0 };
	crypto_sha256(message_id, strlen(message_id), hash);
	if (db_query(db, a,
		"SELECT id, peer_id, content_sha256 FROM osci_transfer"
		" WHERE town_id = ? AND identity = ? AND direction = ?"
		" AND message_hash = ?", p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such transfer");
	out->id = db_cell_id(db_cell(&rows, 0, 0));
	peer = db_cell(&rows, 0, 1);
	out->peer_id = peer->is_null ? 0 : (uint32_t)peer->i;
	content = db_cell(&rows, 0, 2);
	if (content->len == sizeof(out->content))
		memcpy(out->content, content->data, content->len);
	return 0;
}

/* ---- answers ---- */

static const char *
context(struct arena *a, const struct id *id)
{
	return arena_printf(a, "osci-answer:%s", id_hex(a, id));
}

static void
answer_key(const struct town *t, struct crypto_key *out)
{
	crypto_derive(&t->key, "osci-answers", out);
}

/* "+" and the subject, or "-"; NUL; the bytes. */
int
osci_arrival_answer(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, const char *subject, const void *bytes, size_t len,
    struct err *err)
{
	struct buf *plain = buf_new(a, ANSWER_MAX);
	struct crypto_key key;
	struct db_param p[2] = { db_id(id) };
	const void *sealed;
	size_t sealed_len;

	buf_puts(plain, subject == NULL ? "-" : "+");
	buf_puts(plain, subject == NULL ? "" : subject);
	buf_put(plain, "", 1);
	buf_put(plain, bytes, len);
	if (buf_check(plain, err) == -1)
		return -1;
	answer_key(t, &key);
	crypto_seal(a, &key, context(a, id), buf_text(plain), plain->len,
	    &sealed, &sealed_len);
	explicit_bzero(&key, sizeof(key));
	p[1] = db_blob(sealed, sealed_len);
	return db_exec(db,
	    "INSERT INTO osci_transfer_answer (transfer_id, bytes)"
	    " VALUES (?, ?)", p, nitems(p), NULL, err);
}

int
osci_arrival_answered(struct db *db, struct arena *a, const struct town *t,
    const struct id *id, const char **subject, const char **bytes,
    size_t *len, struct err *err)
{
	const struct db_cell *sealed;
	struct crypto_key key;
	struct db_rows rows;
	char *plain;
	size_t n, head;
	int rc;

	if (db_query(db, a,
		"SELECT bytes FROM osci_transfer_answer WHERE transfer_id = ?",
		(const struct db_param[]){ db_id(id) }, 1, 1, &rows, err) ==
	    -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "no answer was kept");
	sealed = db_cell(&rows, 0, 0);
	answer_key(t, &key);
	rc = crypto_open(a, &key, context(a, id), sealed->data, sealed->len,
	    &plain, &n, err);
	explicit_bzero(&key, sizeof(key));
	if (rc == -1)
		return -1;
	head = strnlen(plain, n) + 1;
	if (head > n)
		return err_set(err, ERR_CRYPTO, "transfer: no answer in it");
	*subject = plain[0] == '+' ? plain + 1 : NULL;
	*bytes = plain + head;
	*len = n - head;
	return 0;
}
