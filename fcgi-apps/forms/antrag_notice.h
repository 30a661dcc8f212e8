/* What became of parts of what was sent, said on the page that answers. */
#ifndef ANTRAG_NOTICE_H
#define ANTRAG_NOTICE_H

#include "common/draft/draft_notes.h"
#include "forms/antrag.h"

/* Answers that the changed form has no place for, with their values; returns
 * how many. */
size_t antrag_notice_dropped(
    struct app *app, struct request *req, struct antrag *a);

/* Files that documents refused: messages at their fields, and which files;
 * returns how many. */
size_t antrag_mark_refusals(struct app *app, struct request *req,
    struct antrag *a, const struct draft_notes *notes);

#endif
