/* Stepped drafts: who opens one, and who does not. */
#include "db_fixture.h"

#include "common/db/commit_group.h"
#include "common/document_store.h"
#include "common/draft/draft_access.h"
#include "common/draft/draft_post_store.h"
#include "common/vorgang/vorgang_store.h"

#define NOW INT64_C(1795305600000)
#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)

static struct draft_begin
begin_of(const struct fixture *f)
{
	return (struct draft_begin){ .submission_id = id_random(),
		.service_version_id = f->version_id,
		.lang = LANG_EN,
		.now_ms = NOW,
		.expires_ms = NOW + 30 * DAY };
}

static void
make(struct fixture *f, struct draft_secret *browser, struct draft *d)
{
	const struct draft_begin b = begin_of(f);
	struct err err = { 0 };

	draft_secret_new(DRAFT_BROWSER, browser);
	OK(draft_begin(
	    f->db, &f->arena, &f->town, &b, browser, d, &err));
}

static void
save(struct fixture *f, const struct id *id, const struct draft_secret *s,
    const char *answers)
{
	struct err err = { 0 };
	struct draft d;

	OK(draft_access_lock(
	    f->db, &f->arena, &f->town, id, s, NOW, &d, &err));
	d.answers = answers;
	d.answers_len = strlen(answers);
	OK(draft_access_save(f->db, &f->arena, &d, &err));
}

static void
test_secrets(void **state)
{
	static const struct {
		enum draft_access_kind kind;
		size_t len;
	} cases[] = { { DRAFT_BROWSER, 26 }, { DRAFT_LINK, 26 },
		{ DRAFT_CODE, 24 } };
	struct arena a = { 0 };
	struct town town = { .key = { { 1 } }, .index_key = { { 2 } } };
	struct id draft = id_random(), other = id_random();
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct draft_secret s, back;
		struct crypto_key key, again;
		uint8_t hash[CRYPTO_DIGEST_LEN], hash2[CRYPTO_DIGEST_LEN];
		const char *shown;

		draft_secret_new(cases[i].kind, &s);
		shown = draft_secret_show(&a, &s);
		assert_int_equal(strlen(shown), cases[i].len);
		OK(draft_secret_parse(cases[i].kind, shown, &back, &err));
		assert_memory_equal(&s, &back, sizeof(s));
		draft_secret_hash(&town, &s, hash);
		back.kind = back.kind == DRAFT_LINK ? DRAFT_BROWSER
						    : DRAFT_LINK;
		draft_secret_hash(&town, &back, hash2);
		assert_memory_not_equal(hash, hash2, sizeof(hash));
		draft_secret_key(&town, &s, &draft, &key);
		draft_secret_key(&town, &s, &draft, &again);
		assert_memory_equal(&key, &again, sizeof(key));
		draft_secret_key(&town, &s, &other, &again);
		assert_memory_not_equal(&key, &again, sizeof(key));
		s.byte[3] ^= 1;
		draft_secret_key(&town, &s, &draft, &again);
		assert_memory_not_equal(&key, &again, sizeof(key));
	}
	arena_free(&a);
}

static void
test_begin_and_open(void **state)
{
	struct fixture *f;
	struct draft_secret browser, stranger;
	struct draft d, got;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	make(f, &browser, &d);
	assert_true(d.is_stepped);
	save(f, &d.submission_id, &browser, "{\"a\":1}");
	OK(draft_access_open(f->db, &f->arena, &f->town, &d.submission_id,
	    &browser, NOW, &got, &err));
	assert_string_equal(got.answers, "{\"a\":1}");
	assert_int_equal(got.revision, 1);
	assert_int_equal(got.lang, LANG_EN);
	assert_memory_equal(&got.key.key, &d.key.key, sizeof(d.key.key));
	/* as the Vorgang will keep it */
	OK(data_key_open(&f->town.key, got.key.wrapped,
	    sizeof(got.key.wrapped), &d.key, &err));
	assert_memory_equal(&got.key.key, &d.key.key, sizeof(d.key.key));
	draft_secret_new(DRAFT_BROWSER, &stranger);
	FAILS(draft_access_open(f->db, &f->arena, &f->town, &d.submission_id,
	    &stranger, NOW, &got, &err), ERR_NOT_FOUND);
	FAILS(draft_access_lock(f->db, &f->arena, &f->town, &d.submission_id,
	    &stranger, NOW, &got, &err), ERR_NOT_FOUND);
	/* The id alone: no draft. */
	FAILS(draft_read(f->db, &f->arena, &f->town, &d.submission_id, &got,
	    &err), ERR_NOT_FOUND);
	FAILS(draft_open(f->db, &f->arena, &f->town, &d.submission_id,
	    f->version_id, NOW, NOW + DAY, &got, &err), ERR_FORBIDDEN);
	/* Its time is over, or the browser's. */
	FAILS(draft_access_open(f->db, &f->arena, &f->town, &d.submission_id,
	    &browser, NOW + 15 * DAY, &got, &err), ERR_NOT_FOUND);
}

