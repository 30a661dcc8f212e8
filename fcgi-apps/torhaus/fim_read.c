#include "torhaus/fim.h"

#include "common/json.h"
#include "common/num.h"
#include "common/utf8.h"
#include "common/xml/xml_tree.h"
#include "torhaus/xml_pull.h"

#define NAMESPACE_2 "urn:xoev-de:fim:standard:xdatenfelder_2"
#define NAMESPACE_3 "urn:xoev-de:fim:standard:xdatenfelder_3"
#define TEXT_MAX 65536
#define VALUES_MAX 1000
#define MEDIA_MAX 50
#define REFERENCES_MAX 50

static const struct pull_limits bytes_limits = { .bytes = FIM_MAX,
	.elements = 400000,
	.depth = 150,
	.attributes = 30,
	.text = TEXT_MAX };

static const struct xml_limits tree_limits = { .depth = 152,
	.nodes = 1500000,
	.attributes = 30,
	.memory = 4 * FIM_MAX,
	.text = TEXT_MAX };

struct reader {
	struct arena *arena;
	const struct xml_tree *tree;
	struct fim_schema *out;
	size_t nnode;
};

/* ---- pieces ---- */

static bool
is_called(const struct xml_node *n, const char *name)
{
	return n->name != NULL && strcmp(n->name, name) == 0;
}

/* The first child of that name, whatever its namespace: codes have none. */
static const struct xml_node *
find(const struct xml_node *n, const char *name)
{
	const struct xml_node *c = n == NULL ? NULL : xml_first(n);

	while (c != NULL && !is_called(c, name))
		c = xml_next(c);
	return c;
}

/* An element's text, cleaned; "" for what is none. */
static const char *
text_of(struct reader *r, const struct xml_node *n)
{
	struct err none = { 0 };
	const char *raw, *clean;

	if (n == NULL ||
	    xml_text(r->arena, r->tree, n, TEXT_MAX, &raw, &none) == -1)
		return "";
	if (utf8_clean(r->arena, raw, strlen(raw), &clean, &none) == -1)
		clean = utf8_scrub(r->arena, raw, strlen(raw));
	return clean;
}

static const char *
line_of(struct reader *r, const struct xml_node *of, const char *name)
{
	return utf8_squeeze(r->arena, text_of(r, find(of, name)));
}

static const char *
code_of(struct reader *r, const struct xml_node *of, const char *name)
{
	return line_of(r, find(of, name), "code");
}

static const char *
attribute_of(struct reader *r, const struct xml_node *n, const char *name)
{
	const char *value = xml_attribute(n, name);

	return value == NULL
	    ? ""
	    : utf8_squeeze(r->arena,
		  utf8_scrub(r->arena, value, strlen(value)));
}

static const char *
join(struct reader *r, const char *a, const char *b)
{
	if (*b == '\0')
		return a;
	return *a == '\0' ? b : arena_printf(r->arena, "%s; %s", a, b);
}

/* Legal references, each with its link. */
static const char *
references(struct reader *r, const struct xml_node *of)
{
	const char *all = "";
	size_t count = 0;

	for (const struct xml_node *n = xml_first(of); n != NULL;
	     n = xml_next(n)) {
		const char *text, *link;

		if (!is_called(n, "bezug") || ++count > REFERENCES_MAX)
			continue;
		text = utf8_squeeze(r->arena, text_of(r, n));
		link = attribute_of(r, n, "link");
		if (*text != '\0' && *link != '\0')
			text = arena_printf(r->arena, "%s (%s)", text, link);
		all = join(r, all, text);
	}
	return all;
}

/* ---- rules ---- */

static void
read_rule(struct reader *r, const struct xml_node *n, struct fim_node *of)
{
	struct fim_rule *rule = arena_new(r->arena, struct fim_rule, 1);
	struct fim_rule **at = &of->rule;
	const struct xml_node *id = find(n, "identifikation");
	const char *text = text_of(r, find(n, "freitextRegel"));

	rule->id = line_of(r, id, "id");
	rule->version = line_of(r, id, "version");
	rule->name = line_of(r, n, "name");
	if (*text == '\0')
		text = text_of(r, find(n, "definition"));
	if (*text == '\0')
		text = text_of(r, find(n, "beschreibung"));
	rule->text = text;
	rule->script = text_of(r, find(n, "skript"));
	if (*rule->script == '\0')
		rule->script = text_of(r, find(n, "script"));
	while (*at != NULL)
		at = &(*at)->next;
	*at = rule;
	of->nrule++;
	r->out->nrule++;
}

/* ---- fields ---- */

/* XDatenfelder 2 writes a small JSON object as text. */
static const char *
json_member(struct reader *r, const cJSON *json, const char *name)
{
	const cJSON *one = cJSON_GetObjectItemCaseSensitive(json, name);

	if (cJSON_IsString(one))
		return utf8_squeeze(r->arena, one->valuestring);
	if (cJSON_IsNumber(one))
		return json_print(r->arena, one);
	return "";
}

static void
read_constraints_text(
    struct reader *r, const char *text, struct fim_node *f)
{
	struct err none = { 0 };
	cJSON *json;

