/* Mail by SMTP (RFC 5321) through libcurl; the only file that knows it. */
#ifndef SMTP_H
#define SMTP_H

#include "common/config.h"
#include "common/err.h"

struct mail {
	const char *from;	/* address */
	const char *from_name;	/* UTF-8 */
	const char *to;		/* address */
	const char *subject;	/* UTF-8 */
	const char *message_id; /* without <>, the same at every attempt */
	const char *language;	/* "de" */
	const char *text;	/* UTF-8, \n */
	const char *html;	/* UTF-8, a whole document */
};

enum smtp_outcome {
	SMTP_SENT,
	SMTP_LATER,  /* server away, 4xx, time over: try again */
	SMTP_REFUSED /* 5xx: trying again will not help */
};

struct smtp;

/* Keeps its connection between mails. ERR_CONFIG: settings do not fit. */
int smtp_new(const struct config *config, struct smtp **out, struct err *err);
void smtp_free(struct smtp *s);

/* Sends one mail; err->msg says why it was not sent, without addresses. */
enum smtp_outcome smtp_send(
    struct smtp *s, const struct mail *mail, struct err *err);

#endif
