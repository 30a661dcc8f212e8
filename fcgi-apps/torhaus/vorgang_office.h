/* What the office's commands share. */
#ifndef VORGANG_OFFICE_H
#define VORGANG_OFFICE_H

#include "common/vorgang/vorgang_change.h"
#include "torhaus/command.h"

/* The case of a reference as typed, whole. ERR_NOT_FOUND says so plainly. */
int office_read(struct tool *t, const struct town *town,
    const char *reference, struct vorgang_whole *out, struct err *err);

/* Records in the case's history who looked at what ("answers", "documents").
 * Nobody reads without a trace: on -1 nothing must be shown. */
int office_record_view(struct tool *t, const struct town *town,
    const struct vorgang_whole *w, const char *what, struct err *err);

/* The version it came by, with the town's settings; false: unknown version. */
bool office_words(struct tool *t, const struct town *town,
    const struct vorgang *v, struct town_service *out);

#endif
