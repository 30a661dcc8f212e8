/*
 * What an outbox row of kind "mail" carries (sealed under the Vorgang's data
 * key): which sentence to send to whom. The courier writes the mail from the
 * catalogues, so whoever queues one needs no prose.
 */
#ifndef OUTBOX_MAIL_H
#define OUTBOX_MAIL_H

#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/lang.h"

struct outbox_mail {
	/*
	 * To the applicant: "received" (confirmation), "state" (a new state;
	 * text from the package), "message" (the office wrote), "question" (and
	 * waits for an answer), "document" (it added one), "withdrawn".
	 * To the department: "office-document", "office-message",
	 * "office-withdrawn", "office-received". About a draft, without a
	 * Vorgang: "draft-link", "draft-week" and "draft-day" (its end is
	 * near).
	 */
	const char *template;
	const char *to; /* address */
	enum lang lang;
	uint32_t service_version_id;
	const char *reference; /* as shown, "W7K3-9QXD-4M" */
	const char *code;      /* as shown; only "received", else "" */
	const char *link;      /* of the status page; "" to departments */
	const char *state;     /* id; "" when it is not about a state */
	const char *note;      /* what the office wrote; "" when nothing */
	const char *until;     /* when a draft ends, as shown; else "" */
};

/* NULL members are written as "". */
void outbox_mail_write(const struct outbox_mail *m, struct buf *out);

/* Members live in arena a; missing ones are "". ERR_BAD_REQUEST: no such. */
int outbox_mail_read(struct arena *a, const char *json, size_t len,
    struct outbox_mail *out, struct err *err);

#endif
