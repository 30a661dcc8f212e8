#include "paper.h"

#include "common/date.h"
#include "common/id.h"

#define TEXT_MAX_BYTES (1 << 20)

const struct xml_node *
paper_find(const struct xml_node *n, const char *name)
{
	const struct xml_node *found;

	if (n->name != NULL && strcmp(n->name, name) == 0)
		return n;
	for (const struct xml_node *c = xml_first(n); c != NULL;
	     c = xml_next(c))
		if ((found = paper_find(c, name)) != NULL)
			return found;
	return NULL;
}

const char *
paper_text(struct arena *a, const struct xml_tree *t,
    const struct xml_node *from, const char *name)
{
	const struct xml_node *n = from == NULL ? NULL : paper_find(from, name);
	struct err err = { 0 };
	const char *out;

	while (n != NULL && xml_first(n) != NULL)
		n = xml_first(n); /* name and code stand one deeper */
	if (n == NULL || xml_text(a, t, n, TEXT_MAX_BYTES, &out, &err) == -1)
		return "";
	return out;
}

/* ---- writing ---- */

const char *
paper_uuid(struct arena *a)
{
	const struct id id = id_random();
	const char *hex = id_hex(a, &id);

	return arena_printf(a, "%.8s-%.4s-4%.3s-8%.3s-%.12s", hex, hex + 8,
	    hex + 13, hex + 17, hex + 20);
}

const char *
paper_now(struct arena *a)
{
	return date_instant_to_xsd(a, date_now_ms());
}

const char *
paper_escape(struct arena *a, const char *s)
{
	struct buf *b = buf_new(a, 65536);

	for (; *s != '\0'; s++)
		if (*s == '&')
			buf_puts(b, "&amp;");
		else if (*s == '<')
			buf_puts(b, "&lt;");
		else
			buf_put(b, s, 1);
	return buf_text(b);
}

static const char *
ascii(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s);

	for (char *p = out; *p != '\0'; p++)
		if (*p < ' ' || *p > '~' || strchr("()\\", *p) != NULL)
			*p = '?';
	return out;
}

void
paper_pdf(struct arena *a, const char *title, const char *name, struct buf *b)
{
	size_t at[6], n = 0;
	const char *page = arena_printf(a,
	    "BT /F1 16 Tf 60 760 Td (%s) Tj 0 -30 Td (%s) Tj 0 -30 Td "
	    "(Erfunden, nur zum Testen.) Tj ET",
	    ascii(a, title), ascii(a, name));

	buf_puts(b, "%PDF-1.4\n");
	at[n++] = b->len;
	buf_puts(b, "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n");
	at[n++] = b->len;
	buf_puts(b, "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n");
	at[n++] = b->len;
	buf_puts(b, "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
		    "/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n");
	at[n++] = b->len;
	buf_printf(b, "4 0 obj<</Length %zu>>stream\n%s\nendstream endobj\n",
	    strlen(page), page);
	at[n++] = b->len;
	buf_puts(b, "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
		    "endobj\n");
	at[n] = b->len;
	buf_puts(b, "xref\n0 6\n0000000000 65535 f \n");
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%010zu 00000 n \n", at[i]);
	buf_printf(b,
	    "trailer<</Size 6/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", at[n]);
}
