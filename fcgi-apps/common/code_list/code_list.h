/*
 * Code lists (Genericode, as XRepository publishes them): immutable tables of
 * codes and what they mean, shared by all threads. A list is known by its
 * canonical URI and a version; one version never changes.
 *
 * Programs find the lists that published services name in struct form, member
 * code_lists; docs/code-lists.md is for operators.
 */
#ifndef CODE_LIST_H
#define CODE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"

#define CODE_LIST_ROWS 100000	      /* the most a list may have */
#define CODE_LIST_COLUMNS 64
#define CODE_LIST_CELL 8000	      /* bytes of one value */
#define CODE_LIST_CODE 120	      /* bytes of a code */
#define CODE_LIST_TEXT (8 * 1024 * 1024) /* bytes of all values */
#define CODE_LIST_NEAR 8	      /* what a person is shown at once */
#define CODE_LIST_TYPED 500	      /* longer text matches nothing */
#define CODE_LIST_ALWAYS INT32_MIN    /* valid_from of a list without a date */

struct code_list {
	const char *uri;     /* "urn:de:bund:...:schluessel:ags" */
	const char *version; /* "2026-04-30" */
	const char *name;    /* long name, German */
	int32_t valid_from;  /* a day as in date.h, or CODE_LIST_ALWAYS */
	const char *const *column; /* names (ids of the columns) */
	size_t ncolumn, code_column, label_column;
	size_t nrow; /* in the list's own order, from 0 */
	/* Private: offsets of values in text; rows by code, by folded label. */
	const char *text;
	const uint32_t *cell, *folded, *by_code, *by_label;
};

/*
 * Rows that belong to a parent's code: the value of column is that code; or
 * column is the list's own code column and the code begins with it (an AGS
 * begins with its Land). NULL for all rows, also when value is NULL or "".
 */
struct code_list_filter {
	size_t column;
	const char *value;
};

/* A row's values; "" where the list leaves one out. */
const char *code_list_cell(const struct code_list *l, size_t row,
    size_t column);
const char *code_list_code(const struct code_list *l, size_t row);
const char *code_list_label(const struct code_list *l, size_t row);

/* Index of a column by name, exactly; ncolumn when there is none. */
size_t code_list_column(const struct code_list *l, const char *name);

bool code_list_fits(const struct code_list *l, size_t row,
    const struct code_list_filter *filter);

/* O(log n), no allocation. Codes are compared byte by byte. */
bool code_list_by_code(const struct code_list *l, const char *code,
    size_t *row);

/*
 * How many of the filter's rows have this label; *row is the first in the
 * list's order. Case, blanks, hyphens, points and marks do not count, a final
 * "str." is "strasse" (utf8_fold_name; the arena is for that alone).
 */
size_t code_list_by_label(struct arena *a, const struct code_list *l,
    const char *label, const struct code_list_filter *filter, size_t *row);

/*
 * The row that a person means: a code, a label that only one row has, or what
 * code_list_display gives. False when there is none or more than one.
 */
bool code_list_match(struct arena *a, const struct code_list *l,
    const char *typed, const struct code_list_filter *filter, size_t *row);

/* What to offer for typing: the label, with the code in brackets behind it
 * when other rows of the list have the same label. */
const char *code_list_display(struct arena *a, const struct code_list *l,
    size_t row);

/*
 * Up to max (at most CODE_LIST_NEAR) rows whose labels come next to what was
 * typed: same label, same beginning, contained, then few wrong letters; a code
 * that begins like it too. Returns how many. For mistakes, not for every
 * request: it reads the whole list.
 */
size_t code_list_near(struct arena *a, const struct code_list *l,
    const char *typed, const struct code_list_filter *filter, size_t max,
    size_t *rows);

/* ---- several lists ---- */

/* Lists in several versions; immutable. */
struct code_lists;

/*
 * version NULL: the newest that is valid on day today (days as in date.h; of
 * two valid since the same day, the higher version). NULL when the list is not
 * imported here; NULL lists have none. O(log n), no allocation.
 */
const struct code_list *code_lists_find(const struct code_lists *lists,
    const char *uri, const char *version, int32_t today);

/* How many there are, and each; ordered by URI, then by valid_from. */
size_t code_lists_count(const struct code_lists *lists);
const struct code_list *code_lists_get(const struct code_lists *lists,
    size_t i);

/* ---- making them ---- */

/* What a list is made from; values row by row, NULL for one left out. */
struct code_list_source {
	const char *uri, *version, *name;
	const char *agency, *short_name; /* "" when not told */
	int32_t valid_from;
	const char *const *column;
	size_t ncolumn, code_column, label_column;
	const char *const *cell; /* nrow * ncolumn */
	size_t nrow;
};

/*
 * One block of memory, freed with arena a; every distinct value is kept once.
 * ERR_DUPLICATE names a code that comes twice, ERR_FIELD_INVALID a row without
 * a code or a code that is too long, ERR_TOO_LARGE what exceeds the limits.
 */
int code_list_build(struct arena *a, const struct code_list_source *source,
    const struct code_list **out, struct err *err);

/* Lists as code_lists_find wants them; the array is copied, in arena a. */
const struct code_lists *code_lists_new(struct arena *a,
    const struct code_list *const *list, size_t n);

#endif
