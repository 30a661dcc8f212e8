#include "common/xoev/xoev_table.h"

#include <ctype.h>

#include "common/date.h"
#include "common/xml/xml_schema.h"
#include "common/xoev/xoev_mapping.h"

#define SECTIONS_MAX 400
#define ROWS_MAX 400	 /* of a section */
#define JOINED_MAX 200
#define VALUE_MAX 4000	 /* bytes that are shown */
#define FILE_MIN 64	 /* characters of Base64 */
#define DEPTH_MAX 64
#define KEY "nachricht."

static const struct xml_document_limits limits = { XOEV_MESSAGE_MAX, DEPTH_MAX,
	200000 };

/* What only offices read. */
static const char *const head_names[] = { "nachrichtenkopf.g2g",
	"anschrift.autor", "anschrift.leser", "ursprungsnachricht" };
/* What tells nobody anything. */
static const char *const hidden_names[] = { "position" };

struct making {
	struct arena *arena;
	const struct xml_tree *tree;
	const struct xoev_table_words *words;
	struct xoev_table *out;
	const char *given, *family;
};

/* ---- words ---- */

static const char *
find_word(const struct making *m, const char *key)
{
	const struct xoev_table_words *w = m->words;
	const char *text = w->service == NULL
	    ? NULL
	    : text_find(w->service->texts, w->lang, key);

	return text != NULL ? text : text_find(w->texts, w->lang, key);
}

static const char *
word_of(const struct making *m, const char *kind, const char *name)
{
	return find_word(m, arena_printf(m->arena, KEY "%s.%s", kind, name));
}

/* "datumDesBeziehens" as "datum Des Beziehens": better than nothing. */
static const char *
readable(struct arena *a, const char *name)
{
	struct buf *out = buf_new(a, 2 * strlen(name) + 2);

	for (const char *p = name; *p != '\0'; p++) {
		if (p != name && *p >= 'A' && *p <= 'Z' && p[-1] >= 'a')
			buf_put(out, " ", 1);
		buf_put(out, *p == '.' || *p == '_' ? " " : p, 1);
	}
	return buf_text(out);
}

