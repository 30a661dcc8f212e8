/* Moving house: what the office tells, and whom it registers. */
#include "register.h"

#include "common/date.h"
#include "common/xml/xml_c14n.h"
#include "paper.h"

#define TEXT_MAX_BYTES (1 << 20)
#define CODE "ABCD-1234" /* on every letter */
#define CODE_DAYS 21
#define WRONG_MAX 2 /* codes that a patient office bears */
#define OPEN_MAX 4096
#define FILE_NUMBER "MB-2026-000123"

/* ---- the present data ---- */

const char *
register_prefilled(const struct question *q)
{
	const char *reason = register_reason(q);
	const char *content =
	    reason != NULL ? register_refusal(q, reason)
			   : arena_printf(q->arena,
				 "<xmeld:antwortAbrufanfrage>"
				 "<xmeld:vorausgefuellterMeldeschein>%s%s"
				 "</xmeld:vorausgefuellterMeldeschein>"
				 "</xmeld:antwortAbrufanfrage>",
				 register_person(q, true), register_family(q));

	return register_message(q,
	    "onlinedienste.vorausgefuellterMeldescheinAntwort.1703", "1703",
	    content, q->uuid);
}

/* ---- registrations ---- */

/* One that waits for its code. Lives as long as the office. */
struct registration {
	struct arena arena;
	const char *who, *uuid, *created;
	const char *persons; /* as the result names them */
	unsigned wrong;      /* codes */
};

static struct registration *open_cases[OPEN_MAX];
static size_t nopen;

