/* Parcels for the e-file, erasing, and what stays behind, as rows. The town is
 * db_town's. */
#ifndef EFILE_STORE_H
#define EFILE_STORE_H

#include "common/db/db.h"
#include "common/vorgang/vorgang.h"

enum efile_state { EFILE_EXPORTED, EFILE_RECEIVED, EFILE_IMPORTED,
	EFILE_REFUSED };

struct efile_parcel {
	struct id id; /* ProzessID */
	struct id vorgang_id;
	char reference[ID_REFERENCE_LEN + 1]; /* when read */
	enum efile_state state;
	const char *file_name;
	uint8_t sha256[CRYPTO_DIGEST_LEN];
	uint32_t documents;
	uint32_t last_seq; /* of the events that are in it */
	int64_t exported_ms, received_ms, answered_ms; /* 0: not yet */
	const char *answer; /* what the e-file said, "" for nothing */
	bool is_erased;	    /* the Vorgang was */
};

/* Closed Vorgaenge without a parcel that stands, oldest first: never exported,
 * or the last one was refused and with_refused. */
int efile_open(struct db *db, struct arena *a, bool with_refused, size_t max,
    struct id **out, size_t *n, struct err *err);
/* Inserts one, or writes it again after a crash; within the transaction of its
 * event. */
int efile_put(struct db *db, const struct efile_parcel *p, struct err *err);
/* How many parcels a Vorgang had. */
int efile_count(struct db *db, struct arena *a, const struct id *vorgang,
    int64_t *n, struct err *err);
/* ERR_NOT_FOUND: no parcel of this process. */
int efile_find(struct db *db, struct arena *a, const struct id *id,
    struct efile_parcel *out, struct err *err);
/* The last one of a Vorgang. ERR_NOT_FOUND. */
int efile_of_vorgang(struct db *db, struct arena *a, const struct id *vorgang,
    struct efile_parcel *out, struct err *err);
/* Newest first. */
int efile_list(struct db *db, struct arena *a, size_t max,
    struct efile_parcel **out, size_t *n, struct err *err);
/* What the e-file answered; within the transaction of its event. */
int efile_answer(struct db *db, const struct efile_parcel *p,
    struct err *err);

struct deletion_record {
	struct id vorgang_id;
	char reference[ID_REFERENCE_LEN + 1];
	const char *service;
	const char *reason; /* "efile" */
	bool has_parcel;
	struct id parcel_id;
	uint8_t parcel_sha256[CRYPTO_DIGEST_LEN];
	uint32_t documents, messages, last_seq;
	uint8_t last_hash[CRYPTO_DIGEST_LEN];
	int64_t received_ms, closed_ms, deleted_ms;
	const char *deleted_by;
};

/*
 * Erases a locked Vorgang, within its transaction: its data key, answers,
 * access, searchable values, messages' and documents' contents go; the row,
 * the event chain and the record stay. The files are the caller's to remove
 * afterwards; without the key nobody can read them.
 */
int efile_erase(struct db *db, const struct deletion_record *r,
    struct err *err);
/* Newest first. */
int efile_deletions(struct db *db, struct arena *a, size_t max,
    struct deletion_record **out, size_t *n, struct err *err);

#endif
