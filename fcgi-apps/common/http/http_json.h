/* Bodies that are JSON. */
#ifndef HTTP_JSON_H
#define HTTP_JSON_H

#include "common/http/http.h"
#include "common/json.h"

/* The body as one JSON object. ERR_MEDIA_TYPE, ERR_BAD_REQUEST, and what
 * http_body and json_parse say. */
int http_body_object(struct app *app, struct request *req, cJSON **out,
    struct err *err);

#endif
