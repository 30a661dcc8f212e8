#include "common/json.h"
#include "common/service/service.h"
#include "torhaus/fim_convert.h"

#define DRAFT_DAYS 30
#define TEXTS_MAX (4 * 1024 * 1024)

/* The usual course, for a person to change. */
static const struct {
	const char *id, *next[4];
	bool is_initial, is_final, is_withdrawable, notifies;
	int due_days;
} states[] = {
	{ "submitted", { "in_review", "withdrawn" }, true, false, true, true,
	    14 },
	{ "in_review", { "approved", "rejected", "withdrawn" }, false, false,
	    true, false, 0 },
	{ "approved", { NULL }, false, true, false, true, 0 },
	{ "rejected", { NULL }, false, true, false, true, 0 },
	{ "withdrawn", { NULL }, false, true, false, false, 0 },
};

/* What a schema does not say, and only a person can. */
static const char *const service_texts[] = { "summary", "purpose", "legal",
	"retention", "who", "fee", "duration", "documents" };

static void
free_json(void *arg)
{
	cJSON_Delete(arg);
}

static cJSON *
new_json(struct fim_convert *c, cJSON *json)
{
	arena_defer(c->arena, free_json, json);
	return json;
}

/* As packages are written: two blanks a level. */
static const char *
print(struct fim_convert *c, const cJSON *json)
{
	char *text = cJSON_Print(json);
	struct buf *b = buf_new(c->arena, FIM_MAX * 4);
	bool is_begin = true;

	for (const char *p = text == NULL ? "" : text; *p != '\0'; p++) {
		if (is_begin && *p == '\t')
			buf_puts(b, "  ");
		else if (*p != '\t')
			buf_put(b, p, 1);
		else
			buf_puts(b, " "); /* behind a name */
		is_begin = *p == '\n' || (is_begin && *p == '\t');
	}
	buf_puts(b, "\n");
	cJSON_free(text);
	return buf_text(b);
}

static cJSON *
strings(const char *const *list, size_t n)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < n && list[i] != NULL; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(list[i]));
	return array;
}

static void
add_states(struct fim_convert *c, cJSON *service)
{
	cJSON *list = cJSON_AddArrayToObject(service, "states");

	for (size_t i = 0; i < nitems(states); i++) {
		cJSON *json = cJSON_CreateObject();
		const char *path =
		    arena_printf(c->arena, "state.%s", states[i].id);
		const char *what[] = { "label", "explain", "next",
			"mail.subject", "mail.body" };
		size_t n = states[i].notifies ? 5 : 3;

		cJSON_AddStringToObject(json, "id", states[i].id);
		if (states[i].is_initial)
			cJSON_AddTrueToObject(json, "initial");
		if (states[i].is_final)
			cJSON_AddTrueToObject(json, "final");
		if (states[i].is_withdrawable)
			cJSON_AddTrueToObject(json, "withdrawable");
		cJSON_AddBoolToObject(json, "notify", states[i].notifies);
		if (states[i].due_days > 0)
			cJSON_AddNumberToObject(
			    json, "due_days", states[i].due_days);
		cJSON_AddItemToObject(json, "next",
		    strings(states[i].next, nitems(states[i].next)));
		cJSON_AddItemToArray(list, json);
		for (size_t k = 0; k < n; k++)
			fim_word(c, path, what[k],
			    arena_printf(c->arena, "%s.%s", path, what[k]),
			    "");
	}
}

/* What a person decides is left empty, so that the checker asks for it. */
static cJSON *
make_service(struct fim_convert *c, const char *slug)
{
	const struct fim_node *root = c->schema->root;
	cJSON *json = new_json(c, cJSON_CreateObject()), *retention;
	const char *legal[] = { root->references };
	const char *const languages[] = { "de", "en" };

	cJSON_AddStringToObject(json, "id", slug);
	cJSON_AddStringToObject(json, "version", "1.0.0");
	cJSON_AddStringToObject(json, "leika_key", "");
	cJSON_AddItemToObject(
	    json, "life_situations", cJSON_CreateArray());
	cJSON_AddItemToObject(json, "languages", strings(languages, 2));
	cJSON_AddStringToObject(json, "trust_level", "");
	cJSON_AddItemToObject(json, "legal_basis",
	    strings(legal, *root->references == '\0' ? 0 : 1));
	retention = cJSON_AddObjectToObject(json, "retention");
	cJSON_AddNumberToObject(retention, "draft_days", DRAFT_DAYS);
	cJSON_AddStringToObject(json, "department", "");
	cJSON_AddItemToObject(json, "routing", cJSON_CreateArray());
	add_states(c, json);
	cJSON_AddItemToObject(json, "outcomes", cJSON_CreateObject());
	cJSON_AddItemToObject(json, "settings", cJSON_CreateObject());
	return json;
}

static void
make_texts(struct fim_convert *c)
{
	const struct fim_node *root = c->schema->root;

	fim_text(c, "service", "name", root->label);
	for (size_t i = 0; i < nitems(service_texts); i++)
		fim_text(c, "service", service_texts[i], "");
	if (*root->hint != '\0')
		fim_left(c, root, "its help text: %s", root->hint);
	if (*root->about != '\0')
		fim_left(c, root, "its description, for service.summary: %s",
		    root->about);
	if (*root->definition != '\0')
		fim_left(c, root, "its definition: %s", root->definition);
}

static cJSON *
make_form(struct fim_convert *c)
{
	cJSON *json = new_json(c, cJSON_CreateObject());

	cJSON_AddTrueToObject(json, "steps");
	c->pages = cJSON_AddArrayToObject(json, "pages");
	c->keys = new_json(c, cJSON_CreateObject());
	fim_pages(c);
	cJSON_AddItemToObject(json, "rules", cJSON_CreateArray());
	return json;
}

int
fim_convert(struct arena *a, const struct fim_schema *schema,
    const char *slug, const char *source, const void *const words[2],
    struct fim_package *out, struct err *err)
{
	struct fim_convert c = { .arena = a,
		.schema = schema,
		.words = { words[0], words[1] },
		.carried = buf_new(a, FIM_MAX),
		.open = buf_new(a, FIM_MAX),
		.left = buf_new(a, FIM_MAX),
		.rules = buf_new(a, FIM_MAX),
		.references = buf_new(a, FIM_MAX) };
	const cJSON *form, *service;

	for (size_t l = 0; l < nitems(c.text); l++)
		c.text[l] = new_json(&c, cJSON_CreateObject());
	make_texts(&c);
	form = make_form(&c);
	service = make_service(&c, slug);
	if (cJSON_GetArraySize(c.pages) == 0)
		return err_set(err, ERR_BAD_REQUEST,
		    "the schema holds no field that anybody could fill in");
	*out = (struct fim_package){ .slug = slug,
		.service = print(&c, service),
		.form = print(&c, form),
		.texts_de = print(&c, c.text[0]),
		.texts_en = print(&c, c.text[1]),
		.report = fim_report(&c, source),
		.ncarried = c.ncarried,
		.nopen = c.nopen,
		.nleft = c.nleft,
		.nrule = c.nrule };
	if (strlen(out->form) > TEXTS_MAX ||
	    strlen(out->texts_en) > TEXTS_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "the package would be larger than 4 MiB; split the schema");
	return 0;
}
