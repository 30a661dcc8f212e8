#include "common/xoev/xoev_mapping.h"

#include "common/xoev/xoev_check.h"

/* base64 of more would be a text that XML parsers refuse (10 MB). */
#define FILE_MAX (7 * 1024 * 1024)

struct filling {
	struct arena *arena;
	const struct xoev_rules *rules;
	const struct xoev_case *c;
	struct form_eval eval;
	struct xoev_items items;
	char prefix[XOEV_NAME]; /* of names of values; ends in a dot */
	const char *choice;	/* of a multiple choice, the one at hand */
	const char *line;
	const struct xoev_value *file; /* of several, the one at hand */
	struct err *err;
};

static int fill_rules(struct filling *f, const struct xoev_rule *rule,
    size_t n, struct xml_out *parent);

/* ---- values ---- */

static const struct answer *
answer_of(const struct filling *f, const struct form_ref *ref)
{
	if (f->c->answers == NULL || ref->field == NULL)
		return NULL;
	return cond_ref(&f->eval.scope, ref);
}

static const struct xoev_value *
value_find(const struct xoev_value *value, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(value[i].name, name) == 0)
			return &value[i];
	return NULL;
}

static const struct xoev_value *
named_value(const struct filling *f, const char *as)
{
	char name[2 * XOEV_NAME];

	(void)snprintf(name, sizeof(name), "%s%s", f->prefix, as);
	return value_find(f->c->value, f->c->nvalue, name);
}

static const char *
field_text(struct filling *f, const struct xoev_rule *r)
{
	const struct answer *answer = answer_of(f, &r->ref);

	if (answer == NULL || !answer->is_shown)
		return NULL;
	return answer->text;
}

static const char *
raw_text(struct filling *f, const struct xoev_rule *r)
{
	const struct xoev_value *value;
	struct form_value v;

	switch (r->from) {
	case XOEV_FROM_FIELD:
		return f->choice != NULL ? f->choice : field_text(f, r);
	case XOEV_FROM_VALUE:
		value = named_value(f, r->as);
		return value == NULL ? NULL : value->text;
	case XOEV_FROM_EXPRESSION:
		if (f->c->answers == NULL)
			return NULL;
		v = cond_value(&f->eval, r->expression);
		return cond_text(f->arena, &v);
	case XOEV_FROM_CONSTANT:
		return r->constant;
	default:
		return NULL;
	}
}

/* NULL when there is nothing to write. */
static const char *
text_of(struct filling *f, const struct xoev_rule *r,
    const struct xml_out *parent)
{
	const char *text;

	if (r->format == XOEV_POSITION)
		return arena_printf(
		    f->arena, "%zu", xml_out_position(parent));
	if (xoev_is_file_format(r->format))
		return f->file == NULL
		    ? NULL
		    : xoev_file_text(f->arena, r->format, f->file);
	text = r->format == XOEV_LINE && f->line != NULL ? f->line
							  : raw_text(f, r);
	if (text == NULL || *text == '\0')
		return NULL;
	if ((text = xoev_code_of(r, text)) == NULL)
		return NULL;
	return xoev_format_write(f->arena, r->format, text);
}

static const struct xoev_value *
file_of(struct filling *f, const struct xoev_rule *r)
{
	if (f->file != NULL)
		return f->file;
	if (r->from == XOEV_FROM_VALUE)
		return named_value(f, r->as);
	if (r->from != XOEV_FROM_FIELD || field_text(f, r) == NULL)
		return NULL;
	return value_find(f->c->file, f->c->nfile,
	    arena_printf(f->arena, "%s.0",
		xoev_field_path(f->arena, &f->items, r->ref.field)));
}

/* ---- places ---- */

/* Makes what a rule writes to; the last step is new, the others may be there. */
static struct xml_out *
reach(struct xml_out *parent, const struct xml_name *step, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		parent = xml_out_reach(parent, &step[i]);
	return n == 0 ? parent : xml_out_add(parent, &step[n - 1]);
}

/* The container of the last step. */
static struct xml_out *
reach_parent(struct xml_out *parent, const struct xml_name *step, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		parent = xml_out_reach(parent, &step[i]);
	return parent;
}

/* Takes back what reach made and nothing was put into. */
static void
take_back(struct xml_out *parent, const struct xml_name *step, size_t n)
{
	struct xml_out *at[XOEV_STEPS];
	struct xml_out *e = parent;

	for (size_t i = 0; i + 1 < n; i++) {
		at[i] = e;
		e = xml_out_reach(e, &step[i]);
	}
	if (n > 0)
		xml_out_drop_last(e);
	for (size_t i = n; i > 1 && xml_out_is_empty(e); i--) {
		e = at[i - 2];
		xml_out_drop_last(e);
	}
}

/* ---- leaves ---- */

static const char *
version_of(const struct filling *f, const struct xoev_rule *r)
{
	const struct code_list *list = !r->is_newest || f->rules->lists == NULL
	    ? NULL
	    : code_lists_find(f->rules->lists, r->list, NULL, f->rules->day);

	return list == NULL ? r->list_version : list->version;
}

