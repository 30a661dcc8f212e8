/*
 * docs/schema knows what the compiler knows, no more and no less. Members of a
 * field and operations come from the compiler's tables; of other objects the
 * compiler names what it takes when it is given something else.
 */
#include "form_fixture.h"

#include "common/file.h"
#include "common/service/service_def.h"
#include "common/service/service_opening.h"

#define SCHEMAS "docs/schema/"
#define STRANGE "zzzzzzzzzzzz"
#define TYPES (FORM_REPEAT + 1)

static cJSON *
read_schema(struct arena *a, const char *name)
{
	const char *path = arena_printf(a, SCHEMAS "%s", name);
	struct err err = {0};
	cJSON *json = NULL;
	char *text;
	size_t len;

	if (file_read(a, path, 1 << 20, &text, &len, &err) == -1 ||
	    json_parse(a, text, len, &json_limits_package, &json, &err) == -1)
		fail_msg("%s: %s", path, err.msg);
	return json;
}

/* schema at "properties/retention": members in a row, items by number. */
static const cJSON *
at(const cJSON *json, const char *path)
{
	while (*path != '\0' && json != NULL) {
		size_t n = strcspn(path, "/");
		char name[60];

		(void)snprintf(name, sizeof(name), "%.*s", (int)n, path);
		json = cJSON_IsArray(json)
		    ? cJSON_GetArrayItem(json, name[0] - '0')
		    : cJSON_GetObjectItemCaseSensitive(json, name);
		path += n + (path[n] == '/');
	}
	return json;
}

static bool
holds(const cJSON *list, const char *name)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, list)
		if (strcmp(cJSON_GetStringValue(one), name) == 0)
			return true;
	return false;
}

/* The names that a type's branch of the schema allows. */
static const cJSON *
names_of(const cJSON *field, const char *type)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, at(field, "allOf")) {
		const char *is = cJSON_GetStringValue(
		    at(one, "if/properties/type/const"));

		if (is != NULL && strcmp(is, type) == 0)
			return at(one, "then/propertyNames/enum");
	}
	fail_msg("the schema has no type %s", type);
	return NULL;
}

static void
test_fields(void **state)
{
	struct arena a = {0};
	const cJSON *form = read_schema(&a, "form.json");
	const cJSON *field = at(form, "$defs/field");
	const char *name;

	(void)state;
	for (int t = 0; t < TYPES; t++) {
		const char *type = form_type_name((enum form_type)t);
		const cJSON *names = names_of(field, type);
		int n = 0;

		assert_true(holds(at(field, "properties/type/enum"), type));
		for (size_t i = 0;; i++) {
			bool goes;

			name = form_field_member(i, (enum form_type)t, &goes);
			if (name == NULL)
				break;
			n += goes;
			if (holds(names, name) != goes)
				fail_msg("%s of %s", name, type);
			assert_non_null(at(at(field, "properties"), name));
		}
		assert_int_equal(cJSON_GetArraySize(names), n);
	}
	assert_int_equal(
	    cJSON_GetArraySize(at(field, "properties/type/enum")), TYPES);
	arena_free(&a);
}

static void
test_operations(void **state)
{
	struct arena a = {0};
	const cJSON *ops = at(
	    read_schema(&a, "form.json"), "$defs/operation/properties");
	const char *name;
	int n = 1; /* "text" is a literal */

	(void)state;
	assert_non_null(at(ops, "text"));
	for (size_t i = 0; (name = form_op_name(i)) != NULL; i++, n++)
		if (at(ops, name) == NULL)
			fail_msg("%s is missing", name);
	assert_int_equal(cJSON_GetArraySize(ops), n);
	arena_free(&a);
}

/* ---- other objects ---- */

static const char *const service_json =
    "{'id':'pkg','version':'1.0.0','life_situations':['x'],"
    "'languages':['de','en'],'trust_level':'none','legal_basis':['x'],"
    "'retention':{'draft_days':7,'closed_days':30},'department':'amt',"
    "'routing':[{'when':{'eq':['ok',true]},'department':'b'}],"
    "'states':[{'id':'in','initial':true,'next':['done']},"
    "{'id':'done','final':true,'next':[]}],"
    "'outcomes':{'o':{'if':[{'eq':['ok',true]},{'text':'a'},{'text':'b'}]}},"
    "'adviser':{'after':'p','outcome':'o','results':[{'value':'a'},"
    "{'value':'b','proceed':true}]}}";
static const char *const form_json =
    "{'steps':true,'pages':[{'id':'p','fields':[{'key':'ok','type':'yesno'},"
    "{'key':'c','type':'choice','options':[{'value':'a'}]}]}],"
    "'rules':[{'id':'r','when':{'eq':['ok',true]}}]}";

/* Where a strange member is put, and where the schema has that object. */
static const struct {
	const char *file; /* of the package, and the schema's */
	const char *put;  /* behind this in the package */
	const char *at;	  /* in the schema */
} objects[] = {
	{"service.json", "{", "properties"},
	{"service.json", "'retention':{",
	    "properties/retention/properties"},
	{"service.json", "'routing':[{",
	    "properties/routing/items/properties"},
	{"service.json", "'states':[{",
	    "properties/states/items/properties"},
	{"service.json", "'adviser':{", "properties/adviser/properties"},
	{"service.json", "'results':[{",
	    "properties/adviser/properties/results/items/properties"},
	{"form.json", "{", "properties"},
	{"form.json", "'pages':[{", "$defs/page/properties"},
	{"form.json", "'rules':[{", "$defs/rule/properties"},
	{"form.json", "'options':[{", "$defs/option/anyOf/1/properties"},
};

