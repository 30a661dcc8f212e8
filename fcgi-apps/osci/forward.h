/*
 * The row of a delivery on its way to a passive recipient: taken in before
 * anything is sent, recognised when the order is repeated, closed when the
 * outcome is known. Forwarding and mediating have it in common.
 */
#ifndef OSCI_FORWARD_H
#define OSCI_FORWARD_H

#include "common/osci/osci_forward_store.h"
#include "osci/relay.h"

enum forward_begin {
	FORWARD_IS_OURS, /* to be sent now */
	FORWARD_IS_DONE, /* by an earlier order: say so again */
};

/*
 * Takes in the order of this way, or finds the row that an earlier one left: the
 * same client, the same way, the same content. Somebody who forwards it at this
 * moment is waited for. response_id: for a new row, NULL for none. Codes 9800,
 * 9801, 9809.
 */
int forward_begin(struct call *c, enum osci_way way, const char *response_id,
    struct osci_forward *f, enum forward_begin *how, struct err *err);

/* The process card of a row, in the call's arena. */
struct osci_card *forward_card(struct call *c, const struct osci_delivery *d);
/* What the row says once the recipient was tried: state, times, inspections. */
void forward_note(const struct relay *r, struct osci_delivery *d);

#endif