static void
put_code(const struct filling *f, const struct xoev_rule *r, struct xml_out *e,
    const char *text)
{
	static const struct xml_name uri = { "", "", "listURI" };
	static const struct xml_name version = { "", "", "listVersionID" };
	static const struct xml_name code = { "", "", "code" };
	const char *v = version_of(f, r);

	if (*r->list != '\0')
		xml_out_attribute(e, &uri, r->list);
	if (*v != '\0')
		xml_out_attribute(e, &version, v);
	xml_out_text(xml_out_add(e, &code), text, strlen(text));
}

static int
put_file(struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	const struct xoev_value *file = file_of(f, r);

	if (file == NULL || file->data == NULL)
		return 0;
	if (file->len > FILE_MAX)
		return err_set(f->err, ERR_TOO_LARGE,
		    "XOEV: a file of over %d bytes", FILE_MAX);
	xml_out_base64(
	    reach(parent, r->step, r->nstep), file->data, file->len);
	return 0;
}

static int
put_leaf(struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	const char *text;

	if (r->format == XOEV_BASE64)
		return put_file(f, r, parent);
	text = text_of(f, r, parent);
	if (text == NULL)
		return 0;
	if (r->is_attribute)
		xml_out_attribute(reach_parent(parent, r->step, r->nstep),
		    &r->step[r->nstep - 1], text);
	else if (r->is_code)
		put_code(f, r, reach(parent, r->step, r->nstep), text);
	else
		xml_out_text(
		    reach(parent, r->step, r->nstep), text, strlen(text));
	return 0;
}

/* ---- copies of earlier messages ---- */

static const struct xoev_source *
source_find(const struct filling *f, const char *id)
{
	size_t item =
	    f->items.n == 0 ? f->c->item : f->items.index[f->items.n - 1];

	for (size_t i = 0; i < f->c->nsource; i++)
		if (strcmp(f->c->source[i].id, id) == 0 &&
		    f->c->source[i].item == item)
			return &f->c->source[i];
	return NULL;
}

static int
copy_matches(struct filling *f, const struct xoev_rule *r,
    const struct xml_tree *tree, const struct xml_node *n, size_t depth,
    struct xml_out *parent)
{
	if (depth == r->ncopy)
		return xml_out_copy(reach(parent, r->step, r->nstep), tree, n,
		    f->err);
	for (n = xml_first(n); n != NULL; n = xml_next(n))
		if (xml_is(n, r->copy[depth].uri, r->copy[depth].name) &&
		    copy_matches(f, r, tree, n, depth + 1, parent) == -1)
			return -1;
	return 0;
}

static int
put_copy(struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	const struct xoev_source *s = source_find(f, r->copy_id);
	const struct xml_tree *tree;
	struct xoev_findings findings;

	if (s == NULL)
		return 0;
	if (xoev_check_tree(f->arena, f->rules, s->data, s->len, &findings,
		&tree, f->err) == -1)
		return -1;
	if (findings.n > 0)
		return err_set(f->err, ERR_CONFLICT,
		    "XOEV: the message to copy from (%s) is not valid",
		    r->copy_id);
	return copy_matches(f, r, tree, tree->root, 0, parent);
}

/* ---- groups and repetition ---- */

/* Goes into item i of the group at ref; the caller keeps the scope. */
static bool
enter(struct filling *f, const struct form_ref *ref, size_t item)
{
	const struct answers *group = f->eval.scope.group[ref->level];

	f->eval.scope.level = ref->level;
	for (size_t i = 0; i < ref->n; i++) {
		const struct answer *answer = &group->answer[ref->slot[i]];
		size_t k = i + 1 == ref->n ? item : 0;

		if (k >= answer->nitem || !answer->is_shown)
			return false;
		group = &answer->item[k];
		cond_enter(&f->eval, group,
		    answer->field->type == FORM_REPEAT ? k + 1 : 0);
	}
	return true;
}

static int
put_content(
    struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	struct xml_out *e;
	int rc;

	if (r->nrule == 0)
		return r->from == XOEV_FROM_COPY ? put_copy(f, r, parent)
						 : put_leaf(f, r, parent);
	e = reach(parent, r->step, r->nstep);
	rc = fill_rules(f, r->rule, r->nrule, e);
	if (rc == 0 && r->nstep > 0 && xml_out_is_empty(e))
		take_back(parent, r->step, r->nstep);
	return rc;
}

static int
put_once(struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	struct form_scope scope = f->eval.scope;
	size_t prefix = strlen(f->prefix);
	int rc = 0;

	if (r->when != NULL &&
	    (f->c->answers == NULL || !cond_holds(&f->eval, r->when)))
		return 0;
	if (r->is_as_group && r->repeat == XOEV_ONCE)
		(void)snprintf(f->prefix + prefix, sizeof(f->prefix) - prefix,
		    "%s.", r->as);
	if (!r->has_scope || r->repeat != XOEV_ONCE ||
	    (f->c->answers != NULL && enter(f, &r->ref, 0)))
		rc = put_content(f, r, parent);
	f->eval.scope = scope;
	f->prefix[prefix] = '\0';
	return rc;
}

