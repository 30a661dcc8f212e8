/*
 * A producer of identity cards that makes none: it answers the stand-in orders
 * of xoev-schemas/xproduzent-platzhalter-1.0. By the family name on the card:
 * "Abgelehnt" is refused with a reason, "Spaet" answered late, "Stumm" never,
 * "Doppelt" with the same receipt twice, "Zweimal" with two receipts,
 * "Verdreht" in the wrong order, "Kaputt" with what is no XML, "Ungueltig" with
 * what is not valid, "Fremd" about an order that nobody made; everybody else's
 * card is accepted, made and sent. One number is ordered once: a second order
 * of it is refused.
 */
#include "office.h"
#include "paper.h"

const char *const office_name = "producer";

#define NAMESPACE "urn:x-torhaus:schema:xproduzent-platzhalter:1.0"
#define LATE_MS 6000
#define MAKING_MS 1500 /* after the receipt */
#define SENDING_MS 3000
#define ORDERS_MAX 4096

struct order {
	struct arena *arena;
	const struct xml_tree *tree;
	const char *type, *uuid, *created;
	const char *reader, *author; /* keys */
	const char *number, *family;
};

static const char *
text(const struct order *o, const char *below, const char *name)
{
	return paper_text(
	    o->arena, o->tree, paper_find(o->tree->root, below), name);
}

/* ---- writing ---- */

static const char *
message(const struct order *o, const char *root, const char *type,
    const char *content)
{
	return arena_printf(o->arena,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xpp:%s "
	    "xmlns:xpp=\"" NAMESPACE "\" produkt=\"Produktionssimulator\" "
	    "produkthersteller=\"Torhaus\" standard=\"XProduzent-Platzhalter\""
	    " test=\"true\" version=\"1.0\"><nachrichtenkopf.g2g>"
	    "<identifikation.nachricht><nachrichtenUUID>%s</nachrichtenUUID>"
	    "<nachrichtentyp listURI=\"urn:x-torhaus:codeliste:"
	    "xproduzent-platzhalter.nachrichten\" listVersionID=\"1.0\">"
	    "<code>%s</code></nachrichtentyp><erstellungszeitpunkt>%s"
	    "</erstellungszeitpunkt></identifikation.nachricht><leser>"
	    "<verzeichnisdienst listVersionID=\"3\"><code>DVDV</code>"
	    "</verzeichnisdienst><kennung>%s</kennung><name>Ausweisbehörde"
	    "</name></leser><autor><verzeichnisdienst listVersionID=\"3\">"
	    "<code>DVDV</code></verzeichnisdienst><kennung>%s</kennung>"
	    "<name>Ausweisproduzent (erfunden)</name></autor>"
	    "</nachrichtenkopf.g2g>%s</xpp:%s>\n",
	    root, paper_uuid(o->arena), type, paper_now(o->arena),
	    paper_escape(o->arena, o->author),
	    paper_escape(o->arena, o->reader), content, root);
}

static const char *
receipt(const struct order *o, const char *number, const char *status,
    const char *reason)
{
	struct arena *a = o->arena;

	return message(o, "produzent.quittung.2002", "2002",
	    arena_printf(a,
		"<xpp:bestellnummer>%s</xpp:bestellnummer>"
		"<xpp:ursprungsnachricht>%s</xpp:ursprungsnachricht>"
		"<xpp:status><code>%s</code></xpp:status>%s",
		paper_escape(a, number),
		strcmp(number, o->number) == 0 ? o->uuid : paper_uuid(a),
		status,
		reason == NULL ? "" : arena_printf(a,
		    "<xpp:grund>%s</xpp:grund>", reason)));
}

static const char *
status(const struct order *o, const char *code)
{
	return message(o, "produzent.status.2003", "2003",
	    arena_printf(o->arena,
		"<xpp:bestellnummer>%s</xpp:bestellnummer>"
		"<xpp:status><code>%s</code></xpp:status>%s",
		paper_escape(o->arena, o->number), code,
		strcmp(code, "versandt") == 0
		    ? "<xpp:seriennummer>TST000000</xpp:seriennummer>"
		    : ""));
}

/* ---- the producer ---- */

static struct {
	char number[64], uuid[40];
} known[ORDERS_MAX];
static size_t nknown;

