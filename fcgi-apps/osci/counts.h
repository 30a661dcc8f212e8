/* How many requests of each type ended with which code, for the metrics. */
#ifndef OSCI_COUNTS_H
#define OSCI_COUNTS_H

#include "common/app.h"
#include "common/buf.h"

struct osci_counts;

struct osci_counts *counts_new(void);
void counts_free(struct osci_counts *c);
/* type: "StoreDelivery", "" when unknown. Both live as long as the process, or
 * are short (31, 4 bytes). */
void counts_add(struct osci_counts *c, const char *type, const char *code);
/* In Prometheus' text format, with the sizes of mailboxes. */
void counts_write(struct app *app, struct buf *out);

#endif