/* Neither the row nor the town's key, with all that the database knows. */
static void
test_town_key_does_not_open(void **state)
{
	struct fixture *f;
	struct draft_secret browser;
	struct draft d;
	struct err err = { 0 };
	struct db_rows rows;
	struct crypto_key key;
	const struct db_cell *wrapped;

	NEED_DB();
	f = *state;
	make(f, &browser, &d);
	{
		const struct db_param p[] = { db_id(&d.submission_id) };

		OK(db_query(f->db, &f->arena,
		    "SELECT d.data_key, a.wrapped_key, a.hash FROM draft d"
		    " JOIN draft_access a USING (town_id, submission_id)"
		    " WHERE d.submission_id = ?", p, 1, 1, &rows, &err));
	}
	assert_int_equal(rows.n, 1);
	assert_true(db_cell(&rows, 0, 0)->is_null);
	wrapped = db_cell(&rows, 0, 1);
	assert_int_equal(wrapped->len, CRYPTO_WRAPPED_LEN);
	FAILS(crypto_unwrap(&f->town.key, (const uint8_t *)wrapped->data,
	    &key, &err), ERR_CRYPTO);
	FAILS(crypto_unwrap(&f->town.index_key,
	    (const uint8_t *)wrapped->data, &key, &err), ERR_CRYPTO);
	/* The hash is no secret that opens. */
	memcpy(browser.byte, db_cell(&rows, 0, 2)->data, browser.len);
	draft_secret_key(&f->town, &browser, &d.submission_id, &key);
	FAILS(crypto_unwrap(&key, (const uint8_t *)wrapped->data, &d.key.key,
	    &err), ERR_CRYPTO);
}

static void
test_begin_twice(void **state)
{
	struct fixture *f;
	struct draft_begin b;
	struct draft_secret one, two;
	struct draft d, again;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	b = begin_of(f);
	draft_secret_new(DRAFT_BROWSER, &one);
	draft_secret_new(DRAFT_BROWSER, &two);
	OK(draft_begin(f->db, &f->arena, &f->town, &b, &one, &d, &err));
	OK(draft_begin(f->db, &f->arena, &f->town, &b, &one, &again, &err));
	assert_memory_equal(
	    &d.key.key, &again.key.key, sizeof(d.key.key));
	/* Pressed twice before the cookie came: the later answer holds. */
	OK(draft_begin(f->db, &f->arena, &f->town, &b, &two, &again, &err));
	FAILS(draft_access_open(f->db, &f->arena, &f->town,
	    &b.submission_id, &one, NOW, &d, &err), ERR_NOT_FOUND);
	save(f, &b.submission_id, &two, "{}");
	FAILS(draft_begin(f->db, &f->arena, &f->town, &b, &one, &d, &err),
	    ERR_DUPLICATE);
	OK(draft_begin(f->db, &f->arena, &f->town, &b, &two, &again, &err));
	assert_string_equal(again.answers, "{}");
}

