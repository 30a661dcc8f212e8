#include "common/form/form_def.h"

#define NESTING_MAX 24 /* of conditions in conditions */

/* Where a compilation stands. */
struct at {
	struct form_def *d;
	const struct form_names *names;
	struct form_reach reach;
	int nesting;
};

/* What one argument is. */
enum arg {
	ARG_COND,
	ARG_NUMBER,  /* expressions of that kind */
	ARG_DATE,
	ARG_ANY,
	ARG_SECOND,  /* a plain string is a literal */
	ARG_LIST,    /* the name of a multiple choice */
	ARG_REPEAT,  /* the name of a repeat; the rest is inside its items */
	ARG_AREA,
	ARG_POINT,
	ARG_TRUE,    /* just true, no argument */
};

/* first for the first argument, then for the others. One argument (most = 1)
 * may stand without brackets. */
static const struct op {
	const char *name;
	enum form_op op;
	enum form_kind kind;
	enum arg first, then;
	size_t least, most;
} ops[] = {
	{ "and", OP_AND, KIND_BOOL, ARG_COND, ARG_COND, 1, 100 },
	{ "or", OP_OR, KIND_BOOL, ARG_COND, ARG_COND, 1, 100 },
	{ "not", OP_NOT, KIND_BOOL, ARG_COND, ARG_COND, 1, 1 },
	{ "eq", OP_EQ, KIND_BOOL, ARG_ANY, ARG_SECOND, 2, 2 },
	{ "ne", OP_NE, KIND_BOOL, ARG_ANY, ARG_SECOND, 2, 2 },
	{ "lt", OP_LT, KIND_BOOL, ARG_ANY, ARG_SECOND, 2, 2 },
	{ "le", OP_LE, KIND_BOOL, ARG_ANY, ARG_SECOND, 2, 2 },
	{ "gt", OP_GT, KIND_BOOL, ARG_ANY, ARG_SECOND, 2, 2 },
	{ "ge", OP_GE, KIND_BOOL, ARG_ANY, ARG_SECOND, 2, 2 },
	{ "in", OP_IN, KIND_BOOL, ARG_ANY, ARG_SECOND, 2, 2 },
	{ "contains", OP_CONTAINS, KIND_BOOL, ARG_LIST, ARG_SECOND, 2, 2 },
	{ "empty", OP_EMPTY, KIND_BOOL, ARG_ANY, ARG_ANY, 1, 1 },
	{ "matches", OP_MATCHES, KIND_BOOL, ARG_ANY, ARG_SECOND, 2, 2 },
	{ "any", OP_ANY, KIND_BOOL, ARG_REPEAT, ARG_COND, 2, 2 },
	{ "all", OP_ALL, KIND_BOOL, ARG_REPEAT, ARG_COND, 2, 2 },
	{ "inside", OP_INSIDE, KIND_BOOL, ARG_POINT, ARG_AREA, 2, 2 },
	{ "today", OP_TODAY, KIND_DATE, ARG_TRUE, ARG_TRUE, 1, 1 },
	{ "position", OP_POSITION, KIND_NUMBER, ARG_COND, ARG_COND, 1, 1 },
	{ "age", OP_AGE, KIND_NUMBER, ARG_DATE, ARG_DATE, 2, 2 },
	{ "days", OP_DAYS, KIND_NUMBER, ARG_DATE, ARG_DATE, 2, 2 },
	{ "months", OP_MONTHS, KIND_NUMBER, ARG_DATE, ARG_DATE, 2, 2 },
	{ "add_days", OP_ADD_DAYS, KIND_DATE, ARG_DATE, ARG_NUMBER, 2, 2 },
	{ "add_months", OP_ADD_MONTHS, KIND_DATE, ARG_DATE, ARG_NUMBER, 2, 2 },
	{ "month_start", OP_MONTH_START, KIND_DATE, ARG_DATE, ARG_DATE, 1, 1 },
	{ "next_month_start", OP_NEXT_MONTH_START, KIND_DATE, ARG_DATE,
	    ARG_DATE, 1, 1 },
	{ "add", OP_ADD, KIND_NUMBER, ARG_NUMBER, ARG_NUMBER, 1, 100 },
	{ "sub", OP_SUB, KIND_NUMBER, ARG_NUMBER, ARG_NUMBER, 2, 100 },
	{ "mul", OP_MUL, KIND_NUMBER, ARG_NUMBER, ARG_NUMBER, 1, 100 },
	{ "div", OP_DIV, KIND_NUMBER, ARG_NUMBER, ARG_NUMBER, 2, 2 },
	{ "floor", OP_FLOOR, KIND_NUMBER, ARG_NUMBER, ARG_NUMBER, 1, 1 },
	{ "min", OP_MIN, KIND_ANY, ARG_ANY, ARG_ANY, 1, 100 },
	{ "max", OP_MAX, KIND_ANY, ARG_ANY, ARG_ANY, 1, 100 },
	{ "count", OP_COUNT, KIND_NUMBER, ARG_REPEAT, ARG_COND, 1, 2 },
	{ "sum", OP_SUM, KIND_NUMBER, ARG_REPEAT, ARG_NUMBER, 2, 2 },
	{ "if", OP_IF, KIND_ANY, ARG_COND, ARG_ANY, 3, 3 },
	{ "join", OP_JOIN, KIND_TEXT, ARG_ANY, ARG_ANY, 1, 20 },
	{ "lookup", OP_LOOKUP, KIND_ANY, ARG_ANY, ARG_ANY, 2, 6 },
};

