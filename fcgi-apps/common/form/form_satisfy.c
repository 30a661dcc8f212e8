#include "common/form/form_satisfy.h"

#include "common/form/form_def.h"

/*
 * A tableau: goals are taken apart until plain statements about single values
 * remain; "or" tries one branch after the other. What is known of a value is
 * kept as a range and a list of what it is not.
 */

#define STEPS_MAX 5000 /* then it counts as possible */
#define DOMAINS_MAX 48
#define OTHERS_MAX 20
#define DEPTH_MAX 400
#define FAR (INT64_MAX / 4)

/* What is known of the value of one expression. */
struct domain {
	const struct form_cond *of;
	bool is_there, is_none; /* it has a value, it has none */
	int64_t low, high;
	const char *is;		/* that text */
	const char *is_not[OTHERS_MAX];
	size_t nis_not;
	int64_t other[OTHERS_MAX]; /* numbers that it is not */
	size_t nother;
};

struct state {
	struct domain domain[DOMAINS_MAX];
	size_t n;
	/* Conditions taken as they stand: they hold, or do not. */
	struct form_goal taken[DOMAINS_MAX];
	size_t ntaken;
};

struct search {
	struct arena *arena;
	const struct form *form;
	size_t steps, depth;
};

static bool solve(struct search *s, const struct state *before,
    const struct form_goal *goals);

/* ---- expressions that mean the same ---- */

static bool
same_literal(const struct form_value *x, const struct form_value *y)
{
	int order;

	return cond_compare(x, y, &order) && order == 0;
}

static bool
same(const struct form_cond *x, const struct form_cond *y)
{
	if (x == y)
		return true;
	if (x->op != y->op || x->nkid != y->nkid || x->nname != y->nname ||
	    x->ref.field != y->ref.field || x->regex != y->regex ||
	    x->level != y->level)
		return false;
	for (size_t i = 0; i < x->nname; i++)
		if (strcmp(x->name[i], y->name[i]) != 0)
			return false;
	if (x->op == OP_LITERAL)
		return same_literal(&x->value, &y->value);
	for (size_t i = 0; i < x->nkid; i++)
		if (!same(&x->kid[i], &y->kid[i]))
			return false;
	return true;
}

/* ---- goals ---- */

const struct form_goal *
form_goal_add(struct arena *a, const struct form_goal *list,
    const struct form_cond *cond, bool is_negated)
{
	struct form_goal *g;

	if (cond == NULL)
		return list;
	g = arena_new(a, struct form_goal, 1);
	g->cond = cond;
	g->is_negated = is_negated;
	g->next = list;
	return g;
}

const struct form_goal *
form_goal_shown(struct arena *a, const struct form_goal *list,
    const struct form *form, const struct form_field *f)
{
	list = form_goal_add(a, list, form->page[f->page].show, false);
	for (; f != NULL; f = f->parent)
		list = form_goal_add(a, list, f->show, false);
	return list;
}

/* ---- values ---- */

static int64_t
unit_of(const struct form_cond *c)
{
	if (c->kind == KIND_DATE || c->kind == KIND_BOOL)
		return 1;
	switch (c->op) {
	case OP_AGE:
	case OP_DAYS:
	case OP_MONTHS:
	case OP_COUNT:
	case OP_POSITION:
	case OP_FLOOR:
		return FORM_UNIT;
	default:
		break;
	}
	return c->op == OP_FIELD &&
		(c->ref.field->type == FORM_INTEGER ||
		    c->ref.field->type == FORM_MONEY)
	    ? FORM_UNIT
	    : 1;
}

/* Where the field's own limits put its value. */
static void
limit(struct domain *d, const struct form_field *f)
{
	int64_t unit = f->type == FORM_INTEGER || f->type == FORM_MONEY
	    ? FORM_UNIT
	    : 1;
	bool is_known = f->type == FORM_INTEGER || f->type == FORM_MONEY ||
	    f->type == FORM_DECIMAL || f->type == FORM_DATE;

	if (is_known && f->min.is_set && !f->min.is_relative)
		d->low = f->min.value * unit;
	if (is_known && f->max.is_set && !f->max.is_relative)
		d->high = f->max.value * unit;
}

static void
domain_begin(struct domain *d, const struct form_cond *of)
{
	*d = (struct domain){ .of = of, .low = -FAR, .high = FAR };
	if (of->kind == KIND_BOOL) {
		d->low = 0;
		d->high = 1;
	}
	if (of->op == OP_COUNT)
		d->is_there = true;
	if (of->op == OP_COUNT || of->op == OP_AGE)
		d->low = 0;
	if (of->op == OP_POSITION)
		d->low = FORM_UNIT;
	if (of->op == OP_FIELD)
		limit(d, of->ref.field);
}

