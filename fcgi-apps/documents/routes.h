/* The handlers of documents; routes.c says at which address. */
#ifndef ROUTES_H
#define ROUTES_H

#include "common/http/http.h"

extern const struct route documents_routes[];
extern const size_t documents_nroute;

/* form_post.c */
int form_post(struct app *app, struct request *req, struct err *err);

/* step_post.c: a page of a stepped draft, and its end */
int step_post(struct app *app, struct request *req, struct err *err);
int step_discard(struct app *app, struct request *req, struct err *err);

/* script_post.c: uploads and removals by the page's script */
int script_post(struct app *app, struct request *req, struct err *err);
int script_remove(struct app *app, struct request *req, struct err *err);

/* api_post.c: the JSON API */
int api_post(struct app *app, struct request *req, struct err *err);
int api_list(struct app *app, struct request *req, struct err *err);
int api_remove(struct app *app, struct request *req, struct err *err);

/* vorgang_post.c: documents handed in later */
int vorgang_post(struct app *app, struct request *req, struct err *err);
int vorgang_api_post(struct app *app, struct request *req, struct err *err);

/* download.c */
int download_draft(struct app *app, struct request *req, struct err *err);
int download_vorgang(struct app *app, struct request *req, struct err *err);
int download_api(struct app *app, struct request *req, struct err *err);
int download_api_draft(struct app *app, struct request *req, struct err *err);

#endif
