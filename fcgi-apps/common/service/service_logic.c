#include "common/service/service_def.h"

#include "common/form/form_def.h"
#include "common/form/form_satisfy.h"
#include "common/service/service_adviser.h"

/* ---- pages and fields ---- */

static void
check_pages(struct form_def *d, const struct form *form)
{
	for (size_t i = 0; i < form->npage; i++) {
		const struct form_page *page = &form->page[i];
		const char *path = def_item(d, "pages", d->first_page + i);

		if (page->show == NULL ||
		    form_satisfiable(form,
			form_goal_add(d->arena, NULL, page->show, false)))
			continue;
		def_mistake(d, def_member(d, path, "show"),
		    "loosen the condition, or take the page out: what it "
		    "asks for cannot come together",
		    "no answers lead to the page \"%s\"", page->id);
	}
}

static void
check_options(struct form_def *d, const struct form *form,
    const struct form_field *f, const struct form_goal *shown)
{
	const char *path =
	    def_member(d, d->source_path[f->ordinal], "options");

	for (size_t i = 0; i < f->noption; i++) {
		const struct form_option *o = &f->option[i];

		if (o->show != NULL &&
		    !form_satisfiable(form,
			form_goal_add(d->arena, shown, o->show, false)))
			def_mistake(d, def_item(d, path, i),
			    "loosen its condition, or take the option out",
			    "the option \"%s\" is never offered", o->value);
	}
}

/* around: the page and the groups can be shown, or it was said already. */
static void
check_fields(struct form_def *d, const struct form *form,
    const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct form_field *f = &field[i];
		const struct form_goal *shown =
		    form_goal_shown(d->arena, NULL, form, f);

		if (f->show != NULL && !form_satisfiable(form, shown)) {
			def_mistake(d,
			    def_member(
				d, d->source_path[f->ordinal], "show"),
			    f->required == FORM_REQUIRED
				? "loosen the condition: the field is "
				  "required, but nobody can answer it"
				: "loosen the condition, or take the field "
				  "out",
			    "\"%s\" is never shown", f->path);
			continue;
		}
		if (f->require != NULL && f->require->op != OP_LITERAL &&
		    !form_satisfiable(form,
			form_goal_add(d->arena, shown, f->require, false)))
			form_warning_add(d->mistakes, d->file,
			    def_member(
				d, d->source_path[f->ordinal], "require"),
			    "loosen the condition, or take it out",
			    "\"%s\" is never required", f->path);
		check_options(d, form, f, shown);
		check_fields(d, form, f->child, f->nchild);
	}
}

/* ---- rules ---- */

static void
check_rules(struct form_def *d, const struct form *form)
{
	const char *name = d->rules == NULL ? "rules" : d->rules;

	for (size_t i = 0; i < form->rules->n; i++) {
		const struct form_rule *rule = &form->rules->rule[i];
		const struct form_goal *around = rule->scope == NULL
		    ? NULL
		    : form_goal_shown(d->arena, NULL, form, rule->scope);
		const char *path = def_member(
		    d, def_item(d, name, i), "when");

		if (rule->when == NULL)
			continue;
		if (!form_satisfiable(form,
			form_goal_add(d->arena, around, rule->when, false)))
			def_mistake(d, path,
			    "mend the condition: it contradicts itself, or "
			    "what the fields allow",
			    "the rule \"%s\" never holds", rule->id);
		else if (!form_satisfiable(form,
			     form_goal_add(
				 d->arena, around, rule->when, true)))
			def_mistake(d, path,
			    "mend the condition: it describes the mistake, "
			    "not what is right",
			    "the rule \"%s\" always holds: nobody could "
			    "apply",
			    rule->id);
	}
}

void
form_logic_check(struct form_def *d, const struct form *form)
{
	check_pages(d, form);
	check_fields(d, form, form->field, form->nfield);
	check_rules(d, form);
}

/* ---- routes and advice ---- */

static void
check_routes(struct form_def *d, const struct service *s)
{
	const struct form_goal *before = NULL; /* no earlier route fits */

	for (size_t i = 0; i < s->nroute; i++) {
		const struct service_route *route = &s->route[i];
		const char *path = def_member(
		    d, def_item(d, "routing", i), "when");

		if (!form_satisfiable(s->form,
			form_goal_add(d->arena, NULL, route->when, false)))
			def_mistake(d, path,
			    "mend the condition, or take the route out",
			    "nothing goes to \"%s\"", route->department);
		else if (!form_satisfiable(s->form,
			     form_goal_add(
				 d->arena, before, route->when, false)))
			def_mistake(d, path,
			    "put it further up, or take it out",
			    "nothing goes to \"%s\": an earlier route takes "
			    "it all",
			    route->department);
		before = form_goal_add(d->arena, before, route->when, true);
	}
}

static void
check_advice(struct form_def *d, const struct service *s)
{
	const struct service_adviser *v = s->adviser;
	bool proceeds = false;

	for (size_t i = 0; i < v->nresult; i++) {
		const struct adviser_result *r = &v->result[i];

		proceeds |= r->proceeds;
		if (!form_satisfiable_value(
			s->form, NULL, v->outcome->value, r->value))
			def_mistake(d, def_item(d, "adviser.results", i),
			    "mend the conditions of the outcome, or take the "
			    "result out",
			    "no answers lead to the result \"%s\"", r->value);
	}
	if (!proceeds && v->after + 1 < s->form->npage)
		def_mistake(d, "adviser.results",
		    "let a result proceed, or take the pages out",
		    "nobody gets to the page \"%s\" behind the advice",
		    s->form->page[v->after + 1].id);
}

/* A page behind the advice, seen only with advice that stops before it. */
static void
check_behind(struct form_def *d, const struct service *s)
{
	const struct service_adviser *v = s->adviser;

	for (size_t i = v->after + 1; i < s->form->npage; i++) {
		const struct form_goal *shown = form_goal_add(
		    d->arena, NULL, s->form->page[i].show, false);
		bool is_reached = false;

		for (size_t k = 0; k < v->nresult && !is_reached; k++)
			is_reached = v->result[k].proceeds &&
			    form_satisfiable_value(s->form, shown,
				v->outcome->value, v->result[k].value);
		if (is_reached || s->form->page[i].show == NULL)
			continue;
		form_mistake_add(d->mistakes, "form.json",
		    def_member(d, def_item(d, "pages", i), "show"),
		    "loosen the condition, or let the result proceed that "
		    "goes with it",
		    "no answers lead to the page \"%s\": the advice ends "
		    "before it",
		    s->form->page[i].id);
	}
}

void
service_logic_check(struct form_def *d, const struct service *s)
{
	check_routes(d, s);
	if (s->adviser == NULL || s->adviser->outcome == NULL)
		return;
	check_advice(d, s);
	check_behind(d, s);
}
