#include "common/form/form_def.h"

#define LENGTH_MAX 100000
#define FILES_MAX 20

#define T(type) (1U << FORM_##type)
#define LINES (T(TEXT) | T(TEXTAREA))
#define WORDS (LINES | T(NAME) | T(SIGNATURE))
#define DATES (T(DATE) | T(PARTIAL_DATE) | T(DATETIME))
#define NUMBERS (T(INTEGER) | T(DECIMAL) | T(MONEY))
#define CHOICES (T(CHOICE) | T(MULTI_CHOICE))
#define HOLDS (T(GROUP) | T(REPEAT))
#define ALL (~0U)
#define COMPUTED (T(CALCULATED) | T(PAYMENT))
#define ASKED (ALL & ~(T(STATIC) | COMPUTED))
#define TICKED (T(CONSENT) | T(CHECKBOX))
/* What may be there before anybody answers: nothing that declares. */
#define FILLED                                                            \
	(ASKED &                                                          \
	    ~(HOLDS | TICKED | T(FILE) | T(SIGNATURE) | T(POSITION) |     \
		T(SLOT) | T(MULTI_CHOICE)))

static const char *const type_names[] = {
	[FORM_TEXT] = "text",
	[FORM_TEXTAREA] = "textarea",
	[FORM_INTEGER] = "integer",
	[FORM_DECIMAL] = "decimal",
	[FORM_MONEY] = "money",
	[FORM_DATE] = "date",
	[FORM_PARTIAL_DATE] = "partial_date",
	[FORM_DATETIME] = "datetime",
	[FORM_TIME] = "time",
	[FORM_YESNO] = "yesno",
	[FORM_CHECKBOX] = "checkbox",
	[FORM_CHOICE] = "choice",
	[FORM_MULTI_CHOICE] = "multi_choice",
	[FORM_EMAIL] = "email",
	[FORM_PHONE] = "phone",
	[FORM_IBAN] = "iban",
	[FORM_IDENTIFIER] = "identifier",
	[FORM_NAME] = "name",
	[FORM_SIGNATURE] = "signature",
	[FORM_CODELIST] = "codelist",
	[FORM_SLOT] = "slot",
	[FORM_POSITION] = "position",
	[FORM_FILE] = "file",
	[FORM_CONSENT] = "consent",
	[FORM_CALCULATED] = "calculated",
	[FORM_PAYMENT] = "payment",
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
	{ "mail", cJSON_True, ALL },
	{ "sensitive", cJSON_True, ALL },
	{ "retention", cJSON_String, ALL },
	{ "recipients", cJSON_Array, ALL },
	{ "purpose", cJSON_String, ALL },
	{ "fim", cJSON_String, ALL },
	{ "xoev", cJSON_String, ALL },
	{ "block", cJSON_String, T(GROUP) }, /* where it came from */
	{ "required", 0, ASKED & ~(T(GROUP) | T(CHECKBOX)) },
	{ "require", 0, ASKED & ~(HOLDS | T(CHECKBOX)) },
	{ "default", 0, FILLED },
	{ "autocomplete", cJSON_String, ASKED & ~HOLDS },
	{ "index", cJSON_String, ASKED & ~HOLDS },
	{ "pattern", cJSON_String, LINES | T(PHONE) },
	{ "pattern_error", cJSON_String, LINES | T(PHONE) },
	{ "errors", cJSON_Object, ASKED },
	{ "normalise", cJSON_String, LINES },
	{ "latin", cJSON_True, LINES },
	{ "suggest_from", cJSON_String, T(TEXT) },
	{ "min_length", cJSON_Number, WORDS },
	{ "max_length", cJSON_Number, WORDS | T(EMAIL) | T(PHONE) },
	{ "min", 0, NUMBERS | DATES | T(TIME) },
	{ "max", 0, NUMBERS | DATES | T(TIME) },
	{ "scale", cJSON_Number, T(DECIMAL) },
	{ "options", cJSON_Array, CHOICES },
	{ "options_from", cJSON_String, CHOICES | T(SLOT) },
	{ "depends_on", cJSON_String, CHOICES },
	{ "scheme", cJSON_String, T(IDENTIFIER) },
	{ "list", cJSON_String, T(CODELIST) },
	{ "version", cJSON_String, T(CODELIST) },
	{ "parent", cJSON_String, T(CODELIST) },
	{ "parent_column", cJSON_String, T(CODELIST) },
	{ "min_items", cJSON_Number, T(REPEAT) | T(MULTI_CHOICE) },
	{ "max_items", cJSON_Number, T(REPEAT) | T(MULTI_CHOICE) },
	{ "fields", cJSON_Array, HOLDS },
	{ "accept", cJSON_Array, T(FILE) },
	{ "max_files", cJSON_Number, T(FILE) },
	{ "strip_metadata", cJSON_True, T(FILE) },
	{ "value", 0, COMPUTED },
	{ "format", cJSON_String, T(CALCULATED) },
	{ "mail_to", cJSON_True, T(EMAIL) },
};

