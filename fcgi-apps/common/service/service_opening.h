/*
 * Who may use a service now: the member "opening" of a town's settings, so
 * that a town opens a service in stages without a new version. Compiled when
 * the town's settings are put over the package's (service_set.c).
 *
 *	{"from": "2026-12-01", "until": "2027-03-31",
 *	 "all_from": "2027-01-15", "invited": true,
 *	 "share": 25, "offices": ["buergerbuero"],
 *	 "initials": {"field": "person.family_name", "ranges": ["A-K"]},
 *	 "districts": {"field": "address.postal_code", "values": ["12345"]}}
 *
 * Every member must hold; absent or {} is open to all. An invitation passes
 * all but the dates, and so does everybody from the day in all_from on.
 */
#ifndef SERVICE_OPENING_H
#define SERVICE_OPENING_H

#include "common/form/form_text.h"
#include "common/service/service.h"

/* Why it is not open, and the texts: "opening.<wire>.title" and
 * "opening.<wire>", of the package or else of the catalogue. */
#define OPENING_TABLE(X) /* enumerator, name on the wire */ \
	X(OPENING_OPEN, "open") \
	X(OPENING_EARLY, "early")	     /* before "from" */ \
	X(OPENING_LATE, "late")		     /* after "until" */ \
	X(OPENING_NOT_INVITED, "not_invited") \
	X(OPENING_SHARE, "share")	     /* not among the first ones */ \
	X(OPENING_INITIALS, "initials")	     /* other initials have the turn */ \
	X(OPENING_DISTRICTS, "districts")    /* other districts */ \
	X(OPENING_OFFICES, "offices")	     /* an office that takes no part */

enum opening_why {
#define OPENING_ENUM(code, wire) code,
	OPENING_TABLE(OPENING_ENUM)
#undef OPENING_ENUM
};

enum opening_moment {
	OPENING_AT_START,   /* no answers yet: dates, invited, share */
	OPENING_AT_ANSWERS, /* and initials, districts, offices, as far as the
			       answers they go by are there and valid */
	OPENING_AT_SUBMIT,  /* all; an answer that is not there fits nothing */
};

struct service_opening; /* compiled; NULL: open to all */

/* Who asks. */
struct opening_visit {
	/* What "share" goes by. The same from start to submission, whatever
	 * browser comes, so that nobody is let in and later refused. */
	const struct id *submission_id;
	bool is_invited; /* invitation_held (common/invitation_store.h) */
	const struct form_context *context;
	const struct form_answers *answers; /* evaluated; NULL at the start */
};

struct opening_result {
	enum opening_why why;
	const char *path; /* the field that decided, or NULL */
	int32_t opens;	  /* the day it opens for them, 0: not known */
	int32_t closed;	  /* OPENING_LATE: the last day it was open */
};

/* What people read; all in w's arena, "" where there is nothing to say. */
struct opening_words {
	const char *title; /* "Noch nicht für Sie geöffnet" */
	const char *text;  /* why */
	const char *when;  /* when it opens for them */
	const char *usual; /* the usual way, with the department's name */
	const struct department *department; /* address, hours, phone; or NULL */
};

/*
 * Compiles the opening rule of merged settings (cJSON object). Mistakes name
 * file "settings" and the path in it, with a remedy. NULL: open to all, or a
 * mistake; form_mistakes_count tells which.
 */
const struct service_opening *service_opening_compile(struct arena *a,
    const struct service *s, const void *settings,
    struct form_mistakes *mistakes);

/* Judges; result.why is OPENING_OPEN when they may go on. */
struct opening_result service_opening_judge(struct arena *a,
    const struct town_service *offer, const struct opening_visit *visit,
    enum opening_moment moment);

/* Whether the start page offers a field for an invitation code. */
bool service_opening_takes_codes(const struct town_service *offer);

/* "early": for problem types and text keys. */
const char *service_opening_wire(enum opening_why why);

void service_opening_words(const struct form_words *w, const struct town *town,
    const struct town_service *offer, const struct opening_result *result,
    struct opening_words *out);

#endif
