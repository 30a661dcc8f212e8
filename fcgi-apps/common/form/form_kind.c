#include "common/date.h"
#include "common/form/form_def.h"

enum form_kind
form_kind_of(const struct form_field *f)
{
	switch (f->type) {
	case FORM_INTEGER:
	case FORM_DECIMAL:
	case FORM_MONEY:
		return KIND_NUMBER;
	case FORM_DATE:
	case FORM_PARTIAL_DATE:
	case FORM_DATETIME:
		return KIND_DATE;
	case FORM_YESNO:
	case FORM_CHECKBOX:
	case FORM_CONSENT:
		return KIND_BOOL;
	case FORM_MULTI_CHOICE:
		return KIND_LIST;
	case FORM_POSITION:
		return KIND_POSITION;
	case FORM_FILE:
		return KIND_FILE;
	case FORM_CALCULATED:
	case FORM_PAYMENT:
		if (f->format == NULL)
			return KIND_ANY;
		if (strcmp(f->format, "date") == 0)
			return KIND_DATE;
		return strcmp(f->format, "text") == 0 ? KIND_TEXT
						       : KIND_NUMBER;
	case FORM_CHOICE:
	case FORM_CODELIST:
		return KIND_ANY; /* "12" counts as a number as well */
	default:
		return KIND_TEXT;
	}
}

const char *
form_kind_name(enum form_kind kind)
{
	static const char *const names[] = { "any value", "true or false",
		"a number", "a date", "a text", "a multiple choice",
		"a position", "a file" };

	return names[kind];
}

static bool
has_option(const struct form_field *f, const char *value)
{
	for (size_t i = 0; i < f->noption; i++)
		if (strcmp(f->option[i].value, value) == 0)
			return true;
	return false;
}

bool
form_literal_check(struct form_def *d, const char *path,
    const struct form_cond *left, struct form_cond *right)
{
	const struct form_field *f = left->ref.field;
	struct err err = { 0 };
	int64_t minutes = 0;
	int32_t day;

	if (right->op != OP_LITERAL)
		return true;
	if (left->op == OP_FIELD && f->noption > 0 &&
	    right->value.type == VALUE_TEXT &&
	    !has_option(f, right->value.text)) {
		def_mistake(d, path, "use one of the field's options",
		    "\"%s\" is no option of \"%s\"", right->value.text,
		    f->path);
		return false;
	}
	if (left->op == OP_FIELD && f->type == FORM_TIME &&
	    right->value.type == VALUE_TEXT &&
	    !form_time_parse(right->value.text, &minutes)) {
		def_mistake(d, path, "write it as 14:30",
		    "\"%s\" is no time of day", right->value.text);
		return false;
	}
	if (left->op == OP_FIELD && f->type == FORM_TIME &&
	    right->value.type == VALUE_TEXT)
		right->value.text = arena_printf(d->arena, "%02d:%02d",
		    (int)minutes / 60, (int)minutes % 60);
	if (left->kind == KIND_DATE && right->kind == KIND_TEXT) {
		if (date_parse(right->value.text, &day, &err) == -1) {
			def_mistake(d, path, "write it as 2026-12-31",
			    "\"%s\" is no date", right->value.text);
			return false;
		}
		right->kind = KIND_DATE;
		right->value = (struct form_value){ .type = VALUE_DATE,
			.number = day };
	}
	return true;
}

bool
form_pair_check(struct form_def *d, const char *path,
    const struct form_cond *left, struct form_cond *right)
{
	if (!form_literal_check(d, path, left, right))
		return false;
	if (left->kind == KIND_LIST || left->kind == KIND_POSITION ||
	    left->kind == KIND_FILE || right->kind == KIND_LIST ||
	    right->kind == KIND_POSITION || right->kind == KIND_FILE) {
		def_mistake(d, path,
		    "use contains, empty or inside for these",
		    "%s cannot be compared",
		    form_kind_name(left->kind > KIND_TEXT ? left->kind
						     : right->kind));
		return false;
	}
	if (left->kind != KIND_ANY && right->kind != KIND_ANY &&
	    left->kind != right->kind) {
		def_mistake(d, path,
		    left->kind == KIND_BOOL
			? "compare with true or false"
			: "compare what is of the same kind",
		    "%s is compared with %s", form_kind_name(left->kind),
		    form_kind_name(right->kind));
		return false;
	}
	return true;
}
