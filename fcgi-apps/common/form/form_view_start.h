/*
 * The start page of a stepped service: what is needed, how long it takes, what
 * becomes of what is typed, and the button that begins. Written to a file for
 * browsers without drafts, and by the program for those that have some.
 */
#ifndef FORM_VIEW_START_H
#define FORM_VIEW_START_H

#include "common/form/form_view.h"

/* A draft that this browser opens. */
struct form_start_draft {
	const char *service; /* its name */
	const char *base;    /* "/antrag/<service>/<draft>" */
	int64_t touched_ms, expires_ms;
	bool is_same; /* of the service that the page is about */
};

struct form_start_view {
	struct form_words words;
	const char *submission_id; /* NULL: SSI puts it there */
	const struct form_start_draft *draft;
	size_t ndraft;
	const struct form_notice *notice;
	size_t nnotice;
	bool takes_code;	/* an invitation (opening rule) */
	const char *code;	/* as typed, or NULL */
	const char *code_error; /* NULL: nothing is wrong with it */
	bool is_shared;		/* the box is ticked */
	const struct http_pairs *context; /* to begin with; NULL: nothing */
};

const char *form_start_title(const struct form_words *w);

/* The page's main part. */
void form_start_write(const struct form_start_view *v, struct html *h);

/* The whole file. */
void form_start_write_static(
    const struct form_words *w, bool takes_code, struct html *h);

#endif
