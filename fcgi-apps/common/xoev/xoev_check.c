#include "common/date.h"
#include "common/xoev/xoev_check.h"
#include "common/xoev/xoev_head.h"

/* Text nodes of over 10 MB are refused by the parser itself. */
static const struct xml_document_limits limits = {
	.bytes = XOEV_MESSAGE_MAX, .depth = 100, .nodes = 200000 };

const struct xoev_head xoev_head_none = {
	.standard = "", .version = "", .uri = "", .root = "", .type = "",
	.uuid = "", .created = "", .refers_to = "", .refers_type = "",
	.reference = "", .vorgang = "", .partner_reference = "", .product = "", .product_maker = "",
	.author = { .directory = "", .key = "", .name = "" },
	.reader = { .directory = "", .key = "", .name = "" },
};

struct check {
	struct arena *arena;
	const struct xoev_rules *rules;
	const struct xml_tree *tree;
	struct xoev_findings *out;
};

static void
add(struct check *c, const char *code, const char *path, const char *key)
{
	struct xoev_findings *f = c->out;

	if (f->finding == NULL)
		f->finding = arena_new(
		    c->arena, struct xoev_finding, XOEV_FINDINGS_MAX);
	if (f->n < XOEV_FINDINGS_MAX)
		f->finding[f->n++] = (struct xoev_finding){
			.code = code, .path = path, .key = key };
}

/* ---- bytes, version, schema ---- */

static void
add_document_fault(struct check *c, enum xml_document_fault fault)
{
	switch (fault) {
	case XML_DOCUMENT_ENCODING:
		add(c, "S001", "", "xoev.fault.encoding");
		return;
	case XML_DOCUMENT_LIMIT:
		add(c, "X000", "", "xoev.fault.limit");
		return;
	default:
		add(c, "X000", "", "xoev.fault.malformed");
	}
}

/* Attribute version of the message itself: it is of another version. */
static bool
is_version(const struct xml_schema_fault *fault)
{
	const char *slash = strrchr(fault->path, '/');

	return fault->kind == XML_FAULT_FIXED && slash != NULL &&
	    strcmp(slash, "/@version") == 0 &&
	    strchr(fault->path + 1, '/') == slash;
}

static void
validate(struct check *c, const struct xml_schema *schema,
    struct xml_document *d)
{
	struct xml_schema_fault *fault;
	size_t n;

	xml_schema_validate(
	    c->arena, schema, d, XOEV_FINDINGS_MAX, &fault, &n);
	for (size_t i = 0; i < n; i++)
		if (is_version(&fault[i])) {
			add(c, "V000", fault[i].path, "xoev.fault.version");
			return;
		}
	for (size_t i = 0; i < n; i++)
		add(c, "X001", fault[i].path,
		    arena_printf(c->arena, "xoev.fault.%s",
			xml_fault_name(fault[i].kind)));
}

/* ---- what a schema cannot say ---- */

static const char *
path_of(struct arena *a, const struct xml_node *n)
{
	const char *path = "";

	for (; n != NULL; n = n->parent) {
		size_t before = 0, all = 0;

		if (n->parent != NULL)
			for (const struct xml_node *x = xml_first(n->parent);
			     x != NULL; x = xml_next(x)) {
				if (strcmp(x->name, n->name) != 0)
					continue;
				all++;
				if (x == n)
					before = all;
			}
		path = all > 1
		    ? arena_printf(a, "/%s[%zu]%s", n->name, before, path)
		    : arena_printf(a, "/%s%s", n->name, path);
	}
	return path;
}

