/* Abgabe.Abgabe.0401, in the order of the schema. */
#include "common/date.h"
#include "common/xml/xml_write.h"
#include "torhaus/xdomea.h"

#define NS "urn:xoev-de:xdomea:schema:3.0.0"
#define LIST "urn:xoev-de:xdomea:codeliste:"
#define PDF_ARCHIVAL "018"

struct writer {
	struct arena *a;
};

/* Media types that citizens and offices send; the code list Dateiformat 1.0. */
static const struct {
	const char *media_type, *ending, *code;
} formats[] = {
    {"application/pdf", ".pdf", PDF_ARCHIVAL},
    {"image/jpeg", ".jpg", "011"},
    {"image/png", ".png", "019"},
    {"text/plain", ".txt", "045"},
    {"image/tiff", ".tif", "023"},
    {"application/json", ".json", NULL},
    {"image/webp", ".webp", NULL},
};
#define FORMAT_OTHER "100"

const char *
xdomea_abgabe_name(struct arena *a, const struct id *process)
{
	return arena_printf(
	    a, "%s_Abgabe.Abgabe.0401", id_uuid(a, process));
}

const char *
xdomea_ending(const char *media_type)
{
	for (size_t i = 0; i < nitems(formats); i++)
		if (strcmp(formats[i].media_type, media_type) == 0)
			return formats[i].ending;
	return "";
}

/* ---- elements ---- */

static struct xml_name *
name_new(struct writer *w, const char *uri, const char *name)
{
	struct xml_name *n = arena_new(w->a, struct xml_name, 1);

	*n = (struct xml_name){uri, uri[0] == '\0' ? "" : "xdomea", name};
	return n;
}

static struct xml_out *
add(struct writer *w, struct xml_out *parent, const char *name)
{
	return xml_out_add(parent, name_new(w, NS, name));
}

/* An element with text; left out when there is none. */
static void
put(struct writer *w, struct xml_out *parent, const char *name,
    const char *text)
{
	if (text != NULL && text[0] != '\0')
		xml_out_text(add(w, parent, name), text, strlen(text));
}

static void
put_date(struct writer *w, struct xml_out *parent, const char *name,
    int64_t ms)
{
	if (ms != 0)
		put(w, parent, name, date_to_iso(w->a, date_of_instant(ms)));
}

static void
put_time(struct writer *w, struct xml_out *parent, const char *name,
    int64_t ms)
{
	put(w, parent, name, date_instant_to_xsd(w->a, ms));
}

/* A code of a list; code and name are in no namespace (xoev-code 1.0). */
static void
put_code(struct writer *w, struct xml_out *parent, const char *name,
    const char *list, const char *version, const char *code)
{
	struct xml_out *e = add(w, parent, name);
	const char *uri = arena_printf(w->a, LIST "%s", list);

	xml_out_attribute(e, name_new(w, "", "listURI"), uri);
	xml_out_attribute(e, name_new(w, "", "listVersionID"), version);
	xml_out_text(xml_out_add(e, name_new(w, "", "code")), code,
	    strlen(code));
}

static void
put_field(struct writer *w, struct xml_out *parent, const char *name,
    const char *value)
{
	struct xml_out *e = add(w, parent, "Feld");

	put(w, e, "Name", name);
	put(w, e, "Wert", value);
}

/* ---- head ---- */

static void
put_contact(struct writer *w, struct xml_out *parent, const char *element,
    const char *institution, const char *unit, const char *key)
{
	struct xml_out *e = add(w, parent, element), *inner;

	if (key[0] != '\0') {
		struct xml_out *code;

		inner = add(w, e, "Behoerdenkennung");
		code = add(w, inner, "Behoerdenschluessel");
		xml_out_attribute(code, name_new(w, "", "listURI"),
		    "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:ags");
		xml_out_attribute(
		    code, name_new(w, "", "listVersionID"), "unspecified");
		xml_out_text(xml_out_add(code, name_new(w, "", "code")), key,
		    strlen(key));
	}
	inner = add(w, e, "Institution");
	put(w, inner, "Name", institution);
	if (unit[0] != '\0')
		put(w, add(w, e, "Organisationseinheit"), "Name", unit);
}

static void
put_head(struct writer *w, struct xml_out *root,
    const struct xdomea_abgabe *x)
{
	struct xml_out *e = add(w, root, "Kopf"), *system;

	put(w, e, "ProzessID", id_uuid(w->a, &x->process));
	put_code(w, e, "Nachrichtentyp", "nachrichtentyp", "2.0", "0401");
	put_time(w, e, "Erstellungszeitpunkt", x->now_ms);
	put_contact(w, e, "Absender", x->sender, x->unit, x->sender_key);
	put_contact(w, e, "Empfaenger", x->recipient, "", "");
	system = add(w, e, "SendendesSystem");
	put(w, system, "Produktname", "Torhaus");
	put(w, system, "Version", TORHAUS_VERSION);
	put(w, e, "Importbestaetigung", "1");
	put(w, e, "Empfangsbestaetigung", "1");
}

/* ---- documents ---- */

static void
put_format(struct writer *w, struct xml_out *version,
    const struct xdomea_file *f)
{
	struct xml_out *e = add(w, version, "Format"), *primary;
	const char *code = NULL;

	for (size_t i = 0; i < nitems(formats); i++)
		if (strcmp(formats[i].media_type, f->media_type) == 0)
			code = formats[i].code;
	put_code(w, e, "Name", "dateiformat", "1.0",
	    code == NULL ? FORMAT_OTHER : code);
	if (code == NULL)
		put(w, e, "SonstigerName", f->media_type);
	(void)add(w, e, "Version"); /* required, and nobody knows it */
	primary = add(w, e, "Primaerdokument");
	put(w, primary, "Dateiname", f->name);
	put(w, primary, "DateinameOriginal", f->original);
	put_time(w, primary, "DatumUhrzeit", f->at_ms);
}

