/* links: torhaus/command */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "torhaus/command.h"

#define WORDS 5

static const struct {
	const char *usage;
	const char *argv[WORDS];
	int rc;
} cases[] = {
	{ "DIR...", { "a", "b" }, 0 },
	{ "DIR...", { "a", "--bogus" }, -1 },
	{ "DIR...", { "a", "--" }, -1 },
	{ "", { "--out" }, -1 },
	{ "--out FILE", { "--out" }, -1 },
	{ "--out FILE", { "--out", "x" }, 0 },
	{ "--out FILE", { "--out=x" }, 0 },
	{ "--out FILE", { "--ou", "x" }, -1 },
	{ "--outer FILE", { "--out", "x" }, -1 },
	{ "[--note TEXT | --note-file FILE]", { "--note", "--x" }, 0 },
	{ "[--note-file FILE | --note TEXT]", { "--note", "x" }, 0 },
	{ "[--json] [--lang de|en]", { "--json", "--lang", "en" }, 0 },
	{ "[--json] [--lang de|en]", { "--json=1" }, -1 },
	{ "[--json] [--lang de|en]", { "--lang", "zz" }, -1 },
	{ "[--json] [--lang de|en]", { "--lang=d" }, -1 },
	{ "[--json] [--lang de|en]", { "--lang", "" }, -1 },
	{ "(SERVICE | --all) --town SLUG", { "--all", "--town", "x" }, 0 },
	{ "SERVICE --town SLUG [FILE | --all]", { "x", "--all" }, 0 },
	{ "[--set PATH=VALUE]... [--lang de|en]",
	    { "--set", "a=1", "--set", "b=--c" }, 0 },
	{ "(ID... | --failed)", { "--failed" }, 0 },
	{ "(--p12 FILE | --p FILE)", { "--p12", "x" }, 0 },
	{ "(--p12 FILE | --p FILE)", { "--p1", "x" }, -1 },
	{ "DIR", { "--config", "x", "y" }, 0 },
	{ "DIR", { "--config=x", "y" }, 0 },
	{ "DIR", { "--conf=x", "y" }, -1 },
};

static void
test_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		char *argv[WORDS] = { NULL };
		int argc = 0;

		for (; argc < WORDS && cases[i].argv[argc] != NULL; argc++)
			argv[argc] = (char *)(uintptr_t)cases[i].argv[argc];
		if (tool_options_check(cases[i].usage, argc, argv) !=
		    cases[i].rc)
			fail_msg("case %zu: %s: %s", i, cases[i].usage,
			    argv[argc - 1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