	if (*text == '\0')
		return;
	if (json_parse(r->arena, text, strlen(text), &json_limits_request,
		&json, &none) == -1 ||
	    !cJSON_IsObject(json)) {
		f->note = text;
		return;
	}
	f->min_length = json_member(r, json, "minLength");
	f->max_length = json_member(r, json, "maxLength");
	f->min_value = json_member(r, json, "minValue");
	f->max_value = json_member(r, json, "maxValue");
	f->pattern = json_member(r, json, "pattern");
	f->note = json_member(r, json, "note");
}

static void
read_constraints(
    struct reader *r, const struct xml_node *n, struct fim_node *f)
{
	const char *text;

	if (n == NULL)
		return;
	text = utf8_squeeze(r->arena, text_of(r, n));
	if (r->out->standard == 2) {
		read_constraints_text(r, text, f);
		return;
	}
	f->min_length = attribute_of(r, n, "minLength");
	f->max_length = attribute_of(r, n, "maxLength");
	f->min_value = attribute_of(r, n, "minValue");
	f->max_value = attribute_of(r, n, "maxValue");
	f->pattern = attribute_of(r, n, "pattern");
	f->note = text;
}

static void
read_list(struct reader *r, const struct xml_node *n, struct fim_node *f)
{
	const struct xml_node *of = find(n, "codelisteReferenz");
	const struct xml_node *inner = find(of, "genericodeIdentification");

	if (inner != NULL)
		of = inner;
	f->list_uri = line_of(r, of, "canonicalIdentification");
	f->list_version = line_of(r, of, "version");
}

static int
read_values(struct reader *r, const struct xml_node *n, struct fim_node *f,
    struct err *err)
{
	const struct xml_node *list = find(n, "werte");
	struct fim_value *value;
	size_t i = 0;

	if (list == NULL)
		return 0;
	for (const struct xml_node *w = xml_first(list); w != NULL;
	     w = xml_next(w))
		f->nvalue += is_called(w, "wert");
	if (f->nvalue > VALUES_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "a field has more than %d values", VALUES_MAX);
	f->value = value = arena_new(r->arena, struct fim_value, f->nvalue);
	for (const struct xml_node *w = xml_first(list); w != NULL;
	     w = xml_next(w))
		if (is_called(w, "wert"))
			value[i++] = (struct fim_value){
				line_of(r, w, "code"), line_of(r, w, "name"),
				line_of(r, w, "hilfe")
			};
	return 0;
}

static void
read_media(struct reader *r, const struct xml_node *n, struct fim_node *f)
{
	const char **media = arena_new(r->arena, const char *, MEDIA_MAX);

	f->media = media;
	for (const struct xml_node *c = xml_first(n); c != NULL;
	     c = xml_next(c))
		if (is_called(c, "mediaType") && f->nmedia < MEDIA_MAX)
			media[f->nmedia++] =
			    utf8_squeeze(r->arena, text_of(r, c));
	f->max_size = line_of(r, n, "maxSize");
}

static int
read_field(struct reader *r, const struct xml_node *n, struct fim_node *f,
    struct err *err)
{
	f->sort = code_of(r, n, "feldart");
	f->type = code_of(r, n, "datentyp");
	f->content = line_of(r, n, "inhalt");
	f->prefill = code_of(r, n, "vorbefuellung");
	read_constraints(r, find(n, "praezisierung"), f);
	read_list(r, n, f);
	read_media(r, n, f);
	return read_values(r, n, f, err);
}

/* ---- structure ---- */

/* "0:1", "1:*"; false for what is none. */
static bool
read_count(const char *s, int64_t *min, int64_t *max)
{
	const char *colon = strchr(s, ':');
	char first[12];
	struct err none = { 0 };

	if (colon == NULL || colon == s || (size_t)(colon - s) >= sizeof(first))
		return false;
	memcpy(first, s, (size_t)(colon - s));
	first[colon - s] = '\0';
	*max = FIM_UNBOUNDED;
	if (num_parse(first, 0, 1000000, min, &none) == -1)
		return false;
	if (strcmp(colon + 1, "*") == 0 || strcmp(colon + 1, "n") == 0)
		return true;
	return num_parse(colon + 1, 1, 1000000, max, &none) == 0 &&
	    *max >= *min;
}

static int read_node(struct reader *r, const struct xml_node *n,
    enum fim_kind kind, struct fim_node *parent, struct fim_node **out,
    struct err *err);

/* One struktur: a place in a group, with what stands there. */
static int
read_place(struct reader *r, const struct xml_node *n, struct fim_node *group,
    struct err *err)
{
	const struct xml_node *holds = find(n, "enthaelt");
	const struct xml_node *one = find(holds, "datenfeld");
	enum fim_kind kind = one != NULL ? FIM_FIELD : FIM_GROUP;
	struct fim_node *child, **at = &group->child;

