#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/buf.h"
#include "common/photo/photo_strip.h"

#define S(literal) literal, sizeof(literal) - 1

/* Exif's TIFF block with a maker's note and the turn, little endian. */
#define TIFF(turn)                                                             \
	"II*\0\x08\0\0\0\x02\0"                                                \
	"\x0f\x01\x02\0\x06\0\0\0\x26\0\0\0"                                   \
	"\x12\x01\x03\0\x01\0\0\0" turn "\0\0\0"                               \
	"\0\0\0\0SECRET"
/* The same, big endian. */
#define TIFF_BIG(turn)                                                         \
	"MM\0*\0\0\0\x08\0\x02"                                                \
	"\x01\x0f\0\x02\0\0\0\x06\0\0\0\x26"                                   \
	"\x01\x12\0\x03\0\0\0\x01\0" turn "\0\0"                               \
	"\0\0\0\0SECRET"
/* What is left of either. */
#define ONLY(turn)                                                             \
	"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" turn "\0\0\0\0\0\0\0"

#define SOI "\xff\xd8"
#define EOI "\xff\xd9"
#define JFIF "\xff\xe0\0\x10JFIF\0\1\2\1\0\x48\0\x48\0\0"
#define JFIF_THUMB "\xff\xe0\0\x13JFIF\0\1\2\1\0\x48\0\x48\1\1RGB"
#define EXIF(tiff) "\xff\xe1\0\x34" "Exif\0\0" tiff
#define EXIF_ONLY(turn) "\xff\xe1\0\x22" "Exif\0\0" ONLY(turn)
#define XMP "\xff\xe1\0\x0a" "http:SEC"
#define ICC "\xff\xe2\0\x12ICC_PROFILE\0\1\1xy"
#define MPF "\xff\xe2\0\x08MPF\0ab"
#define IPTC "\xff\xed\0\x06Phot"
#define ADOBE "\xff\xee\0\x0e" "Adobe\0\x64\0\0\0\0\1"
#define COM "\xff\xfe\0\x08SECRET"
#define FRAME "\xff\xdb\0\x04qt\xff\xc2\0\x04" "sf\xff\xc4\0\x04ht"
#define SCAN "\xff\xda\0\x04ss" "abc\xff\0" "def\xff\xd0ghi\xff\0"
#define SCAN2 "\xff\xc4\0\x04ht\xff\xda\0\x04ssxyz"

#define PNG "\x89PNG\r\n\x1a\n"
#define IHDR "\0\0\0\x0dIHDR" "0123456789abcCRC0"
#define IDAT "\0\0\0\4IDATdataCRC1"
#define IEND "\0\0\0\0IENDCRC2"
#define TEXT "\0\0\0\6tEXtSECRETCRC3"
#define TIME "\0\0\0\7tIMESECRET!CRC4"
#define OWN "\0\0\0\6caBXSECRETCRC5"
#define GAMA "\0\0\0\4gAMA\0\1\2\3CRC6"
#define PNG_EXIF(tiff) "\0\0\0\x2c" "eXIf" tiff "CRC7"

