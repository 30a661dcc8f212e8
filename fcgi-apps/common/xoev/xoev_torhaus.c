#include "common/xoev/xoev_check.h"
#include "common/xoev/xoev_head.h"

/* Replies of our own standard, XTorhaus (xoev-schemas). */

#define URI "urn:x-torhaus:schema:xtorhaus:1.0"
#define TYPES "urn:x-torhaus:codeliste:xtorhaus.nachrichten"
#define REASONS "urn:x-torhaus:codeliste:xtorhaus.rueckweisungsgrund"
#define LAST "S999"

static struct xml_out *
add(struct xml_out *parent, const char *name)
{
	struct xml_name n = { .uri = URI, .prefix = "xth", .name = name };

	return xml_out_add(parent, &n);
}

static void
put(struct xml_out *e, const char *text)
{
	xml_out_text(e, text, strlen(text));
}

/* Those that the standard knows; all others are "another reason". */
static const char *
reason_of(const char *code)
{
	static const char *const known[] = { "X000", "X001", "V000", "S001",
		"S010", "S011", "S030", "S100", "T070", "T080" };

	for (size_t i = 0; i < nitems(known); i++)
		if (strcmp(known[i], code) == 0)
			return known[i];
	return LAST;
}

static void
put_reason(struct xml_out *root, const char *code)
{
	static const struct xml_name uri = { "", "", "listURI" };
	static const struct xml_name version = { "", "", "listVersionID" };
	static const struct xml_name name = { "", "", "code" };
	struct xml_out *e = add(root, "grund");

	xml_out_attribute(e, &uri, REASONS);
	xml_out_attribute(e, &version, "1");
	put(xml_out_add(e, &name), code);
}

static bool
is_uuid(const char *s)
{
	struct err err = { 0 };
	struct id id;

	return strlen(s) == 36 && id_parse(s, &id, &err) == 0;
}

/* Each code once; the schema wants them before the places. */
static void
put_findings(struct xml_out *root, const struct xoev_findings *f)
{
	const char *last = "";

	for (size_t i = 0; i < f->n; i++) {
		const char *code = reason_of(f->finding[i].code);

		if (strcmp(code, last) != 0)
			put_reason(root, code);
		last = code;
	}
	for (size_t i = 0; i < f->n; i++)
		if (*f->finding[i].path != '\0')
			put(add(root, "fundstelle"), f->finding[i].path);
	/* What kind of mistake: no words of the message. */
	if (f->n > 0)
		put(add(root, "erlaeuterung"),
		    strrchr(f->finding[0].key, '.') + 1);
}

int
xoev_torhaus_reject(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_head *head, const struct xoev_findings *findings,
    const struct xoev_case *c, struct xoev_built *out, struct err *err)
{
	static const struct xoev_head_type type = {
		.kind = XOEV_HEAD_G2G,
		.standard = "XTorhaus",
		.version = "1.0",
		.type = "1001",
		.list = TYPES,
		.list_version = "1.0",
	};
	static const struct xml_name name = { URI, "xth",
		"rueckmeldung.rueckweisung.1001" };
	struct xml_out *root = xml_out_new(a, &name);

	*out = (struct xoev_built){ .head = xoev_head_none };
	if (xoev_head_write(a, root, &type, c, &out->head, err) == -1)
		return -1;
	if (is_uuid(head->uuid))
		put(add(root, "zurueckgewieseneNachricht"), head->uuid);
	put_findings(root, findings);
	return xoev_reply_finish(a, rules, root, out, err);
}
