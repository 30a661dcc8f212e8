/*
 * One file on its way in: from the socket's buffer through the check of its
 * contents and the stripping of metadata into the encrypted store, in one
 * pass. What the sender did wrong is a refusal, and the rest of the file runs
 * off; nothing of it stays.
 */
#ifndef UPLOAD_H
#define UPLOAD_H

#include "common/app.h"
#include "common/vorgang/vorgang.h"

/* Why a file was not taken: the code in pages, API and texts. */
enum upload_refusal {
	UPLOAD_FINE,
	UPLOAD_EMPTY,
	UPLOAD_TOO_LARGE,
	UPLOAD_TOO_LARGE_ALL,
	UPLOAD_TOO_MANY,
	UPLOAD_TYPE,
	UPLOAD_DAMAGED,
	UPLOAD_DISK_FULL,
	UPLOAD_BROKEN, /* a failure of ours; logged */
};
const char *upload_code(enum upload_refusal refusal); /* "too_large" */
int upload_status(enum upload_refusal refusal);	      /* HTTP: 413 */

/* What is received, for whom and within which limits. */
struct upload_for {
	uint32_t town_id;
	const struct crypto_key *key;
	const char *const *accept; /* media types; none: PDF, JPEG, PNG */
	size_t naccept;
	bool strip_metadata;
	int64_t file_max, all_left; /* bytes */
};

/* What an accept list without entries stands for. */
extern const char *const upload_accept[];
extern const size_t upload_naccept;

struct upload;

/* Nothing is opened before the type is known. Lives in arena a; name as the
 * sender gave it. */
struct upload *upload_new(struct app *app, struct arena *a,
    const struct upload_for *target, const char *name);
void upload_put(struct upload *u, const void *data, size_t n);
/*
 * The file was whole: fills id, name, media_type, size and digests of out. The
 * file is durable then. Otherwise tells why not.
 */
enum upload_refusal upload_end(struct upload *u, struct document *out);
/* Nothing stays; NULL is fine. Done by itself when the arena is freed. */
void upload_abort(struct upload *u);

#endif