#define VP8X(flags) "VP8X\x0a\0\0\0" flags "\0\0\0\0\0\0\0\0\0"
#define VP8 "VP8 \3\0\0\0abc\0"
#define WEBP_EXIF(tiff) "EXIF\x2c\0\0\0" tiff
#define WEBP_XMP "XMP \6\0\0\0SECRET"
#define ZERO18 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const struct {
	const char *name;
	enum photo_kind kind;
	const char *in;
	size_t in_len;
	const char *want; /* NULL: refused */
	size_t want_len;
} cases[] = {
	{"jpeg: nothing to take out", PHOTO_JPEG,
	    S(SOI JFIF FRAME SCAN EOI), S(SOI JFIF FRAME SCAN EOI)},
	{"jpeg: everything to take out", PHOTO_JPEG,
	    S(SOI JFIF_THUMB EXIF(TIFF("\6")) XMP ICC MPF IPTC ADOBE COM FRAME
		SCAN SCAN2 EOI "SECRET after the end"),
	    S(SOI JFIF EXIF_ONLY("\6") ICC ADOBE FRAME SCAN SCAN2 EOI)},
	{"jpeg: turn in big endian", PHOTO_JPEG,
	    S(SOI EXIF(TIFF_BIG("\10")) FRAME SCAN EOI),
	    S(SOI EXIF_ONLY("\10") FRAME SCAN EOI)},
	{"jpeg: upright", PHOTO_JPEG, S(SOI EXIF(TIFF("\1")) FRAME SCAN EOI),
	    S(SOI FRAME SCAN EOI)},
	{"jpeg: impossible turn", PHOTO_JPEG,
	    S(SOI EXIF(TIFF("\x09")) FRAME SCAN EOI), S(SOI FRAME SCAN EOI)},
	{"jpeg: the first turn counts", PHOTO_JPEG,
	    S(SOI EXIF(TIFF("\3")) EXIF(TIFF("\6")) FRAME SCAN EOI),
	    S(SOI EXIF_ONLY("\3") FRAME SCAN EOI)},
	{"jpeg: EXIF without TIFF", PHOTO_JPEG,
	    S(SOI "\xff\xe1\0\x08" "Exif\0\0" FRAME SCAN EOI),
	    S(SOI FRAME SCAN EOI)},
	{"jpeg: directory beyond the block", PHOTO_JPEG,
	    S(SOI "\xff\xe1\0\x12" "Exif\0\0II*\0\xff\xff\xff\xff\1\0" FRAME
		SCAN EOI), S(SOI FRAME SCAN EOI)},
	{"jpeg: thumbnail in a segment of its own", PHOTO_JPEG,
	    S(SOI "\xff\xe0\0\x08JFXX\0S" FRAME SCAN EOI),
	    S(SOI FRAME SCAN EOI)},
	{"jpeg: fill bytes", PHOTO_JPEG,
	    S(SOI "\xff\xff" FRAME SCAN "\xff\xff\xff" EOI),
	    S(SOI FRAME SCAN EOI)},
	{"jpeg: empty segment", PHOTO_JPEG,
	    S(SOI "\xff\xe5\0\2" FRAME SCAN EOI), S(SOI FRAME SCAN EOI)},
	{"jpeg: metadata between scans", PHOTO_JPEG,
	    S(SOI FRAME SCAN COM SCAN2 EOI), S(SOI FRAME SCAN SCAN2 EOI)},
	{"jpeg: end mark lost", PHOTO_JPEG, S(SOI FRAME SCAN),
	    S(SOI FRAME SCAN EOI)},
	{"jpeg: cut within the header", PHOTO_JPEG, S(SOI JFIF "\xff\xdb"),
	    NULL, 0},
	{"jpeg: cut within EXIF", PHOTO_JPEG, S(SOI "\xff\xe1\0\x20" "Exif"),
	    NULL, 0},
	{"jpeg: no picture", PHOTO_JPEG, S(SOI FRAME EOI), NULL, 0},
	{"jpeg: length below two", PHOTO_JPEG, S(SOI "\xff\xdb\0\1"), NULL, 0},
	{"jpeg: rubbish between segments", PHOTO_JPEG,
	    S(SOI JFIF "xx" FRAME SCAN EOI), NULL, 0},
	{"jpeg: another one inside", PHOTO_JPEG, S(SOI SOI FRAME SCAN EOI),
	    NULL, 0},
	{"jpeg: something else", PHOTO_JPEG, S("MZ\x90\0"), NULL, 0},
	{"jpeg: empty", PHOTO_JPEG, S(""), NULL, 0},
	{"png: nothing to take out", PHOTO_PNG, S(PNG IHDR GAMA IDAT IDAT IEND),
	    S(PNG IHDR GAMA IDAT IDAT IEND)},
	{"png: everything to take out", PHOTO_PNG,
	    S(PNG IHDR TEXT TIME OWN GAMA IDAT TEXT IEND "SECRET"),
	    S(PNG IHDR GAMA IDAT IEND)},
	{"png: turn", PHOTO_PNG,
	    S(PNG IHDR PNG_EXIF(TIFF("\6")) IDAT IEND),
	    S(PNG IHDR "\0\0\0\x1a" "eXIf" ONLY("\6") "\xb7\x48\x11\x29"
		IDAT IEND)},
	{"png: upright", PHOTO_PNG,
	    S(PNG IHDR PNG_EXIF(TIFF("\1")) IDAT IEND), S(PNG IHDR IDAT IEND)},
	{"png: cut off", PHOTO_PNG, S(PNG IHDR IDAT), NULL, 0},
	{"png: no picture", PHOTO_PNG, S(PNG IHDR IEND), NULL, 0},
	{"png: impossible length", PHOTO_PNG,
	    S(PNG "\xff\xff\xff\xffIHDR"), NULL, 0},
	{"png: something else", PHOTO_PNG, S("\x89PNG\n\n\n\n"), NULL, 0},
	{"webp: plain", PHOTO_WEBP, S("RIFF\x10\0\0\0WEBP" VP8),
	    S("RIFF\x10\0\0\0WEBP" VP8)},
	{"webp: everything to take out", PHOTO_WEBP,
	    S("RIFF\x64\0\0\0WEBP" VP8X("\x0c") VP8 WEBP_EXIF(TIFF("\6"))
		WEBP_XMP "SECRET"),
	    S("RIFF\x64\0\0\0WEBP" VP8X("\x08") VP8 "EXIF\x2c\0\0\0"
		ONLY("\6") ZERO18 "JUNK\6\0\0\0\0\0\0\0\0\0")},
	{"webp: EXIF with JPEG's name in front", PHOTO_WEBP,
	    S("RIFF\x4a\0\0\0WEBP" VP8 "EXIF\x32\0\0\0" "Exif\0\0" TIFF("\3")),
	    S("RIFF\x4a\0\0\0WEBP" VP8 "EXIF\x32\0\0\0"
		ONLY("\3") ZERO18 "\0\0\0\0\0\0")},
	{"webp: unknown chunk of odd length", PHOTO_WEBP,
	    S("RIFF\x1c\0\0\0WEBPC2PA\3\0\0\0SEC\0" VP8),
	    S("RIFF\x1c\0\0\0WEBPJUNK\3\0\0\0\0\0\0\0" VP8)},
	{"webp: chunk beyond the end", PHOTO_WEBP,
	    S("RIFF\x10\0\0\0WEBPVP8 \x30\0\0\0abc\0"), NULL, 0},
	{"webp: cut off", PHOTO_WEBP, S("RIFF\x10\0\0\0WEBPVP8 \4\0\0\0ab"),
	    NULL, 0},
	{"webp: no picture", PHOTO_WEBP,
	    S("RIFF\x12\0\0\0WEBP" WEBP_XMP), NULL, 0},
	{"webp: something else", PHOTO_WEBP, S("RIFF\x10\0\0\0WAVEfmt "), NULL,
	    0},
};

