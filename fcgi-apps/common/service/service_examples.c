#include "common/service/service_def.h"

#include "common/date.h"
#include "common/form/form_cond.h"
#include "common/form/form_def.h"
#include "common/json.h"

#define FILE_NAME "examples.json"
#define BASES_MAX 8 /* examples built on examples */
#define NOON_MS INT64_C(39600000) /* 11:00 UTC is noon or 13:00 in Germany */
#define MS_PER_DAY INT64_C(86400000)

struct examples {
	struct arena *arena;
	struct form_mistakes *mistakes;
	const struct service *service;
	const cJSON *list;
	const char *name; /* of the one that runs */
	service_example_fn *each; /* instead of comparing; or NULL */
	void *arg;
};

static void __attribute__((format(printf, 4, 5)))
differs(struct examples *x, const char *what, const char *remedy,
    const char *fmt, ...)
{
	va_list ap;
	const char *text;

	va_start(ap, fmt);
	text = arena_vprintf(x->arena, fmt, ap);
	va_end(ap);
	form_mistake_add(x->mistakes, FILE_NAME,
	    *what == '\0' ? x->name
			  : arena_printf(x->arena, "%s: %s", x->name, what),
	    remedy, "%s", text);
}

/* ---- building an example out of its bases ---- */

/* over on top of base: objects member by member (null takes away), lists item
 * by item, all else replaced. A new tree. */
static cJSON *
merge(const cJSON *base, const cJSON *over)
{
	const cJSON *one, *below;
	cJSON *out;

	if (cJSON_IsArray(base) && cJSON_IsArray(over)) {
		out = cJSON_CreateArray();
		below = base->child;
		cJSON_ArrayForEach (one, over) {
			cJSON_AddItemToArray(out, merge(below, one));
			below = below == NULL ? NULL : below->next;
		}
		return out;
	}
	if (!cJSON_IsObject(base) || !cJSON_IsObject(over))
		return cJSON_Duplicate(over, true);
	out = cJSON_Duplicate(base, true);
	cJSON_ArrayForEach (one, over) {
		cJSON *merged;

		below = cJSON_GetObjectItemCaseSensitive(base, one->string);
		merged = cJSON_IsNull(one) ? NULL
		    : below == NULL	   ? cJSON_Duplicate(one, true)
					   : merge(below, one);
		cJSON_DeleteItemFromObjectCaseSensitive(out, one->string);
		if (merged != NULL)
			cJSON_AddItemToObject(out, one->string, merged);
	}
	return out;
}

static void
free_json(void *arg)
{
	cJSON_Delete(arg);
}

static cJSON *
kept(struct examples *x, cJSON *json)
{
	arena_defer(x->arena, free_json, json);
	return json;
}

static const cJSON *
find_example(const struct examples *x, const char *name)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, x->list) {
		const char *other = def_string(one, "name");

		if (other != NULL && strcmp(other, name) == 0)
			return one;
	}
	return NULL;
}

/* A member of the example, on top of what its bases have. */
static const cJSON *
with_bases(struct examples *x, const cJSON *example, const char *member,
    cJSON *(*put)(const cJSON *base, const cJSON *over), int depth)
{
	const char *base = def_string(example, "base");
	const cJSON *own = cJSON_GetObjectItemCaseSensitive(example, member);
	const cJSON *below = NULL, *from;

	if (base != NULL && depth < BASES_MAX &&
	    (from = find_example(x, base)) != NULL)
		below = with_bases(x, from, member, put, depth + 1);
	if (below == NULL || own == NULL)
		return own == NULL ? below : own;
	return kept(x, put(below, own));
}

/* Settings: whole members replace. */
static cJSON *
put_members(const cJSON *base, const cJSON *over)
{
	cJSON *out = cJSON_Duplicate(base, true);
	const cJSON *one;

	cJSON_ArrayForEach (one, over) {
		cJSON_DeleteItemFromObjectCaseSensitive(out, one->string);
		cJSON_AddItemToObject(
		    out, one->string, cJSON_Duplicate(one, true));
	}
	return out;
}

static cJSON *
put_whole(const cJSON *base, const cJSON *over)
{
	(void)base; /* the signature is with_bases' */
	return cJSON_Duplicate(over, true);
}

/* ---- running it ---- */

