/*
 * Whom we exchange messages with (partners), and the foreign intermediaries
 * between us and them (peers).
 */
#ifndef OSCI_PARTNER_STORE_H
#define OSCI_PARTNER_STORE_H

#include "common/db/db.h"
#include "common/osci/osci_cert.h"

struct osci_peer {
	uint32_t id;
	const char *name, *uri;
	struct osci_cert cipher, sign;
	int64_t max_chunk_kib; /* 0: as it says */
	int64_t created_ms;
};

/* Adds a peer, or changes the one of that name; p->id is filled in. */
int osci_peer_put(
    struct db *db, struct arena *a, struct osci_peer *p, struct err *err);
int osci_peer_list(struct db *db, struct arena *a, struct osci_peer **out,
    size_t *n, struct err *err);
/* ERR_NOT_FOUND. */
int osci_peer_by_id(struct db *db, struct arena *a, uint32_t id,
    struct osci_peer *out, struct err *err);
int osci_peer_by_name(struct db *db, struct arena *a, const char *name,
    struct osci_peer *out, struct err *err);

struct osci_partner {
	uint32_t id, town_id; /* 0: of every town */
	const char *name;
	uint32_t peer_id; /* 0: by our own intermediary */
	struct osci_cert cipher, sign;
	bool has_sign;
	const char *receiver_uri; /* of a passive recipient; NULL: a mailbox */
	const char *dvdv_key;	  /* NULL: none */
	int64_t created_ms;
};

/* Adds a partner, or changes the one of that name in the same town; p->id is
 * filled in. */
int osci_partner_put(struct db *db, struct arena *a, struct osci_partner *p,
    struct err *err);
/* Of a town and of every town; town 0: all there are. By name. */
int osci_partner_list(struct db *db, struct arena *a, uint32_t town,
    struct osci_partner **out, size_t *n, struct err *err);
/* A town's own one goes before one of every town. ERR_NOT_FOUND. */
int osci_partner_by_name(struct db *db, struct arena *a, uint32_t town,
    const char *name, struct osci_partner *out, struct err *err);
int osci_partner_by_id(struct db *db, struct arena *a, uint32_t id,
    struct osci_partner *out, struct err *err);
/* By a fingerprint of either certificate. ERR_NOT_FOUND. */
int osci_partner_by_cert(struct db *db, struct arena *a, uint32_t town,
    const uint8_t sha256[CRYPTO_DIGEST_LEN], struct osci_partner *out,
    struct err *err);
/* ERR_CONFLICT: transfers name it. */
int osci_partner_delete(struct db *db, uint32_t id, struct err *err);

#endif
