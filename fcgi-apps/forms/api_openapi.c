/* OpenAPI 3.1 and JSON Schema 2020-12, generated from the package. */
#include "forms/api_view.h"

#include "common/code_list/code_list.h"

#define ENUM_MAX 1000 /* codes of a list that the schema names */
#define SCHEMA_DIALECT "https://json-schema.org/draft/2020-12/schema"

static void write_properties(const struct form_words *w,
    const struct form_field *field, size_t n,
    const struct form_context *context, struct json_out *j);

static void
pair_int(struct json_out *j, const char *name, int64_t n)
{
	json_key(j, name);
	json_put_int(j, n);
}

static void
pair_bool(struct json_out *j, const char *name, bool b)
{
	json_key(j, name);
	json_put_bool(j, b);
}

/* What must be there whatever else is answered: its page is, too. */
static bool
is_always_required(const struct form_words *w, const struct form_field *f)
{
	return f->required == FORM_REQUIRED && f->show == NULL &&
	    form_is_asked(f) &&
	    (f->parent != NULL ||
		w->service->form->page[f->page].show == NULL);
}

static void
write_enum(const struct form_words *w, const struct form_field *f,
    const struct form_context *context, struct json_out *j)
{
	const struct form_choice *choice;
	size_t n = form_choices(w->arena, f, context, w->lang, &choice);

	if (n == 0)
		return; /* the town has no list: any value is refused later */
	json_key(j, "enum");
	json_open_array(j);
	for (size_t i = 0; i < n; i++)
		json_put_string(j, choice[i].value);
	json_close_array(j);
}

static void
write_bounds(const struct form_field *f, struct json_out *j)
{
	int64_t unit = f->type == FORM_DECIMAL ? 1000000 : 1;

	if (f->min.is_set && !f->min.is_relative && f->min.value % unit == 0)
		pair_int(j, "minimum", f->min.value / unit);
	if (f->max.is_set && !f->max.is_relative && f->max.value % unit == 0)
		pair_int(j, "maximum", f->max.value / unit);
}

static void
write_text_schema(const struct form_field *f, struct json_out *j)
{
	json_pair(j, "type", "string");
	if (f->min_length > 0)
		pair_int(j, "minLength", (int64_t)f->min_length);
	if (f->max_length > 0)
		pair_int(j, "maxLength", (int64_t)f->max_length);
	/* What is normalised first may look otherwise before. */
	if (f->pattern_source != NULL && f->normalise == FORM_AS_TYPED) {
		json_key(j, "x-pattern");
		json_put_string(j, f->pattern_source);
	}
}

/* Patterns of canonical values: what the API gives back, and takes. */
static const char *const scheme_patterns[] = {
    [FORM_SCHEME_TAX_ID] = "^[1-9][0-9]{10}$",
    [FORM_SCHEME_PLATE] =
	"^[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?$",
    [FORM_SCHEME_ID_DOCUMENT] = "^[CFGHJKLMNPRTVWXYZ0-9]{9}[0-9]?$",
    [FORM_SCHEME_VAT_ID] = "^DE[1-9][0-9]{8}$",
    [FORM_SCHEME_REFERENCE] = "^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$",
};

static void
write_identifier_schema(const struct form_field *f, struct json_out *j)
{
	json_pair(j, "type", "string");
	json_pair(j, "pattern", scheme_patterns[f->scheme]);
	json_pair(j, "x-scheme", form_scheme_name(f->scheme));
}

/* A code of the list; free text where it is not imported. */
static void
write_code_schema(const struct form_field *f, struct json_out *j)
{
	const struct code_list *list = f->codes;

	json_pair(j, "type", "string");
	pair_int(j, "maxLength", FORM_CODE_MAX);
	json_pair(j, "x-code-list", f->list);
	if (list == NULL)
		return;
	json_pair(j, "x-code-list-version", list->version);
	if (list->nrow > ENUM_MAX)
		return;
	json_key(j, "enum");
	json_open_array(j);
	for (size_t i = 0; i < list->nrow; i++)
		json_put_string(j, code_list_code(list, i));
	json_close_array(j);
}

