#include "common/xml/xml_write_def.h"

#include "common/base64.h"
#include "common/utf8.h"

#define DEPTH_MAX 100

static struct xml_out *
element_new(struct arena *a, const struct xml_name *name)
{
	struct xml_out *e = arena_new(a, struct xml_out, 1);

	e->arena = a;
	e->name = *name;
	return e;
}

struct xml_out *
xml_out_new(struct arena *a, const struct xml_name *name)
{
	return element_new(a, name);
}

struct xml_out *
xml_out_add(struct xml_out *parent, const struct xml_name *name)
{
	struct xml_out *e = element_new(parent->arena, name);

	e->before = parent->last;
	if (parent->last == NULL)
		parent->child = e;
	else
		parent->last->next = e;
	parent->last = e;
	return e;
}

static bool
is_named(const struct xml_out *e, const struct xml_name *name)
{
	return (e->name.name == name->name ||
		   strcmp(e->name.name, name->name) == 0) &&
	    (e->name.uri == name->uri || strcmp(e->name.uri, name->uri) == 0);
}

struct xml_out *
xml_out_reach(struct xml_out *parent, const struct xml_name *name)
{
	if (parent->last != NULL && is_named(parent->last, name))
		return parent->last;
	return xml_out_add(parent, name);
}

void
xml_out_text(struct xml_out *e, const char *text, size_t len)
{
	e->text = text;
	e->len = len;
}

void
xml_out_base64(struct xml_out *e, const void *data, size_t len)
{
	e->data = data;
	e->len = len;
}

void
xml_out_attribute(
    struct xml_out *e, const struct xml_name *name, const char *value)
{
	struct out_attribute *one = arena_new(
	    e->arena, struct out_attribute, 1);

	one->name = *name;
	one->value = value;
	if (e->last_attribute == NULL)
		e->attribute = one;
	else
		e->last_attribute->next = one;
	e->last_attribute = one;
}

void
xml_out_drop_last(struct xml_out *parent)
{
	struct xml_out *last = parent->last;

	if (last == NULL)
		return;
	parent->last = last->before;
	if (parent->last == NULL)
		parent->child = NULL;
	else
		parent->last->next = NULL;
}

bool
xml_out_is_empty(const struct xml_out *e)
{
	return e->child == NULL && e->attribute == NULL && e->text == NULL &&
	    e->data == NULL;
}

size_t
xml_out_position(const struct xml_out *e)
{
	size_t n = 1;

	for (const struct xml_out *x = e->before; x != NULL; x = x->before)
		if (is_named(x, &e->name))
			n++;
	return n;
}

/* ---- copying what was read ---- */

static struct xml_name
name_of(const char *uri, const char *prefix, const char *name)
{
	return (struct xml_name){ .uri = uri, .prefix = prefix, .name = name };
}

static int
copy_text(struct xml_out *e, const struct xml_tree *tree,
    const struct xml_node *from, struct err *err)
{
	const char *text;

	if (xml_text(e->arena, tree, from, SIZE_MAX / 2, &text, err) == -1)
		return -1;
	if (*text != '\0')
		xml_out_text(e, text, strlen(text));
	return 0;
}

static int
copy_element(struct xml_out *e, const struct xml_tree *tree,
    const struct xml_node *from, int depth, struct err *err)
{
	if (depth > DEPTH_MAX)
		return err_set(err, ERR_TOO_LARGE, "XML: nested too deeply");
	for (size_t i = 0; i < from->nattribute; i++) {
		const struct xml_attribute *at = &from->attribute[i];
		struct xml_name name = name_of(at->uri, at->prefix, at->name);

		xml_out_attribute(e, &name, at->value);
	}
	if (xml_first(from) == NULL)
		return copy_text(e, tree, from, err);
	for (const struct xml_node *n = xml_first(from); n != NULL;
	     n = xml_next(n)) {
		struct xml_name name = name_of(n->uri, n->prefix, n->name);

		if (copy_element(xml_out_add(e, &name), tree, n, depth + 1,
			err) == -1)
			return -1;
	}
	return 0;
}

int
xml_out_copy(struct xml_out *e, const struct xml_tree *tree,
    const struct xml_node *from, struct err *err)
{
	return copy_element(e, tree, from, 0, err);
}

/* ---- writing ---- */

struct writer {
	struct xml_out_names names;
	struct buf *out;
	struct err *err;
	size_t last; /* namespace found last */
};

static bool
prefix_is_taken(const struct xml_out_names *names, const char *prefix)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->prefix[i], prefix) == 0)
			return true;
	return false;
}

static int
names_add(struct xml_out_names *names, const struct xml_name *name,
    struct err *err)
{
	const char *prefix = name->prefix;

	if (*name->uri == '\0')
		return 0;
	for (size_t i = 0; i < names->n; i++)
		if (names->uri[i] == name->uri ||
		    strcmp(names->uri[i], name->uri) == 0)
			return 0;
	if (names->n == XML_OUT_NAMES)
		return err_set(err, ERR_TOO_LARGE, "XML: over %d namespaces",
		    XML_OUT_NAMES);
	/* No default namespace: names without one stay as they are. */
	if (*prefix == '\0' || prefix_is_taken(names, prefix))
		prefix = arena_printf(names->arena, "n%zu", names->n + 1);
	names->uri[names->n] = name->uri;
	names->prefix[names->n++] = prefix;
	return 0;
}

