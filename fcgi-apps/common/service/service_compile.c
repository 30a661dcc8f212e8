#include "common/service/service_def.h"

#include "common/form/form_def.h"
#include "common/json.h"
#include "common/xoev/xoev_mapping.h"

#define OUTCOMES_MAX 40

static const char *const trust_levels[] = { "none", "normal", "substantial",
	"high" };

static bool
is_semver(const char *s)
{
	int part = 0;

	for (;; s++) {
		size_t n = strspn(s, "0123456789");

		if (n == 0 || n > 5 || (n > 1 && *s == '0'))
			return false;
		s += n;
		if (++part == 3)
			return *s == '\0';
		if (*s != '.')
			return false;
	}
}

static bool
is_leika(const char *s)
{
	return *s == '\0' ||
	    (strlen(s) == 14 && strspn(s, "0123456789") == 14);
}

/* A desk's name in the package. */
static const char *
department(struct form_def *d, const cJSON *json, const char *path)
{
	const char *s = def_string(json, "department");

	if (s == NULL)
		return "";
	if (!def_is_key(s, true))
		def_mistake(d, def_member(d, path, "department"),
		    "use small letters, digits and hyphens",
		    "\"%s\" cannot be a department's name", s);
	return arena_strdup(d->arena, s);
}

static void
header(struct form_def *d, const cJSON *json, struct service *s)
{
	const char *slug = def_string(json, "id");
	const char *version = def_string(json, "version");
	const char *leika = def_string(json, "leika_key");
	const char *trust = def_string(json, "trust_level");
	bool is_known = false;

	s->slug = arena_strdup(d->arena, slug == NULL ? "" : slug);
	s->version = arena_strdup(d->arena, version == NULL ? "" : version);
	s->leika_key = arena_strdup(d->arena, leika == NULL ? "" : leika);
	s->trust_level = arena_strdup(d->arena, trust == NULL ? "" : trust);
	if (slug != NULL && !def_is_key(slug, true))
		def_mistake(d, "id", "use small letters, digits and hyphens",
		    "\"%s\" cannot be an id", slug);
	if (version != NULL && !is_semver(version))
		def_mistake(d, "version", "write it as 1.0.0",
		    "\"%s\" is no version", version);
	if (leika != NULL && !is_leika(leika))
		def_mistake(d, "leika_key", "write its 14 digits, or \"\"",
		    "\"%s\" is no LeiKa key", leika);
	for (size_t i = 0; i < nitems(trust_levels); i++)
		is_known |= trust != NULL &&
		    strcmp(trust_levels[i], trust) == 0;
	if (trust != NULL && !is_known)
		def_mistake(d, "trust_level",
		    "use none, normal, substantial or high",
		    "\"%s\" is no trust level", trust);
	s->department = department(d, json, "");
}

static void
lists(struct form_def *d, const cJSON *json, struct service *s)
{
	size_t n;
	const char *const *lang = def_strings(d, json, "", "languages", &n);

	s->life_situation = def_strings(
	    d, json, "", "life_situations", &s->nlife_situation);
	for (size_t i = 0; i < s->nlife_situation; i++)
		if (!def_is_key(s->life_situation[i], true))
			def_mistake(d, def_item(d, "life_situations", i),
			    "use small letters, digits and hyphens",
			    "\"%s\" cannot be a life situation",
			    s->life_situation[i]);
	if (s->life_situation != NULL && s->nlife_situation == 0)
		def_mistake(d, "life_situations", "name at least one",
		    "nobody would find the service");
	s->legal_basis =
	    def_strings(d, json, "", "legal_basis", &s->nlegal_basis);
	if (s->legal_basis != NULL && s->nlegal_basis == 0)
		def_mistake(d, "legal_basis",
		    "name the law that the data are asked under",
		    "a service without legal basis");
	for (size_t i = 0; lang != NULL && i < n; i++) {
		enum lang one = lang_parse(lang[i], LANG_COUNT);

		if (one == LANG_COUNT)
			def_mistake(d, def_item(d, "languages", i),
			    "use de, en, leicht and ar",
			    "\"%s\" is no language of ours", lang[i]);
		else
			s->languages |= LANG_BIT(one);
	}
	for (enum lang l = LANG_DE; lang != NULL && l <= LANG_EN; l++)
		if ((s->languages & LANG_BIT(l)) == 0)
			def_mistake(d, "languages", "add it, and its texts",
			    "the language \"%s\" is missing", lang_code(l));
}

