/* The draft that a request adds to, opened when it is first needed. */
#ifndef DRAFT_H
#define DRAFT_H

#include "common/draft/draft_store.h"
#include "common/service/service.h"
#include "documents/intake.h"

struct draft_state {
	const struct town_service *offer;
	struct id submission; /* as named, or a fresh one */
	bool is_named;	      /* the request brought a usable id */
	bool is_open;
	struct draft draft;
	struct intake *intake;
	/*
	 * The named id was submitted before: what comes goes into a draft of
	 * its own, and this is the old id.
	 */
	bool was_submitted;
	struct id submitted;
};

/* The service of that name as the town offers it. ERR_NOT_FOUND; ERR_GONE when
 * nothing is taken for it at present. */
int draft_find_offer(struct request *req, const char *slug,
    const struct town_service **out, struct err *err);

/* Takes the id that a form or header names; NULL or bad: none is named. */
void draft_name(struct draft_state *d, const char *id);

/*
 * Opens or makes the draft with its documents. An id that was submitted before
 * is replaced with is_replacing (see was_submitted), else ERR_CONFLICT.
 */
int draft_start(struct app *app, struct request *req, struct draft_state *d,
    bool is_replacing, struct err *err);

/*
 * Opens a stepped draft by the browser's secret, with its documents; *service
 * is its version. ERR_UNAUTHORIZED: the browser has none that opens it.
 */
int draft_open_stepped(struct app *app, struct request *req,
    struct draft_state *d, const struct service **service, struct err *err);

/* The file field at a path whose indices are complete ("dogs.0.photo"); NULL
 * when there is none. */
const struct form_field *draft_file_field(
    const struct form *form, const char *path);

/* Removes a document of a draft, row and file. ERR_NOT_FOUND: there is none, or
 * the draft is stepped and the browser has no secret that opens it. */
int draft_remove_document(struct app *app, struct request *req,
    const struct id *submission, const struct id *document, struct err *err);

#endif
