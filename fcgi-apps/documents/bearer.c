#include "documents/bearer.h"

#include <strings.h>

#define SCHEME "Bearer "

int
bearer_of_path(const struct request *req, uint8_t token[ID_TOKEN_LEN],
    struct err *err)
{
	if (id_token_parse(req->arg[0], token, err) == -1)
		return err_set(err, ERR_NOT_FOUND, "no such link");
	return 0;
}

int
bearer_of_header(const struct request *req, uint8_t token[ID_TOKEN_LEN],
    struct err *err)
{
	const char *value = http_header(req, "Authorization");

	if (strncasecmp(value, SCHEME, strlen(SCHEME)) != 0 ||
	    id_token_parse(value + strlen(SCHEME), token, err) == -1)
		return err_set(err, ERR_UNAUTHORIZED, "no bearer token");
	return 0;
}