static bool
as_of(struct examples *x, const cJSON *example, int64_t *now_ms)
{
	const char *s = def_string(example, "as_of");
	struct err err = { 0 };
	int32_t day;

	if (s != NULL && date_parse(s, &day, &err) == 0) {
		*now_ms = (int64_t)day * MS_PER_DAY + NOON_MS;
		return true;
	}
	if (s != NULL && date_instant_parse(s, now_ms, &err) == 0)
		return true;
	differs(x, "as_of", "write \"2026-11-02\"", "is no date");
	return false;
}

static void
attach(struct examples *x, struct form_answers *answers, const cJSON *json)
{
	const char *path = cJSON_IsObject(json)
	    ? def_string(json, "field")
	    : cJSON_GetStringValue(json);
	const struct answer *answer =
	    path == NULL ? NULL : form_find(answers, path);
	const char *name = def_string(json, "name");
	const char *type = def_string(json, "media_type");
	struct answer_file file = { .id = id_random(), .size = 1000 };

	if (answer == NULL || answer->field->type != FORM_FILE) {
		differs(x, "files", "name a file field",
		    "there is no file field \"%s\"",
		    path == NULL ? "" : path);
		return;
	}
	file.name = name == NULL ? "beispiel" : name;
	file.media_type = type == NULL ? answer->field->accept[0] : type;
	form_attach_file(x->arena, answers, path, &file);
}

/* ---- comparing ---- */

static bool
lists_hold(const cJSON *list, const char *wanted)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, list)
		if (cJSON_IsString(one) &&
		    strcmp(one->valuestring, wanted) == 0)
			return true;
	return false;
}

static void
compare_findings(struct examples *x, const cJSON *expected, const char *what,
    bool are_warnings, const struct form_error *error, size_t n)
{
	cJSON *found = kept(x, cJSON_CreateArray());
	const cJSON *one;

	for (size_t i = 0; i < n; i++) {
		const char *line = arena_printf(
		    x->arena, "%s: %s", error[i].path, error[i].code);

		/* What is only recommended is missing in most examples. */
		if (error[i].is_warning != are_warnings ||
		    (are_warnings &&
			strcmp(error[i].code, "recommended") == 0))
			continue;
		cJSON_AddItemToArray(found, cJSON_CreateString(line));
		if (!lists_hold(expected, line))
			differs(x, what, "expect it, or mend the form",
			    "unexpected \"%s\"", line);
	}
	cJSON_ArrayForEach (one, expected)
		if (!cJSON_IsString(one) ||
		    !lists_hold(found, one->valuestring))
			differs(x, what, "correct the example, or the form",
			    "missing \"%s\"",
			    cJSON_IsString(one) ? one->valuestring : "?");
}

static void
compare_text(struct examples *x, const char *what, const cJSON *expected,
    const char *text)
{
	struct form_value v = cond_value_of_json(expected);
	const char *wanted = cond_text(x->arena, &v);

	if (cJSON_IsObject(expected) || cJSON_IsArray(expected))
		differs(x, what, "write a text, a number or null",
		    "is %s", def_type_name(expected));
	else if ((wanted == NULL) != (text == NULL) ||
	    (wanted != NULL && strcmp(wanted, text) != 0))
		differs(x, what, "correct the example, or the form",
		    "is %s, not %s", text == NULL ? "nothing" : text,
		    wanted == NULL ? "nothing" : wanted);
}

static void
compare_values(struct examples *x, const cJSON *expected,
    const struct form_answers *answers)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, expected) {
		const struct answer *answer = form_find(answers, one->string);

		if (form_field_find(answers->form, one->string) == NULL)
			differs(x, one->string, "correct the path",
			    "there is no such field");
		else
			compare_text(x, one->string, one,
			    answer == NULL ? NULL : answer->text);
	}
}

static void
compare_outcomes(struct examples *x, const cJSON *expected,
    const struct form_answers *answers, const struct form_context *context)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, expected)
		compare_text(x, one->string, one,
		    service_outcome_value(x->arena, x->service, one->string,
			answers, context));
}

static void
compare(struct examples *x, const cJSON *expect,
    const struct form_answers *answers, const struct form_context *context,
    const struct form_error *error, size_t n)
{
	const char *department = def_string(expect, "department");
	const char *found =
	    service_route_find(x->service, answers, context);

	compare_findings(x,
	    cJSON_GetObjectItemCaseSensitive(expect, "errors"), "errors",
	    false, error, n);
	compare_findings(x,
	    cJSON_GetObjectItemCaseSensitive(expect, "warnings"), "warnings",
	    true, error, n);
	compare_values(x, cJSON_GetObjectItemCaseSensitive(expect, "values"),
	    answers);
	compare_outcomes(x,
	    cJSON_GetObjectItemCaseSensitive(expect, "outcomes"), answers,
	    context);
	if (department != NULL && strcmp(department, found) != 0)
		differs(x, "department", "correct the example, or the routing",
		    "goes to \"%s\", not \"%s\"", found, department);
}

