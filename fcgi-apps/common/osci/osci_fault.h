/*
 * SOAP faults of OSCI-Transport 1.2 (part 1, faults): what is wrong with a
 * message before it can be taken for an order.
 */
#ifndef OSCI_FAULT_H
#define OSCI_FAULT_H

#include "common/buf.h"
#include "common/text.h"

/*
 * A fault in its MIME form, unsigned, in clear, without schemaLocation. code:
 * "9100"; the sentence is the catalogue's, nothing of what went wrong inside.
 */
void osci_fault_put(struct buf *b, struct arena *a, const char *code,
    const struct texts *texts);

#endif
