/* A town's settings of a service, from a file. */
#ifndef SERVICE_SETTINGS_H
#define SERVICE_SETTINGS_H

#include "common/arena.h"
#include "common/err.h"

/*
 * The JSON object in the file at path, or of a town's file the member
 * services.<slug>.settings; "{}" when path is NULL.
 */
int service_settings_read(struct arena *a, const char *path, const char *slug,
    const char **out, struct err *err);

#endif
