#include "common/handover/client_store.h"
#include "common/handover/handover_store.h"
#include "common/vorgang/vorgang_change.h"
#include "common/handover/webhook_store.h"
#include "vorgang_fixture.h"

#define SERVICE "test-service"

static struct client
add_client(struct fixture *f, const char *slug, unsigned rights,
    uint8_t hash[CRYPTO_DIGEST_LEN])
{
	struct client_scope scope = {.service = SERVICE, .rights = rights};
	const struct client c = {.slug = slug,
	    .label = "Bauhof",
	    .hourly = 100,
	    .scope = &scope,
	    .nscope = 1};
	struct client out;
	struct err err = {0};

	crypto_random(hash, CRYPTO_DIGEST_LEN);
	OK(client_insert(f->db, &f->arena, &c, hash, NULL, FIXTURE_NOW, &err));
	OK(client_find(f->db, &f->arena, slug, &out, &err));
	return out;
}

static struct vorgang
submit(struct fixture *f)
{
	struct vorgang v = fixture_vorgang(f, "{}");
	struct err err = {0};

	OK(fixture_submit(f, &v, false, &err));
	return v;
}

static void
test_client_life(void **state)
{
	uint8_t hash[CRYPTO_DIGEST_LEN], next[CRYPTO_DIGEST_LEN];
	uint8_t certificate[CRYPTO_DIGEST_LEN] = {1};
	struct fixture *f;
	struct client c, out, *list;
	struct client_scope none = {.service = "gibt-es-nicht", .rights = 1};
	struct err err = {0};
	size_t n;

	NEED_DB();
	f = *state;
	c = add_client(f, "leben", CLIENT_READ | CLIENT_ANSWER, hash);
	assert_int_equal(client_rights(&c, SERVICE), 5);
	assert_int_equal(client_rights(&c, "other"), 0);
	OK(client_by_token(
	    f->db, &f->arena, hash, FIXTURE_NOW, &out, &err));
	assert_string_equal(out.slug, "leben");
	FAILS(client_insert(f->db, &f->arena, &c, NULL, NULL, FIXTURE_NOW,
	    &err), ERR_DUPLICATE);
	FAILS(client_scopes_put(f->db, &f->arena, c.id, &none, 1, &err),
	    ERR_NOT_FOUND);
	OK(client_find(f->db, &f->arena, "leben", &out, &err));
	assert_int_equal(out.nscope, 1); /* undone as a whole */
	crypto_random(next, sizeof(next));
	OK(client_rotate(f->db, c.id, next, FIXTURE_NOW, FIXTURE_NOW + 1000,
	    &err));
	OK(client_by_token(f->db, &f->arena, hash, FIXTURE_NOW + 999, &out,
	    &err));
	FAILS(client_by_token(f->db, &f->arena, hash, FIXTURE_NOW + 1000,
	    &out, &err), ERR_UNAUTHORIZED);
	OK(client_by_token(f->db, &f->arena, next, FIXTURE_NOW + 9999, &out,
	    &err));
	FAILS(client_by_certificate(f->db, &f->arena, certificate, &out,
	    &err), ERR_UNAUTHORIZED);
	OK(client_certificate_put(
	    f->db, c.id, certificate, FIXTURE_NOW, &err));
	OK(client_by_certificate(f->db, &f->arena, certificate, &out, &err));
	OK(client_revoke(f->db, c.id, FIXTURE_NOW, &err));
	FAILS(client_by_token(f->db, &f->arena, next, FIXTURE_NOW, &out,
	    &err), ERR_UNAUTHORIZED);
	FAILS(client_by_certificate(f->db, &f->arena, certificate, &out,
	    &err), ERR_UNAUTHORIZED);
	OK(client_list(f->db, &f->arena, &list, &n, &err));
	assert_true(n >= 1);
}

