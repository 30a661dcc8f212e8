/*
 * A form as compiled from a service package's form.json: immutable after load,
 * shared by all threads. docs/service-packages.md describes the source format.
 */
#ifndef FORM_H
#define FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/http.h"
#include "common/lang.h"

enum form_type {
	FORM_TEXT,	   /* one line */
	FORM_TEXTAREA,
	FORM_INTEGER,
	FORM_DECIMAL,
	FORM_MONEY,	   /* cents */
	FORM_DATE,
	FORM_PARTIAL_DATE, /* unknown day or month is 00 */
	FORM_DATETIME,
	FORM_YESNO,
	FORM_CHOICE,	   /* radio buttons, or a select over 7 options */
	FORM_MULTI_CHOICE, /* checkboxes */
	FORM_EMAIL,
	FORM_PHONE,
	FORM_IBAN,
	FORM_NAME,	   /* DIN 91379 data type C */
	FORM_POSITION,	   /* WGS84: "50.98,11.32" */
	FORM_FILE,
	FORM_CONSENT,	   /* one checkbox that must be set */
	FORM_CALCULATED,   /* computed on the server, shown, never read */
	FORM_STATIC,	   /* text only */
	FORM_GROUP,	   /* fieldset */
	FORM_REPEAT,	   /* list of items of the same fields */
};

enum form_required { FORM_OPTIONAL, FORM_SOFT, FORM_REQUIRED };

struct form_cond;  /* compiled condition or expression */
struct form_regex; /* compiled pattern */

struct form_option {
	const char *value; /* label: text "<field path>.option.<value>" */
	const struct form_cond *show; /* NULL: always */
	const char *show_source;      /* show as written (JSON), or NULL */
};

struct form_field {
	const char *key;  /* unique within its group */
	const char *path; /* from the top, without indices: "dogs.breed" */
	enum form_type type;
	enum form_required required;
	const struct form_cond *show;	 /* NULL: always */
	const char *show_source;	 /* show as written (JSON), or NULL */
	const struct form_cond *require; /* makes an optional field required */
	const struct form_regex *pattern;
	const char *pattern_source;	 /* as written, for OpenAPI; or NULL */
	int64_t min, max;	  /* numbers; dates as day offset when relative */
	bool has_min, has_max;
	size_t min_length, max_length; /* code points; items of a repeat */
	const struct form_option *option;
	size_t noption;
	const char *options_from;  /* "setting.terms", or NULL */
	const char *const *accept; /* media types of a file field */
	size_t naccept;
	size_t max_files;
	bool strip_metadata;	   /* photos: EXIF and the like go */
	const char *autocomplete;  /* HTML autofill token, or NULL */
	const char *index;	   /* blind index kind, or NULL */
	const char *fim;	   /* FIM id, or NULL */
	bool in_summary;
	const struct form_cond *value; /* FORM_CALCULATED */
	const char *format;	   /* of a calculated value: money, date, ... */
	const struct form_field *parent; /* group, or NULL */
	const struct form_field *child;	 /* of GROUP and REPEAT, an array */
	size_t nchild;
	size_t page;		   /* index of its page */
};

struct form_page {
	const char *id; /* text "page.<id>.title" */
	const struct form_cond *show;
	const char *show_source; /* show as written (JSON), or NULL */
	const struct form_field *field;
	size_t nfield;
};

struct form {
	const struct form_page *page;
	size_t npage;
	bool has_files;
	const char *mail_path; /* path of the field that takes mails, or NULL */
	const struct form_rules *rules;
};

/* ---- answers ---- */

struct answer_file {
	struct id id;
	const char *name, *media_type;
	int64_t size;
};

struct answers;

/* One field's answer within one group item. */
struct answer {
	const struct form_field *field;
	const char *raw;      /* as typed (UTF-8, NFC), NULL: not given */
	const char *text;     /* canonical, NULL until valid: "2024-02-29",
				 "true", cents, "DE02..."; see form_evaluate */
	const char **list;    /* MULTI_CHOICE: chosen values */
	size_t nlist;
	struct answers *item; /* GROUP: one; REPEAT: nitem */
	size_t nitem;
	const struct answer_file *file;
	size_t nfile;
	bool is_shown, is_required; /* set by form_evaluate */
	const char *error;    /* code such as "required", NULL when fine */
	const char *warning;  /* code of a rule of level warn */
};

