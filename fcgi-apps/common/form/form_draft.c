/*
 * Drafts keep what was typed, as it was typed: {"name": "...", "dogs": [{...}]}.
 * Every value is a text, a list of chosen values, or a list of files; what was
 * wrong already when it was read is an object {"raw": ..., "error": code}.
 */
#include "common/form/form_answers.h"
#include "common/form/form_def.h"
#include "common/json.h"

static void write_group(struct json_out *j, const struct answers *group);

static void
write_list(struct json_out *j, const struct answer *answer)
{
	struct arena scratch = { 0 };

	json_open_array(j);
	for (size_t i = 0; i < answer->nlist; i++)
		json_put_string(j, answer->list[i]);
	for (size_t i = 0; i < answer->nfile; i++) {
		const struct answer_file *file = &answer->file[i];

		json_open_object(j);
		json_pair(j, "id", id_hex(&scratch, &file->id));
		json_pair(j, "name", file->name);
		json_pair(j, "type", file->media_type);
		json_key(j, "size");
		json_put_int(j, file->size);
		json_close_object(j);
	}
	json_close_array(j);
	arena_free(&scratch);
}

static void
write_value(struct json_out *j, const struct answer *answer)
{
	if (answer->field->type == FORM_MULTI_CHOICE ||
	    answer->field->type == FORM_FILE)
		write_list(j, answer);
	else
		json_put_string(j, answer->raw);
}

/* A default was taken out: it shall not come back. */
static bool
is_emptied(const struct answer *answer)
{
	return answer->field->initial != NULL && answer->is_given &&
	    answer->raw == NULL && answer->nlist == 0 &&
	    answer->read_error == NULL;
}

static void
write_answer(struct json_out *j, const struct answer *answer)
{
	json_key(j, answer->field->key);
	if (answer->field->type == FORM_GROUP) {
		write_group(j, &answer->item[0]);
	} else if (answer->field->type == FORM_REPEAT) {
		json_open_array(j);
		for (size_t i = 0; i < answer->nitem; i++)
			write_group(j, &answer->item[i]);
		json_close_array(j);
	} else if (is_emptied(answer)) {
		json_put_null(j);
	} else if (answer->read_error != NULL) {
		json_open_object(j);
		json_key(j, "raw");
		write_value(j, answer);
		json_pair(j, "error", answer->read_error);
		json_close_object(j);
	} else {
		write_value(j, answer);
	}
}

static bool
has_content(const struct answer *answer)
{
	/* A default that nobody has seen yet follows the answers before it. */
	if (answer->field->initial != NULL && !answer->is_given)
		return false;
	return answer->field->type == FORM_GROUP || answer->nitem > 0 ||
	    answer->raw != NULL || answer->nlist > 0 || answer->nfile > 0 ||
	    (answer->read_error != NULL &&
		answer->field->type != FORM_REPEAT) ||
	    is_emptied(answer);
}

static void
write_group(struct json_out *j, const struct answers *group)
{
	json_open_object(j);
	for (size_t i = 0; i < group->n; i++)
		if (has_content(&group->answer[i]))
			write_answer(j, &group->answer[i]);
	json_close_object(j);
}

void
form_write_draft(const struct form_answers *answers, struct buf *out)
{
	struct json_out j;

	json_begin(&j, out);
	write_group(&j, &answers->top);
}

/* ---- reading ---- */

/* A draft is ours, but its form may have changed: what does not fit any more
 * is left out. */
struct reading {
	struct arena *arena;
	struct form_answers *answers;
	struct err *err;
};

static int read_group(struct reading *r, const struct form_field *parent,
    const cJSON *object, struct answers *group);

static const char *
copy(struct reading *r, const char *s)
{
	return s == NULL ? NULL : arena_strdup(r->arena, s);
}

static void
read_file(struct reading *r, struct answer *answer, const cJSON *json)
{
	const char *id = json_string(json, "id");
	struct answer_file file = { .name = copy(r, json_string(json, "name")),
		.media_type = copy(r, json_string(json, "type")),
		.size = json_int(json, "size", 0, INT64_C(1) << 50, 0) };
	struct err ignored = { 0 };

	if (id != NULL && id_parse(id, &file.id, &ignored) == 0)
		form_answer_file(r->arena, answer, &file);
}

static void
read_value(struct reading *r, struct answer *answer, const cJSON *json)
{
	const cJSON *one;

	switch (answer->field->type) {
	case FORM_MULTI_CHOICE:
		cJSON_ArrayForEach (one, json)
			if (cJSON_IsString(one))
				form_answer_choose(r->arena, answer,
				    one->valuestring,
				    strlen(one->valuestring));
		break;
	case FORM_FILE:
		cJSON_ArrayForEach (one, json)
			read_file(r, answer, one);
		break;
	default:
		if (cJSON_IsString(json))
			form_answer_put(r->arena, answer, json->valuestring,
			    strlen(json->valuestring));
		break;
	}
}

static int
read_items(struct reading *r, struct answer *answer, const cJSON *json)
{
	const cJSON *one;
	size_t n = 0;

	if (!cJSON_IsArray(json))
		return 0;
	answer->is_given = true;
	if (!form_items_reserve(r->arena, r->answers, answer,
		(size_t)cJSON_GetArraySize(json), r->err))
		return -1;
	cJSON_ArrayForEach (one, json) {
		struct answers *item = &answer->item[n++];

		item->is_given = true;
		if (read_group(r, answer->field, one, item) == -1)
			return -1;
	}
	return 0;
}

static int
read_answer(struct reading *r, struct answer *answer, const cJSON *json)
{
	if (answer->field->type == FORM_GROUP)
		return read_group(r, answer->field, json, &answer->item[0]);
	if (answer->field->type == FORM_REPEAT)
		return read_items(r, answer, json);
	if (cJSON_IsNull(json)) {
		answer->is_given = true;
	} else if (cJSON_IsObject(json)) {
		read_value(r, answer,
		    cJSON_GetObjectItemCaseSensitive(json, "raw"));
		answer->read_error = copy(r, json_string(json, "error"));
	} else {
		read_value(r, answer, json);
	}
	return 0;
}

static int
read_group(struct reading *r, const struct form_field *parent,
    const cJSON *object, struct answers *group)
{
	const cJSON *one;

	if (!cJSON_IsObject(object))
		return 0;
	cJSON_ArrayForEach (one, object) {
		const struct form_field *f = form_index_find(
		    r->answers->form, parent, one->string, strlen(one->string));

		if (f != NULL && form_is_asked(f) &&
		    read_answer(r, &group->answer[f->slot], one) == -1)
			return -1;
	}
	return 0;
}

int
form_read_draft(struct arena *a, const struct form *f, const char *json,
    size_t len, struct form_answers **out, struct err *err)
{
	struct reading r = { .arena = a,
		.answers = form_answers_empty(a, f),
		.err = err };
	cJSON *tree;

	if (json_parse(a, json, len, &json_limits_package, &tree, err) == -1 ||
	    read_group(&r, NULL, tree, &r.answers->top) == -1)
		return -1;
	form_items_fill(a, r.answers);
	*out = r.answers;
	return 0;
}