const char *
form_op_name(size_t i)
{
	return i < nitems(ops) ? ops[i].name : NULL;
}

static bool compile(struct at *at, const cJSON *json, const char *path,
    enum arg arg, struct form_cond *out);

static bool
name_compile(
    struct at *at, const char *name, const char *path, struct form_ref *ref)
{
	return form_ref_compile(
	    at->d, name, path, at->names, at->reach, ref);
}

static bool
mistake_kind(struct at *at, const char *path, enum form_kind is,
    enum form_kind wanted)
{
	def_mistake(at->d, path, "compare and compute only what fits",
	    "is %s, but %s is needed", form_kind_name(is),
	    form_kind_name(wanted));
	return false;
}

/* Checks that an expression suits an argument. */
static bool
fits(struct at *at, const char *path, enum arg arg,
    const struct form_cond *c)
{
	switch (arg) {
	case ARG_COND:
		return c->kind == KIND_BOOL || c->kind == KIND_ANY ||
		    mistake_kind(at, path, c->kind, KIND_BOOL);
	case ARG_NUMBER:
		return c->kind == KIND_NUMBER || c->kind == KIND_ANY ||
		    mistake_kind(at, path, c->kind, KIND_NUMBER);
	case ARG_DATE:
		return c->kind == KIND_DATE || c->kind == KIND_ANY ||
		    (c->op == OP_LITERAL && c->kind == KIND_TEXT) ||
		    mistake_kind(at, path, c->kind, KIND_DATE);
	case ARG_POINT:
		return c->kind == KIND_POSITION ||
		    mistake_kind(at, path, c->kind, KIND_POSITION);
	default:
		return true;
	}
}

static bool
literal_text(struct at *at, const char *s, struct form_cond *out)
{
	*out = (struct form_cond){ .op = OP_LITERAL, .kind = KIND_TEXT };
	if (*s == '\0') { /* {"text": ""} is no value */
		out->kind = KIND_ANY;
		return true;
	}
	out->value.type = VALUE_TEXT;
	out->value.text = arena_strdup(at->d->arena, s);
	return true;
}

static bool
setting(struct at *at, const char *s, const char *path, struct form_cond *out)
{
	struct form_def *d = at->d;
	char *copy = arena_strdup(d->arena, s + strlen("setting."));
	const char **name = arena_new(d->arena, const char *, strlen(copy) + 1);
	const cJSON *now;
	char *dot;

	*out = (struct form_cond){ .op = OP_SETTING, .name = name };
	for (;; copy = dot + 1) {
		name[out->nname++] = copy;
		if ((dot = strchr(copy, '.')) == NULL)
			break;
		*dot = '\0';
	}
	now = cond_setting(d->settings, name, out->nname);
	if (now == NULL) {
		def_mistake(d, path,
		    "add it with its default to \"settings\" in service.json",
		    "there is no \"%s\"", s);
		return false;
	}
	out->kind = cJSON_IsNumber(now) ? KIND_NUMBER
	    : cJSON_IsBool(now)		? KIND_BOOL
					: KIND_ANY;
	return true;
}

