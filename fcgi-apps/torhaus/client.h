/* What the commands about clients share. */
#ifndef TORHAUS_CLIENT_H
#define TORHAUS_CLIENT_H

#include "common/handover/client_store.h"
#include "torhaus/command.h"

/* The client of a name in --town, which must not be revoked. */
int client_of_command(struct tool *t, int argc, char **argv,
    const char *slug, struct client *out, struct err *err);

/* A whole number behind an option, 0 to max; other when it is not there. */
int client_number(int argc, char **argv, const char *name, const char *other,
    int64_t max, int64_t *out, struct err *err);

#endif
