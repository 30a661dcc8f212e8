/*
 * FeatureDescription (OSCI-Transport 1.2, supplement EFFI): what a peer can do,
 * and its limits.
 */
#ifndef OSCI_FEATURES_H
#define OSCI_FEATURES_H

#include "common/osci/osci_out.h"

struct osci_features {
	int64_t chunk_timeout; /* ChunkMessageTimeout, 0 when absent */
	int64_t max_chunk_kib, max_message_kib, min_chunk_kib; /* likewise */
	bool has_gcm, has_12_byte_iv, has_chunks, has_oaep;
};

/* Reads the block; unknown features are passed over. Code 9100. */
int osci_features_read(const struct xml_node *node,
    struct osci_features *out, struct err *err);
/* Adds our own block with all features we have and these limits. */
void osci_features_add(
    struct osci_out *o, const struct osci_features *limits);

#endif