static bool
is_excluded(const struct domain *d, const char *text)
{
	for (size_t i = 0; i < d->nis_not; i++)
		if (strcmp(d->is_not[i], text) == 0)
			return true;
	return false;
}

/* A choice of which every option is ruled out has no value. */
static bool
has_option_left(const struct domain *d)
{
	const struct form_field *f = d->of->ref.field;

	if (d->of->op != OP_FIELD || f->noption == 0 ||
	    f->type != FORM_CHOICE)
		return true;
	for (size_t i = 0; i < f->noption; i++)
		if (!is_excluded(d, f->option[i].value))
			return true;
	return false;
}

static bool
has_number_left(const struct domain *d)
{
	int64_t unit = unit_of(d->of), at = d->low;
	bool is_out = true;

	if (d->low > d->high)
		return false;
	if ((d->high - d->low) / unit > (int64_t)d->nother)
		return true;
	for (; at <= d->high && is_out; at += unit) {
		is_out = false;
		for (size_t i = 0; i < d->nother; i++)
			is_out |= d->other[i] == at;
		if (!is_out)
			return true;
	}
	return !is_out;
}

static bool
is_possible(const struct domain *d)
{
	if (d->is_none)
		return !d->is_there;
	if (!d->is_there)
		return true; /* it may have none */
	if (d->is != NULL && is_excluded(d, d->is))
		return false;
	return has_option_left(d) && has_number_left(d);
}

static struct domain *
domain_of(struct state *s, const struct form_cond *of)
{
	for (size_t i = 0; i < s->n; i++)
		if (same(s->domain[i].of, of))
			return &s->domain[i];
	if (s->n == DOMAINS_MAX)
		return NULL;
	domain_begin(&s->domain[s->n], of);
	return &s->domain[s->n++];
}

/* ---- plain statements ---- */

static enum form_op
opposite(enum form_op op)
{
	switch (op) {
	case OP_EQ:
		return OP_NE;
	case OP_NE:
		return OP_EQ;
	case OP_LT:
		return OP_GE;
	case OP_LE:
		return OP_GT;
	case OP_GT:
		return OP_LE;
	default:
		return OP_LT;
	}
}

/* The op with its sides changed. */
static enum form_op
mirrored(enum form_op op)
{
	switch (op) {
	case OP_LT:
		return OP_GT;
	case OP_LE:
		return OP_GE;
	case OP_GT:
		return OP_LT;
	case OP_GE:
		return OP_LE;
	default:
		return op;
	}
}

static void
narrow_number(struct domain *d, enum form_op op, int64_t n)
{
	int64_t unit = unit_of(d->of);
	int64_t low = d->low, high = d->high;

	if (op == OP_EQ || op == OP_GE)
		low = n;
	if (op == OP_EQ || op == OP_LE)
		high = n;
	if (op == OP_GT)
		low = n + unit;
	if (op == OP_LT)
		high = n - unit;
	if (low > d->low)
		d->low = low;
	if (high < d->high)
		d->high = high;
	if (op == OP_NE && d->nother < OTHERS_MAX)
		d->other[d->nother++] = n;
}

static bool
narrow_text(struct domain *d, enum form_op op, const char *text)
{
	if (op == OP_EQ) {
		if (d->is != NULL && strcmp(d->is, text) != 0)
			return false;
		d->is = text;
	} else if (op == OP_NE && d->nis_not < OTHERS_MAX) {
		d->is_not[d->nis_not++] = text;
	}
	return true;
}

/* "c op literal", and c has a value; false: cannot be. */
static bool
narrow(struct search *s, struct state *state, const struct form_cond *c,
    enum form_op op, const struct form_value *literal)
{
	bool is_choice = c->op == OP_FIELD && c->ref.field->type == FORM_CHOICE;
	struct domain *d = domain_of(state, c);
	int32_t day;
	int64_t n;

	if (d == NULL)
		return true;
	d->is_there = true;
	if (is_choice || c->kind == KIND_TEXT) {
		const char *text = cond_text(s->arena, literal);

		if (text != NULL && !narrow_text(d, op, text))
			return false;
	} else if (c->kind == KIND_DATE && cond_day(literal, &day)) {
		narrow_number(d, op, day);
	} else if (c->kind == KIND_BOOL && literal->type == VALUE_BOOL) {
		narrow_number(d, op, literal->number != 0);
	} else if (c->kind == KIND_NUMBER && cond_number(literal, &n)) {
		narrow_number(d, op, n);
	}
	return is_possible(d);
}

