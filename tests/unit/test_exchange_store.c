/*
 * Messages of applications as rows, with a database: states, bodies, cursors,
 * what waits, and erasing. Everything is of this program's own towns.
 */
#include "vorgang_fixture.h"

#include "common/handover/exchange_store.h"
#include "common/osci/osci_transfer_store.h"

#define NOW FIXTURE_NOW
#define HOUR 3600000
#define MINUTE INT64_C(60000)

static struct id
submit(struct fixture *f)
{
	struct vorgang v = fixture_vorgang(f, "{}");
	struct err err = { 0 };

	OK(fixture_submit(f, &v, false, &err));
	return v.id;
}

/* A message that is out; *e may be changed before it is inserted. */
static struct exchange
outgoing(const struct id *vorgang, const char *step)
{
	return (struct exchange){ .id = id_uuid7(),
		.state = EXCHANGE_HANDED,
		.has_vorgang = true,
		.vorgang = *vorgang,
		.step = step,
		.message = "anfrage",
		.standard = "XMeld",
		.version = "25.11a",
		.type = "1700",
		.has_uuid = true,
		.uuid = id_random(),
		.partner = "Meldebehörde",
		.partner_key = "ags:99000001",
		.transfer = id_random(),
		.finding = "",
		.answer_due_ms = NOW + HOUR,
		.created_ms = NOW,
		.body = "<m>Grüße</m>",
		.len = strlen("<m>Grüße</m>") };
}

static struct exchange
incoming(const struct id *vorgang)
{
	const struct id none = { 0 };
	struct exchange e = outgoing(vorgang == NULL ? &none : vorgang, NULL);

	e.is_incoming = true;
	e.has_vorgang = vorgang != NULL;
	e.state = EXCHANGE_QUARANTINED;
	e.type = "1701";
	e.answer_due_ms = 0;
	return e;
}

static void
insert(struct fixture *f, const struct exchange *e)
{
	struct err err = { 0 };

	OK(exchange_insert(f->db, &f->arena, &f->town, e, &err));
}

static enum exchange_state
state_of(struct fixture *f, const struct exchange *e)
{
	struct exchange now;
	struct err err = { 0 };

	OK(exchange_find(f->db, &f->arena, &f->town, &e->id, &now, &err));
	return now.state;
}

static bool
same(const struct id *a, const struct id *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* ---- rows ---- */

static void
test_names(void **state)
{
	enum exchange_state found;

	(void)state;
	for (int s = EXCHANGE_HANDED; s <= EXCHANGE_SETTLED; s++) {
		if (s > EXCHANGE_UNDELIVERED && s < EXCHANGE_FILED)
			continue;
		assert_int_equal(
		    exchange_state_parse(exchange_state_name(s), &found), 0);
		assert_int_equal(found, s);
	}
	assert_string_equal(exchange_state_name(99), "unknown");
	assert_int_equal(exchange_state_parse("unknown", &found), -1);
}

static void
test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct id vorgang, none = id_random();
	struct exchange e, got, *list;
	bool found;
	size_t n;

	NEED_DB();
	vorgang = submit(f);
	e = outgoing(&vorgang, "request");
	insert(f, &e);
	OK(exchange_find(f->db, &f->arena, &f->town, &e.id, &got, &err));
	assert_int_equal(got.town_id, f->town.id);
	assert_false(got.is_incoming);
	assert_string_equal(got.step, "request");
	assert_string_equal(got.partner, "Meldebehörde");
	assert_string_equal(got.partner_key, "ags:99000001");
	assert_int_equal(got.len, e.len);
	assert_memory_equal(got.body, e.body, e.len);
	assert_true(same(&got.uuid, &e.uuid));
	assert_false(got.has_refers_to);
	assert_int_equal(got.answer_due_ms, NOW + HOUR);
	OK(exchange_by_uuid(f->db, &f->arena, &f->town, false, &e.uuid, &got,
	    &found, &err));
	assert_true(found && same(&got.id, &e.id));
	OK(exchange_by_uuid(f->db, &f->arena, &f->town, true, &e.uuid, &got,
	    &found, &err));
	assert_false(found);
	OK(exchange_of_vorgang(f->db, &f->arena, &f->town, &vorgang, false,
	    &list, &n, &err));
	assert_int_equal(n, 1);
	assert_null(list[0].body);
	FAILS(exchange_find(f->db, &f->arena, &f->town, &none, &got, &err),
	    ERR_NOT_FOUND);
}

