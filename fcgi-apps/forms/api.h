/* Handlers of the JSON API (docs/api.md). */
#ifndef API_H
#define API_H

#include "common/app.h"
#include "common/http/http.h"

int api_services(struct app *app, struct request *req, struct err *err);
int api_service(struct app *app, struct request *req, struct err *err);
int api_openapi(struct app *app, struct request *req, struct err *err);
int api_schema(struct app *app, struct request *req, struct err *err);
int api_submit(struct app *app, struct request *req, struct err *err);

#endif
