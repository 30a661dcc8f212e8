/* Messages in words: sections, labels, codes, addresses, dates, and what is not
 * for citizens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/xoev/xoev_table.h"

#define HEAD                                                                   \
	"<nachrichtenkopf.g2g><identifikation.nachricht><nachrichtenUUID>"     \
	"0b2f</nachrichtenUUID></identifikation.nachricht>"                    \
	"</nachrichtenkopf.g2g>"
#define NAME(family, given)                                                    \
	"<x:name><x:familienname.unstrukturiert><x:nachname><name>" family     \
	"</name></x:nachname></x:familienname.unstrukturiert><x:vornamen>"     \
	"<x:vornamen><name>" given                                             \
	"</name></x:vornamen></x:vornamen></x:name>"
#define CHILD(given) "<x:kind>" NAME("Đặng", given) "</x:kind>"

static const char message[] =
    "<x:m xmlns:x=\"urn:x\">" HEAD
    "<x:antwort><x:personendaten>" NAME("O’Súilleabháin",
	"Seán") "<x:geburtsdatum><teilbekanntesDatum><jahrMonat>1979-12</"
		"jahrMonat>"
		"</teilbekanntesDatum></x:geburtsdatum>"
		"<x:geschlecht><code>m</code></x:geschlecht>"
		"<x:staatsangehoerigkeit><code>000</code></"
		"x:staatsangehoerigkeit>"
		"<x:staatsangehoerigkeit><code>999</code></"
		"x:staatsangehoerigkeit>"
		"<x:wohnung><x:anschrift><x:anschrift.inland><"
		"gemeindeschluessel>"
		"<code>99000001</code></gemeindeschluessel><hausnummer>12</"
		"hausnummer>"
		"<hausnummerBuchstabeZusatzziffer>a</"
		"hausnummerBuchstabeZusatzziffer>"
		"<postleitzahl>12345</postleitzahl><strasse>Lange "
		"Gasse</strasse>"
		"<wohnort>Quellstadt</wohnort></x:anschrift.inland></"
		"x:anschrift>"
		"<x:datumDesBeziehens><datum>2019-04-01</datum></"
		"x:datumDesBeziehens>"
		"</x:wohnung><x:familienstand><x:familienstand><code>LD</code>"
		"</x:familienstand></x:familienstand></x:personendaten>" CHILD(
		    "Zoë") CHILD("Łucja") "<x:bedingterSperrvermerk>true</"
					  "x:bedingterSperrvermerk>"
					  "<x:niegesehenesElement>etwas</"
					  "x:niegesehenesElement>"
					  "<x:leer/></x:antwort></x:m>";

struct fixture {
	struct arena arena;
	struct texts *texts;
};

static int
set_up(void **state)
{
	static struct fixture f;
	struct err err = {0};

	assert_int_equal(texts_load("fcgi-apps/texts", &f.texts, &err), 0);
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	texts_free(f->texts);
	arena_free(&f->arena);
	return 0;
}

/* "heading | label: value | ..." of all, for comparing. */
static const char *
written(struct fixture *f, const char *xml, enum lang lang, bool with_head,
    const char **person)
{
	const struct xoev_table_words words = {
	    .texts = f->texts, .lang = lang, .with_head = with_head};
	struct buf *out = buf_new(&f->arena, 65536);
	struct xoev_table table;
	struct err err = {0};

	if (xoev_table(&f->arena, xml, strlen(xml), &words, &table, &err) == -1)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < table.n; i++) {
		const struct xoev_table_section *s = &table.section[i];

		buf_printf(out, "[%d %s]", s->depth, s->heading);
		for (size_t k = 0; k < s->nrow; k++)
			buf_printf(
			    out, " %s: %s;", s->row[k].label, s->row[k].value);
	}
	if (person != NULL)
		*person = table.person;
	return buf_text(out);
}

static void
test_words(void **state)
{
	const char *person;

	assert_string_equal(written(*state, message, LANG_DE, false, &person),
	    "[0 ] Bedingter Sperrvermerk: ja; niegesehenes Element: etwas;"
	    "[0 Angaben zur Person] Familienname: O’Súilleabháin;"
	    " Vornamen: Seán; Geburtsdatum: 12.1979; Geschlecht: männlich;"
	    " Staatsangehörigkeit: deutsch, Schlüssel 999; Familienstand: "
	    "ledig;"
	    "[1 Wohnung] Anschrift: Lange Gasse 12 a, 12345 Quellstadt;"
	    " Eingezogen am: 01.04.2019;"
	    "[0 Kind 1] Familienname: Đặng; Vornamen: Zoë;"
	    "[0 Kind 2] Familienname: Đặng; Vornamen: Łucja;");
	assert_string_equal(person, "Seán O’Súilleabháin");
}

static void
test_head(void **state)
{
	assert_null(
	    strstr(written(*state, message, LANG_DE, false, NULL), "0b2f"));
	assert_non_null(strstr(written(*state, message, LANG_DE, true, NULL),
	    "[0 Nachricht] Nummer der Nachricht: 0b2f;"));
}

static void
test_english(void **state)
{
	const char *text = written(*state, message, LANG_EN, false, NULL);

	assert_non_null(
	    strstr(text, "Sex: male; Nationality: German, key 999"));
	assert_non_null(strstr(text, "Conditional block: yes"));
}

static void
test_long_and_none(void **state)
{
	struct fixture *f = *state;
	struct buf *b = buf_new(&f->arena, 65536);
	struct xoev_table table;
	struct err err = {0};

	buf_puts(b, "<m><pdfDokument>");
	for (int i = 0; i < 8192; i++)
		buf_put(b, "A", 1);
	buf_puts(b, "</pdfDokument></m>");
	assert_string_equal(written(f, buf_text(b), LANG_DE, false, NULL),
	    "[0 ] Schreiben: Datei, 7 KB;");
	assert_string_equal(written(f, "<m/>", LANG_DE, true, NULL), "");
	assert_int_equal(
	    xoev_table(&f->arena, "<m", 2,
		&(struct xoev_table_words){.texts = f->texts}, &table, &err),
	    -1);
	assert_int_equal(err.code, ERR_BAD_REQUEST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_head),
	    cmocka_unit_test(test_english),
	    cmocka_unit_test(test_long_and_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