static bool
field(struct at *at, const char *s, const char *path, struct form_cond *out)
{
	*out = (struct form_cond){ .op = OP_FIELD };
	if (!name_compile(at, s, path, &out->ref))
		return false;
	if (out->ref.field->nchild > 0 || out->ref.field->type == FORM_STATIC) {
		def_mistake(at->d, path, "name a field in it",
		    "\"%s\" has no value of its own", out->ref.field->path);
		return false;
	}
	out->kind = form_kind_of(out->ref.field);
	return true;
}

static bool
string(struct at *at, const char *s, const char *path, enum arg arg,
    struct form_cond *out)
{
	if (strncmp(s, "setting.", strlen("setting.")) == 0)
		return setting(at, s, path, out) && fits(at, path, arg, out);
	if (arg == ARG_SECOND && *s != '@')
		return literal_text(at, s, out);
	if (!field(at, *s == '@' ? s + 1 : s, path, out))
		return false;
	if (arg == ARG_COND && out->kind != KIND_ANY) {
		def_mistake(at->d, path,
		    "write a condition: {\"eq\": [\"key\", true]}",
		    "a field alone is no condition");
		return false;
	}
	return fits(at, path, arg, out);
}

/* {"add": [...]}: the arguments, in order; a single one may stand alone. */
static const cJSON *
argument(const cJSON *json, size_t i)
{
	if (cJSON_IsArray(json))
		return cJSON_GetArrayItem(json, (int)i);
	return i == 0 ? json : NULL;
}

static size_t
count_arguments(const cJSON *json)
{
	return cJSON_IsArray(json) ? (size_t)cJSON_GetArraySize(json) : 1;
}

/* The list of "in": each element becomes a kid. */
static bool
in_list(struct at *at, const cJSON *list, const char *path,
    struct form_cond *out)
{
	struct form_cond *kid;
	const cJSON *one;
	size_t i = 1;

	kid = arena_new(at->d->arena, struct form_cond,
	    (size_t)cJSON_GetArraySize(list) + 1);
	kid[0] = out->kid[0];
	cJSON_ArrayForEach (one, list) {
		const char *where = def_item(at->d, path, i - 1);

		if (!compile(at, one, where, ARG_SECOND, &kid[i]) ||
		    !form_pair_check(at->d, where, &kid[0], &kid[i]))
			return false;
		i++;
	}
	out->kid = kid;
	out->nkid = i;
	return true;
}

static bool
has_items(const struct form_names *names)
{
	for (; names != NULL; names = names->outer)
		if (names->is_item)
			return true;
	return false;
}

/* any, all, count, sum: the repeat, then what is asked of its items. */
static bool
over_items(struct at *at, const struct op *op, const cJSON *args,
    const char *path, struct form_cond *out)
{
	const cJSON *name = argument(args, 0);
	const cJSON *inner = argument(args, 1);
	struct form_names names = { .outer = at->names, .is_item = true };
	struct at inside = *at;
	const struct form_field *f;
	struct form_cond *kid;

	if (!cJSON_IsString(name)) {
		def_mistake(at->d, path, "name the repeating group first",
		    "\"%s\" needs the name of a group", op->name);
		return false;
	}
	if (!name_compile(at, name->valuestring, path, &out->ref))
		return false;
	f = out->ref.field;
	if (f->type != FORM_REPEAT) {
		def_mistake(at->d, path, "name a field of type repeat",
		    "\"%s\" is no repeating group", f->path);
		return false;
	}
	if (inner == NULL)
		return true; /* count of items: known from the start */
	if (form_is_around(f, at->reach.ordinal)) {
		if (at->reach.kind == REACH_EARLIER) {
			def_mistake(at->d, path,
			    "move this behind the group (only its plain count "
			    "is known inside)",
			    "the items of \"%s\" are not complete here",
			    f->path);
			return false;
		}
		inside.reach.over_own = true;
	}
	names.field = f->child;
	names.n = f->nchild;
	names.level = at->names->level + 1;
	if (names.level >= FORM_DEPTH + 1) {
		def_mistake(at->d, path, "nest less", "nested too deep");
		return false;
	}
	inside.names = &names;
	kid = arena_new(at->d->arena, struct form_cond, 1);
	out->kid = kid;
	out->nkid = 1;
	out->level = names.level;
	return compile(&inside, inner, def_item(at->d, path, 1), op->then, kid);
}

