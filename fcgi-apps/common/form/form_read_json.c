#include <math.h>

#include "common/form/form_answers.h"
#include "common/form/form_def.h"
#include "common/json.h"

#define WHOLE_MAX 9007199254740992.0 /* 2^53: exact in every JSON reader */

struct reading {
	struct arena *arena;
	struct form_answers *answers;
	struct err *err;
};

static int read_group(struct reading *r, const struct form_field *parent,
    const cJSON *object, struct answers *group);
static int read_answer(
    struct reading *r, struct answer *answer, const cJSON *json);

static void
put_text(struct reading *r, struct answer *answer, const char *s)
{
	form_answer_put(r->arena, answer, s, strlen(s));
}

static bool
is_whole(const cJSON *json)
{
	return cJSON_IsNumber(json) && fabs(json->valuedouble) <= WHOLE_MAX &&
	    floor(json->valuedouble) >= json->valuedouble;
}

/* A number, a boolean or a text as the text of a choice; NULL for others. */
static const char *
choice_text(struct reading *r, const cJSON *json)
{
	if (is_whole(json))
		return arena_printf(r->arena, "%.0f", json->valuedouble);
	if (cJSON_IsBool(json))
		return cJSON_IsTrue(json) ? "true" : "false";
	return cJSON_GetStringValue(json);
}

/* "12.5" without what a binary fraction adds behind it. */
static const char *
decimal_text(struct reading *r, double value)
{
	char *s = arena_printf(r->arena, "%.6f", value);

	for (size_t n = strlen(s); s[n - 1] == '0' || s[n - 1] == '.'; n--) {
		bool was_point = s[n - 1] == '.';

		s[n - 1] = '\0';
		if (was_point)
			break;
	}
	return s;
}

static const char *
number_text(struct reading *r, enum form_type type, const cJSON *json)
{
	double value;

	if (!cJSON_IsNumber(json) || !(fabs(json->valuedouble) <= WHOLE_MAX))
		return NULL;
	value = json->valuedouble;
	if (type == FORM_DECIMAL)
		return decimal_text(r, value);
	if (!is_whole(json))
		return NULL;
	if (type == FORM_INTEGER)
		return arena_printf(r->arena, "%.0f", value);
	/* Cents, written as an amount is typed. */
	return arena_printf(r->arena, "%s%lld.%02lld", value < 0 ? "-" : "",
	    llabs((long long)value) / 100, llabs((long long)value) % 100);
}

/* {"lat": 50.98, "lon": 11.32} or "50.98,11.32" */
static const char *
position_text(struct reading *r, const cJSON *json)
{
	const cJSON *lat = cJSON_GetObjectItemCaseSensitive(json, "lat");
	const cJSON *lon = cJSON_GetObjectItemCaseSensitive(json, "lon");

	if (!cJSON_IsObject(json))
		return cJSON_GetStringValue(json);
	if (!cJSON_IsNumber(lat) || !cJSON_IsNumber(lon) ||
	    cJSON_GetArraySize(json) != 2 ||
	    !(fabs(lat->valuedouble) <= 360 && fabs(lon->valuedouble) <= 360))
		return NULL;
	return arena_printf(r->arena, "%s,%s",
	    decimal_text(r, lat->valuedouble),
	    decimal_text(r, lon->valuedouble));
}

/* "a" or {"id": "a", "start": "2026-12-01T08:00:00Z"}, as stored. */
static const char *
slot_text(struct reading *r, const cJSON *json)
{
	const char *id = json_string(json, "id");
	const char *start = json_string(json, "start");

	if (!cJSON_IsObject(json))
		return cJSON_GetStringValue(json);
	if (id == NULL || start == NULL || cJSON_GetArraySize(json) != 2)
		return NULL;
	return arena_printf(r->arena, "%s,%s", id, start);
}

/* A text, or a list of texts as its lines. */
static const char *
lines_text(struct reading *r, const cJSON *json)
{
	const char *text = NULL;
	const cJSON *line;

	if (!cJSON_IsArray(json))
		return cJSON_GetStringValue(json);
	if (cJSON_GetArraySize(json) > FORM_ITEMS_MAX)
		return NULL;
	cJSON_ArrayForEach (line, json) {
		if (!cJSON_IsString(line))
			return NULL;
		text = text == NULL ? line->valuestring
				    : arena_printf(r->arena, "%s\n%s", text,
					  line->valuestring);
	}
	return text == NULL ? "" : text;
}