static void
routes(struct form_def *d, const cJSON *json, struct service *s)
{
	static const struct def_key keys[] = {
		{ "when", 0, true },
		{ "department", cJSON_String, true },
		{ NULL, 0, false },
	};
	struct form_reach reach = { .kind = REACH_ALL };
	struct service_route *route;
	const cJSON *one;

	route = arena_new(d->arena, struct service_route,
	    (size_t)cJSON_GetArraySize(json) + 1);
	s->route = route;
	cJSON_ArrayForEach (one, json) {
		const char *path = def_item(d, "routing", s->nroute);
		struct service_route *r = &route[s->nroute++];

		if (!def_check_keys(d, one, path, keys))
			continue;
		r->department = department(d, one, path);
		r->when = form_cond_compile(d,
		    cJSON_GetObjectItemCaseSensitive(one, "when"),
		    def_member(d, path, "when"), form_names_of(d, NULL),
		    reach);
	}
}

static void
outcomes(struct form_def *d, const cJSON *json, struct service *s)
{
	struct form_reach reach = { .kind = REACH_ALL };
	struct service_outcome *outcome;
	const cJSON *one;
	int n = cJSON_GetArraySize(json);

	if (n > OUTCOMES_MAX) {
		def_mistake(d, "outcomes", "keep what is used",
		    "over %d outcomes", OUTCOMES_MAX);
		return;
	}
	outcome = arena_new(d->arena, struct service_outcome, (size_t)n + 1);
	s->outcome = outcome;
	cJSON_ArrayForEach (one, json) {
		const char *path = def_member(d, "outcomes", one->string);

		if (!def_is_key(one->string, false))
			def_mistake(d, path, "use small letters, digits and _",
			    "\"%s\" cannot be a name", one->string);
		outcome[s->noutcome].name =
		    arena_strdup(d->arena, one->string);
		outcome[s->noutcome].value = form_expr_compile(
		    d, one, path, form_names_of(d, NULL), reach);
		s->noutcome++;
	}
}

static void
free_texts(void *arg)
{
	texts_free(arg);
}

static const char *
printed(struct arena *a, const cJSON *json)
{
	char *text = cJSON_PrintUnformatted(json);
	const char *copy = arena_strdup(a, text == NULL ? "{}" : text);

	cJSON_free(text);
	return copy;
}

static void
texts(struct form_mistakes *m, const struct service_source *source,
    struct arena *a, struct service *s)
{
	const char *json[LANG_COUNT] = { NULL };
	struct texts *t;
	struct err err = { 0 };

	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		if ((s->languages & LANG_BIT(l)) != 0 &&
		    source->texts[l] != NULL)
			json[l] = printed(a, source->texts[l]);
	if (texts_parse_all(json, &t, &err) == -1) {
		form_mistake_add(m, "texts.de.json", "", "", "%s", err.msg);
		return;
	}
	arena_defer(a, free_texts, t);
	s->texts = t;
}

/* A copy of the defaults that lives as long as the service. */
static void
settings(struct arena *a, const cJSON *json, struct service *s)
{
	struct err err = { 0 };
	cJSON *copy;

	s->settings = json == NULL ? "{}" : printed(a, json);
	if (json_parse(a, s->settings, strlen(s->settings),
		&json_limits_package, &copy, &err) == 0)
		s->settings_json = copy;
}

