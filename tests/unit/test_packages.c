#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "common/file.h"
#include "common/json.h"
#include "common/service/service.h"

#define PACKAGES "fcgi-apps/services/"
#define GUIDE "docs/service-packages.md"
#define GUIDE_HEADING "## How to add a service"
#define FENCE "   ```"
#define FILE_MAX (1024 * 1024)

static const char *const packages[] = {
    "bewohnerparkausweis",
    "hundesteuer-anmeldung",
    "maengelmeldung",
    "fuehrerschein-umtausch",
    "kursanmeldung",
    "photovoltaik-anzeige",
    "gewerbeanmeldung",
    "sperrmuell",
    "personalausweis",
    "wohnsitz-ummeldung",
    "geburtsurkunde",
    "meldebescheinigung",
};
static const char *const towns[] = {"quellstadt", "auental"};

/* What the guide's example holds, in the order of its code blocks. */
static const char *const guide_files[] = {"service.json", "form.json",
    "texts.de.json", "texts.en.json", "examples.json"};

/* Fails with every mistake named; a warning is one here, too. */
static void
no_mistakes(const char *what, const struct form_mistakes *m)
{
	for (size_t i = 0; i < m->n; i++)
		print_error("%s: %s:%zu: %s: %s\n", what, m->mistake[i].file,
		    m->mistake[i].line, m->mistake[i].path, m->mistake[i].text);
	if (m->n > 0)
		fail_msg("%s: %zu mistakes", what, m->n);
}

static const char *
read_text(struct arena *a, const char *path, size_t *len)
{
	struct err err = {0};
	char *text;

	if (file_read(a, path, FILE_MAX, &text, len, &err) == -1)
		fail_msg("%s: %s", path, err.msg);
	return text;
}

static struct service *
read_package(struct arena *a, const char *dir)
{
	struct form_mistakes mistakes = {.arena = a};
	struct err err = {0};
	struct service *s;
	const char *package;

	if (service_read_folder(a, dir, &s, &package, &mistakes, &err) == -1)
		fail_msg("%s: %s", dir, err.msg);
	no_mistakes(dir, &mistakes);
	assert_non_null(s);
	return s;
}

/* A folder whose examples all come out as they say. */
static void
check_folder(const char *dir, size_t least)
{
	struct arena arena = {0};
	struct form_mistakes mistakes = {.arena = &arena};
	struct service *s = read_package(&arena, dir);
	struct err err = {0};
	const char *text;
	size_t len, n = 0;

	text = read_text(
	    &arena, arena_printf(&arena, "%s/examples.json", dir), &len);
	if (service_run_examples(&arena, s, text, len, &mistakes, &n, &err) ==
	    -1)
		fail_msg("%s: %s", dir, err.msg);
	no_mistakes(dir, &mistakes);
	if (n < least)
		fail_msg("%s: only %zu examples", dir, n);
	arena_free(&arena);
}

static void
test_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(packages); i++) {
		char dir[200];

		(void)snprintf(dir, sizeof(dir), "%s%s", PACKAGES, packages[i]);
		check_folder(dir, 30);
	}
}

/* Rules on any and on each member, groups to depth two. */
static void
test_household(void **state)
{
	(void)state;
	check_folder("tests/data/services/haushalt", 25);
}

static bool
has_department(const cJSON *town, const char *slug)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, json_array(town, "departments"))
	{
		const char *own = json_string(one, "slug");

		if (own != NULL && strcmp(own, slug) == 0)
			return true;
	}
	return false;
}

/* Every desk that the package may send a Vorgang to is one of the town's. */
static void
check_desks(const struct service *s, const cJSON *town, const void *settings)
{
	for (size_t i = 0; i <= s->nroute; i++) {
		const char *desk = service_department_name(
		    i < s->nroute ? s->route[i].department : s->department,
		    settings);

		if (!has_department(town, desk))
			fail_msg("%s: %s has no department %s", s->slug,
			    json_string(town, "slug"), desk);
	}
}

static void
test_towns(void **state)
{
	(void)state;
	for (size_t t = 0; t < nitems(towns); t++) {
		struct arena arena = {0};
		struct err err = {0};
		const cJSON *services;
		const char *text;
		cJSON *town;
		size_t len;

		text = read_text(&arena,
		    arena_printf(&arena, "%sdemo/%s.json", PACKAGES, towns[t]),
		    &len);
		if (json_parse(&arena, text, len, &json_limits_package, &town,
			&err) == -1)
			fail_msg("%s: %s", towns[t], err.msg);
		services = json_object(town, "services");
		for (size_t i = 0; i < nitems(packages); i++) {
			struct form_mistakes mistakes = {.arena = &arena};
			struct service *s =
			    read_package(&arena, arena_printf(&arena, "%s%s",
						     PACKAGES, packages[i]));
			const cJSON *own = json_object(
			    json_object(services, packages[i]), "settings");

			assert_non_null(own);
			check_desks(s, town,
			    service_settings_merge(&arena, s, own, &mistakes));
			no_mistakes(towns[t], &mistakes);
		}
		arena_free(&arena);
	}
}

static void
write_file(const char *dir, const char *name, const char *text, size_t len)
{
	char path[200];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void
remove_file(const char *dir, const char *name)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	(void)unlink(path);
}

/* Copies the guide's code blocks into files, one after the other. */
static void
write_guide(struct arena *a, const char *dir)
{
	size_t len;
	const char *s = strstr(read_text(a, GUIDE, &len), GUIDE_HEADING);

	for (size_t i = 0; i < nitems(guide_files); i++) {
		const char *end;

		assert_non_null(s);
		s = strstr(s, FENCE "json\n");
		assert_non_null(s);
		s += strlen(FENCE "json\n");
		end = strstr(s, FENCE "\n");
		assert_non_null(end);
		write_file(dir, guide_files[i], s, (size_t)(end - s));
		s = end + strlen(FENCE);
	}
}

/* The service that docs/service-packages.md builds is a whole one. */
static void
test_guide(void **state)
{
	char top[] = "/tmp/torhaus-guide-XXXXXX", dir[100], link[100];
	struct arena arena = {0};
	char *blocks = realpath(PACKAGES "blocks", NULL);

	(void)state;
	assert_non_null(blocks);
	assert_non_null(mkdtemp(top));
	(void)snprintf(dir, sizeof(dir), "%s/tonnentausch", top);
	(void)snprintf(link, sizeof(link), "%s/blocks", top);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(symlink(blocks, link), 0);
	free(blocks);
	write_guide(&arena, dir);
	check_folder(dir, 2);
	for (size_t i = 0; i < nitems(guide_files); i++)
		remove_file(dir, guide_files[i]);
	(void)rmdir(dir);
	(void)unlink(link);
	(void)rmdir(top);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_examples),
	    cmocka_unit_test(test_household),
	    cmocka_unit_test(test_towns),
	    cmocka_unit_test(test_guide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
