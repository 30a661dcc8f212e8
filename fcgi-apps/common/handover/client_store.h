/*
 * Systems of the office's that fetch and answer applications by HTTP
 * (docs/fachverfahren.md), as rows: who they are, what they may do to which
 * service, what they have done. The town is db_town's.
 */
#ifndef CLIENT_STORE_H
#define CLIENT_STORE_H

#include "common/db/db.h"
#include "common/vorgang/vorgang.h"

enum client_right {
	CLIENT_READ = 1,	/* list and fetch */
	CLIENT_ACKNOWLEDGE = 2, /* say that it was collected */
	CLIENT_ANSWER = 4,	/* state, message, question, document */
};

struct client_scope {
	uint32_t service_id;
	const char *service; /* slug */
	unsigned rights;     /* of enum client_right */
};

struct client {
	uint32_t id;
	const char *slug;  /* "ewo-verfahren" */
	const char *label; /* as citizens read it: "Meldewesen Quellstadt" */
	bool has_token;
	int64_t old_until_ms; /* the token before is good until then; 0: none */
	const char *certificate; /* SHA-256 in hex; "" for none */
	int64_t hourly;	      /* requests an hour; 0: any number */
	int64_t created_ms, rotated_ms, revoked_ms, used_ms; /* 0: not yet */
	struct client_scope *scope;
	size_t nscope;
};

/* ---- for the operator ---- */

/* Inserts one with its scopes (by slug), in a transaction; hash or certificate
 * may be NULL. ERR_DUPLICATE: api_client_slug, api_client_certificate.
 * ERR_NOT_FOUND: no such service. */
int client_insert(struct db *db, struct arena *a, const struct client *c,
    const uint8_t *token_hash, const uint8_t *certificate, int64_t now_ms,
    struct err *err);
/* Replaces what it may do. */
int client_scopes_put(struct db *db, struct arena *a, uint32_t client_id,
    const struct client_scope *scope, size_t n, struct err *err);
/* All of the town, revoked ones too, by slug. */
int client_list(struct db *db, struct arena *a, struct client **out,
    size_t *n, struct err *err);
/* By slug. ERR_NOT_FOUND. */
int client_find(struct db *db, struct arena *a, const char *slug,
    struct client *out, struct err *err);
int client_by_id(struct db *db, struct arena *a, uint32_t id,
    struct client *out, struct err *err);
/* A new token; the one before is good until old_until_ms. */
int client_rotate(struct db *db, uint32_t id, const uint8_t *token_hash,
    int64_t now_ms, int64_t old_until_ms, struct err *err);
/* Another certificate. ERR_DUPLICATE: another client has it. */
int client_certificate_put(struct db *db, uint32_t id,
    const uint8_t *certificate, int64_t now_ms, struct err *err);
/* For good: neither token nor certificate opens anything. */
int client_revoke(struct db *db, uint32_t id, int64_t now_ms,
    struct err *err);

/* ---- for the door ---- */

/* Who comes with this token or certificate: ERR_UNAUTHORIZED for one that
 * nobody has, or that was revoked or has expired. */
int client_by_token(struct db *db, struct arena *a,
    const uint8_t hash[CRYPTO_DIGEST_LEN], int64_t now_ms,
    struct client *out, struct err *err);
int client_by_certificate(struct db *db, struct arena *a,
    const uint8_t certificate[CRYPTO_DIGEST_LEN], struct client *out,
    struct err *err);
/* Notes that it was here; call once a minute at most. */
int client_touch(struct db *db, uint32_t id, int64_t now_ms,
    struct err *err);

/* What it may do to a service; 0: nothing. */
unsigned client_rights(const struct client *c, const char *service);

/* ---- what it has done ---- */

struct client_request {
	struct id key; /* its Idempotency-Key */
	struct id vorgang_id;
	uint8_t digest[CRYPTO_DIGEST_LEN]; /* of the request */
	bool has_document;
	struct id document_id;
	uint32_t first_seq, last_seq; /* the events it made */
};

/* *found: whether the key was used; then out tells for what. */
int client_request_find(struct db *db, struct arena *a, uint32_t client_id,
    const struct id *key, struct client_request *out, bool *found,
    struct err *err);
/* Within the transaction of what it does. ERR_DUPLICATE (PRIMARY): the key was
 * used meanwhile. */
int client_request_insert(struct db *db, uint32_t client_id,
    const struct client_request *r, int64_t now_ms, struct err *err);

/* ---- the list ---- */

struct client_filter {
	const char *service; /* slug; NULL: all */
	const char *state;   /* NULL: any */
	bool is_uncollected; /* only what this client has not acknowledged */
	int64_t since_ms;    /* changed then or later */
	bool has_after;	     /* and, when just then, behind this id */
	struct id after;
	size_t max;
};

struct client_line {
	struct id id;
	char reference[ID_REFERENCE_LEN + 1];
	uint32_t service_version_id;
	const char *service, *state;
	bool is_closed;
	int64_t created_ms, changed_ms;
	int64_t collected_ms; /* by this client; 0: not yet */
};

/* What the client may read, by time of the last change, then id. Contents stay
 * sealed; erased ones are left out. */
int client_vorgaenge(struct db *db, struct arena *a, const struct client *c,
    const struct client_filter *f, struct client_line **out, size_t *n,
    struct err *err);

#endif