/* The second argument of "matches". */
static bool
pattern(struct at *at, const struct form_cond *source, const char *path,
    struct form_cond *out)
{
	if (source->op != OP_LITERAL || source->value.type != VALUE_TEXT) {
		def_mistake(at->d, path, "write the pattern as a string",
		    "\"matches\" needs a pattern");
		return false;
	}
	out->nkid = 1;
	out->regex = form_regex_compile(at->d, source->value.text, path);
	return out->regex != NULL;
}

static bool
arguments(struct at *at, const struct op *op, const cJSON *args,
    const char *path, struct form_cond *out)
{
	size_t n = count_arguments(args);
	struct form_cond *kid = arena_new(at->d->arena, struct form_cond, n);

	out->kid = kid;
	for (size_t i = 0; i < n; i++) {
		const cJSON *one = argument(args, i);
		const char *where =
		    cJSON_IsArray(args) ? def_item(at->d, path, i) : path;

		if (op->op == OP_IN && i == 1 && cJSON_IsArray(one))
			return in_list(at, one, where, out);
		if (!compile(at, one, where, i == 0 ? op->first : op->then,
			&kid[i]))
			return false;
		out->nkid = i + 1;
	}
	if (op->op == OP_IN && kid[1].op != OP_SETTING) {
		def_mistake(at->d, path, "write a list [..] or \"setting.x\"",
		    "\"in\" needs a list");
		return false;
	}
	switch (op->op) {
	case OP_MATCHES:
		return pattern(at, &kid[1], path, out);
	case OP_CONTAINS:
		return form_literal_check(at->d, path, &kid[0], &kid[1]);
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return form_pair_check(at->d, path, &kid[0], &kid[1]);
	default:
		break;
	}
	if (op->op == OP_IF && kid[1].kind == kid[2].kind)
		out->kind = kid[1].kind;
	if ((op->op == OP_MIN || op->op == OP_MAX) && n > 0)
		out->kind = kid[0].kind;
	return true;
}

/* {"position": C}: how many items up to this one; sees the other items, hence
 * none of their calculated values. */
static bool
count_up_to(struct at *at, const cJSON *json, const char *path,
    struct form_cond *out)
{
	struct form_cond *kid = arena_new(at->d->arena, struct form_cond, 1);
	struct at inside = *at;

	inside.reach.over_own = true;
	while (!inside.names->is_item)
		inside.names = inside.names->outer;
	if (at->reach.kind == REACH_EARLIER) {
		def_mistake(at->d, path,
		    "write true, or use a calculated value",
		    "the other items are not known here");
		return false;
	}
	out->kid = kid;
	out->nkid = 1;
	return compile(&inside, json, path, ARG_COND, kid);
}

