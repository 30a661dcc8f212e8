/* Whose key a command is about: --role, --town, --name. */
#ifndef TORHAUS_OSCI_IDENTITY_H
#define TORHAUS_OSCI_IDENTITY_H

#include "common/osci/osci_identity_store.h"
#include "common/osci/osci_key.h"
#include "torhaus/command.h"

/*
 * Fills role, town and name of a row from the options. A client belongs to a
 * town and needs a name (lower-case letters, digits, hyphens); of the others
 * there is one, with its role's name.
 */
int osci_who(struct tool *t, int argc, char **argv,
    struct osci_identity_row *row, struct err *err);

const char *osci_identity_role_name(enum osci_identity_role role);
const char *osci_identity_purpose_name(enum osci_identity_purpose purpose);
/* "active", "waiting", "retired" */
const char *osci_identity_state(const struct osci_identity_row *row);

/* The row of the id that is the command's first word. */
int osci_identity_of_word(struct tool *t, int argc, char **argv,
    const char *const *flags, struct osci_identity_row *row, struct err *err);

/* One line for a pair that was added. */
void osci_identity_print_added(
    struct arena *a, const struct osci_identity_row *row);

#endif