/* Names that the form's page uses for itself. */
static const char *const reserved[] = { "action", "submission_id", "sprache",
	"invitation" };

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

bool
form_is_computed(const struct form_field *f)
{
	return (COMPUTED & 1U << f->type) != 0;
}

bool
form_may_have_default(const struct form_field *f)
{
	return (FILLED & 1U << f->type) != 0;
}

bool
form_is_asked(const struct form_field *f)
{
	return (ASKED & 1U << f->type) != 0;
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

static const struct member *
find_member(const char *name)
{
	for (size_t i = 0; i < nitems(members); i++)
		if (strcmp(members[i].name, name) == 0)
			return &members[i];
	return NULL;
}

const char *
form_field_member(size_t i, enum form_type type, bool *goes)
{
	if (i >= nitems(members))
		return NULL;
	*goes = (members[i].types & 1U << type) != 0;
	return members[i].name;
}

static const char *
near_member(struct form_def *d, const char *name)
{
	struct def_near near = { .name = name };

	for (size_t i = 0; i < nitems(members); i++)
		def_near_offer(&near, members[i].name);
	return def_near_remedy(
	    d, &near, "see \"Fields\" in docs/service-packages.md");
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
			    near_member(d, one->string),
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

static void
lengths(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	size_t usual = f->type == FORM_NAME ? 120
	    : f->type == FORM_SIGNATURE	    ? 160
	    : f->type == FORM_EMAIL	    ? 254
	    : f->type == FORM_PHONE	    ? 40
					    : 0;

	f->min_length = def_size(d, json, path, "min_length", 0, LENGTH_MAX, 0);
	f->max_length =
	    def_size(d, json, path, "max_length", 1, LENGTH_MAX, usual);
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

	f->is_latin = def_bool(json, "latin", false);
	f->pattern_source = def_text(d, json, "pattern");
	if (f->pattern_source != NULL)
		f->pattern = form_regex_compile(
		    d, f->pattern_source, def_member(d, path, "pattern"));
	if (f->pattern != NULL && f->max_length > 0 &&
	    form_regex_least(f->pattern) > f->max_length)
		def_mistake(d, def_member(d, path, "pattern"),
		    "raise \"max_length\", or shorten the pattern",
		    "the pattern needs %zu characters, \"max_length\" allows "
		    "%zu: nothing fits",
		    form_regex_least(f->pattern), f->max_length);
	f->pattern_error = def_text(d, json, "pattern_error");
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

static void
file(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	f->accept = def_strings(d, json, path, "accept", &f->naccept);
	f->max_files = def_size(d, json, path, "max_files", 1, FILES_MAX, 1);
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
	struct def_near near = { .name = type == NULL ? "" : type };

	for (size_t i = 0; type != NULL && i < nitems(type_names); i++) {
		if (strcmp(type_names[i], type) == 0) {
			f->type = (enum form_type)i;
			return true;
		}
	}
	d->has_bad_type = true;
	for (size_t i = 0; type != NULL && i < nitems(type_names); i++)
		def_near_offer(&near, type_names[i]);
	def_mistake(d, type == NULL ? path : def_member(d, path, "type"),
	    def_near_remedy(d, &near,
		arena_printf(d->arena, "use one of: %s",
		    join(d, type_names, nitems(type_names)))),
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
	form_renames_compile(d, json, path, f);
	form_about_compile(d, json, path, f);
	f->takes_mail = def_bool(json, "mail_to", false);
	if ((type & (WORDS | T(EMAIL) | T(PHONE))) != 0)
		lengths(d, json, path, f);
	if ((type & (LINES | T(PHONE))) != 0)
		pattern(d, json, path, f);
	if ((type & T(TEXT)) != 0)
		f->suggest_from = form_list_setting(d, json, path, "suggest_from");
	if ((type & (NUMBERS | DATES | T(TIME))) != 0)
		form_bounds_compile(d, json, path, f);
	if ((type & T(DECIMAL)) != 0)
		f->scale = (int)def_size(d, json, path, "scale", 1, 6, 2);
	if ((type & CHOICES) != 0)
		form_options_compile(d, json, path, f);
	if ((type & T(SLOT)) != 0)
		form_slots_compile(d, json, path, f);
	if ((type & T(IDENTIFIER)) != 0)
		form_scheme_compile(d, json, path, f);
	if ((type & T(CODELIST)) != 0)
		form_code_list_compile(d, json, path, f);
	if ((type & T(PAYMENT)) != 0)
		f->format = "money";
	if ((type & T(FILE)) != 0)
		file(d, json, path, f);
	if ((type & (T(REPEAT) | T(MULTI_CHOICE))) != 0) {
		f->min_length = def_size(
		    d, json, path, "min_items", 0, FORM_ITEMS_MAX, 0);
		f->max_length = def_size(d, json, path, "max_items", 1,
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
