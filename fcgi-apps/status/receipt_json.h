/* What the receipt program is told about a case. */
#ifndef RECEIPT_JSON_H
#define RECEIPT_JSON_H

#include "status/status.h"

/* Writes the input of the filter program receipt. */
void receipt_json(struct app *app, struct request *req,
    const struct status_case *c, struct buf *out);

#endif
