/*
 * Paths of answers: keys and item numbers with dots between, "dogs.0.breed".
 * Inside the form engine only.
 */
#ifndef FORM_PATH_H
#define FORM_PATH_H

#include "common/form/form.h"

#define FORM_PATH_ITEM SIZE_MAX /* no item number */

/* A path being read, one group deeper a step. */
struct form_path {
	const char *rest;
	const struct form_field *field; /* of the step */
	size_t item;			/* its item number or FORM_PATH_ITEM */
};

void form_path_begin(struct form_path *p, const char *path);
/*
 * The next step: a key in the group of the step before, with an item number if
 * the field is a repeat and one follows. False at the end or when the form has
 * no such path (*is_wrong).
 */
bool form_path_next(
    const struct form *f, struct form_path *p, bool *is_wrong);

/* A path being written, for walks over answers. */
struct form_trail {
	char path[FORM_PATH_MAX];
	size_t len;
};

/* Appends a key, and an item number unless it is FORM_PATH_ITEM; returns the
 * length to go back to with form_trail_back. */
size_t form_trail_put(struct form_trail *t, const char *key, size_t item);
void form_trail_back(struct form_trail *t, size_t len);

#endif
