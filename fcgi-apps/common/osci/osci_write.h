/*
 * Pieces of OSCI messages that requests and answers write alike: selection
 * rules, chunks, certificates, and the content of another message on its way
 * through us.
 */
#ifndef OSCI_WRITE_H
#define OSCI_WRITE_H

#include "common/osci/osci_order.h"
#include "common/osci/osci_out.h"

/* <osci:SelectionRule>, nothing for OSCI_SELECT_ANY. */
void osci_put_selection(struct buf *b, const struct osci_selection *s);
/* <osci:Quantity>, nothing without limit. */
void osci_put_quantity(struct buf *b, const struct osci_selection *s);
/* <osci2017:ChunkInformation> (or InfoOnly) with what belongs to the type. */
void osci_put_chunk(
    struct buf *b, enum osci_type type, const struct osci_chunk *c);
/* A ContentPackage with one container that refers to a part: these bytes. */
int osci_out_chunk(struct osci_out *o, struct crypto_spool *spool,
    int64_t offset, int64_t len, struct err *err);
/* Both blocks of QualityOfTimestamp, or one of them: plain. */
void osci_out_quality(struct osci_out *o, bool of_creation, bool of_reception);
/* IntermediaryCertificates, and the others' block; none when n is 0. */
void osci_out_certs(
    struct osci_out *o, const struct osci_role_cert *cert, size_t n);

/*
 * A copy of certificates of our own, with Ids that what was avoided does not
 * take; the signer's reference follows. In arena a, with room for one more.
 */
struct osci_role_cert *osci_own_certs(struct arena *a, struct osci_out *o,
    const struct osci_role_cert *cert, size_t n, struct osci_signer *signer);

/* ---- content on its way through ---- */

/*
 * Sees to it that no Id of our own is one of m's content or certificates. First
 * of all.
 */
void osci_relay_avoid(struct osci_out *o, const struct osci_message *m);
/*
 * m's certificates (those of intermediaries aside) that a message of this type
 * may carry, with their Ids, which keys and signatures in the content name; in
 * arena a, with room for one more.
 */
int osci_relay_certs(struct arena *a, enum osci_type type,
    const struct osci_message *m, struct osci_role_cert **out, size_t *n,
    struct err *err);
/* Its ContentPackage in canonical form, and its parts; an empty package when it
 * has none. The parts' bytes stay where they are: m outlives o. */
int osci_relay_content(
    struct osci_out *o, const struct osci_message *m, struct err *err);

#endif