/* Appointments come and go: the schema names no ids. */
static void
write_slot_schema(struct json_out *j)
{
	json_key(j, "oneOf");
	json_put_raw(j,
	    "[{\"type\":\"string\"},{\"type\":\"object\",\"properties\":"
	    "{\"id\":{\"type\":\"string\"},\"start\":{\"type\":\"string\","
	    "\"format\":\"date-time\"}},\"required\":[\"id\",\"start\"],"
	    "\"additionalProperties\":false}]");
}

static void
write_position_schema(struct json_out *j)
{
	static const struct {
		const char *name;
		int64_t limit;
	} parts[] = {{"lat", 90}, {"lon", 180}};

	json_pair(j, "type", "object");
	json_key(j, "properties");
	json_open_object(j);
	for (size_t i = 0; i < nitems(parts); i++) {
		json_key(j, parts[i].name);
		json_open_object(j);
		json_pair(j, "type", "number");
		pair_int(j, "minimum", -parts[i].limit);
		pair_int(j, "maximum", parts[i].limit);
		json_close_object(j);
	}
	json_close_object(j);
	json_key(j, "required");
	json_open_array(j);
	json_put_string(j, "lat");
	json_put_string(j, "lon");
	json_close_array(j);
}

static void
write_list_schema(const struct form_words *w, const struct form_field *f,
    const struct form_context *context, struct json_out *j)
{
	size_t max = f->max_length;

	if (f->type == FORM_FILE)
		max = f->max_files > 0 ? f->max_files : 1;
	json_pair(j, "type", "array");
	if (f->min_length > 0)
		pair_int(j, "minItems", (int64_t)f->min_length);
	if (max > 0)
		pair_int(j, "maxItems", (int64_t)max);
	if (f->type != FORM_REPEAT)
		pair_bool(j, "uniqueItems", true);
	json_key(j, "items");
	json_open_object(j);
	if (f->type == FORM_REPEAT)
		write_properties(w, f->child, f->nchild, context, j);
	else {
		json_pair(j, "type", "string");
		if (f->type == FORM_MULTI_CHOICE)
			write_enum(w, f, context, j);
		else
			json_pair(j, "description",
			    "id of a document from /api/v1/dokumente");
	}
	json_close_object(j);
}

static void
write_type(const struct form_words *w, const struct form_field *f,
    const struct form_context *context, struct json_out *j)
{
	switch (f->type) {
	case FORM_INTEGER:
	case FORM_MONEY:
		json_pair(j, "type", "integer");
		write_bounds(f, j);
		return;
	case FORM_DECIMAL:
		json_pair(j, "type", "number");
		write_bounds(f, j);
		return;
	case FORM_YESNO:
	case FORM_CHECKBOX:
	case FORM_CONSENT:
		json_pair(j, "type", "boolean");
		if (f->type == FORM_CONSENT && is_always_required(w, f))
			pair_bool(j, "const", true);
		return;
	case FORM_CHOICE:
		json_pair(j, "type", "string");
		write_enum(w, f, context, j);
		return;
	case FORM_MULTI_CHOICE:
	case FORM_FILE:
	case FORM_REPEAT:
		write_list_schema(w, f, context, j);
		return;
	case FORM_POSITION:
		write_position_schema(j);
		return;
	case FORM_IDENTIFIER:
		write_identifier_schema(f, j);
		return;
	case FORM_CODELIST:
		write_code_schema(f, j);
		return;
	case FORM_SLOT:
		write_slot_schema(j);
		return;
	case FORM_GROUP:
		write_properties(w, f->child, f->nchild, context, j);
		return;
	case FORM_TIME:
		json_pair(j, "type", "string");
		json_pair(j, "pattern", "^([01][0-9]|2[0-3]):[0-5][0-9]$");
		return;
	default:
		write_text_schema(f, j);
		if (f->type == FORM_DATE)
			json_pair(j, "format", "date");
		else if (f->type == FORM_EMAIL)
			json_pair(j, "format", "email");
		return;
	}
}

static void
write_property(const struct form_words *w, const struct form_field *f,
    const struct form_context *context, struct json_out *j)
{
	const char *hint = form_field_text(w, f->path, "hint");

	json_key(j, f->key);
	json_open_object(j);
	json_pair(j, "title", form_label(w, f));
	if (hint != NULL)
		json_pair(j, "description", hint);
	write_type(w, f, context, j);
	json_pair(j, "x-type", form_type_name(f->type));
	if (f->show_source != NULL) {
		json_key(j, "x-show");
		json_put_raw(j, f->show_source);
	}
	json_close_object(j);
}

