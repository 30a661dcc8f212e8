/* links: forms/api_openapi forms/api_view */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "forms/api_view.h"

#define SERVICES "fcgi-apps/services/"

static const char *const slugs[] = {
    "bewohnerparkausweis",
    "hundesteuer-anmeldung",
    "maengelmeldung",
    "fuehrerschein-umtausch",
    "kursanmeldung",
    "photovoltaik-anzeige",
    "gewerbeanmeldung",
    "sperrmuell",
    "personalausweis",
    "wohnsitz-ummeldung",
    "geburtsurkunde",
    "meldebescheinigung",
};

struct api {
	struct arena arena;
	struct texts *texts;
	struct service *service;
	cJSON *settings, *json;
	struct town_service offer;
	struct form_context context;
	struct form_words words;
};

static void
api_open(struct api *t, const char *slug)
{
	struct form_mistakes mistakes = {.arena = &t->arena};
	struct err err = {0};
	const char *package;

	assert_int_equal(texts_load("fcgi-apps/texts", &t->texts, &err), 0);
	if (service_read_folder(&t->arena,
		arena_printf(&t->arena, SERVICES "%s", slug), &t->service,
		&package, &mistakes, &err) == -1 ||
	    t->service == NULL)
		fail_msg("%s: %s", slug, err.msg);
	t->settings = cJSON_Parse(t->service->settings);
	t->offer = (struct town_service){.service = t->service,
	    .settings = t->settings,
	    .is_open = true};
	t->context = (struct form_context){.settings = t->settings};
	t->words = (struct form_words){.arena = &t->arena,
	    .texts = t->texts,
	    .service = t->service,
	    .town = "Quellstadt",
	    .settings = t->settings,
	    .upload_max = 1 << 20,
	    .upload_count_max = 20};
}

static void
api_close(struct api *t)
{
	cJSON_Delete(t->json);
	cJSON_Delete(t->settings);
	texts_free(t->texts);
	arena_free(&t->arena);
}

/* Parses what a writer wrote. */
static void
api_parse(struct api *t, const struct buf *out)
{
	assert_int_equal(out->failed, ERR_NONE);
	t->json = cJSON_ParseWithLengthOpts(
	    buf_text(out), out->len, NULL, false);
	assert_non_null(t->json);
}

static const cJSON *
member(const cJSON *object, const char *name)
{
	const cJSON *m = cJSON_GetObjectItemCaseSensitive(object, name);

	if (m == NULL)
		fail_msg("no member %s", name);
	return m;
}

/* "#/components/schemas/Answers" */
static void
assert_resolves(const cJSON *root, const char *reference)
{
	const char *at = reference;
	const cJSON *node = root;

	assert_memory_equal(at, "#/", 2);
	for (at += 2; *at != '\0'; at += *at == '/') {
		char name[64];
		size_t n = strcspn(at, "/");

		assert_true(n < sizeof(name));
		memcpy(name, at, n);
		name[n] = '\0';
		node = cJSON_GetObjectItemCaseSensitive(node, name);
		if (node == NULL)
			fail_msg("%s leads nowhere", reference);
		at += n;
	}
}

static void
check_references(const cJSON *root, const cJSON *node)
{
	const cJSON *child;

	cJSON_ArrayForEach(child, node)
	{
		if (child->string != NULL && strcmp(child->string, "$ref") == 0)
			assert_resolves(root, child->valuestring);
		check_references(root, child);
	}
}