/* ISO/IEC 7064 MOD 11,10 over eleven digits. */
static bool
is_tax_id(const char *s)
{
	unsigned product = 10;

	if (strlen(s) != 11 || strspn(s, "0123456789") != 11)
		return false;
	for (int i = 0; i < 10; i++) {
		unsigned sum = ((unsigned)(s[i] - '0') + product) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (11 - product) % 10 == (unsigned)(s[10] - '0');
}

/* Nothing but white space, no-break spaces among it. */
static bool
is_blank(const char *s)
{
	for (;;) {
		s += strspn(s, " \t\r\n");
		if (s[0] != '\xc2' || s[1] != '\xa0')
			return *s == '\0';
		s += 2;
	}
}

/* Attributes that say something; those for the schema's sake say nothing. */
static bool
has_attributes(const struct xml_node *n)
{
	for (size_t i = 0; i < n->nattribute; i++)
		if (strcmp(n->attribute[i].uri,
			"http://www.w3.org/2001/XMLSchema-instance") != 0)
			return true;
	return false;
}

/* An element that says a code of a list. */
static void
check_code(struct check *c, const struct xml_node *n)
{
	const struct xml_node *code;
	const char *uri, *version;
	const struct code_list *list;
	size_t row;

	if (c->rules->lists == NULL || n->nattribute == 0 ||
	    (uri = xml_attribute(n, "listURI")) == NULL ||
	    (code = xoev_local(n, "code")) == NULL)
		return;
	version = xml_attribute(n, "listVersionID");
	if (version == NULL || is_blank(version)) {
		add(c, "S010", path_of(c->arena, n), "xoev.fault.list");
		return;
	}
	list = code_lists_find(c->rules->lists, uri, version, c->rules->day);
	if (list == NULL) { /* of that version, no word is possible here */
		c->out->unknown_lists++;
		return;
	}
	if (list->valid_from > c->rules->day)
		add(c, "S010", path_of(c->arena, n), "xoev.fault.list");
	else if (!code_list_by_code(
		     list, xoev_token(c->arena, c->tree, code), &row))
		add(c, "S011", path_of(c->arena, n), "xoev.fault.code");
}

/* Numbers with a check digit. */
static void
check_identifier(struct check *c, const struct xml_node *n)
{
	if (strcmp(n->name, "idNr") == 0 && xml_first(n) == NULL &&
	    !is_tax_id(xoev_leaf(c->arena, c->tree, n)))
		add(c, "S999", path_of(c->arena, n), "xoev.fault.identifier");
}

/* A text that is there and says nothing; the schema lets it pass. */
static void
check_empty(struct check *c, const struct xml_node *n)
{
	if (xml_first(n) != NULL || has_attributes(n))
		return;
	if (n->child == NULL ||
	    (n->child->text != NULL && is_blank(n->child->text)))
		add(c, "S030", path_of(c->arena, n), "xoev.fault.empty");
}

static void
each(struct check *c, const struct xml_node *n,
    void (*one)(struct check *c, const struct xml_node *n))
{
	one(c, n);
	for (n = xml_first(n); n != NULL; n = xml_next(n))
		each(c, n, one);
}

/* "...+01:00" or "...Z" */
static bool
has_zone(const char *time)
{
	size_t n = strlen(time);

	return n > 6 &&
	    (time[n - 1] == 'Z' ||
		((time[n - 6] == '+' || time[n - 6] == '-') &&
		    time[n - 3] == ':'));
}

static const struct xml_node *
identification(const struct xml_node *root)
{
	return xoev_local(xoev_local(root, "nachrichtenkopf.g2g"),
	    "identifikation.nachricht");
}

static void
check_head(struct check *c)
{
	const struct xml_node *id = identification(c->tree->root), *n;
	const char *number = xoev_root_number(c->tree->root->name);
	int64_t ms;

	if (id == NULL)
		return;
	n = xoev_local(id, "nachrichtentyp");
	if (*number != '\0' &&
	    strcmp(xoev_token(c->arena, c->tree, xoev_local(n, "code")),
		number) != 0)
		add(c, "S999", path_of(c->arena, n), "xoev.fault.type_code");
	n = xoev_local(id, "erstellungszeitpunkt");
	if (n != NULL && !has_zone(xoev_leaf(c->arena, c->tree, n)))
		add(c, "S999", path_of(c->arena, n), "xoev.fault.zone");
	else if (n != NULL &&
	    date_instant_parse(xoev_leaf(c->arena, c->tree, n), &ms,
		&(struct err){ 0 }) == -1)
		add(c, "S999", path_of(c->arena, n), "xoev.fault.time");
}

static void
check_meaning(struct check *c, const struct xoev_set *set)
{
	if (!set->is_strict)
		return;
	each(c, c->tree->root, check_code);
	if (c->out->n > 0)
		return;
	each(c, c->tree->root, check_empty);
	if (c->out->n > 0)
		return;
	each(c, c->tree->root, check_identifier);
	check_head(c);
}

/* ---- all of it ---- */

static int
check_document(struct check *c, struct xml_document *d, struct err *err)
{
	const char *uri = xml_document_uri(d);
	const struct xoev_set *set =
	    xoev_sets_find(c->rules->sets, uri, c->rules->day);
	const struct xml_schema *schema;

	if (set == NULL) {
		add(c, "V000",
		    arena_printf(c->arena, "/%s", xml_document_name(d)),
		    "xoev.fault.version");
		return 0;
	}
	if (xoev_sets_schema(c->rules->sets, uri, c->rules->day, &schema,
		err) == -1)
		return -1;
	validate(c, schema, d);
	if (c->out->n > 0)
		return 0;
	c->tree = xml_document_tree(c->arena, d);
	check_meaning(c, set);
	return 0;
}

/* d: NULL where there is none, since fault. */
static int
check_tree(struct check *c, struct xml_document *d,
    enum xml_document_fault fault, const struct xml_tree **tree,
    struct err *err)
{
	*c->out = (struct xoev_findings){ 0 };
	*tree = NULL;
	if (d == NULL) {
		add_document_fault(c, fault);
		return 0;
	}
	if (check_document(c, d, err) == -1)
		return -1;
	*tree = c->tree != NULL ? c->tree : xml_document_tree(c->arena, d);
	return 0;
}

int
xoev_check_tree(struct arena *a, const struct xoev_rules *rules,
    const void *data, size_t len, struct xoev_findings *out,
    const struct xml_tree **tree, struct err *err)
{
	struct check c = { .arena = a, .rules = rules, .out = out };
	enum xml_document_fault fault;
	struct xml_document *d = NULL;
	struct err bad = { 0 };

	(void)xml_document_parse(a, data, len, &limits, &d, &fault, &bad);
	return check_tree(&c, d, fault, tree, err);
}

int
xoev_check_written(struct arena *a, const struct xoev_rules *rules,
    const struct xml_out *root, const void *data, size_t len,
    struct xoev_findings *out, const struct xml_tree **tree, struct err *err)
{
	struct check c = { .arena = a, .rules = rules, .out = out };
	enum xml_document_fault fault;
	struct xml_document *d = NULL;
	struct err bad = { 0 };

	(void)xml_document_of(a, root, data, len, &limits, &d, &fault, &bad);
	return check_tree(&c, d, fault, tree, err);
}

int
xoev_check(struct arena *a, const struct xoev_rules *rules, const void *data,
    size_t len, struct xoev_findings *out, struct xoev_head *head,
    struct err *err)
{
	const struct xml_tree *tree;

	if (head != NULL)
		*head = xoev_head_none;
	if (xoev_check_tree(a, rules, data, len, out, &tree, err) == -1)
		return -1;
	if (head != NULL && tree != NULL)
		xoev_head_read(a, tree, head);
	return 0;
}
