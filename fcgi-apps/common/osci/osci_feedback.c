#include "common/osci/osci_feedback.h"

#include <assert.h>

#include "common/osci/osci_code.h"
#include "common/osci/osci_names.h"
#include "common/osci/osci_out.h"
#include "common/osci/osci_read.h"

#define XML_NS "http://www.w3.org/XML/1998/namespace"
#define ENTRIES_MAX 200
#define ENTRY_TEXT_MAX 4000

/* ---- gathering ---- */

static bool
has(const struct osci_feedback *f, const char *code)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->code[i], code) == 0)
			return true;
	return false;
}

static bool
is_warning(const char *code)
{
	return code[0] == '3';
}

static void
set(struct osci_feedback *f, size_t i, const char *code)
{
	assert(strlen(code) == 4);
	memcpy(f->code[i], code, 5);
}

void
osci_feedback_result(struct osci_feedback *f, const char *code)
{
	if (f->n == 0 || is_warning(f->code[0])) {
		if (f->n == OSCI_FEEDBACK_MAX)
			f->n--;
		memmove(f->code[1], f->code[0], f->n * sizeof(f->code[0]));
		f->n++;
	}
	set(f, 0, code);
}

void
osci_feedback_warn(struct osci_feedback *f, const char *code)
{
	if (!has(f, code) && f->n < OSCI_FEEDBACK_MAX)
		set(f, f->n++, code);
}

/* ---- writing ---- */

/* The languages of a list that we speak, in its order; German when none. */
static size_t
choose_languages(const char *list, enum lang out[2])
{
	static const enum lang ours[] = { LANG_DE, LANG_EN };
	size_t n = 0;

	for (list = list == NULL ? "" : list; *list != '\0';) {
		size_t len = strcspn(list, " \t\r\n");

		for (size_t i = 0; i < nitems(ours); i++)
			if (len >= 2 &&
			    strncasecmp(list, lang_tag(ours[i]), 2) == 0 &&
			    (len == 2 || list[2] == '-') &&
			    (n == 0 || (n == 1 && out[0] != ours[i])))
				out[n++] = ours[i];
		list += len;
		list += strspn(list, " \t\r\n");
	}
	if (n == 0)
		out[n++] = LANG_DE;
	return n;
}

static void
put_entry(struct buf *b, const char *code, enum lang lang,
    const struct texts *texts)
{
	char key[sizeof("osci.0000")];

	(void)snprintf(key, sizeof(key), "osci.%.4s", code);
	buf_printf(b,
	    "<osci:Entry xml:lang=\"%s\"><osci:Code>%s</osci:Code>"
	    "<osci:Text>",
	    lang_tag(lang), code);
	osci_put_text(b, text_get(texts, lang, key));
	buf_puts(b, "</osci:Text></osci:Entry>");
}

void
osci_feedback_put(struct buf *b, const char *element,
    const struct osci_feedback *f, const char *languages,
    const struct texts *texts)
{
	enum lang lang[2];
	size_t n = choose_languages(languages, lang);

	assert(f->n > 0);
	buf_printf(b, "<%s>", element);
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < n; k++)
			put_entry(b, f->code[i], lang[k], texts);
	buf_printf(b, "</%s>", element);
}

/* ---- reading ---- */

static bool
is_code(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n == 4 && s[n] == '\0';
}

static int
read_entry(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, struct osci_entry *out, struct err *err)
{
	const struct xml_node *next, *code, *text;

	if (osci_enter(node, &next, err) == -1)
		return -1;
	code = osci_take(&next, OSCI_NS, "Code");
	text = osci_take(&next, OSCI_NS, "Text");
	if (osci_leave(next, err) == -1)
		return -1;
	if (code == NULL || text == NULL)
		return osci_refuse(err, "9100", "feedback: another shape");
	out->lang = xml_attribute_ns(node, XML_NS, "lang");
	if (osci_read_text(a, t, code, 20, &out->code, err) == -1 ||
	    osci_read_text(
		a, t, text, ENTRY_TEXT_MAX, &out->text, err) == -1)
		return -1;
	return is_code(out->code)
	    ? 0
	    : osci_refuse(err, "9100", "feedback: no code of four digits");
}

int
osci_feedback_read(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, const struct osci_entry **out, size_t *n,
    struct err *err)
{
	struct osci_entry *entry = arena_new(a, struct osci_entry, ENTRIES_MAX);
	const struct xml_node *next, *e;

	*out = entry;
	*n = 0;
	if (osci_enter(node, &next, err) == -1)
		return -1;
	while ((e = osci_take(&next, OSCI_NS, "Entry")) != NULL) {
		if (*n == ENTRIES_MAX)
			return osci_refuse(err, "9100", "feedback: too long");
		if (read_entry(a, t, e, &entry[(*n)++], err) == -1)
			return -1;
	}
	if (osci_leave(next, err) == -1)
		return -1;
	return *n > 0 ? 0 : osci_refuse(err, "9100", "feedback: it is empty");
}
