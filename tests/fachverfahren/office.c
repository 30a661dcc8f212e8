/*
 * The system of another authority, which works on what towns send to it by
 * XTorhaus: parking permits (1201) and reports of damage (1301). Everything goes
 * its way, unless a word says otherwise: the family name of an application, or
 * any word of a report.
 *
 *   Nachfrage  asks for a document and a word first, goes on when both came
 *   Ablehnung  refuses
 *   Zahlung    wants money before it decides
 *   Zurueck    sends the message back (1001)
 *   Falsch     sends a document that is not what its checksum says
 *   Kaputt     answers with what is no XML
 *   Stumm      never answers
 */
#include "office.h"
#include "paper.h"

#include "common/base64.h"
#include "common/crypto/crypto.h"
#include "common/id.h"

const char *const office_name = "fachverfahren";

#define URI "urn:x-torhaus:schema:xtorhaus:1.0"
#define LIST "urn:x-torhaus:codeliste:xtorhaus."
#define STEP_MS 700 /* between two messages, so that they keep their order */
#define OPEN_MAX 4096
#define TEXT_BYTES 65536

/* What is needed of a message. */
struct letter {
	struct arena *arena;
	const struct xml_tree *tree;
	const char *type, *uuid, *created;
	const char *reader, *author; /* keys */
	const char *vorgang, *reference;
	const char *word;
	struct office_answer *out;
	size_t n;
};

/* Cases that wait for what was asked: the message that began them. */
static struct {
	char vorgang[40], type[8], uuid[40];
} open_cases[OPEN_MAX];
static size_t nopen;

static const char *
text(const struct letter *l, const struct xml_node *from, const char *name)
{
	return paper_text(l->arena, l->tree, from, name);
}

static void
read_letter(struct letter *l)
{
	const struct xml_node *root = l->tree->root;
	const struct xml_node *id =
	    paper_find(root, "identifikation.nachricht");
	const struct xml_node *vorgang = paper_find(root, "vorgang");

	l->uuid = text(l, id, "nachrichtenUUID");
	l->created = text(l, id, "erstellungszeitpunkt");
	l->type = text(l,
	    id == NULL ? NULL : paper_find(id, "nachrichtentyp"), "code");
	l->reader = text(l, paper_find(root, "leser"), "kennung");
	l->author = text(l, paper_find(root, "autor"), "kennung");
	l->vorgang = text(l, vorgang, "vorgangID");
	l->reference = text(l, vorgang, "aktenzeichen");
	l->word = strcmp(l->type, "1301") == 0
	    ? text(l, root, "beschreibung")
	    : text(l, paper_find(root, "antragsteller"), "familienname");
}

static bool
says(const struct letter *l, const char *word)
{
	return strstr(l->word, word) != NULL;
}

/* ---- writing ---- */

static const char *
code(const struct letter *l, const char *element, const char *list,
    const char *value)
{
	return arena_printf(l->arena,
	    "<x:%s listURI=\"" LIST "%s\" listVersionID=\"1\"><code>%s</code>"
	    "</x:%s>",
	    element, list, value, element);
}

/* Puts a message among the answers; they leave one after another. */
static void
answer(struct letter *l, const char *root, const char *content)
{
	const char *type = strrchr(root, '.') + 1;

	if (l->n == OFFICE_ANSWERS_MAX)
		return;
	l->out[l->n] = (struct office_answer){
		.delay_ms = (int)l->n * STEP_MS,
		.xml = arena_printf(l->arena,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<x:%s "
		    "xmlns:x=\"" URI "\" produkt=\"Fachverfahren\" "
		    "produkthersteller=\"Torhaus\" standard=\"XTorhaus\" "
		    "version=\"1.0\" test=\"true\"><nachrichtenkopf.g2g>"
		    "<identifikation.nachricht><nachrichtenUUID>%s"
		    "</nachrichtenUUID><nachrichtentyp listURI=\"" LIST
		    "nachrichten\" listVersionID=\"1.0\"><code>%s</code>"
		    "</nachrichtentyp><erstellungszeitpunkt>%s"
		    "</erstellungszeitpunkt></identifikation.nachricht><leser>"
		    "<verzeichnisdienst listVersionID=\"3\"><code>DVDV</code>"
		    "</verzeichnisdienst><kennung>%s</kennung>"
		    "<name>Portal</name></leser><autor><verzeichnisdienst "
		    "listVersionID=\"3\"><code>DVDV</code></verzeichnisdienst>"
		    "<kennung>%s</kennung><name>Behörde (erfunden)</name>"
		    "<erreichbarkeit><kanal listVersionID=\"3\">"
		    "<code>01</code></kanal><kennung>amt@example.org</kennung>"
		    "</erreichbarkeit></autor></nachrichtenkopf.g2g>%s</x:%s>\n",
		    root, paper_uuid(l->arena), type, paper_now(l->arena),
		    l->author, l->reader, content, root) };
	l->n++;
}