static void
put_checksums(struct writer *w, struct xml_out *parent,
    const struct xdomea_document *d)
{
	struct xml_out *e = add(w, parent, "AnwendungsspezifischeErweiterung");

	put(w, e, "Kennung", "torhaus-pruefsummen");
	put(w, e, "Name", "Pruefsummen der Primaerdokumente");
	put(w, e, "Versionsnummer", "1");
	for (size_t i = 0; i < d->nfile; i++) {
		const struct xdomea_file *f = &d->file[i];

		put_field(w, e, arena_printf(w->a, "SHA-256 %s", f->name),
		    f->sha256);
		put_field(w, e, arena_printf(w->a, "Bytes %s", f->name),
		    arena_printf(w->a, "%lld", (long long)f->size));
	}
}

static void
put_metadata(struct writer *w, struct xml_out *parent, const char *subject,
    const char *reference, const char *unit)
{
	struct xml_out *e = add(w, parent, "AllgemeineMetadaten");

	put(w, e, "Betreff", subject);
	put(w, e, "Kennzeichen", reference);
	put(w, e, "Federfuehrung", unit);
	put_code(w, e, "Medium", "medium", "1.0", "001");
}

static void
put_identification(struct writer *w, struct xml_out *parent,
    const struct id *id, size_t number)
{
	struct xml_out *e = add(w, parent, "Identifikation");

	put(w, e, "ID", id_uuid(w->a, id));
	if (number > 0)
		put(w, e, "NummerImUebergeordnetenContainer",
		    arena_printf(w->a, "%zu", number));
}

static void
put_document(struct writer *w, struct xml_out *parent,
    const struct xdomea_document *d, size_t number)
{
	struct xml_out *e = add(w, parent, "Dokument"), *version;
	int64_t at_ms = d->nfile == 0 ? 0 : d->file[0].at_ms;

	put_identification(w, e, &d->id, number);
	put_metadata(w, e, d->subject, "", "");
	put_date(w, e, d->is_outgoing ? "Postausgangsdatum"
				      : "Posteingangsdatum", at_ms);
	put_date(w, e, "DatumDesSchreibens", at_ms);
	put(w, e, "Bearbeiter", d->author);
	put(w, e, "Typ", d->kind);
	version = add(w, e, "Version");
	put(w, version, "Nummer", "1");
	for (size_t i = 0; i < d->nfile; i++)
		put_format(w, version, &d->file[i]);
	put_checksums(w, e, d);
}

/* ---- the Vorgang ---- */

static void
put_history(struct writer *w, struct xml_out *parent,
    const struct xdomea_abgabe *x)
{
	for (size_t i = 0; i < x->nevent; i++) {
		struct xml_out *e =
		    add(w, parent, "HistorienProtokollInformation");

		put(w, e, "Akteur", x->event[i].who);
		put_time(w, e, "DatumUhrzeit", x->event[i].at_ms);
		put(w, e, "Aktion", x->event[i].what);
	}
}

/* How long it is to be kept; the e-file decides what becomes of it then. */
static void
put_retention(struct writer *w, struct xml_out *parent,
    const struct xdomea_abgabe *x)
{
	struct xml_out *e;

	if (x->keep_days <= 0 || x->closed_ms == 0)
		return;
	e = add(w, parent, "ArchivspezifischeMetadaten");
	put(w, e, "Aufbewahrungsende",
	    date_to_iso(w->a,
		date_of_instant(x->closed_ms) + (int32_t)x->keep_days));
}

static void
put_vorgang(struct writer *w, struct xml_out *parent,
    const struct xdomea_abgabe *x)
{
	struct xml_out *e = add(w, parent, "Vorgang"), *inner;

	put_identification(w, e, &x->vorgang, 0);
	inner = add(w, e, "AllgemeineMetadaten");
	put(w, inner, "Betreff", x->subject);
	put(w, inner, "Kennzeichen", x->reference);
	put(w, inner, "Federfuehrung", x->unit);
	put(w, inner, "Bemerkung", x->state);
	put_code(w, inner, "Medium", "medium", "1.0", "001");
	if (x->plan_key[0] != '\0') {
		inner = add(w, inner, "Aktenplaneinheit");
		put(w, inner, "Kennzeichen", x->plan_key);
		put(w, inner, "Inhaltsangabe", x->plan_name);
	}
	put_retention(w, e, x);
	put(w, e, "Typ", x->kind);
	put(w, e, "ZdA", "1");
	put_date(w, e, "ZdADatum", x->closed_ms);
	inner = add(w, e, "Laufzeit");
	put_date(w, inner, "Beginn", x->begun_ms);
	put_date(w, inner, "Ende", x->closed_ms);
	put_history(w, e, x);
	for (size_t i = 0; i < x->ndocument; i++)
		put_document(w, e, &x->document[i], i + 1);
}

int
xdomea_abgabe_write(struct arena *a, const struct xdomea_abgabe *abgabe,
    struct buf *out, struct err *err)
{
	struct writer w = {a};
	struct xml_out *root =
	    xml_out_new(a, name_new(&w, NS, "Abgabe.Abgabe.0401"));

	put_head(&w, root, abgabe);
	put_vorgang(&w, add(&w, root, "Schriftgutobjekt"), abgabe);
	return xml_out_write(root, out, err);
}
