/*
 * Published service versions and what each town offers, as rows. A version
 * never changes once published.
 */
#ifndef SERVICE_STORE_H
#define SERVICE_STORE_H

#include <stdbool.h>

#include "common/crypto/crypto.h"
#include "common/db/db.h"

struct service_version_row {
	uint32_t id;
	const char *slug, *version;
	const char *package; /* JSON, as service_read_folder made it */
	size_t package_len;
	int64_t published_ms;
};

struct service_offer_row {
	uint32_t town_id;
	const char *slug;
	uint32_t service_version_id;
	const char *settings; /* JSON object: the town's own, without defaults */
	size_t settings_len;
	bool is_open;
};

/* All of them, across all towns. */
int service_version_rows(struct db *db, struct arena *a,
    struct service_version_row **out, size_t *n, struct err *err);
int service_offer_rows(struct db *db, struct arena *a,
    struct service_offer_row **out, size_t *n, struct err *err);

/*
 * Publishes a version; *id is its row. The same package again is fine
 * (*is_new false); another one under the same version: ERR_CONFLICT.
 */
int service_publish(struct db *db, struct arena *a, const char *slug,
    const char *version, const char *package, size_t len, int64_t now_ms,
    uint32_t *id, bool *is_new, struct err *err);

/* db_town's town offers this version from now on, instead of another one. */
int service_offer(struct db *db, uint32_t version_id,
    const char *settings, bool is_open, struct err *err);

/* Moves with every change of towns and services: time to reload. */
int service_generation(struct db *db, struct arena *a, uint64_t *out,
    struct err *err);
/* Moves it, within the caller's transaction. */
int service_generation_raise(struct db *db, struct err *err);

#endif
