#include <stdarg.h>

#include "common/json.h"
#include "torhaus/fim_convert.h"

/* ---- texts ---- */

/* Braces would be read as placeholders. */
static const char *
plain(struct fim_convert *c, const char *s)
{
	char *copy = arena_strdup(c->arena, s);

	for (char *p = copy; *p != '\0'; p++)
		*p = *p == '{' ? '(' : *p == '}' ? ')' : *p;
	return copy;
}

static void
put(struct fim_convert *c, int language, const char *key, const char *text)
{
	cJSON_AddStringToObject(c->text[language], key, text);
}

void
fim_text(struct fim_convert *c, const char *path, const char *what,
    const char *said)
{
	const char *key = arena_printf(c->arena, "%s.%s", path, what);

	if (*said == '\0') {
		put(c, 0, key,
		    arena_printf(c->arena, FIM_TO_WRITE "%s", key));
		put(c, 1, key,
		    arena_printf(c->arena, FIM_TO_WRITE "%s", key));
		return;
	}
	said = plain(c, said);
	put(c, 0, key, said);
	put(c, 1, key,
	    arena_printf(c->arena, FIM_TO_TRANSLATE "%s", said));
}

const char *
fim_word_of(const struct fim_convert *c, const char *key, int language)
{
	const char *s = json_string(c->words[language],
	    arena_printf(c->arena, "fim.%s", key));

	return s == NULL ? key : s;
}

/* {label} put in. */
static const char *
with_label(struct fim_convert *c, const char *s, const char *label)
{
	const char *at = strstr(s, "{label}");

	if (at == NULL)
		return s;
	return arena_printf(c->arena, "%.*s%s%s", (int)(at - s), s,
	    plain(c, label), at + strlen("{label}"));
}

void
fim_word(struct fim_convert *c, const char *path, const char *what,
    const char *key, const char *label)
{
	const char *name = arena_printf(c->arena, "%s.%s", path, what);
	const char *english = with_label(c, fim_word_of(c, key, 1), label);
	bool has_label = strstr(fim_word_of(c, key, 1), "{label}") != NULL;

	put(c, 0, name, with_label(c, fim_word_of(c, key, 0), label));
	/* The label in it is German still. */
	put(c, 1, name,
	    has_label ? arena_printf(c->arena, FIM_TO_TRANSLATE "%s", english)
		      : english);
}

/* ---- the report ---- */

const char *
fim_id(struct fim_convert *c, const struct fim_node *n)
{
	if (*n->id == '\0')
		return "(no id)";
	return *n->version == '\0'
	    ? n->id
	    : arena_printf(c->arena, "%sV%s", n->id, n->version);
}

/* A cell of a table, a part of a line: no markup of its own. */
static const char *
cell(struct fim_convert *c, const char *s)
{
	struct buf *b = buf_new(c->arena, 2 * strlen(s) + 1);

	for (; *s != '\0'; s++) {
		if (strchr("|`<>[]*\\", *s) != NULL)
			buf_puts(b, "\\");
		buf_put(b, *s == '\n' ? " " : s, 1);
	}
	return buf_text(b);
}

void
fim_carried(struct fim_convert *c, const struct fim_node *n, const char *path,
    const char *type)
{
	c->ncarried++;
	buf_printf(c->carried, "| %s | %s | `%s` | %s |\n",
	    cell(c, fim_id(c, n)), cell(c, n->name), path, type);
}

static void
point(struct fim_convert *c, struct buf *to, const struct fim_node *n,
    const char *path, const char *what)
{
	buf_printf(to, "- %s \"%s\"", cell(c, fim_id(c, n)), cell(c, n->name));
	if (path != NULL)
		buf_printf(to, " (`%s`)", path);
	buf_printf(to, ": %s\n", cell(c, what));
}

void
fim_open(struct fim_convert *c, const struct fim_node *n, const char *path,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	point(c, c->open, n, path, arena_vprintf(c->arena, fmt, ap));
	va_end(ap);
	c->nopen++;
}

