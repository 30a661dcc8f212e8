/*
 * The commands of torhaus osci: a row each in osci.c's table, beside main.c's.
 * A new one needs its row there, its line here, and its file.
 */
#ifndef OSCI_H
#define OSCI_H

#include "torhaus/command.h"

extern const struct command osci_commands[];
extern const size_t osci_command_count;

int cmd_osci_cert_show(struct tool *t, int argc, char **argv); /* osci_cert.c */
int cmd_osci_cert_check(struct tool *t, int argc, char **argv);
int cmd_osci_key_create(struct tool *t, int argc, char **argv); /* osci_key.c */
int cmd_osci_key_import(
    struct tool *t, int argc, char **argv); /* osci_key_import.c */
int cmd_osci_key_list(struct tool *t, int argc, char **argv);
int cmd_osci_key_cert(struct tool *t, int argc, char **argv);
int cmd_osci_key_csr(struct tool *t, int argc, char **argv);
int cmd_osci_key_activate(struct tool *t, int argc, char **argv);
int cmd_osci_key_retire(struct tool *t, int argc, char **argv);
int cmd_osci_ca_add(struct tool *t, int argc, char **argv); /* osci_ca.c */
int cmd_osci_ca_list(struct tool *t, int argc, char **argv);
int cmd_osci_ca_remove(struct tool *t, int argc, char **argv);

#endif
