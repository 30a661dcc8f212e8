/*
 * Towns, hosts and departments as rows: read across all towns when the
 * services are loaded, written by the operator's command line. Every change
 * raises the generation (service_store.h).
 */
#ifndef TOWN_STORE_H
#define TOWN_STORE_H

#include <stdbool.h>

#include "common/db/db.h"
#include "common/town.h"

struct town_row {
	uint32_t id;
	const char *slug, *name, *ags, *mail_from;
	uint8_t wrapped_key[CRYPTO_WRAPPED_LEN]; /* by the master key */
};

struct town_host_row {
	const char *host; /* lower case, no port */
	uint32_t town_id;
	bool is_first; /* for links */
};

struct department_row {
	uint32_t town_id;
	struct department department;
};

/* All of them, ordered by town. */
int town_rows(struct db *db, struct arena *a, struct town_row **out,
    size_t *n, struct err *err);
int town_host_rows(struct db *db, struct arena *a,
    struct town_host_row **out, size_t *n, struct err *err);
int town_department_rows(struct db *db, struct arena *a,
    struct department_row **out, size_t *n, struct err *err);

/* Inserts a town with its first host; *id is the new row's. ERR_DUPLICATE:
 * err->field is town_slug or PRIMARY (the host). */
int town_insert(struct db *db, struct arena *a, const struct town_row *t,
    const char *host, uint32_t *id, struct err *err);

/* Adds a host to db_town's town. */
int town_host_insert(struct db *db, const char *host, struct err *err);

/* Inserts db_town's department or changes the one with its slug; its id
 * member is not read. */
int department_put(struct db *db, const struct department *d,
    struct err *err);

#endif