static bool
is_one_of(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static bool
is_left_out(const struct making *m, const struct xml_node *n)
{
	return is_one_of(n->name, hidden_names, nitems(hidden_names)) ||
	    (!m->words->with_head &&
		is_one_of(n->name, head_names, nitems(head_names)));
}

/* ---- values ---- */

static const char *
text_of(const struct making *m, const struct xml_node *n)
{
	struct err err = { 0 };
	const char *text;

	if (xml_text(m->arena, m->tree, n, VALUE_MAX, &text, &err) == 0)
		return text;
	if (err.code != ERR_TOO_LARGE)
		return "";
	return NULL;
}

static bool
is_date(const char *s)
{
	return strlen(s) == 10 && s[4] == '-' && s[7] == '-' &&
	    strspn(s, "0123456789-") == 10;
}

/* As people write it. */
static const char *
shown(const struct making *m, const char *name, const char *text)
{
	const char *word =
	    strlen(text) < 20
	    ? word_of(m, arena_printf(m->arena, "value.%s", name), text)
	    : NULL;
	struct err none = { 0 };
	int64_t at_ms;
	int32_t day;

	if (word != NULL)
		return word;
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return word_of(m, "value", text);
	if (is_date(text) && date_parse(text, &day, &none) == 0)
		return date_to_german(m->arena, day);
	if (strlen(text) == 7 && text[4] == '-' &&
	    strspn(text, "0123456789-") == 7)
		return arena_printf(m->arena, "%s.%.4s", text + 5, text);
	if (strlen(text) > 18 && text[10] == 'T' &&
	    date_instant_parse(text, &at_ms, &none) == 0)
		return date_instant_to_human(m->arena, at_ms,
		    lang_base(m->words->lang) == LANG_EN);
	return text;
}

/* A file says that it is one, not what it holds; no word is that long. */
static bool
is_file(const char *text)
{
	size_t letters = 0;

	for (; *text != '\0'; text++) {
		int c = (unsigned char)*text;

		if (strchr(" \t\r\n", c) != NULL)
			continue;
		if (c > 0x7f || (!isalnum(c) && strchr("+/=", c) == NULL))
			return false;
		letters++;
	}
	return letters >= FILE_MIN && letters % 4 == 0;
}

static const char *
file_words(const struct making *m, const struct xml_node *n)
{
	int64_t bytes = 0;

	for (const struct xml_node *c = n->child; c != NULL; c = c->next)
		bytes += c->len;
	return text_fill(m->arena, m->words->texts, m->words->lang,
	    KEY "value.file", "size",
	    arena_printf(m->arena, "%lld", (long long)(bytes * 3 / 4096 + 1)),
	    (char *)NULL);
}

/* ---- codes ---- */

/* The list of the rule that stands at path[at..n) below these rules. */
static const char *
list_below(const struct xoev_rule *rule, size_t nrule,
    const struct xml_node *const *path, size_t at, size_t n)
{
	for (size_t i = 0; i < nrule; i++) {
		const struct xoev_rule *r = &rule[i];
		const char *found;
		size_t k = 0;

		if (r->is_attribute || r->nstep > n - at)
			continue;
		while (k < r->nstep &&
		    xml_is(path[at + k], r->step[k].uri, r->step[k].name))
			k++;
		if (k < r->nstep)
			continue;
		if (at + k == n && r->is_code && *r->list != '\0')
			return r->list;
		found = list_below(r->rule, r->nrule, path, at + k, n);
		if (found != NULL)
			return found;
	}
	return NULL;
}

static const char *
list_of(const struct making *m, const struct xml_node *n)
{
	const char *uri = xml_attribute(n, "listURI");
	const struct xml_node *path[DEPTH_MAX];
	const struct xoev_message *message;
	size_t depth = 0;

	if (uri != NULL || m->words->message == NULL)
		return uri;
	for (const struct xml_node *p = n; p->parent != NULL; p = p->parent)
		depth++;
	if (depth > nitems(path))
		return NULL;
	for (size_t i = depth; i > 0; i--, n = n->parent)
		path[i - 1] = n;
	message = xoev_message_of(m->words->message);
	return list_below(message->rule, message->nrule, path, 0, depth);
}

static const char *
code_words(const struct making *m, const struct xml_node *n, const char *code)
{
	const char *word = word_of(
	    m, arena_printf(m->arena, "code.%s", n->name), code);
	const char *uri = list_of(m, n);
	const struct code_list *list = NULL;
	size_t row;

	if (word != NULL)
		return word;
	if (uri != NULL)
		list = code_lists_find(m->words->lists, uri,
		    xml_attribute(n, "listVersionID"), 0);
	if (list == NULL && uri != NULL)
		list = code_lists_find(m->words->lists, uri, NULL,
		    date_of_instant(date_now_ms()));
	if (list != NULL && code_list_by_code(list, code, &row))
		return code_list_label(list, row);
	return text_fill(m->arena, m->words->texts, m->words->lang,
	    KEY "value.code", "code", code, (char *)NULL);
}

/* A code element: nothing in it but its code. */
static const struct xml_node *
code_in(const struct xml_node *n)
{
	const struct xml_node *c = xml_first(n);

	return c != NULL && xml_next(c) == NULL && xml_first(c) == NULL &&
		strcmp(c->name, "code") == 0
	    ? c
	    : NULL;
}

/* ---- addresses ---- */

static const char *
part(const struct making *m, const struct xml_node *n, const char *name)
{
	for (const struct xml_node *c = xml_first(n); c != NULL;
	     c = xml_next(c))
		if (strcmp(c->name, name) == 0) {
			const char *text = text_of(m, c);

			return text == NULL ? "" : text;
		}
	return "";
}

static bool
is_address(const struct making *m, const struct xml_node *n)
{
	return *part(m, n, "strasse") != '\0' &&
	    (*part(m, n, "wohnort") != '\0' ||
		*part(m, n, "hausnummer") != '\0');
}

static void
add(struct buf *out, const char *between, const char *text)
{
	if (*text == '\0')
		return;
	if (out->len > 0)
		buf_puts(out, between);
	buf_puts(out, text);
}

/* "c/o Muster, Lindenweg 12 a, Stockwerk IV, 12345 Quellstadt" */
static const char *
address(const struct making *m, const struct xml_node *n)
{
	struct buf *out = buf_new(m->arena, VALUE_MAX);

	add(out, "", part(m, n, "wohnungsinhaber"));
	add(out, ", ", part(m, n, "strasse"));
	add(out, " ", part(m, n, "hausnummer"));
	add(out, " ", part(m, n, "hausnummerBuchstabeZusatzziffer"));
	add(out, " ", part(m, n, "teilnummerDerHausnummer"));
	add(out, ", ", part(m, n, "stockwerkswohnungsnummer"));
	add(out, ", ", part(m, n, "zusatzangaben"));
	add(out, ", ", part(m, n, "postleitzahl"));
	add(out, " ", part(m, n, "wohnort"));
	return buf_text(out);
}

/* ---- rows and sections ---- */

static struct xoev_table_section *
section_now(struct making *m)
{
	return &m->out->section[m->out->n - 1];
}

/* Several of one kind stand in one row. */
static void
put_row(struct making *m, const char *label, const char *value)
{
	struct xoev_table_section *s = section_now(m);
	struct xoev_table_row *last = s->nrow == 0 ? NULL : &s->row[s->nrow - 1];

	if (value == NULL || *value == '\0' || s->nrow == ROWS_MAX)
		return;
	if (last != NULL && strcmp(last->label, label) == 0 &&
	    strlen(last->value) < JOINED_MAX)
		last->value =
		    arena_printf(m->arena, "%s, %s", last->value, value);
	else
		s->row[s->nrow++] = (struct xoev_table_row){ label, value };
}

/* The first of each is the person that it is about. */
static void
note_person(struct making *m, const char *label, const char *value)
{
	const char *given = word_of(m, "label", "vornamen");
	const char *family = word_of(m, "label", "nachname");

	if (m->given == NULL && given != NULL && strcmp(label, given) == 0)
		m->given = value;
	if (m->family == NULL && family != NULL && strcmp(label, family) == 0)
		m->family = value;
}

static void
put_leaf(struct making *m, const struct xml_node *n, const char *label)
{
	const char *text = text_of(m, n);
	const char *value = text == NULL || is_file(text)
	    ? file_words(m, n)
	    : shown(m, n->name, text);

	if (label == NULL)
		label = readable(m->arena, n->name);
	note_person(m, label, value);
	put_row(m, label, value);
}

/* What of it stands in this section. */
static void
put_rows(struct making *m, const struct xml_node *n, const char *label)
{
	const struct xml_node *code;
	const char *own;

	if (is_left_out(m, n))
		return;
	own = word_of(m, "label", n->name);
	/* The name of a name says nothing more. */
	if (own != NULL && !(label != NULL && *n->uri == '\0'))
		label = own;
	if ((code = code_in(n)) != NULL) {
		const char *text = text_of(m, code);

		put_row(m,
		    label != NULL ? label : readable(m->arena, n->name),
		    text == NULL ? NULL : code_words(m, n, text));
		return;
	}
	if (is_address(m, n)) {
		put_row(m,
		    label != NULL ? label : word_of(m, "label", "anschrift"),
		    address(m, n));
		return;
	}
	if (xml_first(n) == NULL) {
		put_leaf(m, n, label);
		return;
	}
	for (const struct xml_node *c = xml_first(n); c != NULL;
	     c = xml_next(c))
		if (code_in(c) != NULL ||
		    word_of(m, "section", c->name) == NULL)
			put_rows(m, c, label);
}

/* "Kind 2" where there are several beside each other. */
static const char *
heading_of(const struct making *m, const struct xml_node *n, const char *word)
{
	size_t count = 0, nth = 0;

	for (const struct xml_node *c = xml_first(n->parent); c != NULL;
	     c = xml_next(c)) {
		count += strcmp(c->name, n->name) == 0;
		if (c == n)
			nth = count;
	}
	return count < 2 ? word
			 : arena_printf(m->arena, "%s %zu", word, nth);
}

static bool
begin_section(struct making *m, const char *heading, int depth)
{
	if (m->out->n == SECTIONS_MAX)
		return false;
	m->out->section[m->out->n++] = (struct xoev_table_section){
		.heading = heading,
		.depth = depth,
		.row = arena_new(m->arena, struct xoev_table_row, ROWS_MAX),
	};
	return true;
}

static void
put_sections(struct making *m, const struct xml_node *n, int depth)
{
	for (const struct xml_node *c = xml_first(n); c != NULL;
	     c = xml_next(c)) {
		const char *word;
		bool is_section;

		if (is_left_out(m, c) || code_in(c) != NULL)
			continue;
		word = word_of(m, "section", c->name);
		is_section = word != NULL;
		if (is_section) {
			if (!begin_section(m, heading_of(m, c, word), depth))
				return;
			put_rows(m, c, NULL);
		}
		put_sections(m, c, depth + is_section);
	}
}

/* Sections that neither hold a row nor a section that does. */
static void
drop_empty(struct xoev_table *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++) {
		bool is_needed = t->section[i].nrow > 0;

		for (size_t k = i + 1;
		     k < t->n && t->section[k].depth > t->section[i].depth;
		     k++)
			is_needed |= t->section[k].nrow > 0;
		if (is_needed && !(t->section[i].nrow == 0 &&
				     *t->section[i].heading == '\0'))
			t->section[kept++] = t->section[i];
	}
	t->n = kept;
}

int
xoev_table(struct arena *a, const void *data, size_t len,
    const struct xoev_table_words *words, struct xoev_table *out,
    struct err *err)
{
	struct making m = { .arena = a, .words = words, .out = out };
	enum xml_document_fault fault;
	struct xml_document *document;

	*out = (struct xoev_table){ .person = "" };
	if (xml_document_parse(
		a, data, len, &limits, &document, &fault, err) == -1)
		return -1;
	m.tree = xml_document_tree(a, document);
	out->section = arena_new(a, struct xoev_table_section, SECTIONS_MAX);
	(void)begin_section(&m, "", 0);
	put_rows(&m, m.tree->root, NULL);
	put_sections(&m, m.tree->root, 0);
	drop_empty(out);
	if (m.family != NULL)
		out->person = m.given == NULL
		    ? m.family
		    : arena_printf(a, "%s %s", m.given, m.family);
	return 0;
}