/* What must hold for an expression to have a value at all. */
static const struct form_goal *
needs(struct search *s, const struct form_cond *c,
    const struct form_goal *goals)
{
	if (c->op == OP_FIELD)
		return form_goal_shown(
		    s->arena, goals, s->form, c->ref.field);
	switch (c->op) {
	case OP_AGE:
	case OP_DAYS:
	case OP_MONTHS:
	case OP_ADD_DAYS:
	case OP_ADD_MONTHS:
		for (size_t i = 0; i < c->nkid; i++)
			goals = needs(s, &c->kid[i], goals);
		break;
	default:
		break;
	}
	return goals;
}

/* The expression that stands for it: calculated values open up. */
static const struct form_cond *
opened(const struct form_cond *c)
{
	while (c->op == OP_FIELD && c->ref.field->value != NULL)
		c = c->ref.field->value;
	return c;
}

static bool
branch(struct search *s, const struct state *state,
    const struct form_goal *goals)
{
	return solve(s, state, goals);
}

static bool compare(struct search *s, const struct state *state,
    const struct form_cond *c, enum form_op op,
    const struct form_value *literal, bool is_negated,
    const struct form_goal *goals);

/* {"if": [C, x, y]} op literal: one way or the other. */
static bool
compare_if(struct search *s, const struct state *state,
    const struct form_cond *c, enum form_op op,
    const struct form_value *literal, bool is_negated,
    const struct form_goal *goals)
{
	return compare(s, state, &c->kid[1], op, literal, is_negated,
		   form_goal_add(s->arena, goals, &c->kid[0], false)) ||
	    compare(s, state, &c->kid[2], op, literal, is_negated,
		form_goal_add(s->arena, goals, &c->kid[0], true));
}

