#include "common/form_def.h"

#include <math.h>

#include "common/date.h"
#include "common/num.h"

#define LENGTH_MAX 100000
#define NUMBER_MAX INT64_C(999999999999) /* in whole units */
#define FILES_MAX 20
#define OPTIONS_MAX 1000

#define T(type) (1U << FORM_##type)
#define LINES (T(TEXT) | T(TEXTAREA))
#define WORDS (LINES | T(NAME))
#define DATES (T(DATE) | T(PARTIAL_DATE) | T(DATETIME))
#define NUMBERS (T(INTEGER) | T(DECIMAL) | T(MONEY))
#define CHOICES (T(CHOICE) | T(MULTI_CHOICE))
#define HOLDS (T(GROUP) | T(REPEAT))
#define ALL (~0U)
#define ASKED (ALL & ~(T(STATIC) | T(CALCULATED)))

static const char *const type_names[] = {
	[FORM_TEXT] = "text",
	[FORM_TEXTAREA] = "textarea",
	[FORM_INTEGER] = "integer",
	[FORM_DECIMAL] = "decimal",
	[FORM_MONEY] = "money",
	[FORM_DATE] = "date",
	[FORM_PARTIAL_DATE] = "partial_date",
	[FORM_DATETIME] = "datetime",
	[FORM_YESNO] = "yesno",
	[FORM_CHOICE] = "choice",
	[FORM_MULTI_CHOICE] = "multi_choice",
	[FORM_EMAIL] = "email",
	[FORM_PHONE] = "phone",
	[FORM_IBAN] = "iban",
	[FORM_NAME] = "name",
	[FORM_POSITION] = "position",
	[FORM_FILE] = "file",
	[FORM_CONSENT] = "consent",
	[FORM_CALCULATED] = "calculated",
	[FORM_STATIC] = "static",
	[FORM_GROUP] = "group",
	[FORM_REPEAT] = "repeat",
};

/* The members of a field: JSON type (0: several), and what they go with. */
static const struct member {
	const char *name;
	int json;
	unsigned types;
} members[] = {
	{ "key", cJSON_String, ALL },
	{ "type", cJSON_String, ALL },
	{ "show", 0, ALL },
	{ "summary", cJSON_True, ALL },
	{ "purpose", cJSON_String, ALL },
	{ "fim", cJSON_String, ALL },
	{ "xoev", cJSON_String, ALL },
	{ "block", cJSON_String, T(GROUP) }, /* where it came from */
	{ "required", 0, ASKED & ~T(GROUP) },
	{ "require", 0, ASKED & ~HOLDS },
	{ "autocomplete", cJSON_String, ASKED & ~HOLDS },
	{ "index", cJSON_String, ASKED & ~HOLDS },
	{ "pattern", cJSON_String, LINES | T(PHONE) },
	{ "pattern_error", cJSON_String, LINES | T(PHONE) },
	{ "normalise", cJSON_String, LINES },
	{ "suggest_from", cJSON_String, T(TEXT) },
	{ "min_length", cJSON_Number, WORDS },
	{ "max_length", cJSON_Number, WORDS | T(EMAIL) | T(PHONE) },
	{ "min", 0, NUMBERS | DATES },
	{ "max", 0, NUMBERS | DATES },
	{ "scale", cJSON_Number, T(DECIMAL) },
	{ "options", cJSON_Array, CHOICES },
	{ "options_from", cJSON_String, CHOICES },
	{ "min_items", cJSON_Number, T(REPEAT) | T(MULTI_CHOICE) },
	{ "max_items", cJSON_Number, T(REPEAT) | T(MULTI_CHOICE) },
	{ "fields", cJSON_Array, HOLDS },
	{ "accept", cJSON_Array, T(FILE) },
	{ "max_files", cJSON_Number, T(FILE) },
	{ "strip_metadata", cJSON_True, T(FILE) },
	{ "value", 0, T(CALCULATED) },
	{ "format", cJSON_String, T(CALCULATED) },
	{ "mail_to", cJSON_True, T(EMAIL) },
};

/* Names that the form's page uses for itself. */
static const char *const reserved[] = { "action", "submission_id", "sprache" };

static const char *const media_types[] = { "application/pdf", "image/jpeg",
	"image/png", "image/heic", "image/webp" };

static const char *const index_kinds[] = { "name", "birth_date", "email",
	"address", "plate" };

static const char *const formats[] = { "money", "date", "text", "integer" };