static const char *
with_strange(struct arena *a, const char *json, const char *put)
{
	const char *where = strstr(json, put);
	size_t n;

	assert_non_null(where);
	n = (size_t)(where - json) + strlen(put);
	return arena_printf(
	    a, "%.*s'" STRANGE "':1,%s", (int)n, json, json + n);
}

/* The mistake about the strange member; its remedy lists what is known. */
static const char *
known_to(const struct form_mistakes *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (strstr(m->mistake[i].text, STRANGE) != NULL) {
			const char *list =
			    strstr(m->mistake[i].remedy, "known are: ");

			assert_non_null(list);
			return list + strlen("known are: ");
		}
	fail_msg("the strange member was not found");
	return NULL;
}

/* Both ways: every known name is there, and as many as there are. */
static void
compare(const char *what, const cJSON *properties, const char *known)
{
	int n = 0;

	assert_non_null(properties);
	for (const char *s = known; *s != '\0'; n++) {
		size_t len = strcspn(s, ",");
		char name[60];

		(void)snprintf(name, sizeof(name), "%.*s", (int)len, s);
		if (at(properties, name) == NULL)
			fail_msg("%s: %s is missing", what, name);
		s += len;
		s += strspn(s, ", ");
	}
	if (cJSON_GetArraySize(properties) != n)
		fail_msg("%s: the schema has more than %s", what, known);
}

static void
test_objects(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(objects); i++) {
		struct fixture f = {0};
		bool is_form = strcmp(objects[i].file, "form.json") == 0;
		const char *service = is_form
		    ? service_json
		    : with_strange(&f.arena, service_json, objects[i].put);
		const char *form = is_form
		    ? with_strange(&f.arena, form_json, objects[i].put)
		    : form_json;
		const struct service_source source = {
			.service = fixture_json(&f, service),
			.form = fixture_json(&f, form),
			.texts = {fixture_json(&f, "{}"),
			    fixture_json(&f, "{}")},
		};

		f.mistakes.arena = &f.arena;
		assert_null(
		    service_compile(&f.arena, &source, false, &f.mistakes));
		compare(objects[i].put,
		    at(read_schema(&f.arena, objects[i].file), objects[i].at),
		    known_to(&f.mistakes));
		arena_free(&f.arena);
	}
}

/* The package above is good but for what is put into it. */
static void
test_base(void **state)
{
	struct fixture f = {0};
	const struct service_source source = {
		.service = fixture_json(&f, service_json),
		.form = fixture_json(&f, form_json),
		.texts = {fixture_json(&f, "{}"), fixture_json(&f, "{}")},
	};

	(void)state;
	f.mistakes.arena = &f.arena;
	if (service_compile(&f.arena, &source, false, &f.mistakes) == NULL)
		fail_msg("%s: %s", f.mistakes.mistake[0].path,
		    f.mistakes.mistake[0].text);
	arena_free(&f.arena);
}

static void
test_opening(void **state)
{
	static const char *const rules[] = {
		"{'opening':{'" STRANGE "':1}}",
		"{'opening':{'initials':{'" STRANGE
		"':1,'field':'ok','ranges':['A']}}}",
		"{'opening':{'districts':{'" STRANGE
		"':1,'field':'ok','values':['A']}}}",
	};
	static const char *const where[] = {"properties",
		"properties/initials/properties",
		"properties/districts/properties"};

	(void)state;
	for (size_t i = 0; i < nitems(rules); i++) {
		struct fixture f = {0};
		struct service s = {.department = "amt"};

		fixture_compile(&f, form_json, "{}");
		s.form = f.form;
		assert_null(service_opening_compile(&f.arena, &s,
		    fixture_json(&f, rules[i]), &f.mistakes));
		compare(where[i],
		    at(read_schema(&f.arena, "opening.json"), where[i]),
		    known_to(&f.mistakes));
		arena_free(&f.arena);
	}
}

static void
test_examples(void **state)
{
	static const char *const text[] = {
		"[{\"" STRANGE "\":1,\"name\":\"a\",\"as_of\":\"2026-11-02\","
		"\"expect\":{}}]",
		"[{\"name\":\"a\",\"as_of\":\"2026-11-02\",\"expect\":{\""
		STRANGE "\":1}}]"};
	static const char *const where[] = {"items/properties",
		"items/properties/expect/properties"};

	(void)state;
	for (size_t i = 0; i < nitems(text); i++) {
		struct fixture f = {0};
		struct service s = {0};
		struct err err = {0};
		size_t n;

		fixture_compile(&f, form_json, "{}");
		s.form = f.form;
		s.settings_json = f.settings;
		if (service_run_examples(&f.arena, &s, text[i],
			strlen(text[i]), &f.mistakes, &n, &err) == -1)
			fail_msg("%s", err.msg);
		compare(where[i],
		    at(read_schema(&f.arena, "examples.json"), where[i]),
		    known_to(&f.mistakes));
		arena_free(&f.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_opening),
		cmocka_unit_test(test_examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
