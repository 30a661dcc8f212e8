/*
 * The invented residents of two invented municipalities, and what the office
 * does with each; everybody else is known to it as they say they are.
 */
#ifndef RESIDENTS_H
#define RESIDENTS_H

#include <stdbool.h>
#include <stddef.h>

enum resident_role { RESIDENT_HEAD, RESIDENT_PARTNER, RESIDENT_CHILD };

enum resident_way {
	RESIDENT_USUAL,
	RESIDENT_HIDDEN,   /* blocked: nobody is told that they are here */
	RESIDENT_BLOCKED,  /* blocked, and that is told to the portal */
	RESIDENT_MIXED_UP, /* the data of somebody else are sent */
	RESIDENT_UNKNOWN,
	RESIDENT_DECEASED,
	RESIDENT_AT_ONCE, /* registered without a letter */
	RESIDENT_REFUSED, /* with a letter that says why */
	RESIDENT_PATIENT, /* a wrong code may be tried again, twice */
	RESIDENT_LATE,    /* the time for the code is over already */
};

struct resident {
	const char *ags; /* of the municipality */
	int household;   /* persons of one number are a family */
	enum resident_role role;
	const char *family, *given,
	    *birth; /* given NULL: whoever has the name */
	const char *sex, *birth_name, *birth_place; /* birth_name "": none */
	const char *marital; /* code of the DSMeld list */
	enum resident_way way;
};

size_t residents_count(void);
const struct resident *resident_get(size_t i);
/* Whether that family name is one of theirs: then given name and date count. */
bool resident_is_name(const char *family);
/* NULL when nobody is called so. */
const struct resident *resident_find(
    const char *family, const char *given, const char *birth);

#endif