/* type, properties and required of an object with these fields. */
static void
write_properties(const struct form_words *w, const struct form_field *field,
    size_t n, const struct form_context *context, struct json_out *j)
{
	size_t nrequired = 0;

	json_pair(j, "type", "object");
	json_key(j, "properties");
	json_open_object(j);
	for (size_t i = 0; i < n; i++) {
		if (form_is_asked(&field[i]))
			write_property(w, &field[i], context, j);
		nrequired += is_always_required(w, &field[i]);
	}
	json_close_object(j);
	if (nrequired == 0)
		return;
	json_key(j, "required");
	json_open_array(j);
	for (size_t i = 0; i < n; i++)
		if (is_always_required(w, &field[i]))
			json_put_string(j, field[i].key);
	json_close_array(j);
}

void
api_write_schema(const struct form_words *w, const struct form *form,
    const struct form_context *context, struct json_out *j)
{
	json_open_object(j);
	write_properties(w, form->field, form->nfield, context, j);
	json_close_object(j);
}

void
api_write_schema_document(const struct form_words *w,
    const struct town_service *offer, const struct form_context *context,
    const char *server, struct json_out *j)
{
	const struct service *s = offer->service;
	const char *name = form_say(w, "service.name");
	const char *summary = form_say(w, "service.summary");

	json_open_object(j);
	json_pair(j, "$schema", SCHEMA_DIALECT);
	json_pair(j, "$id",
	    arena_printf(w->arena, "%s/api/v1/leistungen/%s/schema.json",
		server, s->slug));
	json_pair(j, "title", name != NULL ? name : s->slug);
	if (summary != NULL)
		json_pair(j, "description", summary);
	json_pair(j, "x-version", s->version);
	write_properties(w, s->form->field, s->form->nfield, context, j);
	json_close_object(j);
}

static void
write_string_property(struct json_out *j, const char *name, const char *format)
{
	json_key(j, name);
	json_open_object(j);
	json_pair(j, "type", "string");
	if (format != NULL)
		json_pair(j, "format", format);
	json_close_object(j);
}

static void
write_list_property(struct json_out *j, const char *name)
{
	json_key(j, name);
	json_put_raw(j, "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}");
}

static void
write_receipt_schema(struct json_out *j)
{
	static const char *const names[] = {"reference", "code", "token",
	    "state"};

	json_key(j, "Receipt");
	json_open_object(j);
	json_pair(j, "type", "object");
	json_key(j, "properties");
	json_open_object(j);
	for (size_t i = 0; i < nitems(names); i++)
		write_string_property(j, names[i], NULL);
	write_string_property(j, "link", "uri");
	write_string_property(j, "received_at", "date-time");
	write_list_property(j, "unknown_dropped");
	write_list_property(j, "hidden_dropped");
	json_close_object(j);
	json_key(j, "required");
	json_put_raw(j, "[\"reference\",\"code\",\"token\",\"link\",\"state\","
			"\"received_at\",\"unknown_dropped\","
			"\"hidden_dropped\"]");
	json_close_object(j);
}

static void
write_problem_schema(struct json_out *j)
{
	json_key(j, "Problem");
	json_put_raw(j,
	    "{\"type\":\"object\",\"description\":\"RFC 9457\","
	    "\"properties\":{\"type\":{\"type\":\"string\"},"
	    "\"title\":{\"type\":\"string\"},"
	    "\"status\":{\"type\":\"integer\"},"
	    "\"detail\":{\"type\":\"string\"},"
	    "\"instance\":{\"type\":\"string\"},"
	    "\"reference\":{\"type\":\"string\"},"
	    "\"reason\":{\"type\":\"string\"},"
	    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
	    "\"properties\":{\"path\":{\"type\":\"string\"},"
	    "\"code\":{\"type\":\"string\"},"
	    "\"message\":{\"type\":\"string\"},"
	    "\"near\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}},"
	    "\"required\":[\"path\",\"code\",\"message\"]}}},"
	    "\"required\":[\"type\",\"title\",\"status\"]}");
}