/* Orders are about their number. */
void
office_remember(const struct office_question *q)
{
	size_t i = nknown++ % ORDERS_MAX;

	(void)snprintf(known[i].number, sizeof(known[i].number), "%s", q->who);
	(void)snprintf(known[i].uuid, sizeof(known[i].uuid), "%s", q->uuid);
}

/* Whether another message ordered that number before. */
static bool
is_ordered(const struct order *o)
{
	for (size_t i = 0; i < nknown && i < ORDERS_MAX; i++)
		if (strcmp(known[i].number, o->number) == 0 &&
		    strcmp(known[i].uuid, o->uuid) != 0)
			return true;
	return false;
}

static void
add(struct office_answer *out, size_t *n, const char *xml, int delay_ms)
{
	out[(*n)++] =
	    (struct office_answer){ .xml = xml, .delay_ms = delay_ms };
}

/* Accepted, then made, then sent. */
static void
make(const struct order *o, int after_ms, struct office_answer *out,
    size_t *n)
{
	add(out, n, receipt(o, o->number, "angenommen", NULL), after_ms);
	add(out, n, status(o, "in_herstellung"), after_ms + MAKING_MS);
	add(out, n, status(o, "versandt"), after_ms + SENDING_MS);
}

static void
make_in_wrong_order(
    const struct order *o, struct office_answer *out, size_t *n)
{
	add(out, n, status(o, "versandt"), 0);
	add(out, n, status(o, "in_herstellung"), MAKING_MS);
	add(out, n, receipt(o, o->number, "angenommen", NULL), SENDING_MS);
}

static void
answer(const struct order *o, struct office_answer *out, size_t *n)
{
	const char *accepted = receipt(o, o->number, "angenommen", NULL);

	if (strcmp(o->family, "Stumm") == 0)
		return;
	if (is_ordered(o))
		add(out, n, receipt(o, o->number, "abgelehnt",
			"Diese Bestellnummer gibt es schon."), 0);
	else if (strcmp(o->family, "Abgelehnt") == 0)
		add(out, n, receipt(o, o->number, "abgelehnt",
			"Das Lichtbild ist nicht biometrietauglich."), 0);
	else if (strcmp(o->family, "Spaet") == 0)
		make(o, LATE_MS, out, n);
	else if (strcmp(o->family, "Doppelt") == 0) {
		add(out, n, accepted, 0);
		add(out, n, accepted, 500);
	} else if (strcmp(o->family, "Zweimal") == 0) {
		add(out, n, accepted, 0);
		add(out, n, receipt(o, o->number, "angenommen", NULL), 500);
	} else if (strcmp(o->family, "Verdreht") == 0)
		make_in_wrong_order(o, out, n);
	else if (strcmp(o->family, "Kaputt") == 0)
		add(out, n, "<xpp:kaputt <<", 0);
	else if (strcmp(o->family, "Ungueltig") == 0)
		add(out, n, receipt(o, o->number, "vielleicht", NULL), 0);
	else if (strcmp(o->family, "Fremd") == 0)
		add(out, n, receipt(o, "2026-000000", "angenommen", NULL), 0);
	else
		make(o, 0, out, n);
}

void
office_answer(struct arena *a, const struct xml_tree *t,
    struct office_answer out[OFFICE_ANSWERS_MAX], size_t *n,
    struct office_question *asked)
{
	struct order o = { .arena = a, .tree = t };

	*n = 0;
	o.uuid = text(&o, "identifikation.nachricht", "nachrichtenUUID");
	o.type = text(&o, "nachrichtentyp", "code");
	o.created = text(&o, "identifikation.nachricht",
	    "erstellungszeitpunkt");
	o.reader = text(&o, "leser", "kennung");
	o.author = text(&o, "autor", "kennung");
	o.number = text(&o, "bestellung", "bestellnummer");
	o.family = text(&o, "bestellung", "familienname");
	*asked = (struct office_question){
		o.uuid, o.type, o.created, o.number };
	/* It takes nothing but orders that say what they are. */
	if (strcmp(o.type, "2001") == 0 &&
	    strcmp(text(&o, "produzent.bestellung.2001", "platzhalter"),
		"true") == 0) {
		answer(&o, out, n);
		office_remember(asked);
	}
}
