#include "torhaus/audit.h"

#include <stdarg.h>

#include "common/arena.h"
#include "common/log.h"

/* The end of one Vorgang's chain so far. */
struct chain {
	struct id vorgang;
	uint32_t seq;
	uint8_t hash[CRYPTO_DIGEST_LEN];
	bool is_used, has_end;
};

struct audit {
	uint8_t public_key[CRYPTO_PUBLIC_LEN];
	void (*report)(const char *line);
	struct chain *chain; /* open addressing, by the id's random end */
	size_t room, nchain;
	struct seal seal; /* the one being fed */
	bool is_sealed;	  /* false: the unsealed events */
	bool has_seal;
	uint8_t *hashes;
	size_t nhash, hash_room;
	uint32_t last_seq;
	uint8_t last_hash[CRYPTO_DIGEST_LEN];
	struct audit_count count;
	size_t faults;
};

static void
fault(struct audit *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
fault(struct audit *a, const char *fmt, ...)
{
	char line[320];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	a->faults++;
	a->report(line);
}

static void *
must(void *memory)
{
	if (memory == NULL)
		log_fatal("audit: no memory");
	return memory;
}

struct audit *
audit_new(const uint8_t public_key[CRYPTO_PUBLIC_LEN],
    void (*report)(const char *line))
{
	struct audit *a = must(calloc(1, sizeof(*a)));

	memcpy(a->public_key, public_key, CRYPTO_PUBLIC_LEN);
	a->report = report;
	a->room = 1024;
	a->chain = must(calloc(a->room, sizeof(*a->chain)));
	return a;
}

void
audit_free(struct audit *a)
{
	if (a == NULL)
		return;
	free(a->hashes);
	free(a->chain);
	free(a);
}

static struct chain *
probe(struct chain *table, size_t room, const struct id *vorgang)
{
	size_t at = 0;

	for (size_t i = 8; i < ID_LEN; i++)
		at = at << 8 | vorgang->byte[i];
	at &= room - 1;
	while (table[at].is_used && !id_equal(&table[at].vorgang, vorgang))
		at = (at + 1) & (room - 1);
	return &table[at];
}

static void
grow(struct audit *a)
{
	size_t room = a->room * 2;
	struct chain *next = must(calloc(room, sizeof(*next)));

	for (size_t i = 0; i < a->room; i++)
		if (a->chain[i].is_used)
			*probe(next, room, &a->chain[i].vorgang) =
			    a->chain[i];
	free(a->chain);
	a->chain = next;
	a->room = room;
}

static struct chain *
find_chain(struct audit *a, const struct id *vorgang)
{
	struct chain *c;

	if (a->nchain * 2 > a->room)
		grow(a);
	c = probe(a->chain, a->room, vorgang);
	if (!c->is_used) {
		c->is_used = true;
		c->vorgang = *vorgang;
		a->nchain++;
		a->count.vorgaenge++;
	}
	return c;
}

static bool
is_same(const uint8_t *x, const uint8_t *y)
{
	return memcmp(x, y, CRYPTO_DIGEST_LEN) == 0;
}

/* Judges the seal whose events are all in. */
static void
close_seal(struct audit *a)
{
	uint8_t root[CRYPTO_DIGEST_LEN];

	if (!a->has_seal || !a->is_sealed)
		return;
	if (a->nhash != a->seal.events)
		fault(a, "seal %u: covers %u events, %zu are there",
		    a->seal.seq, a->seal.events, a->nhash);
	if (a->nhash == 0)
		return;
	seal_root(a->hashes, a->nhash, root);
	if (!is_same(root, a->seal.root))
		fault(a,
		    "seal %u: its events are not those that were sealed",
		    a->seal.seq);
}

static void
check_seal(struct audit *a, const struct seal *s)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];

	if (s->seq != a->last_seq + 1)
		fault(a, "seal %u: follows seal %u, some are missing",
		    s->seq, a->last_seq);
	else if (!is_same(s->previous_hash, a->last_hash))
		fault(a, "seal %u: does not continue the seal before",
		    s->seq);
	seal_hash(s, hash);
	if (!is_same(hash, s->hash))
		fault(a, "seal %u: was changed", s->seq);
	else if (!crypto_signature_holds(a->public_key, s->hash,
		     sizeof(s->hash), s->signature))
		fault(a, "seal %u: the signature is not ours", s->seq);
	a->last_seq = s->seq;
	memcpy(a->last_hash, s->hash, CRYPTO_DIGEST_LEN);
}

void
audit_seal(struct audit *a, const struct seal *seal)
{
	close_seal(a);
	a->nhash = 0;
	a->has_seal = true;
	a->is_sealed = seal != NULL;
	if (seal == NULL)
		return;
	a->seal = *seal;
	a->count.seals++;
	check_seal(a, seal);
}

static void
keep_hash(struct audit *a, const uint8_t *hash)
{
	if (a->nhash == a->hash_room) {
		a->hash_room = a->hash_room == 0 ? 256 : a->hash_room * 2;
		a->hashes = must(
		    realloc(a->hashes, a->hash_room * CRYPTO_DIGEST_LEN));
	}
	memcpy(a->hashes + a->nhash++ * CRYPTO_DIGEST_LEN, hash,
	    CRYPTO_DIGEST_LEN);
}

void
audit_event(struct audit *a, const struct id *vorgang,
    const struct event_row *row)
{
	struct chain *c = find_chain(a, vorgang);
	uint8_t hash[CRYPTO_DIGEST_LEN];
	struct arena arena = {0};
	const char *id = id_hex(&arena, vorgang);

	event_hash(vorgang, row, hash);
	if (!is_same(hash, row->hash))
		fault(a, "event %s/%u (%s): was changed", id, row->seq,
		    row->kind);
	if (row->seq != c->seq + 1)
		fault(a, "event %s/%u (%s): follows event %u, some are "
			 "missing, added or moved",
		    id, row->seq, row->kind, c->seq);
	else if (!is_same(row->previous_hash, c->hash))
		fault(a, "event %s/%u (%s): does not continue the one before",
		    id, row->seq, row->kind);
	c->seq = row->seq;
	memcpy(c->hash, row->hash, CRYPTO_DIGEST_LEN);
	if (a->is_sealed)
		keep_hash(a, row->hash);
	else
		a->count.unsealed++;
	a->count.events++;
	arena_free(&arena);
}

void
audit_end(struct audit *a, const struct id *vorgang, uint32_t last_seq,
    const uint8_t last_hash[CRYPTO_DIGEST_LEN])
{
	struct chain *c = find_chain(a, vorgang);
	struct arena arena = {0};

	c->has_end = true;
	if (c->seq != last_seq || !is_same(c->hash, last_hash))
		fault(a, "vorgang %s: ends with event %u, its log with %u",
		    id_hex(&arena, vorgang), last_seq, c->seq);
	arena_free(&arena);
}

size_t
audit_finish(struct audit *a, bool has_ends)
{
	struct arena arena = {0};

	close_seal(a);
	a->has_seal = false;
	for (size_t i = 0; has_ends && i < a->room; i++)
		if (a->chain[i].is_used && !a->chain[i].has_end)
			fault(a, "vorgang %s: has events, but is gone",
			    id_hex(&arena, &a->chain[i].vorgang));
	arena_free(&arena);
	return a->faults;
}

void
audit_count(const struct audit *a, struct audit_count *out)
{
	*out = a->count;
}