/* HTML, 4.10.18.7.1: those that a form of ours can ask for. */
static const char *const autofill[] = { "name", "honorific-prefix",
	"given-name", "additional-name", "family-name", "honorific-suffix",
	"nickname", "organization-title", "organization", "street-address",
	"address-line1", "address-line2", "address-line3", "address-level1",
	"address-level2", "address-level3", "address-level4", "country",
	"country-name", "postal-code", "cc-name", "language", "bday",
	"bday-day", "bday-month", "bday-year", "sex", "url", "email", "tel",
	"tel-national", "off" };

const char *
form_type_name(enum form_type type)
{
	return type_names[type];
}

static bool
is_one_of(const char *const *list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], s) == 0)
			return true;
	return false;
}

static const char *
join(struct form_def *d, const char *const *list, size_t n)
{
	const char *all = "";

	for (size_t i = 0; i < n; i++)
		all = arena_printf(
		    d->arena, "%s%s%s", all, i > 0 ? ", " : "", list[i]);
	return all;
}

/* A string member out of a fixed list; NULL when absent or wrong. */
static const char *
listed(struct form_def *d, const cJSON *json, const char *path,
    const char *name, const char *const *list, size_t n)
{
	const char *s = def_string(json, name);

	if (s == NULL)
		return NULL;
	if (!is_one_of(list, n, s)) {
		def_mistake(d, def_member(d, path, name),
		    arena_printf(d->arena, "use one of: %s", join(d, list, n)),
		    "\"%s\" is not known", s);
		return NULL;
	}
	return arena_strdup(d->arena, s);
}

static const char *
text_of(struct form_def *d, const cJSON *json, const char *name)
{
	const char *s = def_string(json, name);

	return s == NULL ? NULL : arena_strdup(d->arena, s);
}

/* A whole number member within limits; other when absent or wrong. */
static size_t
size_of(struct form_def *d, const cJSON *json, const char *path,
    const char *name, size_t min, size_t max, size_t other)
{
	const cJSON *one = cJSON_GetObjectItemCaseSensitive(json, name);

	if (!cJSON_IsNumber(one))
		return other;
	if (one->valuedouble < (double)min || one->valuedouble > (double)max ||
	    floor(one->valuedouble) < one->valuedouble) {
		def_mistake(d, def_member(d, path, name),
		    arena_printf(d->arena, "write a whole number from %zu to "
		    "%zu", min, max), "%g is an impossible limit",
		    one->valuedouble);
		return other;
	}
	return (size_t)one->valuedouble;
}

static const struct member *
find_member(const char *name)
{
	for (size_t i = 0; i < nitems(members); i++)
		if (strcmp(members[i].name, name) == 0)
			return &members[i];
	return NULL;
}

static void
check_members(struct form_def *d, const cJSON *json, const char *path,
    enum form_type type)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, json) {
		const struct member *m = find_member(one->string);
		const char *where = def_member(d, path, one->string);

		if (m == NULL)
			def_mistake(d, where,
			    "see \"Fields\" in docs/service-packages.md",
			    "unknown member \"%s\"", one->string);
		else if ((m->types & 1U << type) == 0)
			def_mistake(d, where, "take it out",
			    "\"%s\" does not go with type %s", one->string,
			    type_names[type]);
		else if (m->json != 0 && (one->type & m->json) == 0 &&
		    !(m->json == cJSON_True && cJSON_IsFalse(one)))
			def_mistake(d, where, "give it the right type",
			    "\"%s\" is %s", one->string, def_type_name(one));
	}
}

/* "+60", "-30y", "+6m", "-5d", "": days and months; false otherwise. */
static bool
offset_parse(const char *s, int64_t *days, int *months)
{
	char digits[8];
	size_t n = strspn(s[0] == '\0' ? s : s + 1, "0123456789");
	struct err err = { 0 };
	int64_t count;

	*days = 0;
	*months = 0;
	if (*s == '\0')
		return true;
	if ((*s != '+' && *s != '-') || n == 0 || n >= sizeof(digits))
		return false;
	memcpy(digits, s + 1, n);
	digits[n] = '\0';
	if (num_parse(digits, 0, 100000, &count, &err) == -1)
		return false;
	if (*s == '-')
		count = -count;
	s += 1 + n;
	if (*s == '\0' || strcmp(s, "d") == 0)
		*days = count;
	else if (strcmp(s, "m") == 0 && llabs((long long)count) <= 2400)
		*months = (int)count;
	else if (strcmp(s, "y") == 0 && llabs((long long)count) <= 200)
		*months = (int)count * 12;
	else
		return false;
	return true;
}

