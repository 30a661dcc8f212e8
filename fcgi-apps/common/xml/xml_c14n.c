#include "common/xml/xml_c14n.h"

#define XML_NS "http://www.w3.org/XML/1998/namespace"
#define SCOPE_MAX 256 /* namespaces, xml: attributes in scope at once */
#define ABOVE_MAX 512 /* declarations around an element */
#define OUT 4096

struct c14n {
	const struct xml_tree *tree;
	const struct xml_ns *outer; /* rendered around the apex already */
	size_t nouter;
	int (*sink)(void *arg, const void *data, size_t n, struct err *err);
	void *arg;
	struct err *err;
	char out[OUT];
	size_t len;
	bool has_failed;
};

static void
flush(struct c14n *c)
{
	if (c->len > 0 && !c->has_failed &&
	    c->sink(c->arg, c->out, c->len, c->err) == -1)
		c->has_failed = true;
	c->len = 0;
}

static void
put(struct c14n *c, const char *s, size_t n)
{
	while (n > 0) {
		size_t some = OUT - c->len < n ? OUT - c->len : n;

		memcpy(c->out + c->len, s, some);
		c->len += some;
		s += some;
		n -= some;
		if (c->len == OUT)
			flush(c);
	}
}

static void
puts_(struct c14n *c, const char *s)
{
	put(c, s, strlen(s));
}

/* ---- escaping (Canonical XML 1.0, 2.3) ---- */

static const char *
text_escape(char ch)
{
	switch (ch) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#xD;";
	default:
		return NULL;
	}
}

static const char *
attribute_escape(char ch)
{
	switch (ch) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '"':
		return "&quot;";
	case '\t':
		return "&#x9;";
	case '\n':
		return "&#xA;";
	case '\r':
		return "&#xD;";
	default:
		return NULL;
	}
}

static void
put_escaped(
    struct c14n *c, const char *s, size_t n, const char *(*escape)(char))
{
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		const char *entity = escape(s[i]);

		if (entity == NULL)
			continue;
		put(c, s + from, i - from);
		puts_(c, entity);
		from = i + 1;
	}
	put(c, s + from, n - from);
}

static int
put_text(void *arg, const void *data, size_t n, struct err *err)
{
	struct c14n *c = arg;

	(void)err; /* the sink's is kept by flush */
	put_escaped(c, data, n, text_escape);
	return c->has_failed ? -1 : 0;
}

/* ---- namespaces ---- */

struct scope {
	const struct xml_ns *ns[SCOPE_MAX];
	size_t n;
};

static const char *
uri_of(const struct scope *s, const char *prefix)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->ns[i]->prefix, prefix) == 0)
			return s->ns[i]->uri;
	return "";
}

/* Adds those that no nearer one hides. */
static bool
gather(struct scope *s, const struct xml_node *n)
{
	for (size_t i = 0; i < n->nns; i++) {
		size_t k = 0;

		while (k < s->n &&
		    strcmp(s->ns[k]->prefix, n->ns[i].prefix) != 0)
			k++;
		if (k < s->n)
			continue;
		if (s->n == SCOPE_MAX)
			return false;
		s->ns[s->n++] = &n->ns[i];
	}
	return true;
}

static void
sort_ns(struct scope *s)
{
	for (size_t i = 1; i < s->n; i++) {
		const struct xml_ns *x = s->ns[i];
		size_t k = i;

		for (; k > 0 && strcmp(s->ns[k - 1]->prefix, x->prefix) > 0;
		     k--)
			s->ns[k] = s->ns[k - 1];
		s->ns[k] = x;
	}
}

static void
put_namespace(struct c14n *c, const struct xml_ns *ns)
{
	puts_(c, " xmlns");
	if (*ns->prefix != '\0') {
		puts_(c, ":");
		puts_(c, ns->prefix);
	}
	puts_(c, "=\"");
	put_escaped(c, ns->uri, strlen(ns->uri), attribute_escape);
	puts_(c, "\"");
}

/*
 * What a prefix means at the parent of n, which is what was rendered: "" for
 * nothing. NULL after too many declarations: a document could make this long.
 */
static const char *
uri_above(const struct xml_node *n, const char *prefix)
{
	size_t seen = 0;

	for (n = n->parent; n != NULL; n = n->parent)
		for (size_t i = 0; i < n->nns; i++) {
			if (strcmp(n->ns[i].prefix, prefix) == 0)
				return n->ns[i].uri;
			if (++seen == ABOVE_MAX)
				return NULL;
		}
	return "";
}

/*
 * The apex renders all in scope; an element below it what differs from its
 * parent's. xmlns="" only undoes; xml: is never rendered.
 */
static bool
put_namespaces(
    struct c14n *c, const struct xml_node *n, const struct xml_node *apex)
{
	struct scope own = { .n = 0 }, outer = { .n = 0 };

