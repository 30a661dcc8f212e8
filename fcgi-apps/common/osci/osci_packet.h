/*
 * A message as it arrived: the root part as a tree, the others' bytes (Base64
 * undone) in a spool. A push parser over osci_mime and xml_tree.
 */
#ifndef OSCI_PACKET_H
#define OSCI_PACKET_H

#include "common/xml/xml_tree.h"

struct osci_packet_part {
	const char *id, *type;
	int64_t offset, len; /* in the packet's spool */
};

struct osci_packet {
	struct xml_tree tree;
	struct crypto_spool *spool;
	struct osci_packet_part *part; /* without the root */
	size_t npart;
	/* of a message that was decrypted: its bytes, as they came; or NULL */
	struct crypto_spool *bytes;
	/* of such a message: the digest that its key was wrapped with, for the
	 * answer (osci_out_wrap_digest), or NULL; whether the cipher has no tag
	 * (CBC). Then nothing vouches for it before its signature holds, and
	 * whatever is wrong until then is told as 9202 (XML Encryption 1.1,
	 * 6.1.1: differing answers help to decrypt it). */
	const char *wrap_digest;
	bool is_malleable;
};

struct osci_packet_limits {
	const char *dir; /* for the spools' temporary files */
	int64_t max;	 /* bytes of the parts, and of the tree's texts */
};

struct osci_packet_reader;

/* Lives in arena a, as what it reads. */
struct osci_packet_reader *osci_packet_reader_new(
    struct arena *a, const struct osci_packet_limits *limits);
/* Errors carry OSCI's code 9100. arg is the reader: a sink. */
int osci_packet_put(void *arg, const void *data, size_t n, struct err *err);
int osci_packet_end(struct osci_packet_reader *r, struct osci_packet *out,
    struct err *err);

/* NULL when there is no such part. */
const struct osci_packet_part *osci_packet_part(
    const struct osci_packet *p, const char *id);

#endif