static int
collect(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

/* Strips in pieces of that size; 0 or the error. */
static enum err_code
strip(enum photo_kind kind, const char *in, size_t len, size_t piece,
    struct buf *out)
{
	struct arena arena = {0};
	struct err err = {0};
	struct photo_strip *p = photo_strip_new(&arena, kind, collect, out);

	for (size_t at = 0; at < len && err.code == ERR_NONE; at += piece)
		(void)photo_strip_put(p, in + at,
		    piece < len - at ? piece : len - at, &err);
	if (err.code == ERR_NONE)
		(void)photo_strip_end(p, &err);
	arena_free(&arena);
	return err.code;
}

static void
run_case(size_t i, size_t piece)
{
	struct buf out;
	enum err_code code;

	buf_init(&out, 10000);
	code = strip(
	    cases[i].kind, cases[i].in, cases[i].in_len, piece, &out);
	if (code != (cases[i].want == NULL ? ERR_FIELD_INVALID : ERR_NONE))
		fail_msg("%s, by %zu: %s", cases[i].name, piece,
		    err_wire(code));
	if (cases[i].want != NULL && (out.len != cases[i].want_len ||
	    memcmp(buf_text(&out), cases[i].want, out.len) != 0)) {
		for (size_t j = 0; j < out.len; j++)
			print_error("%02x", (unsigned char)out.data[j]);
		fail_msg("\n%s, by %zu: %zu bytes instead of %zu",
		    cases[i].name, piece, out.len, cases[i].want_len);
	}
	buf_free(&out);
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		run_case(i, 100000);
		for (size_t piece = 1; piece < 40; piece++)
			run_case(i, piece);
	}
}

/* EXIF blocks larger than what is held are left out all the same. */
static void
test_large(void **state)
{
	struct buf in, out;
	static const char much[65536];

	(void)state;
	buf_init(&in, 1000000);
	buf_init(&out, 1000000);
	buf_put(&in, S(SOI));
	for (int i = 0; i < 3; i++) {
		buf_put(&in, S("\xff\xe1\xff\xff"));
		buf_put(&in, much, 65533);
	}
	buf_put(&in, S(FRAME SCAN EOI));
	assert_int_equal(strip(PHOTO_JPEG, in.data, in.len, 999, &out), 0);
	assert_int_equal(out.len, sizeof(SOI FRAME SCAN EOI) - 1);

	buf_reset(&in);
	buf_reset(&out);
	buf_put(&in, S(PNG IHDR "\0\2\0\0eXIf"));
	buf_put(&in, S(TIFF("\6")));
	buf_put(&in, much, 65533);
	buf_put(&in, much, 131072 + 4 - 65533 - (sizeof(TIFF("\6")) - 1));
	buf_put(&in, S(IDAT IEND));
	assert_int_equal(strip(PHOTO_PNG, in.data, in.len, 8192, &out), 0);
	assert_int_equal(
	    out.len, sizeof(PNG IHDR ONLY("\6") "123456789012" IDAT IEND) - 1);
	buf_free(&in);
	buf_free(&out);
}

static int
refuse(void *arg, const void *data, size_t n, struct err *err)
{
	(void)arg;
	(void)data;
	(void)n;
	return err_set(err, ERR_DISK_FULL, "no room");
}

static void
test_sink_fails(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	struct photo_strip *p =
	    photo_strip_new(&arena, PHOTO_JPEG, refuse, NULL);

	(void)state;
	assert_int_equal(photo_strip_put(p, S(SOI JFIF), &err), -1);
	assert_int_equal(err.code, ERR_DISK_FULL);
	arena_free(&arena);
}

static void
test_kinds(void **state)
{
	enum photo_kind kind;

	(void)state;
	assert_true(photo_kind_of("image/jpeg", &kind));
	assert_int_equal(kind, PHOTO_JPEG);
	assert_true(photo_kind_of("image/png", &kind));
	assert_int_equal(kind, PHOTO_PNG);
	assert_true(photo_kind_of("image/webp", &kind));
	assert_int_equal(kind, PHOTO_WEBP);
	assert_false(photo_kind_of("image/heic", &kind));
	assert_false(photo_kind_of("application/pdf", &kind));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_sink_fails),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
