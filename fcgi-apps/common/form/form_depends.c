/* Options that hang on an earlier choice: "depends_on" of the field, "of" of
 * the options; sugar for conditions. */
#include "common/form/form_def.h"

static bool
is_value_of(const struct form_field *f, const cJSON *value)
{
	if (f->type == FORM_YESNO || f->type == FORM_CHECKBOX)
		return cJSON_IsBool(value);
	if (!cJSON_IsString(value))
		return false;
	for (size_t i = 0; i < f->noption; i++)
		if (strcmp(f->option[i].value, value->valuestring) == 0)
			return true;
	return f->noption == 0; /* a town's list or a code list */
}

bool
form_depends_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f, const struct form_names *names,
    struct form_ref *parent)
{
	struct form_reach reach = { .kind = REACH_EARLIER,
		.ordinal = f->ordinal };
	const char *where = def_member(d, path, "depends_on");
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "options");
	const cJSON *one;
	bool has_of = false;

	f->depends_on = def_text(d, json, "depends_on");
	cJSON_ArrayForEach (one, list)
		has_of |= def_has(one, "of");
	if (f->depends_on == NULL) {
		if (has_of)
			def_mistake(d, path, "add \"depends_on\": the earlier "
			    "choice, or take \"of\" out",
			    "options with \"of\", but no \"depends_on\"");
		return false;
	}
	if (!has_of) {
		def_mistake(d, where, "say at each option which values of the "
		    "earlier field it belongs to: \"of\": [...]",
		    "no option says what it depends on");
		return false;
	}
	if (!form_ref_compile(d, f->depends_on, where, names, reach, parent))
		return false;
	switch (parent->field->type) {
	case FORM_CHOICE:
	case FORM_MULTI_CHOICE:
	case FORM_CODELIST:
	case FORM_YESNO:
	case FORM_CHECKBOX:
		return true;
	default:
		def_mistake(d, where, "name a choice",
		    "\"%s\" is no choice", parent->field->path);
		return false;
	}
}

/* {"in": [parent, of]}; of a multiple choice one "contains" for each. */
static cJSON *
condition_of(const struct form_field *f, const struct form_field *parent,
    const cJSON *of)
{
	cJSON *out = cJSON_CreateObject(), *list = cJSON_CreateArray(), *args;
	const cJSON *one;

	if (parent->type != FORM_MULTI_CHOICE) {
		cJSON_AddItemToArray(
		    list, cJSON_CreateString(f->depends_on));
		cJSON_AddItemToArray(list, cJSON_Duplicate(of, true));
		cJSON_AddItemToObject(out, "in", list);
		return out;
	}
	cJSON_ArrayForEach (one, of) {
		cJSON *contains = cJSON_CreateObject();

		args = cJSON_AddArrayToObject(contains, "contains");
		cJSON_AddItemToArray(
		    args, cJSON_CreateString(f->depends_on));
		cJSON_AddItemToArray(args, cJSON_Duplicate(one, true));
		cJSON_AddItemToArray(list, contains);
	}
	cJSON_AddItemToObject(out, "or", list);
	return out;
}

cJSON *
form_depends_show(struct form_def *d, const cJSON *option, const char *path,
    const struct form_field *f, const struct form_field *parent)
{
	const cJSON *of = cJSON_GetObjectItemCaseSensitive(option, "of");
	const cJSON *show = cJSON_GetObjectItemCaseSensitive(option, "show");
	const cJSON *one;
	cJSON *out, *all, *both;
	size_t i = 0;

	path = def_member(d, path, "of");
	if (of == NULL)
		return NULL;
	if (!cJSON_IsArray(of) || of->child == NULL) {
		def_mistake(d, path, "write a list of values", "is %s",
		    cJSON_IsArray(of) ? "empty" : def_type_name(of));
		return NULL;
	}
	cJSON_ArrayForEach (one, of) {
		if (!is_value_of(parent, one)) {
			def_mistake(d, def_item(d, path, i),
			    "use one of that field's options",
			    "is no value of \"%s\"", parent->path);
			return NULL;
		}
		i++;
	}
	out = condition_of(f, parent, of);
	if (show == NULL)
		return out;
	all = cJSON_CreateObject();
	both = cJSON_AddArrayToObject(all, "and");
	cJSON_AddItemToArray(both, out);
	cJSON_AddItemToArray(both, cJSON_Duplicate(show, true));
	return all;
}

void
form_depends_gaps(struct form_def *d, const cJSON *json, const char *path,
    const struct form_field *f, const struct form_field *parent)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "options");
	const cJSON *option, *one;

	for (size_t i = 0; i < parent->noption; i++) {
		bool is_there = false;

		cJSON_ArrayForEach (option, list) {
			const cJSON *of =
			    cJSON_GetObjectItemCaseSensitive(option, "of");

			is_there |= of == NULL;
			cJSON_ArrayForEach (one, of)
				is_there |= cJSON_IsString(one) &&
				    strcmp(one->valuestring,
					parent->option[i].value) == 0;
		}
		if (!is_there && f->show == NULL)
			form_warning_add(d->mistakes, d->file,
			    def_member(d, path, "options"),
			    "add options for it, or hide the field then",
			    "nothing can be chosen when \"%s\" is \"%s\"",
			    parent->path, parent->option[i].value);
	}
}
