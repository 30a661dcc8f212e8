/*
 * Conditions and expressions of a form, compiled: a tree of nodes in which
 * every name is resolved to a place, so that evaluating one reads no JSON text
 * and allocates nothing. Inside the form engine only.
 */
#ifndef FORM_COND_H
#define FORM_COND_H

#include <cjson/cJSON.h>

#include "common/code_list/code_list.h"
#include "common/form/form.h"

enum form_op {
	OP_LITERAL,
	OP_FIELD,   /* the answer at ref */
	OP_SETTING, /* the town's setting at name[0..n) */
	OP_TODAY,
	OP_POSITION, /* the item's, or how many up to it fulfil kid 0 */
	OP_AND,
	OP_OR,
	OP_NOT,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_IN, /* kid 0 in kids 1.. (or in the list that kid 1 is) */
	OP_CONTAINS,
	OP_EMPTY, /* ref, or the value of kid 0 */
	OP_MATCHES,
	OP_ANY,
	OP_ALL,
	OP_COUNT,
	OP_SUM,
	OP_INSIDE,
	OP_AGE,
	OP_DAYS,
	OP_MONTHS,
	OP_ADD_DAYS,
	OP_ADD_MONTHS,
	OP_MONTH_START,
	OP_NEXT_MONTH_START,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_FLOOR,
	OP_MIN,
	OP_MAX,
	OP_IF,
	OP_JOIN,
	OP_LOOKUP,
};

/* What an expression can be, as far as the package tells. */
enum form_kind {
	KIND_ANY, /* a setting: known when it is read */
	KIND_BOOL,
	KIND_NUMBER,
	KIND_DATE,
	KIND_TEXT,
	KIND_LIST,
	KIND_POSITION,
	KIND_FILE,
};

enum form_value_type {
	VALUE_NONE, /* no answer */
	VALUE_BOOL,
	VALUE_NUMBER,  /* millionths */
	VALUE_DATE,    /* days */
	VALUE_INSTANT, /* milliseconds */
	VALUE_TEXT,
	VALUE_LIST,	/* of a multiple choice: answer */
	VALUE_POSITION, /* see form_position_pack */
	VALUE_JSON,	/* an array or object of the settings */
};

#define FORM_UNIT 1000000 /* millionths */

struct form_value {
	enum form_value_type type;
	int64_t number;
	const char *text;
	const struct answer *answer;
	const cJSON *json;
};

/* From the item at level of the scope, by slots through plain groups. */
struct form_ref {
	const struct form_field *field; /* where it ends */
	size_t level, n;
	size_t slot[FORM_DEPTH + 1];
};

struct form_cond {
	enum form_op op;
	enum form_kind kind;
	const struct form_cond *kid;
	size_t nkid;
	struct form_ref ref;	  /* OP_FIELD, and what any, count... go over */
	size_t level;		  /* of the items that any, count... go over */
	struct form_value value;  /* OP_LITERAL */
	const char *const *name;  /* OP_SETTING */
	size_t nname;
	const struct form_regex *regex; /* OP_MATCHES */
};

struct form_rule {
	const char *id;
	const struct form_field *scope; /* runs once an item; NULL: once */
	const struct form_cond *when;
	const struct form_ref *mark;
	size_t nmark;
	bool is_warning;
};

struct form_rules {
	const struct form_rule *rule;
	size_t n;
};

/* Where an evaluation stands: the groups around it, from the top inwards. */
struct form_scope {
	const struct answers *group[FORM_DEPTH + 2];
	size_t position[FORM_DEPTH + 2]; /* of an item, from 1; 0: no item */
	size_t level;
};

struct form_eval {
	struct arena *arena; /* for lookups by name and joined texts */
	struct form_scope scope;
	const cJSON *settings;
	int32_t today;
	int64_t now_ms;
	bool touched_invalid; /* an answer with an error was read */
	size_t nnear; /* searches for labels like a wrong code */
};

/* ---- form_cond_eval.c ---- */

struct form_value cond_value(struct form_eval *e, const struct form_cond *c);
bool cond_holds(struct form_eval *e, const struct form_cond *c);
/* NULL when a group on the way has no item. */
const struct answer *cond_ref(
    const struct form_scope *scope, const struct form_ref *ref);
/* An evaluation that starts at the top. */
void cond_begin(struct form_eval *e, struct arena *a,
    const struct form_answers *answers, const struct form_context *context);
/* Goes into an item (position from 1, 0 for a plain group) and out again. */
void cond_enter(
    struct form_eval *e, const struct answers *group, size_t position);
void cond_leave(struct form_eval *e);
/* Canonical text of a value, NULL for none; lists are not texts. */
const char *cond_text(struct arena *a, const struct form_value *v);
/* A member of the settings, by names; NULL when it is not there. */
const cJSON *cond_setting(
    const cJSON *settings, const char *const *name, size_t n);

/* ---- form_check_code.c ---- */

/* What narrows a code list where e stands. */
struct code_list_filter form_code_filter(
    struct form_eval *e, const struct form_field *f);

/* ---- form_cond_math.c ---- */

struct form_value value_none(void);
struct form_value value_number(int64_t millionths);
struct form_value value_whole(int64_t n); /* none beyond what fits */
struct form_value value_day(int64_t days); /* none beyond the calendar */
struct form_value cond_arithmetic(
    struct form_eval *e, const struct form_cond *c);
/* Rounds towards minus infinity. */
struct form_value cond_floor(struct form_eval *e, const struct form_cond *c);
/* The smallest or biggest of what is there. */
struct form_value cond_extreme(struct form_eval *e, const struct form_cond *c);
/* Ages, distances, months: what begins with a date. */
struct form_value cond_date(struct form_eval *e, const struct form_cond *c);

/* ---- form_compare.c ---- */

/* -1, 0, 1 in *order; false when the two cannot be compared (one is no
 * answer, or a text that is no number stands against a number). */
bool cond_compare(const struct form_value *x, const struct form_value *y,
    int *order);
/* As a number in millionths, as a day; false when it is none. */
bool cond_number(const struct form_value *v, int64_t *out);
bool cond_day(const struct form_value *v, int32_t *out);
struct form_value cond_value_of_json(const cJSON *json);
struct form_value cond_value_of_answer(const struct answer *answer);

/* ---- form_lookup.c ---- */

/*
 * The member of an object (exactly, else by name or as a range "1-39"), or the
 * n-th of a list (from 1; beyond the end the last); NULL when there is none.
 */
const cJSON *cond_member(
    struct arena *a, const cJSON *of, const struct form_value *key);

/* ---- form_area.c ---- */

/* WGS84 in millionths of a degree, both in one number. */
int64_t form_position_pack(int32_t lat, int32_t lon);
int32_t form_position_lat(int64_t position);
int32_t form_position_lon(int64_t position);
/* area: {"polygon": [[lat, lon], ...], "tolerance_m": 200}. False when it is
 * not of this shape. */
bool form_area_holds(const cJSON *area, int64_t position);

#endif
