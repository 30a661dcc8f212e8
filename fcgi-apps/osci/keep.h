/* Keeping a message: the file, its row, the id used up. */
#ifndef OSCI_KEEP_H
#define OSCI_KEEP_H

#include "osci/osci.h"

struct keeping {
	const struct osci_order *order;
	const struct osci_judgement *judgement;
	struct crypto_spool *bytes; /* the message as it came */
	enum osci_way way;
	const struct id *partial; /* it came in chunks; NULL: whole */
	int64_t issued_from_ms; /* ids that were issued before do not count */
};

/*
 * Keeps a message in its addressee's mailbox. Whoever is told that it is kept
 * may rely on it: file and rows are durable. Codes 9800, 9801, 9811, 9300.
 */
int keep_message(struct call *c, const struct keeping *what,
    struct osci_delivery *out, struct err *err);

/* Ids issued before this are good no more. */
int64_t keep_issued_from_ms(const struct call *c);

#endif
