/* From an outbox row to a mail, in the applicant's language. */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include "common/vorgang/outbox_mail.h"
#include "common/service/service.h"
#include "courier/smtp.h"

/*
 * Subject and body from the catalogue (mail.<template>.subject, .body) or, for
 * "state" and "received", from the package (state.<id>.mail.subject, .body),
 * the town's settings put in; text and HTML say the same. id is the outbox
 * row's: it makes the Message-ID, the same at every attempt, so that a mail
 * sent twice is one to the receiver. offer may be NULL. ERR_NOT_FOUND: no such
 * template.
 */
int mail_compose(struct arena *a, const struct texts *texts,
    const struct town *town, const struct town_service *offer,
    const struct outbox_mail *in, const struct id *id, struct mail *out,
    struct err *err);

#endif