static int
names_collect(struct xml_out_names *names, const struct xml_out *e, int depth,
    struct err *err)
{
	if (depth > DEPTH_MAX)
		return err_set(err, ERR_TOO_LARGE, "XML: nested too deeply");
	if (names_add(names, &e->name, err) == -1)
		return -1;
	for (const struct out_attribute *at = e->attribute; at != NULL;
	     at = at->next)
		if (names_add(names, &at->name, err) == -1)
			return -1;
	for (e = e->child; e != NULL; e = e->next)
		if (names_collect(names, e, depth + 1, err) == -1)
			return -1;
	return 0;
}

int
xml_out_names(
    const struct xml_out *root, struct xml_out_names *out, struct err *err)
{
	*out = (struct xml_out_names){ .arena = root->arena };
	return names_collect(out, root, 0, err);
}

/* buf_put without a call where there is room, as there mostly is. */
static inline void
put(struct writer *w, const void *s, size_t n)
{
	struct buf *b = w->out;

	if (b->failed != ERR_NONE || n >= b->room - b->len ||
	    n > b->max - b->len) {
		buf_put(b, s, n);
		return;
	}
	memcpy(b->data + b->len, s, n);
	b->len += n;
}

static inline void
put_string(struct writer *w, const char *s)
{
	put(w, s, strlen(s));
}

static void
put_name(struct writer *w, const struct xml_name *name)
{
	if (*name->uri != '\0') {
		while (w->names.uri[w->last] != name->uri &&
		    strcmp(w->names.uri[w->last], name->uri) != 0)
			w->last = (w->last + 1) % w->names.n;
		put_string(w, w->names.prefix[w->last]);
		put(w, ":", 1);
	}
	put_string(w, name->name);
}

/* What stands for a byte; NULL: the byte itself; "" what XML cannot hold. */
static const char *
escape_of(unsigned char c, bool is_attribute)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return is_attribute ? "&quot;" : NULL;
	case '\t':
		return is_attribute ? "&#9;" : NULL;
	case '\n':
		return is_attribute ? "&#10;" : NULL;
	case '\r':
		return "&#13;";
	default:
		return c < 0x20 ? "" : NULL;
	}
}

/* U+FFFE and U+FFFF are no characters of XML 1.0 (production 2). */
static bool
is_no_character(const unsigned char *s, size_t n)
{
	return n >= 3 && s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe;
}

/* Whether a byte is none that is simply copied. */
static bool
is_special(unsigned char c)
{
	return c < 0x20 || c == '&' || c == '<' || c == '>' || c == '"' ||
	    c == 0xef;
}

static int
put_text(struct writer *w, const char *text, size_t len,
    const struct xml_name *name, bool is_attribute)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t from = 0;

	if (utf8_valid(text, len) != len)
		return err_set(w->err, ERR_FIELD_INVALID,
		    "XML: %s holds what is no UTF-8", name->name);
	for (size_t i = 0; i < len; i++) {
		const char *escape;

		if (!is_special(s[i]))
			continue;
		escape = escape_of(s[i], is_attribute);
		if ((escape != NULL && *escape == '\0') ||
		    is_no_character(s + i, len - i))
			return err_set(w->err, ERR_FIELD_INVALID,
			    "XML: %s holds a character that XML does not have",
			    name->name);
		if (escape == NULL)
			continue;
		put(w, text + from, i - from);
		put_string(w, escape);
		from = i + 1;
	}
	put(w, text + from, len - from);
	return 0;
}

static int
put_attributes(struct writer *w, const struct xml_out *e)
{
	for (const struct out_attribute *at = e->attribute; at != NULL;
	     at = at->next) {
		put(w, " ", 1);
		put_name(w, &at->name);
		put(w, "=\"", 2);
		if (put_text(w, at->value, strlen(at->value), &at->name,
			true) == -1)
			return -1;
		put(w, "\"", 1);
	}
	return 0;
}

static void
put_namespaces(struct writer *w)
{
	for (size_t i = 0; i < w->names.n; i++) {
		put_string(w, " xmlns:");
		put_string(w, w->names.prefix[i]);
		put_string(w, "=\"");
		put_string(w, w->names.uri[i]);
		put(w, "\"", 1);
	}
}

static int
put_element(struct writer *w, const struct xml_out *e, bool is_root)
{
	put(w, "<", 1);
	put_name(w, &e->name);
	if (is_root)
		put_namespaces(w);
	if (put_attributes(w, e) == -1)
		return -1;
	if (e->child == NULL && e->text == NULL && e->data == NULL) {
		put(w, "/>", 2);
		return 0;
	}
	put(w, ">", 1);
	if (e->data != NULL)
		base64_put(w->out, e->data, e->len);
	else if (e->text != NULL &&
	    put_text(w, e->text, e->len, &e->name, false) == -1)
		return -1;
	for (const struct xml_out *c = e->child; c != NULL; c = c->next)
		if (put_element(w, c, false) == -1)
			return -1;
	put(w, "</", 2);
	put_name(w, &e->name);
	put(w, ">", 1);
	return 0;
}

int
xml_out_write(const struct xml_out *root, struct buf *out, struct err *err)
{
	struct writer w = { .out = out, .err = err };

	if (xml_out_names(root, &w.names, err) == -1)
		return -1;
	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	if (put_element(&w, root, true) == -1)
		return -1;
	buf_put(out, "\n", 1);
	return buf_check(out, err);
}
