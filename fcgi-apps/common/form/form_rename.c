#include "common/form/form_def.h"

/* Errors that a field may have by itself; others come from rules. */
static const char *const codes[] = { "required", "type", "text_invalid",
	"too_long", "too_short", "pattern", "line_break", "latin_only",
	"too_small", "too_big", "date_invalid", "too_early", "too_late",
	"not_in_list", "not_in_code_list", "email", "email_ascii", "phone",
	"iban", "iban_length", "identifier", "check_digit", "must_be_true",
	"too_many", "too_few", "type_not_allowed", "too_large", "empty_file",
	"slot_past", "slot_full" };

static bool
is_code(const char *s)
{
	for (size_t i = 0; i < nitems(codes); i++)
		if (strcmp(codes[i], s) == 0)
			return true;
	return false;
}

void
form_renames_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "errors");
	const char *at = def_member(d, path, "errors");
	struct form_rename *rename;
	const cJSON *one;

	if (!cJSON_IsObject(list))
		return;
	rename = arena_new(d->arena, struct form_rename,
	    (size_t)cJSON_GetArraySize(list) + 1);
	f->rename = rename;
	cJSON_ArrayForEach (one, list) {
		const char *from = arena_strdup(d->arena, one->string);

		if (!is_code(from))
			def_mistake(d, at, "name an error of the field's own "
			    "checks, such as \"required\" or \"too_late\"",
			    "no check gives \"%s\"", from);
		else if (!cJSON_IsString(one) ||
		    !def_is_key(one->valuestring, false))
			def_mistake(d, def_member(d, at, from),
			    "use small letters, digits and _",
			    "is no error code");
		else
			rename[f->nrename++] = (struct form_rename){ from,
				arena_strdup(d->arena, one->valuestring) };
	}
}

const char *
form_renamed(const struct form_field *f, const char *code)
{
	for (size_t i = 0; code != NULL && i < f->nrename; i++)
		if (strcmp(f->rename[i].from, code) == 0)
			return f->rename[i].to;
	return code;
}
