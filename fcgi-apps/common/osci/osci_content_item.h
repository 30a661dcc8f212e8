/*
 * Containers as they are read (private to osci_content_*.c): what is in one,
 * each piece by the node that a signature covers. Nothing is looked up by Id
 * once it was read.
 */
#ifndef OSCI_CONTENT_ITEM_H
#define OSCI_CONTENT_ITEM_H

#include "common/osci/osci_content.h"

enum osci_item_kind {
	OSCI_ITEM_BYTES,     /* Base64Content: node is that element */
	OSCI_ITEM_PART,	     /* Content with href */
	OSCI_ITEM_CONTAINER, /* Content with a container in it */
	OSCI_ITEM_ENCRYPTED, /* EncryptedData with a container in it */
};

struct osci_container;

struct osci_item {
	enum osci_item_kind kind;
	const struct xml_node *node; /* which bears the Id */
	const char *id;
	struct osci_content *content;	/* bytes and parts */
	struct osci_container *inner; /* NULL: for other readers */
};

struct osci_container {
	const struct xml_tree *tree;
	const struct xml_node *node;
	struct osci_item *item;
	size_t nitem;
	const struct xml_node *signature[OSCI_CONTENT_SIGNERS_MAX];
	size_t nsignature;
};

/* An attachment's own key. */
struct osci_part_key {
	const char *part;
	struct osci_encrypted encrypted;
	const struct osci_part_key *next;
};

struct osci_content_reader {
	struct arena *arena;
	const struct osci_message *m;
	const struct osci_certs *certs;
	const struct osci_identity *own;
	size_t nown;
	const struct osci_crypto_policy *policy;
	const struct osci_packet_limits *limits;
	struct crypto_spool *bytes; /* Base64Contents, decoded */
	struct osci_content content[OSCI_CONTENTS_MAX];
	size_t ncontent, nclosed;
};

/* ---- osci_content_open.c ---- */

/*
 * Opens an encrypted container. *tree NULL: it is for other readers. Codes
 * 9100, 9202.
 */
int osci_content_open(struct osci_content_reader *r,
    const struct xml_tree *from, const struct osci_encrypted *e,
    const struct xml_tree **tree, struct err *err);
/* The bytes of an attachment, decrypted when it has a key. */
int osci_content_open_part(struct osci_content_reader *r,
    const struct osci_packet_part *part, const struct osci_part_key *key,
    struct osci_content *content, struct err *err);

/* ---- osci_content_verify.c ---- */

/* Checks every signature of a container, and notes the signers at the contents
 * that they cover. Codes 9601, 9602. */
int osci_content_verify(struct osci_content_reader *r,
    const struct osci_container *c, struct err *err);

#endif
