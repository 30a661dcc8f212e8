/* links: torhaus/audit */
/*
 * A small log, whole and then damaged in each way that an audit must notice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "torhaus/audit.h"

#define CASES 2
#define EVENTS 3 /* of each case; one seal covers them, one more is unsealed */

struct log {
	struct id vorgang[CASES];
	struct event_row row[CASES][EVENTS + 1];
	struct seal seal[2];
	uint8_t key[CRYPTO_PUBLIC_LEN];
	struct crypto_signer *signer;
};

static void
add_event(struct log *l, int c, uint32_t seq)
{
	struct event_row *row = &l->row[c][seq - 1];

	*row = (struct event_row){.seq = seq,
	    .kind = seq == 1 ? "submitted" : "state",
	    .at_ms = 1000 + seq,
	    .actor = ACTOR_OFFICE,
	    .is_public = true,
	    .data = "sealed",
	    .data_len = 6};
	if (seq > 1)
		memcpy(row->previous_hash, l->row[c][seq - 2].hash,
		    CRYPTO_DIGEST_LEN);
	event_hash(&l->vorgang[c], row, row->hash);
}

static void
add_seal(struct log *l, int number, uint32_t from, uint32_t to)
{
	struct seal *s = &l->seal[number];
	uint8_t hashes[CASES * EVENTS * CRYPTO_DIGEST_LEN];
	size_t n = 0;

	for (int c = 0; c < CASES; c++)
		for (uint32_t seq = from; seq <= to; seq++)
			memcpy(hashes + n++ * CRYPTO_DIGEST_LEN,
			    l->row[c][seq - 1].hash, CRYPTO_DIGEST_LEN);
	*s = (struct seal){.town_id = 1,
	    .seq = (uint32_t)number + 1,
	    .at_ms = 5000 + number,
	    .events = (uint32_t)n};
	seal_root(hashes, n, s->root);
	if (number > 0)
		memcpy(s->previous_hash, l->seal[number - 1].hash,
		    CRYPTO_DIGEST_LEN);
	seal_hash(s, s->hash);
	crypto_sign(l->signer, s->hash, sizeof(s->hash), s->signature);
}

static void
make_log(struct log *l)
{
	const struct crypto_key master = {{42}};

	memset(l, 0, sizeof(*l));
	l->signer = crypto_signer_new(&master);
	crypto_signer_public(l->signer, l->key);
	for (int c = 0; c < CASES; c++) {
		l->vorgang[c].byte[15] = (uint8_t)(c + 1);
		for (uint32_t seq = 1; seq <= EVENTS + 1; seq++)
			add_event(l, c, seq);
	}
	add_seal(l, 0, 1, 2);
	add_seal(l, 1, 3, 3);
}

static char last_fault[320];

static void
keep_fault(const char *line)
{
	if (last_fault[0] == '\0')
		(void)snprintf(last_fault, sizeof(last_fault), "%s", line);
}

enum damage {
	NO_DAMAGE,
	DATA_CHANGED,
	KIND_CHANGED,
	ROW_DROPPED,
	LAST_ROW_DROPPED,
	ROW_REHASHED, /* changed, and its own hash made right again */
	ROWS_SWAPPED,
	SEAL_DROPPED,
	SEAL_CHANGED,
	SEAL_FORGED, /* hash made right, signature cannot be */
	CASE_DROPPED,
	CASE_ROW_DROPPED /* the vorgang's own row */
};

static void
feed_stretch(struct audit *a, const struct log *l, enum damage d,
    uint32_t from, uint32_t to)
{
	for (int c = 0; c < CASES; c++) {
		for (uint32_t seq = from; seq <= to; seq++) {
			struct event_row row = l->row[c][seq - 1];

			if ((d == ROW_DROPPED && c == 0 && seq == 2) ||
			    (d == LAST_ROW_DROPPED && c == 1 &&
				seq == EVENTS + 1) ||
			    (d == CASE_DROPPED && c == 1))
				continue;
			if (d == ROWS_SWAPPED && c == 0 && from == 1)
				row = l->row[c][2 - seq];
			if (d == DATA_CHANGED && c == 0 && seq == 3)
				row.data = "SEALED";
			if (d == KIND_CHANGED && c == 1 && seq == 1)
				row.kind = "withdrawn";
			if (d == ROW_REHASHED && c == 1 && seq == EVENTS) {
				row.data = "SEALED";
				event_hash(&l->vorgang[c], &row, row.hash);
			}
			audit_event(a, &l->vorgang[c], &row);
		}
	}
}

static size_t
audit_of(const struct log *l, enum damage d)
{
	struct audit *a = audit_new(l->key, keep_fault);
	struct seal second = l->seal[1];
	size_t faults;

	last_fault[0] = '\0';
	if (d == SEAL_CHANGED || d == SEAL_FORGED)
		second.at_ms++;
	if (d == SEAL_FORGED)
		seal_hash(&second, second.hash);
	if (d != SEAL_DROPPED) {
		audit_seal(a, &l->seal[0]);
		feed_stretch(a, l, d, 1, 2);
	}
	audit_seal(a, &second);
	feed_stretch(a, l, d, 3, 3);
	audit_seal(a, NULL);
	feed_stretch(a, l, d, EVENTS + 1, EVENTS + 1);
	for (int c = 0; c < CASES; c++)
		if (!(d == CASE_ROW_DROPPED && c == 1) &&
		    !(d == CASE_DROPPED && c == 1))
			audit_end(a, &l->vorgang[c], EVENTS + 1,
			    l->row[c][EVENTS].hash);
	faults = audit_finish(a, true);
	audit_free(a);
	return faults;
}

static const struct {
	const char *name;
	enum damage damage;
	const char *want; /* part of the first fault, NULL: none */
} cases[] = {
    {"whole", NO_DAMAGE, NULL},
    {"contents changed", DATA_CHANGED, "/3 (state): was changed"},
    {"kind changed", KIND_CHANGED, "/1 (withdrawn): was changed"},
    {"row dropped", ROW_DROPPED, "seal 1: covers 4 events, 3 are there"},
    {"unsealed last row dropped", LAST_ROW_DROPPED, "ends with event 4"},
    {"row changed and hashed again", ROW_REHASHED,
	"seal 2: its events are not those"},
    {"rows swapped", ROWS_SWAPPED, "follows event 0"},
    {"seal dropped", SEAL_DROPPED, "seal 2: follows seal 0"},
    {"seal changed", SEAL_CHANGED, "seal 2: was changed"},
    {"seal forged", SEAL_FORGED, "seal 2: the signature is not ours"},
    {"whole case dropped", CASE_DROPPED, "seal 1: covers 4 events"},
    {"case's row dropped", CASE_ROW_DROPPED, "has events, but is gone"},
};

static void
test_damage(void **state)
{
	struct log l;

	(void)state;
	make_log(&l);
	for (size_t i = 0; i < nitems(cases); i++) {
		size_t faults = audit_of(&l, cases[i].damage);

		if (cases[i].want == NULL && faults > 0)
			fail_msg("%s: %s", cases[i].name, last_fault);
		if (cases[i].want != NULL &&
		    strstr(last_fault, cases[i].want) == NULL)
			fail_msg("%s: first fault is '%s'", cases[i].name,
			    last_fault);
	}
	crypto_signer_free(l.signer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_damage)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
