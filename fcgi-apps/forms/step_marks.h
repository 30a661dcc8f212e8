/*
 * What a stepped draft knows about its pages, beside the answers: member
 * "_steps" of the draft's JSON, which no field can be called.
 */
#ifndef STEP_MARKS_H
#define STEP_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"

struct step_mark {
	const char *page;   /* its id */
	int64_t revision;   /* the draft's, when this page last changed */
	bool is_seen;	    /* left by a button, valid or not */
	bool is_tried;	    /* they wanted to go on: what is wrong is said */
};

struct step_marks {
	struct step_mark *mark;
	size_t n, room;
};

/* Puts the marks into the JSON object at the end of draft. */
void step_marks_write(const struct step_marks *marks, struct buf *draft);

/* The marks of a draft's answers, empty when there are none; json NULL is
 * fine. Members live in arena a. ERR_BAD_REQUEST: no JSON. */
int step_marks_read(struct arena *a, const char *json, size_t len,
    struct step_marks *out, struct err *err);

/* NULL when the page was never saved. */
const struct step_mark *step_mark_find(
    const struct step_marks *marks, const char *page);
/* The page's revision, 0 when it was never saved. */
int64_t step_mark_revision(const struct step_marks *marks, const char *page);

/* The page's mark, to be changed; made if there is none. */
struct step_mark *step_mark_of(
    struct arena *a, struct step_marks *marks, const char *page);

#endif
