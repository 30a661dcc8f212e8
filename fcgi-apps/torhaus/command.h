/*
 * The commands of torhaus: one row each in main.c's table, one file each.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "common/config.h"
#include "common/crypto/crypto.h"
#include "common/db/db.h"
#include "common/service/service.h"

/* What a command works with; opened as far as its row asks for. */
struct tool {
	struct arena *arena;
	const char *config_path;
	struct config config; /* TOOL_CONFIG */
	struct db *db;	      /* TOOL_DB */
	struct crypto_key master; /* TOOL_DB */
	const struct service_set *set; /* after tool_load */
};

enum tool_need { TOOL_NOTHING, TOOL_CONFIG, TOOL_DB };

/* Exit codes, as in sysexits where one fits. */
enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,  /* it could not be done; the message says why */
	EXIT_WRONG = 2,   /* wrong usage */
	EXIT_FINDINGS = 3 /* a check found something */
};

struct command {
	const char *name;    /* "town add" */
	const char *usage;   /* "--file FILE" */
	const char *summary; /* one line for the list */
	const char *help;    /* the rest of --help */
	enum tool_need need;
	/* argv[0] is the first word behind the command's name. */
	int (*run)(struct tool *t, int argc, char **argv);
};

/* Says what went wrong on stderr ("torhaus: ...") and returns EXIT_FAILED. */
int tool_fail(const struct err *err);
/* The same for wrong usage; returns EXIT_WRONG. */
int tool_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The value behind an option such as "--town", NULL when absent. */
const char *tool_option(int argc, char **argv, const char *name);
/* True if the option is there. */
int tool_flag(int argc, char **argv, const char *name);
/* The n-th word that is no option and no option's value; NULL when absent.
 * Options in flags (NULL-terminated) take no value. */
const char *tool_word(int argc, char **argv, int n, const char *const *flags);

/*
 * Whether the options of argv are those that usage names, each with a value
 * where usage gives it one, and --lang a language that there is. -1 and a
 * sentence on stderr otherwise: nothing that was asked for is passed over.
 */
int tool_options_check(const char *usage, int argc, char **argv);

/* Opens what a command needs; main does it by the command's row. */
int tool_open(struct tool *t, enum tool_need need, struct err *err);

/* Loads towns and services once; they live until the end. */
int tool_load(struct tool *t, struct err *err);

/* The town of a slug, entered; NULL with a message in err. */
const struct town *tool_town(
    struct tool *t, const char *slug, struct err *err);

/* Who runs the command, for the history. */
const char *tool_user(struct arena *a);

/* --lang de|en, German when absent. */
enum lang tool_lang(int argc, char **argv);

#endif
