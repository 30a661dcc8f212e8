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
#include "common/http/http.h"
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
	FORM_TIME,	   /* "14:30" */
	FORM_YESNO,
	FORM_CHECKBOX,	   /* one checkbox; not set is no answer */
	FORM_CHOICE,	   /* radio buttons, or a select over 7 options */
	FORM_MULTI_CHOICE, /* checkboxes */
	FORM_EMAIL,
	FORM_PHONE,
	FORM_IBAN,
	FORM_IDENTIFIER,   /* of a scheme, most with a check digit */
	FORM_NAME,	   /* DIN 91379 data type C */
	FORM_SIGNATURE,	   /* a name typed in place of a signature */
	FORM_CODELIST,	   /* a code of a published list */
	FORM_SLOT,	   /* an appointment of the town's list */
	FORM_POSITION,	   /* WGS84: "50.98,11.32" */
	FORM_FILE,
	FORM_CONSENT,	   /* one checkbox that must be set */
	FORM_CALCULATED,   /* computed on the server, shown, never read */
	FORM_PAYMENT,	   /* the same, cents: what is to be paid */
	FORM_STATIC,	   /* text only */
	FORM_GROUP,	   /* fieldset */
	FORM_REPEAT,	   /* list of items of the same fields */
};

enum form_required { FORM_OPTIONAL, FORM_SOFT, FORM_REQUIRED };

enum form_normalise {
	FORM_AS_TYPED,
	FORM_UPPER,
	FORM_DIGITS, /* blanks, dots, hyphens and slashes go */
	FORM_PLATE,  /* "qs ab1e" becomes "QS-AB 1E" */
};

enum form_scheme {
	FORM_SCHEME_NONE,
	FORM_SCHEME_TAX_ID,	 /* "86095742719" */
	FORM_SCHEME_PLATE,	 /* "QS-AB 1E" */
	FORM_SCHEME_ID_DOCUMENT, /* "L01X00T47", without the check digit */
	FORM_SCHEME_VAT_ID,	 /* "DE136695976" */
	FORM_SCHEME_REFERENCE,	 /* of a Vorgang of ours */
};

struct code_list;  /* common/code_list/code_list.h */
struct code_lists;
struct form_cond;  /* compiled condition or expression */
struct form_regex; /* compiled pattern */
struct form_rules;
struct form_index;

#define FORM_DEPTH 6	      /* groups within groups, the top included */
#define FORM_ITEMS_MAX 200    /* items of one repeat */
#define FORM_ITEMS_TOTAL 2000 /* items of all repeats of one submission */
#define FORM_PAIRS_MAX 10000
#define FORM_PATH_MAX 300     /* bytes of a path with indices */
#define FORM_CODE_MAX 120     /* characters of a code, or what stands for it */

struct form_option {
	const char *value; /* label: text "<field path>.option.<value>" */
	const char *label[LANG_COUNT]; /* of a code list; NULL: the text */
	const struct form_cond *show;  /* NULL: always */
	const char *show_source;       /* show as written (JSON), or NULL */
};

/*
 * A limit. Numbers: as the type counts (integer: 1, money: cents, decimal:
 * millionths, time: minutes since midnight). Dates: the day, or with
 * is_relative days and months from the day of the application; date-times
 * count from the moment of the application.
 */
struct form_bound {
	bool is_set, is_relative;
	int64_t value;
	int months;
};

