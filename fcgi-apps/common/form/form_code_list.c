/* Fields that take a code of a published list. */
#include "common/form/form_def.h"

#include "common/code_list/code_list.h"

void
form_code_list_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f)
{
	f->max_length = FORM_CODE_MAX;
	f->list = def_text(d, json, "list");
	f->list_version = def_text(d, json, "version");
	if (f->list == NULL || *f->list == '\0') {
		def_mistake(d, path,
		    "add \"list\": the URI of the code list "
		    "(torhaus codelist list)",
		    "a code list field without \"list\"");
		f->list = "";
	}
}

void
form_code_list_parent(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f, const struct form_names *names)
{
	struct form_reach reach = { .kind = REACH_EARLIER,
		.ordinal = f->ordinal };
	const char *name = def_string(json, "parent");
	const char *where = def_member(d, path, "parent");
	struct form_cond *parent;

	if (name == NULL) {
		if (def_has(json, "parent_column"))
			def_mistake(d, def_member(d, path, "parent_column"),
			    "add \"parent\" or take this out",
			    "\"parent_column\" without \"parent\"");
		return;
	}
	f->list_column_name = def_text(d, json, "parent_column");
	parent = arena_new(d->arena, struct form_cond, 1);
	parent->op = OP_FIELD;
	if (!form_ref_compile(d, name, where, names, reach, &parent->ref))
		return;
	parent->kind = form_kind_of(parent->ref.field);
	switch (parent->ref.field->type) {
	case FORM_CODELIST:
	case FORM_CHOICE:
	case FORM_TEXT:
		f->list_parent = parent;
		f->list_parent_name = arena_strdup(d->arena, name);
		break;
	default:
		def_mistake(d, where, "name a codelist, choice or text field",
		    "\"%s\" holds no code", parent->ref.field->path);
		break;
	}
}

/* ---- lists of this installation ---- */

static void
bind(struct form *form, struct form_field *f, int32_t today,
    struct form_mistakes *m)
{
	f->codes = code_lists_find(
	    form->code_lists, f->list, f->list_version, today);
	if (f->codes == NULL) {
		form_warning_add(m, "form.json", f->path,
		    "import it with torhaus codelist import; until then the "
		    "field takes any text",
		    "the code list \"%s\"%s%s is not imported here",
		    f->list, f->list_version != NULL ? ", version " : "",
		    f->list_version != NULL ? f->list_version : "");
		return;
	}
	f->list_column = f->codes->code_column;
	if (f->list_column_name == NULL)
		return;
	f->list_column = code_list_column(f->codes, f->list_column_name);
	if (f->list_column < f->codes->ncolumn)
		return;
	form_mistake_add(m, "form.json", f->path,
	    "name a column as torhaus codelist show prints it",
	    "the code list has no column \"%s\"", f->list_column_name);
	f->codes = NULL;
}

static void
bind_all(struct form *form, const struct form_field *field, size_t n,
    int32_t today, struct form_mistakes *m)
{
	for (size_t i = 0; i < n; i++) {
		if (field[i].type == FORM_CODELIST)
			/* Nobody else sees the form yet. */
			bind(form, (struct form_field *)&field[i], today, m);
		bind_all(form, field[i].child, field[i].nchild, today, m);
	}
}

void
form_bind_lists(struct form *f, const struct code_lists *lists, int32_t today,
    struct form_mistakes *m)
{
	f->code_lists = lists;
	bind_all(f, f->field, f->nfield, today, m);
}
