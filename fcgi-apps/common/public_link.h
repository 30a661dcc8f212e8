/* Addresses that people get in mails and on receipts. */
#ifndef PUBLIC_LINK_H
#define PUBLIC_LINK_H

#include "common/arena.h"
#include "common/config.h"
#include "common/town.h"

/* "https://quellstadt.example"; the port only where it is not the scheme's
 * own. */
const char *public_address(
    struct arena *a, const struct config *config, const struct town *town);

/* "https://quellstadt.example/vorgang/l/<token>" */
const char *public_link(struct arena *a, const struct config *config,
    const struct town *town, const char *token);

#endif