/* What the disk has is not what was written. */
static void
test_sealed(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct town other;
	struct id vorgang;
	struct exchange e, got;

	NEED_DB();
	vorgang = submit(f);
	e = outgoing(&vorgang, "request");
	insert(f, &e);
	other = f->town;
	crypto_random(&other.key, sizeof(other.key));
	FAILS(exchange_find(f->db, &f->arena, &other, &e.id, &got, &err),
	    ERR_CRYPTO);
	{
		const struct db_param p[] = { db_id(&e.id) };
		struct db_rows rows;

		OK(db_query(f->db, &f->arena,
		    "SELECT LOCATE('Gr', body) FROM exchange WHERE id = ?", p,
		    1, 1, &rows, &err));
		assert_int_equal(db_cell(&rows, 0, 0)->i, 0);
	}
	e.id = id_uuid7();
	e.len = EXCHANGE_BODY_MAX + 1;
	FAILS(exchange_insert(f->db, &f->arena, &f->town, &e, &err),
	    ERR_TOO_LARGE);
}

/* A step is taken once a round, a transfer is handled once. */
static void
test_once(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct id vorgang;
	struct exchange e, again;
	uint32_t rounds;

	NEED_DB();
	vorgang = submit(f);
	e = outgoing(&vorgang, "request");
	insert(f, &e);
	again = outgoing(&vorgang, "request");
	FAILS(exchange_insert(f->db, &f->arena, &f->town, &again, &err),
	    ERR_DUPLICATE);
	OK(exchange_rounds(f->db, &f->arena, &vorgang, "request", &rounds,
	    &err));
	assert_int_equal(rounds, 1);
	again.round = rounds;
	insert(f, &again);
	OK(exchange_rounds(f->db, &f->arena, &vorgang, "other", &rounds,
	    &err));
	assert_int_equal(rounds, 0);

	e = incoming(NULL);
	insert(f, &e);
	again = incoming(NULL);
	again.transfer = e.transfer;
	if (exchange_insert(f->db, &f->arena, &f->town, &again, &err) != -1)
		fail_msg("a transfer is handled twice");
	assert_int_equal(err.code, ERR_DUPLICATE);
	assert_string_equal(err.field, "exchange_transfer");
}

/* ---- states ---- */

static void
test_moving(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct id vorgang;
	struct exchange e;

	NEED_DB();
	vorgang = submit(f);
	e = outgoing(&vorgang, "request");
	insert(f, &e);
	OK(exchange_move(f->db, &e.id, EXCHANGE_HANDED, EXCHANGE_DELIVERED,
	    NOW, &err));
	FAILS(exchange_move(f->db, &e.id, EXCHANGE_HANDED, EXCHANGE_SILENT,
		  NOW, &err),
	    ERR_CONFLICT);
	/* an answer counts, however far the message is known to have come */
	OK(exchange_settle(f->db, &e.id, EXCHANGE_ANSWERED, NOW, &err));
	assert_int_equal(state_of(f, &e), EXCHANGE_ANSWERED);
	OK(exchange_settle(f->db, &e.id, EXCHANGE_ANSWERED, NOW, &err));
	FAILS(exchange_move(f->db, &e.id, EXCHANGE_DELIVERED,
		  EXCHANGE_SILENT, NOW, &err),
	    ERR_CONFLICT);
}

