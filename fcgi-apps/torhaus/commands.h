/* Every command of torhaus, one row each; the code stands in the file named. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "torhaus/command.h"

int cmd_migrate(struct tool *t, int argc, char **argv);	       /* migrate.c */
int cmd_town_add(struct tool *t, int argc, char **argv);       /* town.c */
int cmd_town_list(struct tool *t, int argc, char **argv);      /* town.c */
int cmd_service_check(struct tool *t, int argc, char **argv);  /* service.c */
int cmd_service_import(struct tool *t, int argc, char **argv); /* service.c */
int cmd_service_import_fim(
    struct tool *t, int argc, char **argv); /* service_fim.c */
int cmd_service_list(struct tool *t, int argc, char **argv);   /* service.c */
int cmd_service_open(struct tool *t, int argc, char **argv);   /* service.c */
int cmd_service_close(struct tool *t, int argc, char **argv);  /* service.c */
int cmd_service_flow(struct tool *t, int argc, char **argv);
int cmd_service_stage(struct tool *t, int argc, char **argv);
int cmd_service_invite(struct tool *t, int argc, char **argv);
int cmd_service_invitations(
    struct tool *t, int argc, char **argv);	    /* service_invite.c */
int cmd_service_sample(
    struct tool *t, int argc, char **argv);	    /* sample_command.c */
int cmd_service_record(struct tool *t, int argc, char **argv); /* record.c */
int cmd_vorgang_list(struct tool *t, int argc, char **argv);   /* vorgang.c */
int cmd_vorgang_show(struct tool *t, int argc, char **argv);   /* vorgang.c */
int cmd_vorgang_documents(
    struct tool *t, int argc, char **argv);	    /* vorgang_documents.c */
int cmd_vorgang_advance(
    struct tool *t, int argc, char **argv);	    /* vorgang_advance.c */
int cmd_vorgang_fields(struct tool *t, int argc, char **argv);
/* nachrichten.c */
int cmd_nachrichten_list(struct tool *t, int argc, char **argv);
int cmd_nachrichten_waiting(struct tool *t, int argc, char **argv);
int cmd_nachrichten_again(struct tool *t, int argc, char **argv);
int cmd_nachrichten_back(struct tool *t, int argc, char **argv);
int cmd_nachrichten_file(struct tool *t, int argc, char **argv);
int cmd_nachrichten_settle(struct tool *t, int argc, char **argv);
/* nachrichten_show.c, nachrichten_party.c */
int cmd_nachrichten_show(struct tool *t, int argc, char **argv);
int cmd_nachrichten_party(struct tool *t, int argc, char **argv);
int cmd_outbox_list(struct tool *t, int argc, char **argv);    /* outbox.c */
int cmd_outbox_restart(struct tool *t, int argc, char **argv); /* outbox.c */
int cmd_client_add(struct tool *t, int argc, char **argv);     /* client.c */
int cmd_client_list(struct tool *t, int argc, char **argv);
int cmd_client_scopes(struct tool *t, int argc, char **argv);
int cmd_client_rotate(struct tool *t, int argc, char **argv);
int cmd_client_revoke(struct tool *t, int argc, char **argv);
int cmd_webhook_add(struct tool *t, int argc, char **argv);    /* webhook.c */
int cmd_webhook_remove(struct tool *t, int argc, char **argv);
int cmd_webhook_list(struct tool *t, int argc, char **argv);
int cmd_webhook_show(struct tool *t, int argc, char **argv);
int cmd_webhook_retry(struct tool *t, int argc, char **argv);
int cmd_efile_export(struct tool *t, int argc, char **argv);   /* efile.c */
int cmd_efile_receive(struct tool *t, int argc, char **argv);
int cmd_efile_list(struct tool *t, int argc, char **argv);
int cmd_efile_erase(struct tool *t, int argc, char **argv);
int cmd_feedback_list(struct tool *t, int argc, char **argv);  /* feedback.c */
int cmd_feedback_done(struct tool *t, int argc, char **argv);  /* feedback.c */
int cmd_audit_verify(struct tool *t, int argc, char **argv);   /* audit.c */
int cmd_audit_export(struct tool *t, int argc, char **argv);   /* audit.c */
int cmd_codelist_import(struct tool *t, int argc, char **argv); /* codelist.c */
int cmd_codelist_list(struct tool *t, int argc, char **argv);   /* codelist.c */
int cmd_codelist_show(struct tool *t, int argc, char **argv);   /* codelist.c */
int cmd_xoev_add(struct tool *t, int argc, char **argv);	       /* xoev.c */
int cmd_xoev_list(struct tool *t, int argc, char **argv);      /* xoev.c */
int cmd_xoev_check(struct tool *t, int argc, char **argv); /* xoev_file.c */
int cmd_pages(struct tool *t, int argc, char **argv);	       /* pages.c */
int cmd_key_create(struct tool *t, int argc, char **argv);     /* key.c */
int cmd_doctor(struct tool *t, int argc, char **argv);	       /* doctor.c */

#endif
