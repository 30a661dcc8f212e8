/* What osci_client.c and osci_client_chunks.c share. */
#ifndef OSCI_CLIENT_PART_H
#define OSCI_CLIENT_PART_H

#include "common/osci/osci_client.h"

struct osci_client {
	struct arena *arena;
	const struct osci_client_settings *settings;
	const struct osci_client_peer *peer;
	const struct osci_own *own;
	const char *cipher_id, *sign_id; /* of our certificates */
	bool is_checked;		 /* the peer's certificates */
	/* the explicit dialog; NULL: none */
	const char *conversation_id, *challenge;
	int64_t sequence; /* of the next request */
	struct osci_features features;
};

#endif
