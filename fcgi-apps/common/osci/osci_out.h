/*
 * Building an OSCI-Transport 1.2 message: blocks are written in canonical form
 * as they stand in the message, so that what is digested is what is sent. First
 * the blocks and the body, then the signature, then the message into a sink,
 * plain or encrypted.
 *
 * Every block declares the five namespaces (ds, osci, soap, xenc, xsi) itself,
 * as the official library does; beyond them only what it adds.
 */
#ifndef OSCI_OUT_H
#define OSCI_OUT_H

#include "common/osci/osci_encryption.h"
#include "common/osci/osci_message.h"
#include "common/osci/osci_names.h"
#include "common/osci/osci_signature_make.h"

/* The five, in canonical order, with a blank before each. */
#define OSCI_XMLNS_DS " xmlns:ds=\"" OSCI_NS_DS "\""
#define OSCI_XMLNS_OSCI " xmlns:osci=\"" OSCI_NS "\""
#define OSCI_XMLNS_REST                                                        \
	" xmlns:soap=\"" OSCI_NS_SOAP "\" xmlns:xenc=\"" OSCI_NS_XENC          \
	"\" xmlns:xsi=\"" OSCI_NS_XSI "\""
#define OSCI_XMLNS OSCI_XMLNS_DS OSCI_XMLNS_OSCI OSCI_XMLNS_REST

struct osci_out;

/* Lives in arena a. dir, max: of the spool for a long body and for parts. */
struct osci_out *osci_out_new(struct arena *a, enum osci_type type,
    const struct osci_packet_limits *limits);

/*
 * The Ids of all elements below node will stand in the message: its own blocks
 * get others. Before the first block; as often as needed.
 */
void osci_out_avoid(struct osci_out *o, const struct xml_node *node);
/* The Id, or one like it that is not taken by what was avoided. */
const char *osci_out_id(struct osci_out *o, const char *id);

/*
 * A header block: its start tag with Id, actor "next" and mustUnderstand,
 * attributes included; the caller writes what is in it into the buffer, in
 * canonical form, and then closes it. name: "storeDelivery" (prefix osci).
 * before: attributes that sort before Id, each with a blank in front; after:
 * such that sort between Id and soap:actor; "" when none. id goes through
 * osci_out_id.
 */
struct buf *osci_out_open(struct osci_out *o, enum osci_block_kind kind,
    const char *name, const char *id, const char *before, const char *after);
void osci_out_close(struct osci_out *o);
/* The same for a block of namespace osci2017. */
struct buf *osci_out_open_2017(struct osci_out *o, enum osci_block_kind kind,
    const char *name, const char *id, const char *before, const char *after);

/* The control block, the first of all. NULL, -1: without it. */
void osci_out_control(struct osci_out *o, const struct osci_control *c);

/* Writes into the body; it is "" at first. For sinks: arg is the message. */
int osci_out_body(void *arg, const void *data, size_t n, struct err *err);
/* A subtree of another message into the body, canonically. */
int osci_out_body_copy(struct osci_out *o, const struct xml_tree *t,
    const struct xml_node *node, struct err *err);

/* An attachment: bytes of a spool, which outlives the message. */
void osci_out_part(struct osci_out *o, const char *id, const char *type,
    struct crypto_spool *spool, int64_t offset, int64_t len);

/* Signs all there is. The last thing before sending. */
int osci_out_sign(
    struct osci_out *o, const struct osci_signer *signer, struct err *err);

/* The digest with which the key is wrapped for the reader (RSA-OAEP and its
 * mask): "SHA512" for a peer that uses it itself; SHA-256 otherwise. */
void osci_out_wrap_digest(struct osci_out *o, const char *digest);

/* The whole message. cipher NULL: plain; else encrypted for it. */
int osci_out_send(struct osci_out *o, const struct osci_cert *cipher,
    osci_sink sink, void *arg, struct err *err);

/* ---- pieces of text ---- */

/* Escapes as canonical XML does, for text and for attributes. */
void osci_put_text(struct buf *b, const char *s);
void osci_put_attribute(struct buf *b, const char *s);
/* <osci:MessageId>base64</osci:MessageId> */
void osci_put_message_id(struct buf *b, const char *id);

#endif
