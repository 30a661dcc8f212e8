/* links: documents/media_type */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "documents/media_type.h"

#define S(literal) literal, sizeof(literal) - 1

static const char *const usual[] = {"application/pdf", "image/jpeg"};
static const char *const exotic[] = {"text/plain", "image/gif"};

static const struct {
	const char *name, *in;
	size_t len;
	const char *want; /* asked for what is usual */
	const char *other; /* asked for something exotic */
} cases[] = {
	{"pdf", S("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
	    "application/pdf", "application/pdf"},
	{"jpeg", S("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"),
	    "image/jpeg", "image/jpeg"},
	{"png", S("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\2"
		"\0\0\0\x90wS\xde"), "image/png", "image/png"},
	{"webp", S("RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\1\0\x9d\x01\x2a"),
	    "image/webp", "image/webp"},
	{"heic", S("\0\0\0\x18" "ftypheic\0\0\0\0mif1heic"), "image/heic",
	    "image/heic"},
	{"heif", S("\0\0\0\x18" "ftypmif1\0\0\0\0mif1heic"), "image/heic",
	    "image/heic"},
	{"program for Windows", S("MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0"),
	    "application/octet-stream", NULL},
	{"program for Linux", S("\x7f" "ELF\2\1\1\0"),
	    "application/octet-stream", NULL},
	{"page", S("<!DOCTYPE html><script>alert(1)</script>"),
	    "application/octet-stream", "text/html"},
	{"drawing", S("<?xml version=\"1.0\"?><svg xmlns=\"x\"></svg>"),
	    "application/octet-stream", NULL},
	{"text", S("Guten Tag, das ist ein Text.\n"),
	    "application/octet-stream", "text/plain"},
	{"gif", S("GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff"),
	    "application/octet-stream", "image/gif"},
	{"pdf mark behind something", S("x%PDF-1.7"),
	    "application/octet-stream", NULL},
	{"cut-off mark", S("%PD"), "application/octet-stream", "text/plain"},
	{"sound", S("RIFF\x24\0\0\0WAVEfmt "), "application/octet-stream",
	    NULL},
};

static void
test_types(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	const char *out;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		if (media_type_of(&arena, cases[i].in, cases[i].len, usual,
			nitems(usual), &out, &err) == -1)
			fail_msg("%s: %s", cases[i].name, err.msg);
		if (strcmp(out, cases[i].want) != 0)
			fail_msg("%s: %s", cases[i].name, out);
		if (cases[i].other == NULL)
			continue;
		if (media_type_of(&arena, cases[i].in, cases[i].len, exotic,
			nitems(exotic), &out, &err) == -1)
			fail_msg("%s: %s", cases[i].name, err.msg);
		if (strcmp(out, cases[i].other) != 0)
			fail_msg("%s, asked for text: %s", cases[i].name, out);
	}
	arena_free(&arena);
}

static void *
ask_often(void *arg)
{
	struct arena arena = {0};
	struct err err = {0};
	const char *out;

	(void)arg;
	for (int i = 0; i < 200; i++) {
		size_t at = (size_t)i % 5;

		assert_int_equal(media_type_of(&arena, cases[at].in,
		    cases[at].len, usual, nitems(usual), &out, &err), 0);
		assert_string_equal(out, cases[at].want);
	}
	arena_free(&arena);
	return NULL;
}

static void
test_threads(void **state)
{
	pthread_t thread[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, ask_often, NULL), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(media_type_name("image/jpeg"), "JPEG");
	assert_null(media_type_name("text/csv"));
	assert_string_equal(media_type_endings("image/jpeg"), ".jpg.jpeg");
	assert_string_equal(media_type_endings("text/csv"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
