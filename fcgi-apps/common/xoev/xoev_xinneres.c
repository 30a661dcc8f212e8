#include "common/xoev/xoev_check.h"
#include "common/xoev/xoev_head.h"
#include "common/xoev/xoev_plain.h"

#include "common/date.h"
#include "common/id.h"

#define REJECTION "http://www.osci.de/xinneres/rueckweisung/6"
#define RECEIPT "http://www.osci.de/xinneres/quittung/5"
#define TYPES "urn:de:xinneres:codeliste:nachrichtentyp"
#define TYPES_VERSION "4"
#define REASONS_MAX 50
#define MESSAGE_MAX (7 * 1024 * 1024) /* of one that is sent back */

int
xoev_reply_finish(struct arena *a, const struct xoev_rules *rules,
    struct xml_out *root, struct xoev_built *out, struct err *err)
{
	struct buf *b = buf_new(a, XOEV_MESSAGE_MAX);
	const struct xml_tree *tree;

	if (xml_out_write(root, b, err) == -1 ||
	    xoev_check_written(a, rules, root, b->data, b->len, &out->findings,
		&tree, err) == -1)
		return -1;
	if (out->findings.n > 0)
		return err_set(err, ERR_FIELD_INVALID, "XOEV: %s %s: %s",
		    out->findings.finding[0].code,
		    out->findings.finding[0].path,
		    out->findings.finding[0].key);
	out->data = b->data;
	out->len = b->len;
	xoev_head_read(a, tree, &out->head);
	return 0;
}

static struct xml_out *
begin(struct arena *a, const char *uri, const char *prefix, const char *name,
    const struct xoev_head_type *type, const struct xoev_case *c,
    struct xoev_built *out, struct err *err)
{
	struct xml_name n = { .uri = uri, .prefix = prefix, .name = name };
	struct xml_out *root = xml_out_new(a, &n);

	*out = (struct xoev_built){ .head = xoev_head_none };
	if (xoev_head_write(a, root, type, c, &out->head, err) == -1)
		return NULL;
	return root;
}

/* ---- what it is about ---- */

/* The standard's own list of message types. */
static const char *
types_of(struct arena *a, const struct xoev_head *head)
{
	if (strcmp(head->standard, "XMeld") == 0)
		return "urn:de:xmeld:schluesseltabelle:xmeld.nachrichten";
	return arena_printf(a, "urn:xoev-de:%s:codeliste:nachrichtentyp",
	    head->standard);
}

static bool
is_identified(const struct xoev_head *head)
{
	struct err err = { 0 };
	struct id id;
	int64_t ms;

	return strlen(head->uuid) == 36 &&
	    id_parse(head->uuid, &id, &err) == 0 && *head->type != '\0' &&
	    date_instant_parse(head->created, &ms, &err) == 0;
}

static void
put_origin(struct arena *a, struct xml_out *parent, const char *name,
    const struct xoev_head *head)
{
	static const struct xml_name version = { .uri = "",
		.prefix = "",
		.name = "listVersionID" };
	struct xml_out *e = xoev_add(parent, name), *type;

	xoev_put(e, "nachrichtenUUID", head->uuid);
	type = xoev_add(e, "nachrichtentyp");
	xoev_put_attribute(type, "listURI", types_of(a, head));
	/* Required, also where the message that goes back told none. */
	xml_out_attribute(type, &version, head->version);
	xoev_put(type, "code", head->type);
	xoev_put(e, "erstellungszeitpunkt", head->created);
}

/* ---- 0010 ---- */

static void
put_reasons(struct arena *a, struct xml_out *e,
    const struct xoev_findings *findings)
{
	size_t n = findings->n < REASONS_MAX ? findings->n : REASONS_MAX;

	for (size_t i = 0; i < n; i++) {
		const struct xoev_finding *f = &findings->finding[i];
		struct xml_out *reason = xoev_add(e, "rueckweisungsgrund");

		xoev_put(xoev_add(reason, "grund"), "code", f->code);
		/* Where, and what kind of mistake: no words of the message. */
		xoev_put(xoev_add(reason, "grundSpezifisch"), "fehlerbeschreibung",
		    f->text != NULL ? f->text
				    : arena_printf(a, "%s%s%s", f->path,
					  *f->path == '\0' ? "" : ": ",
					  strrchr(f->key, '.') + 1));
	}
}

int
xoev_reject(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_head *head, const struct xoev_findings *findings,
    const void *data, size_t len, const char *transport_id, int64_t sent_ms,
    const struct xoev_case *c, struct xoev_built *out, struct err *err)
{
	static const struct xoev_head_type type = {
		.kind = XOEV_HEAD_XINNERES,
		.standard = "XInneres-Rueckweisung",
		.version = "6",
		.type = "0010",
		.list = TYPES,
		.list_version = TYPES_VERSION,
	};
	struct xml_out *root, *e, *transport;

	if (head->is_rejection)
		return err_set(err, ERR_CONFLICT,
		    "XOEV: a rejection is not answered with one");
	if (xoev_is_torhaus(head->uri))
		return xoev_torhaus_reject(a, rules, head, findings, c, out,
		    err);
	if (len > MESSAGE_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "XOEV: the message is too long to be sent back");
	root = begin(a, REJECTION, "xirts", "rueckweisung.asynchron.0010",
	    &type, c, out, err);
	if (root == NULL)
		return -1;
	e = xoev_add(root, "rueckweisung");
	put_reasons(a, e, findings);
	if (transport_id != NULL) {
		transport = xoev_add(e, "transportinformationen");
		xoev_put(transport, "nachrichtenId", transport_id);
		if (sent_ms != 0)
			xoev_put(transport, "sendezeitpunkt",
			    date_instant_to_xsd(a, sent_ms));
	}
	if (is_identified(head))
		put_origin(a, e, "idNachricht", head);
	xml_out_base64(xoev_add(e, "nachricht"), data, len);
	return xoev_reply_finish(a, rules, root, out, err);
}

/* ---- 0020 ---- */

int
xoev_receipt(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_head *head, const char *event, int64_t event_ms,
    const char *matter, const struct xoev_case *c, struct xoev_built *out,
    struct err *err)
{
	static const struct xoev_head_type type = {
		.kind = XOEV_HEAD_XINNERES,
		.standard = "XInneres-QuittungVonSachverhalten",
		.version = "5",
		.type = "0020",
		.list = TYPES,
		.list_version = TYPES_VERSION,
	};
	struct xml_out *root, *e, *origin;

	root = begin(a, RECEIPT, "xiqu",
	    "quittungVonSachverhalten.quittung.0020", &type, c, out, err);
	if (root == NULL)
		return -1;
	put_origin(a, root, "ursprungsnachricht", head);
	e = xoev_add(root, "quittung");
	origin = xoev_add(e, "ursprungsereignis");
	xoev_put(origin, "ereignis.zeitpunkt", date_instant_to_xsd(a, event_ms));
	xoev_put(origin, "ereignis.zeichen", event);
	xoev_put(xoev_add(e, "sachverhalt"), "code", matter);
	return xoev_reply_finish(a, rules, root, out, err);
}
