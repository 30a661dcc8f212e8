/* What the API's handlers share. */
#ifndef API_H
#define API_H

#include "status/status.h"

/* The case of "Authorization: Bearer <token>". ERR_UNAUTHORIZED without one,
 * and alike for one that leads nowhere. */
int api_case_read(struct app *app, struct request *req,
    struct status_case *out, struct err *err);

#endif