static bool
holds_literal(const struct form_value *x, enum form_op op,
    const struct form_value *y)
{
	int order;

	if (!cond_compare(x, y, &order))
		return false;
	switch (op) {
	case OP_EQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static bool
compare(struct search *s, const struct state *state, const struct form_cond *c,
    enum form_op op, const struct form_value *literal, bool is_negated,
    const struct form_goal *goals)
{
	struct state *next;
	struct domain *d;
	bool was_there;

	if (++s->steps > STEPS_MAX)
		return true;
	c = opened(c);
	if (c->op == OP_IF)
		return compare_if(
		    s, state, c, op, literal, is_negated, goals);
	if (c->op == OP_LITERAL)
		return holds_literal(&c->value, op, literal) != is_negated &&
		    branch(s, state, goals);
	next = arena_new(s->arena, struct state, 1);
	*next = *state;
	d = domain_of(next, c);
	was_there = d != NULL && d->is_there;
	if (narrow(s, next, c, is_negated ? opposite(op) : op, literal) &&
	    branch(s, next, was_there ? goals : needs(s, c, goals)))
		return true;
	if (!is_negated)
		return false;
	/* Without a value no comparison holds. */
	*next = *state;
	d = domain_of(next, c);
	if (d != NULL)
		d->is_none = true;
	return (d == NULL || is_possible(d)) && branch(s, next, goals);
}

/* Stands as it is: it may hold or not, but not both. */
static bool
take(struct search *s, const struct state *state, const struct form_cond *c,
    bool is_negated, const struct form_goal *goals)
{
	struct state *next;

	for (size_t i = 0; i < state->ntaken; i++)
		if (same(state->taken[i].cond, c))
			return state->taken[i].is_negated == is_negated &&
			    branch(s, state, goals);
	if (state->ntaken == DOMAINS_MAX)
		return branch(s, state, goals);
	next = arena_new(s->arena, struct state, 1);
	*next = *state;
	next->taken[next->ntaken].cond = c;
	next->taken[next->ntaken++].is_negated = is_negated;
	return branch(s, next, goals);
}

static bool
empty(struct search *s, const struct state *state, const struct form_cond *c,
    bool is_negated, const struct form_goal *goals)
{
	struct form_cond *field;
	struct state *next;
	struct domain *d;

	/* Groups, lists and files have no plain value. */
	if (c->ref.field == NULL || c->ref.field->nchild > 0 ||
	    form_kind_of(c->ref.field) == KIND_LIST ||
	    form_kind_of(c->ref.field) == KIND_FILE ||
	    c->ref.field->value != NULL)
		return take(s, state, c, is_negated, goals);
	field = arena_new(s->arena, struct form_cond, 1);
	field->op = OP_FIELD;
	field->kind = form_kind_of(c->ref.field);
	field->ref = c->ref;
	next = arena_new(s->arena, struct state, 1);
	*next = *state;
	if ((d = domain_of(next, field)) == NULL)
		return branch(s, next, goals);
	if (is_negated)
		d->is_there = true;
	else
		d->is_none = true;
	return is_possible(d) &&
	    branch(s, next, is_negated ? needs(s, field, goals) : goals);
}

/* One of the list: kids from the second on. */
static bool
in(struct search *s, const struct state *state, const struct form_cond *c,
    bool is_negated, const struct form_goal *goals)
{
	for (size_t i = 1; i < c->nkid; i++)
		if (c->kid[i].op != OP_LITERAL)
			return take(s, state, c, is_negated, goals);
	if (!is_negated) {
		for (size_t i = 1; i < c->nkid; i++)
			if (compare(s, state, &c->kid[0], OP_EQ,
				&c->kid[i].value, false, goals))
				return true;
		return false;
	}
	for (size_t i = 1; i < c->nkid; i++) {
		struct form_cond *eq =
		    arena_new(s->arena, struct form_cond, 1);
		struct form_cond *kid =
		    arena_new(s->arena, struct form_cond, 2);

		kid[0] = c->kid[0];
		kid[1] = c->kid[i];
		*eq = (struct form_cond){ .op = OP_EQ,
			.kind = KIND_BOOL,
			.kid = kid,
			.nkid = 2 };
		goals = form_goal_add(s->arena, goals, eq, true);
	}
	return branch(s, state, goals);
}

/* All of the kids (negated or not), or one of them. */
static bool
several(struct search *s, const struct state *state,
    const struct form_cond *c, bool is_negated,
    const struct form_goal *goals)
{
	bool wants_all = (c->op == OP_AND) != is_negated;

	if (wants_all) {
		for (size_t i = c->nkid; i > 0; i--)
			goals = form_goal_add(
			    s->arena, goals, &c->kid[i - 1], is_negated);
		return branch(s, state, goals);
	}
	for (size_t i = 0; i < c->nkid; i++)
		if (branch(s, state, form_goal_add(s->arena, goals,
					 &c->kid[i], is_negated)))
			return true;
	return false;
}

static bool
comparison(struct search *s, const struct state *state,
    const struct form_cond *c, bool is_negated,
    const struct form_goal *goals)
{
	if (c->kid[1].op == OP_LITERAL)
		return compare(s, state, &c->kid[0], c->op, &c->kid[1].value,
		    is_negated, goals);
	if (c->kid[0].op == OP_LITERAL)
		return compare(s, state, &c->kid[1], mirrored(c->op),
		    &c->kid[0].value, is_negated, goals);
	return take(s, state, c, is_negated, goals);
}

static bool
solve_one(struct search *s, const struct state *state,
    const struct form_cond *c, bool is_negated,
    const struct form_goal *goals)
{
	switch (c->op) {
	case OP_LITERAL:
		if (c->value.type != VALUE_BOOL)
			return branch(s, state, goals);
		return (c->value.number != 0) != is_negated &&
		    branch(s, state, goals);
	case OP_AND:
	case OP_OR:
		return several(s, state, c, is_negated, goals);
	case OP_NOT:
		return branch(s, state,
		    form_goal_add(
			s->arena, goals, &c->kid[0], !is_negated));
	case OP_IF:
		return branch(s, state,
			   form_goal_add(s->arena,
			       form_goal_add(s->arena, goals, &c->kid[1],
				   is_negated),
			       &c->kid[0], false)) ||
		    branch(s, state,
			form_goal_add(s->arena,
			    form_goal_add(s->arena, goals, &c->kid[2],
				is_negated),
			    &c->kid[0], true));
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return comparison(s, state, c, is_negated, goals);
	case OP_IN:
		return in(s, state, c, is_negated, goals);
	case OP_EMPTY:
		return empty(s, state, c, is_negated, goals);
	default:
		return take(s, state, c, is_negated, goals);
	}
}

static bool
solve(struct search *s, const struct state *before,
    const struct form_goal *goals)
{
	bool is_possible_so;

	if (goals == NULL || ++s->steps > STEPS_MAX || s->depth > DEPTH_MAX)
		return true;
	s->depth++;
	is_possible_so = solve_one(
	    s, before, goals->cond, goals->is_negated, goals->next);
	s->depth--;
	return is_possible_so;
}

bool
form_satisfiable(
    const struct form *form, const struct form_goal *goals)
{
	struct arena own = { 0 };
	struct search s = { .arena = &own, .form = form };
	bool is_it;

	is_it = solve(&s, arena_new(&own, struct state, 1), goals);
	arena_free(&own);
	return is_it;
}

bool
form_satisfiable_value(const struct form *form,
    const struct form_goal *goals, const struct form_cond *expression,
    const char *text)
{
	struct arena own = { 0 };
	struct search s = { .arena = &own, .form = form };
	const struct form_value literal = { .type = VALUE_TEXT,
		.text = text };
	bool is_it;

	is_it = compare(&s, arena_new(&own, struct state, 1), expression,
	    OP_EQ, &literal, false, goals);
	arena_free(&own);
	return is_it;
}