/* The office's pages are a form of their own: neither sees the other. */
static void
clerk_form(struct form_def *d, const cJSON *json, size_t npublic,
    bool checks_all, struct service *s)
{
	struct form_def own = *d;
	const struct form *form;

	own.form = NULL;
	own.source = NULL;
	own.source_path = NULL;
	own.nsource = own.source_room = 0;
	own.has_bad_type = false;
	own.first_page = npublic;
	own.rules = "clerk_rules";
	form = form_compile(&own, json);
	if (form != NULL) {
		service_retention_check(&own, form, s);
		if (checks_all)
			form_logic_check(&own, form);
	}
	if (form != NULL && s->form != NULL)
		form_clerk_check(&own, s->form, form);
	s->clerk_form = form;
}

struct service *
service_compile(struct arena *a, const struct service_source *source,
    bool checks_texts, struct form_mistakes *mistakes)
{
	static const struct def_key keys[] = {
		{ "id", cJSON_String, true },
		{ "version", cJSON_String, true },
		{ "leika_key", cJSON_String, false },
		{ "life_situations", cJSON_Array, true },
		{ "languages", cJSON_Array, true },
		{ "trust_level", cJSON_String, true },
		{ "legal_basis", cJSON_Array, true },
		{ "retention", cJSON_Object, true },
		{ "department", cJSON_String, true },
		{ "routing", cJSON_Array, false },
		{ "states", cJSON_Array, true },
		{ "outcomes", cJSON_Object, false },
		{ "adviser", cJSON_Object, false },
		{ "exchange", cJSON_Object, false },
		{ "recipients", cJSON_Array, false },
		{ "moves_drafts", cJSON_True, false },
		{ "settings", cJSON_Object, false },
		{ NULL, 0, false },
	};
	const cJSON *json = source->service, *public, *clerk;
	size_t npublic;
	size_t before = form_mistakes_count(mistakes);
	struct service *s = arena_new(a, struct service, 1);
	struct form_def d = { .arena = a, .mistakes = mistakes,
		.file = "service.json" };

	(void)def_check_keys(&d, json, "", keys); /* the rest still speaks */
	if (!cJSON_IsObject(json))
		return NULL;
	settings(a, cJSON_GetObjectItemCaseSensitive(json, "settings"), s);
	d.settings = s->settings_json;
	header(&d, json, s);
	lists(&d, json, s);
	s->moves_drafts = def_bool(json, "moves_drafts", false);
	service_states_compile(a, mistakes,
	    cJSON_GetObjectItemCaseSensitive(json, "states"), s);
	service_retention_compile(&d, json, s);
	d.file = "form.json";
	form_clerk_split(&d, source->form, &public, &clerk, &npublic);
	s->form = form_compile(&d, public);
	if (clerk != NULL)
		clerk_form(&d, clerk, npublic, checks_texts, s);
	if (s->form == NULL)
		return NULL; /* what follows would be echoes */
	service_retention_check(&d, s->form, s);
	if (checks_texts)
		form_logic_check(&d, s->form);
	d.file = "service.json";
	routes(&d, cJSON_GetObjectItemCaseSensitive(json, "routing"), s);
	outcomes(&d, cJSON_GetObjectItemCaseSensitive(json, "outcomes"), s);
	service_adviser_compile(
	    &d, cJSON_GetObjectItemCaseSensitive(json, "adviser"), s);
	if (source->xoev != NULL) {
		d.file = "xoev.json";
		s->xoev = xoev_mapping_compile(&d, source->xoev);
		if (checks_texts && s->xoev != NULL)
			xoev_mapping_check(&d, source->xoev, s->xoev);
		d.file = "service.json";
	}
	service_exchange_compile(
	    &d, cJSON_GetObjectItemCaseSensitive(json, "exchange"), s);
	if (checks_texts && form_mistakes_count(mistakes) == before)
		service_logic_check(&d, s);
	if (checks_texts)
		service_texts_check(mistakes, s, source);
	if (form_mistakes_count(mistakes) > before)
		return NULL;
	texts(mistakes, source, a, s);
	return s->texts == NULL ? NULL : s;
}
