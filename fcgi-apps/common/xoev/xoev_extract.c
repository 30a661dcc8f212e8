#include "common/xoev/xoev_mapping.h"

#include "common/base64.h"
#include "common/xoev/xoev_head.h"

#define VALUES_MAX 20000
#define TEXT_MAX (1024 * 1024)

/* A file, and what the message says of it. */
struct file {
	struct xoev_value value;
	const char *size, *sha256; /* NULL: not said */
};

struct extracting {
	struct arena *arena;
	const struct xml_tree *tree;
	struct xoev_items items;
	char prefix[XOEV_NAME];
	struct file *file; /* of several, the one being read; NULL */
	struct xoev_read *out;
	size_t field_room, value_room;
};

static void extract_rules(struct extracting *x, const struct xoev_rule *rule,
    size_t n, const struct xml_node *at);

/* ---- what was found ---- */

static void
push(struct extracting *x, struct xoev_value **list, size_t *n, size_t *room,
    struct xoev_value value)
{
	if (*n == *room) {
		size_t more = *room == 0 ? 32 : *room * 2;
		struct xoev_value *grown =
		    arena_new(x->arena, struct xoev_value, more);

		if (*n >= VALUES_MAX)
			return;
		if (*n > 0)
			memcpy(grown, *list, *n * sizeof(*grown));
		*list = grown;
		*room = more;
	}
	(*list)[(*n)++] = value;
}

static void
push_field(struct extracting *x, const struct form_field *f, const char *text)
{
	push(x, &x->out->field, &x->out->nfield, &x->field_room,
	    (struct xoev_value){
		.name = xoev_field_path(x->arena, &x->items, f),
		.text = text,
	    });
}

static void
push_value(struct extracting *x, const char *name, const char *text,
    const void *data, size_t len)
{
	push(x, &x->out->value, &x->out->nvalue, &x->value_room,
	    (struct xoev_value){
		.name = arena_printf(x->arena, "%s%s", x->prefix, name),
		.text = text,
		.data = data,
		.len = len,
	    });
}

/* What no rule told. */
static void
push_absent(struct extracting *x, const struct xoev_meaning *m)
{
	const char *name = xoev_field_path(x->arena, &x->items, m->field);

	for (size_t i = 0; i < x->out->nfield; i++)
		if (strcmp(x->out->field[i].name, name) == 0)
			return;
	push_field(x, m->field, m->text);
}

/* A field has one value where several codes mean the same. */
static void
push_meaning(struct extracting *x, const struct xoev_meaning *m)
{
	const char *name = xoev_field_path(x->arena, &x->items, m->field);

	for (size_t i = 0; i < x->out->nfield; i++)
		if (strcmp(x->out->field[i].name, name) == 0 &&
		    strcmp(x->out->field[i].text, m->text) == 0)
			return;
	push_field(x, m->field, m->text);
}

static void
push_finding(struct extracting *x, const struct xml_node *n,
    const char *code, const char *key)
{
	struct xoev_findings *f = &x->out->findings;

	if (f->finding == NULL)
		f->finding =
		    arena_new(x->arena, struct xoev_finding, XOEV_FINDINGS_MAX);
	if (f->n < XOEV_FINDINGS_MAX)
		f->finding[f->n++] = (struct xoev_finding){
			.code = code,
			.path = arena_printf(x->arena, "/%s", n->name),
			.key = key,
		};
}

/* ---- leaves ---- */

/* The text of an element, or of the code that it holds. */
static const char *
text_of(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *n)
{
	struct err err = { 0 };
	const char *text;

	if (r->is_code) {
		const char *uri = xml_attribute(n, "listURI");

		if (*r->list != '\0' && uri != NULL &&
		    strcmp(uri, r->list) != 0)
			push_finding(x, n, "S010", "xoev.fault.list");
		n = xoev_local(n, "code");
		return n == NULL ? NULL : xoev_token(x->arena, x->tree, n);
	}
	if (n == NULL ||
	    xml_text(x->arena, x->tree, n, TEXT_MAX, &text, &err) == -1)
		return NULL;
	return text;
}

static void
take_file(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *n)
{
	const char *text, *name = r->as;
	struct err err = { 0 };
	uint8_t *data;
	size_t len;

	if (r->from == XOEV_FROM_FIELD)
		name = arena_printf(x->arena, "%s.0",
		    xoev_field_path(x->arena, &x->items, r->ref.field));
	if (x->file == NULL && name == NULL)
		return;
	if (xml_text(x->arena, x->tree, n, XOEV_MESSAGE_MAX, &text, &err) ==
		0 &&
	    base64_decode(
		x->arena, text, strlen(text), &data, &len, &err) == 0) {
		if (x->file == NULL) {
			push_value(x, name, NULL, data, len);
			return;
		}
		x->file->value.data = data;
		x->file->value.len = len;
	}
}

