#include "common/xoev/xoev_mapping.h"

#include "common/json.h"

#define MESSAGES_MAX 100

static const struct def_key mapping_keys[] = {
	{ "format", cJSON_Number, true },
	{ "namespaces", cJSON_Object, true },
	{ "blocks", cJSON_Object, false },
	{ "include", cJSON_Array, false }, /* expanded when it is read */
	{ "leaves_out", cJSON_Object, false },
	{ "messages", cJSON_Array, true },
	{ NULL, 0, false },
};

static const struct def_key message_keys[] = {
	{ "id", cJSON_String, true },
	{ "root", cJSON_String, true },
	{ "standard", cJSON_String, true },
	{ "version", cJSON_String, true },
	{ "type", cJSON_Object, false },
	{ "head", cJSON_String, true },
	{ "direction", cJSON_String, true },
	{ "author", cJSON_String, false },
	{ "reader", cJSON_String, false },
	{ "answers", cJSON_String, false },
	{ "repeat", cJSON_String, false },
	{ "when", 0, false },
	{ "absent", cJSON_Object, false },
	{ "content", cJSON_Array, true },
	{ NULL, 0, false },
};

static const struct def_key type_keys[] = {
	{ "code", cJSON_String, true },
	{ "list", cJSON_String, false },
	{ "version", cJSON_String, false },
	{ NULL, 0, false },
};

const char *
xoev_message_member(size_t i)
{
	return i < nitems(message_keys) ? message_keys[i].name : NULL;
}

static const char *
text(struct form_def *d, const cJSON *json, const char *name)
{
	const char *s = def_string(json, name);

	return arena_strdup(d->arena, s == NULL ? "" : s);
}

/* ---- one message ---- */

static void
compile_type(struct xoev_compiling *c, const cJSON *json, const char *path,
    struct xoev_message *m)
{
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(json, "type");

	m->head.standard = m->info.standard;
	m->head.version = m->info.version;
	m->head.type = xoev_root_number(m->root.name);
	m->head.list = m->head.list_version = "";
	if (type != NULL &&
	    def_check_keys(
		c->d, type, def_member(c->d, path, "type"), type_keys)) {
		m->head.type = text(c->d, type, "code");
		m->head.list = text(c->d, type, "list");
		m->head.list_version = text(c->d, type, "version");
	}
	m->info.type = m->head.type;
	if (*m->head.type == '\0')
		def_mistake(c->d, path,
		    "add \"type\": {\"code\": ..., \"list\": ...}",
		    "the message has no type, and none in its root's name");
}

static void
compile_words(struct xoev_compiling *c, const cJSON *json, const char *path,
    struct xoev_message *m)
{
	static const char *const head[] = { "none", "g2g", "xinneres" };
	const char *s = text(c->d, json, "head");
	size_t i = 0;

	while (i < nitems(head) && strcmp(head[i], s) != 0)
		i++;
	if (i == nitems(head))
		def_mistake(c->d, def_member(c->d, path, "head"),
		    "use none, g2g or xinneres", "\"%s\" is no head", s);
	else
		m->head.kind = (enum xoev_head_kind)i;
	s = text(c->d, json, "direction");
	m->info.direction = strcmp(s, "in") == 0 ? XOEV_IN : XOEV_OUT;
	if (strcmp(s, "in") != 0 && strcmp(s, "out") != 0)
		def_mistake(c->d, def_member(c->d, path, "direction"),
		    "use out or in, as the town sees it",
		    "\"%s\" is no direction", s);
}

static void
compile_root(struct xoev_compiling *c, const cJSON *json, const char *path,
    struct xoev_message *m)
{
	struct xml_name step[XOEV_STEPS];
	bool is_attribute;
	size_t n = 0;

	path = def_member(c->d, path, "root");
	m->root.name = m->root.uri = m->root.prefix = "";
	if (!xoev_path_compile(c, text(c->d, json, "root"), path, step, &n,
		&is_attribute))
		return;
	if (n != 1 || is_attribute) {
		def_mistake(c->d, path, "name the root element alone",
		    "a root is one element");
		return;
	}
	m->root = step[0];
	m->info.uri = m->root.uri;
	m->info.root = m->root.name;
}

static void
compile_repeat(struct xoev_compiling *c, const cJSON *json, const char *path,
    struct xoev_message *m)
{
	struct form_reach reach = { .kind = REACH_ALL };
	const char *name = def_string(json, "repeat");

	if (name == NULL)
		return;
	path = def_member(c->d, path, "repeat");
	if (!form_ref_compile(c->d, name, path, form_names_of(c->d, NULL),
		reach, &m->repeat))
		return;
	if (m->repeat.field->type != FORM_REPEAT)
		def_mistake(c->d, path, "name a repeat",
		    "\"%s\" has no items", name);
	else
		m->info.repeat = m->repeat.field;
}

static void
compile_message(struct xoev_compiling *c, const cJSON *json, const char *path,
    struct xoev_message *m)
{
	struct form_reach reach = { .kind = REACH_ALL };
	const cJSON *when;