static void
date_bound(struct form_def *d, const cJSON *json, const char *path,
    const struct form_field *f, struct form_bound *out)
{
	const char *s = cJSON_GetStringValue(json);
	struct err err = { 0 };
	int32_t day;

	if (s != NULL && strncmp(s, "today", 5) == 0 &&
	    offset_parse(s + 5, &out->value, &out->months)) {
		out->is_set = out->is_relative = true;
	} else if (s != NULL && f->type == FORM_DATETIME &&
	    strcmp(s, "now") == 0) {
		out->is_set = out->is_relative = true;
	} else if (s != NULL && date_parse(s, &day, &err) == 0) {
		out->is_set = true;
		out->value = day;
	} else {
		def_mistake(d, path,
		    "write \"today\", \"today+60\", \"today-30y\", \"today+6m\" "
		    "or \"2026-12-31\"",
		    "is no date limit");
	}
}

static void
number_bound(struct form_def *d, const cJSON *json, const char *path,
    const struct form_field *f, struct form_bound *out)
{
	double unit = f->type == FORM_DECIMAL ? FORM_UNIT : 1;
	double value = cJSON_IsNumber(json) ? json->valuedouble * unit : NAN;

	if (!(fabs(value) <= (double)NUMBER_MAX * unit) ||
	    (f->type != FORM_DECIMAL && floor(value) < value)) {
		def_mistake(d, path,
		    f->type == FORM_MONEY ? "write whole cents"
					  : "write a number",
		    "is an impossible limit");
		return;
	}
	out->is_set = true;
	out->value = (int64_t)llround(value);
}

static void
bounds(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	bool is_date = ((1U << f->type) & DATES) != 0;
	struct form_bound *const bound[] = { &f->min, &f->max };
	static const char *const name[] = { "min", "max" };

	for (size_t i = 0; i < nitems(bound); i++) {
		const cJSON *one =
		    cJSON_GetObjectItemCaseSensitive(json, name[i]);

		if (one == NULL)
			continue;
		(is_date ? date_bound : number_bound)(
		    d, one, def_member(d, path, name[i]), f, bound[i]);
	}
	if (f->min.is_set && f->max.is_set &&
	    f->min.is_relative == f->max.is_relative &&
	    f->min.value + f->min.months * 30 >
		f->max.value + f->max.months * 30)
		def_mistake(d, def_member(d, path, "min"), "swap them",
		    "\"min\" is above \"max\": nothing fits");
}

static void
lengths(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	size_t usual = f->type == FORM_NAME ? 120
	    : f->type == FORM_EMAIL	    ? 254
	    : f->type == FORM_PHONE	    ? 40
					    : 0;

	f->min_length = size_of(d, json, path, "min_length", 0, LENGTH_MAX, 0);
	f->max_length =
	    size_of(d, json, path, "max_length", 1, LENGTH_MAX, usual);
	if (f->max_length == 0 && ((1U << f->type) & LINES) != 0) {
		if (!def_has(json, "max_length"))
			def_mistake(d, path,
			    "add \"max_length\": the most characters that "
			    "make sense",
			    "a text without \"max_length\"");
		f->max_length = LENGTH_MAX;
	}
	if (f->max_length > 0 && f->min_length > f->max_length)
		def_mistake(d, def_member(d, path, "min_length"), "swap them",
		    "\"min_length\" is above \"max_length\": nothing fits");
}

static void
pattern(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const char *how = def_string(json, "normalise");
	static const char *const hows[] = { "upper", "digits", "plate" };

	f->pattern_source = text_of(d, json, "pattern");
	if (f->pattern_source != NULL)
		f->pattern = form_regex_compile(
		    d, f->pattern_source, def_member(d, path, "pattern"));
	f->pattern_error = text_of(d, json, "pattern_error");
	if (f->pattern_error != NULL && !def_is_key(f->pattern_error, false))
		def_mistake(d, def_member(d, path, "pattern_error"),
		    "use small letters, digits and _",
		    "\"%s\" is no error code", f->pattern_error);
	if (f->pattern_error != NULL && f->pattern_source == NULL)
		def_mistake(d, def_member(d, path, "pattern_error"),
		    "add \"pattern\" or take this out",
		    "\"pattern_error\" without \"pattern\"");
	if (how == NULL ||
	    listed(d, json, path, "normalise", hows, nitems(hows)) == NULL)
		return;
	f->normalise = strcmp(how, "upper") == 0 ? FORM_UPPER
	    : strcmp(how, "digits") == 0	 ? FORM_DIGITS
						 : FORM_PLATE;
}

