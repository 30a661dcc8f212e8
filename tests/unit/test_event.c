#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/vorgang/event.h"

#define EVENTS 4

struct chain {
	struct arena arena;
	struct crypto_key key;
	struct id vorgang;
	struct event_row row[EVENTS + 1];
	size_t n;
	uint32_t last_seq;
	uint8_t last_hash[CRYPTO_DIGEST_LEN];
};

static void
chain_new(struct chain *c)
{
	static const struct event events[EVENTS] = {
		{ .kind = "submitted", .at_ms = 1795305600123,
		    .actor = ACTOR_APPLICANT, .is_public = true,
		    .data = "{}" },
		{ .kind = "viewed", .at_ms = 1795305600124,
		    .actor = ACTOR_OFFICE, .data = NULL },
		{ .kind = "state", .at_ms = 1795305600125,
		    .actor = ACTOR_OFFICE, .is_public = true,
		    .data = "{\"to\":\"assessed\"}" },
		{ .kind = "mail-sent", .at_ms = 1795305600126,
		    .actor = ACTOR_SYSTEM, .data = "{}" },
	};

	*c = (struct chain){ .vorgang = id_uuid7(), .n = EVENTS };
	crypto_random(&c->key, sizeof(c->key));
	for (size_t i = 0; i < EVENTS; i++)
		event_chain(&c->arena, &c->key, &c->vorgang, &events[i],
		    &c->last_seq, c->last_hash, &c->row[i]);
}

static int
verify(const struct chain *c, struct err *err)
{
	return event_verify(&c->vorgang, c->row, c->n, c->last_seq,
	    c->last_hash, err);
}

/* ---- what the chain must notice ---- */

static void
nothing(struct chain *c)
{
	(void)c;
}

static void
drop_last(struct chain *c)
{
	c->n--;
}

static void
drop_first(struct chain *c)
{
	memmove(c->row, c->row + 1, --c->n * sizeof(c->row[0]));
}

static void
drop_middle(struct chain *c)
{
	memmove(c->row + 1, c->row + 2, 2 * sizeof(c->row[0]));
	c->n--;
}

/* A gap that was closed by renumbering. */
static void
drop_and_renumber(struct chain *c)
{
	drop_middle(c);
	for (uint32_t i = 0; i < c->n; i++)
		c->row[i].seq = i + 1;
	c->last_seq--;
}

static void
swap(struct chain *c)
{
	struct event_row row = c->row[1];

	c->row[1] = c->row[2];
	c->row[2] = row;
	c->row[1].seq = 2;
	c->row[2].seq = 3;
}

static void
change_kind(struct chain *c)
{
	c->row[1].kind = "withdrawn";
}

static void
change_time(struct chain *c)
{
	c->row[0].at_ms++;
}

static void
change_actor(struct chain *c)
{
	c->row[3].actor = ACTOR_OFFICE;
}

static void
publish(struct chain *c)
{
	c->row[1].is_public = true;
}

static void
change_data(struct chain *c)
{
	char *data = arena_dup(
	    &c->arena, c->row[2].data, c->row[2].data_len);

	data[c->row[2].data_len - 1] ^= 1;
	c->row[2].data = data;
}

static void
drop_data(struct chain *c)
{
	c->row[2].data = NULL;
	c->row[2].data_len = 0;
}

/* Whoever can write rows can also write hashes, but not all of them. */
static void
change_and_rehash(struct chain *c)
{
	c->row[1].kind = "withdrawn";
	event_hash(&c->vorgang, &c->row[1], c->row[1].hash);
}

static void
rewrite_to_the_end(struct chain *c)
{
	c->row[1].kind = "withdrawn";
	for (size_t i = 1; i < c->n; i++) {
		memcpy(c->row[i].previous_hash, c->row[i - 1].hash,
		    CRYPTO_DIGEST_LEN);
		event_hash(&c->vorgang, &c->row[i], c->row[i].hash);
	}
}

static void
append(struct chain *c)
{
	c->row[c->n] = c->row[c->n - 1];
	c->row[c->n].seq++;
	memcpy(c->row[c->n].previous_hash, c->row[c->n - 1].hash,
	    CRYPTO_DIGEST_LEN);
	event_hash(&c->vorgang, &c->row[c->n], c->row[c->n].hash);
	c->n++;
}

static void
move_to_other_vorgang(struct chain *c)
{
	c->vorgang = id_uuid7();
}

static const struct {
	const char *name;
	void (*harm)(struct chain *c);
	const char *says; /* NULL: whole */
} cases[] = {
	{ "untouched", nothing, NULL },
	{ "last dropped", drop_last, "4 events expected, 3 are there" },
	{ "first dropped", drop_first, "event 1 is missing" },
	{ "one dropped", drop_middle, "event 2 is missing" },
	{ "dropped and renumbered", drop_and_renumber,
	    "event 2 does not follow" },
	{ "swapped", swap, "event 2 does not follow" },
	{ "kind changed", change_kind, "event 2 was changed" },
	{ "time changed", change_time, "event 1 was changed" },
	{ "actor changed", change_actor, "event 4 was changed" },
	{ "made public", publish, "event 2 was changed" },
	{ "data changed", change_data, "event 3 was changed" },
	{ "data dropped", drop_data, "event 3 was changed" },
	{ "changed with its hash", change_and_rehash,
	    "event 3 does not follow" },
	{ "rewritten to the end", rewrite_to_the_end,
	    "the last event is not the one" },
	{ "one added", append, "4 events expected, 5 are there" },
	{ "of another Vorgang", move_to_other_vorgang,
	    "event 1 was changed" },
};

static void
test_verify(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct err err = { 0 };
		struct chain c;
		int rc;

		chain_new(&c);
		cases[i].harm(&c);
		rc = verify(&c, &err);
		if ((rc == 0) != (cases[i].says == NULL) ||
		    (rc == -1 && strstr(err.msg, cases[i].says) == NULL))
			fail_msg("%s: %s", cases[i].name, err.msg);
		arena_free(&c.arena);
	}
}

static void
test_open(void **state)
{
	struct chain c;
	struct event e;
	struct err err = { 0 };

	(void)state;
	chain_new(&c);
	for (size_t i = 0; i < c.n; i++)
		assert_int_equal(event_open(&c.arena, &c.key, &c.vorgang,
		    &c.row[i], &e, &err), 0);
	assert_null(c.row[3].data);
	assert_string_equal(e.data, "{}");
	assert_int_equal(event_open(
	    &c.arena, &c.key, &c.vorgang, &c.row[2], &e, &err), 0);
	assert_string_equal(e.data, "{\"to\":\"assessed\"}");
	assert_memory_equal(e.hash, c.row[2].hash, sizeof(e.hash));
	c.row[2].seq = 9; /* data moved to another row does not open */
	assert_int_equal(event_open(
	    &c.arena, &c.key, &c.vorgang, &c.row[2], &e, &err), -1);
	assert_int_equal(err.code, ERR_CRYPTO);
	arena_free(&c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verify),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
