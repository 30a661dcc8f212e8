/* The token of a Vorgang's link, in a path or as an API's bearer token. */
#ifndef BEARER_H
#define BEARER_H

#include "common/http/http.h"
#include "common/id.h"

/* ERR_NOT_FOUND: no token at all. */
int bearer_of_path(const struct request *req,
    uint8_t token[ID_TOKEN_LEN], struct err *err);
/* ERR_UNAUTHORIZED: none given, or none at all. */
int bearer_of_header(const struct request *req,
    uint8_t token[ID_TOKEN_LEN], struct err *err);

#endif