static const char *
scalar_text(struct reading *r, enum form_type type, const cJSON *json)
{
	switch (type) {
	case FORM_INTEGER:
	case FORM_DECIMAL:
	case FORM_MONEY:
		return number_text(r, type, json);
	case FORM_YESNO:
	case FORM_CHECKBOX:
	case FORM_CONSENT:
		return !cJSON_IsBool(json)  ? NULL
		    : cJSON_IsTrue(json) ? "true"
					 : "false";
	case FORM_CHOICE:
		return choice_text(r, json);
	case FORM_POSITION:
		return position_text(r, json);
	case FORM_SLOT:
		return slot_text(r, json);
	case FORM_TEXTAREA:
		return lines_text(r, json);
	default:
		return cJSON_GetStringValue(json);
	}
}

static void
read_choices(struct reading *r, struct answer *answer, const cJSON *json)
{
	const cJSON *one;

	answer->is_given = true;
	if (!cJSON_IsArray(json)) {
		answer->read_error = "type";
		return;
	}
	cJSON_ArrayForEach (one, json) {
		const char *text = choice_text(r, one);

		if (text == NULL)
			answer->read_error = "type";
		else
			form_answer_choose(
			    r->arena, answer, text, strlen(text));
	}
}

static void
read_files(struct reading *r, struct answer *answer, const cJSON *json)
{
	const cJSON *one;

	answer->is_given = true;
	if (!cJSON_IsArray(json)) {
		answer->read_error = "type";
		return;
	}
	cJSON_ArrayForEach (one, json) {
		if (!cJSON_IsString(one))
			answer->read_error = "type";
		else if (!form_answer_upload(
			     r->arena, answer, one->valuestring))
			answer->read_error = "file_unknown";
	}
}

/* An item with a single field may be the bare value. */
static int
read_item(struct reading *r, const struct form_field *f, const cJSON *json,
    struct answers *item)
{
	item->is_given = true;
	if (cJSON_IsObject(json))
		return read_group(r, f, json, item);
	if (f->nchild == 1)
		return cJSON_IsNull(json)
		    ? 0
		    : read_answer(r, &item->answer[0], json);
	for (size_t i = 0; i < item->n; i++)
		item->answer[i].read_error = "type";
	return 0;
}

static int
read_items(struct reading *r, struct answer *answer, const cJSON *json)
{
	const cJSON *one;
	size_t n = 0;

	answer->is_given = true;
	if (!cJSON_IsArray(json)) {
		answer->read_error = "type";
		return 0;
	}
	if (!form_items_reserve(r->arena, r->answers, answer,
		(size_t)cJSON_GetArraySize(json), r->err)) {
		err_clear(r->err); /* one field's mistake, not the request's */
		answer->read_error = "too_many";
		return 0;
	}
	cJSON_ArrayForEach (one, json)
		if (read_item(r, answer->field, one, &answer->item[n++]) == -1)
			return -1;
	return 0;
}

static int
read_answer(struct reading *r, struct answer *answer, const cJSON *json)
{
	const char *text;

	switch (answer->field->type) {
	case FORM_GROUP:
		if (!cJSON_IsObject(json)) {
			answer->read_error = "type";
			return 0;
		}
		return read_group(
		    r, answer->field, json, &answer->item[0]);
	case FORM_REPEAT:
		return read_items(r, answer, json);
	case FORM_MULTI_CHOICE:
		read_choices(r, answer, json);
		return 0;
	case FORM_FILE:
		read_files(r, answer, json);
		return 0;
	default:
		answer->is_given = true;
		text = scalar_text(r, answer->field->type, json);
		if (text == NULL)
			answer->read_error = "type";
		else
			put_text(r, answer, text);
		return 0;
	}
}

static int
read_group(struct reading *r, const struct form_field *parent,
    const cJSON *object, struct answers *group)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, object) {
		const struct form_field *f = form_index_find(
		    r->answers->form, parent, one->string, strlen(one->string));

		if (f == NULL || !form_is_asked(f))
			form_unknown_add(r->arena, r->answers,
			    parent == NULL ? one->string
					   : arena_printf(r->arena, "%s.%s",
						 parent->path, one->string));
		else if (!cJSON_IsNull(one) &&
		    read_answer(r, &group->answer[f->slot], one) == -1)
			return -1;
	}
	return 0;
}

int
form_read_json(struct arena *a, const struct form *f, const void *cjson,
    struct form_answers **out, struct err *err)
{
	struct reading r = { .arena = a,
		.answers = form_answers_empty(a, f),
		.err = err };

	if (!cJSON_IsObject((const cJSON *)cjson))
		return err_set(
		    err, ERR_BAD_REQUEST, "answers are no JSON object");
	if (read_group(&r, NULL, cjson, &r.answers->top) == -1)
		return -1;
	form_items_fill(a, r.answers);
	*out = r.answers;
	return 0;
}