/* What else is said of the file at hand. */
static void
take_about_file(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *n)
{
	const char *text = r->is_attribute
	    ? xml_attribute_ns(n, r->step[r->nstep - 1].uri,
		  r->step[r->nstep - 1].name)
	    : text_of(x, r, n);

	if (x->file == NULL || text == NULL)
		return;
	switch (r->format) {
	case XOEV_FILE_NAME:
		x->file->value.file_name = text;
		return;
	case XOEV_FILE_TYPE:
		x->file->value.media_type = text;
		return;
	case XOEV_FILE_SIZE:
		x->file->size = text;
		return;
	case XOEV_FILE_SHA256:
		x->file->sha256 = text;
		return;
	default:
		x->file->value.file_id = text;
	}
}

/* The second half of a position joins the first. */
static void
take_longitude(struct extracting *x, const struct xoev_rule *r,
    const char *text)
{
	const char *name =
	    xoev_field_path(x->arena, &x->items, r->ref.field);

	for (size_t i = 0; i < x->out->nfield; i++)
		if (strcmp(x->out->field[i].name, name) == 0)
			x->out->field[i].text = arena_printf(
			    x->arena, "%s,%s", x->out->field[i].text, text);
}

static void
take_text(struct extracting *x, const struct xoev_rule *r, const char *text)
{
	const char *answer;

	for (size_t i = 0; i < r->nmeaning; i++)
		if (r->meaning[i].code == NULL ||
		    strcmp(r->meaning[i].code, text) == 0)
			push_meaning(x, &r->meaning[i]);
	answer = xoev_answer_of(r, text);
	if (answer == NULL)
		return;
	answer = xoev_format_read(x->arena, r->format, answer);
	if (answer == NULL)
		return;
	if (r->from == XOEV_FROM_FIELD && r->format == XOEV_LONGITUDE)
		take_longitude(x, r, answer);
	else if (r->from == XOEV_FROM_FIELD)
		push_field(x, r->ref.field, answer);
	else if (r->as != NULL)
		push_value(x, r->as, answer, NULL, 0);
}

static void
take_leaf(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *n)
{
	const char *text;

	if (r->format == XOEV_POSITION || r->from == XOEV_FROM_COPY)
		return;
	if (r->format == XOEV_BASE64) {
		take_file(x, r, n);
		return;
	}
	if (xoev_is_file_format(r->format)) {
		take_about_file(x, r, n);
		return;
	}
	if (r->is_attribute)
		text = xml_attribute_ns(n, r->step[r->nstep - 1].uri,
		    r->step[r->nstep - 1].name);
	else
		text = text_of(x, r, n);
	if (text != NULL)
		take_text(x, r, text);
}

/* ---- places ---- */

/* The place-th element that the steps lead to (from 1), NULL: there are not
 * so many. */
static const struct xml_node *
match(const struct xml_node *n, const struct xml_name *step, size_t nstep,
    size_t *place)
{
	const struct xml_node *found;

	if (nstep == 0)
		return --*place == 0 ? n : NULL;
	for (n = xml_first(n); n != NULL; n = xml_next(n))
		if (xml_is(n, step->uri, step->name) &&
		    (found = match(n, step + 1, nstep - 1, place)) != NULL)
			return found;
	return NULL;
}

static const struct xml_node *
find(const struct xoev_rule *r, const struct xml_node *at, size_t place)
{
	size_t nstep = r->is_attribute ? r->nstep - 1 : r->nstep;

	return match(at, r->step, nstep, &place);
}

/* ---- groups and repetition ---- */

static void
take(struct extracting *x, const struct xoev_rule *r, const struct xml_node *n)
{
	size_t prefix = strlen(x->prefix);

	if (r->nrule == 0) {
		take_leaf(x, r, n);
		return;
	}
	for (size_t i = 0; i < r->nmeaning; i++)
		if (r->meaning[i].code == NULL)
			push_meaning(x, &r->meaning[i]);
	if (r->is_as_group && r->repeat == XOEV_ONCE)
		(void)snprintf(x->prefix + prefix, sizeof(x->prefix) - prefix,
		    "%s.", r->as);
	extract_rules(x, r->rule, r->nrule, n);
	x->prefix[prefix] = '\0';
}

static void
each_item(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *at)
{
	const struct xml_node *n;

	if (x->items.n == nitems(x->items.index))
		return;
	x->items.repeat[x->items.n++] = r->ref.field;
	for (size_t i = 0;
	     i < FORM_ITEMS_MAX && (n = find(r, at, i + 1)) != NULL; i++) {
		x->items.index[x->items.n - 1] = i;
		take(x, r, n);
	}
	x->items.n--;
}

static void
each_value(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *at)
{
	size_t prefix = strlen(x->prefix);
	const struct xml_node *n;

	for (size_t i = 0;
	     i < FORM_ITEMS_MAX && (n = find(r, at, i + 1)) != NULL; i++) {
		(void)snprintf(x->prefix + prefix, sizeof(x->prefix) - prefix,
		    "%s.%zu.", r->as, i);
		take(x, r, n);
	}
	x->prefix[prefix] = '\0';
}

static void
each_choice(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *at)
{
	const struct xml_node *n;

	for (size_t i = r->position;
	     i < FORM_ITEMS_MAX && (n = find(r, at, i)) != NULL; i++)
		take(x, r, n);
}

