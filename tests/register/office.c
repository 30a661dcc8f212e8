/*
 * A register office, invented residents and all; and how one misbehaves. By the
 * family name: "Spaet" answers late, "Stumm" never, "Doppelt" twice the same,
 * "Kaputt" with what is no XML, "Ungueltig" with what is not valid, "Fremd" to
 * another message, "Zurueck" with a rejection (0010), "Verstorben" and
 * "Unbekannt" that there is nobody, "Gesperrt" likewise, everybody else with what
 * was asked for.
 */
#include "office.h"
#include "paper.h"

#include "common/base64.h"
#include "common/xml_c14n.h"

const char *const office_name = "register";

#define XMELD "http://www.osci.de/xmeld2511a"
#define TEXT_MAX_BYTES (1 << 20)
#define LATE_MS 5000
/* Of a place that no list has. */
#define AGS "<gemeindeschluessel listVersionID=\"2026-04-30\"><code>99000001" \
	    "</code></gemeindeschluessel>"

/* What is needed of a question. */
struct question {
	struct arena *arena;
	const struct xml_tree *tree;
	const char *type;	/* "1700" */
	const char *uuid, *created;
	const char *reader, *author, *author_name; /* keys */
	const char *family, *given;
	const char *delivery; /* zustellvariante */
	const char *code;
};

static const char *
text(const struct question *q, const struct xml_node *from, const char *name)
{
	return paper_text(q->arena, q->tree, from, name);
}

static const char *
who(const struct question *q)
{
	return arena_printf(q->arena, "%s, %s", q->family, q->given);
}

/* A PDF as the text of an element. */
static const char *
pdf(struct arena *a, const char *title, const char *name)
{
	struct buf *b = buf_new(a, 65536), *out = buf_new(a, 65536);

	paper_pdf(a, title, name, b);
	base64_put_lines(out, buf_text(b), b->len);
	return buf_text(out);
}

/* ---- writing ---- */

static const char *
head(const struct question *q, const char *list, const char *type)
{
	struct arena *a = q->arena;

	return arena_printf(a,
	    "<nachrichtenkopf.g2g><identifikation.nachricht>"
	    "<nachrichtenUUID>%s</nachrichtenUUID><nachrichtentyp%s>"
	    "<code>%s</code></nachrichtentyp><erstellungszeitpunkt>%s"
	    "</erstellungszeitpunkt></identifikation.nachricht>"
	    "<leser><verzeichnisdienst listVersionID=\"3\"><code>DVDV</code>"
	    "</verzeichnisdienst><kennung>%s</kennung><name>Portal</name>"
	    "</leser><autor><verzeichnisdienst listVersionID=\"3\">"
	    "<code>DVDV</code></verzeichnisdienst><kennung>%s</kennung>"
	    "<name>Meldebehörde (erfunden)</name><erreichbarkeit>"
	    "<kanal listVersionID=\"3\"><code>01</code></kanal>"
	    "<kennung>register@example.org</kennung></erreichbarkeit></autor>"
	    "</nachrichtenkopf.g2g><anschrift.autor><gebaeude>"
	    "<hausnummer>1</hausnummer><postleitzahl>12345</postleitzahl>"
	    "<strasse>Am Register</strasse><wohnort>Amtsstadt</wohnort>"
	    "</gebaeude></anschrift.autor>",
	    paper_uuid(a), list, type, paper_now(a), q->author, q->reader);
}

static const char *
origin(const struct question *q, const char *answered)
{
	return arena_printf(q->arena,
	    "<xmeld:ursprungsnachricht><nachrichtenUUID>%s</nachrichtenUUID>"
	    "<nachrichtentyp><code>%s</code></nachrichtentyp>"
	    "<erstellungszeitpunkt>%s</erstellungszeitpunkt>"
	    "</xmeld:ursprungsnachricht>",
	    answered, q->type, q->created);
}

static const char *
xmeld(const struct question *q, const char *root, const char *type,
    const char *content, const char *answered)
{
	return arena_printf(q->arena,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xmeld:%s "
	    "xmlns:xmeld=\"" XMELD "\" produkt=\"Registersimulator\" "
	    "produkthersteller=\"Torhaus\" standard=\"XMeld\" "
	    "version=\"25.11a\" test=\"true\">%s%s%s</xmeld:%s>\n",
	    root,
	    head(q,
		" listURI=\"urn:de:xmeld:schluesseltabelle:xmeld.nachrichten\""
		" listVersionID=\"25.11a\"",
		type),
	    content, answered == NULL ? "" : origin(q, answered), root);
}

