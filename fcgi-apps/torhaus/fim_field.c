#include <math.h>

#include "common/code_list/code_list.h"
#include "common/form/form_def.h"
#include "common/num.h"
#include "common/utf8.h"
#include "torhaus/fim_convert.h"

#define LINE_MAX_LENGTH 250 /* longer texts get several lines */
#define USUAL_LENGTH 250
#define LENGTH_MAX 100000
#define OPTION_MAX 100

/* One field on its way. */
struct making {
	struct fim_convert *c;
	const struct fim_node *n;
	const char *path;
	cJSON *json;
};

static void
set_type(struct making *m, const char *type)
{
	cJSON_AddStringToObject(m->json, "type", type);
}

/* ---- limits ---- */

/* A limit in units of 10^-scale; false when there is none, or it is none. */
static bool
limit(struct making *m, const char *name, const char *said, int scale,
    int64_t *out)
{
	struct err none = { 0 };

	if (*said == '\0')
		return false;
	if (scale == 0 &&
	    num_parse(said, -INT64_C(999999999999), INT64_C(999999999999), out,
		&none) == 0)
		return true;
	if (scale > 0 && num_parse_decimal(said, scale, out, &none) == 0)
		return true;
	fim_open(m->c, m->n, m->path, "%s \"%s\" is no number of the field's "
				      "kind and was left out", name, said);
	return false;
}

static void
numbers(struct making *m, int scale, double unit)
{
	int64_t min, max;
	bool has_min = limit(m, "minValue", m->n->min_value, scale, &min);
	bool has_max = limit(m, "maxValue", m->n->max_value, scale, &max);

	if (has_min && has_max && min > max) {
		fim_open(m->c, m->n, m->path,
		    "minValue is above maxValue; both were left out");
		return;
	}
	if (has_min)
		cJSON_AddNumberToObject(m->json, "min", (double)min / unit);
	if (has_max)
		cJSON_AddNumberToObject(m->json, "max", (double)max / unit);
}

/* Limits of values say nothing about texts and dates. */
static void
no_numbers(struct making *m)
{
	if (*m->n->min_value != '\0' || *m->n->max_value != '\0')
		fim_open(m->c, m->n, m->path,
		    "minValue \"%s\", maxValue \"%s\" at a field of type %s "
		    "were left out; write them as min and max or as a rule",
		    m->n->min_value, m->n->max_value, m->n->type);
}

static void
pattern(struct making *m, int64_t max_length)
{
	const struct form_regex *regex;
	struct form_mistakes mistakes = { .arena = m->c->arena };
	struct form_def d = { .arena = m->c->arena,
		.mistakes = &mistakes,
		.file = "" };

	if (*m->n->pattern == '\0')
		return;
	regex = form_regex_compile(&d, m->n->pattern, "");
	if (regex == NULL) {
		fim_open(m->c, m->n, m->path,
		    "the pattern \"%s\" cannot be used (%s) and was left out",
		    m->n->pattern, mistakes.mistake[0].text);
		return;
	}
	if (form_regex_least(regex) > (uint64_t)max_length) {
		fim_open(m->c, m->n, m->path,
		    "the pattern \"%s\" needs more characters than maxLength "
		    "allows and was left out", m->n->pattern);
		return;
	}
	cJSON_AddStringToObject(m->json, "pattern", m->n->pattern);
	fim_open(m->c, m->n, m->path,
	    "has a pattern; write in its hint, and in error.pattern, what is "
	    "expected");
}

/* What a type of ours checks by itself. */
static void
no_pattern(struct making *m, const char *type)
{
	if (*m->n->pattern != '\0')
		fim_open(m->c, m->n, m->path,
		    "the pattern \"%s\" was left out: the type %s checks the "
		    "value", m->n->pattern, type);
}

/* ---- texts ---- */

/* Kinds of texts that the form engine knows better than a pattern does. */
static const struct {
	const char *word, *type;
} special[] = {
	{ "email", "email" }, { "mailadresse", "email" },
	{ "telefon", "phone" }, { "mobilnummer", "phone" },
	{ "mobiltelefon", "phone" }, { "iban", "iban" },
};

static const char *
special_type(struct making *m)
{
	const char *folded = utf8_fold(m->c->arena, m->n->label);

	for (size_t i = 0; i < nitems(special); i++)
		if (strstr(folded, special[i].word) != NULL)
			return special[i].type;
	return NULL;
}

static void
text(struct making *m)
{
	const char *type = special_type(m);
	int64_t min = 0, max = USUAL_LENGTH;

	no_numbers(m);
	if (type != NULL) {
		set_type(m, type);
		no_pattern(m, type);
		fim_open(m->c, m->n, m->path,
		    "was taken for type %s by its name", type);
		return;
	}
	if (!limit(m, "maxLength", m->n->max_length, 0, &max))
		fim_open(m->c, m->n, m->path,
		    "has no maxLength; %d characters were chosen",
		    USUAL_LENGTH);
	if (max < 1 || max > LENGTH_MAX) {
		fim_open(m->c, m->n, m->path,
		    "maxLength \"%s\" became %d", m->n->max_length,
		    LENGTH_MAX);
		max = LENGTH_MAX;
	}
	(void)limit(m, "minLength", m->n->min_length, 0, &min);
	set_type(m, max > LINE_MAX_LENGTH ? "textarea" : "text");
	cJSON_AddNumberToObject(m->json, "max_length", (double)max);
	if (min > 1 && min <= max)
		cJSON_AddNumberToObject(m->json, "min_length", (double)min);
	pattern(m, max);
}

