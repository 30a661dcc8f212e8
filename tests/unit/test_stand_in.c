/* What stands in for messages that are not public goes to simulators alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/stand_in.h"

#define NAMESPACE "urn:x-torhaus:schema:xproduzent-platzhalter:1.0"

static const struct {
	const char *name, *simulators, *key, *says; /* NULL: it may go */
} cases[] = {
	{ "to a simulator", "yes", "simulator:99000001", NULL },
	{ "no simulators here", "no", "simulator:99000001",
	    "simulators = yes" },
	{ "to a real partner", "yes", "ags:99000001", "simulator:..." },
	{ "to one that is only called so", "yes", "simulators:99000001",
	    "simulator:..." },
	{ "behind another prefix", "yes", "ags:simulator:1", "simulator:..." },
	{ "to one without a key", "yes", NULL, "simulator:..." },
};

static void
test_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct config config = { .simulators =
						   cases[i].simulators };
		struct err err = { 0 };
		int rc = stand_in_check(&config, cases[i].key, &err);

		if ((rc == 0) != (cases[i].says == NULL))
			fail_msg("%s: %d %s", cases[i].name, rc, err.msg);
		if (rc == -1 &&
		    (err.code != ERR_FORBIDDEN ||
			strstr(err.msg, cases[i].says) == NULL))
			fail_msg("%s: %s", cases[i].name, err.msg);
	}
}

static void
test_is(void **state)
{
	(void)state;
	assert_true(stand_in_is(NAMESPACE));
	assert_true(
	    stand_in_is("urn:x-torhaus:schema:xproduzent-platzhalter:2.0"));
	assert_false(stand_in_is("urn:x-torhaus:schema:xtorhaus:1.0"));
	assert_false(stand_in_is("http://www.osci.de/xmeld2511a"));
	assert_false(stand_in_is(NULL));
}

/* It is found wherever it lies, also over the seams of the spool's pieces. */
static void
test_holds(void **state)
{
	static const struct {
		size_t before, step; /* bytes in front; put in such pieces */
	} places[] = { { 0, 1 }, { 0, 1000 }, { 1, 7 }, { 65500, 65536 },
		{ 65536 - 20, 4096 }, { 200000, 65536 }, { 30, 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct arena a = { 0 };
		struct crypto_spool *s = crypto_spool_new(&a, "/tmp", 1 << 22);
		size_t len = places[i].before + strlen(NAMESPACE) + 10;
		char *text = arena_alloc(&a, len, 1);
		struct err err = { 0 };
		bool found = false;

		memset(text, 'u', len);
		memcpy(text + places[i].before, NAMESPACE, strlen(NAMESPACE));
		for (size_t at = 0; at < len; at += places[i].step) {
			size_t n = len - at < places[i].step ? len - at
							     : places[i].step;

			assert_int_equal(
			    crypto_spool_put(s, text + at, n, &err), 0);
		}
		assert_int_equal(
		    stand_in_holds(s, 0, (int64_t)len, &found, &err), 0);
		if (!found)
			fail_msg("not found behind %zu", places[i].before);
		assert_int_equal(stand_in_holds(s,
				     (int64_t)places[i].before + 1,
				     (int64_t)(len - places[i].before) - 1,
				     &found, &err),
		    0);
		assert_false(found);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_is),
		cmocka_unit_test(test_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