static bool
operation(struct at *at, const struct op *op, const cJSON *args,
    const char *path, struct form_cond *out)
{
	size_t n = count_arguments(args);

	*out = (struct form_cond){ .op = op->op, .kind = op->kind };
	if (op->op == OP_POSITION && !has_items(at->names)) {
		def_mistake(at->d, path, "use it inside a repeat",
		    "there is no item here whose position is known");
		return false;
	}
	if (op->op == OP_POSITION && cJSON_IsTrue(args))
		return true;
	if (op->op == OP_POSITION)
		return count_up_to(at, args, path, out);
	if (op->first == ARG_TRUE) {
		if (!cJSON_IsTrue(args))
			def_mistake(at->d, path, "write true",
			    "\"%s\" takes nothing but true", op->name);
		return cJSON_IsTrue(args);
	}
	if (n < op->least || n > op->most) {
		def_mistake(at->d, path,
		    arena_printf(at->d->arena, "it takes %zu to %zu",
			op->least, op->most),
		    "\"%s\" has %zu arguments", op->name, n);
		return false;
	}
	if (op->first == ARG_REPEAT)
		return over_items(at, op, args, path, out);
	if (op->op == OP_EMPTY && cJSON_IsString(argument(args, 0)))
		return name_compile(
		    at, argument(args, 0)->valuestring, path, &out->ref);
	return arguments(at, op, args, path, out);
}

static bool
object(struct at *at, const cJSON *json, const char *path, enum arg arg,
    struct form_cond *out)
{
	const cJSON *one = json->child;
	struct def_near near = { .name = one == NULL ? "" : one->string };

	if (one == NULL || one->next != NULL) {
		def_mistake(at->d, path,
		    "put several into {\"and\": [...]} or {\"or\": [...]}",
		    "a condition has exactly one member");
		return false;
	}
	path = def_member(at->d, path, one->string);
	if (strcmp(one->string, "text") == 0 && cJSON_IsString(one))
		return literal_text(at, one->valuestring, out) &&
		    fits(at, path, arg, out);
	for (size_t i = 0; i < nitems(ops); i++)
		if (strcmp(ops[i].name, one->string) == 0)
			return operation(at, &ops[i], one, path, out) &&
			    fits(at, path, arg, out);
	for (size_t i = 0; i < nitems(ops); i++)
		def_near_offer(&near, ops[i].name);
	def_mistake(at->d, path,
	    def_near_remedy(at->d, &near,
		"see \"Conditions and expressions\" in "
		"docs/service-packages.md"),
	    "\"%s\" is no operation", one->string);
	return false;
}

static bool
compile(struct at *at, const cJSON *json, const char *path, enum arg arg,
    struct form_cond *out)
{
	bool is_fine;

	if (cJSON_IsBool(json) || cJSON_IsNumber(json)) {
		*out = (struct form_cond){ .op = OP_LITERAL,
			.kind = cJSON_IsBool(json) ? KIND_BOOL : KIND_NUMBER,
			.value = cond_value_of_json(json) };
		return fits(at, path, arg, out);
	}
	if (cJSON_IsString(json))
		return string(at, json->valuestring, path, arg, out);
	if (!cJSON_IsObject(json)) {
		def_mistake(at->d, path, "write a condition or expression",
		    "is %s", def_type_name(json));
		return false;
	}
	if (at->nesting == NESTING_MAX) {
		def_mistake(at->d, path, "split it into calculated fields",
		    "nested over %d deep", NESTING_MAX);
		return false;
	}
	at->nesting++;
	is_fine = object(at, json, path, arg, out);
	at->nesting--;
	return is_fine;
}

static const struct form_cond *
compile_top(struct form_def *d, const cJSON *json, const char *path,
    const struct form_names *names, struct form_reach reach, enum arg arg)
{
	struct at at = { .d = d, .names = names, .reach = reach };
	struct form_cond *out = arena_new(d->arena, struct form_cond, 1);

	return compile(&at, json, path, arg, out) ? out : NULL;
}

const struct form_cond *
form_cond_compile(struct form_def *d, const cJSON *json, const char *path,
    const struct form_names *names, struct form_reach reach)
{
	return compile_top(d, json, path, names, reach, ARG_COND);
}

const struct form_cond *
form_expr_compile(struct form_def *d, const cJSON *json, const char *path,
    const struct form_names *names, struct form_reach reach)
{
	return compile_top(d, json, path, names, reach, ARG_ANY);
}

const struct form_cond *
form_second_compile(struct form_def *d, const cJSON *json, const char *path,
    const struct form_names *names, struct form_reach reach)
{
	return compile_top(d, json, path, names, reach, ARG_SECOND);
}
