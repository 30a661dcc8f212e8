#include "common/vorgang/event.h"

static void
put_be(uint8_t *out, uint64_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(value >> (8 * (n - 1 - i)));
}

void
event_hash(const struct id *vorgang, const struct event_row *row,
    uint8_t out[CRYPTO_DIGEST_LEN])
{
	const uint8_t actor = (uint8_t)row->actor, is_public = row->is_public;
	struct crypto_hash *h = crypto_hash_new();
	uint8_t seq[4], at[8];

	put_be(seq, row->seq, sizeof(seq));
	put_be(at, (uint64_t)row->at_ms, sizeof(at));
	crypto_hash_part(h, vorgang->byte, sizeof(vorgang->byte));
	crypto_hash_part(h, seq, sizeof(seq));
	crypto_hash_part(h, row->kind, strlen(row->kind));
	crypto_hash_part(h, at, sizeof(at));
	crypto_hash_part(h, &actor, sizeof(actor));
	crypto_hash_part(h, &is_public, sizeof(is_public));
	crypto_hash_part(h, row->data, row->data_len);
	crypto_hash_part(h, row->previous_hash, sizeof(row->previous_hash));
	crypto_hash_end(h, out);
}

/* What binds sealed data to its place: another row's does not open here. */
static const char *
context(struct arena *a, const struct id *vorgang, uint32_t seq)
{
	return arena_printf(a, "event:%s:%u", id_hex(a, vorgang), seq);
}

static bool
has_data(const struct event *e)
{
	return e->data != NULL && strcmp(e->data, "{}") != 0;
}

void
event_chain(struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct event *e, uint32_t *seq,
    uint8_t hash[CRYPTO_DIGEST_LEN], struct event_row *out)
{
	*out = (struct event_row){ .seq = ++*seq,
		.kind = e->kind,
		.at_ms = e->at_ms,
		.actor = e->actor,
		.is_public = e->is_public };
	if (has_data(e))
		crypto_seal(a, key, context(a, vorgang, out->seq), e->data,
		    strlen(e->data), &out->data, &out->data_len);
	memcpy(out->previous_hash, hash, CRYPTO_DIGEST_LEN);
	event_hash(vorgang, out, out->hash);
	memcpy(hash, out->hash, CRYPTO_DIGEST_LEN);
}

int
event_open(struct arena *a, const struct crypto_key *key,
    const struct id *vorgang, const struct event_row *row, struct event *out,
    struct err *err)
{
	char *data;
	size_t len;

	*out = (struct event){ .seq = row->seq,
		.kind = row->kind,
		.at_ms = row->at_ms,
		.actor = row->actor,
		.is_public = row->is_public,
		.data = "{}" };
	memcpy(out->hash, row->hash, CRYPTO_DIGEST_LEN);
	if (row->data == NULL)
		return 0;
	if (crypto_open(a, key, context(a, vorgang, row->seq), row->data,
		row->data_len, &data, &len, err) == -1)
		return -1;
	out->data = data;
	return 0;
}

int
event_verify(const struct id *vorgang, const struct event_row *row, size_t n,
    uint32_t last_seq, const uint8_t last_hash[CRYPTO_DIGEST_LEN],
    struct err *err)
{
	uint8_t before[CRYPTO_DIGEST_LEN] = { 0 }, hash[CRYPTO_DIGEST_LEN];

	for (size_t i = 0; i < n; i++) {
		if (row[i].seq != i + 1)
			return err_set(err, ERR_CRYPTO,
			    "event %zu is missing, %u follows", i + 1,
			    row[i].seq);
		if (memcmp(row[i].previous_hash, before, sizeof(before)) != 0)
			return err_set(err, ERR_CRYPTO,
			    "event %u does not follow the one before",
			    row[i].seq);
		event_hash(vorgang, &row[i], hash);
		if (memcmp(row[i].hash, hash, sizeof(hash)) != 0)
			return err_set(err, ERR_CRYPTO,
			    "event %u was changed", row[i].seq);
		memcpy(before, hash, sizeof(before));
	}
	if (n != last_seq)
		return err_set(err, ERR_CRYPTO,
		    "%u events expected, %zu are there", last_seq, n);
	if (memcmp(before, last_hash, sizeof(before)) != 0)
		return err_set(err, ERR_CRYPTO,
		    "the last event is not the one that the Vorgang names");
	return 0;
}
