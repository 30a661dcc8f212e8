#include "courier/courier.h"

#include "common/date.h"
#include "common/log.h"
#include "common/vorgang/seal_store.h"

#define SEAL_BATCH 20000

static void
make_seal(struct courier *c, struct arena *a, const struct seal *last,
    bool is_first, const struct seal_event *event, size_t n, struct seal *out)
{
	uint8_t *hashes = arena_alloc(a, n, CRYPTO_DIGEST_LEN);

	for (size_t i = 0; i < n; i++)
		memcpy(hashes + i * CRYPTO_DIGEST_LEN, event[i].hash,
		    CRYPTO_DIGEST_LEN);
	memset(out, 0, sizeof(*out));
	out->town_id = db_town_id(c->db);
	out->seq = is_first ? 1 : last->seq + 1;
	out->at_ms = date_now_ms();
	out->events = (uint32_t)n;
	seal_root(hashes, n, out->root);
	if (!is_first)
		memcpy(out->previous_hash, last->hash, CRYPTO_DIGEST_LEN);
	seal_hash(out, out->hash);
	crypto_sign(
	    c->signer, out->hash, sizeof(out->hash), out->signature);
}

/* One seal over at most SEAL_BATCH events. */
static int
seal_once(struct courier *c, struct arena *a, size_t *n, struct err *err)
{
	struct seal_event *event;
	struct seal last, next;
	bool found, unknown;

	if (db_begin(c->db, err) == -1)
		return -1;
	if (seal_pending(c->db, a, SEAL_BATCH, &event, n, err) == -1)
		goto undo;
	if (*n == 0) {
		db_rollback(c->db);
		return 0;
	}
	if (seal_last(c->db, a, &last, &found, err) == -1)
		goto undo;
	make_seal(c, a, &last, !found, event, *n, &next);
	if (seal_insert(c->db, a, &next, event, *n, err) == -1)
		goto undo;
	/* Unknown outcome: what was not sealed is sealed next time. */
	return db_commit(c->db, &unknown, err);
undo:
	db_rollback(c->db);
	return -1;
}

static int
seal_town(struct courier *c, size_t *events, struct err *err)
{
	struct arena a = {0};
	struct err ignored = {0};
	bool got = false;
	size_t n = 0;
	int rc = -1;

	if (seal_lock(c->db, &a, &got, err) == -1)
		goto out;
	do {
		if (got && seal_once(c, &a, &n, err) == -1)
			goto out;
		*events += n;
	} while (n == SEAL_BATCH);
	rc = 0;
out:
	if (got) /* a lost connection has released it already */
		(void)seal_unlock(c->db, &a, &ignored);
	arena_free(&a);
	return rc;
}

int
seal_towns(struct courier *c, size_t *events, struct err *err)
{
	const struct town *const *towns;
	size_t n = service_set_towns(c->services, &towns);
	int rc = 0;

	*events = 0;
	for (size_t i = 0; i < n && rc == 0; i++) {
		db_enter_town(c->db, towns[i]->id);
		rc = seal_town(c, events, err);
	}
	db_enter_town(c->db, 0);
	return rc;
}
