/* Handing out what is in a mailbox. */
#ifndef OSCI_FETCH_H
#define OSCI_FETCH_H

#include "osci/osci.h"

/*
 * The delivery that the order's selection means, in the mailbox of the dialog's
 * client; warns when more are waiting. Code 9803: none, or not the client's:
 * nobody learns which.
 */
int fetch_select(struct call *c, struct osci_delivery *out, struct err *err);

/* Its message, read anew from its file. */
int fetch_read(struct call *c, const struct osci_delivery *d,
    struct osci_message *out, struct err *err);

#endif