static void
test_handover_rows(void **state)
{
	struct handover h = {.way = HANDOVER_OSCI,
	    .partner = "meldeamt",
	    .name = "Meldeamt",
	    .what = "register-request",
	    .handed_ms = FIXTURE_NOW};
	struct fixture *f;
	struct handover *list, out;
	struct err err = {0};
	struct vorgang v;
	bool found;
	size_t n;

	NEED_DB();
	f = *state;
	v = submit(f);
	OK(handover_put(f->db, &v.id, &h, &err));
	h.handed_ms += 5;
	h.collected_ms = FIXTURE_NOW + 10;
	OK(handover_put(f->db, &v.id, &h, &err));
	h.collected_ms = FIXTURE_NOW + 99;
	h.answered_ms = FIXTURE_NOW + 20;
	OK(handover_put(f->db, &v.id, &h, &err));
	h.answered_ms = FIXTURE_NOW + 30;
	OK(handover_put(f->db, &v.id, &h, &err));
	h.answered_ms = 0;
	OK(handover_put(f->db, &v.id, &h, &err));
	OK(handover_list(f->db, &f->arena, &v.id, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].handed_ms, FIXTURE_NOW);
	assert_int_equal(list[0].collected_ms, FIXTURE_NOW + 10);
	assert_int_equal(list[0].answered_ms, FIXTURE_NOW + 30);
	assert_string_equal(list[0].name, "Meldeamt");
	OK(handover_find(f->db, &f->arena, &v.id, HANDOVER_OSCI, "meldeamt",
	    "other", &out, &found, &err));
	assert_false(found);
}

static size_t
list(struct fixture *f, const struct client *c, struct client_filter *filter,
    struct client_line **line)
{
	struct err err = {0};
	size_t n;

	filter->max = 100;
	OK(client_vorgaenge(f->db, &f->arena, c, filter, line, &n, &err));
	return n;
}

static void
test_list(void **state)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	struct client_filter filter = {0};
	struct client_line *line;
	struct client reader, blind;
	struct fixture *f;
	struct vorgang v;
	size_t all;

	NEED_DB();
	f = *state;
	reader = add_client(f, "leser", CLIENT_READ, hash);
	blind = add_client(f, "blind", CLIENT_ACKNOWLEDGE, hash);
	(void)submit(f);
	v = submit(f);
	all = list(f, &reader, &filter, &line);
	assert_true(all >= 2);
	for (size_t i = 1; i < all; i++)
		assert_true(line[i - 1].changed_ms < line[i].changed_ms ||
		    memcmp(line[i - 1].id.byte, line[i].id.byte, ID_LEN) < 0);
	assert_string_equal(line[0].service, SERVICE);
	assert_int_equal(list(f, &blind, &filter, &line), 0);
	filter.since_ms = FIXTURE_NOW;
	filter.has_after = true;
	filter.after = v.id;
	(void)list(f, &reader, &filter, &line);
	for (size_t i = 0; i < list(f, &reader, &filter, &line); i++)
		assert_true(memcmp(line[i].id.byte, v.id.byte, ID_LEN) > 0);
	filter = (struct client_filter){.state = "nie"};
	assert_int_equal(list(f, &reader, &filter, &line), 0);
	filter = (struct client_filter){.service = "other"};
	assert_int_equal(list(f, &reader, &filter, &line), 0);
	filter = (struct client_filter){.since_ms = FIXTURE_NOW + 86400000};
	assert_int_equal(list(f, &reader, &filter, &line), 0);
}

static void
test_requests(void **state)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];
	struct client_request r = {.key = {{7}}, .digest = {8},
	    .first_seq = 3, .last_seq = 4}, out;
	struct fixture *f;
	struct err err = {0};
	struct client c, other;
	struct vorgang v;
	bool found;

	NEED_DB();
	f = *state;
	c = add_client(f, "tut-etwas", CLIENT_READ, hash);
	other = add_client(f, "tut-nichts", CLIENT_READ, hash);
	v = submit(f);
	r.vorgang_id = v.id;
	OK(client_request_find(
	    f->db, &f->arena, c.id, &r.key, &out, &found, &err));
	assert_false(found);
	OK(client_request_insert(f->db, c.id, &r, FIXTURE_NOW, &err));
	FAILS(client_request_insert(f->db, c.id, &r, FIXTURE_NOW, &err),
	    ERR_DUPLICATE);
	OK(client_request_find(
	    f->db, &f->arena, c.id, &r.key, &out, &found, &err));
	assert_true(found);
	assert_memory_equal(out.digest, r.digest, sizeof(r.digest));
	assert_false(out.has_document);
	assert_int_equal(out.last_seq, 4);
	OK(client_request_find(
	    f->db, &f->arena, other.id, &r.key, &out, &found, &err));
	assert_false(found);
}

