/* An opening rule as compiled. Inside service_opening*.c only. */
#ifndef OPENING_DEF_H
#define OPENING_DEF_H

#include "common/service/service_opening.h"

/* Beginnings of names, folded for comparing: "a" to "k". */
struct opening_range {
	const char *first, *last;
	const char *shown; /* "A-K", as written */
};

struct opening_ranges {
	const char *path; /* NULL: no such rule */
	const struct opening_range *range;
	size_t n;
};

struct opening_values {
	const char *path; /* NULL: no such rule */
	const char *const *value;
	size_t n;
};

struct service_opening {
	bool has_from, has_until, has_all_from;
	int32_t from, until, all_from;
	bool is_invited;
	int share; /* percent, 100: all */
	struct opening_ranges initials;
	struct opening_values districts;
	const char *const *office; /* departments of the town */
	size_t noffice;
};

#endif
