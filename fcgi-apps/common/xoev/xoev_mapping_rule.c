#include "common/xoev/xoev_mapping.h"

#include "common/json.h"

static const struct def_key rule_keys[] = {
	{ "to", cJSON_String, false },
	{ "field", cJSON_String, false },
	{ "as", cJSON_String, false },
	{ "value", 0, false },
	{ "constant", cJSON_String, false },
	{ "copy", cJSON_Object, false },
	{ "codes", cJSON_Object, false },
	{ "code", cJSON_True, false },
	{ "list", cJSON_Object, false },
	{ "format", cJSON_String, false },
	{ "repeat", cJSON_String, false },
	{ "repeat_as", cJSON_String, false },
	{ "lines", cJSON_String, false },
	{ "lines_as", cJSON_String, false },
	{ "files", cJSON_String, false },
	{ "files_as", cJSON_String, false },
	{ "with", cJSON_String, false },
	{ "with_as", cJSON_String, false },
	{ "when", 0, false },
	{ "means", cJSON_Object, false },
	{ "position", cJSON_Number, false },
	{ "only", cJSON_String, false },
	{ "content", cJSON_Array, false },
	{ "use", cJSON_String, false },
	{ "comment", cJSON_String, false },
	{ NULL, 0, false },
};
static const struct def_key copy_keys[] = {
	{ "message", cJSON_String, true },
	{ "from", cJSON_String, true },
	{ NULL, 0, false },
};
static const struct def_key list_keys[] = {
	{ "uri", cJSON_String, false },
	{ "version", cJSON_String, false },
	{ "newest", cJSON_True, false },
	{ NULL, 0, false },
};

static const char *const formats[] = { "text", "day", "month", "year", "money",
	"base64", "line", "position", "latitude", "longitude",
	"file_name", "file_type", "file_size", "file_sha256", "file_id" };

const char *
xoev_rule_member(size_t i)
{
	return i < nitems(rule_keys) ? rule_keys[i].name : NULL;
}

/* A rule being compiled, and where. */
struct at {
	struct xoev_compiling *c;
	const cJSON *json;
	const char *path;
	const struct form_field *in; /* the group that names start in */
	bool is_as;
	const struct xoev_rule *outer;
};

static const char *
member(const struct at *at, const char *name)
{
	return def_member(at->c->d, at->path, name);
}

/* ---- paths ---- */

static bool
is_name(const char *s, size_t n)
{
	if (n == 0 || n > 120 || strchr("0123456789.-", *s) != NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < 0x80 &&
		    strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
			   "XYZ0123456789._-",
			s[i]) == NULL)
			return false;
	return true;
}

static bool
prefix_find(struct xoev_compiling *c, const char *s, size_t n,
    struct xml_name *out)
{
	for (size_t i = 0; i < c->nprefix; i++)
		if (strlen(c->prefix[i].prefix) == n &&
		    memcmp(c->prefix[i].prefix, s, n) == 0) {
			out->prefix = c->prefix[i].prefix;
			out->uri = c->prefix[i].uri;
			return true;
		}
	return false;
}

static bool
step_compile(struct xoev_compiling *c, const char *s, size_t n,
    const char *path, struct xml_name *out)
{
	const char *colon = memchr(s, ':', n);

	*out = (struct xml_name){ .uri = "", .prefix = "", .name = "" };
	if (colon != NULL) {
		if (!prefix_find(c, s, (size_t)(colon - s), out)) {
			def_mistake(c->d, path, "declare it in \"namespaces\"",
			    "there is no prefix \"%.*s\"", (int)(colon - s), s);
			return false;
		}
		n -= (size_t)(colon + 1 - s);
		s = colon + 1;
	}
	if (!is_name(s, n)) {
		def_mistake(c->d, path,
		    "write it as prefix:name/prefix:name/@name",
		    "\"%.*s\" is no name of XML", (int)n, s);
		return false;
	}
	out->name = arena_dup(c->d->arena, s, n);
	return true;
}