static const char *
about(const struct letter *l, const char *uuid)
{
	return arena_printf(l->arena,
	    "<x:vorgang><x:vorgangID>%s</x:vorgangID><x:aktenzeichen>%s"
	    "</x:aktenzeichen><x:aktenzeichenEmpfaenger>FV-%.4s"
	    "</x:aktenzeichenEmpfaenger><x:ursprungsnachricht>%s"
	    "</x:ursprungsnachricht></x:vorgang>",
	    l->vorgang, l->reference, l->reference, uuid);
}

static const char *
service(const struct letter *l)
{
	return arena_printf(l->arena,
	    "<x:leistung><x:leikaSchluessel>99108002000000"
	    "</x:leikaSchluessel><x:bezeichnung>Leistung</x:bezeichnung>"
	    "</x:leistung>");
}

static const char *
standing(const struct letter *l, const char *status, const char *words)
{
	return arena_printf(l->arena,
	    "<x:stand>%s<x:zeitpunkt>%s</x:zeitpunkt><x:erlaeuterung>%s"
	    "</x:erlaeuterung></x:stand>",
	    code(l, "status", "vorgangsstatus", status), paper_now(l->arena),
	    words);
}

static const char *
document(const struct letter *l, const char *element, const char *kind,
    const char *title)
{
	struct buf *pdf = buf_new(l->arena, TEXT_BYTES);
	struct buf *text64 = buf_new(l->arena, 2 * TEXT_BYTES);
	uint8_t digest[CRYPTO_DIGEST_LEN];

	paper_pdf(l->arena, title, l->word, pdf);
	base64_put_lines(text64, buf_text(pdf), pdf->len);
	crypto_sha256(pdf->data, pdf->len, digest);
	if (says(l, "Falsch"))
		digest[0] ^= 1;
	return arena_printf(l->arena,
	    "<x:%s><x:dokumentID>%s</x:dokumentID>%s<x:dateiname>%s.pdf"
	    "</x:dateiname><x:medientyp>application/pdf</x:medientyp>"
	    "<x:groesse>%zu</x:groesse><x:pruefsumme>%s</x:pruefsumme>"
	    "<x:inhalt>%s</x:inhalt></x:%s>",
	    element, paper_uuid(l->arena), code(l, "art", "dokumentart", kind),
	    title, pdf->len, id_hex_bytes(l->arena, digest, sizeof(digest)),
	    buf_text(text64), element);
}

/* ---- what it does ---- */

/* A case may have to go on later, also when the program was stopped between. */
void
office_remember(const struct office_question *q)
{
	size_t at;

	if (strcmp(q->type, "1201") != 0 && strcmp(q->type, "1301") != 0)
		return;
	at = nopen++ % OPEN_MAX;
	(void)snprintf(open_cases[at].vorgang, sizeof(open_cases[at].vorgang),
	    "%s", q->who);
	(void)snprintf(open_cases[at].type, sizeof(open_cases[at].type), "%s",
	    q->type);
	(void)snprintf(open_cases[at].uuid, sizeof(open_cases[at].uuid), "%s",
	    q->uuid);
}

static void
ask(struct letter *l, const char *uuid)
{
	answer(l, "vorgang.nachforderung.1402",
	    arena_printf(l->arena,
		"%s%s<x:fehlt><x:kennung>bild</x:kennung><x:bezeichnung>Ein "
		"Bild</x:bezeichnung><x:erlaeuterung>damit wir sehen, worum es "
		"geht</x:erlaeuterung><x:alsDokument>true</x:alsDokument>"
		"</x:fehlt><x:fehlt><x:kennung>stelle</x:kennung>"
		"<x:bezeichnung>Die genaue Stelle</x:bezeichnung>"
		"<x:alsDokument>false</x:alsDokument></x:fehlt>"
		"<x:frist>2099-12-31</x:frist>",
		about(l, uuid), service(l)));
}

static void
send_back(struct letter *l)
{
	answer(l, "rueckmeldung.rueckweisung.1001",
	    arena_printf(l->arena,
		"<x:zurueckgewieseneNachricht>%s</x:zurueckgewieseneNachricht>"
		"%s<x:erlaeuterung>zum Testen</x:erlaeuterung>",
		l->uuid, code(l, "grund", "rueckweisungsgrund", "S999")));
}

static void
receive(struct letter *l)
{
	answer(l, "rueckmeldung.quittung.1002",
	    arena_printf(l->arena,
		"<x:quittierteNachricht>%s</x:quittierteNachricht><x:eingang>"
		"%s</x:eingang><x:aktenzeichen>FV-%.4s</x:aktenzeichen>",
		l->uuid, paper_now(l->arena), l->reference));
}

/* A report of damage: seen, mended. */
static void
report_standing(struct letter *l, const char *uuid, const char *status,
    const char *words)
{
	answer(l, "maengel.status.1302",
	    arena_printf(l->arena, "%s%s", about(l, uuid),
		standing(l, status, words)));
}

