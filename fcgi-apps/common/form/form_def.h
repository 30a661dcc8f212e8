/*
 * Compiling a form: what its parts share. Inside the form engine only.
 */
#ifndef FORM_DEF_H
#define FORM_DEF_H

#include <cjson/cJSON.h>

#include "common/form/form.h"
#include "common/form/form_cond.h"

/* One compilation. Mistakes name file and the path in it. */
struct form_def {
	struct arena *arena;
	struct form_mistakes *mistakes;
	const char *file;	 /* "form.json", "service.json" */
	const cJSON *settings;	 /* defaults of the package, or NULL */
	struct form *form;
	const cJSON **source;	 /* by ordinal: the field's JSON */
	const char **source_path; /* by ordinal */
	size_t nsource, source_room;
	size_t first_page; /* of form.json that this form begins with */
	const char *rules;  /* its member with the rules; NULL: "rules" */
	bool has_bad_type; /* what refers to fields would be echoes */
	size_t nfield_left;	 /* fields that may still come */
};

/* The groups around a condition, innermost first. */
struct form_names {
	const struct form_field *field;
	size_t n;
	const struct form_names *outer;
	size_t level;
	bool is_item; /* of a repeat */
};

/* "pages[1]" + "fields" + 3: "pages[1].fields[3]"; an empty path is the top. */
const char *def_member(struct form_def *d, const char *path, const char *name);
const char *def_item(struct form_def *d, const char *path, size_t i);
/* Reports a mistake at path. */
void def_mistake(struct form_def *d, const char *path, const char *remedy,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* What an object may hold: a table ended by a row without name. */
struct def_key {
	const char *name;
	int type; /* cJSON_String, ..., 0: any; cJSON_True: a boolean */
	bool is_needed;
};
/* Reports unknown members, wrong types and missing ones; false if any. */
bool def_check_keys(struct form_def *d, const cJSON *object, const char *path,
    const struct def_key *keys);
/* "a", "an array": what a JSON value is, for messages. */
const char *def_type_name(const cJSON *json);
bool def_has(const cJSON *object, const char *name);
/* A member of that type or NULL; says nothing. */
const char *def_string(const cJSON *object, const char *name);
bool def_bool(const cJSON *object, const char *name, bool other);
const char *def_text(struct form_def *d, const cJSON *json, const char *name);
/* A whole number within limits; other when absent, or wrong (a mistake). */
size_t def_size(struct form_def *d, const cJSON *json, const char *path,
    const char *name, size_t min, size_t max, size_t other);
/* An identifier: [a-z][a-z0-9_]*, at most 40; with hyphens if it may. */
bool def_is_key(const char *s, bool may_hyphen);
/* The strings of an array member, NULL when absent; mistakes for others. */
const char *const *def_strings(struct form_def *d, const cJSON *object,
    const char *path, const char *name, size_t *n);

/* ---- form_near.c ---- */

/* The name nearest to one that nothing is called. */
struct def_near {
	const char *name; /* as written */
	const char *best; /* NULL: none is near */
	size_t distance;
};
void def_near_offer(struct def_near *near, const char *candidate);
/* "did you mean ...? Else <other>"; other when nothing is near. */
const char *def_near_remedy(
    struct form_def *d, const struct def_near *near, const char *other);

/* ---- form_cycle.c ---- */

/* The circle that closes when the field with that ordinal asks for a later
 * one: "a -> b -> a"; NULL when there is none. */
const char *form_cycle_find(
    struct form_def *d, size_t ordinal, const struct form_field *to);

/* ---- form_def.c ---- */

/* Compiles the pages of form.json (blocks expanded) into d->form; NULL after
 * mistakes (all of them reported as far as they do not follow from others). */
struct form *form_compile(struct form_def *d, const cJSON *json);

/* ---- form_clerk.c ---- */

/* Splits the pages of the office off: two forms, each as form_compile takes
 * it. *clerk is NULL when there are none; public ones keep their places. */
void form_clerk_split(struct form_def *d, const cJSON *json,
    const cJSON **public, const cJSON **clerk, size_t *npublic);
/* What a form of the office cannot have, and what it must not share with the
 * public one. */
void form_clerk_check(
    struct form_def *d, const struct form *public, const struct form *clerk);

/* ---- form_field.c ---- */

/* Whether "default" goes with the field's type. */
bool form_may_have_default(const struct form_field *f);
/* Fills f from its JSON, without conditions and without what is in it. */
void form_field_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f);

/* ---- form_check_time.c ---- */

/* "14:30", "9.05 Uhr", "2:30 pm": minutes since midnight. */
bool form_time_parse(const char *s, int64_t *minutes);

/* ---- form_about.c, form_scheme.c ---- */

/* What a field says about its data; its group comes first. */
void form_about_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f);
/* "scheme" of an identifier. */
void form_scheme_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f);

/* ---- form_depends.c ---- */

/* "depends_on" of a choice; false when it has none (or after a mistake). */
bool form_depends_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f, const struct form_names *names,
    struct form_ref *parent);