static int
each_item(struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	struct form_scope scope = f->eval.scope;
	const struct answer *answer = answer_of(f, &r->ref);
	int rc = 0;

	if (answer == NULL || !answer->is_shown ||
	    f->items.n == nitems(f->items.index))
		return 0;
	for (size_t i = 0; rc == 0 && i < answer->nitem; i++) {
		f->items.repeat[f->items.n] = r->ref.field;
		f->items.index[f->items.n++] = i;
		if (enter(f, &r->ref, i))
			rc = put_once(f, r, parent);
		f->items.n--;
		f->eval.scope = scope;
	}
	return rc;
}

/* Whether a value is called prefix, or something in it. */
static bool
has_value(const struct filling *f, const char *prefix)
{
	size_t n = strlen(prefix);

	for (size_t i = 0; i < f->c->nvalue; i++)
		if (strncmp(f->c->value[i].name, prefix, n) == 0)
			return true;
	return false;
}

static int
each_value(struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	size_t prefix = strlen(f->prefix);
	int rc = 0;

	for (size_t i = 0; rc == 0; i++) {
		(void)snprintf(f->prefix + prefix, sizeof(f->prefix) - prefix,
		    "%s.%zu.", r->as, i);
		if (!has_value(f, f->prefix))
			break;
		rc = put_once(f, r, parent);
	}
	f->prefix[prefix] = '\0';
	return rc;
}

static int
each_line(struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	const char *text = raw_text(f, r);
	int rc = 0;

	while (rc == 0 && text != NULL && *text != '\0') {
		size_t n = strcspn(text, "\n");

		if (n > 0) {
			f->line = arena_dup(f->arena, text, n);
			rc = put_once(f, r, parent);
		}
		text += n + (text[n] == '\n');
	}
	f->line = NULL;
	return rc;
}

static int
each_choice(
    struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	const struct answer *answer = answer_of(f, &r->ref);
	int rc = 0;

	if (answer == NULL || !answer->is_shown || answer->text == NULL)
		return 0;
	for (size_t i = 0; rc == 0 && i < answer->nlist; i++) {
		f->choice = answer->list[i];
		rc = put_once(f, r, parent);
	}
	f->choice = NULL;
	return rc;
}

/* Files that are called by the field's path or the value's name, and number. */
static int
each_file(struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	bool is_field = r->from == XOEV_FROM_FIELD;
	const struct xoev_value *list = is_field ? f->c->file : f->c->value;
	size_t n = is_field ? f->c->nfile : f->c->nvalue;
	const char *name = is_field
	    ? xoev_field_path(f->arena, &f->items, r->ref.field)
	    : arena_printf(f->arena, "%s%s", f->prefix, r->as);
	size_t prefix = strlen(f->prefix), i = 0;
	int rc = 0;

	if (is_field && field_text(f, r) == NULL)
		return 0;
	for (; rc == 0; i++) {
		f->file = value_find(
		    list, n, arena_printf(f->arena, "%s.%zu", name, i));
		if (f->file == NULL)
			break;
		if (!is_field)
			(void)snprintf(f->prefix + prefix,
			    sizeof(f->prefix) - prefix, "%s.%zu.", r->as, i);
		rc = put_once(f, r, parent);
		f->prefix[prefix] = '\0';
	}
	f->file = NULL;
	if (rc == 0 && is_field && i < answer_of(f, &r->ref)->nfile)
		return err_set(f->err, ERR_TOO_LARGE,
		    "XOEV: the files of \"%s\" are too large",
		    r->ref.field->path);
	return rc;
}

static int
fill_rule(struct filling *f, const struct xoev_rule *r, struct xml_out *parent)
{
	if (r->is_read_only)
		return 0;
	switch (r->repeat) {
	case XOEV_EACH_ITEM:
		return each_item(f, r, parent);
	case XOEV_EACH_VALUE:
		return each_value(f, r, parent);
	case XOEV_EACH_LINE:
		return each_line(f, r, parent);
	case XOEV_EACH_CHOICE:
		return each_choice(f, r, parent);
	case XOEV_EACH_FILE:
		return each_file(f, r, parent);
	default:
		return put_once(f, r, parent);
	}
}

static int
fill_rules(struct filling *f, const struct xoev_rule *rule, size_t n,
    struct xml_out *parent)
{
	for (size_t i = 0; i < n; i++)
		if (fill_rule(f, &rule[i], parent) == -1)
			return -1;
	return 0;
}

int
xoev_fill(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_message *m, const struct xoev_case *c,
    struct xml_out *root, struct err *err)
{
	struct filling f = { .arena = a, .rules = rules, .c = c, .err = err };

	if (c->answers != NULL)
		cond_begin(&f.eval, a, c->answers, c->context);
	if (m->info.repeat != NULL) {
		f.items.repeat[0] = m->info.repeat;
		f.items.index[0] = c->item;
		f.items.n = 1;
		if (c->answers == NULL || !enter(&f, &m->repeat, c->item))
			return err_set(err, ERR_NOT_FOUND,
			    "XOEV: there is no item %zu", c->item);
	}
	return fill_rules(&f, m->rule, m->nrule, root);
}
