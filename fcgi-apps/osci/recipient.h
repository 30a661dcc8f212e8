/*
 * What the passive recipient does with a delivery once it is proved: keeps it
 * for the authority that it is for, and answers ProcessDelivery with a content.
 */
#ifndef OSCI_RECIPIENT_H
#define OSCI_RECIPIENT_H

#include "osci/boxes.h"

/* A delivery that is for us. */
struct arrival {
	struct call *call;
	const struct box *box;
	uint32_t peer_id; /* the intermediary that brought it; 0: our own */
	const char *message_id, *subject; /* NULL when there is none */
	struct id id; /* of its transfer, once it is kept */
};

/* The content of an answer to ProcessDelivery. */
struct process_reply {
	const char *subject; /* readable for intermediaries; NULL: none */
	const void *bytes;
	size_t len;
};

/*
 * Answers what it knows: *is_mine. In the transaction that keeps the delivery:
 * what a handler writes to the database is there together with it, once.
 */
typedef int (*process_handler)(struct arrival *a, struct process_reply *out,
    bool *is_mine, struct err *err);

/*
 * Keeps the delivery, and with_reply makes and keeps what is answered; both are
 * committed. A message id that was there before: *out is what was answered then,
 * and nothing is kept again.
 */
int recipient_keep(struct arrival *a, bool with_reply,
    struct process_reply *out, struct err *err);

/* recipient_reply.c: asks the handlers one after the other; the last one
 * acknowledges whatever it is. */
int recipient_handle(
    struct arrival *a, struct process_reply *out, struct err *err);
/* Puts it into the answer: signed as author, for the sender's eyes if the
 * sender gave a certificate. */
int recipient_answer(
    struct arrival *a, const struct process_reply *reply, struct err *err);

/* The orders. */
int accept_order(struct arrival *a, struct err *err);
int process_order(struct arrival *a, struct err *err);

#endif
