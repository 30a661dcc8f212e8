#include "common/form/form.h"

#include "common/date.h"
#include "common/form/form_cond.h"
#include "common/json.h"

static void write_group(struct json_out *j, const struct answers *group);

static void
write_files(struct json_out *j, const struct answer *answer)
{
	json_open_array(j);
	for (size_t i = 0; i < answer->nfile; i++) {
		const struct answer_file *file = &answer->file[i];
		struct arena scratch = { 0 };

		json_open_object(j);
		json_pair(j, "id", id_hex(&scratch, &file->id));
		json_pair(j, "name", file->name);
		json_pair(j, "type", file->media_type);
		json_key(j, "size");
		json_put_int(j, file->size);
		json_close_object(j);
		arena_free(&scratch);
	}
	json_close_array(j);
}

/* The canonical "50.98,11.32" as an object: both parts are JSON numbers. */
static void
write_position(struct json_out *j, const char *text)
{
	const char *comma = strchr(text, ',');
	char lat[24];

	(void)snprintf(
	    lat, sizeof(lat), "%.*s", (int)(comma - text), text);
	json_open_object(j);
	json_key(j, "lat");
	json_put_raw(j, lat);
	json_key(j, "lon");
	json_put_raw(j, comma + 1);
	json_close_object(j);
}

/* With its begin: the town's list forgets what is past. */
static void
write_slot(struct json_out *j, const struct answer *answer)
{
	struct arena scratch = { 0 };

	json_open_object(j);
	json_pair(j, "id", answer->text);
	json_pair(
	    j, "start", date_instant_to_xsd(&scratch, answer->number));
	json_close_object(j);
	arena_free(&scratch);
}

static bool
is_number(const struct form_field *f)
{
	if (form_is_computed(f))
		return strcmp(f->format, "money") == 0 ||
		    strcmp(f->format, "integer") == 0;
	return f->type == FORM_INTEGER || f->type == FORM_MONEY;
}

/* Whether anything is written for an answer. */
static bool
has_content(const struct answer *answer)
{
	if (!answer->is_shown)
		return false;
	if (answer->field->type == FORM_REPEAT)
		return answer->nitem > 0;
	if (answer->field->type != FORM_GROUP)
		return answer->text != NULL;
	for (size_t i = 0; i < answer->item[0].n; i++)
		if (has_content(&answer->item[0].answer[i]))
			return true;
	return false;
}

static void
write_answer(struct json_out *j, const struct answer *answer)
{
	const struct form_field *f = answer->field;

	switch (f->type) {
	case FORM_GROUP:
		write_group(j, &answer->item[0]);
		break;
	case FORM_REPEAT:
		json_open_array(j);
		for (size_t i = 0; i < answer->nitem; i++)
			write_group(j, &answer->item[i]);
		json_close_array(j);
		break;
	case FORM_MULTI_CHOICE:
		json_open_array(j);
		for (size_t i = 0; i < answer->nlist; i++)
			json_put_string(j, answer->list[i]);
		json_close_array(j);
		break;
	case FORM_FILE:
		write_files(j, answer);
		break;
	case FORM_YESNO:
	case FORM_CHECKBOX:
	case FORM_CONSENT:
		json_put_bool(j, answer->number != 0);
		break;
	case FORM_DECIMAL:
		json_put_raw(j, answer->text);
		break;
	case FORM_SLOT:
		write_slot(j, answer);
		break;
	case FORM_POSITION:
		write_position(j, answer->text);
		break;
	default:
		if (is_number(f))
			json_put_int(j, answer->number);
		else
			json_put_string(j, answer->text);
		break;
	}
}

static void
write_group(struct json_out *j, const struct answers *group)
{
	json_open_object(j);
	for (size_t i = 0; i < group->n; i++) {
		const struct answer *answer = &group->answer[i];

		if (!has_content(answer))
			continue;
		json_key(j, answer->field->key);
		write_answer(j, answer);
	}
	json_close_object(j);
}

void
form_write_json(const struct form_answers *answers, struct buf *out)
{
	struct json_out j;

	json_begin(&j, out);
	write_group(&j, &answers->top);
}
