/* What the applicant does about an application, by page or by API. */
#ifndef ACT_H
#define ACT_H

#include "status/status.h"

#define MESSAGE_LENGTH_MAX 4000 /* characters */

/*
 * Writes to the office. submission: the page's id, so that a page sent twice
 * is one message (then 0 as well). ERR_FIELD_INVALID with field "text" and the
 * text key in msg; ERR_CONFLICT when the case is closed.
 */
int act_message(struct app *app, struct request *req,
    const struct status_case *c, const struct id *submission,
    const char *text, size_t len, struct err *err);

/* Withdraws. ERR_CONFLICT when that is not possible (any more). */
int act_withdraw(struct app *app, struct request *req,
    const struct status_case *c, struct err *err);

#endif
