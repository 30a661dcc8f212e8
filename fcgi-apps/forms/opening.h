/* Whether a service is open for this applicant (settings.opening). */
#ifndef OPENING_H
#define OPENING_H

#include "common/service/service_opening.h"
#include "forms/antrag.h"

/*
 * Judges at a moment; a->submission_id is there, and from the answers on they
 * are judged. A code that came along (a->invitation) is redeemed for the
 * submission id; one that does not fit puts the text key of its message into
 * a->invitation_error. Fine to ask again: an invitation counts once.
 */
int opening_ask(struct app *app, struct request *req, struct antrag *a,
    enum opening_moment moment, struct opening_result *out, struct err *err);

/* The notice for a page: why, when, the usual way. */
void opening_notice(struct app *app, struct request *req, struct antrag *a,
    const struct opening_result *result);

#endif