static void
test_link_and_code(void **state)
{
	struct fixture *f;
	struct draft_secret browser, link, code, phone;
	struct draft d, got;
	struct id found;
	struct err err = { 0 };
	int64_t n;

	NEED_DB();
	f = *state;
	make(f, &browser, &d);
	save(f, &d.submission_id, &browser, "{\"b\":2}");
	draft_secret_new(DRAFT_LINK, &link);
	draft_secret_new(DRAFT_CODE, &code);
	draft_secret_new(DRAFT_BROWSER, &phone);
	OK(draft_access_add(
	    f->db, &f->town, &d, &link, NOW, 0, false, &err));
	OK(draft_access_add(
	    f->db, &f->town, &d, &code, NOW, 0, false, &err));
	OK(draft_access_add(
	    f->db, &f->town, &d, &code, NOW, 0, false, &err));
	OK(draft_access_find(
	    f->db, &f->arena, &f->town, &code, NOW + 20 * DAY, &found, &err));
	assert_true(id_equal(&found, &d.submission_id));
	OK(draft_access_open(f->db, &f->arena, &f->town, &found, &code,
	    NOW + 20 * DAY, &got, &err));
	assert_string_equal(got.answers, "{\"b\":2}");
	/* Another device gets a secret of its own from it. */
	OK(draft_access_add(f->db, &f->town, &got, &phone, NOW + 20 * DAY,
	    draft_browser_expires(NOW + 20 * DAY, false), false, &err));
	OK(draft_access_open(f->db, &f->arena, &f->town, &found, &phone,
	    NOW + 21 * DAY, &got, &err));
	/* A new code replaces the old one. */
	OK(draft_access_revoke(f->db, &found, DRAFT_CODE, &err));
	FAILS(draft_access_find(f->db, &f->arena, &f->town, &code, NOW,
	    &found, &err), ERR_NOT_FOUND);
	OK(draft_access_count(
	    f->db, &f->arena, &d.submission_id, DRAFT_LINK, &n, &err));
	assert_int_equal(n, 1);
	/* With the draft everything goes. */
	FAILS(draft_access_find(f->db, &f->arena, &f->town, &link,
	    NOW + 31 * DAY, &found, &err), ERR_NOT_FOUND);
	OK(draft_delete(f->db, &d.submission_id, &err));
	FAILS(draft_access_find(f->db, &f->arena, &f->town, &link, NOW,
	    &found, &err), ERR_NOT_FOUND);
	FAILS(draft_access_add(f->db, &f->town, &d, &code, NOW, 0, false,
	    &err), ERR_NOT_FOUND);
}

/* Whether the draft's page would renew the browser's access at now_ms. */
static bool
is_old(struct fixture *f, const struct draft *d,
    const struct draft_secret *browser, int64_t now_ms)
{
	struct draft opened;
	struct err err = { 0 };

	OK(draft_access_open(f->db, &f->arena, &f->town, &d->submission_id,
	    browser, now_ms, &opened, &err));
	return opened.is_access_old;
}

static void
test_list_and_renew(void **state)
{
	struct fixture *f;
	struct draft_secret browser, shared;
	struct draft_begin b;
	struct draft d;
	struct draft_entry *list;
	struct err err = { 0 };
	bool renewed;
	size_t n;

	NEED_DB();
	f = *state;
	make(f, &browser, &d);
	b = begin_of(f);
	b.now_ms += HOUR;
	OK(draft_begin(f->db, &f->arena, &f->town, &b, &browser, &d, &err));
	OK(draft_access_list(f->db, &f->arena, &f->town, &browser,
	    NOW + HOUR, &list, &n, &err));
	assert_int_equal(n, 2);
	assert_true(id_equal(&list[0].submission_id, &b.submission_id));
	assert_false(is_old(f, &d, &browser, NOW + 2 * HOUR));
	assert_true(is_old(f, &d, &browser, NOW + 10 * DAY));
	OK(draft_access_renew(
	    f->db, &f->town, &browser, NOW + 2 * HOUR, &renewed, &err));
	assert_false(renewed);
	OK(draft_access_renew(
	    f->db, &f->town, &browser, NOW + 10 * DAY, &renewed, &err));
	assert_true(renewed);
	assert_false(is_old(f, &d, &browser, NOW + 10 * DAY));
	OK(draft_access_list(f->db, &f->arena, &f->town, &browser,
	    NOW + 20 * DAY, &list, &n, &err));
	assert_int_equal(n, 2);
	b = begin_of(f);
	b.is_shared = true;
	draft_secret_new(DRAFT_BROWSER, &shared);
	OK(draft_begin(f->db, &f->arena, &f->town, &b, &shared, &d, &err));
	assert_false(is_old(f, &d, &shared, NOW + 11 * HOUR));
	OK(draft_access_renew(
	    f->db, &f->town, &shared, NOW + 11 * HOUR, &renewed, &err));
	assert_false(renewed);
	OK(draft_access_list(f->db, &f->arena, &f->town, &shared,
	    NOW + 13 * HOUR, &list, &n, &err));
	assert_int_equal(n, 0);
}