/* Another code for one of a field's own errors. */
struct form_rename {
	const char *from, *to; /* "too_late", "not_in_future" */
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
	struct form_bound min, max; /* see form_bound_day for dates */
	int scale;		  /* decimals of FORM_DECIMAL */
	enum form_normalise normalise;
	bool is_latin;		  /* a text of DIN 91379 data type C */
	size_t min_length, max_length; /* code points; items of a repeat;
				     choices of a multiple choice (0: any) */
	const struct form_option *option;
	size_t noption;
	const char *options_from; /* "setting.terms", or NULL */
	const char *suggest_from; /* "setting.breeds", or NULL */
	const char *list;	  /* canonical URI of a code list, or NULL */
	const char *list_version; /* NULL: the newest that is valid */
	const char *pattern_error; /* another code than "pattern", or NULL */
	const struct form_rename *rename;
	size_t nrename;
	const char *const *accept; /* media types of a file field */
	size_t naccept;
	size_t max_files;
	bool strip_metadata;	   /* photos: EXIF and the like go */
	const char *autocomplete;  /* HTML autofill token, or NULL */
	enum form_scheme scheme;   /* of FORM_IDENTIFIER */
	const struct code_list *codes; /* of list; NULL: not imported here, the
				     field takes free text */
	const struct form_cond *list_parent; /* answer that narrows the list */
	const char *list_parent_name; /* as written, for scripts */
	const char *list_column_name; /* of the parent's code; NULL: its own */
	size_t list_column;
	const char *depends_on;	   /* the choice that options hang on, or NULL */
	const struct form_cond *initial; /* "default", or NULL */
	const char *index;	   /* blind index kind, or NULL */
	const char *fim;	   /* FIM id, or NULL */
	const char *xoev;	   /* XOEV element, or NULL */
	const char *purpose;	   /* text key, or NULL: the service's */
	/* These four hold for what is in a group unless it says otherwise. */
	bool is_sensitive;	   /* Art. 9 or 10 GDPR */
	const char *retention;	   /* kind of the service's retention, or NULL */
	const char *const *recipient; /* who else gets it */
	size_t nrecipient;
	bool in_mail;		   /* may stand in mails */
	bool in_summary;
	bool takes_mail;	   /* the confirmation goes to this address */
	const struct form_cond *value; /* FORM_CALCULATED, FORM_PAYMENT */
	const char *format;	   /* of a calculated value: money, date, ... */
	const struct form_field *parent; /* group, or NULL */
	const struct form_field *child;	 /* of GROUP and REPEAT, an array */
	size_t nchild;
	size_t page;		   /* index of its page */
	size_t slot;		   /* place in the answers of its group */
	size_t ordinal, last;	   /* place in the form; of its last descendant */
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
	const struct form_field *field; /* of all pages, in order */
	size_t nfield;
	size_t nordinal; /* fields in all, those in groups included */
	bool is_stepped; /* one page at a time, kept as a draft */
	bool has_files;
	const char *mail_path; /* path of the field that takes mails, or NULL */
	const struct form_rules *rules;
	const struct form_index *index; /* (group, key) to field */
	const struct code_lists *code_lists; /* set by form_bind_lists for
				     what the fields name; NULL in a folder */
};

/* ---- answers ---- */

/* An id that came with the answers has no name until the caller who knows the
 * uploads calls form_attach_file with the same id; without: "file_unknown". */
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
				 "true", cents, "DE02..."; MULTI_CHOICE: the
				 values joined by commas; FILE: the number of
				 files; DATETIME: UTC, RFC 3339; POSITION:
				 "50.98,11.32"; groups: NULL */
	int64_t number;	      /* of text: cents, day, milliseconds, millionths
				 of a decimal; 1 and 0 of a yes/no */
	const char **list;    /* MULTI_CHOICE: chosen values */
	size_t nlist, list_room;
	struct answers *item; /* GROUP: one; REPEAT: nitem */
	size_t nitem, item_room;
	const struct answer_file *file;
	size_t nfile;
	bool is_given;	      /* an item or value for it was in the input */
	const bool *option_shown; /* one for each option; NULL: all are */
	const char *const *near; /* labels like a code that is in no list */
	size_t nnear;
	bool is_shown, is_required; /* set by form_evaluate */
	const char *read_error; /* found when reading: "text_invalid", "type" */
	const char *error;    /* code such as "required", NULL when fine */
	const char *warning;  /* code of a rule of level warn, "recommended" */
};

/* The answers of one group, one for each of its fields, same order. */
struct answers {
	struct answer *answer;
	size_t n;
	bool is_given; /* an item that was in the input */
};

/* All answers of a form: the fields of all pages, in order. */
struct form_answers {
	const struct form *form;
	struct answers top;
	size_t nerror;	    /* set by form_evaluate, warnings not counted */
	size_t nitem;	    /* items of all repeats */
	const char **unknown; /* names in the input that no field has */
	size_t nunknown;
};

/* When and where answers are judged. Days are days in Germany. */
struct form_context {
	int64_t now_ms;
	const void *settings; /* cJSON object of the town, parsed; or NULL */
};

/*
 * One finding. path carries indices: "dogs.0.chip"; "" is the whole form (a
 * rule that marks no field).
 */
struct form_error {
	const char *path;
	const char *code;	 /* "required", "pattern", "before_birth" */
	const struct answer *answer; /* NULL for a finding on no field */
	bool is_warning;
};

/* An empty answer set: one item in every group, the least number of items in
 * every repeat. */
struct form_answers *form_answers_new(struct arena *a, const struct form *f);

/* One more item at the end of a repeat's answer; -1 with ERR_TOO_LARGE beyond
 * FORM_ITEMS_MAX or FORM_ITEMS_TOTAL. */
int form_item_add(struct arena *a, struct form_answers *answers,
    struct answer *repeat, struct err *err);
/* Takes item i out of a repeat's answer; nothing happens beyond the last. */
void form_item_remove(
    struct form_answers *answers, struct answer *repeat, size_t i);

