/*
 * A register office, invented residents and all (residents.c); and how one
 * misbehaves. By the family name: "Spaet" answers late, "Stumm" never,
 * "Doppelt" twice the same, "Zweierlei" twice in two messages, "Kaputt" with
 * what is no XML, "Ungueltig" with what is not valid, "Unbrauchbar" so three
 * times, "Nachgebessert" so first and right then, "Fremd" to another message,
 * "Zurueck" with a rejection (0010). It does so at each message, or, by the
 * given name, only when asked for data ("Anfrage"), at the registration
 * ("Meldeschein") or at the code ("Code").
 */
#include "office.h"
#include "paper.h"
#include "register.h"

#include "common/base64.h"

const char *const office_name = "register";

#define LATE_MS 5000
#define BETTER_MS 1500

static const char *
text(const struct question *q, const struct xml_node *from, const char *name)
{
	return paper_text(q->arena, q->tree, from, name);
}

const char *
register_pdf(const struct question *q, const char *title, const char *name)
{
	struct arena *a = q->arena;
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

const char *
register_message(const struct question *q, const char *root, const char *type,
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

/* ---- certificate of registration ---- */

const char *
register_refusal(const struct question *q, const char *reason)
{
	return arena_printf(q->arena,
	    "<xmeld:antwortAbrufanfrage><xmeld:grundDerRueckweisung>"
	    "<code>%s</code></xmeld:grundDerRueckweisung>"
	    "</xmeld:antwortAbrufanfrage>",
	    reason);
}

const char *
register_reason(const struct question *q)
{
	if (q->who == NULL)
		return resident_is_name(q->family) ? "01" : NULL;
	if (q->who->way == RESIDENT_DECEASED)
		return "02";
	if (q->who->way == RESIDENT_UNKNOWN || q->who->way == RESIDENT_HIDDEN)
		return "01";
	return q->who->given != NULL && strcmp(q->who->ags, q->ags) != 0 ? "04"
									 : NULL;
}

static const char *
certificate(const struct question *q)
{
	const char *reason = register_reason(q);
	const char *what;

	if (reason != NULL)
		return register_refusal(q, reason);
	what = strcmp(q->delivery, "02") == 0
		   ? arena_printf(q->arena,
			 "<xmeld:meldedaten>%s</xmeld:meldedaten>",
			 register_person(q, false))
		   : arena_printf(q->arena,
			 "<xmeld:pdfDokument>%s</xmeld:pdfDokument>",
			 register_pdf(q, "Meldebescheinigung",
			     register_who(q, q->arena)));
	return arena_printf(q->arena,
	    "<xmeld:antwortAbrufanfrage><xmeld:auskunft><xmeld:ergebnisstatus>"
	    "<code>01</code></xmeld:ergebnisstatus><xmeld:meldebescheinigung>"
	    "%s</xmeld:meldebescheinigung></xmeld:auskunft>"
	    "</xmeld:antwortAbrufanfrage>",
	    what);
}

static const char *
answer_1701(const struct question *q, const char *content, const char *answered)
{
	return register_message(q,
	    "onlinedienste.meldebescheinigungAntwort.1701", "1701", content,
	    answered);
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
	    "Rueckweisung\" "
	    "version=\"6\">%s<rueckweisung><rueckweisungsgrund><grund>"
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
	    head(q, "", "0010"), paper_now(q->arena), q->uuid, q->type,
	    q->created);
}

/* ---- the office ---- */

static void
read_question(struct question *q)
{
	const struct xml_node *root = q->tree->root;
	const struct xml_node *id =
	    paper_find(root, "identifikation.nachricht");
	const struct xml_node *who = paper_find(root, "identifikation");
	const struct xml_node *type =
	    id == NULL ? NULL : paper_find(id, "nachrichtentyp");
	const char *colon;

	q->uuid = text(q, id, "nachrichtenUUID");
	q->created = text(q, id, "erstellungszeitpunkt");
	q->type = text(q, type, "code");
	q->reader = text(q, paper_find(root, "leser"), "kennung");
	q->author = text(q, paper_find(root, "autor"), "kennung");
	colon = strchr(q->reader, ':');
	q->ags = colon == NULL ? "" : colon + 1;
	q->family = text(q, who, "familienname.unstrukturiert");
	q->given = text(q, who, "vornamen");
	q->birth = text(q, who, "geburtsdatum");
	q->delivery = text(q, root, "zustellvariante");
	q->code = "";
	for (const struct xml_node *c = xml_first(root); c != NULL;
	     c = xml_next(c))
		if (xml_is(c, XMELD, "code"))
			q->code = text(q, c, "code");
	q->who = resident_find(q->family, q->given, q->birth);
}

static const char *
right_answer(const struct question *q)
{
	if (strcmp(q->type, "1700") == 0)
		return answer_1701(q, certificate(q), q->uuid);
	if (strcmp(q->type, "1702") == 0)
		return register_prefilled(q);
	if (strcmp(q->type, "1704") == 0)
		return register_enrol(q);
	return strcmp(q->type, "1706") == 0 ? register_confirm(q) : NULL;
}

/* The same to a message that nobody sent. */
static const char *
foreign(const struct question *q)
{
	struct question other = *q;

	other.uuid = paper_uuid(q->arena);
	return right_answer(&other);
}

/* With an element too much; certificates with a reason that there is not. */
static const char *
invalid(const struct question *q, const char *answer)
{
	const char *end = strstr(answer, "<xmeld:ursprungsnachricht>");

	if (strcmp(q->type, "1700") == 0)
		return answer_1701(q, register_refusal(q, "77"), q->uuid);
	return arena_printf(q->arena, "%.*s<xmeld:unsinn/>%s",
	    (int)(end - answer), answer, end);
}

/* Whether it misbehaves at this message. */
static bool
is_here(const struct question *q)
{
	static const struct {
		const char *given, *type;
	} only[] = {
	    {"Anfrage", "1702"}, {"Meldeschein", "1704"}, {"Code", "1706"}};

	for (size_t i = 0; i < sizeof(only) / sizeof(only[0]); i++)
		if (strcmp(only[i].given, q->given) == 0)
			return strcmp(only[i].type, q->type) == 0;
	return true;
}

static void
misbehave(const struct question *q, const char *answer,
    struct office_answer out[OFFICE_ANSWERS_MAX], size_t *n)
{
	const char *name = q->family;

	if (strcmp(name, "Stumm") == 0)
		*n = 0;
	else if (strcmp(name, "Spaet") == 0)
		out[0].delay_ms = LATE_MS;
	else if (strcmp(name, "Kaputt") == 0)
		out[0].xml = "<xmeld:kaputt <<";
	else if (strcmp(name, "Fremd") == 0)
		out[0].xml = foreign(q);
	else if (strcmp(name, "Zurueck") == 0)
		out[0].xml = rejection(q);
	else if (strcmp(name, "Doppelt") == 0)
		out[(*n)++] = out[0];
	else if (strcmp(name, "Zweierlei") == 0)
		out[(*n)++].xml = right_answer(q);
	else if (strcmp(name, "Ungueltig") == 0)
		out[0].xml = invalid(q, answer);
	else if (strcmp(name, "Unbrauchbar") == 0)
		for (*n = 0; *n < 3; ++*n)
			out[*n].xml = invalid(q, right_answer(q));
	else if (strcmp(name, "Nachgebessert") == 0) {
		out[0].xml = invalid(q, right_answer(q));
		out[1] = (struct office_answer){
		    .xml = answer, .delay_ms = BETTER_MS};
		*n = 2;
	}
}

const char *
register_who(const struct question *q, struct arena *a)
{
	return arena_printf(a, "%s, %s", q->family, q->given);
}

void
office_remember(const struct office_question *q)
{
	if (strcmp(q->type, "1704") == 0)
		register_remember(q->who, q->uuid, q->created, NULL);
}

void
office_answer(struct arena *a, const struct xml_tree *t,
    struct office_answer out[OFFICE_ANSWERS_MAX], size_t *n,
    struct office_question *asked)
{
	struct question q = {.arena = a, .tree = t};
	const char *answer;

	*n = 0;
	memset(out, 0, OFFICE_ANSWERS_MAX * sizeof(out[0]));
	read_question(&q);
	*asked = (struct office_question){
	    q.uuid, q.type, q.created, register_who(&q, a)};
	answer = right_answer(&q);
	if (answer == NULL)
		return;
	*n = 1;
	out[0].xml = answer;
	if (is_here(&q))
		misbehave(&q, answer, out, n);
}