static bool
is_schema_type(const char *type)
{
	static const char *const types[] = {"object", "array", "string",
	    "integer", "number", "boolean"};

	for (size_t i = 0; i < nitems(types); i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return false;
}

/* Every schema says its type, or types to choose from; what is required is
 * among the properties. */
static void
check_schema(const cJSON *schema, const char *name)
{
	const cJSON *either =
	    cJSON_GetObjectItemCaseSensitive(schema, "oneOf");
	const cJSON *type =
	    either == NULL ? member(schema, "type") : either->child;
	const cJSON *properties =
	    cJSON_GetObjectItemCaseSensitive(schema, "properties");
	const cJSON *required =
	    cJSON_GetObjectItemCaseSensitive(schema, "required");
	const cJSON *one;

	if (either != NULL) {
		assert_non_null(type);
		cJSON_ArrayForEach(one, either) check_schema(one, name);
		return;
	}
	if (!cJSON_IsString(type) || !is_schema_type(type->valuestring))
		fail_msg("%s has no type", name);
	cJSON_ArrayForEach(one, required)
	{
		if (cJSON_GetObjectItemCaseSensitive(
			properties, one->valuestring) == NULL)
			fail_msg("%s requires %s, which it has not", name,
			    one->valuestring);
	}
	cJSON_ArrayForEach(one, properties) check_schema(one, one->string);
	if (strcmp(type->valuestring, "array") == 0)
		check_schema(member(schema, "items"), name);
}

static void
test_openapi(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(slugs); i++) {
		struct api t = {0};
		struct buf *out;
		struct json_out j;
		const cJSON *schemas, *post;
		const char *path;

		api_open(&t, slugs[i]);
		out = buf_new(&t.arena, 4 << 20);
		json_begin(&j, out);
		api_write_openapi(&t.words, &t.offer, &t.context,
		    "https://quellstadt.example", &j);
		api_parse(&t, out);
		assert_string_equal(
		    member(t.json, "openapi")->valuestring, "3.1.0");
		assert_non_null(member(member(t.json, "info"), "title"));
		assert_non_null(member(member(t.json, "info"), "version"));
		path = arena_printf(&t.arena, "/api/v1/antraege/%s", slugs[i]);
		post = member(member(member(t.json, "paths"), path), "post");
		assert_non_null(member(member(post, "responses"), "201"));
		assert_non_null(member(member(post, "responses"), "422"));
		schemas = member(member(t.json, "components"), "schemas");
		check_schema(member(schemas, "Answers"), "Answers");
		check_schema(member(schemas, "Receipt"), "Receipt");
		check_schema(member(schemas, "Problem"), "Problem");
		check_references(t.json, t.json);
		api_close(&t);
	}
}

/* A few fields of known shape. */
static void
test_schema(void **state)
{
	struct api t = {0};
	const cJSON *dog, *p;
	struct buf *out;
	struct json_out j;

	(void)state;
	api_open(&t, "hundesteuer-anmeldung");
	out = buf_new(&t.arena, 4 << 20);
	json_begin(&j, out);
	api_write_schema(&t.words, t.service->form, &t.context, &j);
	api_parse(&t, out);
	p = member(member(t.json, "properties"), "dogs");
	assert_string_equal(member(p, "type")->valuestring, "array");
	assert_int_equal(member(p, "minItems")->valueint, 1);
	assert_int_equal(member(p, "maxItems")->valueint, 10);
	dog = member(member(p, "items"), "properties");
	assert_string_equal(
	    member(member(dog, "is_dangerous"), "type")->valuestring,
	    "boolean");
	assert_int_equal(
	    cJSON_GetArraySize(member(member(dog, "sex"), "enum")), 2);
	assert_string_equal(
	    member(member(dog, "held_since"), "format")->valuestring, "date");
	/* computed by the server, so nothing to send */
	assert_null(cJSON_GetObjectItemCaseSensitive(dog, "year_cent"));
	api_close(&t);
}

static void
test_definition(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(slugs); i++) {
		struct api t = {0};
		struct buf *out;
		struct json_out j;
		const cJSON *page, *field;

		api_open(&t, slugs[i]);
		out = buf_new(&t.arena, 4 << 20);
		json_begin(&j, out);
		api_write_definition(&t.words, &t.offer, &t.context, &j);
		api_parse(&t, out);
		assert_string_equal(
		    member(t.json, "service")->valuestring, slugs[i]);
		page = member(t.json, "pages");
		assert_true(cJSON_GetArraySize(page) > 1);
		cJSON_ArrayForEach(field,
		    member(cJSON_GetArrayItem(page, 0), "fields"))
		{
			assert_true(cJSON_IsString(member(field, "label")));
			assert_true(cJSON_IsString(member(field, "type")));
			assert_true(cJSON_IsString(member(field, "path")));
		}
		api_close(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_openapi),
	    cmocka_unit_test(test_schema),
	    cmocka_unit_test(test_definition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
