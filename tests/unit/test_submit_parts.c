/* links: forms/submit_parts */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "common/date.h"
#include "forms/submit_parts.h"

#define NOW_MS INT64_C(1793606400000) /* 2026-11-02T08:00:00Z */

/* Answers to a shipped form, as a town's programs judge them. */
struct desk {
	struct arena arena;
	struct town town;
	struct department department[3];
	struct service *service;
	cJSON *settings;
	struct town_service offer;
	struct request req;
	struct antrag antrag;
};

static void
desk_open(struct desk *d, const char *slug, const char *settings)
{
	struct form_mistakes mistakes = {.arena = &d->arena};
	struct err err = {0};
	const char *package;

	if (service_read_folder(&d->arena,
		arena_printf(&d->arena, "fcgi-apps/services/%s", slug),
		&d->service, &package, &mistakes, &err) == -1 ||
	    d->service == NULL)
		fail_msg("%s: %s", slug, err.msg);
	d->settings = cJSON_Parse(
	    settings != NULL ? settings : d->service->settings);
	assert_non_null(d->settings);
	d->department[0] = (struct department){.id = 1, .slug = "zentrale"};
	d->department[1] = (struct department){.id = 2, .slug = "steueramt"};
	d->department[2] = (struct department){.id = 3, .slug = "bauhof"};
	d->town = (struct town){.id = 7,
	    .slug = "quellstadt",
	    .index_key = {{1, 2, 3}},
	    .department = d->department,
	    .ndepartment = nitems(d->department)};
	d->offer = (struct town_service){
	    .service = d->service, .settings = d->settings, .is_open = true};
	d->req = (struct request){.arena = &d->arena, .town = &d->town};
	d->antrag = (struct antrag){.offer = &d->offer,
	    .service = d->service,
	    .context = {.now_ms = NOW_MS, .settings = d->settings}};
}

static void
desk_answer(struct desk *d, const char *json)
{
	struct err err = {0};
	cJSON *tree = cJSON_Parse(json);

	assert_non_null(tree);
	if (form_read_json(&d->arena, d->service->form, tree,
		&d->antrag.answers, &err) == -1)
		fail_msg("%s", err.msg);
	cJSON_Delete(tree);
	form_evaluate(&d->arena, d->antrag.answers, &d->antrag.context,
	    &d->antrag.error, &d->antrag.nerror);
}

static void
desk_close(struct desk *d)
{
	cJSON_Delete(d->settings);
	arena_free(&d->arena);
}

static const char light[] =
    "{\"category\": \"street_light\", \"description\": \"Laterne flackert.\","
    " \"location_text\": \"Am Wall\", \"danger\": false,"
    " \"contact_wanted\": true, \"email\": \"Zoe@Example.org\","
    " \"publish_ok\": true}";
static const char light_other[] =
    "{\"category\": \"street_light\", \"description\": \"Laterne ist aus.\","
    " \"location_text\": \"Am Wall\", \"danger\": false,"
    " \"contact_wanted\": true, \"email\": \"Zoe@Example.org\","
    " \"publish_ok\": true}";
/* The phone is not asked for, so it is not part of the answers. */
static const char anonymous[] =
    "{\"category\": \"litter\", \"description\": \"Sofa im Wald\","
    " \"location_text\": \"Am Wall\", \"danger\": true,"
    " \"contact_wanted\": false, \"publish_ok\": true}";
static const char anonymous_hidden[] =
    "{\"category\": \"litter\", \"description\": \"Sofa im Wald\","
    " \"location_text\": \"Am Wall\", \"danger\": true,"
    " \"contact_wanted\": false, \"phone\": \"03641 123456\","
    " \"publish_ok\": true}";

static const struct {
	const char *name, *first, *second;
	bool is_same;
} repetitions[] = {
    {"the same again", light, light, true},
    {"another description", light, light_other, false},
    {"another answer that is not asked for", anonymous, anonymous_hidden,
	true},
};

static void
test_digest(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(repetitions); i++) {
		uint8_t first[CRYPTO_DIGEST_LEN], second[CRYPTO_DIGEST_LEN];
		struct desk d = {0};

		desk_open(&d, "maengelmeldung", NULL);
		desk_answer(&d, repetitions[i].first);
		submit_digest(&d.req, &d.antrag, first);
		desk_answer(&d, repetitions[i].second);
		submit_digest(&d.req, &d.antrag, second);
		if ((memcmp(first, second, sizeof(first)) == 0) !=
		    repetitions[i].is_same)
			fail_msg("%s", repetitions[i].name);
		desk_close(&d);
	}
}

