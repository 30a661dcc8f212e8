/* Towns and their departments, as loaded with the services. */
#ifndef TOWN_H
#define TOWN_H

#include <stddef.h>
#include <stdint.h>

#include "common/crypto/crypto.h"

struct department {
	uint32_t id;
	const char *slug; /* "tiefbau" */
	const char *name; /* "Tiefbauamt" */
	const char *email, *phone, *address, *hours; /* "" when unknown */
};

struct town {
	uint32_t id;
	const char *slug; /* "quellstadt" */
	const char *name; /* "Stadt Quellstadt" */
	const char *host; /* the first host name, for links */
	const char *ags;  /* Amtlicher Gemeindeschluessel, 8 digits */
	const char *mail_from; /* sender address of the town's mails */
	struct crypto_key key;	 /* unwrapped */
	struct crypto_key index_key; /* for the blind index */
	const struct department *department;
	size_t ndepartment;
};

/* NULL when the town has no such department. */
const struct department *town_department(const struct town *t,
    const char *slug);
const struct department *town_department_by_id(const struct town *t,
    uint32_t id);

#endif
