/* What the pages of one Vorgang show. */
#ifndef STATUS_H
#define STATUS_H

#include "common/app.h"
#include "common/form/form_summary.h"
#include "common/handover/handover.h"
#include "common/html.h"
#include "common/http/http.h"
#include "common/service/service.h"
#include "common/vorgang/vorgang_store.h"

struct status_case {
	struct vorgang vorgang;
	struct event *event;
	size_t nevent;
	struct document *document;
	size_t ndocument;
	struct message *message;
	size_t nmessage;
	const struct service *service; /* the version it came by */
	struct town_service words;     /* that version, the town's settings */
	const struct service_state *state;   /* NULL: unknown to the version */
	const struct department *department;
	struct form_summary_section *summary;
	size_t nsummary;
	struct handover *handover; /* what was handed to whom, oldest first */
	size_t nhandover;
};

/*
 * Reads the case of a link token, opens and prepares everything shown. A token
 * that leads nowhere and one that is malformed both give ERR_NOT_FOUND.
 */
int status_case_read(struct app *app, struct request *req, const char *token,
    struct status_case *out, struct err *err);

/* The same from what the store has read. */
int status_case_open(struct app *app, struct request *req,
    const struct vorgang_whole *whole, struct status_case *out,
    struct err *err);

/* A text of the case's package, with the town's names and settings. */
const char *status_words(struct request *req, const struct status_case *c,
    const char *key);

/* The status page's address, "https://host/vorgang/l/<token>". */
const char *status_link(struct app *app, struct request *req,
    const struct status_case *c);

/* True while the applicant may write, add documents, withdraw. */
bool status_is_open(const struct status_case *c);
bool status_is_withdrawable(const struct status_case *c);

#endif