static void
test_answer_all(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct id vorgang;
	struct exchange e[4], in;

	NEED_DB();
	vorgang = submit(f);
	e[0] = outgoing(&vorgang, "one");
	e[1] = outgoing(&vorgang, "two");
	e[1].answer_due_ms = 0; /* none is waited for */
	e[2] = outgoing(&vorgang, "three");
	e[2].state = EXCHANGE_SILENT;
	e[3] = outgoing(&vorgang, "four"); /* is told apart */
	for (size_t i = 0; i < nitems(e); i++)
		insert(f, &e[i]);
	in = incoming(&vorgang);
	insert(f, &in);
	OK(exchange_answer_all(f->db, &vorgang, "four", NOW, &err));
	assert_int_equal(state_of(f, &e[0]), EXCHANGE_ANSWERED);
	assert_int_equal(state_of(f, &e[1]), EXCHANGE_HANDED);
	assert_int_equal(state_of(f, &e[2]), EXCHANGE_SILENT);
	assert_int_equal(state_of(f, &e[3]), EXCHANGE_HANDED);
	assert_int_equal(state_of(f, &in), EXCHANGE_QUARANTINED);
}

static void
test_overdue(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct exchange e, *list;
	struct id vorgang;
	size_t n, before;

	NEED_DB();
	OK(exchange_overdue(f->db, &f->arena, NOW - HOUR, 100, &list, &before,
	    &err));
	assert_int_equal(before, 0);
	vorgang = submit(f);
	e = outgoing(&vorgang, "request");
	e.answer_due_ms = NOW - 2 * HOUR;
	insert(f, &e);
	OK(exchange_overdue(f->db, &f->arena, NOW - 2 * HOUR - 1, 100, &list,
	    &n, &err));
	assert_int_equal(n, 0);
	OK(exchange_overdue(f->db, &f->arena, NOW - 2 * HOUR, 100, &list, &n,
	    &err));
	assert_int_equal(n, 1);
	assert_true(same(&list[0].id, &e.id));
	OK(exchange_move(f->db, &e.id, EXCHANGE_HANDED, EXCHANGE_ANSWERED,
	    NOW, &err));
	OK(exchange_overdue(f->db, &f->arena, NOW - HOUR, 100, &list, &n,
	    &err));
	assert_int_equal(n, 0);
}

static void
test_quarantine(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct exchange e, got, *list;
	struct id vorgang;
	size_t n;

	NEED_DB();
	vorgang = submit(f);
	e = incoming(NULL);
	insert(f, &e);
	OK(exchange_list(f->db, &f->arena, EXCHANGE_QUARANTINED, NULL, 1,
	    &list, &n, &err));
	assert_int_equal(n, 1);
	assert_true(same(&list[0].id, &e.id));
	OK(exchange_list(f->db, &f->arena, 0, &e.id, 1, &list, &n, &err));
	assert_true(n == 0 || !same(&list[0].id, &e.id));
	OK(exchange_file(f->db, &e.id, &vorgang, EXCHANGE_FILED, NOW, &err));
	OK(exchange_find(f->db, &f->arena, &f->town, &e.id, &got, &err));
	assert_true(got.has_vorgang && same(&got.vorgang, &vorgang));
	FAILS(exchange_file(f->db, &e.id, NULL, EXCHANGE_SETTLED, NOW, &err),
	    ERR_CONFLICT);
	e = incoming(NULL);
	insert(f, &e);
	OK(exchange_file(f->db, &e.id, NULL, EXCHANGE_SETTLED, NOW, &err));
	assert_int_equal(state_of(f, &e), EXCHANGE_SETTLED);
}

/* ---- with the transport ---- */

static struct id
transfer(struct fixture *f, enum osci_transfer_state to,
    const struct id *about)
{
	struct osci_transfer_new t = { .id = id_uuid7(),
		.town = &f->town,
		.way = OSCI_TRANSFER_STORE,
		.state = OSCI_TRANSFER_BUILT,
		.identity = "amt",
		.private = "{}",
		.about = about,
		.bytes = crypto_spool_new(&f->arena, "/tmp", 1000),
		.note = "" }; /* never due: nobody claims it */
	const struct osci_transfer_change c = { .id = t.id,
		.state = to,
		.code = "",
		.note = "" };
	struct err err = { 0 };

	OK(crypto_spool_put(t.bytes, "geheim", 6, &err));
	OK(db_begin(f->db, &err));
	OK(osci_transfer_insert(f->db, &f->arena, &t, NOW, &err));
	OK(db_commit(f->db, &(bool){ false }, &err));
	OK(osci_transfer_change(f->db, &f->arena, &c, NOW + 5, &err));
	return t.id;
}

