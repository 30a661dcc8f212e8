/*
 * A service package's xoev.json, compiled. docs/xoev-mapping.md describes the
 * source. Inside the xoev and service files only; others use xoev.h.
 */
#ifndef XOEV_MAPPING_H
#define XOEV_MAPPING_H

#include "common/form/form_def.h"
#include "common/xoev/xoev_head.h"

#define XOEV_STEPS 12	 /* of one path */
#define XOEV_RULES 10000 /* of a mapping, blocks expanded */
#define XOEV_DEEP 24	 /* rules in rules */
#define XOEV_NAME 200	 /* bytes of a value's name */

enum xoev_format {
	XOEV_TEXT,
	XOEV_DAY,     /* of a partial date: only if all of it is known */
	XOEV_MONTH,   /* only if the day is not known */
	XOEV_YEAR,    /* only if the month is not known */
	XOEV_MONEY,   /* cents as "12.50" */
	XOEV_BASE64,  /* the bytes of a file */
	XOEV_LINE,    /* of a text with several lines: the one at hand */
	XOEV_POSITION, /* which element of its name this one is in, from 1 */
	XOEV_LATITUDE, /* of a position */
	XOEV_LONGITUDE,
	XOEV_FILE_NAME, /* of a file, as all from here on */
	XOEV_FILE_TYPE, /* its media type */
	XOEV_FILE_SIZE,
	XOEV_FILE_SHA256,
	XOEV_FILE_ID,
};

enum xoev_source_kind {
	XOEV_FROM_NOTHING, /* a group of rules */
	XOEV_FROM_FIELD,
	XOEV_FROM_VALUE,   /* "as" */
	XOEV_FROM_EXPRESSION,
	XOEV_FROM_CONSTANT,
	XOEV_FROM_COPY,
};

enum xoev_repeat {
	XOEV_ONCE,
	XOEV_EACH_ITEM,	  /* of a repeat of the form */
	XOEV_EACH_VALUE,  /* of values of that name with numbers */
	XOEV_EACH_LINE,	  /* of a text */
	XOEV_EACH_CHOICE, /* of a multiple choice */
	XOEV_EACH_FILE,	  /* of a file field, or of values that are files */
};

/* A field that has this value where an element (or a code) stands. */
struct xoev_meaning {
	const char *code; /* NULL: whatever stands there */
	const struct form_field *field;
	const char *text;
};

struct xoev_code_pair {
	const char *answer, *code;
};

struct xoev_rule {
	struct xml_name step[XOEV_STEPS];
	size_t nstep;
	bool is_attribute; /* the last step */
	bool is_read_only, is_write_only;
	enum xoev_source_kind from;
	enum xoev_repeat repeat;
	enum xoev_format format;
	struct form_ref ref;   /* of the field, the group, the repeat */
	bool has_scope;	       /* ref is a group that names start in */
	const char *as;	       /* name of the value, within its group; or NULL */
	bool is_as_group;      /* names of values begin with as from here on */
	const struct form_cond *expression, *when;
	const char *constant;
	const char *copy_id;   /* of the message to copy from */
	struct xml_name copy[XOEV_STEPS];
	size_t ncopy;
	const char *list, *list_version; /* "" none; a code element */
	bool is_code, is_newest; /* of the list the newest that is valid */
	size_t position;     /* which of several the rule reads; from 1 */
	const struct xoev_code_pair *pair;
	size_t npair;
	const struct xoev_meaning *meaning;
	size_t nmeaning;
	const struct xoev_rule *rule; /* in it */
	size_t nrule;
};

struct xoev_message {
	struct xoev_message_info info;
	struct xml_name root;
	struct xoev_head_type head;
	const struct form_cond *when;
	struct form_ref repeat;
	const struct xoev_rule *rule;
	size_t nrule;
	const struct xoev_meaning *absent; /* what is not told means; no codes */
	size_t nabsent;
};

/* A field (or a group, with all in it) that no message tells. */
struct xoev_omission {
	const struct form_field *field;
	const char *reason;
};

struct xoev_mapping {
	const struct form *form;
	struct xoev_message *message;
	size_t n;
	const struct xoev_omission *omission;
	size_t nomission;
};

/* ---- xoev_mapping.c ---- */

/* Compiles xoev.json; NULL after mistakes. d is that of the form, with
 * d->file set to xoev.json. */
const struct xoev_mapping *xoev_mapping_compile(
    struct form_def *d, const cJSON *json);
/* That each field of the form is in a message that goes out or is said to be
 * left out, and none both; m: what json was compiled to. */
void xoev_mapping_check(
    struct form_def *d, const cJSON *json, const struct xoev_mapping *m);
/* The i-th member that a rule or a message can have, NULL beyond the last. */
const char *xoev_rule_member(size_t i);
const char *xoev_message_member(size_t i);

/* The message behind its info. */
const struct xoev_message *xoev_message_of(
    const struct xoev_message_info *info);

/* ---- xoev_mapping_rule.c ---- */

/* A compilation in progress. */
struct xoev_compiling {
	struct form_def *d;
	const cJSON *blocks, *messages;
	struct xml_name prefix[32]; /* declared: prefix and uri */
	size_t nprefix, nrule;
};

/* Splits "xmeld:a/b/@c"; false after a mistake. */
bool xoev_path_compile(struct xoev_compiling *c, const char *text,
    const char *path, struct xml_name *step, size_t *n, bool *is_attribute);
/* The rules of an array; names start in the group `in` (NULL: the top). */
void xoev_rules_compile(struct xoev_compiling *c, const cJSON *array,
    const char *path, const struct form_field *in, bool is_as, int depth,
    const struct xoev_rule *outer, const struct xoev_rule **out, size_t *n);

/* ---- xoev_mapping_fields.c ---- */

/* "leaves_out" */
void xoev_omissions_compile(
    struct form_def *d, const cJSON *json, struct xoev_mapping *m);
/* "absent" of a message at path. */
void xoev_absent_compile(struct form_def *d, const cJSON *json,
    const char *path, struct xoev_message *m);

/* ---- xoev_value.c ---- */

/* Formats that only files have. */
bool xoev_is_file_format(enum xoev_format format);
/* What a format tells of a file; NULL when it is not known. */
const char *xoev_file_text(struct arena *a, enum xoev_format format,
    const struct xoev_value *file);

/* A canonical answer in a format, NULL when it does not go with it. */
const char *xoev_format_write(
    struct arena *a, enum xoev_format format, const char *text);
/* And back. */
const char *xoev_format_read(
    struct arena *a, enum xoev_format format, const char *text);
/* Around which items of repeats one stands, from the outside inwards. */
struct xoev_items {
	const struct form_field *repeat[FORM_DEPTH];
	size_t index[FORM_DEPTH], n;
};
/* "children.0.name" */
const char *xoev_field_path(struct arena *a, const struct xoev_items *items,
    const struct form_field *f);
/* The code of an answer and the answer of a code; NULL when there is none. */
const char *xoev_code_of(const struct xoev_rule *r, const char *answer);
const char *xoev_answer_of(const struct xoev_rule *r, const char *code);

/* ---- xoev_fill.c, xoev_extract.c ---- */

int xoev_fill(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_message *m, const struct xoev_case *c,
    struct xml_out *root, struct err *err);
void xoev_extract(struct arena *a, const struct xoev_message *m,
    const struct xml_tree *tree, struct xoev_read *out);

#endif
