/* Who is told that a draft ends, and when. */
#include "db_fixture.h"

#include "common/draft/draft_access.h"
#include "common/draft/draft_reminder.h"

#define NOW INT64_C(1795305600000)
#define DAY INT64_C(86400000)

static struct id
make(struct fixture *f, int64_t days)
{
	const struct draft_begin b = { .submission_id = id_random(),
		.service_version_id = f->version_id,
		.lang = LANG_EN,
		.now_ms = NOW,
		.expires_ms = NOW + days * DAY };
	struct draft_secret browser;
	struct draft d;
	struct err err = { 0 };

	draft_secret_new(DRAFT_BROWSER, &browser);
	OK(draft_begin(
	    f->db, &f->arena, &f->town, &b, &browser, &d, &err));
	return b.submission_id;
}

/* One confirmed address that wants to be reminded, one that does not. */
static void
write(struct fixture *f, const struct id *id, bool is_confirmed)
{
	struct draft_reminder r = { .n = 2,
		.address = { { .to = "ida@example.org", .sent_ms = NOW,
				 .is_confirmed = is_confirmed,
				 .wants_reminder = true },
			{ .to = "other@example.org", .sent_ms = NOW + 1 } } };
	struct err err = { 0 };

	OK(draft_reminder_write(
	    f->db, &f->arena, &f->town, id, &r, &err));
}

/* Whether id's end is due to be announced at a time; *e is how. */
static bool
is_due(struct fixture *f, const struct id *id, int64_t now_ms,
    struct draft_ending *e)
{
	struct draft_ending *list;
	struct err err = { 0 };
	bool found = false;
	size_t n;

	OK(draft_reminder_due(
	    f->db, &f->arena, now_ms, 1000, &list, &n, &err));
	for (size_t i = 0; i < n; i++) {
		if (list[i].town_id != f->town.id ||
		    !id_equal(&list[i].submission_id, id))
			continue;
		found = true;
		*e = list[i];
	}
	return found;
}

static void
test_read_and_confirm(void **state)
{
	struct fixture *f;
	struct draft_reminder r;
	struct draft_secret link, other;
	struct err err = { 0 };
	struct id id;
	bool changed;

	NEED_DB();
	f = *state;
	id = make(f, 30);
	OK(draft_reminder_read(
	    f->db, &f->arena, &f->town, &id, &r, &err));
	assert_int_equal(r.n, 0);
	write(f, &id, false);
	OK(draft_reminder_read(
	    f->db, &f->arena, &f->town, &id, &r, &err));
	assert_int_equal(r.n, 2);
	assert_string_equal(r.address[0].to, "ida@example.org");
	assert_int_equal(r.address[1].sent_ms, NOW + 1);
	assert_ptr_equal(
	    draft_reminder_find(&r, "IDA@example.org"), &r.address[0]);
	assert_null(draft_reminder_find(&r, "ida@example.or"));
	draft_secret_new(DRAFT_LINK, &link);
	draft_secret_new(DRAFT_LINK, &other);
	draft_secret_hash(&f->town, &link, r.address[1].link);
	draft_reminder_confirm(&r, &f->town, &other, &changed);
	assert_false(changed);
	draft_reminder_confirm(&r, &f->town, &link, &changed);
	assert_true(changed);
	assert_false(r.address[0].is_confirmed);
	assert_true(r.address[1].is_confirmed);
	draft_reminder_confirm(&r, &f->town, &link, &changed);
	assert_false(changed);
	/* Three of the longest addresses fit. */
	r.n = DRAFT_ADDRESSES_MAX;
	for (size_t i = 0; i < r.n; i++)
		r.address[i].to = arena_printf(
		    &f->arena, "%0242zu@example.org", i);
	OK(draft_reminder_write(
	    f->db, &f->arena, &f->town, &id, &r, &err));
	id = id_random();
	FAILS(draft_reminder_read(f->db, &f->arena, &f->town, &id, &r, &err),
	    ERR_NOT_FOUND);
	FAILS(draft_reminder_write(f->db, &f->arena, &f->town, &id, &r, &err),
	    ERR_NOT_FOUND);
}

