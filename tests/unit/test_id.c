#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/id.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void
test_uuid7_shape(void **state)
{
	struct id id = id_uuid7();
	struct timespec now;
	uint64_t ms = 0;

	(void)state;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id.byte[i];
	assert_int_equal(id.byte[6] >> 4, 7);
	assert_int_equal(id.byte[8] >> 6, 2);
	assert_in_range(ms, (uint64_t)now.tv_sec * 1000 - 1000,
	    (uint64_t)now.tv_sec * 1000 + 2000);
}

#define IDS 20000

static void *
make_ids(void *arg)
{
	struct id *id = arg;

	for (int i = 0; i < IDS; i++)
		id[i] = id_uuid7();
	return NULL;
}

static int
compare_stamps(const void *a, const void *b)
{
	return memcmp(a, b, 8);
}

/* Each thread's ids grow, and no two threads get the same stamp. */
static void
test_uuid7_grows(void **state)
{
	static struct id id[4 * IDS];
	pthread_t thread[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(
		    &thread[i], NULL, make_ids, id + i * IDS), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	for (int t = 0; t < 4; t++)
		for (int i = 1; i < IDS; i++)
			assert_true(memcmp(id[t * IDS + i - 1].byte,
			    id[t * IDS + i].byte, ID_LEN) < 0);
	qsort(id, 4 * IDS, sizeof(id[0]), compare_stamps);
	for (int i = 1; i < 4 * IDS; i++)
		assert_true(compare_stamps(&id[i - 1], &id[i]) < 0);
}

static const struct {
	const char *name, *in, *want; /* want: NULL when refused */
} ids[] = {
	{"hex", "000102030405060708090a0b0c0d0e0f",
	    "000102030405060708090a0b0c0d0e0f"},
	{"upper case", "ABCDEF00000000000000000000000000",
	    "abcdef00000000000000000000000000"},
	{"uuid", "01890a5d-ac96-774b-bcce-b302099a8057",
	    "01890a5dac96774bbcceb302099a8057"},
	{"empty", "", NULL},
	{"31 digits", "000102030405060708090a0b0c0d0e0", NULL},
	{"33 digits", "000102030405060708090a0b0c0d0e0f0", NULL},
	{"a letter beyond f", "g00102030405060708090a0b0c0d0e0f", NULL},
	{"hyphen at the wrong place",
	    "01890a5da-c96-774b-bcce-b302099a8057", NULL},
	{"a slash", "0001020304050607/8090a0b0c0d0e0f", NULL},
};

static void
test_id_parse(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < nitems(ids); i++) {
		struct err err = {0};
		struct id id;
		int rc = id_parse(ids[i].in, &id, &err);

		if (ids[i].want == NULL && rc == -1)
			assert_int_equal(err.code, ERR_FIELD_INVALID);
		else if (rc == -1 || ids[i].want == NULL ||
		    strcmp(id_hex(&arena, &id), ids[i].want) != 0)
			fail_msg("%s", ids[i].name);
	}
	arena_free(&arena);
}

static void
test_id_random(void **state)
{
	struct id a = id_random(), b = id_random(), c = a;

	(void)state;
	assert_false(id_equal(&a, &b));
	assert_true(id_equal(&a, &c));
}

/* Every wrong character and every swap of any two shows, for many references:
 * the sum is linear, so what holds for all differences holds for all. */
static void
test_reference_mistakes(void **state)
{
	char ref[ID_REFERENCE_LEN + 1], bad[ID_REFERENCE_LEN + 1];
	char out[ID_REFERENCE_LEN + 1];
	struct err err;

	(void)state;
	for (int round = 0; round < 50; round++) {
		id_reference_new(ref);
		assert_int_equal(id_reference_parse(ref, out, &err), 0);
		assert_string_equal(ref, out);
		for (size_t i = 0; i < ID_REFERENCE_LEN; i++) {
			for (const char *c = alphabet; *c != '\0'; c++) {
				memcpy(bad, ref, sizeof(bad));
				bad[i] = *c;
				if (*c != ref[i] &&
				    id_reference_parse(bad, out, &err) == 0)
					fail_msg("%s passes for %s", bad, ref);
			}
			for (size_t j = i + 1; j < ID_REFERENCE_LEN; j++) {
				memcpy(bad, ref, sizeof(bad));
				bad[i] = ref[j];
				bad[j] = ref[i];
				if (ref[i] != ref[j] &&
				    id_reference_parse(bad, out, &err) == 0)
					fail_msg("%s passes for %s", bad, ref);
			}
		}
	}
}