/* A second click uploads the same file again, under another id. */
static void
test_digest_of_files(void **state)
{
	const struct answer_file file = {.id = {{1}},
	    .name = "a.jpg",
	    .media_type = "image/jpeg",
	    .size = 5};
	struct answer_file again = file, other = file;
	uint8_t first[CRYPTO_DIGEST_LEN], second[CRYPTO_DIGEST_LEN];
	struct desk d = {0};

	(void)state;
	again.id.byte[0] = 2;
	other.id.byte[0] = 3;
	other.size = 6;
	desk_open(&d, "maengelmeldung", NULL);
	desk_answer(&d, light);
	form_attach_file(&d.arena, d.antrag.answers, "photos", &file);
	form_evaluate(&d.arena, d.antrag.answers, &d.antrag.context,
	    &d.antrag.error, &d.antrag.nerror);
	submit_digest(&d.req, &d.antrag, first);
	form_attach_file(&d.arena, d.antrag.answers, "photos", &again);
	form_evaluate(&d.arena, d.antrag.answers, &d.antrag.context,
	    &d.antrag.error, &d.antrag.nerror);
	submit_digest(&d.req, &d.antrag, second);
	assert_memory_equal(first, second, sizeof(first));
	form_attach_file(&d.arena, d.antrag.answers, "photos", &other);
	form_evaluate(&d.arena, d.antrag.answers, &d.antrag.context,
	    &d.antrag.error, &d.antrag.nerror);
	submit_digest(&d.req, &d.antrag, second);
	assert_memory_not_equal(first, second, sizeof(first));
	desk_close(&d);
}

static void
test_mail_and_index(void **state)
{
	const struct vorgang_index *index;
	uint8_t want[CRYPTO_INDEX_LEN];
	struct desk d = {0};

	(void)state;
	desk_open(&d, "maengelmeldung", NULL);
	desk_answer(&d, light);
	assert_string_equal(submit_mail(&d.antrag), "Zoe@example.org");
	assert_int_equal(submit_index(&d.req, &d.antrag, &index), 1);
	assert_string_equal(index[0].kind, "email");
	crypto_blind_index(
	    &d.town.index_key, "email", "zoe@example.org", want);
	assert_memory_equal(index[0].hash, want, sizeof(want));
	desk_answer(&d, anonymous);
	assert_string_equal(submit_mail(&d.antrag), "");
	assert_int_equal(submit_index(&d.req, &d.antrag, &index), 0);
	desk_close(&d);
}

static void
test_state(void **state)
{
	struct vorgang v = {0};
	struct desk d = {0};

	(void)state;
	desk_open(&d, "maengelmeldung", NULL);
	desk_answer(&d, anonymous); /* danger */
	submit_state(&d.req, &d.antrag, &v);
	assert_non_null(service_state(d.service, v.state));
	assert_true(service_state(d.service, v.state)->is_initial);
	assert_true(v.is_urgent);
	assert_true(v.due > date_of_instant(NOW_MS));
	desk_answer(&d, light);
	submit_state(&d.req, &d.antrag, &v);
	assert_false(v.is_urgent);
	desk_close(&d);
}

/* A department that the town has not, and a town without any. */
static void
test_department(void **state)
{
	const struct department *department;
	struct err err = {0};
	struct desk d = {0};

	(void)state;
	desk_open(&d, "hundesteuer-anmeldung", NULL);
	desk_answer(&d, "{}");
	d.offer.department = "steueramt";
	assert_int_equal(
	    submit_department(&d.req, &d.antrag, &department, &err), 0);
	assert_string_equal(department->slug, "steueramt");
	d.department[1].slug = "kasse";
	assert_int_equal(
	    submit_department(&d.req, &d.antrag, &department, &err), 0);
	assert_string_equal(department->slug, "zentrale");
	d.town.ndepartment = 0;
	assert_int_equal(
	    submit_department(&d.req, &d.antrag, &department, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	desk_close(&d);
}

/* The town's setting "departments" maps the package's names. */
static void
test_department_map(void **state)
{
	const struct department *department;
	struct err err = {0};
	struct desk d = {0};

	(void)state;
	desk_open(&d, "hundesteuer-anmeldung",
	    "{\"departments\": {\"steueramt\": \"bauhof\"}}");
	desk_answer(&d, "{}");
	d.offer.department = "steueramt";
	assert_int_equal(
	    submit_department(&d.req, &d.antrag, &department, &err), 0);
	assert_string_equal(department->slug, "bauhof");
	desk_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_digest),
	    cmocka_unit_test(test_digest_of_files),
	    cmocka_unit_test(test_mail_and_index),
	    cmocka_unit_test(test_state),
	    cmocka_unit_test(test_department),
	    cmocka_unit_test(test_department_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
