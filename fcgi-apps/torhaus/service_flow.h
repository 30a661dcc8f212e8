/* A package as a picture: its pages, conditions, checks and results. */
#ifndef SERVICE_FLOW_H
#define SERVICE_FLOW_H

#include "common/form/form_text.h"

/*
 * An SVG 1.1 document in w's language: one box a page from top to bottom, its
 * condition before it, rules and advice as notes beside. Text is text, wrapped
 * by an estimate of its width; no fonts, scripts or addresses from elsewhere;
 * title and description say the same in words. ERR_TOO_LARGE beyond out.
 */
int service_flow_write(
    const struct form_words *w, struct buf *out, struct err *err);

#endif
