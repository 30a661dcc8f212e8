#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/buf.h"
#include "common/http/multipart.h"

static const struct multipart_limits limits = {4, 300, 40};

/* Writes what arrives as "name|filename|type|data;". */
static int
begin(void *arg, const char *name, const char *filename, const char *type,
    struct err *err)
{
	(void)err;
	buf_printf(arg, "%s|%s|%s|", name, filename == NULL ? "-" : filename,
	    type);
	return 0;
}

static int
data(void *arg, const void *bytes, size_t n, struct err *err)
{
	(void)err;
	buf_put(arg, bytes, n);
	return 0;
}

static int
end(void *arg, struct err *err)
{
	(void)err;
	buf_puts(arg, ";");
	return 0;
}

/* Parses body in pieces: up to first, up to second, the rest. */
static enum err_code
parse(const char *type, const char *body, size_t len, size_t first,
    size_t second, struct buf *out)
{
	struct multipart_sink sink = {begin, data, end, out};
	struct arena a = {0};
	struct multipart *m;
	struct err err = {0};
	size_t cut[] = {0, first, second, len};

	buf_reset(out);
	if (multipart_new(&a, type, &limits, &sink, &m, &err) == 0) {
		int rc = 0;

		for (size_t i = 0; i < 3 && rc == 0; i++) {
			size_t n = cut[i + 1] - cut[i];
			char *piece = malloc(n); /* ASan guards its ends */

			if (n > 0)
				memcpy(piece, body + cut[i], n);
			rc = multipart_put(m, piece, n, &err);
			free(piece);
		}
		if (rc == 0)
			(void)multipart_end(m, &err);
	}
	arena_free(&a);
	return err.code;
}

#define TYPE "multipart/form-data; boundary=XyZ"
#define PART(head, body) "--XyZ\r\nContent-Disposition: form-data; " head      \
			 "\r\n\r\n" body "\r\n"
