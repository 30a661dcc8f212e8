/* links: documents/media_type */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/utf8.h"
#include "common/file_name.h"
#include "documents/media_type.h"

static const struct {
	const char *name, *in, *type, *want;
} cases[] = {
	{"plain", "foto.jpg", "image/jpeg", "foto.jpg"},
	{"other ending, as good", "foto.JPEG", "image/jpeg", "foto.JPEG"},
	{"umlauts from a Mac", "u\xcc\x88" "bersicht.pdf", "application/pdf",
	    "übersicht.pdf"},
	{"folders", "../../etc/passwd", "application/pdf", "passwd.pdf"},
	{"Windows folders", "C:\\Users\\me\\a.png", "image/png", "a.png"},
	{"absolute", "/etc/cron.d/x", "image/png", "x.png"},
	{"folder only", "a/b/", "application/pdf", "datei.pdf"},
	{"empty", "", "application/pdf", "datei.pdf"},
	{"dots", "...", "application/pdf", "datei.pdf"},
	{"hidden", ".htaccess", "application/pdf", "htaccess.pdf"},
	{"only an ending", ".pdf", "application/pdf", "pdf.pdf"},
	{"double ending", "bild.jpg.exe", "application/pdf",
	    "bild.jpg.exe.pdf"},
	{"script", "a.hta", "image/jpeg", "a.hta.jpg"},
	{"converted photo", "IMG_1.HEIC", "image/jpeg", "IMG_1.jpg"},
	{"not converted", "IMG_1.heic", "image/png", "IMG_1.heic.png"},
	{"trailing dots and blanks", "a.pdf. . ", "application/pdf", "a.pdf"},
	{"control characters", "a\x01\x1b[2J\nb.pdf", "application/pdf",
	    "a__[2J_b.pdf"},
	{"right to left", "rechnung\xe2\x80\xae" "fdp.exe", "application/pdf",
	    "rechnung_fdp.exe.pdf"},
	{"quotes and pipes", "a\"b|c<d>e:f*g?.pdf", "application/pdf",
	    "a_b_c_d_e_f_g_.pdf"},
	{"no UTF-8", "M\xfcller.pdf", "application/pdf", "M_ller.pdf"},
	{"type without an ending of its own", "liste.csv", "text/csv",
	    "liste.csv"},
};

static void
test_clean(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		const char *out = file_name_clean(&arena, cases[i].in,
		    cases[i].type, media_type_endings(cases[i].type));

		if (strcmp(out, cases[i].want) != 0)
			fail_msg("%s: \"%s\"", cases[i].name, out);
	}
	arena_free(&arena);
}

static void
test_length(void **state)
{
	struct arena arena = {0};
	char name[1000] = "";
	const char *out;

	(void)state;
	for (size_t i = 0; i + 2 < 800; i += 2)
		memcpy(name + i, "\xc3\xa4", 2);
	out = file_name_clean(&arena, name, "application/pdf", ".pdf");
	assert_int_equal(utf8_length(out), FILE_NAME_MAX);
	assert_string_equal(out + strlen(out) - 4, ".pdf");
	assert_int_equal(
	    utf8_length(file_name_show(&arena, name)), FILE_NAME_MAX);
	arena_free(&arena);
}

static const struct {
	const char *name, *header, *want;
} dispositions[] = {
	{"quoted", "attachment; filename=\"a b.pdf\"", "a b.pdf"},
	{"token", "attachment;filename=a.pdf", "a.pdf"},
	{"extended wins", "attachment; filename=\"a.pdf\"; "
	    "filename*=UTF-8''%C3%A4.pdf", "ä.pdf"},
	{"extended with language", "x; filename*=utf-8'de'a%20b.pdf",
	    "a b.pdf"},
	{"escaped quote", "x; filename=\"a\\\"b.pdf\"", "a\"b.pdf"},
	{"semicolon in quotes", "x; filename=\"a;b.pdf\"; y=z", "a;b.pdf"},
	{"cut-off escape", "x; filename*=UTF-8''a%4", "a%4"},
	{"other charset", "x; filename*=ISO-8859-1''a", ""},
	{"open quote", "x; filename=\"a.pdf", "a.pdf"},
	{"nothing", "attachment", ""},
	{"empty", "", ""},
	{"parameter without value", "x; filename; y", ""},
};

static void
test_disposition_read(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(dispositions); i++) {
		const char *out = file_name_of_disposition(
		    &arena, dispositions[i].header);

		if (strcmp(out, dispositions[i].want) != 0)
			fail_msg("%s: \"%s\"", dispositions[i].name, out);
	}
	arena_free(&arena);
}

static void
test_disposition_write(void **state)
{
	struct arena arena = {0};
	const char *name = "Übersicht \"1\"; a%.pdf";
	const char *header = file_name_disposition(&arena, name);

	(void)state;
	assert_string_equal(header,
	    "attachment; filename=\"_bersicht _1__ a_.pdf\"; "
	    "filename*=UTF-8''%C3%9Cbersicht%20%221%22%3B%20a%25.pdf");
	assert_string_equal(file_name_of_disposition(&arena, header), name);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_disposition_read),
		cmocka_unit_test(test_disposition_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
