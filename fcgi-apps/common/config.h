/*
 * Configuration: one file of "name = value" lines, checked whole at start. An
 * unknown or missing name stops the program with that name. `%p` in a value
 * is the program's name. Secrets are never values, but files that values name.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"

struct config {
	/* database */
	const char *database_socket;	    /* path of MariaDB's socket */
	const char *database_name;	    /* schema */
	const char *database_user;	    /* "torhaus_%p" */
	const char *database_password_file; /* 0600, one line; "": none */
	/* keys and files */
	const char *master_key_file;
	const char *documents_dir; /* encrypted uploads */
	const char *texts_dir;	   /* catalogues, *.de.json and *.en.json */
	const char *libexec_dir;   /* receipt, photoclean */
	const char *sql_dir;	   /* migrations and grants */
	const char *xoev_dir;	   /* installed schema sets of XOEV standards */
	/* work */
	int64_t threads;	    /* per process, 1 to 256 */
	int64_t commit_leaders;	    /* transactions at once, 1 to 16 */
	int64_t commit_batch;	    /* submissions a transaction, 1 to 128 */
	int64_t request_max;	    /* bytes of a body that is no upload */
	int64_t upload_max;	    /* bytes of one file */
	int64_t upload_case_max;    /* bytes of all files of one application */
	int64_t upload_count_max;   /* files of one application */
	int64_t upload_time_max_s;  /* seconds for one upload request */
	/* protection */
	int64_t lookup_tries;	  /* wrong look-ups per address and hour */
	int64_t submit_rate;	  /* submissions per address and hour, 0: any */
	int64_t feedback_rate;	  /* remarks on pages, likewise */
	int64_t feedback_days;	  /* that remarks on pages are kept */
	/* mail */
	const char *smtp_url;	    /* smtp://host:port, smtps:// */
	const char *smtp_user;	    /* "" for none */
	const char *smtp_password_file; /* "" for none */
	const char *smtp_ca_file;   /* "" for the system's */
	const char *smtp_tls;	    /* required, opportunistic, none */
	int64_t mail_attempts;	    /* before giving up */
	/* notices to clients */
	const char *webhook_networks; /* internal ones that are allowed */
	const char *webhook_ca_file;  /* "" for the system's */
	int64_t webhook_attempts;     /* before a notice is dead */
	int64_t courier_batch;	    /* outbox rows claimed at once */
	int64_t seal_interval_s;    /* seconds between seals of the event log */
	/* OSCI: whom to trust, and keys in tokens */
	const char *osci_ca_file;   /* PEM; "": no certificate is trusted */
	const char *osci_crl_dir;   /* folder or file; "": no lists */
	const char *osci_ocsp;	    /* yes, no */
	const char *osci_ocsp_url;  /* "": as each certificate says */
	int64_t osci_ocsp_timeout_ms;
	const char *osci_pkcs11_module;	  /* "": p11-kit's */
	const char *osci_pkcs11_pin_file; /* 0600, one line; "": none */
	/* OSCI: messages to other systems */
	const char *osci_http_plain;	/* yes, no: http:// too */
	const char *osci_http_internal;	/* yes, no: no public addresses too */
	const char *osci_http_ca_file;	/* of https; "" for the system's */
	const char *osci_http_proxy;	/* "" for none */
	int64_t osci_http_timeout_s;	/* for a message and its answer */
	int64_t osci_http_answer_max;	/* bytes */
	const char *osci_receivers;	/* hosts that may be forwarded to */
	int64_t osci_forwards_max;	/* waiting for recipients at once */
	/* OSCI: intermediary and passive recipient */
	const char *osci_uri;	    /* of our intermediary; "": none */
	int64_t osci_attempts;	    /* to send a message */
	const char *osci_dir;	    /* encrypted messages */
	int64_t osci_message_max;   /* bytes of a request */
	int64_t osci_chunk_max_kib; /* of chunked transfers */
	int64_t osci_chunked_max;   /* bytes of a message in chunks */
	const char *osci_mailboxes; /* registered, open */
	const char *osci_signatures; /* required, optional: of requests */
	const char *osci_encryption; /* required, optional: of requests */
	const char *osci_allow_cbc;  /* no, yes: AES-CBC and 3DES */
	const char *osci_allow_rsa15; /* no, yes: RSAES-PKCS1-v1_5 */
	int64_t osci_dialog_timeout_s; /* of an idle dialog */
	int64_t osci_message_id_h;  /* an id is good for so long */
	int64_t osci_partial_h;	    /* chunks wait for the rest */
	int64_t osci_retention_days; /* of messages */
	int64_t osci_received_days; /* of messages, once received */
	int64_t osci_card_days;	    /* of process cards */
	int64_t osci_transfer_days; /* of what our own messages said */
	int64_t osci_client_rate;   /* ids and dialogs a minute; 0: any */
	int64_t osci_quota;	    /* bytes of a mailbox */
	const char *identity;	    /* none, simulated: how people log in */
	const char *simulators;	    /* yes, no: stand-ins may go to them */
	const char *log_level;	    /* debug, info, warn, error */
	const char *public_scheme;  /* "https", or "http" in a demo */
	int64_t public_port;	    /* 443; shown in links unless standard */
	struct arena arena;	    /* private: what the strings live in */
};

/* Takes one mistake, "FILE:LINE: NAME: what is wrong". */
typedef void (*config_report)(void *arg, const char *mistake);

/*
 * Reads path for program ("forms"). A mistake (unknown, doubled, missing name;
 * a value out of its limits) goes to report, all of them; then ERR_CONFIG with
 * the first in msg. Strings live until config_free.
 */
int config_read_report(const char *path, const char *program,
    struct config *out, config_report report, void *arg, struct err *err);

/* The same; each mistake is logged as an error. */
int config_read(const char *path, const char *program, struct config *out,
    struct err *err);

/* Frees the strings; programs that end with their configuration need not. */
void config_free(struct config *c);

/* Whether TORHAUS_ALLOW_ROOT=1 lets a program run as root (demo and CI). */
bool config_allows_root(void);

/* A variable of the environment that is handed on (FONTCONFIG_FILE), or NULL. */
const char *config_environment(const char *name);

/* The path given by --config, $TORHAUS_CONFIG, or /etc/torhaus/torhaus.conf. */
const char *config_path(int argc, char **argv);

#endif