	if (!def_check_keys(c->d, json, path, message_keys))
		return;
	m->info.id = text(c->d, json, "id");
	m->info.standard = text(c->d, json, "standard");
	m->info.version = text(c->d, json, "version");
	m->info.author_prefix = text(c->d, json, "author");
	m->info.reader_prefix = text(c->d, json, "reader");
	m->info.answers = text(c->d, json, "answers");
	if (!def_is_key(m->info.id, true))
		def_mistake(c->d, def_member(c->d, path, "id"),
		    "use small letters, digits and _",
		    "\"%s\" cannot be an id", m->info.id);
	compile_root(c, json, path, m);
	compile_type(c, json, path, m);
	compile_words(c, json, path, m);
	compile_repeat(c, json, path, m);
	when = cJSON_GetObjectItemCaseSensitive(json, "when");
	if (when != NULL)
		m->when = form_cond_compile(c->d, when,
		    def_member(c->d, path, "when"),
		    form_names_of(c->d, m->info.repeat), reach);
	xoev_rules_compile(c, cJSON_GetObjectItemCaseSensitive(json, "content"),
	    def_member(c->d, path, "content"), m->info.repeat, false, 0, NULL,
	    &m->rule, &m->nrule);
	xoev_absent_compile(c->d, json_object(json, "absent"),
	    def_member(c->d, path, "absent"), m);
}

/* ---- all of it ---- */

static void
compile_namespaces(struct xoev_compiling *c, const cJSON *json)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, json) {
		const char *path = def_member(
		    c->d, "namespaces", one->string);

		if (!cJSON_IsString(one) || *one->valuestring == '\0' ||
		    !def_is_key(one->string, true)) {
			def_mistake(c->d, path,
			    "write \"prefix\": \"namespace\"",
			    "\"%s\" is no prefix of a namespace", one->string);
			continue;
		}
		if (c->nprefix == nitems(c->prefix)) {
			def_mistake(c->d, path, "leave out what is not used",
			    "over %zu namespaces", nitems(c->prefix));
			return;
		}
		c->prefix[c->nprefix++] = (struct xml_name){
			.prefix = arena_strdup(c->d->arena, one->string),
			.uri = arena_strdup(c->d->arena, one->valuestring),
			.name = "",
		};
	}
}

static void
check_ids(struct xoev_compiling *c, const struct xoev_mapping *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const char *path = def_item(c->d, "messages", i);
		const struct xoev_message_info *info = &m->message[i].info;

		for (size_t k = 0; k < i; k++)
			if (strcmp(m->message[k].info.id, info->id) == 0)
				def_mistake(c->d, def_member(c->d, path, "id"),
				    "give each message an id of its own",
				    "\"%s\" is there twice", info->id);
		if (*info->answers != '\0' &&
		    xoev_mapping_find(m, info->answers) == NULL)
			def_mistake(c->d, def_member(c->d, path, "answers"),
			    "name the id of a message",
			    "there is no message \"%s\"", info->answers);
	}
}

/* What nothing was compiled of must not be NULL either. */
static void
init_message(struct xoev_message *m)
{
	m->info = (struct xoev_message_info){ .id = "", .uri = "", .root = "",
		.standard = "", .version = "", .type = "", .answers = "",
		.author_prefix = "", .reader_prefix = "" };
}

const struct xoev_mapping *
xoev_mapping_compile(struct form_def *d, const cJSON *json)
{
	size_t before = form_mistakes_count(d->mistakes);
	struct xoev_compiling c = { .d = d };
	struct xoev_mapping *m = arena_new(d->arena, struct xoev_mapping, 1);
	const cJSON *one;

	if (!def_check_keys(d, json, "", mapping_keys))
		return NULL;
	if (json_int(json, "format", 1, 1, 0) != 1)
		def_mistake(d, "format", "write 1", "an unknown format");
	c.blocks = json_object(json, "blocks");
	c.messages = json_array(json, "messages");
	m->form = d->form;
	if (cJSON_GetArraySize(c.messages) > MESSAGES_MAX) {
		def_mistake(d, "messages", "keep what is used",
		    "over %d messages", MESSAGES_MAX);
		return NULL;
	}
	m->message = arena_new(d->arena, struct xoev_message,
	    (size_t)cJSON_GetArraySize(c.messages) + 1);
	compile_namespaces(&c, json_object(json, "namespaces"));
	cJSON_ArrayForEach (one, c.messages) {
		init_message(&m->message[m->n]);
		compile_message(&c, one, def_item(d, "messages", m->n),
		    &m->message[m->n]);
		m->n++;
	}
	check_ids(&c, m);
	xoev_omissions_compile(d, json_object(json, "leaves_out"), m);
	return form_mistakes_count(d->mistakes) > before ? NULL : m;
}

/* ---- looking at it ---- */

size_t
xoev_mapping_count(const struct xoev_mapping *m)
{
	return m->n;
}

const struct xoev_message_info *
xoev_mapping_get(const struct xoev_mapping *m, size_t i)
{
	return &m->message[i].info;
}

const struct xoev_message_info *
xoev_mapping_find(const struct xoev_mapping *m, const char *id)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->message[i].info.id, id) == 0)
			return &m->message[i].info;
	return NULL;
}

const struct xoev_message_info *
xoev_mapping_by_root(
    const struct xoev_mapping *m, const char *uri, const char *root)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->message[i].info.root, root) == 0 &&
		    strcmp(m->message[i].info.uri, uri) == 0)
			return &m->message[i].info;
	return NULL;
}

const struct xoev_message_info *
xoev_mapping_answer(const struct xoev_mapping *m, const char *uri,
    const char *root, const char *request)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct xoev_message_info *info = &m->message[i].info;

		if (strcmp(info->answers, request) == 0 &&
		    strcmp(info->root, root) == 0 &&
		    strcmp(info->uri, uri) == 0)
			return info;
	}
	return NULL;
}

const struct xoev_message *
xoev_message_of(const struct xoev_message_info *info)
{
	return (const struct xoev_message *)(const void *)info;
}

bool
xoev_mapping_applies(const struct xoev_message_info *message,
    const struct form_answers *answers, const struct form_context *context)
{
	const struct xoev_message *m = xoev_message_of(message);

	return m->when == NULL || form_holds(m->when, answers, context);
}