	if (one == NULL)
		one = find(holds, "datenfeldgruppe");
	if (one == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "a struktur without datenfeld and datenfeldgruppe");
	if (read_node(r, one, kind, group, &child, err) == -1)
		return -1;
	if (!read_count(line_of(r, n, "anzahl"), &child->min, &child->max))
		return err_set(err, ERR_BAD_REQUEST,
		    "an anzahl that is none: it is written as 0:1, 1:1, 1:*");
	child->references = join(r, child->references, references(r, n));
	while (*at != NULL)
		at = &(*at)->next;
	*at = child;
	group->nchild++;
	return 0;
}

static struct fim_node *
new_node(struct reader *r, enum fim_kind kind, struct fim_node *parent)
{
	struct fim_node *node = arena_new(r->arena, struct fim_node, 1);
	const char **const texts[] = { &node->sort, &node->type,
		&node->content, &node->prefill, &node->min_length,
		&node->max_length, &node->min_value, &node->max_value,
		&node->pattern, &node->note, &node->list_uri,
		&node->list_version, &node->max_size };

	node->kind = kind;
	node->parent = parent;
	node->min = node->max = 1;
	for (size_t i = 0; i < nitems(texts); i++)
		*texts[i] = "";
	return node;
}

static void
read_about(struct reader *r, const struct xml_node *n, struct fim_node *node)
{
	const struct xml_node *id = find(n, "identifikation");

	node->id = line_of(r, id, "id");
	node->version = line_of(r, id, "version");
	node->name = line_of(r, n, "name");
	node->label = line_of(r, n, "bezeichnungEingabe");
	if (*node->label == '\0')
		node->label = line_of(r, n, "bezeichnung");
	if (*node->label == '\0')
		node->label = node->name;
	node->out_label = line_of(r, n, "bezeichnungAusgabe");
	node->hint = line_of(r, n, "hilfetextEingabe");
	if (*node->hint == '\0')
		node->hint = line_of(r, n, "hilfetext");
	node->out_hint = line_of(r, n, "hilfetextAusgabe");
	node->about = line_of(r, n, "beschreibung");
	node->definition = line_of(r, n, "definition");
	node->references = references(r, n);
	node->is_choice = strcmp(code_of(r, n, "art"), "X") == 0;
}

/* The depth of the tree bounds how deep this goes. */
static int
read_node(struct reader *r, const struct xml_node *n, enum fim_kind kind,
    struct fim_node *parent, struct fim_node **out, struct err *err)
{
	struct fim_node *node = *out = new_node(r, kind, parent);

	if (++r->nnode > FIM_NODES)
		return err_set(err, ERR_TOO_LARGE,
		    "more than %d groups and fields", FIM_NODES);
	read_about(r, n, node);
	r->out->ngroup += kind == FIM_GROUP;
	r->out->nfield += kind == FIM_FIELD;
	if (kind == FIM_FIELD && read_field(r, n, node, err) == -1)
		return -1;
	for (const struct xml_node *c = xml_first(n); c != NULL;
	     c = xml_next(c)) {
		if (is_called(c, "regel")) {
			if (r->out->nrule >= FIM_NODES)
				return err_set(err, ERR_TOO_LARGE,
				    "more than %d rules", FIM_NODES);
			read_rule(r, c, node);
		} else if (kind != FIM_FIELD && is_called(c, "struktur") &&
		    read_place(r, c, node, err) == -1)
			return -1;
	}
	return 0;
}

static int
read_root(struct reader *r, struct err *err)
{
	const struct xml_node *root = r->tree->root;
	static const struct {
		const char *name;
		enum fim_kind kind;
	} kinds[] = { { "stammdatenschema", FIM_SCHEMA },
		{ "datenfeldgruppe", FIM_GROUP }, { "datenfeld", FIM_FIELD } };

	if (root->uri != NULL && strcmp(root->uri, NAMESPACE_2) == 0)
		r->out->standard = 2;
	else if (root->uri != NULL &&
	    strncmp(root->uri, NAMESPACE_3, strlen(NAMESPACE_3)) == 0)
		r->out->standard = 3;
	else
		return err_set(err, ERR_BAD_REQUEST,
		    "no XDatenfelder 2 or 3: the root element is in another "
		    "namespace");
	for (size_t i = 0; i < nitems(kinds); i++) {
		const struct xml_node *n = find(root, kinds[i].name);

		if (n != NULL)
			return read_node(r, n, kinds[i].kind, NULL,
			    &r->out->root, err);
	}
	return err_set(err, ERR_BAD_REQUEST,
	    "the message holds no stammdatenschema, datenfeldgruppe or "
	    "datenfeld");
}

int
fim_read(struct arena *a, const char *text, size_t len,
    struct fim_schema *out, struct err *err)
{
	struct xml_reader *reader;
	struct xml_tree tree;
	struct reader r = { .arena = a, .tree = &tree, .out = out };

	*out = (struct fim_schema){ 0 };
	if (xml_scan(text, len, &bytes_limits, err) == -1)
		return -1;
	/* No text is long enough for a file of its own. */
	reader = xml_reader_new(
	    a, &tree_limits, crypto_spool_new(a, "/nonexistent", 0));
	if (xml_reader_put(reader, text, len, err) == -1 ||
	    xml_reader_end(reader, &tree, err) == -1)
		return -1;
	return read_root(&r, err);
}