static const char *
person(const struct question *q)
{
	return arena_printf(q->arena,
	    "<xmeld:name><xmeld:familienname.unstrukturiert><xmeld:nachname>"
	    "<name>%s</name></xmeld:nachname>"
	    "</xmeld:familienname.unstrukturiert><xmeld:vornamen>"
	    "<xmeld:vornamen><name>%s</name></xmeld:vornamen>"
	    "</xmeld:vornamen></xmeld:name>",
	    paper_escape(q->arena, q->family), paper_escape(q->arena, q->given));
}

/* ---- certificate of registration ---- */

static const char *
refusal(const struct question *q, const char *reason)
{
	return arena_printf(q->arena,
	    "<xmeld:antwortAbrufanfrage><xmeld:grundDerRueckweisung>"
	    "<code>%s</code></xmeld:grundDerRueckweisung>"
	    "</xmeld:antwortAbrufanfrage>",
	    reason);
}

#define HOME "<xmeld:wohnung><xmeld:anschrift><xmeld:anschrift.inland>" AGS     \
	     "<hausnummer>7</hausnummer><postleitzahl>12345</postleitzahl>"     \
	     "<strasse>Lindenweg</strasse><wohnort>Amtsstadt</wohnort>"         \
	     "</xmeld:anschrift.inland></xmeld:anschrift>"                      \
	     "<xmeld:datumDesBeziehens><datum>2019-04-01</datum>"               \
	     "</xmeld:datumDesBeziehens><xmeld:statusderwohnung><code>0</code>" \
	     "</xmeld:statusderwohnung></xmeld:wohnung>"
#define BIRTH "<xmeld:geburtsangaben>%s<xmeld:geburtsdatum>"                    \
	      "<teilbekanntesDatum><jahrMonatTag>1990-08-12</jahrMonatTag>"     \
	      "</teilbekanntesDatum></xmeld:geburtsdatum></xmeld:geburtsangaben>"

static const char *
certificate(const struct question *q)
{
	const char *what = strcmp(q->delivery, "02") == 0
	    ? arena_printf(q->arena,
		  "<xmeld:meldedaten><xmeld:personendaten>%s" BIRTH HOME
		  "</xmeld:personendaten></xmeld:meldedaten>",
		  person(q), "")
	    : arena_printf(q->arena,
		  "<xmeld:pdfDokument>%s</xmeld:pdfDokument>",
		  pdf(q->arena, "Meldebescheinigung", who(q)));

	return arena_printf(q->arena,
	    "<xmeld:antwortAbrufanfrage><xmeld:auskunft><xmeld:ergebnisstatus>"
	    "<code>01</code></xmeld:ergebnisstatus><xmeld:meldebescheinigung>"
	    "%s</xmeld:meldebescheinigung></xmeld:auskunft>"
	    "</xmeld:antwortAbrufanfrage>",
	    what);
}

static const char *
answer_1701(const struct question *q, const char *content,
    const char *answered)
{
	return xmeld(q, "onlinedienste.meldebescheinigungAntwort.1701", "1701",
	    content, answered);
}

/* ---- moving ---- */

static const char *
prefilled(const struct question *q)
{
	return arena_printf(q->arena,
	    "<xmeld:antwortAbrufanfrage><xmeld:vorausgefuellterMeldeschein>"
	    "<xmeld:personendaten>%s" BIRTH
	    "<xmeld:geschlecht listVersionID=\"1\"><code>w</code>"
	    "</xmeld:geschlecht><xmeld:staatsangehoerigkeit listVersionID=\""
	    "2024-08-01\"><code>000</code></xmeld:staatsangehoerigkeit>"
	    "<xmeld:religionszugehoerigkeit><xmeld:religion.steuer.erhebend "
	    "listVersionID=\"3\"><code>--</code>"
	    "</xmeld:religion.steuer.erhebend></xmeld:religionszugehoerigkeit>"
	    HOME
	    "<xmeld:familienstand><xmeld:familienstand><code>LD</code>"
	    "</xmeld:familienstand></xmeld:familienstand>"
	    "</xmeld:personendaten></xmeld:vorausgefuellterMeldeschein>"
	    "</xmeld:antwortAbrufanfrage>",
	    person(q), "<xmeld:geburtsort>Amtsstadt</xmeld:geburtsort>");
}

