#include <pthread.h>

#include "vorgang_fixture.h"

#define LEASE 30000

/* Only this program's rows: the queue is everybody's. */
static int
empty(void **state)
{
	struct fixture *f;
	struct err err = { 0 };

	if (fixture_setup(state) == -1)
		return -1;
	f = *state;
	if (f->db != NULL)
		OK(db_exec(
		    f->db, "DELETE FROM outbox", NULL, 0, NULL, &err));
	return 0;
}

static struct vorgang
queue(struct fixture *f, size_t n)
{
	struct outbox_new *o = arena_new(&f->arena, struct outbox_new, n);
	struct vorgang v = fixture_vorgang(f, "{}");
	struct err err = { 0 };
	bool unknown;

	OK(fixture_submit(f, &v, false, &err)); /* queues one */
	for (size_t i = 0; i < n - 1; i++)
		o[i] = (struct outbox_new){ "mail",
			arena_printf(&f->arena, "{\"n\":%zu}", i) };
	OK(db_begin(f->db, &err));
	OK(outbox_insert(f->db, &f->arena, &v.key.key, &v.id, o, n - 1,
	    FIXTURE_NOW + 1, &err));
	OK(db_commit(f->db, &unknown, &err));
	return v;
}

static size_t
claim(struct fixture *f, const char *claimer, int64_t now_ms, size_t max,
    struct outbox_job **job)
{
	struct err err = { 0 };
	size_t n;

	OK(outbox_claim(f->db, &f->arena, claimer, now_ms, LEASE, max, job, &n,
	    &err));
	return n;
}

static struct outbox_count
count(struct fixture *f, int64_t now_ms)
{
	struct outbox_count out;
	struct err err = { 0 };

	OK(outbox_count(f->db, &f->arena, now_ms, &out, &err));
	return out;
}

