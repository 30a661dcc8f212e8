/* What storing and fetching in chunks have in common. */
#ifndef OSCI_PARTIAL_H
#define OSCI_PARTIAL_H

#include "common/osci/osci_partial_store.h"
#include "osci/osci.h"

#define PARTIAL_SUFFIX "_Partial"
#define KIB 1024

/* The id of the whole: without "_Partial" at its end. */
const char *partial_whole_id(struct arena *a, const char *id);

/*
 * partial_inner.c. All chunks are here: puts them together and carries out what
 * they are, a StoreDelivery. Its feedback goes to *inside, its card to the
 * answer. 0: it is at its end, stored or refused (partial->state says which).
 * -1: not now; it can be tried again.
 */
int partial_carry_out(struct call *c, struct osci_partial *partial,
    const struct osci_chunk_row *chunk, size_t n,
    struct osci_feedback *inside, struct err *err);

#endif
