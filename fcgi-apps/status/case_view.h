/* Markup of the status page. */
#ifndef CASE_VIEW_H
#define CASE_VIEW_H

#include "status/ask.h"
#include "status/status.h"

/* What a form of the page came back with. */
struct case_notice {
	const char *done;	   /* text key of a success, or NULL */
	const char *message;	   /* the message as typed, or NULL */
	const char *message_error; /* text key, or NULL */
	const char *withdraw_error; /* text key, or NULL */
	const struct ask *ask; /* what is asked, with what is wrong; NULL: read */
};

void case_view(struct app *app, struct request *req, int status,
    const struct status_case *c, const struct case_notice *notice);

/* The question before a withdrawal. */
void case_withdraw_view(
    struct app *app, struct request *req, const struct status_case *c);

#endif