void
fim_left(
    struct fim_convert *c, const struct fim_node *n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	point(c, c->left, n, NULL, arena_vprintf(c->arena, fmt, ap));
	va_end(ap);
	c->nleft++;
}

/* As a block of code: four blanks before every line. */
static void
indented(struct buf *b, const char *s)
{
	buf_puts(b, "\n    ");
	for (; *s != '\0'; s++) {
		buf_put(b, s, 1);
		if (*s == '\n')
			buf_puts(b, "    ");
	}
	buf_puts(b, "\n\n");
}

void
fim_about(struct fim_convert *c, const struct fim_node *n, const char *path)
{
	if (*n->references != '\0')
		point(c, c->references, n, path, n->references);
	if (*n->out_hint != '\0')
		fim_left(c, n, "help text for the reader (hilfetextAusgabe): %s",
		    n->out_hint);
	/* Those of the whole are the package's (fim_package.c). */
	if (*n->about != '\0' && n != c->schema->root)
		fim_left(c, n, "its description: %s", n->about);
	if (*n->definition != '\0' && n != c->schema->root)
		fim_left(c, n, "its definition: %s", n->definition);
	for (const struct fim_rule *r = n->rule; r != NULL; r = r->next) {
		c->nrule++;
		buf_printf(c->rules, "### %s%s%s: %s\n\nAt %s, `%s`.\n",
		    cell(c, *r->id == '\0' ? "(no id)" : r->id),
		    *r->version == '\0' ? "" : "V", cell(c, r->version),
		    cell(c, r->name), cell(c, fim_id(c, n)), path);
		if (*r->text != '\0')
			indented(c->rules, r->text);
		if (*r->script != '\0') {
			buf_puts(c->rules, "Script:\n");
			indented(c->rules, r->script);
		}
		if (*r->text == '\0' && *r->script == '\0')
			buf_puts(c->rules, "\nIt says nothing but its "
					   "name.\n\n");
	}
}

static void
section(struct buf *out, const char *title, const char *about,
    const char *none, const struct buf *body)
{
	buf_printf(out, "\n## %s\n\n", title);
	if (body->len == 0)
		buf_printf(out, "%s\n", none);
	else
		buf_printf(out, "%s\n%s%s", about,
		    *about == '|' ? "" : "\n", body->data);
}

const char *
fim_report(struct fim_convert *c, const char *source)
{
	const struct fim_node *root = c->schema->root;
	struct buf *b = buf_new(c->arena, FIM_MAX * 4);

	buf_printf(b, "# Import of %s \"%s\"\n\n", cell(c, fim_id(c, root)),
	    cell(c, root->name));
	buf_printf(b, "From `%s`, XDatenfelder %d, by torhaus %s: %zu groups, "
		      "%zu fields,\n%zu rules. This folder is a draft; nothing "
		      "of it is published before\n`torhaus service check` has "
		      "no mistakes left.\n",
	    cell(c, source), c->schema->standard, TORHAUS_VERSION,
	    c->schema->ngroup, c->schema->nfield, c->schema->nrule);
	section(b, "Please look at", "The import had to choose here.",
	    "Nothing.", c->open);
	section(b, "Not carried over",
	    "The package says nothing of these, or says it elsewhere.",
	    "Nothing was left out.", c->left);
	section(b, "Rules to translate",
	    "Rules are words or scripts of another product. Write each one as "
	    "a condition (`show`,\n`require`) or as a rule of form.json.",
	    "The schema has no rules.", c->rules);
	section(b, "Legal references",
	    "Those of the schema are in service.json (`legal_basis`); these "
	    "stand at its parts.",
	    "The schema names none.", c->references);
	section(b, "Carried over",
	    "| FIM | name | place in the form | type |\n"
	    "| --- | --- | --- | --- |", "Nothing.", c->carried);
	return buf_text(b);
}
