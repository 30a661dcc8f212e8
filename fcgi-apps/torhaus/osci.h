/*
 * The commands of torhaus osci: a row each in osci.c's table, beside main.c's.
 * A new one needs its row there, its line here, and its file.
 */
#ifndef OSCI_H
#define OSCI_H

#include "common/osci/osci_mailbox_store.h"
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


/* osci_mailbox.c */
int cmd_osci_mailbox_add(struct tool *t, int argc, char **argv);
int cmd_osci_mailbox_list(struct tool *t, int argc, char **argv);
int cmd_osci_mailbox_show(struct tool *t, int argc, char **argv);
int cmd_osci_mailbox_set(struct tool *t, int argc, char **argv);
int cmd_osci_mailbox_close(struct tool *t, int argc, char **argv);
int cmd_osci_mailbox_open(struct tool *t, int argc, char **argv);
int cmd_osci_mailbox_allow(struct tool *t, int argc, char **argv);
int cmd_osci_mailbox_forbid(struct tool *t, int argc, char **argv);
/* By number or fingerprint; which NULL: an error that says so. */
int osci_mailbox_pick(struct tool *t, const char *which,
    struct osci_mailbox *out, struct err *err);

/* osci_message.c */
int cmd_osci_message_list(struct tool *t, int argc, char **argv);
int cmd_osci_message_show(struct tool *t, int argc, char **argv);
int cmd_osci_message_card(struct tool *t, int argc, char **argv);
int cmd_osci_message_verify(struct tool *t, int argc, char **argv);
int cmd_osci_message_save(struct tool *t, int argc, char **argv);

/* osci_partner.c */
int cmd_osci_peer_add(struct tool *t, int argc, char **argv);
int cmd_osci_peer_list(struct tool *t, int argc, char **argv);
int cmd_osci_partner_add(struct tool *t, int argc, char **argv);
int cmd_osci_partner_list(struct tool *t, int argc, char **argv);
int cmd_osci_partner_remove(struct tool *t, int argc, char **argv);

/* osci_transfer.c */
int cmd_osci_send(struct tool *t, int argc, char **argv);
int cmd_osci_fetch(struct tool *t, int argc, char **argv);
int cmd_osci_transfer_list(struct tool *t, int argc, char **argv);
int cmd_osci_transfer_show(struct tool *t, int argc, char **argv);
int cmd_osci_transfer_open(struct tool *t, int argc, char **argv);
int cmd_osci_transfer_retry(struct tool *t, int argc, char **argv);

int cmd_osci_verify(struct tool *t, int argc, char **argv); /* osci_verify.c */
int cmd_osci_explain(
    struct tool *t, int argc, char **argv); /* osci_explain.c */

#endif