static void
label(struct making *m)
{
	set_type(m, "static");
}

/* ---- choices ---- */

static bool
has_option(const cJSON *options, const char *value)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, options)
		if (strcmp(one->valuestring, value) == 0)
			return true;
	return false;
}

/* A code as a value of ours; NULL when it cannot be one. */
static const char *
option_value(struct making *m, const struct fim_value *v)
{
	char *value = arena_strdup(m->c->arena, v->code);

	if (*value == '\0' || strlen(value) > OPTION_MAX) {
		fim_left(m->c, m->n, "the value \"%s\": its code is %s",
		    v->name, *value == '\0' ? "missing" : "too long");
		return NULL;
	}
	if (strpbrk(value, ",{}") != NULL) {
		for (char *p = value; *p != '\0'; p++)
			*p = strchr(",{}", *p) != NULL ? '_' : *p;
		fim_open(m->c, m->n, m->path,
		    "the code \"%s\" became \"%s\"", v->code, value);
	}
	return value;
}

static void
values(struct making *m)
{
	cJSON *options = cJSON_CreateArray();
	bool is_multi = m->n->max != 1;

	for (size_t i = 0; i < m->n->nvalue; i++) {
		const struct fim_value *v = &m->n->value[i];
		const char *value = option_value(m, v);

		if (value == NULL)
			continue;
		if (has_option(options, value)) {
			fim_left(m->c, m->n,
			    "the code \"%s\" a second time", value);
			continue;
		}
		cJSON_AddItemToArray(options, cJSON_CreateString(value));
		fim_text(m->c, m->path,
		    arena_printf(m->c->arena, "option.%s", value), v->name);
		if (*v->help != '\0')
			fim_left(m->c, m->n, "help of the value \"%s\": %s",
			    value, v->help);
	}
	set_type(m, is_multi ? "multi_choice" : "choice");
	cJSON_AddItemToObject(m->json, "options", options);
	if (!is_multi)
		return;
	if (m->n->min > 1)
		cJSON_AddNumberToObject(m->json, "min_items",
		    (double)(m->n->min < FORM_ITEMS_MAX ? m->n->min
							: FORM_ITEMS_MAX));
	if (m->n->max > 0 && m->n->max <= FORM_ITEMS_MAX)
		cJSON_AddNumberToObject(
		    m->json, "max_items", (double)m->n->max);
}

static void
code_list(struct making *m)
{
	set_type(m, "codelist");
	cJSON_AddStringToObject(m->json, "list", m->n->list_uri);
	if (*m->n->list_version != '\0')
		cJSON_AddStringToObject(
		    m->json, "version", m->n->list_version);
	fim_open(m->c, m->n, m->path,
	    "takes its values from the code list %s%s%s; import it with "
	    "torhaus codelist import", m->n->list_uri,
	    *m->n->list_version == '\0' ? "" : ", version ",
	    m->n->list_version);
}

static void
select_one(struct making *m)
{
	if (*m->n->pattern != '\0')
		fim_left(m->c, m->n, "the pattern \"%s\" of a choice",
		    m->n->pattern);
	if (m->n->nvalue > 0) {
		values(m);
		if (cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(
			m->json, "options")) > 0)
			return;
		cJSON_DeleteItemFromObjectCaseSensitive(m->json, "options");
		cJSON_DeleteItemFromObjectCaseSensitive(m->json, "type");
	} else if (*m->n->list_uri != '\0') {
		code_list(m);
		return;
	} else if (strcmp(m->n->type, "bool") == 0) {
		set_type(m, "yesno");
		return;
	}
	set_type(m, "text");
	cJSON_AddNumberToObject(m->json, "max_length", CODE_LIST_CODE);
	fim_open(m->c, m->n, m->path,
	    "is a choice without values and without a code list; it became a "
	    "text");
}

/* ---- files ---- */

static void
files(struct making *m)
{
	static const char *const known[] = { "application/pdf", "image/jpeg",
		"image/png", "image/heic", "image/webp" };
	cJSON *accept = cJSON_CreateArray();

	for (size_t i = 0; i < m->n->nmedia; i++) {
		size_t k = 0;

		while (k < nitems(known) &&
		    strcmp(known[k], m->n->media[i]) != 0)
			k++;
		if (k == nitems(known))
			fim_left(m->c, m->n,
			    "the media type \"%s\", which cannot be checked",
			    m->n->media[i]);
		else if (!has_option(accept, known[k]))
			cJSON_AddItemToArray(
			    accept, cJSON_CreateString(known[k]));
	}
	if (cJSON_GetArraySize(accept) == 0) {
		for (size_t k = 0; k < 3; k++)
			cJSON_AddItemToArray(
			    accept, cJSON_CreateString(known[k]));
		fim_open(m->c, m->n, m->path,
		    "PDF, JPEG and PNG were chosen as its media types");
	}
	set_type(m, "file");
	cJSON_AddItemToObject(m->json, "accept", accept);
	if (m->n->max != 1)
		cJSON_AddNumberToObject(m->json, "max_files",
		    m->n->max > 0 && m->n->max < 20 ? (double)m->n->max : 20);
	if (*m->n->max_size != '\0')
		fim_left(m->c, m->n,
		    "maxSize %s: the installation has one limit for all files",
		    m->n->max_size);
}