static void
test_due(void **state)
{
	struct fixture *f;
	struct draft_reminder r;
	struct draft_ending e;
	struct err err = { 0 };
	struct id id, unconfirmed, brief;
	bool is_new;

	NEED_DB();
	f = *state;
	id = make(f, 30);
	unconfirmed = make(f, 30);
	brief = make(f, 5);
	write(f, &id, true);
	write(f, &unconfirmed, false);
	write(f, &brief, true);
	assert_false(is_due(f, &id, NOW + 22 * DAY, &e));
	assert_false(is_due(f, &unconfirmed, NOW + 29 * DAY, &e));
	/* It never lived longer than a week. */
	assert_false(is_due(f, &brief, NOW, &e));
	assert_true(is_due(f, &brief, NOW + 4 * DAY + 1, &e));
	assert_true(is_due(f, &id, NOW + 23 * DAY, &e));
	assert_int_equal(e.announcement, DRAFT_ANNOUNCED_WEEK);
	assert_int_equal(e.lang, LANG_EN);
	OK(draft_reminder_open(&f->arena, &f->town, &e, &r, &err));
	assert_string_equal(r.address[0].to, "ida@example.org");
	OK(draft_reminder_announced(
	    f->db, &e, NOW + 23 * DAY, &is_new, &err));
	assert_true(is_new);
	OK(draft_reminder_announced(
	    f->db, &e, NOW + 23 * DAY, &is_new, &err));
	assert_false(is_new);
	assert_false(is_due(f, &id, NOW + 24 * DAY, &e));
	assert_true(is_due(f, &id, NOW + 29 * DAY, &e));
	assert_int_equal(e.announcement, DRAFT_ANNOUNCED_DAY);
	OK(draft_reminder_announced(
	    f->db, &e, NOW + 29 * DAY, &is_new, &err));
	assert_true(is_new);
	assert_false(is_due(f, &id, NOW + 29 * DAY + 1, &e));
	assert_false(is_due(f, &id, NOW + 31 * DAY, &e));
}

/* Who comes back in time hears of the new end as of the first. */
static void
test_touched_again(void **state)
{
	struct fixture *f;
	struct draft_begin b;
	struct draft_secret browser;
	struct draft d;
	struct draft_ending e, old;
	struct err err = { 0 };
	bool is_new;

	NEED_DB();
	f = *state;
	b = (struct draft_begin){ .submission_id = id_random(),
		.service_version_id = f->version_id,
		.now_ms = NOW, .expires_ms = NOW + 30 * DAY };
	draft_secret_new(DRAFT_BROWSER, &browser);
	OK(draft_begin(
	    f->db, &f->arena, &f->town, &b, &browser, &d, &err));
	write(f, &b.submission_id, true);
	assert_true(is_due(f, &b.submission_id, NOW + 25 * DAY, &old));
	OK(draft_reminder_announced(
	    f->db, &old, NOW + 25 * DAY, &is_new, &err));
	OK(draft_access_lock(f->db, &f->arena, &f->town, &b.submission_id,
	    &browser, NOW + DAY, &d, &err));
	d.touched_ms = NOW + 26 * DAY;
	d.expires_ms = NOW + 56 * DAY;
	OK(draft_access_save(f->db, &f->arena, &d, &err));
	assert_false(is_due(f, &b.submission_id, NOW + 29 * DAY, &e));
	/* A courier that read it before tells nothing wrong. */
	old.announcement = DRAFT_ANNOUNCED_DAY;
	OK(draft_reminder_announced(
	    f->db, &old, NOW + 29 * DAY, &is_new, &err));
	assert_false(is_new);
	assert_true(is_due(f, &b.submission_id, NOW + 50 * DAY, &e));
	assert_int_equal(e.announcement, DRAFT_ANNOUNCED_WEEK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_read_and_confirm, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_due, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_touched_again, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
