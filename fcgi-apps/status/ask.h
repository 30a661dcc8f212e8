/*
 * What an exchange with another authority wants of the applicant while it waits
 * (service.json, "ask"): to read what the authority wrote and confirm it, or to
 * give a short text. The answer is a message to the office like any other; the
 * exchange recognises it.
 */
#ifndef ASK_H
#define ASK_H

#include "common/service/service_exchange.h"
#include "common/xoev/xoev_table.h"
#include "status/status.h"

#define ASK_SHOWN_MAX 40

/* A message that came in, to be read. */
struct ask_shown {
	struct xoev_table table;
	const char *name; /* of the person, else "1", "2", ... */
	bool is_yes, is_no; /* as chosen */
};

struct ask {
	const struct exchange_step *step; /* NULL: nothing is asked */
	struct ask_shown *shown;
	size_t nshown;
	const char *typed;	/* what is wrong, or the short text */
	const char *error;	/* text key; NULL: none */
	bool is_error_of_text;	/* else of the choices */
};

/* What is asked now, with the messages as tables. */
int ask_read(struct app *app, struct request *req,
    const struct status_case *c, struct ask *out, struct err *err);

/*
 * Reads the form of that page into *ask and makes the message of it. 0: *text
 * is to be sent; -1: ask->error tells what is missing.
 */
int ask_take(struct request *req, const struct http_pairs *pairs,
    struct ask *ask, const char *yes, const char *no, const char *wrong,
    const char **text);

/* The section of the page; nothing when nothing is asked. */
void ask_view(struct app *app, struct request *req, struct html *h,
    const struct status_case *c, const struct ask *ask);

#endif