/* What "of" and "show" of an option mean together, for the caller to delete;
 * NULL without "of" or after a mistake. */
cJSON *form_depends_show(struct form_def *d, const cJSON *option,
    const char *path, const struct form_field *f,
    const struct form_field *parent);
/* Warns of values of the earlier choice that leave nothing to choose. */
void form_depends_gaps(struct form_def *d, const cJSON *json,
    const char *path, const struct form_field *f,
    const struct form_field *parent);

/* ---- form_code_list.c ---- */

/* "list" and "version"; "parent" and its column in the second pass. */
void form_code_list_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f);
void form_code_list_parent(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f, const struct form_names *names);

/* The i-th member that a field can have, NULL beyond the last; *goes: with
 * that type. For docs/schema, which must know them all. */
const char *form_field_member(size_t i, enum form_type type, bool *goes);

/* ---- form_bound.c, form_option.c, form_slot.c ---- */

/* "min" and "max"; "options" and "options_from". */
void form_bounds_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f);
void form_options_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f);
/* "options_from" of appointments. */
void form_slots_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f);
/* A member that names a list of the town's settings: "setting.terms". */
const char *form_list_setting(struct form_def *d, const cJSON *json,
    const char *path, const char *name);

/* ---- form_rename.c ---- */

/* "errors": the field's own names for what its checks find. */
void form_renames_compile(struct form_def *d, const cJSON *json,
    const char *path, struct form_field *f);
/* The name that f has for an error code, else the code; NULL stays NULL. */
const char *form_renamed(const struct form_field *f, const char *code);

/* ---- form_index.c ---- */

const struct form_index *form_index_new(
    struct arena *a, const struct form *f);
/* The field with that key directly in a group; parent NULL: the top. */
const struct form_field *form_index_find(const struct form *f,
    const struct form_field *parent, const char *key, size_t len);

/* ---- form_cond_compile.c ---- */

/* What may be read from where the condition stands. */
enum form_reach_kind {
	REACH_EARLIER,	  /* earlier answers, nothing calculated: show... */
	REACH_CALCULATED, /* earlier fields, all items: calculated values */
	REACH_ALL,	  /* rules, routing, outcomes */
};
struct form_reach {
	enum form_reach_kind kind;
	size_t ordinal; /* of the field that asks */
	bool over_own;	/* within any, sum... over the group around it */
};

/* Compiles the condition (or expression) at path; NULL after a mistake. */
const struct form_cond *form_cond_compile(struct form_def *d,
    const cJSON *json, const char *path, const struct form_names *names,
    struct form_reach reach);
const struct form_cond *form_expr_compile(struct form_def *d,
    const cJSON *json, const char *path, const struct form_names *names,
    struct form_reach reach);
/* The name of the i-th operation, NULL beyond the last. */
const char *form_op_name(size_t i);

/* ---- form_cond_walk.c ---- */

/* Calls visit for every field that a condition or expression reads, those of
 * the calculated values in it included. */
void form_cond_fields(const struct form_cond *c,
    void (*visit)(void *arg, const struct form_field *f), void *arg);

/* An expression in which a plain string is a literal ("@name" the field). */
const struct form_cond *form_second_compile(struct form_def *d,
    const cJSON *json, const char *path, const struct form_names *names,
    struct form_reach reach);
/* ---- form_ref.c ---- */

/* The groups around what stands in a group (NULL: the top), innermost first. */
const struct form_names *form_names_of(
    struct form_def *d, const struct form_field *group);
/* Finds a name; false after a mistake. May end in a group. */
bool form_ref_compile(struct form_def *d, const char *name, const char *path,
    const struct form_names *names, struct form_reach reach,
    struct form_ref *ref);
/* True if f is a repeat around the field with that ordinal. */
bool form_is_around(const struct form_field *f, size_t ordinal);

/* ---- form_kind.c ---- */

/* What a field's answers are, as far as the form tells. */
enum form_kind form_kind_of(const struct form_field *f);
const char *form_kind_name(enum form_kind kind); /* "a number" */
/* False after a mistake: a literal that can never equal the field it stands
 * against. Dates become dates. */
bool form_literal_check(struct form_def *d, const char *path,
    const struct form_cond *left, struct form_cond *right);
/* The same, and whether the two can be compared at all. */
bool form_pair_check(struct form_def *d, const char *path,
    const struct form_cond *left, struct form_cond *right);

/* ---- form_rule.c ---- */

const struct form_rules *form_rules_compile(
    struct form_def *d, const cJSON *json, const char *path);

/* ---- form_regex.c ---- */

/* Compiles an anchored pattern; NULL after a mistake. Freed with the arena. */
const struct form_regex *form_regex_compile(
    struct form_def *d, const char *pattern, const char *path);
/* The fewest characters that can match. */
size_t form_regex_least(const struct form_regex *r);
bool form_regex_matches(const struct form_regex *r, const char *s);

#endif
