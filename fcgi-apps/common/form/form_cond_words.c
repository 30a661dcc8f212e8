#include "common/form/form_cond_words.h"

#include "common/date.h"
#include "common/form/form_def.h"

#define WORDS_MAX 4000 /* bytes; longer ones are cut with an ellipsis */

static const char *words(const struct form_words *w,
    const struct form_cond *c, bool is_inner);

static const char *
fill_two(const struct form_words *w, const char *key, const char *a,
    const char *b)
{
	return text_fill(w->arena, w->texts, w->lang, key, "a", a, "b", b,
	    (char *)NULL);
}

static const char *
fill_one(const struct form_words *w, const char *key, const char *a)
{
	return text_fill(
	    w->arena, w->texts, w->lang, key, "a", a, (char *)NULL);
}

static const char *
quoted(const struct form_words *w, const char *s)
{
	return fill_one(w, "cond.quoted", s);
}

/* The field as people know it, with its group where that helps. */
static const char *
field_words(const struct form_words *w, const struct form_field *f)
{
	const char *label = form_label(w, f);

	if (f->parent != NULL && f->parent->type == FORM_GROUP)
		label = arena_printf(w->arena, "%s: %s",
		    form_label(w, f->parent), label);
	return quoted(w, label);
}

static const char *
option_words(const struct form_words *w, const struct form_field *f,
    const char *value)
{
	const char *label = form_field_text(
	    w, f->path, arena_printf(w->arena, "option.%s", value));

	for (size_t i = 0; label == NULL && i < f->noption; i++)
		if (strcmp(f->option[i].value, value) == 0)
			label = f->option[i].label[w->lang];
	return label == NULL ? value : label;
}

/* A literal beside the expression it is compared with. */
static const char *
literal_words(const struct form_words *w, const struct form_cond *beside,
    const struct form_cond *c)
{
	const char *text = cond_text(w->arena, &c->value);
	const struct form_field *f =
	    beside == NULL || beside->op != OP_FIELD ? NULL
						     : beside->ref.field;

	if (text == NULL)
		return form_word(w, "cond.nothing");
	if (c->value.type == VALUE_BOOL)
		return form_word(
		    w, c->value.number != 0 ? "form.yes" : "form.no");
	if (c->value.type == VALUE_DATE)
		return form_show_value(w, "date", text);
	if (f != NULL && f->type == FORM_MONEY)
		return form_show_value(w, "money", text);
	if (f != NULL && (f->noption > 0 || f->options_from != NULL))
		return quoted(w, option_words(w, f, text));
	return c->value.type == VALUE_TEXT ? quoted(w, text) : text;
}

static const char *
side_words(const struct form_words *w, const struct form_cond *beside,
    const struct form_cond *c)
{
	return c->op == OP_LITERAL ? literal_words(w, beside, c)
				   : words(w, c, true);
}

static const char *
comparison_words(
    const struct form_words *w, const struct form_cond *c, bool is_negated)
{
	static const char *const names[] = { "eq", "ne", "lt", "le", "gt",
		"ge" };
	static const enum form_op opposite[] = { OP_NE, OP_EQ, OP_GE, OP_GT,
		OP_LE, OP_LT };
	enum form_op op = is_negated ? opposite[c->op - OP_EQ] : c->op;
	const struct form_cond *left = &c->kid[0], *right = &c->kid[1];
	bool is_date = left->kind == KIND_DATE || right->kind == KIND_DATE;

	return fill_two(w,
	    arena_printf(w->arena, "cond.%s%s", names[op - OP_EQ],
		is_date ? ".date" : ""),
	    side_words(w, right, left), side_words(w, left, right));
}

/* "a, b, c" of the kids from the first-th on. */
static const char *
list_words(const struct form_words *w, const struct form_cond *c,
    size_t first, const char *between)
{
	const char *all = "";

	for (size_t i = first; i < c->nkid; i++) {
		const char *one =
		    side_words(w, first == 0 ? NULL : &c->kid[0], &c->kid[i]);

		if (strlen(all) + strlen(one) > WORDS_MAX)
			return arena_printf(w->arena, "%s …", all);
		all = arena_printf(w->arena, "%s%s%s", all,
		    i == first ? "" : between, one);
	}
	return all;
}

static const char *
bracketed(const struct form_words *w, const char *s, bool is_inner)
{
	return is_inner ? arena_printf(w->arena, "(%s)", s) : s;
}

static const char *
negated_words(
    const struct form_words *w, const struct form_cond *c, bool is_inner)
{
	switch (c->op) {
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return comparison_words(w, c, true);
	case OP_EMPTY:
		return fill_one(w, "cond.not_empty",
		    c->nkid > 0 ? words(w, &c->kid[0], true)
				: field_words(w, c->ref.field));
	case OP_NOT:
		return words(w, &c->kid[0], is_inner);
	default:
		return fill_one(w, "cond.not", words(w, c, true));
	}
}