/* All 32 x 32 pairs of neighbours at all places of an else empty reference. */
static void
test_reference_neighbours(void **state)
{
	struct err err;

	(void)state;
	for (size_t at = 0; at + 1 < ID_REFERENCE_LEN - 1; at++) {
		for (const char *x = alphabet; *x != '\0'; x++) {
			for (const char *y = alphabet; *y != '\0'; y++) {
				char ref[] = "0000000000", out[11];
				int found = 0;

				ref[at] = *x;
				ref[at + 1] = *y;
				for (const char *c = alphabet; *c; c++) {
					ref[9] = *c;
					if (id_reference_parse(
					    ref, out, &err) == -1)
						continue;
					found++;
					ref[at] = *y;
					ref[at + 1] = *x;
					assert_int_equal(id_reference_parse(
					    ref, out, &err), *x == *y ? 0 : -1);
					ref[at] = *x;
					ref[at + 1] = *y;
				}
				assert_int_equal(found, 1);
			}
		}
	}
}

static void
test_reference_typed(void **state)
{
	struct arena arena = {0};
	struct err err;
	char ref[ID_REFERENCE_LEN + 1], out[ID_REFERENCE_LEN + 1];
	const char *shown;
	char *typed;

	(void)state;
	do {
		id_reference_new(ref);
	} while (strchr(ref, '0') == NULL || strchr(ref, '1') == NULL);
	shown = id_reference_show(&arena, ref);
	assert_int_equal(strlen(shown), 12);
	assert_int_equal(shown[4], '-');
	assert_int_equal(shown[9], '-');
	assert_int_equal(id_reference_parse(shown, out, &err), 0);
	assert_string_equal(out, ref);

	typed = arena_printf(&arena, " %.3s %s- ", ref, ref + 3);
	for (char *p = typed; *p != '\0'; p++) {
		if (*p == '0')
			*p = 'o';
		else if (*p == '1')
			*p = p > strchr(typed, '1') ? 'L' : 'i';
		else if (*p >= 'A')
			*p = (char)(*p - 'A' + 'a');
	}
	assert_int_equal(id_reference_parse(typed, out, &err), 0);
	assert_string_equal(out, ref);
	arena_free(&arena);
}

static const char *const no_references[] = {
	"", "0", "000000000", "00000000000", "U000000000", "0000000000000000000000",
	"000000000\xc3\xa4", "\t0000000000", "W7K3/9QXD4M",
};

static void
test_reference_refused(void **state)
{
	char out[ID_REFERENCE_LEN + 1];

	(void)state;
	for (size_t i = 0; i < nitems(no_references); i++) {
		struct err err = {0};

		if (id_reference_parse(no_references[i], out, &err) == 0)
			fail_msg("\"%s\" passes", no_references[i]);
		assert_int_equal(err.code, ERR_FIELD_INVALID);
	}
}

static void
test_code(void **state)
{
	struct arena arena = {0};
	struct err err;
	char code[ID_CODE_LEN + 1], out[ID_CODE_LEN + 1];

	(void)state;
	id_code_new(code);
	assert_int_equal(strspn(code, alphabet), ID_CODE_LEN);
	assert_int_equal(
	    id_code_parse(id_code_show(&arena, code), out, &err), 0);
	assert_string_equal(code, out);
	assert_int_equal(id_code_parse("O0oI-1lLi ABCD", out, &err), 0);
	assert_string_equal(out, "00011111ABCD");
	assert_int_equal(id_code_parse("0123-4567-89A", out, &err), -1);
	assert_int_equal(id_code_parse("0123-4567-89ABC", out, &err), -1);
	arena_free(&arena);
}