/* The answers of one group, one for each of its fields, same order. */
struct answers {
	struct answer *answer;
	size_t n;
};

/* All answers of a form: the fields of all pages, in order. */
struct form_answers {
	const struct form *form;
	struct answers top;
	size_t nerror;	    /* set by form_evaluate */
	const char **unknown; /* names in the input that no field has */
	size_t nunknown;
};

struct form_context {
	int64_t now_ms;
	const char *settings; /* the town's settings: JSON object text, parsed: */
	const void *settings_json; /* const cJSON * */
};

/* One finding, in page order. path carries indices: "dogs.0.chip". */
struct form_error {
	const char *path;
	const char *code;	 /* "required", "pattern", "before_birth" */
	const struct answer *answer; /* NULL for a finding on no field */
	bool is_warning;
};

/* An empty answer set with one item in every group. */
struct form_answers *form_answers_new(struct arena *a, const struct form *f);

/*
 * Fills answers from decoded form pairs ("person.family_name", "dogs.0.breed",
 * repeated names for multiple choice). Every value is cleaned (utf8_clean); a
 * value that is no clean text is an error of its field ("text_invalid"), never
 * of the request. ERR_TOO_LARGE beyond 10000 pairs or 200 items.
 */
int form_read_pairs(struct arena *a, const struct form *f,
    const struct http_pairs *pairs, struct form_answers **out,
    struct err *err);

/* The same from a JSON object (cJSON) as the API takes it. Wrong types are
 * errors of their field ("type"); unknown members go to unknown. */
int form_read_json(struct arena *a, const struct form *f, const void *cjson,
    struct form_answers **out, struct err *err);

/* Puts the uploaded files of a submission into their file fields. path is the
 * field's with indices, "dogs.0.photo". Unknown paths are left out. */
void form_attach_file(struct arena *a, struct form_answers *answers,
    const char *path, const struct answer_file *file);

/*
 * Shows, requires, checks, calculates: the truth about a submission. Sets
 * every answer's is_shown, is_required, text, error, warning; answers to
 * hidden fields keep raw, but have no text and no error. *errors (in page
 * order, rules behind fields) may be empty.
 */
void form_evaluate(struct arena *a, struct form_answers *answers,
    const struct form_context *context, struct form_error **errors,
    size_t *nerror);

/* The value of an expression of the package (routing, fee) over evaluated
 * answers, canonical text or NULL. */
const char *form_value(struct arena *a, const struct form_cond *expression,
    const struct form_answers *answers, const struct form_context *context);
bool form_holds(const struct form_cond *condition,
    const struct form_answers *answers, const struct form_context *context);

/* The same inside the item that path leads into ("dogs.0.breed"): names mean
 * the item's fields first. */
bool form_holds_at(const struct form_cond *condition,
    const struct form_answers *answers, const char *path,
    const struct form_context *context);

/* What can be chosen in a choice: the package's options, or the town's list
 * (options_from). label: NULL for the package's text. */
struct form_choice {
	const char *value, *label;
	const struct form_option *option; /* NULL from a town's list */
};
size_t form_choices(struct arena *a, const struct form_field *f,
    const struct form_context *context, enum lang lang,
    const struct form_choice **out);

/*
 * The answers as one JSON object in field order: shown fields with text only,
 * numbers as numbers, calculated values included, files as {id, name, type,
 * size}. Same answers, same bytes.
 */
void form_write_json(const struct form_answers *answers, struct buf *out);
/* The same with everything as typed, hidden and invalid included: drafts. */
void form_write_draft(const struct form_answers *answers, struct buf *out);
int form_read_draft(struct arena *a, const struct form *f, const char *json,
    size_t len, struct form_answers **out, struct err *err);

/* The answer at a path with indices, NULL when there is none. */
struct answer *form_find(const struct form_answers *answers,
    const char *path);
const struct form_field *form_field_find(const struct form *f,
    const char *path); /* without or with indices */

/* ---- compiling ---- */

/* One mistake in a package. */
struct form_mistake {
	const char *file; /* "form.json" */
	size_t line;	  /* 0 unknown */
	const char *path; /* "pages[1].fields[3].pattern" */
	const char *text; /* what is wrong */
	const char *remedy;
	bool is_warning;
};
struct form_mistakes {
	struct form_mistake *mistake;
	size_t n, room;
	struct arena *arena;
};

#endif
