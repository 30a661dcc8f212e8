/* Invitations: redeemed once for an application, and no more often than made
 * for; what the office fills in is saved once a revision. */
#include "common/clerk_store.h"
#include "common/invitation_store.h"
#include "common/vorgang/vorgang_change.h"
#include "vorgang_fixture.h"

static enum invitation_answer
redeem(struct fixture *f, const char *slug, const char *code,
    const struct id *id)
{
	enum invitation_answer answer;
	struct err err = { 0 };

	OK(invitation_redeem(f->db, &f->arena, &f->town, slug, code, id,
	    FIXTURE_NOW, &answer, &err));
	return answer;
}

static const char *
slug_of(struct fixture *f)
{
	struct service_offer_row *rows;
	struct err err = { 0 };
	size_t n;

	OK(service_offer_rows(f->db, &f->arena, &rows, &n, &err));
	for (size_t i = 0; i < n; i++)
		if (rows[i].town_id == f->town.id)
			return rows[i].slug;
	fail_msg("the town offers nothing");
	return NULL;
}

static void
test_redeem(void **state)
{
	struct id first = id_random(), second = id_random(),
		  third = id_random();
	struct invitation i = { .label = "x", .uses_max = 2,
		.created_ms = FIXTURE_NOW }, *list;
	struct err err = { 0 };
	struct fixture *f;
	bool held;
	size_t n;

	NEED_DB();
	f = *state;
	i.slug = slug_of(f);
	OK(invitation_insert(f->db, &f->town, &i, "ABCD0EFGH123", &err));
	assert_int_equal(redeem(f, i.slug, "ABCD-0EFG-H124", &first),
	    INVITATION_UNKNOWN);
	assert_int_equal(redeem(f, "other", "ABCD-0EFG-H123", &first),
	    INVITATION_UNKNOWN);
	assert_int_equal(redeem(f, i.slug, "nonsense", &first),
	    INVITATION_UNKNOWN);
	OK(invitation_held(f->db, &f->arena, i.slug, &first, &held, &err));
	assert_false(held);
	/* As typed; and again for the same application. */
	for (int k = 0; k < 3; k++)
		assert_int_equal(redeem(f, i.slug, "abcd oefg h123", &first),
		    INVITATION_FINE);
	OK(invitation_held(f->db, &f->arena, i.slug, &first, &held, &err));
	assert_true(held);
	assert_int_equal(redeem(f, i.slug, "ABCD0EFGH123", &second),
	    INVITATION_FINE);
	assert_int_equal(redeem(f, i.slug, "ABCD0EFGH123", &third),
	    INVITATION_USED_UP);
	assert_int_equal(redeem(f, i.slug, "ABCD0EFGH123", &second),
	    INVITATION_FINE);
	OK(invitation_list(f->db, &f->arena, i.slug, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].uses, 2);
	assert_string_equal(list[0].label, "x");
	i.expires_ms = FIXTURE_NOW;
	OK(invitation_insert(f->db, &f->town, &i, "ZZZZ0EFGH123", &err));
	assert_int_equal(redeem(f, i.slug, "ZZZZ0EFGH123", &third),
	    INVITATION_EXPIRED);
	i.slug = "no-such-service";
	FAILS(invitation_insert(f->db, &f->town, &i, "YYYY0EFGH123", &err),
	    ERR_NOT_FOUND);
}

static void
test_clerk(void **state)
{
	const struct event event = { .kind = "fields",
		.actor = ACTOR_OFFICE, .data = "{}" };
	struct clerk_answers c = { .answers = "{\"cost\":\"12\"}",
		.len = 13 };
	const struct vorgang_change change = { .now_ms = FIXTURE_NOW,
		.event = &event, .nevent = 1, .clerk = &c };
	struct clerk_answers read;
	struct err err = { 0 };
	struct vorgang v;
	struct fixture *f;

	NEED_DB();
	f = *state;
	v = fixture_vorgang(f, "{}");
	OK(fixture_submit(f, &v, false, &err));
	OK(clerk_read(f->db, &f->arena, &v, &read, &err));
	assert_int_equal(read.revision, 0);
	assert_string_equal(read.answers, "{}");
	OK(vorgang_change(
	    f->db, &f->arena, &f->town, &v.id, &change, &err));
	OK(clerk_read(f->db, &f->arena, &v, &read, &err));
	assert_int_equal(read.revision, 1);
	assert_string_equal(read.answers, c.answers);
	assert_int_equal(read.saved_ms, FIXTURE_NOW);
	/* Somebody else went out from the same revision. */
	FAILS(vorgang_change(
		  f->db, &f->arena, &f->town, &v.id, &change, &err),
	    ERR_CONFLICT);
	c.revision = 1;
	OK(vorgang_change(
	    f->db, &f->arena, &f->town, &v.id, &change, &err));
	OK(clerk_read(f->db, &f->arena, &v, &read, &err));
	assert_int_equal(read.revision, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redeem),
		cmocka_unit_test(test_clerk),
	};

	return cmocka_run_group_tests(
	    tests, fixture_setup, fixture_teardown);
}