/* A list in the town's settings: "setting.terms". */
static const char *
list_setting(struct form_def *d, const cJSON *json, const char *path,
    const char *name)
{
	const char *s = def_string(json, name);
	const cJSON *list;

	if (s == NULL)
		return NULL;
	path = def_member(d, path, name);
	if (strncmp(s, "setting.", 8) != 0 || strchr(s + 8, '.') != NULL) {
		def_mistake(d, path, "write \"setting.NAME\"",
		    "\"%s\" names no setting", s);
		return NULL;
	}
	list = cJSON_GetObjectItemCaseSensitive(d->settings, s + 8);
	if (!cJSON_IsArray(list)) {
		def_mistake(d, path,
		    "add it to \"settings\" in service.json as a list",
		    list == NULL ? "there is no \"%s\"" : "\"%s\" is no list",
		    s);
		return NULL;
	}
	return arena_strdup(d->arena, s);
}

static bool
option_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_option *out)
{
	static const struct def_key keys[] = {
		{ "value", cJSON_String, true },
		{ "show", 0, false },
		{ "de", cJSON_String, false },
		{ "en", cJSON_String, false },
		{ NULL, 0, false },
	};
	const char *value = cJSON_GetStringValue(json);

	if (value == NULL) {
		if (!def_check_keys(d, json, path, keys))
			return false;
		value = def_string(json, "value");
		out->label[LANG_DE] = text_of(d, json, "de");
		out->label[LANG_EN] = text_of(d, json, "en");
		if ((out->label[LANG_DE] == NULL) !=
		    (out->label[LANG_EN] == NULL))
			def_mistake(d, path, "give \"de\" and \"en\"",
			    "the option's label lacks a language");
	}
	if (*value == '\0' || strlen(value) > 100 || strchr(value, ',')) {
		def_mistake(d, path, "shorten it; commas cannot be in it",
		    "\"%s\" cannot be a value", value);
		return false;
	}
	out->value = arena_strdup(d->arena, value);
	return true;
}

static void
options(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "options");
	const char *where = def_member(d, path, "options");
	struct form_option *option;
	const cJSON *one;
	size_t i = 0;
	int n;

	f->options_from = list_setting(d, json, path, "options_from");
	if (def_has(json, "options") ==
	    def_has(json, "options_from")) {
		def_mistake(d, path, "give one of them",
		    list == NULL ? "a choice without \"options\" or "
				   "\"options_from\""
				 : "\"options\" and \"options_from\" together");
		return;
	}
	if (!cJSON_IsArray(list))
		return;
	n = cJSON_GetArraySize(list);
	if (n == 0 || n > OPTIONS_MAX) {
		def_mistake(d, where, "give 1 to 1000", "%d options", n);
		return;
	}
	option = arena_new(d->arena, struct form_option, (size_t)n);
	f->option = option;
	cJSON_ArrayForEach (one, list) {
		const char *at = def_item(d, where, i++);

		/* Kept in step with the list, even when it is wrong. */
		option[f->noption].value = "";
		(void)option_compile(d, one, at, &option[f->noption]);
		for (size_t k = 0; k < f->noption; k++)
			if (strcmp(option[k].value,
				option[f->noption].value) == 0 &&
			    *option[k].value != '\0')
				def_mistake(d, at, "take one out",
				    "the option \"%s\" is there twice",
				    option[k].value);
		f->noption++;
	}
}

static void
file(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	f->accept = def_strings(d, json, path, "accept", &f->naccept);
	f->max_files = size_of(d, json, path, "max_files", 1, FILES_MAX, 1);
	f->strip_metadata = def_bool(json, "strip_metadata", false);
	if (f->naccept == 0)
		def_mistake(d, path, "add \"accept\": [\"application/pdf\"]",
		    "a file field that accepts no media type");
	for (size_t i = 0; i < f->naccept; i++)
		if (!is_one_of(media_types, nitems(media_types), f->accept[i]))
			def_mistake(d,
			    def_item(d, def_member(d, path, "accept"), i),
			    arena_printf(d->arena, "use one of: %s",
				join(d, media_types, nitems(media_types))),
			    "\"%s\" cannot be checked", f->accept[i]);
	d->form->has_files = true;
}

