/* Package texts name what belongs to a town: "{town}", "{setting.fee}". */
#ifndef SERVICE_FILL_H
#define SERVICE_FILL_H

#include "common/arena.h"
#include "common/lang.h"

/*
 * sentence with {town} and {setting.NAME} replaced (NAME may go deeper with
 * dots; an object {"de": ..., "en": ...} gives its language; what is no text
 * and no number becomes nothing). Other placeholders stay. settings: the
 * town's, const cJSON *, or NULL.
 */
const char *service_fill(struct arena *a, const char *sentence,
    const char *town, const void *settings, enum lang lang);

#endif
