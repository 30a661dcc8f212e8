/*
 * One delivery out of a mailbox: fetched, in chunks if need be, and written down
 * before anything acknowledges it; or found to be one that cannot be had.
 */
#ifndef COURIER_OSCI_TAKE_H
#define COURIER_OSCI_TAKE_H

#include "courier/osci.h"

/* A mailbox that is being emptied. */
struct osci_taking {
	struct osci_work *work;
	const struct osci_fetch *fetch;
	struct osci_exchange exchange; /* within an open dialog */
};

enum osci_taken {
	OSCI_TAKEN,	       /* it is written down, even when unreadable */
	OSCI_TAKEN_NONE,       /* there is none */
	OSCI_TAKEN_UNREADABLE, /* what came is no answer that counts */
	OSCI_TAKEN_REFUSED,    /* the intermediary does not hand it out */
};

/*
 * The oldest (message_id NULL), or a certain one. *why: of the last two, after
 * which the dialog may be over. -1: the line, the database.
 */
int osci_take_one(struct osci_taking *t, const char *message_id,
    enum osci_taken *how, struct err *why, struct err *err);

/* Notes that one cannot be read, so that it is asked for no more. */
int osci_put_aside(struct osci_taking *t, const char *message_id,
    const char *why, struct err *err);

#endif