static int
put(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

/* Who it is about, as it was asked. */
static const char *
identification(const struct question *q)
{
	const struct xml_node *n = paper_find(q->tree->root, "identifikation");
	struct buf *b = buf_new(q->arena, TEXT_MAX_BYTES);
	struct err err = { 0 };

	if (n == NULL || xml_c14n(q->tree, n, put, b, &err) == -1)
		return "";
	return buf_text(b);
}

#define FILE_NUMBER "MB-2026-000123"

static const char *
answer_1705(const struct question *q, const char *status, const char *of)
{
	return xmeld(q, "onlinedienste.anmeldung.statusmitteilung.1705",
	    "1705",
	    arena_printf(q->arena,
		"%s<xmeld:aktenzeichen>" FILE_NUMBER "</xmeld:aktenzeichen>"
		"<xmeld:status><code>%s</code></xmeld:status>",
		identification(q), status),
	    of);
}

static const char *
answer_1707(const struct question *q, const char *of)
{
	return xmeld(q, "onlinedienste.anmeldung.ergebnis.1707", "1707",
	    arena_printf(q->arena,
		"%s<xmeld:aktenzeichen>" FILE_NUMBER "</xmeld:aktenzeichen>"
		"<xmeld:ergebnis><xmeld:anmeldung><xmeld:zuziehendePerson>"
		"<xmeld:meldebestaetigung>%s<xmeld:geburtsdatum>"
		"<teilbekanntesDatum><jahrMonatTag>1990-08-12</jahrMonatTag>"
		"</teilbekanntesDatum></xmeld:geburtsdatum><xmeld:wohnung>"
		"<xmeld:anschrift>" AGS "<hausnummer>7</hausnummer>"
		"<postleitzahl>12345</postleitzahl><strasse>Lindenweg</strasse>"
		"<wohnort>Amtsstadt</wohnort></xmeld:anschrift>"
		"<xmeld:datumAnmeldungBeiAnmeldebehoerde>2026-01-16"
		"</xmeld:datumAnmeldungBeiAnmeldebehoerde>"
		"<xmeld:datumDesBeziehens><datum>2026-01-10</datum>"
		"</xmeld:datumDesBeziehens><xmeld:statusderwohnung>"
		"<code>0</code></xmeld:statusderwohnung></xmeld:wohnung>"
		"</xmeld:meldebestaetigung><xmeld:pdfDokument>%s"
		"</xmeld:pdfDokument></xmeld:zuziehendePerson>"
		"</xmeld:anmeldung></xmeld:ergebnis>",
		identification(q), person(q),
		pdf(q->arena, "Meldebestaetigung", who(q))),
	    of);
}

/* ---- a rejection ---- */

static const char *
rejection(const struct question *q)
{
	return arena_printf(q->arena,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<r:rueckweisung.asynchron.0010 xmlns:r=\"http://www.osci.de/"
	    "xinneres/rueckweisung/6\" produkt=\"Registersimulator\" "
	    "produkthersteller=\"Torhaus\" standard=\"XInneres-"
	    "Rueckweisung\" version=\"6\">%s<rueckweisung><rueckweisungsgrund><grund>"
	    "<code>S999</code></grund><grundSpezifisch><fehlerbeschreibung>"
	    "zum Testen</fehlerbeschreibung></grundSpezifisch>"
	    "</rueckweisungsgrund><transportinformationen>"
	    "<nachrichtenId>unbekannt</nachrichtenId><sendezeitpunkt>%s"
	    "</sendezeitpunkt></transportinformationen><idNachricht>"
	    "<nachrichtenUUID>%s</nachrichtenUUID><nachrichtentyp "
	    "listURI=\"urn:de:xmeld:schluesseltabelle:xmeld.nachrichten\" "
	    "listVersionID=\"25.11a\"><code>%s</code></nachrichtentyp>"
	    "<erstellungszeitpunkt>%s</erstellungszeitpunkt></idNachricht>"
	    "<nachricht>PHg+PC94Pg==</nachricht></rueckweisung>"
	    "</r:rueckweisung.asynchron.0010>\n",
	    head(q, "", "0010"), paper_now(q->arena), q->uuid, q->type, q->created);
}

/* ---- the office ---- */

#define CODE "ABCD-1234" /* on every letter */
#define OPEN_MAX 4096

/* Registrations that wait for their code, by who it is. */
static struct {
	char who[200], uuid[64], created[64];
} open_cases[OPEN_MAX];
static size_t nopen;

void
office_remember(const struct office_question *q)
{
	size_t i;

	if (strcmp(q->type, "1704") != 0)
		return;
	i = nopen++ % OPEN_MAX;
	(void)snprintf(open_cases[i].who, sizeof(open_cases[i].who), "%.199s",
	    q->who);
	(void)snprintf(open_cases[i].uuid, sizeof(open_cases[i].uuid), "%s",
	    q->uuid);
	(void)snprintf(open_cases[i].created, sizeof(open_cases[i].created),
	    "%s", q->created);
}

/* The answer to a code is one to the registration. */
static const char *
answer_code(struct question *q)
{
	const char *asked = arena_printf(q->arena, "%.199s", who(q));

	for (size_t i = nopen; i > 0 && i + OPEN_MAX > nopen; i--) {
		size_t at = (i - 1) % OPEN_MAX;

		if (strcmp(open_cases[at].who, asked) != 0)
			continue;
		q->type = "1704";
		q->created = open_cases[at].created;
		return strcmp(q->code, CODE) == 0
		    ? answer_1707(q, open_cases[at].uuid)
		    : answer_1705(q, "03", open_cases[at].uuid);
	}
	return NULL;
}

static void
read_question(struct question *q)
{
	const struct xml_node *root = q->tree->root;
	const struct xml_node *id = paper_find(root, "identifikation.nachricht");
	const struct xml_node *who = paper_find(root, "identifikation");
	const struct xml_node *type =
	    id == NULL ? NULL : paper_find(id, "nachrichtentyp");

	q->uuid = text(q, id, "nachrichtenUUID");
	q->created = text(q, id, "erstellungszeitpunkt");
	q->type = text(q, type, "code");
	q->reader = text(q, paper_find(root, "leser"), "kennung");
	q->author = text(q, paper_find(root, "autor"), "kennung");
	q->family = text(q, who, "familienname.unstrukturiert");
	q->given = text(q, who, "vornamen");
	q->delivery = text(q, root, "zustellvariante");
	q->code = "";
	for (const struct xml_node *c = xml_first(root); c != NULL;
	     c = xml_next(c))
		if (xml_is(c, XMELD, "code"))
			q->code = text(q, c, "code");
}

static const char *
right_answer(struct question *q)
{
	if (strcmp(q->type, "1700") == 0) {
		/* that there is a block is not told */
		if (strcmp(q->family, "Unbekannt") == 0 ||
		    strcmp(q->family, "Gesperrt") == 0)
			return answer_1701(q, refusal(q, "01"), q->uuid);
		if (strcmp(q->family, "Verstorben") == 0)
			return answer_1701(q, refusal(q, "02"), q->uuid);
		return answer_1701(q, certificate(q), q->uuid);
	}
	if (strcmp(q->type, "1702") == 0)
		return xmeld(q,
		    "onlinedienste.vorausgefuellterMeldescheinAntwort.1703",
		    "1703",
		    strcmp(q->family, "Unbekannt") == 0 ? refusal(q, "01")
							: prefilled(q),
		    q->uuid);
	if (strcmp(q->type, "1704") == 0)
		return answer_1705(q,
		    strcmp(q->family, "Unbekannt") == 0 ? "02" : "01",
		    q->uuid);
	return strcmp(q->type, "1706") == 0 ? answer_code(q) : NULL;
}

void
office_answer(struct arena *a, const struct xml_tree *t,
    struct office_answer out[OFFICE_ANSWERS_MAX], size_t *n,
    struct office_question *asked)
{
	struct question q = { .arena = a, .tree = t };
	const char *answer;

	*n = 0;
	read_question(&q);
	*asked = (struct office_question){ q.uuid, q.type, q.created, who(&q) };
	office_remember(asked);
	answer = right_answer(&q);
	if (answer == NULL || strcmp(q.family, "Stumm") == 0)
		return;
	*n = 1;
	out[0] = (struct office_answer){ .xml = answer };
	if (strcmp(q.family, "Spaet") == 0)
		out[0].delay_ms = LATE_MS;
	if (strcmp(q.family, "Kaputt") == 0)
		out[0].xml = "<xmeld:kaputt <<";
	if (strcmp(q.family, "Ungueltig") == 0)
		out[0].xml = answer_1701(&q, refusal(&q, "77"), q.uuid);
	if (strcmp(q.family, "Fremd") == 0)
		out[0].xml = answer_1701(&q, certificate(&q), paper_uuid(a));
	if (strcmp(q.family, "Zurueck") == 0)
		out[0].xml = rejection(&q);
	if (strcmp(q.family, "Doppelt") == 0) {
		out[1] = out[0];
		*n = 2;
	}
}
