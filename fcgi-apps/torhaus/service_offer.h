/* What the commands that change a town's offer share. */
#ifndef SERVICE_OFFER_H
#define SERVICE_OFFER_H

#include <cjson/cJSON.h>

#include "common/service/service_store.h"
#include "torhaus/command.h"

/* The entered town's offer of a service; ERR_NOT_FOUND says so plainly. */
int offer_find(struct tool *t, const char *slug,
    struct service_offer_row *out, struct err *err);

/*
 * Checks a town's own settings against a service: what the package does not
 * know, wrong types, the opening rule. Mistakes are printed as those of file;
 * false when there is more than a warning.
 */
bool offer_settings_check(struct tool *t, const struct service *s,
    const char *settings, const char *file);

/* settings (a JSON object) with the member "opening" replaced by rule; NULL
 * takes it out. */
const char *offer_settings_stage(
    struct tool *t, const char *settings, const cJSON *rule);

#endif
