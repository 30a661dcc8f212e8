/*
 * Configuration: one file of "name = value" lines, checked whole at start. An
 * unknown or missing name stops the program with that name. `%p` in a value
 * is the program's name. Secrets are never values, but files that values name.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdint.h>

#include "common/err.h"

struct config {
	/* database */
	const char *database_socket;	    /* path of MariaDB's socket */
	const char *database_name;	    /* schema */
	const char *database_user;	    /* "torhaus_%p" */
	const char *database_password_file; /* 0600, one line */
	/* keys and files */
	const char *master_key_file;
	const char *documents_dir; /* encrypted uploads */
	const char *texts_dir;	   /* catalogues, *.de.json and *.en.json */
	const char *libexec_dir;   /* receipt, photoclean */
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
	/* mail */
	const char *smtp_url;	    /* smtp://host:port, smtps:// */
	const char *smtp_user;	    /* "" for none */
	const char *smtp_password_file; /* "" for none */
	const char *smtp_ca_file;   /* "" for the system's */
	const char *smtp_tls;	    /* required, opportunistic, none */
	int64_t mail_attempts;	    /* before giving up */
	int64_t courier_batch;	    /* outbox rows claimed at once */
	int64_t seal_interval_s;    /* seconds between seals of the event log */
	const char *log_level;	    /* debug, info, warn, error */
	const char *public_scheme;  /* "https", or "http" in a demo */
	int64_t public_port;	    /* 443; shown in links unless standard */
};

/* Reads path for program ("forms"); strings live as long as the process. */
int config_read(const char *path, const char *program, struct config *out,
    struct err *err);

/* The path given by --config, $TORHAUS_CONFIG, or /etc/torhaus/torhaus.conf. */
const char *config_path(int argc, char **argv);

#endif