static void
test_carried(void **state)
{
	static const struct {
		const char *step;
		enum osci_transfer_state state;
	} cases[] = { { "one", OSCI_TRANSFER_ACCEPTED },
		{ "two", OSCI_TRANSFER_RECEIVED },
		{ "three", OSCI_TRANSFER_FAILED } };
	struct fixture *f = *state;
	struct exchange e[nitems(cases)];
	struct exchange_carried *list;
	struct err err = { 0 };
	struct id vorgang;
	size_t n;

	NEED_DB();
	vorgang = submit(f);
	for (size_t i = 0; i < nitems(cases); i++) {
		e[i] = outgoing(&vorgang, cases[i].step);
		e[i].transfer = transfer(f, cases[i].state, NULL);
		insert(f, &e[i]);
	}
	OK(exchange_carried(f->db, &f->arena, 100, &list, &n, &err));
	assert_int_equal(n, 2);
	assert_true(same(&list[0].exchange.id, &e[1].id));
	assert_int_equal(list[0].transfer_state, OSCI_TRANSFER_RECEIVED);
	assert_int_equal(list[0].changed_ms, NOW + 5);
	assert_true(same(&list[1].exchange.id, &e[2].id));
	for (size_t i = 0; i < nitems(e); i++)
		OK(exchange_settle(
		    f->db, &e[i].id, EXCHANGE_ANSWERED, NOW, &err));
	OK(exchange_carried(f->db, &f->arena, 100, &list, &n, &err));
	assert_int_equal(n, 0);
}

/* What somebody else handled meanwhile is not taken back. */
static void
test_unhandled(void **state)
{
	struct fixture *f = *state;
	struct osci_transfer_row row;
	struct err err = { 0 };
	struct id id;

	NEED_DB();
	id = transfer(f, OSCI_TRANSFER_ARRIVED, NULL);
	OK(osci_transfer_unhandled(f->db, &id, NOW, 0, "broken", &err));
	OK(osci_transfer_row(f->db, &f->arena, &id, &row, &err));
	assert_int_equal(row.is.state, OSCI_TRANSFER_FAILED);
	id = transfer(f, OSCI_TRANSFER_ARRIVED, NULL);
	OK(osci_transfer_handled(f->db, &id, NOW, &err));
	OK(osci_transfer_unhandled(f->db, &id, NOW, NOW + 1, "late", &err));
	OK(osci_transfer_row(f->db, &f->arena, &id, &row, &err));
	assert_int_equal(row.is.state, OSCI_TRANSFER_HANDLED);
}

