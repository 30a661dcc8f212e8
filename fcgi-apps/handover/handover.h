/* What the handlers for specialised procedures share. */
#ifndef HANDOVER_APP_H
#define HANDOVER_APP_H

#include "common/app.h"
#include "common/handover/client_store.h"
#include "common/handover/handover.h"
#include "common/http/http.h"
#include "common/json.h"
#include "common/service/service.h"
#include "common/vorgang/vorgang_store.h"

#define API_PATH "/api/v1/fachverfahren"
#define API_VERSION "1.0.0"
/* What a client gets of a Vorgang, in handover.what. */
#define WHAT_APPLICATION "application"

/* ---- door.c ---- */

/*
 * Who asks: the client of "Authorization: Bearer", or of the certificate that
 * nginx has verified. Counts the request against its limit. -1 with err set,
 * or *is_answered when the problem is written already.
 */
int door_open(struct app *app, struct request *req, struct client *out,
    bool *is_answered, struct err *err);

/* Who may have what: a Vorgang of the address's {id}, opened, for a client
 * with the right. A service out of its scope is as if it were not there. */
struct opened {
	struct client client;
	struct vorgang_whole whole;
	const struct service *service; /* the version it came by */
	struct handover handover;      /* to this client */
	bool is_handed;		       /* handover is a row already */
};
int door_vorgang(struct app *app, struct request *req,
    enum client_right right, struct opened *out, bool *is_answered,
    struct err *err);

/* The request's Idempotency-Key; writes the problem when it has none. */
int door_key(struct app *app, struct request *req, struct id *out,
    bool *is_answered);

/* "client:<slug>", for the history. */
const char *door_name(struct arena *a, const struct client *c);

/* ---- refuse.c ---- */

/*
 * Answers with a problem (RFC 9457): title and detail are the texts
 * "handover.problem.<key>" and "handover.problem.<key>.text"; member code is
 * key. Always 0, for handlers to return.
 */
int refuse(struct app *app, struct request *req, enum err_code code,
    const char *key);

/* ---- tag.c ---- */

/* The quoted ETag of some bytes. */
const char *tag_of(struct arena *a, const void *data, size_t len);
/* The quoted ETag of a Vorgang for a client: it changes with what is in it,
 * not with looking at it. */
const char *tag_of_vorgang(struct arena *a, const struct opened *o);
/* Whether the request has it by If-None-Match (weak comparison, RFC 9110). */
bool tag_matches(const struct request *req, const char *tag);
/* Answers 304 with the tag. */
int tag_not_modified(struct request *req, const char *tag);

/* ---- list.c, fetch.c, answer.c, document.c, openapi.c ---- */

int self_get(struct app *app, struct request *req, struct err *err);
int list_get(struct app *app, struct request *req, struct err *err);
int fetch_get(struct app *app, struct request *req, struct err *err);
int acknowledge_post(struct app *app, struct request *req, struct err *err);
int answer_post(struct app *app, struct request *req, struct err *err);
int document_get(struct app *app, struct request *req, struct err *err);
int document_post(struct app *app, struct request *req, struct err *err);
int openapi_get(struct app *app, struct request *req, struct err *err);

/* ---- vorgang_json.c ---- */

/* All that a client gets of a Vorgang. */
void vorgang_json(struct request *req, const struct opened *o,
    struct buf *out);
/* What an action answers: id, state, times of the handover. */
void vorgang_json_brief(struct request *req, const struct opened *o,
    struct json_out *j);
/* One document's description; the object is open, members are written. */
void vorgang_json_document(struct json_out *j, struct arena *a,
    const struct id *vorgang, const struct document *d);

#endif
