/* What the office writes about one person. */
#include "register.h"

#include "paper.h"

/* The two invented municipalities, and how one lives there. */
static const struct place {
	const char *ags, *street, *number, *postcode, *city;
} places[] = {
    {"99000001", "Lindenweg", "7", "12345", "Quellstadt"},
    {"99000003", "Marktgasse", "3", "54321", "Altstadt"},
};

static const struct place *
place_of(const struct question *q)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strcmp(places[i].ags, q->ags) == 0)
			return &places[i];
	return &places[0];
}

static const char *
names(struct arena *a, const char *family, const char *birth_name,
    const char *given, bool is_nested)
{
	return arena_printf(a,
	    "<xmeld:name><xmeld:familienname.unstrukturiert><xmeld:nachname>"
	    "<name>%s</name></xmeld:nachname>"
	    "</xmeld:familienname.unstrukturiert>%s<xmeld:vornamen>%s<name>%s"
	    "</name>%s</xmeld:vornamen></xmeld:name>",
	    paper_escape(a, family),
	    *birth_name == '\0'
		? ""
		: arena_printf(a,
		      "<xmeld:geburtsname.unstrukturiert><name>%s</name>"
		      "</xmeld:geburtsname.unstrukturiert>",
		      paper_escape(a, birth_name)),
	    is_nested ? "<xmeld:vornamen>" : "", paper_escape(a, given),
	    is_nested ? "</xmeld:vornamen>" : "");
}

const char *
register_name(struct arena *a, const char *family, const char *given)
{
	return names(a, family, "", given, true);
}

static const char *
born(struct arena *a, const char *birth)
{
	return arena_printf(a,
	    "<xmeld:geburtsdatum><teilbekanntesDatum><jahrMonatTag>%s"
	    "</jahrMonatTag></teilbekanntesDatum></xmeld:geburtsdatum>",
	    birth);
}

static const char *
home(const struct question *q)
{
	const struct place *p = place_of(q);

	return arena_printf(q->arena,
	    "<xmeld:wohnung><xmeld:anschrift><xmeld:anschrift.inland>"
	    "<gemeindeschluessel listVersionID=\"2026-04-30\"><code>%s</code>"
	    "</gemeindeschluessel><hausnummer>%s</hausnummer><postleitzahl>%s"
	    "</postleitzahl><strasse>%s</strasse><wohnort>%s</wohnort>"
	    "</xmeld:anschrift.inland></xmeld:anschrift>"
	    "<xmeld:datumDesBeziehens><datum>2019-04-01</datum>"
	    "</xmeld:datumDesBeziehens><xmeld:statusderwohnung><code>0</code>"
	    "</xmeld:statusderwohnung></xmeld:wohnung>",
	    p->ags, p->number, p->postcode, p->street, p->city);
}

/* Sex, nationality, religion. */
static const char *
traits(struct arena *a, const char *sex)
{
	return arena_printf(a,
	    "<xmeld:geschlecht listVersionID=\"1\"><code>%s</code>"
	    "</xmeld:geschlecht><xmeld:staatsangehoerigkeit "
	    "listVersionID=\"2024-08-01\"><code>000</code>"
	    "</xmeld:staatsangehoerigkeit><xmeld:religionszugehoerigkeit>"
	    "<xmeld:religion.steuer.erhebend listVersionID=\"3\"><code>--"
	    "</code></xmeld:religion.steuer.erhebend>"
	    "</xmeld:religionszugehoerigkeit>",
	    sex);
}

const char *
register_person(const struct question *q, bool is_whole)
{
	const struct resident *r = q->who;
	bool is_known = r != NULL && r->given != NULL;
	bool is_mixed_up = r != NULL && r->way == RESIDENT_MIXED_UP;
	struct arena *a = q->arena;
	const char *name = names(a, is_mixed_up ? "Ganzanders" : q->family,
	    is_known ? r->birth_name : "", is_mixed_up ? "Jemand" : q->given,
	    true);
	const char *birth = born(a, is_mixed_up ? "1950-01-02" : q->birth);

	if (!is_whole)
		return arena_printf(a,
		    "<xmeld:personendaten>%s<xmeld:geburtsangaben>%s"
		    "</xmeld:geburtsangaben>%s</xmeld:personendaten>",
		    name, birth, home(q));
	return arena_printf(a,
	    "<xmeld:personendaten>%s<xmeld:geburtsangaben><xmeld:geburtsort>"
	    "%s</xmeld:geburtsort>%s</xmeld:geburtsangaben>%s%s"
	    "<xmeld:familienstand><xmeld:familienstand><code>%s</code>"
	    "</xmeld:familienstand></xmeld:familienstand>%s"
	    "</xmeld:personendaten>",
	    name, is_known ? r->birth_place : "Amtsstadt", birth,
	    traits(a, is_known ? r->sex : "w"), home(q),
	    is_known ? r->marital : "LD",
	    r != NULL && r->way == RESIDENT_BLOCKED
		? "<xmeld:auskunftssperre><xmeld:grund><code>3</code>"
		  "</xmeld:grund></xmeld:auskunftssperre>"
		: "");
}

/* ---- who belongs to them ---- */

static const char *
relative(struct arena *a, const char *element, const char *type,
    const struct resident *r)
{
	const char *name = names(a, r->family, "", r->given, false);

	if (*element == 'g') /* one more element for natural persons */
		name = arena_printf(a,
		    "<xmeld:name><xmeld:nameNatuerlichePerson>%.*s"
		    "</xmeld:nameNatuerlichePerson></xmeld:name>",
		    (int)(strlen(name) - strlen("<xmeld:name></xmeld:name>")),
		    name + strlen("<xmeld:name>"));
	return arena_printf(a,
	    "<xmeld:%s>%s%s<xmeld:geburt>%s</xmeld:geburt></xmeld:%s>", element,
	    type, name, born(a, r->birth), element);
}

const char *
register_family(const struct question *q)
{
	const struct resident *me = q->who;
	struct buf *out = buf_new(q->arena, 65536);
	static const struct {
		const char *element;
		enum resident_role of; /* which role the others have */
	} parts[] = {{"gesetzlicherVertreter", RESIDENT_HEAD},
	    {"gesetzlicherVertreter", RESIDENT_PARTNER},
	    {"partner", RESIDENT_HEAD}, {"partner", RESIDENT_PARTNER},
	    {"kind", RESIDENT_CHILD}};

	if (me == NULL || me->household == 0)
		return "";
	for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
		bool is_parent = *parts[p].element == 'g';

		if (is_parent != (me->role == RESIDENT_CHILD))
			continue;
		for (size_t i = 0; i < residents_count(); i++) {
			const struct resident *r = resident_get(i);

			if (r == me || r->household != me->household ||
			    r->role != parts[p].of || r->way == RESIDENT_HIDDEN)
				continue;
			buf_puts(out,
			    relative(q->arena, parts[p].element,
				*parts[p].element == 'p'
				    ? "<xmeld:partnerschaftstyp><code>EG</code>"
				      "</xmeld:partnerschaftstyp>"
				    : "",
				r));
		}
	}
	return buf_text(out);
}