static void
test_life(void **state)
{
	const int64_t now = FIXTURE_NOW + 10;
	struct fixture *f;
	struct vorgang v;
	struct outbox_job *job, *again;
	struct outbox_result r[5];
	struct outbox_line *line;
	struct err err = { 0 };
	char *payload;
	size_t len, n;
	int64_t moved;

	NEED_DB();
	f = *state;
	v = queue(f, 5);
	assert_int_equal(count(f, now).waiting, 5);
	assert_int_equal(count(f, now).oldest_due_ms, FIXTURE_NOW);
	assert_int_equal(claim(f, "a", FIXTURE_NOW - 1, 10, &job), 0);
	assert_int_equal(claim(f, "a", now, 3, &job), 3);
	assert_int_equal(claim(f, "b", now, 3, &again), 2);
	assert_int_equal(claim(f, "c", now, 3, &again), 0);
	assert_true(id_equal(&job[0].vorgang_id, &v.id));
	assert_int_equal(job[0].town_id, f->town.id);
	assert_int_equal(job[0].attempts, 1);
	OK(outbox_open(&f->arena, &f->town, &job[0], &payload, &len, &err));
	assert_string_equal(payload, "{\"template\":\"received\"}");
	r[0] = (struct outbox_result){ job[0].id, OUTBOX_DELIVERED, 0, NULL };
	r[1] = (struct outbox_result){ job[1].id, OUTBOX_LATER, now + 500,
		"451 try later" };
	r[2] = (struct outbox_result){ job[2].id, OUTBOX_GIVEN_UP, 0,
		"550 no such mailbox" };
	/* Somebody else's claim is not touched. */
	OK(outbox_finish(f->db, &f->arena, "b", now, r, 3, &err));
	assert_int_equal(count(f, now).claimed, 5);
	OK(outbox_finish(f->db, &f->arena, "a", now, r, 3, &err));
	assert_int_equal(count(f, now).claimed, 2);
	assert_int_equal(count(f, now).waiting, 1);
	assert_int_equal(count(f, now).given_up, 1);
	assert_int_equal(fixture_number(f->db, "SELECT COUNT(*) FROM outbox"
	    " WHERE state = 2 AND payload IS NULL"), 1);
	assert_int_equal(claim(f, "a", now + 499, 3, &job), 0);
	assert_int_equal(claim(f, "a", now + 500, 3, &job), 1);
	assert_int_equal(job[0].attempts, 2);
	OK(outbox_given_up(f->db, &f->arena, 10, &line, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(line[0].error, "550 no such mailbox");
	OK(outbox_requeue(f->db, &line[0].id, now, &moved, &err));
	assert_int_equal(moved, 1);
	assert_int_equal(claim(f, "a", now, 3, &job), 1);
	assert_int_equal(job[0].attempts, 1);
	/* A courier that died: its claims come back after their lease. */
	OK(outbox_release_stale(f->db, now + LEASE, &moved, &err));
	assert_int_equal(moved, 0);
	OK(outbox_release_stale(f->db, now + LEASE + 501, &moved, &err));
	assert_int_equal(moved, 4);
	assert_int_equal(count(f, now).waiting, 4);
}

static void
test_erased(void **state)
{
	struct fixture *f;
	struct vorgang v;
	struct outbox_job *job;
	struct err err = { 0 };
	char *payload;
	size_t len;

	NEED_DB();
	f = *state;
	OK(db_exec(f->db, "DELETE FROM outbox", NULL, 0, NULL, &err));
	v = queue(f, 1);
	{
		const struct db_param p[] = { db_id(&v.id) };

		OK(db_exec(f->db, "UPDATE vorgang SET data_key = NULL"
		    " WHERE id = ?", p, 1, NULL, &err));
	}
	assert_int_equal(claim(f, "a", FIXTURE_NOW + 10, 3, &job), 1);
	FAILS(outbox_open(&f->arena, &f->town, &job[0], &payload, &len, &err),
	    ERR_GONE);
}

struct courier {
	pthread_t thread;
	const struct fixture *f;
	char name[20];
	size_t done;
};

/* A mail about a draft: no Vorgang, a key of the town, nothing kept. */
static void
test_of_no_vorgang(void **state)
{
	static const struct outbox_new mail[] = { { "mail", "{\"link\":1}" },
		{ "mail", "{\"link\":2}" } };
	const int64_t now = FIXTURE_NOW + 10;
	struct fixture *f;
	struct outbox_job *job;
	struct outbox_result r[2];
	struct err err = { 0 };
	struct crypto_key town_key;
	char *payload;
	size_t len;
	int64_t moved;

	NEED_DB();
	f = *state;
	OK(db_exec(f->db, "DELETE FROM outbox", NULL, 0, NULL, &err));
	OK(outbox_insert_for_town(f->db, &f->arena, &f->town, mail, 2,
	    FIXTURE_NOW, &err));
	assert_int_equal(claim(f, "me", now, 10, &job), 2);
	for (size_t i = 0; i < 2; i++) {
		assert_false(job[i].has_vorgang);
		OK(outbox_open(
		    &f->arena, &f->town, &job[i], &payload, &len, &err));
		assert_string_equal(payload, mail[i].payload);
		FAILS(crypto_open(&f->arena, &f->town.key,
		    arena_printf(&f->arena, "outbox:%s",
			id_hex(&f->arena, &job[i].id)), job[i].payload,
		    job[i].payload_len, &payload, &len, &err), ERR_CRYPTO);
	}
	town_key = f->town.key;
	f->town.key.byte[0] ^= 1;
	FAILS(outbox_open(&f->arena, &f->town, &job[0], &payload, &len, &err),
	    ERR_CRYPTO);
	f->town.key = town_key;
	r[0] = (struct outbox_result){ .id = job[0].id,
		.outcome = OUTBOX_LATER, .next_ms = now + 5 };
	r[1] = (struct outbox_result){ .id = job[1].id,
		.outcome = OUTBOX_GIVEN_UP, .error = "no such mailbox" };
	OK(outbox_finish(f->db, &f->arena, "me", now, r, 2, &err));
	/* What is given up keeps no link, and so cannot be sent again. */
	assert_int_equal(fixture_number(f->db,
	    "SELECT COUNT(*) FROM outbox WHERE payload IS NULL"
	    " AND state = 3"), 1);
	OK(outbox_requeue(f->db, NULL, now, &moved, &err));
	assert_int_equal(moved, 0);
	assert_int_equal(claim(f, "me", now + 5, 10, &job), 1);
	OK(outbox_open(
	    &f->arena, &f->town, &job[0], &payload, &len, &err));
	assert_string_equal(payload, mail[0].payload);
	OK(db_exec(f->db, "DELETE FROM outbox", NULL, 0, NULL, &err));
}

static void *
deliver_all(void *arg)
{
	struct courier *c = arg;
	struct db *db = db_new(&c->f->config);
	struct arena a = { 0 };
	struct err err = { 0 };
	struct outbox_job *job;
	struct outbox_result r[7];
	size_t n;

	do {
		OK(outbox_claim(db, &a, c->name, FIXTURE_NOW + 10, LEASE,
		    nitems(r), &job, &n, &err));
		for (size_t i = 0; i < n; i++)
			r[i] = (struct outbox_result){ job[i].id,
				OUTBOX_DELIVERED, 0, NULL };
		OK(outbox_finish(db, &a, c->name, FIXTURE_NOW + 10, r, n,
		    &err));
		c->done += n;
	} while (n > 0);
	arena_free(&a);
	db_free(db);
	return NULL;
}

/* Couriers side by side take each row once. */
static void
test_side_by_side(void **state)
{
	struct fixture *f;
	struct courier c[4];
	struct err err = { 0 };
	size_t done = 0;

	NEED_DB();
	f = *state;
	OK(db_exec(f->db, "DELETE FROM outbox", NULL, 0, NULL, &err));
	(void)queue(f, 300);
	for (size_t i = 0; i < nitems(c); i++) {
		c[i] = (struct courier){ .f = f };
		(void)snprintf(
		    c[i].name, sizeof(c[i].name), "courier %zu", i);
		assert_int_equal(pthread_create(
		    &c[i].thread, NULL, deliver_all, &c[i]), 0);
	}
	for (size_t i = 0; i < nitems(c); i++) {
		(void)pthread_join(c[i].thread, NULL);
		done += c[i].done;
	}
	assert_int_equal(done, 300);
	assert_int_equal(fixture_number(f->db, "SELECT COUNT(*) FROM outbox"
	    " WHERE state = 2 AND attempts = 1"), 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_erased),
		cmocka_unit_test(test_of_no_vorgang),
		cmocka_unit_test(test_side_by_side),
	};

	log_open("test", LOG_WARN);
	return cmocka_run_group_tests(tests, empty, fixture_teardown);
}