static const char *
setting_words(const struct form_words *w, const struct form_cond *c)
{
	const char *name = "";

	for (size_t i = 0; i < c->nname; i++)
		name = arena_printf(w->arena, "%s%s%s", name,
		    i == 0 ? "" : ".", c->name[i]);
	return fill_one(w, "cond.setting", name);
}

/* any, all, count, sum */
static const char *
items_words(const struct form_words *w, const struct form_cond *c)
{
	static const struct {
		enum form_op op;
		const char *key;
	} keys[] = { { OP_ANY, "cond.any" }, { OP_ALL, "cond.all" },
		{ OP_COUNT, "cond.count_of" }, { OP_SUM, "cond.sum" } };
	const char *of = quoted(w, form_label(w, c->ref.field));

	if (c->nkid == 0)
		return fill_one(w, "cond.count", of);
	for (size_t i = 0; i < nitems(keys); i++)
		if (keys[i].op == c->op)
			return fill_two(
			    w, keys[i].key, of, words(w, &c->kid[0], true));
	return of;
}

/* What has a sentence of its own for one or two arguments. */
static const char *
plain_words(const struct form_words *w, const struct form_cond *c)
{
	static const struct {
		enum form_op op;
		const char *key;
	} keys[] = {
		{ OP_CONTAINS, "cond.contains" },
		{ OP_MATCHES, "cond.matches" },
		{ OP_INSIDE, "cond.inside" },
		{ OP_AGE, "cond.age" },
		{ OP_DAYS, "cond.days" },
		{ OP_MONTHS, "cond.months" },
		{ OP_ADD_DAYS, "cond.add_days" },
		{ OP_ADD_MONTHS, "cond.add_months" },
		{ OP_MONTH_START, "cond.month_start" },
		{ OP_NEXT_MONTH_START, "cond.next_month_start" },
		{ OP_FLOOR, "cond.floor" },
	};
	const char *a = c->nkid > 0 ? side_words(w, NULL, &c->kid[0]) : "";
	const char *b =
	    c->nkid > 1 ? side_words(w, &c->kid[0], &c->kid[1]) : "";

	for (size_t i = 0; i < nitems(keys); i++)
		if (keys[i].op == c->op)
			return fill_two(w, keys[i].key, a, b);
	return form_word(w, "cond.computed");
}

static const char *
list_of(const struct form_words *w, const struct form_cond *c)
{
	switch (c->op) {
	case OP_ADD:
		return list_words(w, c, 0, " + ");
	case OP_SUB:
		return list_words(w, c, 0, " − ");
	case OP_MUL:
		return list_words(w, c, 0, " × ");
	case OP_DIV:
		return list_words(w, c, 0, " ÷ ");
	default:
		return list_words(w, c, 0, ", ");
	}
}

static const char *
words(const struct form_words *w, const struct form_cond *c, bool is_inner)
{
	switch (c->op) {
	case OP_LITERAL:
		return c->kind == KIND_BOOL && !is_inner
		    ? form_word(w, c->value.number != 0 ? "cond.always"
							: "cond.never")
		    : literal_words(w, NULL, c);
	case OP_FIELD:
		return field_words(w, c->ref.field);
	case OP_SETTING:
		return setting_words(w, c);
	case OP_TODAY:
		return form_word(w, "cond.today");
	case OP_POSITION:
		return form_word(w, "cond.position");
	case OP_AND:
	case OP_OR:
		if (c->nkid == 1)
			return words(w, &c->kid[0], is_inner);
		return bracketed(w,
		    list_words(w, c, 0,
			form_word(w, c->op == OP_AND ? "cond.and"
						     : "cond.or")),
		    is_inner);
	case OP_NOT:
		return negated_words(w, &c->kid[0], is_inner);
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return comparison_words(w, c, false);
	case OP_IN:
		return fill_two(w, "cond.in", words(w, &c->kid[0], true),
		    list_words(w, c, 1, ", "));
	case OP_EMPTY:
		return fill_one(w, "cond.empty",
		    c->nkid > 0 ? words(w, &c->kid[0], true)
				: field_words(w, c->ref.field));
	case OP_ANY:
	case OP_ALL:
	case OP_COUNT:
	case OP_SUM:
		return items_words(w, c);
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_JOIN:
		return bracketed(w, list_of(w, c), is_inner);
	case OP_MIN:
		return fill_one(w, "cond.min", list_words(w, c, 0, ", "));
	case OP_MAX:
		return fill_one(w, "cond.max", list_words(w, c, 0, ", "));
	case OP_LOOKUP:
		return fill_two(w, "cond.lookup",
		    words(w, &c->kid[0], true), list_words(w, c, 1, ", "));
	case OP_IF:
		return text_fill(w->arena, w->texts, w->lang, "cond.if", "a",
		    words(w, &c->kid[0], false), "b",
		    side_words(w, NULL, &c->kid[1]), "c",
		    side_words(w, NULL, &c->kid[2]), (char *)NULL);
	default:
		return plain_words(w, c);
	}
}

const char *
form_cond_words(const struct form_words *w, const struct form_cond *c)
{
	return c == NULL ? form_word(w, "cond.always") : words(w, c, false);
}