#define END "--XyZ--\r\n"
#define BAD ERR_BAD_REQUEST
#define LONG20 "aaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *name, *body, *want;
	enum err_code code;
} cases[] = {
    {"a field", PART("name=\"a\"", "x") END, "a|-||x;", ERR_NONE},
    {"an empty field", PART("name=\"a\"", "") END, "a|-||;", ERR_NONE},
    {"no quotes", PART("name=a; filename=b.txt", "x") END, "a|b.txt||x;",
	ERR_NONE},
    {"a file with its type",
	"--XyZ\r\ncontent-type: image/png\r\nCONTENT-DISPOSITION: "
	"form-data; name=\"a\"; filename=\"b.png\"\r\n\r\nx\r\n" END,
	"a|b.png|image/png|x;", ERR_NONE},
    {"no file chosen", PART("name=\"a\"; filename=\"\"", "") END, "a|||;",
	ERR_NONE},
    {"contents like a boundary",
	PART("name=\"a\"", "\r\n--Xy\r\n--\r\n\r\r\n--XyA\n--XyZ") END,
	"a|-||\r\n--Xy\r\n--\r\n\r\r\n--XyA\n--XyZ;", ERR_NONE},
    {"contents end with CR", PART("name=\"a\"", "x\r") END, "a|-||x\r;",
	ERR_NONE},
    {"contents are a line end", PART("name=\"a\"", "\r\n") END,
	"a|-||\r\n;", ERR_NONE},
    {"two parts", PART("name=\"a\"", "1") PART("name=\"b\"", "2") END,
	"a|-||1;b|-||2;", ERR_NONE},
    {"preamble and epilogue",
	"preamble\r\n--Xy\r\n" PART("name=\"a\"", "1") END "epilogue --XyZ",
	"a|-||1;", ERR_NONE},
    {"blanks behind a boundary",
	"--XyZ \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" END,
	"a|-||1;", ERR_NONE},
    {"closing without line end",
	PART("name=\"a\"", "1") "--XyZ--", "a|-||1;", ERR_NONE},
    {"only the closing boundary", END, "", ERR_NONE},
    {"quoted pairs", PART("name=\"a\"; filename=\"b\\\"c\\\\d.txt\"", "") END,
	"a|b\"c\\d.txt||;", ERR_NONE},
    {"a path with backslashes",
	PART("name=\"a\"; filename=\"C:\\temp\\b.txt\"", "") END,
	"a|C:\\temp\\b.txt||;", ERR_NONE},
    {"a backslash at the end", PART("name=\"a\"; filename=\"b\\\"", "") END,
	"a|b\\||;", ERR_NONE},
    {"a quote as browsers send it",
	PART("name=\"a\"; filename=\"b%22c%0d%0A%20.txt\"", "") END,
	"a|b\"c\r\n%20.txt||;", ERR_NONE},
    {"a semicolon in a name",
	PART("name=\"a;filename=x\"; filename=\"b;c=d\"", "") END,
	"a;filename=x|b;c=d||;", ERR_NONE},
    {"filename before name", PART("filename=\"b\"; name=\"a\"", "") END,
	"a|b||;", ERR_NONE},
    {"an umlaut", PART("name=\"a\"; filename=\"Gr\xc3\xb6\xc3\x9f.pdf\"", "")
	END,
	"a|Gr\xc3\xb6\xc3\x9f.pdf||;", ERR_NONE},
    {"extended name beside a plain one",
	PART("name=a; filename=b; filename*=UTF-8''c", "") END, "a|b||;",
	ERR_NONE},
    {"extended name alone",
	PART("name=a; filename*=UTF-8'de'%C3%A4.pdf", "") END,
	"a|\xc3\xa4.pdf||;", ERR_NONE},
    {"extended name of another charset",
	PART("name=a; filename*=latin1''%E4.pdf", "") END, NULL, BAD},
    {"extended name with NUL", PART("name=a; filename*=UTF-8''%00", "") END,
	NULL, BAD},
    {"extended name cut off", PART("name=a; filename*=UTF-8''%C", "") END,
	NULL, BAD},
    {"nothing", "", NULL, BAD},
    {"garbage", "hello world", NULL, BAD},
    {"no closing boundary", PART("name=\"a\"", "1"), NULL, BAD},
    {"cut off in the contents",
	"--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\n123", NULL,
	BAD},
    {"cut off in the header", "--XyZ\r\nContent-Disp", NULL, BAD},
    {"cut off in the closing boundary",
	PART("name=\"a\"", "1") "--XyZ-", NULL, BAD},
    {"garbage behind a boundary",
	"--XyZgarbage\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
	END,
	NULL, BAD},
    {"one dash too few", PART("name=\"a\"", "1") "--XyZ-\r\n", NULL, BAD},
    {"no header at all", "--XyZ\r\n\r\n1\r\n" END, NULL, BAD},
    {"no disposition",
	"--XyZ\r\nContent-Type: text/plain\r\n\r\n1\r\n" END, NULL, BAD},
    {"another disposition",
	"--XyZ\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n" END,
	NULL, BAD},
    {"disposition twice",
	"--XyZ\r\nContent-Disposition: form-data; name=a\r\n"
	"Content-Disposition: form-data; name=b\r\n\r\n1\r\n" END,
	NULL, BAD},
    {"no name", PART("filename=\"b\"", "1") END, NULL, BAD},
    {"a name without end", PART("name=\"a", "1") END, NULL, BAD},
    {"a folded header",
	"--XyZ\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n1\r\n" END,
	NULL, BAD},
    {"base64",
	"--XyZ\r\nContent-Disposition: form-data; name=a\r\n"
	"Content-Transfer-Encoding: base64\r\n\r\nMQ==\r\n" END,
	NULL, BAD},
    {"a bare line end in a header",
	"--XyZ\r\nContent-Disposition: form-data; name=a\nX: y\r\n\r\n1\r\n"
	END,
	NULL, BAD},
    {"a header line without colon",
	"--XyZ\r\nContent-Disposition\r\n\r\n1\r\n" END, NULL, BAD},
    {"a long header",
	PART("name=a; x=" LONG20 LONG20 LONG20 LONG20 LONG20 LONG20 LONG20
		 LONG20 LONG20 LONG20 LONG20 LONG20 LONG20 LONG20 LONG20,
	    "1") END,
	NULL, ERR_TOO_LARGE},
    {"a long name", PART("name=" LONG20 LONG20 "a", "1") END, NULL,
	ERR_TOO_LARGE},
    {"too many parts",
	PART("name=a", "1") PART("name=a", "1") PART("name=a", "1")
	    PART("name=a", "1") PART("name=a", "1") END,
	NULL, ERR_TOO_LARGE},
};