bool
xoev_path_compile(struct xoev_compiling *c, const char *text, const char *path,
    struct xml_name *step, size_t *n, bool *is_attribute)
{
	*is_attribute = false;
	*n = 0;
	for (;;) {
		size_t len;

		if (*text == '@') {
			*is_attribute = true;
			text++;
		}
		len = strcspn(text, "/");
		if (*n == XOEV_STEPS || (*is_attribute && text[len] != '\0')) {
			def_mistake(c->d, path,
			    *is_attribute ? "put the attribute last"
					  : "use rules in rules",
			    "a path that goes too far");
			return false;
		}
		if (!step_compile(c, text, len, path, &step[(*n)++]))
			return false;
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

/* ---- where values come from ---- */

static bool
ref_compile(const struct at *at, const char *name, const char *where,
    struct form_ref *ref)
{
	struct form_reach reach = { .kind = REACH_ALL };

	return form_ref_compile(at->c->d, name, where,
	    form_names_of(at->c->d, at->in), reach, ref);
}

static const char *
as_name(const struct at *at, const char *key)
{
	const char *s = def_string(at->json, key);

	for (const char *p = s; p != NULL && *p != '\0'; p++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_.", *p) ==
			NULL ||
		    strlen(s) > 80) {
			def_mistake(at->c->d, member(at, key),
			    "use small letters, digits, _ and dots",
			    "\"%s\" cannot be a value's name", s);
			return NULL;
		}
	return s == NULL ? NULL : arena_strdup(at->c->d->arena, s);
}

static void
field_compile(const struct at *at, struct xoev_rule *r)
{
	const char *name = def_string(at->json, "field");
	const struct form_field *f;

	if (!ref_compile(at, name, member(at, "field"), &r->ref))
		return;
	f = r->ref.field;
	r->from = XOEV_FROM_FIELD;
	if (f->type == FORM_MULTI_CHOICE)
		r->repeat = XOEV_EACH_CHOICE;
	if (f->nchild > 0 || f->type == FORM_STATIC)
		def_mistake(at->c->d, member(at, "field"),
		    "use \"with\" or \"repeat\" for groups",
		    "\"%s\" is nothing that is answered", name);
}

static void
copy_compile(const struct at *at, struct xoev_rule *r)
{
	const cJSON *copy = json_object(at->json, "copy"), *one;
	const char *path = member(at, "copy"), *id;
	bool is_attribute, is_there = false;

	if (!def_check_keys(at->c->d, copy, path, copy_keys))
		return;
	id = def_string(copy, "message");
	cJSON_ArrayForEach (one, at->c->messages)
		is_there |= def_string(one, "id") != NULL &&
		    strcmp(def_string(one, "id"), id) == 0;
	if (!is_there)
		def_mistake(at->c->d, def_member(at->c->d, path, "message"),
		    "name the id of a message",
		    "there is no message \"%s\"", id);
	r->from = XOEV_FROM_COPY;
	r->copy_id = arena_strdup(at->c->d->arena, id);
	path = def_member(at->c->d, path, "from");
	if (xoev_path_compile(at->c, def_string(copy, "from"), path, r->copy,
		&r->ncopy, &is_attribute) &&
	    is_attribute)
		def_mistake(at->c->d, path, "name an element",
		    "attributes are not copied");
}

/* A rule in a group of rules that says no source means its group's. */
static void
inherit(const struct at *at, struct xoev_rule *r)
{
	const struct xoev_rule *o = at->outer;

	if (o == NULL || o->from == XOEV_FROM_NOTHING)
		return;
	r->from = o->from;
	r->ref = o->ref;
	r->as = o->as;
	r->expression = o->expression;
	r->constant = o->constant;
	if (r->npair == 0) {
		r->pair = o->pair;
		r->npair = o->npair;
	}
}

static void
source_compile(const struct at *at, struct xoev_rule *r)
{
	struct form_reach reach = { .kind = REACH_ALL };
	const cJSON *value =
	    cJSON_GetObjectItemCaseSensitive(at->json, "value");
	bool has_field = def_has(at->json, "field");
	bool has_as = def_has(at->json, "as");

	r->as = has_as ? as_name(at, "as") : NULL;
	if (value != NULL) {
		r->from = XOEV_FROM_EXPRESSION;
		r->expression = form_expr_compile(at->c->d, value,
		    member(at, "value"), form_names_of(at->c->d, at->in),
		    reach);
	} else if (def_has(at->json, "constant")) {
		r->from = XOEV_FROM_CONSTANT;
		r->constant = arena_strdup(
		    at->c->d->arena, def_string(at->json, "constant"));
	} else if (def_has(at->json, "copy")) {
		copy_compile(at, r);
	} else if (has_field && !(at->is_as && has_as)) {
		field_compile(at, r);
	} else if (has_as) {
		r->from = XOEV_FROM_VALUE;
	}
}

/* ---- groups and repetition ---- */

static void
group_compile(const struct at *at, const char *key, enum form_type type,
    struct xoev_rule *r)
{
	const char *name = def_string(at->json, key);

	if (!ref_compile(at, name, member(at, key), &r->ref))
		return;
	if (r->ref.field->type != type) {
		def_mistake(at->c->d, member(at, key),
		    "use the kind of group that the rule names", "\"%s\" is no %s", name,
		    form_type_name(type));
		return;
	}
	r->has_scope = true;
}

static void
files_compile(const struct at *at, struct xoev_rule *r)
{
	const char *name = def_string(at->json, "files");

	r->repeat = XOEV_EACH_FILE;
	if (!ref_compile(at, name, member(at, "files"), &r->ref))
		return;
	r->from = XOEV_FROM_FIELD;
	if (r->ref.field->type != FORM_FILE)
		def_mistake(at->c->d, member(at, "files"),
		    "name a field that takes files", "\"%s\" takes none",
		    name);
}

static void
repetition_compile(const struct at *at, struct xoev_rule *r)
{
	if (def_has(at->json, "repeat") && !at->is_as) {
		group_compile(at, "repeat", FORM_REPEAT, r);
		r->repeat = XOEV_EACH_ITEM;
	} else if (def_has(at->json, "repeat_as")) {
		r->as = as_name(at, "repeat_as");
		r->is_as_group = true;
		r->repeat = XOEV_EACH_VALUE;
	} else if (def_has(at->json, "lines") && !at->is_as) {
		if (ref_compile(at, def_string(at->json, "lines"),
			member(at, "lines"), &r->ref))
			r->from = XOEV_FROM_FIELD;
		r->repeat = XOEV_EACH_LINE;
	} else if (def_has(at->json, "lines_as")) {
		r->as = as_name(at, "lines_as");
		r->from = XOEV_FROM_VALUE;
		r->repeat = XOEV_EACH_LINE;
	} else if (def_has(at->json, "files") && !at->is_as) {
		files_compile(at, r);
	} else if (def_has(at->json, "files_as")) {
		r->as = as_name(at, "files_as");
		r->from = XOEV_FROM_VALUE;
		r->repeat = XOEV_EACH_FILE;
	} else if (def_has(at->json, "with") && !at->is_as) {
		group_compile(at, "with", FORM_GROUP, r);
	} else if (def_has(at->json, "with_as")) {
		r->as = as_name(at, "with_as");
		r->is_as_group = true;
	}
}

/* ---- codes, formats, meanings ---- */

static bool
has_option(const struct form_field *f, const char *value)
{
	if (f->type == FORM_YESNO || f->type == FORM_CHECKBOX ||
	    f->type == FORM_CONSENT)
		return strcmp(value, "true") == 0 ||
		    strcmp(value, "false") == 0;
	if (f->noption == 0)
		return true;
	for (size_t i = 0; i < f->noption; i++)
		if (strcmp(f->option[i].value, value) == 0)
			return true;
	return false;
}

static void
check_value(const struct at *at, const char *path, const struct form_field *f,
    const char *value)
{
	if (!has_option(f, value))
		def_mistake(at->c->d, path, "use one of the field's values",
		    "\"%s\" is no value of \"%s\"", value, f->path);
}

static void
check_complete(const struct at *at, const struct xoev_rule *r)
{
	const struct form_field *f = r->ref.field;

	for (size_t i = 0; i < f->noption; i++)
		if (xoev_code_of(r, f->option[i].value) == NULL)
			form_warning_add(at->c->d->mistakes, at->c->d->file,
			    member(at, "codes"),
			    "add it, unless it must not be sent",
			    "\"%s\" of \"%s\" has no code",
			    f->option[i].value, f->path);
}

static void
codes_compile(const struct at *at, struct xoev_rule *r)
{
	const cJSON *codes = json_object(at->json, "codes"), *one;
	struct xoev_code_pair *pair;

	if (codes == NULL)
		return;
	pair = arena_new(at->c->d->arena, struct xoev_code_pair,
	    (size_t)cJSON_GetArraySize(codes) + 1);
	r->pair = pair;
	cJSON_ArrayForEach (one, codes) {
		const char *path = def_member(
		    at->c->d, member(at, "codes"), one->string);

		if (!cJSON_IsString(one)) {
			def_mistake(at->c->d, path, "write it as a text",
			    "a code is a text");
			continue;
		}
		pair[r->npair++] = (struct xoev_code_pair){
			.answer = arena_strdup(at->c->d->arena, one->string),
			.code =
			    arena_strdup(at->c->d->arena, one->valuestring),
		};
		if (r->from == XOEV_FROM_FIELD)
			check_value(at, path, r->ref.field, one->string);
	}
	if (r->from == XOEV_FROM_FIELD)
		check_complete(at, r);
}

static void
list_compile(const struct at *at, struct xoev_rule *r)
{
	const cJSON *list = json_object(at->json, "list");
	const char *uri, *version;

	r->list = r->list_version = "";
	r->is_code = def_bool(at->json, "code", false) || list != NULL;
	if (list == NULL ||
	    !def_check_keys(at->c->d, list, member(at, "list"), list_keys))
		return;
	uri = def_string(list, "uri");
	version = def_string(list, "version");
	r->is_newest = def_bool(list, "newest", false);
	r->list = arena_strdup(at->c->d->arena, uri == NULL ? "" : uri);
	r->list_version =
	    arena_strdup(at->c->d->arena, version == NULL ? "" : version);
}

/* What the format wants of the field. */
static void
check_format(const struct at *at, const struct xoev_rule *r)
{
	const struct form_field *f = r->ref.field;
	bool is_partial = r->format == XOEV_DAY || r->format == XOEV_MONTH ||
	    r->format == XOEV_YEAR;

	if (r->from != XOEV_FROM_FIELD)
		return;
	if (is_partial && f->type != FORM_PARTIAL_DATE && f->type != FORM_DATE)
		def_mistake(at->c->d, member(at, "format"), "name a date",
		    "\"%s\" is no date", f->path);
	if (xoev_is_file_format(r->format) != (f->type == FORM_FILE))
		def_mistake(at->c->d, member(at, "format"),
		    "files are written as base64, and nothing else is",
		    "\"%s\" is %s file", f->path,
		    f->type == FORM_FILE ? "a" : "no");
	if ((r->format == XOEV_LATITUDE || r->format == XOEV_LONGITUDE) &&
	    f->type != FORM_POSITION)
		def_mistake(at->c->d, member(at, "format"), "name a position",
		    "\"%s\" is none", f->path);
	if (r->format == XOEV_MONEY && f->type != FORM_MONEY &&
	    f->type != FORM_PAYMENT && f->type != FORM_CALCULATED)
		def_mistake(at->c->d, member(at, "format"), "name an amount",
		    "\"%s\" is no amount of money", f->path);
}

static void
format_compile(const struct at *at, struct xoev_rule *r)
{
	const char *s = def_string(at->json, "format");
	size_t i = 0;

	if (s == NULL) {
		if (r->from == XOEV_FROM_FIELD && r->nrule == 0 &&
		    !def_has(at->json, "content") && !def_has(at->json, "use"))
			check_format(at, r);
		return;
	}
	while (i < nitems(formats) && strcmp(formats[i], s) != 0)
		i++;
	if (i == nitems(formats)) {
		def_mistake(at->c->d, member(at, "format"),
		    "use one of those that docs/xoev-mapping.md names",
		    "\"%s\" is no format", s);
		return;
	}
	r->format = (enum xoev_format)i;
	check_format(at, r);
}

static void
meaning_add(const struct at *at, struct xoev_meaning *list, size_t *n,
    const char *code, const cJSON *one, const char *path)
{
	struct form_ref ref;

	if (!cJSON_IsString(one)) {
		def_mistake(at->c->d, path, "write it as a text",
		    "a field's value is a text");
		return;
	}
	if (!ref_compile(at, one->string, path, &ref))
		return;
	check_value(at, path, ref.field, one->valuestring);
	list[(*n)++] = (struct xoev_meaning){
		.code = code,
		.field = ref.field,
		.text = arena_strdup(at->c->d->arena, one->valuestring),
	};
}

/* "only": "read" or "write"; both ways without. */
static void
only_compile(const struct at *at, struct xoev_rule *r)
{
	const char *only = def_string(at->json, "only");

	if (only == NULL)
		return;
	r->is_read_only = strcmp(only, "read") == 0;
	r->is_write_only = strcmp(only, "write") == 0;
	if (!r->is_read_only && !r->is_write_only)
		def_mistake(at->c->d, member(at, "only"),
		    "use read or write", "\"%s\" is neither", only);
}

/* {"field": "value"}, or by codes {"0": {"field": "value"}}. */
static void
means_compile(const struct at *at, struct xoev_rule *r)
{
	const cJSON *means = json_object(at->json, "means"), *one, *in;
	struct xoev_meaning *list;
	size_t n = 0;

	if (means == NULL || at->is_as)
		return;
	cJSON_ArrayForEach (one, means)
		n += 1 + (size_t)cJSON_GetArraySize(one);
	list = arena_new(at->c->d->arena, struct xoev_meaning, n + 1);
	r->meaning = list;
	cJSON_ArrayForEach (one, means) {
		const char *path =
		    def_member(at->c->d, member(at, "means"), one->string);
		const char *code = arena_strdup(at->c->d->arena, one->string);

		if (!cJSON_IsObject(one)) {
			meaning_add(at, list, &r->nmeaning, NULL, one, path);
			continue;
		}
		cJSON_ArrayForEach (in, one)
			meaning_add(at, list, &r->nmeaning, code, in,
			    def_member(at->c->d, path, in->string));
	}
}

/* ---- rules in rules ---- */

static void
inner_compile(const struct at *at, struct xoev_rule *r, int depth)
{
	const char *use = def_string(at->json, "use");
	const cJSON *inner = json_array(at->json, "content");
	const char *path = member(at, "content");
	bool is_group = r->has_scope && r->ref.field != NULL;

	if (use != NULL) {
		inner = json_array(at->c->blocks, use);
		path = def_member(at->c->d, "blocks", use);
		if (inner == NULL)
			def_mistake(at->c->d, member(at, "use"),
			    "name one of \"blocks\"",
			    "there is no block \"%s\"", use);
	}
	if (inner == NULL)
		return;
	xoev_rules_compile(at->c, inner, path,
	    is_group ? r->ref.field : at->in, at->is_as || r->is_as_group,
	    depth + 1, r, &r->rule, &r->nrule);
}

static void
check_sense(const struct at *at, const struct xoev_rule *r)
{
	bool is_leaf = !def_has(at->json, "content") &&
	    !def_has(at->json, "use");

	if (is_leaf && r->from == XOEV_FROM_NOTHING &&
	    r->format != XOEV_POSITION)
		def_mistake(at->c->d, at->path,
		    "add field, as, value, constant, copy, content or use",
		    "the rule has nothing to write");
	if (is_leaf && r->nstep == 0 && r->from != XOEV_FROM_NOTHING &&
	    at->outer == NULL)
		def_mistake(at->c->d, at->path, "add \"to\"",
		    "the rule has no place to write to");
	if (r->is_attribute && (!is_leaf || r->is_code))
		def_mistake(at->c->d, member(at, "to"),
		    "write a text into it", "an attribute holds nothing else");
	if ((r->is_as_group || r->has_scope ||
		r->repeat == XOEV_EACH_FILE) &&
	    is_leaf)
		def_mistake(at->c->d, at->path, "add content or use",
		    "a group without rules");
}

static void
rule_compile(const struct at *at, struct xoev_rule *r, int depth)
{
	struct form_reach reach = { .kind = REACH_ALL };
	const struct form_names *names;
	const cJSON *when;
	size_t before = form_mistakes_count(at->c->d->mistakes);

	r->list = r->list_version = "";
	if (!def_check_keys(at->c->d, at->json, at->path, rule_keys))
		return;
	if (def_has(at->json, "to") &&
	    !xoev_path_compile(at->c, def_string(at->json, "to"),
		member(at, "to"), r->step, &r->nstep, &r->is_attribute))
		return;
	source_compile(at, r);
	repetition_compile(at, r);
	if (form_mistakes_count(at->c->d->mistakes) > before)
		return; /* what follows would be echoes */
	codes_compile(at, r);
	if (r->from == XOEV_FROM_NOTHING && !r->has_scope && !r->is_as_group)
		inherit(at, r);
	list_compile(at, r);
	r->position = def_size(at->c->d, at->json, at->path, "position", 1,
	    1000, 1);
	format_compile(at, r);
	only_compile(at, r);
	means_compile(at, r);
	when = cJSON_GetObjectItemCaseSensitive(at->json, "when");
	names = form_names_of(at->c->d,
	    r->has_scope && r->repeat == XOEV_EACH_ITEM ? r->ref.field
							: at->in);
	if (when != NULL && !at->is_as)
		r->when = form_cond_compile(at->c->d, when,
		    member(at, "when"), names, reach);
	check_sense(at, r);
	inner_compile(at, r, depth);
}

void
xoev_rules_compile(struct xoev_compiling *c, const cJSON *array,
    const char *path, const struct form_field *in, bool is_as, int depth,
    const struct xoev_rule *outer, const struct xoev_rule **out, size_t *n)
{
	size_t count = (size_t)cJSON_GetArraySize(array), i = 0;
	struct xoev_rule *rule;
	const cJSON *one;

	*n = 0;
	if (depth > XOEV_DEEP || c->nrule + count > XOEV_RULES) {
		def_mistake(c->d, path, "look for a block that uses itself",
		    "too many rules in rules");
		return;
	}
	c->nrule += count;
	rule = arena_new(c->d->arena, struct xoev_rule, count + 1);
	cJSON_ArrayForEach (one, array) {
		struct at at = { .c = c, .json = one,
			.path = def_item(c->d, path, i), .in = in,
			.is_as = is_as, .outer = outer };

		rule_compile(&at, &rule[i++], depth);
	}
	*out = rule;
	*n = count;
}
