/* JSON that the API answers with. */
#ifndef API_VIEW_H
#define API_VIEW_H

#include "common/json.h"
#include "common/vorgang/vorgang.h"
#include "forms/antrag.h"

/* One line of the list of services, without its enclosing list. */
void api_write_summary(const struct form_words *w,
    const struct town_service *offer, struct json_out *j);

/* A service's definition: texts, pages, fields. */
void api_write_definition(const struct form_words *w,
    const struct town_service *offer, const struct form_context *context,
    struct json_out *j);

/* An OpenAPI 3.1 document of one service. */
void api_write_openapi(const struct form_words *w,
    const struct town_service *offer, const struct form_context *context,
    const char *server, struct json_out *j);

/* The JSON Schema (2020-12) of a form's answers. */
void api_write_schema(const struct form_words *w, const struct form *form,
    const struct form_context *context, struct json_out *j);

/* The same as a document of its own, for validators. */
void api_write_schema_document(const struct form_words *w,
    const struct town_service *offer, const struct form_context *context,
    const char *server, struct json_out *j);

/* The receipt of an application. */
void api_write_receipt(struct app *app, struct request *req,
    const struct antrag *a, const struct vorgang *v, struct json_out *j);

/* The findings as a list of {path, code, message}. */
const char *api_errors(const struct form_words *w, const struct antrag *a);

#endif