static void
write_response(struct json_out *j, const char *status, const char *what,
    const char *type, const char *schema)
{
	json_key(j, status);
	json_open_object(j);
	json_pair(j, "description", what);
	json_key(j, "content");
	json_open_object(j);
	json_key(j, type);
	json_open_object(j);
	json_key(j, "schema");
	json_open_object(j);
	json_pair(j, "$ref", schema);
	json_close_object(j);
	json_close_object(j);
	json_close_object(j);
	json_close_object(j);
}

static void
write_responses(struct json_out *j)
{
	static const struct {
		const char *status, *what;
	} problems[] = {
	    {"400", "Key missing, or the body is no JSON object"},
	    {"403", "The service is not open for this applicant yet (see "
		    "reason)"},
	    {"404", "The town does not offer the service"},
	    {"409", "The key belongs to other answers (see reference), or the "
		    "service is closed"},
	    {"413", "Body too large"},
	    {"415", "Body is not application/json"},
	    {"422", "Answers are missing or wrong (see errors)"},
	    {"429", "Too many applications from this address"},
	    {"503", "Not saved; send again with the same key"},
	};

	json_key(j, "responses");
	json_open_object(j);
	write_response(j, "201", "Received", "application/json",
	    "#/components/schemas/Receipt");
	write_response(j, "200", "The same application was received before",
	    "application/json", "#/components/schemas/Receipt");
	for (size_t i = 0; i < nitems(problems); i++)
		write_response(j, problems[i].status, problems[i].what,
		    "application/problem+json",
		    "#/components/schemas/Problem");
	json_close_object(j);
}

static void
write_operation(
    const struct form_words *w, const struct service *s, struct json_out *j)
{
	const char *summary = form_say(w, "service.summary");

	json_open_object(j);
	json_key(j, "post");
	json_open_object(j);
	json_pair(j, "operationId", "submit");
	if (summary != NULL)
		json_pair(j, "description", summary);
	json_pair(j, "summary", s->slug);
	json_key(j, "parameters");
	json_put_raw(j,
	    "[{\"name\":\"Idempotency-Key\",\"in\":\"header\","
	    "\"required\":true,\"description\":\"A new random UUID for each "
	    "application, the same for each retry of it\","
	    "\"schema\":{\"type\":\"string\",\"pattern\":"
	    "\"^[0-9A-Fa-f]{8}-?([0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}$\"}},"
	    "{\"name\":\"Invitation-Code\",\"in\":\"header\","
	    "\"description\":\"Of somebody who was invited\","
	    "\"schema\":{\"type\":\"string\"}}]");
	json_key(j, "requestBody");
	json_put_raw(j,
	    "{\"required\":true,\"content\":{\"application/json\":"
	    "{\"schema\":{\"$ref\":\"#/components/schemas/Answers\"}}}}");
	write_responses(j);
	json_close_object(j);
	json_close_object(j);
}

void
api_write_openapi(const struct form_words *w,
    const struct town_service *offer, const struct form_context *context,
    const char *server, struct json_out *j)
{
	const struct service *s = offer->service;
	const char *name = form_say(w, "service.name");

	json_open_object(j);
	json_pair(j, "openapi", "3.1.0");
	json_pair(j, "jsonSchemaDialect", SCHEMA_DIALECT);
	json_key(j, "info");
	json_open_object(j);
	json_pair(j, "title", name != NULL ? name : s->slug);
	json_pair(j, "version", s->version);
	json_close_object(j);
	json_key(j, "servers");
	json_open_array(j);
	json_open_object(j);
	json_pair(j, "url", server);
	json_close_object(j);
	json_close_array(j);
	json_key(j, "paths");
	json_open_object(j);
	json_key(j, arena_printf(w->arena, "/api/v1/antraege/%s", s->slug));
	write_operation(w, s, j);
	json_close_object(j);
	json_key(j, "components");
	json_open_object(j);
	json_key(j, "schemas");
	json_open_object(j);
	json_key(j, "Answers");
	api_write_schema(w, s->form, context, j);
	write_receipt_schema(j);
	write_problem_schema(j);
	json_close_object(j);
	json_close_object(j);
	json_close_object(j);
}
