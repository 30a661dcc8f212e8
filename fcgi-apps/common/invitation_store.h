/*
 * Invitations to a service that is not open to all (settings.opening). Of a
 * code only its hash is stored; who redeems one holds it for a submission id,
 * and redeeming it again for the same id counts once.
 */
#ifndef INVITATION_STORE_H
#define INVITATION_STORE_H

#include <stdbool.h>

#include "common/db/db.h"
#include "common/id.h"
#include "common/town.h"

struct invitation {
	uint32_t id;
	const char *slug;  /* of the service */
	const char *label; /* the operator's note, "" none */
	int64_t uses, uses_max;
	int64_t created_ms, expires_ms; /* 0: never */
};

enum invitation_answer {
	INVITATION_FINE,
	INVITATION_UNKNOWN, /* mistyped, or of another service or town */
	INVITATION_EXPIRED,
	INVITATION_USED_UP,
};

/* db_town's invitations, newest first; slug NULL: of all services. */
int invitation_list(struct db *db, struct arena *a, const char *slug,
    struct invitation **out, size_t *n, struct err *err);

/* Makes one for db_town's service; code: as handed out (id_code_new). */
int invitation_insert(struct db *db, const struct town *town,
    const struct invitation *i, const char *code, struct err *err);

/* The text key of a refusal ("opening.code.unknown"); NULL when it is fine. */
const char *invitation_text_key(enum invitation_answer answer);

/*
 * Redeems a code as typed (id_code_parse takes care of blanks and letters
 * that look alike) for a submission id of db_town's service.
 */
int invitation_redeem(struct db *db, struct arena *a, const struct town *town,
    const char *slug, const char *code, const struct id *submission_id,
    int64_t now_ms, enum invitation_answer *out, struct err *err);

/* Whether a submission id holds an invitation to the service. */
int invitation_held(struct db *db, struct arena *a, const char *slug,
    const struct id *submission_id, bool *out, struct err *err);

#endif