static void
test_erase(void **state)
{
	struct fixture *f = *state;
	struct exchange e, other, got;
	struct osci_transfer_row row;
	struct crypto_spool *bytes;
	struct err err = { 0 };
	struct id vorgang, neighbour, moved;

	NEED_DB();
	vorgang = submit(f);
	neighbour = submit(f);
	e = outgoing(&vorgang, "request");
	e.transfer = transfer(f, OSCI_TRANSFER_RECEIVED, NULL);
	insert(f, &e);
	other = outgoing(&neighbour, "request");
	other.transfer = transfer(f, OSCI_TRANSFER_RECEIVED, NULL);
	insert(f, &other);
	moved = transfer(f, OSCI_TRANSFER_ACCEPTED, &vorgang);
	OK(exchange_wait_put(
	    f->db, &vorgang, "request", "no partner", NOW, NOW, &err));
	OK(exchange_erase(f->db, &vorgang, &err));
	OK(exchange_find(f->db, &f->arena, &f->town, &e.id, &got, &err));
	assert_null(got.body);
	for (size_t i = 0; i < 2; i++) {
		OK(osci_transfer_row(f->db, &f->arena,
		    i == 0 ? &e.transfer : &moved, &row, &err));
		assert_int_equal(row.data_key_len, 0);
		assert_int_equal(row.private_len, 0);
	}
	OK(exchange_find(f->db, &f->arena, &f->town, &other.id, &got, &err));
	assert_int_equal(got.len, other.len);
	OK(osci_transfer_row(f->db, &f->arena, &other.transfer, &row, &err));
	OK(osci_transfer_bytes(f->db, &f->arena, &f->town, &row,
	    OSCI_PIECE_BYTES, "/tmp", &bytes, &err));
	assert_int_equal(crypto_spool_len(bytes), 6);
	{
		struct exchange_waiting *list;
		size_t n;

		OK(exchange_wait_list(
		    f->db, &f->arena, 100, &list, &n, &err));
		for (size_t i = 0; i < n; i++)
			assert_false(same(&list[i].vorgang, &vorgang));
	}
}

/* ---- who we are ---- */

static void
test_party(void **state)
{
	struct fixture *f = *state;
	struct exchange_party p = { .service = "",
		.key = "mbp:99000001",
		.name = "Stadt",
		.email = "a@example.org",
		.street = "Am Markt",
		.house_no = "1",
		.postal_code = "12345",
		.city = "Quellstadt",
		.identity = "" },
			      got, *list;
	struct err err = { 0 };
	const char *name;
	size_t n;

	NEED_DB();
	FAILS(exchange_party_find(f->db, &f->arena, "x", &got, &err),
	    ERR_NOT_FOUND);
	OK(exchange_party_put(f->db, &p, &err));
	OK(exchange_party_find(f->db, &f->arena, "x", &got, &err));
	assert_string_equal(got.key, "mbp:99000001");
	p.service = "x";
	p.key = "mbp:99000002";
	OK(exchange_party_put(f->db, &p, &err));
	p.name = "Standesamt";
	OK(exchange_party_put(f->db, &p, &err)); /* replaced */
	OK(exchange_party_find(f->db, &f->arena, "x", &got, &err));
	assert_string_equal(got.key, "mbp:99000002");
	assert_string_equal(got.name, "Standesamt");
	OK(exchange_party_find(f->db, &f->arena, "y", &got, &err));
	assert_string_equal(got.key, "mbp:99000001");
	OK(exchange_party_list(f->db, &f->arena, &list, &n, &err));
	assert_int_equal(n, 2);
	FAILS(exchange_partner(f->db, &f->arena, "ags:none", &name, &err),
	    ERR_NOT_FOUND);
}

/* ---- what to look at ---- */

static void
submit_some(struct fixture *f, size_t n, int64_t at_ms)
{
	for (size_t i = 0; i < n; i++) {
		struct vorgang v = fixture_vorgang(f, "{}");
		struct err err = { 0 };

		v.created_ms = at_ms;
		OK(fixture_submit(f, &v, false, &err));
	}
}

static bool
is_due(struct fixture *f, int64_t now_ms)
{
	struct err err = { 0 };
	uint32_t *town;
	size_t n;

	OK(exchange_towns_due(
	    f->db, &f->arena, now_ms, 2 * MINUTE, &town, &n, &err));
	for (size_t i = 0; i < n; i++)
		if (town[i] == f->town.id)
			return true;
	return false;
}