/* ---- the whole field ---- */

static void
plain_type(struct making *m, const char *type)
{
	set_type(m, type);
	no_numbers(m);
	no_pattern(m, type);
}

static void
input(struct making *m)
{
	static const struct {
		const char *fim, *type;
	} plain[] = { { "date", "date" }, { "time", "time" },
		{ "datetime", "datetime" }, { "bool", "yesno" } };
	const char *type = m->n->type;

	for (size_t i = 0; i < nitems(plain); i++)
		if (strcmp(type, plain[i].fim) == 0) {
			plain_type(m, plain[i].type);
			return;
		}
	if (strcmp(type, "num") == 0) {
		set_type(m, "decimal");
		numbers(m, 6, 1e6);
		no_pattern(m, "decimal");
	} else if (strcmp(type, "num_int") == 0) {
		set_type(m, "integer");
		numbers(m, 0, 1);
		no_pattern(m, "integer");
	} else if (strcmp(type, "num_currency") == 0) {
		set_type(m, "money");
		numbers(m, 2, 1);
		no_pattern(m, "money");
	} else if (strcmp(type, "file") == 0) {
		files(m);
	} else {
		if (strcmp(type, "text") != 0 &&
		    strcmp(type, "text_latin") != 0)
			fim_open(m->c, m->n, m->path,
			    "the datentyp \"%s\" is not known; it became a "
			    "text", type);
		text(m);
	}
}

/* What nobody types: shown as it is, where it has a value. */
static bool
is_left_out(struct making *m)
{
	const struct fim_node *n = m->n;

	if (strcmp(n->sort, "hidden") == 0) {
		fim_left(m->c, n,
		    "a hidden field: who receives the application sets it%s%s",
		    *n->content == '\0' ? "" : ", value: ", n->content);
		return true;
	}
	if (strcmp(n->sort, "locked") == 0 && *n->content == '\0') {
		fim_left(m->c, n,
		    "a locked field without a value: it would come from "
		    "elsewhere");
		return true;
	}
	if (strcmp(n->type, "obj") == 0 && strcmp(n->sort, "label") != 0) {
		fim_left(m->c, n, "a static object");
		return true;
	}
	return false;
}

static void
locked(struct making *m)
{
	cJSON *value = cJSON_CreateObject();

	set_type(m, "calculated");
	cJSON_AddStringToObject(m->json, "format", "text");
	cJSON_AddStringToObject(value, "text", m->n->content);
	cJSON_AddItemToObject(m->json, "value", value);
	fim_open(m->c, m->n, m->path,
	    "a locked field: it shows its value, and nobody changes it");
}

/* What the schema says of it beyond its type. */
static void
remarks(struct making *m)
{
	const struct fim_node *n = m->n;

	if (*n->note != '\0')
		fim_open(m->c, n, m->path,
		    "a limit in words: %s", n->note);
	if (*n->prefill != '\0' && strcmp(n->prefill, "keine") != 0)
		fim_left(m->c, n, "vorbefuellung \"%s\": nothing is filled in "
				  "from elsewhere", n->prefill);
	if (*n->content != '\0' && strcmp(n->sort, "input") == 0)
		fim_left(m->c, n, "the value it begins with (inhalt): %s",
		    n->content);
	if (*n->out_label != '\0' && strcmp(n->out_label, n->label) != 0)
		fim_left(m->c, n,
		    "its name for the reader (bezeichnungAusgabe): %s",
		    n->out_label);
}

cJSON *
fim_field(struct fim_convert *c, const struct fim_node *n, const char *path)
{
	struct making m = { .c = c, .n = n, .path = path };
	bool is_label = strcmp(n->sort, "label") == 0;
	bool is_locked = strcmp(n->sort, "locked") == 0;

	if (is_left_out(&m))
		return NULL;
	m.json = cJSON_CreateObject();
	if (is_label)
		label(&m);
	else if (is_locked)
		locked(&m);
	else if (strcmp(n->sort, "select") == 0)
		select_one(&m);
	else
		input(&m);
	cJSON_AddStringToObject(m.json, "fim", fim_id(c, n));
	if (!is_label && !is_locked && n->min > 0)
		cJSON_AddTrueToObject(m.json, "required");
	remarks(&m);
	fim_text(c, path, "label",
	    is_label && *n->content != '\0' ? n->content : n->label);
	if (*n->hint != '\0' && !is_label)
		fim_text(c, path, "hint", n->hint);
	else if (*n->hint != '\0')
		fim_left(c, n, "the help text of a notice: %s", n->hint);
	return m.json;
}