static bool
check_keys(struct examples *x, const cJSON *example)
{
	static const struct def_key keys[] = {
		{ "name", cJSON_String, true },
		{ "as_of", cJSON_String, true },
		{ "base", cJSON_String, false },
		{ "settings", cJSON_Object, false },
		{ "data", cJSON_Object, false },
		{ "files", cJSON_Array, false },
		{ "expect", cJSON_Object, true },
		{ NULL, 0, false },
	};
	static const struct def_key expect_keys[] = {
		{ "errors", cJSON_Array, false },
		{ "warnings", cJSON_Array, false },
		{ "values", cJSON_Object, false },
		{ "outcomes", cJSON_Object, false },
		{ "department", cJSON_String, false },
		{ NULL, 0, false },
	};
	struct form_def d = { .arena = x->arena, .mistakes = x->mistakes,
		.file = FILE_NAME };
	const char *base;

	if (!def_check_keys(&d, example, x->name, keys) ||
	    !def_check_keys(&d,
		cJSON_GetObjectItemCaseSensitive(example, "expect"),
		arena_printf(x->arena, "%s: expect", x->name), expect_keys))
		return false;
	base = def_string(example, "base");
	if (base != NULL && find_example(x, base) == NULL) {
		differs(x, "base", "name another example",
		    "there is no example \"%s\"", base);
		return false;
	}
	return true;
}

static void
run(struct examples *x, const cJSON *example)
{
	struct form_context context = { 0 };
	struct form_answers *answers;
	struct form_error *error;
	const cJSON *data, *one;
	struct err err = { 0 };
	size_t n;

	if (!check_keys(x, example) || !as_of(x, example, &context.now_ms))
		return;
	context.settings = service_settings_merge(x->arena, x->service,
	    with_bases(x, example, "settings", put_members, 0), x->mistakes);
	data = with_bases(x, example, "data", merge, 0);
	if (data == NULL)
		data = kept(x, cJSON_CreateObject());
	if (form_read_json(x->arena, x->service->form, data, &answers, &err) ==
	    -1) {
		differs(x, "data", "", "%s", err.msg);
		return;
	}
	for (size_t i = 0; i < answers->nunknown; i++)
		differs(x, "data", "correct the name",
		    "the form has no field \"%s\"", answers->unknown[i]);
	cJSON_ArrayForEach (
	    one, with_bases(x, example, "files", put_whole, 0))
		attach(x, answers, one);
	form_evaluate(x->arena, answers, &context, &error, &n);
	if (x->each != NULL)
		x->each(x->arg, x->name, answers, &context, error, n);
	else
		compare(x, cJSON_GetObjectItemCaseSensitive(example, "expect"),
		    answers, &context, error, n);
}

static int
run_all(struct examples *x, const char *json, size_t len, size_t *n,
    struct err *err)
{
	struct form_mistakes *mistakes = x->mistakes;
	struct arena *a = x->arena;
	const cJSON *example;
	cJSON *list;

	*n = 0;
	if (json_parse(a, json, len, &json_limits_package, &list, err) == -1)
		return -1;
	if (!cJSON_IsArray(list))
		return err_set(err, ERR_BAD_REQUEST, "examples are no list");
	x->list = list;
	cJSON_ArrayForEach (example, list) {
		const char *name = def_string(example, "name");

		size_t before = mistakes->n;
		const char *at = arena_printf(a, "[%zu]", *n);

		x->name = name == NULL ? at : name;
		run(x, example);
		for (size_t i = before; i < mistakes->n; i++)
			mistakes->mistake[i].line =
			    json_line_of(json, len, at);
		++*n;
	}
	return 0;
}

int
service_run_examples(struct arena *a, const struct service *s,
    const char *json, size_t len, struct form_mistakes *mistakes, size_t *n,
    struct err *err)
{
	struct examples x = { .arena = a, .mistakes = mistakes, .service = s };

	return run_all(&x, json, len, n, err);
}

int
service_each_example(struct arena *a, const struct service *s,
    const char *json, size_t len, service_example_fn *each, void *arg,
    struct form_mistakes *mistakes, struct err *err)
{
	struct examples x = { .arena = a, .mistakes = mistakes, .service = s,
		.each = each, .arg = arg };
	size_t n;

	return run_all(&x, json, len, &n, err);
}
