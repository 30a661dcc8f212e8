/*
 * Whom the passive recipient receives for: the installation's own recipient, and
 * every town's authorities (identities of role client).
 */
#ifndef OSCI_BOXES_H
#define OSCI_BOXES_H

#include "osci/osci.h"

struct box {
	struct party party;
	const struct osci_own *own; /* own->town_id 0: the installation's */
};

struct boxes {
	struct box *box;
	size_t n;
	/* all keys that a message to us may be encrypted for, and the name of
	 * whoever must answer before it is known for whom a message is */
	struct party any;
};

/* Reads them from the database; all of it lives in arena a. */
int boxes_load(struct app *app, struct worker *w, struct arena *a,
    struct boxes **out, struct err *err);

/* Whose certificate it is, active or retired; NULL: nobody's here. */
const struct box *boxes_find(
    const struct boxes *b, const struct osci_cert *cert);

/*
 * For whom an order is: by CipherCertificateAddressee. What is addressed to the
 * installation's recipient goes to the one authority among the readers, or to
 * the only one there is. NULL: nobody that we receive for.
 */
const struct box *boxes_addressee(
    const struct boxes *b, const struct osci_order *order);

#endif