/* Two write at once: one after the other, on what the other wrote. */
static void
test_lock(void **state)
{
	struct fixture *f;
	struct draft_secret browser;
	struct draft d, mine, other;
	struct err err = { 0 };
	struct db *second;

	NEED_DB();
	f = *state;
	make(f, &browser, &d);
	second = db_new(&f->config);
	db_enter_town(second, f->town.id);
	OK(db_exec(second, "SET SESSION innodb_lock_wait_timeout = 1", NULL,
	    0, NULL, &err));
	OK(draft_access_lock(f->db, &f->arena, &f->town, &d.submission_id,
	    &browser, NOW, &mine, &err));
	FAILS(draft_access_lock(second, &f->arena, &f->town,
	    &d.submission_id, &browser, NOW, &other, &err), ERR_DB_BUSY);
	mine.answers = "{\"n\":1}";
	mine.answers_len = strlen(mine.answers);
	OK(draft_access_save(f->db, &f->arena, &mine, &err));
	OK(draft_access_lock(second, &f->arena, &f->town, &d.submission_id,
	    &browser, NOW, &other, &err));
	assert_string_equal(other.answers, mine.answers);
	assert_int_equal(other.revision, 1);
	db_rollback(second);
	db_free(second);
}

static void
test_post(void **state)
{
	static struct http_pair pair[] = { { "a.b", "x & y=\n\xc3\xa4", 9 },
		{ "empty", "", 0 }, { "a.b", "2\0z", 3 } };
	static const struct draft_refusal refusal[] = {
		{ "doc", "too_large", "gro\xc3\x9f.pdf" } };
	const struct draft_post post = { .pairs = { pair, nitems(pair) },
		.notes = { .action = "next", .version = "", .not_shown = "",
		    .refusal = refusal, .nrefusal = 1 } };
	struct fixture *f;
	struct draft_secret browser;
	struct draft_post got;
	struct draft d, other;
	struct id id;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	make(f, &browser, &d);
	make(f, &browser, &other);
	OK(draft_post_add(f->db, &f->arena, &d, &post, NOW, &id, &err));
	FAILS(draft_post_read(f->db, &f->arena, &other, &id, &got, &err),
	    ERR_NOT_FOUND);
	OK(draft_post_read(f->db, &f->arena, &d, &id, &got, &err));
	assert_int_equal(got.pairs.n, nitems(pair));
	for (size_t i = 0; i < nitems(pair); i++) {
		assert_string_equal(got.pairs.pair[i].name, pair[i].name);
		assert_int_equal(
		    got.pairs.pair[i].value_len, pair[i].value_len);
		assert_memory_equal(got.pairs.pair[i].value, pair[i].value,
		    pair[i].value_len);
	}
	assert_int_equal(got.notes.nrefusal, 1);
	assert_string_equal(got.notes.refusal[0].name, refusal[0].name);
	assert_string_equal(got.notes.action, "next");
	assert_false(got.has_lost_files);
	OK(draft_post_delete(f->db, &d, &id, &err));
	FAILS(draft_post_read(f->db, &f->arena, &d, &id, &got, &err),
	    ERR_NOT_FOUND);
	OK(draft_delete(f->db, &d.submission_id, &err));
	FAILS(draft_post_add(f->db, &f->arena, &d, &post, NOW, &id, &err),
	    ERR_NOT_FOUND);
}

static void
test_sweep(void **state)
{
	struct fixture *f;
	struct draft_secret browser;
	struct draft_post post = { .notes = { .action = "", .version = "",
	    .not_shown = "" } };
	struct draft_post gone;
	struct draft d, got;
	struct id id;
	struct err err = { 0 };
	int64_t n;

	NEED_DB();
	f = *state;
	make(f, &browser, &d);
	OK(draft_post_add(f->db, &f->arena, &d, &post, NOW, &id, &err));
	OK(draft_access_sweep(f->db, NOW, &n, &err));
	OK(draft_access_open(f->db, &f->arena, &f->town, &d.submission_id,
	    &browser, NOW, &got, &err));
	OK(draft_access_sweep(f->db, NOW + 15 * DAY, &n, &err));
	assert_true(n >= 2);
	FAILS(draft_access_open(f->db, &f->arena, &f->town, &d.submission_id,
	    &browser, NOW, &got, &err), ERR_NOT_FOUND);
	FAILS(draft_post_read(f->db, &f->arena, &d, &id, &gone, &err),
	    ERR_NOT_FOUND);
	/* Saved a moment ago: the sweep's list was older. */
	OK(draft_delete_expired(
	    f->db, &d.submission_id, NOW + 29 * DAY, &err));
	assert_int_equal(fixture_number(f->db,
	    "SELECT COUNT(*) FROM draft WHERE town_id ="
	    " (SELECT MAX(id) FROM town) AND is_stepped"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets),
		cmocka_unit_test_setup_teardown(
		    test_begin_and_open, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_town_key_does_not_open,
		    fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_begin_twice, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_link_and_code, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_list_and_renew, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_lock, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_post, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_sweep, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