/*
 * Fills answers from decoded form pairs ("person.family_name", "dogs.0.breed",
 * repeated names for multiple choice). Every value is cleaned (utf8_clean); a
 * value that is no clean text is an error of its field ("text_invalid", raw is
 * what was left of it), never of the request; a second value for a field that
 * takes one is "type". A pair "dogs.0" says that the item is there, whatever
 * else of it is posted; item numbers without any pair are closed up; a repeat
 * without any has its least number of empty items. Values of file fields are
 * ids of uploads; items beyond the limits are left out and their group gets
 * "too_many". ERR_TOO_LARGE beyond FORM_PAIRS_MAX pairs.
 */
int form_read_pairs(struct arena *a, const struct form *f,
    const struct http_pairs *pairs, struct form_answers **out,
    struct err *err);

/*
 * The same from a JSON object (cJSON) as the API takes it: integers and cents
 * as numbers, yes/no as true and false, multiple choice and files (ids) as
 * arrays, positions as {"lat", "lon"}, all else as strings; null is no answer.
 * Wrong types are errors of their field ("type"), more items than any group
 * may have one of the group ("too_many"); unknown members go to unknown.
 */
int form_read_json(struct arena *a, const struct form *f, const void *cjson,
    struct form_answers **out, struct err *err);

/* Puts an uploaded file of a submission into its file field. path is the
 * field's with indices, "dogs.0.photo". An id that is there already gets the
 * particulars. Unknown paths are left out. */
void form_attach_file(struct arena *a, struct form_answers *answers,
    const char *path, const struct answer_file *file);

/*
 * Shows, requires, checks, calculates: the truth about a submission. Sets
 * every answer's is_shown, is_required, text, number, error, warning; answers
 * to hidden fields keep raw, but have no text and no error. *errors (in page
 * order, at most one error and one warning a field, findings on no field last)
 * may be empty.
 */
void form_evaluate(struct arena *a, struct form_answers *answers,
    const struct form_context *context, struct form_error **errors,
    size_t *nerror);

/* The same without rules and findings: for answers that were accepted. */
void form_evaluate_values(struct arena *a, struct form_answers *answers,
    const struct form_context *context);

/*
 * Puts the defaults of fields into answers that were never given ("default");
 * what somebody typed, or emptied, stays. page: its index, or SIZE_MAX for all.
 * For forms that are shown, before form_evaluate; the API gets what it sent.
 */
void form_fill_defaults(struct arena *a, struct form_answers *answers,
    size_t page, const struct form_context *context);

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
const char *form_value_at(struct arena *a, const struct form_cond *expression,
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

/* The day (or of a date-time field the millisecond) a bound stands for;
 * false when it is not set. */
bool form_bound_day(const struct form_bound *bound,
    const struct form_context *context, int32_t *day);
bool form_bound_ms(const struct form_bound *bound,
    const struct form_context *context, int64_t *ms);

/*
 * The answers as one JSON object in field order: shown fields with text only,
 * numbers as numbers, calculated values included, files as {id, name, type,
 * size}. Same answers, same bytes.
 */
void form_write_json(const struct form_answers *answers, struct buf *out);
/* The same with everything as typed, hidden and invalid included: drafts. */
void form_write_draft(const struct form_answers *answers, struct buf *out);
/* Members that the form does not know (any more) are left out. */
int form_read_draft(struct arena *a, const struct form *f, const char *json,
    size_t len, struct form_answers **out, struct err *err);

/* The answer at a path with indices, NULL when there is none. A path that ends
 * in an index ("dogs.0") gives the repeat's answer. */
struct answer *form_find(const struct form_answers *answers,
    const char *path);
const struct form_field *form_field_find(const struct form *f,
    const char *path); /* without or with indices */

/* Calls visit for every answer in page order, groups before what is in them;
 * path carries indices. */
void form_each(const struct form_answers *answers,
    void (*visit)(void *arg, const char *path, const struct answer *answer),
    void *arg);

/* The type's name in packages: "partial_date". */
const char *form_type_name(enum form_type type);
/* "tax_id" */
const char *form_scheme_name(enum form_scheme scheme);
/* Whether the server computes it: nothing is asked, nothing is read. */
bool form_is_computed(const struct form_field *f);
/* Whether somebody answers it, or something in it. */
bool form_is_asked(const struct form_field *f);

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
	struct arena *arena; /* set by the caller */
};

/* Adds one; remedy says what to do, "" when text does. */
void form_mistake_add(struct form_mistakes *m, const char *file,
    const char *path, const char *remedy, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void form_warning_add(struct form_mistakes *m, const char *file,
    const char *path, const char *remedy, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/*
 * Gives the code list fields of a compiled form their lists, before other
 * threads see it: the version that they name, else the newest valid on day
 * today. A list that is not there is a warning (the field takes free text
 * then), an unknown parent column a mistake.
 */
void form_bind_lists(struct form *f, const struct code_lists *lists,
    int32_t today, struct form_mistakes *m);

/* How many of them are more than warnings. */
size_t form_mistakes_count(const struct form_mistakes *m);

#endif