	if (!gather(&own, n))
		return false;
	if (n == apex) {
		for (const struct xml_node *p = n->parent; p != NULL;
		     p = p->parent)
			if (!gather(&own, p))
				return false;
		for (; outer.n < c->nouter; outer.n++)
			outer.ns[outer.n] = &c->outer[outer.n];
	}
	sort_ns(&own);
	for (size_t i = 0; i < own.n; i++) {
		const char *prefix = own.ns[i]->prefix;
		const char *was = n == apex ? uri_of(&outer, prefix)
					    : uri_above(n, prefix);

		if (was == NULL)
			return false;
		if (strcmp(own.ns[i]->uri, was) != 0 &&
		    strcmp(prefix, "xml") != 0)
			put_namespace(c, own.ns[i]);
	}
	return true;
}

/* ---- attributes ---- */

static int
compare_attributes(const void *x, const void *y)
{
	const struct xml_attribute *const *a = x, *const *b = y;
	int order = strcmp((*a)->uri, (*b)->uri);

	return order != 0 ? order : strcmp((*a)->name, (*b)->name);
}

/* The apex inherits its ancestors' xml: attributes (2.4). */
static bool
gather_inherited(const struct xml_node *n,
    const struct xml_attribute **attribute, size_t *count)
{
	for (n = n->parent; n != NULL; n = n->parent)
		for (size_t i = 0; i < n->nattribute; i++) {
			const struct xml_attribute *a = &n->attribute[i];
			size_t k = 0;

			if (strcmp(a->uri, XML_NS) != 0)
				continue;
			while (k < *count &&
			    (strcmp(attribute[k]->uri, XML_NS) != 0 ||
				strcmp(attribute[k]->name, a->name) != 0))
				k++;
			if (k < *count)
				continue;
			if (*count == SCOPE_MAX)
				return false;
			attribute[(*count)++] = a;
		}
	return true;
}

static bool
put_attributes(
    struct c14n *c, const struct xml_node *n, const struct xml_node *apex)
{
	const struct xml_attribute *sorted[SCOPE_MAX];
	size_t count = 0;

	if (n->nattribute > SCOPE_MAX)
		return false;
	for (; count < n->nattribute; count++)
		sorted[count] = &n->attribute[count];
	if (n == apex && !gather_inherited(n, sorted, &count))
		return false;
	if (count > 1)
		qsort(sorted, count, sizeof(*sorted), compare_attributes);
	for (size_t i = 0; i < count; i++) {
		puts_(c, " ");
		if (*sorted[i]->prefix != '\0') {
			puts_(c, sorted[i]->prefix);
			puts_(c, ":");
		}
		puts_(c, sorted[i]->name);
		puts_(c, "=\"");
		put_escaped(c, sorted[i]->value, strlen(sorted[i]->value),
		    attribute_escape);
		puts_(c, "\"");
	}
	return true;
}

/* ---- elements ---- */

static void
put_name(struct c14n *c, const struct xml_node *n)
{
	if (*n->prefix != '\0') {
		puts_(c, n->prefix);
		puts_(c, ":");
	}
	puts_(c, n->name);
}

static bool
open_element(
    struct c14n *c, const struct xml_node *n, const struct xml_node *apex)
{
	puts_(c, "<");
	put_name(c, n);
	if (!put_namespaces(c, n, apex) || !put_attributes(c, n, apex))
		return false;
	puts_(c, ">");
	return true;
}

static void
close_element(struct c14n *c, const struct xml_node *n)
{
	puts_(c, "</");
	put_name(c, n);
	puts_(c, ">");
}

static bool
put_text_node(struct c14n *c, const struct xml_node *n)
{
	if (n->text != NULL)
		return put_text(c, n->text, (size_t)n->len, c->err) == 0;
	return crypto_spool_each(c->tree->spool, n->offset, n->len, put_text,
		   c, c->err) == 0;
}

int
xml_c14n(const struct xml_tree *t, const struct xml_node *apex,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err)
{
	return xml_c14n_within(t, apex, NULL, 0, sink, arg, err);
}

int
xml_c14n_within(const struct xml_tree *t, const struct xml_node *apex,
    const struct xml_ns *outer, size_t nouter,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err)
{
	struct c14n c = { .tree = t, .outer = outer, .nouter = nouter,
		.sink = sink, .arg = arg, .err = err };
	const struct xml_node *n = apex;

	for (;;) {
		if (n->name == NULL) {
			if (!put_text_node(&c, n))
				return -1;
		} else {
			if (!open_element(&c, n, apex))
				return err_set(err, ERR_TOO_LARGE,
				    "XML: too many namespaces in scope");
			if (n->child != NULL) {
				n = n->child;
				continue;
			}
			close_element(&c, n);
		}
		while (n != apex && n->next == NULL) {
			n = n->parent;
			close_element(&c, n);
		}
		if (n == apex)
			break;
		n = n->next;
	}
	flush(&c);
	return c.has_failed ? -1 : 0;
}