/* Whether what the rules write as constants stands there: it tells the files of
 * one field from those of another. */
static bool
has_constants(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *at)
{
	for (size_t i = 0; i < r->nrule; i++) {
		const struct xoev_rule *one = &r->rule[i];
		const struct xml_node *n;
		const char *text;

		if (one->from != XOEV_FROM_CONSTANT || one->is_attribute ||
		    one->nrule > 0)
			continue;
		n = find(one, at, 1);
		text = n == NULL ? NULL : text_of(x, one, n);
		if (text == NULL || strcmp(text, one->constant) != 0)
			return false;
	}
	return true;
}

/* A file that is not what the message says of it was damaged on its way. */
static bool
is_whole(struct arena *a, const struct file *f)
{
	const char *size = xoev_file_text(a, XOEV_FILE_SIZE, &f->value);
	const char *sum = xoev_file_text(a, XOEV_FILE_SHA256, &f->value);

	return (f->size == NULL || strcmp(f->size, size) == 0) &&
	    (f->sha256 == NULL || strcmp(f->sha256, sum) == 0);
}

static void
take_one_file(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *n, const char *name)
{
	struct file file = { .value = { .name = name } };

	x->file = &file;
	extract_rules(x, r->rule, r->nrule, n);
	x->file = NULL;
	if (file.value.data == NULL)
		push_finding(x, n, "S999", "xoev.fault.file_missing");
	else if (!is_whole(x->arena, &file))
		push_finding(x, n, "S999", "xoev.fault.file_changed");
	else
		push(x, &x->out->value, &x->out->nvalue, &x->value_room,
		    file.value);
}

static void
each_file(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *at)
{
	bool is_field = r->from == XOEV_FROM_FIELD;
	const char *name = is_field
	    ? xoev_field_path(x->arena, &x->items, r->ref.field)
	    : arena_printf(x->arena, "%s%s", x->prefix, r->as);
	size_t prefix = strlen(x->prefix), k = 0;
	const struct xml_node *n;

	for (size_t i = 0;
	     i < FORM_ITEMS_MAX && (n = find(r, at, i + 1)) != NULL; i++) {
		if (!has_constants(x, r, n))
			continue;
		if (!is_field)
			(void)snprintf(x->prefix + prefix,
			    sizeof(x->prefix) - prefix, "%s.%zu.", r->as, k);
		take_one_file(x, r, n,
		    arena_printf(x->arena, "%s.%zu", name, k++));
		x->prefix[prefix] = '\0';
	}
}

/* The rule within that says where a line's text stands. */
static const struct xoev_rule *
line_rule(const struct xoev_rule *r)
{
	for (size_t i = 0; i < r->nrule; i++)
		if (r->rule[i].format == XOEV_LINE)
			return &r->rule[i];
	return r;
}

static void
each_line(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *at)
{
	const struct xoev_rule *line = line_rule(r);
	struct buf *b = buf_new(x->arena, TEXT_MAX);
	const struct xml_node *n;

	for (size_t i = r->position;
	     i < FORM_ITEMS_MAX && (n = find(r, at, i)) != NULL; i++) {
		const char *text = NULL;

		if (line != r)
			n = find(line, n, 1);
		if (n != NULL)
			text = text_of(x, line, n);
		if (text == NULL)
			continue;
		if (b->len > 0)
			buf_put(b, "\n", 1);
		buf_puts(b, text);
	}
	if (b->len == 0)
		return;
	if (r->from == XOEV_FROM_FIELD)
		push_field(x, r->ref.field, buf_text(b));
	else if (r->as != NULL)
		push_value(x, r->as, buf_text(b), NULL, 0);
}

static void
extract_rule(struct extracting *x, const struct xoev_rule *r,
    const struct xml_node *at)
{
	const struct xml_node *n;

	if (r->is_write_only)
		return;
	switch (r->repeat) {
	case XOEV_EACH_ITEM:
		each_item(x, r, at);
		return;
	case XOEV_EACH_VALUE:
		each_value(x, r, at);
		return;
	case XOEV_EACH_LINE:
		each_line(x, r, at);
		return;
	case XOEV_EACH_CHOICE:
		each_choice(x, r, at);
		return;
	case XOEV_EACH_FILE:
		each_file(x, r, at);
		return;
	default:
		if ((n = find(r, at, r->position)) != NULL)
			take(x, r, n);
	}
}

static void
extract_rules(struct extracting *x, const struct xoev_rule *rule, size_t n,
    const struct xml_node *at)
{
	for (size_t i = 0; i < n; i++)
		extract_rule(x, &rule[i], at);
}

void
xoev_extract(struct arena *a, const struct xoev_message *m,
    const struct xml_tree *tree, struct xoev_read *out)
{
	struct extracting x = { .arena = a, .tree = tree, .out = out };

	if (m->info.repeat != NULL) {
		x.items.repeat[0] = m->info.repeat;
		x.items.n = 1;
	}
	extract_rules(&x, m->rule, m->nrule, tree->root);
	for (size_t i = 0; i < m->nabsent; i++)
		push_absent(&x, &m->absent[i]);
}