/* As people type a draft's code, and what is no such code. */
static void
test_draft_code(void **state)
{
	static const struct {
		const char *name, *before, *after; /* in the code's place */
	} typed[] = {
		{"as shown", "-", "-"}, {"in one piece", "-", ""},
		{"with blanks", "-", " "}, {"with both", "-", " - "},
		{"with dashes", "-", "\xe2\x80\x93"},
		{"with hard blanks", "-", "\xc2\xa0"},
		{"with thin blanks", "-", "\xe2\x80\xaf"},
		{"O for 0", "0", "O"}, {"o for 0", "0", "o"},
		{"I for 1", "1", "I"}, {"l for 1", "1", "l"},
	};
	static const char *const wrong[] = {"", "-", "7", "0123-4567-89AB-CDEF",
	    "UUUU-UUUU-UUUU-UUUU-UUUU", "7KQ2/M4XD/9R3T/B8WZ/5NHC",
	    "\xe2\x80", "\xc2", "7KQ2-M4XD-9R3T-B8WZ-5NH\xff"};
	struct arena arena = {0};
	char code[ID_DRAFT_CODE_LEN + 1], out[ID_DRAFT_CODE_LEN + 1];
	struct err err = {0};

	(void)state;
	for (size_t round = 0; round < 200; round++) {
		const char *shown;

		id_draft_code_new(code);
		assert_int_equal(strspn(code, alphabet), ID_DRAFT_CODE_LEN);
		shown = id_draft_code_show(&arena, code);
		assert_int_equal(strlen(shown), 24);
		for (size_t i = 0; i < nitems(typed); i++) {
			char text[200] = " ";

			for (const char *s = shown; *s != '\0'; s++)
				(void)snprintf(text + strlen(text),
				    sizeof(text) - strlen(text), "%s",
				    *s == *typed[i].before ? typed[i].after
				    : (char[]){*s, '\0'});
			if (id_draft_code_parse(text, out, &err) == -1)
				fail_msg("%s: %s", typed[i].name, text);
			assert_string_equal(out, code);
		}
		/* Any one wrong character and any two swapped show. */
		for (size_t i = 0; i < ID_DRAFT_CODE_LEN; i++) {
			size_t k = (i + 1 + round % 7) % ID_DRAFT_CODE_LEN;
			char keep = code[i], other = code[k];

			code[i] = keep == 'A' ? 'B' : 'A';
			assert_int_equal(
			    id_draft_code_parse(code, out, &err), -1);
			if (keep == other) {
				code[i] = keep;
				continue;
			}
			code[i] = other;
			code[k] = keep;
			assert_int_equal(
			    id_draft_code_parse(code, out, &err), -1);
			code[i] = keep;
			code[k] = other;
		}
	}
	for (size_t i = 0; i < nitems(wrong); i++)
		assert_int_equal(
		    id_draft_code_parse(wrong[i], out, &err), -1);
	arena_free(&arena);
}

static void
test_token(void **state)
{
	struct arena arena = {0};
	struct err err;
	uint8_t token[ID_TOKEN_LEN], out[ID_TOKEN_LEN];

	(void)state;
	for (int bit = 0; bit < 128; bit++) {
		const char *text;

		memset(token, 0, sizeof(token));
		token[bit / 8] = (uint8_t)(1 << bit % 8);
		text = id_token_show(&arena, token);
		assert_int_equal(strlen(text), 26);
		assert_int_equal(id_token_parse(text, out, &err), 0);
		assert_memory_equal(token, out, sizeof(token));
	}
	memset(token, 0xff, sizeof(token));
	assert_string_equal(
	    id_token_show(&arena, token), "7zzzzzzzzzzzzzzzzzzzzzzzzz");
	assert_int_equal(
	    id_token_parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", out, &err), 0);
	assert_memory_equal(token, out, sizeof(token));
	/* One text a token: else two links would mean the same. */
	assert_int_equal(
	    id_token_parse("8zzzzzzzzzzzzzzzzzzzzzzzzz", out, &err), -1);
	assert_int_equal(
	    id_token_parse("7zzzzzzzzzzzzzzzzzzzzzzzzo", out, &err), -1);
	assert_int_equal(
	    id_token_parse("7zzzzzzzzzzzz-zzzzzzzzzzzz", out, &err), -1);
	assert_int_equal(
	    id_token_parse("7zzzzzzzzzzzzzzzzzzzzzzzz", out, &err), -1);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uuid7_shape),
		cmocka_unit_test(test_uuid7_grows),
		cmocka_unit_test(test_id_parse),
		cmocka_unit_test(test_id_random),
		cmocka_unit_test(test_reference_mistakes),
		cmocka_unit_test(test_reference_neighbours),
		cmocka_unit_test(test_reference_typed),
		cmocka_unit_test(test_reference_refused),
		cmocka_unit_test(test_code),
		cmocka_unit_test(test_draft_code),
		cmocka_unit_test(test_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