static void
required(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const cJSON *one = cJSON_GetObjectItemCaseSensitive(json, "required");

	if (one == NULL || cJSON_IsFalse(one))
		f->required = FORM_OPTIONAL;
	else if (cJSON_IsTrue(one))
		f->required = FORM_REQUIRED;
	else if (cJSON_IsString(one) && strcmp(one->valuestring, "soft") == 0)
		f->required = FORM_SOFT;
	else
		def_mistake(d, def_member(d, path, "required"),
		    "write true, false or \"soft\"", "is %s",
		    def_type_name(one));
}

static bool
type_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const char *type = def_string(json, "type");

	for (size_t i = 0; type != NULL && i < nitems(type_names); i++) {
		if (strcmp(type_names[i], type) == 0) {
			f->type = (enum form_type)i;
			return true;
		}
	}
	def_mistake(d, type == NULL ? path : def_member(d, path, "type"),
	    arena_printf(d->arena, "use one of: %s",
		join(d, type_names, nitems(type_names))),
	    type == NULL ? "a field without \"type\"%s"
			 : "there is no type \"%s\"",
	    type == NULL ? "" : type);
	return false;
}

static void
key_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const char *key = def_string(json, "key");

	f->key = "";
	if (key == NULL) {
		def_mistake(d, path, "add \"key\": a short name",
		    "a field without \"key\"");
	} else if (!def_is_key(key, false)) {
		def_mistake(d, def_member(d, path, "key"),
		    "begin with a letter; use small letters, digits and _; at "
		    "most 40",
		    "\"%s\" cannot be a key", key);
	} else if (f->parent == NULL &&
	    is_one_of(reserved, nitems(reserved), key)) {
		def_mistake(d, def_member(d, path, "key"), "use another",
		    "\"%s\" is a name of the page itself", key);
	} else {
		f->key = arena_strdup(d->arena, key);
	}
	f->path = f->parent == NULL
	    ? f->key
	    : arena_printf(d->arena, "%s.%s", f->parent->path, f->key);
}

void
form_field_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	unsigned type;

	f->type = FORM_STATIC;
	key_compile(d, json, path, f);
	if (!type_compile(d, json, path, f))
		return;
	check_members(d, json, path, f->type);
	type = 1U << f->type;
	required(d, json, path, f);
	f->autocomplete = listed(
	    d, json, path, "autocomplete", autofill, nitems(autofill));
	f->index =
	    listed(d, json, path, "index", index_kinds, nitems(index_kinds));
	f->fim = text_of(d, json, "fim");
	f->xoev = text_of(d, json, "xoev");
	f->purpose = text_of(d, json, "purpose");
	f->in_summary = def_bool(json, "summary", true);
	f->takes_mail = def_bool(json, "mail_to", false);
	if ((type & (WORDS | T(EMAIL) | T(PHONE))) != 0)
		lengths(d, json, path, f);
	if ((type & (LINES | T(PHONE))) != 0)
		pattern(d, json, path, f);
	if ((type & T(TEXT)) != 0)
		f->suggest_from = list_setting(d, json, path, "suggest_from");
	if ((type & (NUMBERS | DATES)) != 0)
		bounds(d, json, path, f);
	if ((type & T(DECIMAL)) != 0)
		f->scale = (int)size_of(d, json, path, "scale", 1, 6, 2);
	if ((type & CHOICES) != 0)
		options(d, json, path, f);
	if ((type & T(FILE)) != 0)
		file(d, json, path, f);
	if ((type & (T(REPEAT) | T(MULTI_CHOICE))) != 0) {
		f->min_length = size_of(
		    d, json, path, "min_items", 0, FORM_ITEMS_MAX, 0);
		f->max_length = size_of(d, json, path, "max_items", 1,
		    FORM_ITEMS_MAX, (type & T(REPEAT)) != 0 ? 20 : 0);
		if (f->max_length > 0 && f->min_length > f->max_length)
			def_mistake(d, def_member(d, path, "min_items"),
			    "swap them", "\"min_items\" is above "
			    "\"max_items\": nothing fits");
	}
	if ((type & T(CALCULATED)) != 0) {
		f->format = listed(
		    d, json, path, "format", formats, nitems(formats));
		if (f->format == NULL) {
			if (!def_has(json, "format"))
				def_mistake(d, path,
				    "add \"format\": money, date, text or "
				    "integer",
				    "a calculated value without \"format\"");
			f->format = "text";
		}
	}
}