/* Changes of one moment on several pages: each comes once, none is left out. */
static void
test_pages(void **state)
{
	const struct id *after = NULL;
	struct exchange_case *list;
	int64_t from = FIXTURE_NOW;
	struct err err = { 0 };
	struct fixture *f = *state;
	struct id seen[8];
	size_t n, nseen = 0;

	NEED_DB();
	submit_some(f, 5, FIXTURE_NOW);
	submit_some(f, 2, FIXTURE_NOW + 1);
	do {
		OK(exchange_cases(f->db, &f->arena, from, after, 2, &list, &n,
		    &err));
		for (size_t i = 0; i < n; i++) {
			assert_true(nseen < nitems(seen));
			assert_false(list[i].is_settled);
			for (size_t k = 0; k < nseen; k++)
				assert_memory_not_equal(&seen[k],
				    &list[i].vorgang, sizeof(seen[k]));
			seen[nseen++] = list[i].vorgang;
		}
		if (n > 0) {
			after = &list[n - 1].vorgang;
			from = list[n - 1].changed_ms;
		}
	} while (n == 2);
	assert_int_equal(nseen, 7);
	assert_int_equal(from, FIXTURE_NOW + 1);
}

static void
test_towns(void **state)
{
	const int64_t now_ms = FIXTURE_NOW + 60 * MINUTE;
	struct exchange_case *list;
	struct err err = { 0 };
	struct fixture *f = *state;
	size_t n;

	NEED_DB();
	assert_false(is_due(f, now_ms));
	submit_some(f, 1, FIXTURE_NOW);
	assert_true(is_due(f, now_ms));
	OK(exchange_watch(f->db, FIXTURE_NOW, &err));
	assert_false(is_due(f, now_ms));
	/* so near that a slower transaction may stand beside it */
	assert_true(is_due(f, FIXTURE_NOW + MINUTE));
	submit_some(f, 1, FIXTURE_NOW + 1);
	assert_true(is_due(f, now_ms));
	OK(exchange_watch(f->db, FIXTURE_NOW + 1, &err));
	OK(exchange_watch(f->db, FIXTURE_NOW, &err)); /* never back */
	assert_false(is_due(f, now_ms));

	OK(exchange_cases(
	    f->db, &f->arena, FIXTURE_NOW + 1, NULL, 10, &list, &n, &err));
	assert_int_equal(n, 1);
	OK(exchange_wait_put(f->db, &list[0].vorgang, "ask", "no partner",
	    now_ms, now_ms + MINUTE, &err));
	assert_false(is_due(f, now_ms));
	assert_true(is_due(f, now_ms + MINUTE));
	OK(exchange_cases(
	    f->db, &f->arena, FIXTURE_NOW + 1, NULL, 10, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_true(list[0].is_settled);
	OK(exchange_wait_remove(f->db, &list[0].vorgang, &err));
	assert_false(is_due(f, now_ms + MINUTE));
}

/* What the operator is told of a step that cannot be taken. */
static void
test_waiting(void **state)
{
	struct fixture *f = *state;
	struct exchange_waiting *waiting;
	struct exchange_case *list;
	struct err err = { 0 };
	struct id id;
	size_t n;

	NEED_DB();
	id = submit(f);
	OK(exchange_wait_put(
	    f->db, &id, "request", "no partner", NOW, NOW + 10, &err));
	OK(exchange_wait_put(
	    f->db, &id, "request", "no set", NOW + 10, NOW + 20, &err));
	OK(exchange_wait_due(
	    f->db, &f->arena, NOW + 19, 100, &list, &n, &err));
	assert_int_equal(n, 0);
	OK(exchange_wait_due(
	    f->db, &f->arena, NOW + 20, 100, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_true(same(&list[0].vorgang, &id));
	assert_string_equal(list[0].state, "submitted");
	OK(exchange_wait_list(f->db, &f->arena, 100, &waiting, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(waiting[0].reason, "no set");
	assert_int_equal(waiting[0].attempts, 2);
	assert_int_equal(waiting[0].since_ms, NOW);
}

#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_names),
		TEST(test_round_trip),
		TEST(test_sealed),
		TEST(test_once),
		TEST(test_moving),
		TEST(test_answer_all),
		TEST(test_overdue),
		TEST(test_quarantine),
		TEST(test_carried),
		TEST(test_unhandled),
		TEST(test_erase),
		TEST(test_party),
		TEST(test_pages),
		TEST(test_towns),
		TEST(test_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