static void
permit(struct letter *l, const char *uuid)
{
	answer(l, "bewohnerparken.bescheid.1202",
	    arena_printf(l->arena,
		"%s<x:bewilligung><x:ausweisnummer>BP-%.4s</x:ausweisnummer>"
		"<x:zone>A</x:zone><x:kennzeichen>QS-AB 12</x:kennzeichen>"
		"<x:gueltigVon>2026-12-01</x:gueltigVon><x:gueltigBis>"
		"2027-11-30</x:gueltigBis><x:gebuehr>6000</x:gebuehr>%s"
		"</x:bewilligung>%s",
		about(l, uuid), l->reference,
		document(l, "parkausweis", "bestaetigung", "Parkausweis"),
		document(l, "bescheid", "bescheid", "Bescheid")));
}

static void
refuse(struct letter *l)
{
	answer(l, "bewohnerparken.bescheid.1202",
	    arena_printf(l->arena,
		"%s<x:ablehnung><x:begruendung>In dieser Straße gibt es keine "
		"Zone.</x:begruendung><x:rechtsbehelf>Gegen diesen Bescheid "
		"können Sie innerhalb eines Monats Widerspruch einlegen."
		"</x:rechtsbehelf><x:entschiedenVon>Frau Beispiel"
		"</x:entschiedenVon></x:ablehnung>%s",
		about(l, l->uuid),
		document(l, "bescheid", "bescheid", "Bescheid")));
}

static void
demand_money(struct letter *l)
{
	answer(l, "zahlung.anforderung.1501",
	    arena_printf(l->arena,
		"%s<x:kassenzeichen>KZ-%.4s</x:kassenzeichen><x:posten>"
		"<x:bezeichnung>Bewohnerparkausweis</x:bezeichnung><x:betrag>"
		"6000</x:betrag></x:posten><x:posten><x:bezeichnung>Versand"
		"</x:bezeichnung><x:betrag>150</x:betrag></x:posten><x:summe>"
		"6150</x:summe><x:faelligBis>2099-12-31</x:faelligBis>%s",
		about(l, l->uuid), l->reference,
		document(l, "rechnung", "rechnung", "Rechnung")));
}

static void
work_on_permit(struct letter *l)
{
	answer(l, "vorgang.status.1401",
	    arena_printf(l->arena, "%s%s%s", about(l, l->uuid), service(l),
		standing(l, "in_bearbeitung", "Wir prüfen Ihren Antrag.")));
	if (says(l, "Nachfrage"))
		ask(l, l->uuid);
	else if (says(l, "Ablehnung"))
		refuse(l);
	else if (says(l, "Zahlung"))
		demand_money(l);
	else
		permit(l, l->uuid);
}

static void
work_on_report(struct letter *l)
{
	receive(l);
	if (says(l, "Nachfrage")) {
		ask(l, l->uuid);
		return;
	}
	report_standing(l, l->uuid, "in_bearbeitung",
	    "Eine Kollegin sieht sich das heute an.");
	report_standing(l, l->uuid,
	    says(l, "Ablehnung") ? "abgelehnt" : "erledigt",
	    says(l, "Ablehnung") ? "Das gehört so." : "Der Mangel ist behoben.");
}

/* What was asked for came: goes on when both are there. */
static void
work_on_reply(struct letter *l)
{
	static size_t ndocument[OPEN_MAX], nword[OPEN_MAX];
	const struct xml_node *root = l->tree->root;

	for (size_t i = nopen; i > 0 && i + OPEN_MAX > nopen; i--) {
		size_t at = (i - 1) % OPEN_MAX;

		if (strcmp(open_cases[at].vorgang, l->vorgang) != 0)
			continue;
		ndocument[at] += paper_find(root, "dokument") != NULL;
		nword[at] += paper_find(root, "angabe") != NULL;
		if (ndocument[at] == 0 || nword[at] == 0)
			return;
		if (strcmp(open_cases[at].type, "1201") == 0)
			permit(l, open_cases[at].uuid);
		else
			report_standing(l, open_cases[at].uuid, "erledigt",
			    "Danke, der Mangel ist behoben.");
		return;
	}
}

void
office_answer(struct arena *a, const struct xml_tree *t,
    struct office_answer out[OFFICE_ANSWERS_MAX], size_t *n,
    struct office_question *asked)
{
	struct letter l = { .arena = a, .tree = t, .out = out };

	read_letter(&l);
	*asked = (struct office_question){ .uuid = l.uuid, .type = l.type,
		.created = l.created, .who = l.vorgang };
	*n = 0;
	office_remember(asked);
	if (says(&l, "Stumm"))
		return;
	if (says(&l, "Zurueck"))
		send_back(&l);
	else if (says(&l, "Kaputt"))
		out[l.n++] = (struct office_answer){ .xml = "<kaputt <<" };
	else if (strcmp(l.type, "1201") == 0)
		work_on_permit(&l);
	else if (strcmp(l.type, "1301") == 0)
		work_on_report(&l);
	else if (strcmp(l.type, "1403") == 0)
		work_on_reply(&l);
	*n = l.n;
}
