/*
 * Process cards (Laufzettel) and the inspections in them (OSCI-Transport 1.2,
 * part 1, process card): what became of a delivery, when, and what was found
 * about the certificates in it.
 */
#ifndef OSCI_CARD_H
#define OSCI_CARD_H

#include "common/buf.h"
#include "common/xml/xml_tree.h"

enum osci_cert_type { OSCI_CERT_UNKNOWN, OSCI_CERT_ADVANCED,
	OSCI_CERT_QUALIFIED, OSCI_CERT_ACCREDITED };
enum osci_math { OSCI_MATH_OK, OSCI_MATH_CORRUPTED, OSCI_MATH_INDETERMINATE };
enum osci_offline { OSCI_OFFLINE_VALID, OSCI_OFFLINE_INVALID,
	OSCI_OFFLINE_INDETERMINATE };
enum osci_online { OSCI_ONLINE_NONE, OSCI_ONLINE_OK, OSCI_ONLINE_REVOKED };
enum osci_online_by { OSCI_BY_CRL, OSCI_BY_OCSP, OSCI_BY_LDAP };

/* What was found about one certificate. */
struct osci_inspection {
	int64_t at_ms;
	const char *subject, *issuer; /* RFC 2253 */
	const char *serial;	      /* decimal */
	enum osci_cert_type type;
	enum osci_math math;	   /* the issuer's signature over it */
	enum osci_offline offline; /* validity time and chain */
	enum osci_online online;   /* revocation */
	enum osci_online_by online_by;
};

#define OSCI_INSPECTIONS_MAX 64

/*
 * Times are milliseconds since 1970, 0 for none. Of a cryptographic time stamp,
 * which is not opened here, the time of the last modification stands in when a
 * card is read.
 */
struct osci_card {
	const char *message_id;
	int64_t creation_ms, forwarding_ms, reception_ms, modification_ms;
	const char *subject; /* NULL for none */
	const struct osci_inspection *inspection;
	size_t ninspection;
};

/*
 * How much of a card is told: an answer to StoreDelivery knows the creation
 * only, who is handed a delivery the forwarding as well, and the reception only
 * who asks for process cards, or forwards.
 */
enum osci_card_extent { OSCI_CARD_UNTIL_FORWARDING, OSCI_CARD_WHOLE,
	OSCI_CARD_UNTIL_CREATION };

/* Writes a bundle, canonically; element: "ProcessCardBundle",
 * "RequestProcessCardBundle", "ReplyProcessCardBundle". */
void osci_card_put(struct buf *b, const char *element,
    const struct osci_card *card, enum osci_card_extent extent);

/* Reads a bundle. Code 9100: another shape, too many inspections. */
int osci_card_read(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, struct osci_card *out, struct err *err);

/* Inspections as JSON and back, as the database keeps them (sealed). */
const char *osci_inspections_to_json(struct arena *a,
    const struct osci_inspection *inspection, size_t n);
int osci_inspections_from_json(struct arena *a, const char *json, size_t len,
    const struct osci_inspection **out, size_t *n, struct err *err);

#endif
