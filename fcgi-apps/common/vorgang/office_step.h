/*
 * What the office does to a Vorgang, by command line or by its own system: a
 * new state, a word to the applicant, documents. Here it becomes events,
 * message and mail of one change, so that every way in tells alike.
 */
#ifndef OFFICE_STEP_H
#define OFFICE_STEP_H

#include "common/config.h"
#include "common/service/service.h"
#include "common/vorgang/vorgang_change.h"

struct office_step {
	const struct config *config;
	const struct town *town;
	const struct vorgang *vorgang; /* with access opened */
	const struct service *service; /* the version it came by */
	const char *by; /* who, for the office's own history */
	const struct service_state *to; /* NULL: the state stays */
	const char *note;    /* beside the new state; "" or NULL for none */
	const char *message; /* to the applicant; NULL for none */
	bool is_question;    /* the message waits for an answer */
	struct id message_id; /* the same again is refused as duplicate */
	const struct document *document; /* already in the store of files */
	size_t ndocument;
};

/* Whether a state may follow another. */
bool office_step_leads(const struct service_state *from, const char *to);

/*
 * Fills *out for vorgang_change; everything it points to lives in arena a. A
 * new state expects the Vorgang's present one. At most one mail goes out: of
 * the state where the service says so or a note came along, else of the
 * message, else of the documents.
 */
void office_step_write(struct arena *a, const struct office_step *s,
    int64_t now_ms, struct vorgang_change *out);

#endif
