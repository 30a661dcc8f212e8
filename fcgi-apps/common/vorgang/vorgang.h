/* A Vorgang: one matter with all that follows from it. */
#ifndef VORGANG_H
#define VORGANG_H

#include <stdbool.h>

#include "common/crypto/crypto.h"
#include "common/id.h"
#include "common/lang.h"

struct vorgang {
	struct id id;
	uint32_t town_id;
	char reference[ID_REFERENCE_LEN + 1];
	uint32_t service_version_id;
	struct id submission_id;
	const char *state;
	uint32_t department_id;
	int32_t due; /* date, 0: none */
	bool is_urgent;
	bool is_closed; /* in a final state */
	bool has_attachments; /* documents or messages may be there */
	enum lang lang;
	int64_t created_ms, changed_ms;
	struct data_key key;	 /* opened */
	const char *answers;	 /* canonical JSON, opened */
	size_t answers_len;
	const char *link_token;	 /* as shown in links, opened; NULL: not read */
	const char *access_code;
	const char *mail;	 /* "" when the applicant gave none */
	/* Keyed digest of the answers (vorgang_digest): the same or others? */
	uint8_t answers_digest[CRYPTO_DIGEST_LEN];
	uint32_t last_seq; /* of its last event */
	uint8_t last_hash[CRYPTO_DIGEST_LEN];
};

enum event_actor { ACTOR_APPLICANT, ACTOR_OFFICE, ACTOR_SYSTEM };

struct event {
	uint32_t seq; /* from 1 within the Vorgang */
	const char *kind; /* "submitted", "state", "message", "document",
			     "viewed", "withdrawn", "mail-sent", ... */
	int64_t at_ms;
	enum event_actor actor;
	bool is_public; /* the applicant sees it */
	const char *data; /* JSON object, opened; "{}" when none */
	uint8_t hash[CRYPTO_DIGEST_LEN]; /* filled when read */
};

struct document {
	struct id id;
	struct id submission_id;
	const char *field; /* path with indices */
	const char *name;  /* as the applicant's computer called it, cleaned */
	const char *media_type;
	int64_t size;
	int64_t created_ms;
	enum event_actor origin;
	uint8_t sha256[CRYPTO_DIGEST_LEN]; /* of the plain bytes */
	uint8_t cipher_sha256[CRYPTO_DIGEST_LEN]; /* of the file as stored */
};

struct message {
	struct id id;
	struct id submission_id; /* of the page it was written on */
	enum event_actor from;
	int64_t at_ms;
	const char *body;
};

#endif
