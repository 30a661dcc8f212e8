/*
 * FIM data fields: a schema in XDatenfelder 2 or 3, as the FIM catalogue
 * exports it, and the draft of a service package that is made from it.
 */
#ifndef FIM_H
#define FIM_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"

#define FIM_MAX ((size_t)16 * 1024 * 1024) /* bytes of a file */
#define FIM_NODES 5000			   /* groups and fields */
#define FIM_UNBOUNDED (-1)

enum fim_kind { FIM_SCHEMA, FIM_GROUP, FIM_FIELD };

/* Regel: a condition in words, perhaps with a script of some product. */
struct fim_rule {
	const char *id, *version, *name, *text, *script;
	struct fim_rule *next;
};

struct fim_value { /* of a list that the field brings along */
	const char *code, *name, *help;
};

/* Texts are never NULL: "" when the schema says nothing. */
struct fim_node {
	enum fim_kind kind;
	const char *id, *version, *name;
	const char *label;	/* bezeichnungEingabe, else bezeichnung */
	const char *out_label;	/* bezeichnungAusgabe */
	const char *hint, *out_hint; /* hilfetextEingabe, hilfetextAusgabe */
	const char *about, *definition;
	const char *references; /* bezug: its own and that of its place */
	int64_t min, max; /* anzahl; max may be FIM_UNBOUNDED */
	bool is_choice;	  /* a group of which one part is chosen */
	/* of a field */
	const char *sort; /* feldart: input, select, label, hidden, locked */
	const char *type; /* datentyp: text, date, bool, num, ... */
	const char *content; /* inhalt */
	const char *prefill; /* vorbefuellung */
	const char *min_length, *max_length, *min_value, *max_value, *pattern;
	const char *note; /* a praezisierung in words */
	const char *list_uri, *list_version;
	const struct fim_value *value;
	size_t nvalue;
	const char *max_size;
	const char *const *media;
	size_t nmedia;
	struct fim_rule *rule;
	struct fim_node *parent, *child, *next;
	size_t nrule, nchild;
};

struct fim_schema {
	int standard; /* 2 or 3 */
	struct fim_node *root; /* a schema, or a group or field alone */
	size_t ngroup, nfield, nrule;
};

/*
 * Reads a message of XDatenfelder 2 or 3 (the namespace says which); what is
 * unknown in it is passed over. All in arena a. ERR_BAD_REQUEST,
 * ERR_TOO_LARGE, with what is wrong and never with contents.
 */
int fim_read(struct arena *a, const char *text, size_t len,
    struct fim_schema *out, struct err *err);

/*
 * A key from words: "Straße und Haus-Nr." is "strasse_und_haus_nr". At most 40
 * characters, cut between words where possible; begins with a letter.
 */
const char *fim_key(struct arena *a, const char *words);

/* A package in the making: the texts of five files. */
struct fim_package {
	const char *slug;
	const char *service, *form, *texts_de, *texts_en;
	const char *report; /* import.md, but for what the checker says */
	size_t ncarried, nopen, nleft, nrule;
};

/*
 * Turns a schema into a package. words: the German and English catalogue
 * texts/fim.*.json, parsed (const cJSON *), for what a schema does not say:
 * states, buttons of lists.
 */
int fim_convert(struct arena *a, const struct fim_schema *schema,
    const char *slug, const char *source, const void *const words[2],
    struct fim_package *out, struct err *err);

#endif