static size_t
notices(struct fixture *f, const struct webhook *w)
{
	struct err err = {0};
	size_t n;

	OK(webhook_notice(f->db, &f->arena, w, 0, FIXTURE_NOW + 1, 1000, &n,
	    &err));
	return n;
}

static void
test_webhook(void **state)
{
	const struct event event = {.kind = "message",
	    .actor = ACTOR_APPLICANT, .is_public = true, .data = "{}"};
	const struct vorgang_change change = {
	    .now_ms = FIXTURE_NOW + 5, .event = &event, .nevent = 1};
	struct crypto_key secret = {{3}}, opened;
	uint8_t hash[CRYPTO_DIGEST_LEN];
	struct webhook_line *line;
	struct webhook_job *job;
	struct webhook w = {0};
	struct err err = {0};
	struct fixture *f;
	struct client c;
	struct vorgang v;
	int64_t count;
	uint32_t id;
	size_t n;

	NEED_DB();
	f = *state;
	c = add_client(f, "melder", CLIENT_READ, hash);
	v = submit(f);
	OK(webhook_insert(f->db, &f->arena, &f->town, c.id, "https://x/",
	    WEBHOOK_NEW | WEBHOOK_CHANGED, &secret, FIXTURE_NOW, &id, &err));
	w = (struct webhook){.id = id, .town_id = f->town.id,
	    .client_id = c.id, .created_ms = FIXTURE_NOW,
	    .events = WEBHOOK_NEW | WEBHOOK_CHANGED};
	assert_true(notices(f, &w) >= 1);
	assert_int_equal(notices(f, &w), 0); /* each is told of once */
	OK(vorgang_change(f->db, &f->arena, &f->town, &v.id, &change, &err));
	assert_int_equal(notices(f, &w), 1);
	OK(webhook_claim(f->db, &f->arena, "me", FIXTURE_NOW + 10, 1000, 1000,
	    &job, &n, &err));
	assert_true(n >= 2);
	assert_string_equal(job[0].service, SERVICE);
	OK(webhook_secret_open(
	    &f->arena, &f->town, &job[0], &opened, &err));
	assert_memory_equal(&opened, &secret, sizeof(secret));
	OK(webhook_finish(f->db, "other", &job[0].id, WEBHOOK_DELIVERED,
	    FIXTURE_NOW, 200, NULL, FIXTURE_NOW, &err));
	OK(webhook_finish(f->db, "me", &job[1].id, WEBHOOK_DEAD, FIXTURE_NOW,
	    500, "status 500", FIXTURE_NOW, &err));
	OK(webhook_lines(f->db, &f->arena, true, 10, &line, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(line[0].answer, 500);
	OK(webhook_put_off(f->db, "me", id, FIXTURE_NOW + 20, &err));
	OK(webhook_line(f->db, &f->arena, &job[0].id, &line[0], &err));
	assert_int_equal(line[0].state, WEBHOOK_WAITING);
	assert_int_equal(line[0].attempts, 0);
	OK(webhook_retry(f->db, NULL, FIXTURE_NOW, &count, &err));
	assert_int_equal(count, 1);
	OK(webhook_remove(f->db, id, FIXTURE_NOW, &err));
	FAILS(webhook_remove(f->db, id, FIXTURE_NOW, &err), ERR_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_client_life),
	    cmocka_unit_test(test_handover_rows),
	    cmocka_unit_test(test_list),
	    cmocka_unit_test(test_requests),
	    cmocka_unit_test(test_webhook),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