static int
put(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

/* An element as it was asked; "". */
static const char *
copy(const struct question *q, const struct xml_node *from, const char *name)
{
	const struct xml_node *n = from == NULL ? NULL : paper_find(from, name);
	struct buf *b = buf_new(q->arena, TEXT_MAX_BYTES);
	struct err err = {0};

	if (n == NULL || xml_c14n(q->tree, n, put, b, &err) == -1)
		return "";
	return buf_text(b);
}

static const char *
text(const struct question *q, const struct xml_node *from, const char *name)
{
	return paper_text(q->arena, q->tree, from, name);
}

/* One of those who move, with what is in the message about them. */
static const char *
mover(const struct question *q, const struct xml_node *node)
{
	const struct xml_node *data = paper_find(node, "bestaetigteMeldedaten");
	const struct xml_node *home =
	    paper_find(q->tree->root, "ergaenzendeMeldedaten");
	const char *family = text(q, data, "nachname");
	const char *given = text(q, data, "vornamen");

	home = home == NULL ? NULL : paper_find(home, "wohnung");
	return arena_printf(q->arena,
	    "<xmeld:zuziehendePerson><xmeld:meldebestaetigung>%s%s"
	    "<xmeld:wohnung>%s<xmeld:datumAnmeldungBeiAnmeldebehoerde>%s"
	    "</xmeld:datumAnmeldungBeiAnmeldebehoerde>"
	    "<xmeld:datumDesBeziehens><datum>%s</datum>"
	    "</xmeld:datumDesBeziehens><xmeld:statusderwohnung><code>%s</code>"
	    "</xmeld:statusderwohnung></xmeld:wohnung>"
	    "</xmeld:meldebestaetigung><xmeld:pdfDokument>%s"
	    "</xmeld:pdfDokument></xmeld:zuziehendePerson>",
	    register_name(q->arena, family, given),
	    copy(q, data, "geburtsdatum"), copy(q, home, "anschrift"),
	    date_to_iso(q->arena, date_of_instant(date_now_ms())),
	    text(q, home, "datumDesBeziehens"),
	    text(q, node, "statusDerNeuenWohnung"),
	    register_pdf(q, "Meldebestaetigung",
		arena_printf(q->arena, "%s, %s", family, given)));
}

/* All who move; "" when the message names none. */
static const char *
movers(const struct question *q)
{
	const struct xml_node *root = q->tree->root;
	const struct xml_node *first = paper_find(root, "berechtigtePerson");
	const struct xml_node *more =
	    paper_find(root, "weitereMitzuziehendePerson");
	struct buf *out = buf_new(q->arena, TEXT_MAX_BYTES);

	if (first == NULL)
		return "";
	buf_puts(out, mover(q, first));
	for (const struct xml_node *n = more == NULL ? NULL : xml_first(more);
	     n != NULL; n = xml_next(n))
		buf_puts(out, mover(q, n));
	return buf_text(out);
}

void
register_remember(
    const char *who, const char *uuid, const char *created, const char *persons)
{
	struct registration *r = calloc(1, sizeof(*r));
	size_t i = nopen++ % OPEN_MAX;

	if (r == NULL)
		abort();
	if (open_cases[i] != NULL) {
		arena_free(&open_cases[i]->arena);
		free(open_cases[i]);
	}
	r->who = arena_strdup(&r->arena, who);
	r->uuid = arena_strdup(&r->arena, uuid);
	r->created = arena_strdup(&r->arena, created);
	r->persons = persons == NULL ? NULL : arena_strdup(&r->arena, persons);
	open_cases[i] = r;
}

/* What is left of one of an earlier run: who asks, at the end of the way. */
static const char *
only_person(const struct question *q)
{
	return arena_printf(q->arena,
	    "<xmeld:zuziehendePerson><xmeld:meldebestaetigung>%s%s"
	    "<xmeld:wohnung><xmeld:anschrift><gemeindeschluessel "
	    "listVersionID=\"2026-04-30\"><code>%s</code>"
	    "</gemeindeschluessel><hausnummer>1</hausnummer>"
	    "<postleitzahl>12345</postleitzahl><strasse>Am Markt</strasse>"
	    "<wohnort>Quellstadt</wohnort></xmeld:anschrift>"
	    "<xmeld:datumAnmeldungBeiAnmeldebehoerde>2026-01-16"
	    "</xmeld:datumAnmeldungBeiAnmeldebehoerde>"
	    "<xmeld:datumDesBeziehens><datum>2026-01-10</datum>"
	    "</xmeld:datumDesBeziehens><xmeld:statusderwohnung><code>0</code>"
	    "</xmeld:statusderwohnung></xmeld:wohnung>"
	    "</xmeld:meldebestaetigung><xmeld:pdfDokument>%s"
	    "</xmeld:pdfDokument></xmeld:zuziehendePerson>",
	    register_name(q->arena, q->family, q->given),
	    copy(
		q, paper_find(q->tree->root, "identifikation"), "geburtsdatum"),
	    q->ags,
	    register_pdf(q, "Meldebestaetigung", register_who(q, q->arena)));
}

/* The newest of that person; NULL. */
static struct registration *
find_open(const struct question *q)
{
	const char *asked = register_who(q, q->arena);

	for (size_t i = nopen; i > 0 && i + OPEN_MAX > nopen; i--)
		if (strcmp(open_cases[(i - 1) % OPEN_MAX]->who, asked) == 0)
			return open_cases[(i - 1) % OPEN_MAX];
	return NULL;
}

/* ---- answers ---- */

static const char *
status(const struct question *q, const char *code, const char *until,
    const char *of)
{
	return register_message(q,
	    "onlinedienste.anmeldung.statusmitteilung.1705", "1705",
	    arena_printf(q->arena,
		"%s<xmeld:aktenzeichen>" FILE_NUMBER "</xmeld:aktenzeichen>"
		"<xmeld:status><code>%s</code></xmeld:status>%s",
		copy(q, q->tree->root, "identifikation"), code, until),
	    of);
}

static const char *
result(const struct question *q, const char *content, const char *of)
{
	return register_message(q, "onlinedienste.anmeldung.ergebnis.1707",
	    "1707",
	    arena_printf(q->arena,
		"%s<xmeld:aktenzeichen>" FILE_NUMBER "</xmeld:aktenzeichen>"
		"<xmeld:ergebnis>%s</xmeld:ergebnis>",
		copy(q, q->tree->root, "identifikation"), content),
	    of);
}

static const char *
registered(const struct question *q, const char *persons, const char *of)
{
	return result(q,
	    arena_printf(
		q->arena, "<xmeld:anmeldung>%s</xmeld:anmeldung>", persons),
	    of);
}

static const char *
refused(
    const struct question *q, const char *code, bool has_letter, const char *of)
{
	const char *letter =
	    !has_letter
		? ""
		: arena_printf(q->arena,
		      "<xmeld:pdfDokument>%s</xmeld:pdfDokument>",
		      register_pdf(q, "Bitte kommen Sie zu uns", q->family));

	return result(q,
	    arena_printf(q->arena,
		"<xmeld:ablehnung><xmeld:status><code>%s</code>"
		"</xmeld:status>%s</xmeld:ablehnung>",
		code, letter),
	    of);
}

const char *
register_enrol(const struct question *q)
{
	enum resident_way way = q->who == NULL ? RESIDENT_USUAL : q->who->way;
	int32_t day = date_of_instant(date_now_ms()) +
		      (way == RESIDENT_LATE ? -1 : CODE_DAYS);

	if (way == RESIDENT_AT_ONCE)
		return registered(q, movers(q), q->uuid);
	if (way == RESIDENT_REFUSED || way == RESIDENT_UNKNOWN)
		return refused(q, "02", way == RESIDENT_REFUSED, q->uuid);
	register_remember(
	    register_who(q, q->arena), q->uuid, q->created, movers(q));
	return status(q, "01",
	    arena_printf(q->arena, "<xmeld:fristende>%s</xmeld:fristende>",
		date_to_iso(q->arena, day)),
	    q->uuid);
}

/* A patient office answers the registration, others the code. */
const char *
register_confirm(const struct question *q)
{
	struct registration *r = find_open(q);
	struct question of = *q;
	bool is_patient;

	if (r == NULL)
		return refused(q, "03", false, q->uuid);
	is_patient = q->who != NULL && q->who->way == RESIDENT_PATIENT;
	if (is_patient) {
		of.type = "1704";
		of.created = r->created;
		of.uuid = r->uuid;
	}
	if (strcmp(q->code, CODE) == 0)
		return registered(&of,
		    r->persons != NULL ? r->persons : only_person(q), of.uuid);
	if (is_patient && r->wrong++ < WRONG_MAX)
		return status(&of, "03", "", of.uuid);
	return refused(&of, "03", false, of.uuid);
}
