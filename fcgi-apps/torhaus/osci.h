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

#endif
