/*
 * An adviser: the first pages of a form end in advice (a result with reason
 * and next step), which leads on to the rest of the form, to another service,
 * or ends there. Member "adviser" of service.json.
 */
#ifndef SERVICE_ADVISER_H
#define SERVICE_ADVISER_H

#include "common/service/service.h"

/* One result; texts "adviser.<value>.title", ".reason", ".next". */
struct adviser_result {
	const char *value;   /* "building_permit" */
	bool proceeds;	     /* the form goes on */
	const char *link;    /* https address, or NULL */
	const char *service; /* slug of another service, or NULL */
	const struct adviser_copy *copy; /* answers that go along to it */
	size_t ncopy;
};

struct adviser_copy {
	const char *to;	  /* path in the other service's form */
	const char *from; /* path in this form */
};

/* Hangs at struct service as "adviser"; NULL: the service has none. */
struct service_adviser {
	size_t after; /* index of the last page that belongs to the advice */
	const struct service_outcome *outcome; /* sees fields up to there */
	const struct adviser_result *result;
	size_t nresult;
};

enum adviser_standing {
	ADVISER_NONE,	  /* the service has no adviser: everything is open */
	ADVISER_ASKING,	  /* answers up to "after" are missing or wrong */
	ADVISER_PROCEEDS, /* the pages behind are open */
	ADVISER_STOPS,	  /* the advice ends there; nothing to submit */
};

/*
 * Where the applicant stands. answers were evaluated (form_evaluate).
 * *result is set when the standing is PROCEEDS or STOPS, else NULL; result may
 * be NULL.
 */
enum adviser_standing service_adviser_judge(struct arena *a,
    const struct service *s, const struct form_answers *answers,
    const struct form_context *context, const struct adviser_result **result);

/* Whether page i (index in form->page) may be shown at that standing. */
bool service_adviser_reaches(
    const struct service *s, enum adviser_standing standing, size_t page);

/* The code of the refusal of an application whose advice does not proceed: a
 * finding on no field (path ""). */
#define ADVISER_STOP_CODE "adviser_stop"

/*
 * Answers for another service's form from these, by the result's prefill:
 * single values only, and only where the other form has such a field. Never
 * fails: what does not fit is left out.
 */
struct form_answers *service_adviser_prefill(struct arena *a,
    const struct adviser_result *result, const struct form_answers *from,
    const struct form *to);

#endif
