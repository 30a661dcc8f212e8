/* A file that is a request's whole body, as the API takes it. */
#ifndef RAW_BODY_H
#define RAW_BODY_H

#include "documents/intake.h"

/*
 * Receives it for the field at path (NULL field: see intake_begin); the name
 * comes from Content-Disposition. Returns the document or, when it was refused,
 * NULL; the refusal is in's last. -1: the body broke off.
 */
int raw_body_read(struct request *req, struct intake *in, const char *path,
    const struct form_field *field, const struct document **out,
    struct err *err);

#endif
