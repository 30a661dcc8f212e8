/*
 * The official sets and code lists of ../shared/xoev, installed in a folder of
 * their own. Include it last; the test links
 *   torhaus/xoev_install torhaus/xoev_claim torhaus/xoev_sums
 *   torhaus/xoev_survey torhaus/xoev_copy
 *   torhaus/xoev_zip torhaus/genericode torhaus/genericode_columns
 *   torhaus/xml_pull torhaus/xml_scan
 */
#ifndef XOEV_FIXTURE_H
#define XOEV_FIXTURE_H

#include <dirent.h>
#include <unistd.h>

#include "common/code_list/code_list.h"
#include "common/date.h"
#include "common/file.h"
#include "common/xoev/xoev.h"
#include "torhaus/genericode.h"
#include "torhaus/xoev_install.h"

#define XOEV_SHARED "../shared/xoev"
#define XOEV_DAY "2026-06-01" /* on which the sets and lists are judged */

struct xoev_fixture {
	struct arena arena;
	char dir[64];
	bool is_missing; /* no ../shared/xoev here */
	struct xoev_rules rules;
};

static inline void
xoev_fixture_add(struct xoev_fixture *f, const char *name, const char *version)
{
	const char *from =
	    arena_printf(&f->arena, "%s/%s", XOEV_SHARED, name);
	struct xoev_claim claim = { .version = version };
	struct xoev_set *set;
	struct err err = { 0 };

	if (xoev_install(&f->arena, f->dir, from, &claim, &set, &err) == -1)
		fail_msg("%s: %s", name, err.msg);
}

/* One of our own sets. */
static inline void
xoev_fixture_own(struct xoev_fixture *f, const char *name)
{
	const char *from = arena_printf(&f->arena, "xoev-schemas/%s", name);
	struct xoev_claim claim = { 0 };
	struct xoev_set *set;
	struct err err = { 0 };

	if (xoev_install(&f->arena, f->dir, from, &claim, &set, &err) == -1)
		fail_msg("%s: %s", name, err.msg);
}

/* The list of municipalities has two more: those of the invented messages. */
static inline void
xoev_fixture_invent(struct arena *a, struct code_list_source *s)
{
	static const char *const code[] = { "09000001", "09000002",
		"16099001", "16099002" };
	const char **cell;

	if (strcmp(s->uri,
		"urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:ags") !=
	    0)
		return;
	cell = arena_new(a, const char *, (s->nrow + 4) * s->ncolumn);
	memcpy(cell, s->cell, s->nrow * s->ncolumn * sizeof(*cell));
	for (size_t i = 0; i < nitems(code); i++) {
		cell[s->nrow * s->ncolumn + s->code_column] = code[i];
		cell[s->nrow * s->ncolumn + s->label_column] = "Erfunden";
		s->nrow++;
	}
	s->cell = cell;
}

static inline void
xoev_fixture_lists(struct xoev_fixture *f)
{
	const struct code_list *list[64];
	DIR *dir = opendir(XOEV_SHARED "/codelisten");
	struct dirent *entry;
	size_t n = 0;

	while (dir != NULL && n < nitems(list) &&
	    (entry = readdir(dir)) != NULL) {
		struct code_list_source s;
		struct err err = { 0 };
		char *text;
		size_t len;

		if (strstr(entry->d_name, ".xml") == NULL)
			continue;
		if (file_read(&f->arena,
			arena_printf(&f->arena, "%s/codelisten/%s",
			    XOEV_SHARED, entry->d_name),
			GENERICODE_MAX, &text, &len, &err) == -1 ||
		    genericode_read(&f->arena, text, len, NULL, &s, &err) == -1)
			fail_msg("%s: %s", entry->d_name, err.msg);
		xoev_fixture_invent(&f->arena, &s);
		if (code_list_build(&f->arena, &s, &list[n++], &err) == -1)
			fail_msg("%s: %s", entry->d_name, err.msg);
	}
	if (dir != NULL)
		(void)closedir(dir);
	f->rules.lists = code_lists_new(&f->arena, list, n);
}

static inline int
xoev_fixture_up(void **state)
{
	struct xoev_fixture *f = calloc(1, sizeof(*f));
	struct err err = { 0 };

	assert_non_null(f);
	*state = f;
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/xoev-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->is_missing = access(XOEV_SHARED "/catalog.xml", R_OK) == -1;
	assert_int_equal(date_parse(XOEV_DAY, &f->rules.day, &err), 0);
	if (f->is_missing) {
		(void)printf("../shared/xoev is not here: skipped\n");
		return 0;
	}
	xoev_fixture_add(f, "xoev-bibliothek", "2022-08");
	xoev_fixture_add(f, "xinneres", "26.11");
	xoev_fixture_add(f, "xmeld-25.11a", NULL);
	xoev_fixture_add(f, "xwasser-1.0.0", NULL);
	xoev_fixture_add(f, "xdomea-3.0.0", NULL);
	xoev_fixture_own(f, "xtorhaus-1.0");
	xoev_fixture_own(f, "xproduzent-platzhalter-1.0");
	xoev_fixture_lists(f);
	if (xoev_sets_load(f->dir, &f->rules.sets, &err) == -1)
		fail_msg("%s", err.msg);
	return 0;
}

static inline int
xoev_fixture_down(void **state)
{
	struct xoev_fixture *f = *state;

	xoev_sets_free(f->rules.sets);
	xoev_remove_folder(f->dir);
	arena_free(&f->arena);
	free(f);
	return 0;
}

/* A file of ../shared/xoev. */
static inline const char *
xoev_fixture_read(struct xoev_fixture *f, const char *path, size_t *len)
{
	struct err err = { 0 };
	char *text = NULL;

	if (file_read(&f->arena,
		arena_printf(&f->arena, "%s/%s", XOEV_SHARED, path),
		XOEV_MESSAGE_MAX, &text, len, &err) == -1)
		fail_msg("%s: %s", path, err.msg);
	return text;
}

#endif