static void
check(size_t i, size_t first, size_t second, struct buf *out)
{
	size_t len = strlen(cases[i].body);
	enum err_code code =
	    parse(TYPE, cases[i].body, len, first, second, out);

	if (code != cases[i].code)
		fail_msg("%s, cut at %zu and %zu: %s", cases[i].name, first,
		    second, err_wire(code));
	if (code == ERR_NONE && strcmp(buf_text(out), cases[i].want) != 0)
		fail_msg("%s, cut at %zu and %zu: %s", cases[i].name, first,
		    second, buf_text(out));
}

/* Whole, cut at every place, and cut at every two places. */
static void
test_every_split(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	for (size_t i = 0; i < nitems(cases); i++) {
		size_t len = strlen(cases[i].body);

		check(i, len, len, &out);
		for (size_t first = 0; first <= len; first++)
			check(i, first, len, &out);
		if (len < 150)
			for (size_t first = 0; first <= len; first++)
				for (size_t second = first; second <= len;
				     second += 3)
					check(i, first, second, &out);
	}
	buf_free(&out);
}

static const struct {
	const char *type;
	enum err_code code;
} types[] = {
    {"multipart/form-data; boundary=XyZ", ERR_NONE},
    {"Multipart/Form-Data;charset=utf-8;BOUNDARY=\"XyZ\"", ERR_NONE},
    {"multipart/form-data; x=\"a;boundary=no\"; boundary=XyZ", ERR_NONE},
    {"multipart/form-data", ERR_MEDIA_TYPE},
    {"multipart/form-data; boundary=", ERR_MEDIA_TYPE},
    {"multipart/form-data; boundary=\"\"", ERR_MEDIA_TYPE},
    {"multipart/form-data; boundary=\"XyZ", ERR_MEDIA_TYPE},
    {"multipart/form-datax; boundary=XyZ", ERR_MEDIA_TYPE},
    {"multipart/mixed; boundary=XyZ", ERR_MEDIA_TYPE},
    {"application/x-www-form-urlencoded", ERR_MEDIA_TYPE},
    {"", ERR_MEDIA_TYPE},
    {"multipart/form-data; boundary=" LONG20 LONG20 LONG20 "12345678901",
	ERR_MEDIA_TYPE},
};

static void
test_content_types(void **state)
{
	static const char body[] = PART("name=a", "1") END;
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	for (size_t i = 0; i < nitems(types); i++) {
		size_t len = strlen(body);
		enum err_code code =
		    parse(types[i].type, body, len, len, len, &out);

		if (code != types[i].code)
			fail_msg("%s: %s", types[i].type, err_wire(code));
	}
	buf_free(&out);
}

static int
refuse(void *arg, const void *bytes, size_t n, struct err *err)
{
	(void)arg;
	(void)bytes;
	(void)n;
	return err_set(err, ERR_DISK_FULL, "no room");
}

static void
test_receiver_stops(void **state)
{
	static const char body[] = PART("name=a", "1") END;
	struct buf out;
	struct multipart_sink sink = {begin, refuse, end, &out};
	struct arena a = {0};
	struct multipart *m;
	struct err err = {0};

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(
	    multipart_new(&a, TYPE, &limits, &sink, &m, &err), 0);
	assert_int_equal(multipart_put(m, body, strlen(body), &err), -1);
	assert_int_equal(err.code, ERR_DISK_FULL);
	arena_free(&a);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_split),
	    cmocka_unit_test(test_content_types),
	    cmocka_unit_test(test_receiver_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
