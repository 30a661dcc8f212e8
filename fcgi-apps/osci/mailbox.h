/* Who has a mailbox, and who may put what into it. */
#ifndef OSCI_MAILBOX_H
#define OSCI_MAILBOX_H

#include "common/osci/osci_mailbox_store.h"
#include "osci/osci.h"

/*
 * The mailbox of an addressee for a message of so many bytes. Code 9811 when
 * there is none, it is closed or full, the message is too large for it, or the
 * sender is none of those who may send to it: the standard has no code that
 * says so. The log does. What has come of messages in chunks counts, but for
 * the one that it is about (NULL: none).
 */
int mailbox_for(struct call *c, const struct osci_cert *addressee,
    int64_t size, const struct id *partial, struct osci_mailbox *out,
    struct err *err);

#endif
