/* What a client does to a Vorgang, once for each Idempotency-Key. */
#ifndef ACTION_H
#define ACTION_H

#include "common/vorgang/office_step.h"
#include "handover/handover.h"

struct action {
	const char *kind; /* part of what the key stands for */
	struct opened opened;
	struct client_request request; /* key, digest */
	size_t nevent; /* that it writes */
	bool is_collect;    /* not an answer: the acknowledgement */
	int64_t now_ms;
};

/* Checks client, right, Vorgang and key. */
int action_begin(struct app *app, struct request *req,
    enum client_right right, struct action *action, bool *is_answered,
    struct err *err);

/* What the key stands for: kind, Vorgang and these bytes. */
void action_digest(struct action *action, const void *data, size_t len);

/*
 * Answers what was done under this key before: 200 with the present state, or
 * 409 when that was something else.
 */
int action_is_again(struct app *app, struct request *req,
    struct action *action, bool *is_answered, struct err *err);

/* A step of the office with what follows from the action. */
void action_step(struct app *app, struct request *req,
    const struct action *action, struct office_step *step);

/* Carries it out and answers; the same in between is answered as again. */
int action_run(struct app *app, struct request *req, struct action *action,
    const struct office_step *step, struct err *err);
int action_collect(struct app *app, struct request *req,
    struct action *action, struct err *err);

/* 200 with the present state. */
int action_reply(struct app *app, struct request *req, struct action *action,
    bool is_again, struct err *err);

/* Writes the rows of an action, without answering; ERR_DUPLICATE: the key was
 * used meanwhile. For document.c. */
int action_write(struct app *app, struct request *req, struct action *action,
    const struct office_step *step, struct err *err);

#endif
