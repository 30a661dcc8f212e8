#include "common/service/service_def.h"
#include "common/service/service_exchange.h"

#include "common/form/form_def.h"
#include "common/service/service_adviser.h"
#include "common/service/service_opening.h"

#define PLACEHOLDER_MAX 60
#define UNDONE_SHOWN 10 /* texts that are named one by one */

/* One check over all texts. */
struct check {
	struct form_mistakes *mistakes;
	struct arena *arena;
	const struct service *service;
	const struct service_source *source;
	cJSON *known; /* keys that something uses: true if it needs them */
};

static const char *const file_names[LANG_COUNT] = {
	[LANG_DE] = "texts.de.json",
	[LANG_EN] = "texts.en.json",
	[LANG_LEICHT] = "texts.leicht.json",
	[LANG_AR] = "texts.ar.json",
};

static const char *const service_keys[] = { "name", "summary",
	"legal", "retention", "who", "fee", "duration", "documents" };
static const char *const service_optional[] = { "form_intro", "submit",
	"before_submit" };

/* Which placeholders a text may hold, beyond {town} and {setting.x}. */
static const struct {
	const char *part; /* of the key */
	const char *names;
} placeholders[] = {
	{ ".item", " n " },
	{ ".remove", " n " },
	{ "opening.", " service date ranges districts offices department " },
	{ "exchange.", " reference " },
	{ ".mail.", " service reference code link note " },
	{ ".error.", " label min max min_length max_length accept files size "
		     "limits " },
};

/* Whether the package has texts of a language. */
static bool
has_language(const struct check *c, enum lang l)
{
	return (c->service->languages & LANG_BIT(l)) != 0 &&
	    c->source->texts[l] != NULL;
}

/* The language whose texts another one's are held against. */
static enum lang
other_of(enum lang l)
{
	return l == LANG_DE ? LANG_EN : LANG_DE;
}

static void
known(struct check *c, const char *key, bool is_needed)
{
	if (!def_has(c->known, key))
		cJSON_AddBoolToObject(c->known, key, is_needed);
}

/* why: what is wrong without it, "" when the text says all. */
static void
needed_for(struct check *c, const char *key, const char *why)
{
	known(c, key, true);
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++) {
		const cJSON *text = cJSON_GetObjectItemCaseSensitive(
		    c->source->texts[l], key);

		if (text == NULL && has_language(c, l))
			form_mistake_add(c->mistakes, file_names[l], key,
			    arena_printf(c->arena, "add \"%s\": \"...\"", key),
			    "%sthe text \"%s\" is missing", why, key);
	}
}

static void
needed(struct check *c, const char *key)
{
	needed_for(c, key, "");
}

static void
needed_at(struct check *c, const char *path, const char *what)
{
	needed(c, arena_printf(c->arena, "%s.%s", path, what));
}

static void
optional_at(struct check *c, const char *path, const char *what)
{
	known(c, arena_printf(c->arena, "%s.%s", path, what), false);
}

/* A town's list of plain values has its labels among the texts. */
static void
town_options(struct check *c, const struct form_field *f)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(
	    c->service->settings_json, f->options_from + strlen("setting."));
	const cJSON *one;

	cJSON_ArrayForEach (one, list) {
		if (cJSON_IsString(one))
			needed(c, arena_printf(c->arena, "%s.option.%s",
				      f->path, one->valuestring));
		else if (cJSON_IsNumber(one))
			needed(c, arena_printf(c->arena, "%s.option.%.0f",
				      f->path, one->valuedouble));
	}
}

/* Its label is among the texts, or stands with it in each language. */
static void
option(struct check *c, const struct form_field *f,
    const struct form_option *o)
{
	if (o->label[LANG_DE] == NULL) {
		needed(c, arena_printf(c->arena, "%s.option.%s", f->path,
			      o->value));
		return;
	}
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		if (has_language(c, l) && l != lang_base(l) &&
		    o->label[l] == o->label[lang_base(l)])
			form_mistake_add(c->mistakes, "form.json", f->path,
			    arena_printf(c->arena, "give it \"%s\"",
				lang_code(l)),
			    "the option \"%s\" lacks a label", o->value);
}

static void
fields(struct check *c, const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct form_field *f = &field[i];

		needed_at(c, f->path, "label");
		optional_at(c, f->path, "hint");
		for (size_t k = 0; k < f->noption; k++)
			option(c, f, &f->option[k]);
		if (f->options_from != NULL)
			town_options(c, f);
		if (f->type == FORM_REPEAT) {
			needed_at(c, f->path, "item");
			needed_at(c, f->path, "add");
			needed_at(c, f->path, "remove");
		}
		if (f->purpose != NULL)
			needed_for(c, f->purpose,
			    arena_printf(c->arena,
				"the field \"%s\" has no purpose: ",
				f->path));
		if (f->pattern_error != NULL)
			needed(c, arena_printf(c->arena, "%s.error.%s",
				      f->path, f->pattern_error));
		for (size_t k = 0; k < f->nrename; k++)
			needed(c, arena_printf(c->arena, "%s.error.%s",
				      f->path, f->rename[k].to));
		fields(c, f->child, f->nchild);
	}
}

static void
states(struct check *c)
{
	for (size_t i = 0; i < c->service->nstate; i++) {
		const struct service_state *state = &c->service->state[i];
		const char *path =
		    arena_printf(c->arena, "state.%s", state->id);

		needed_at(c, path, "label");
		needed_at(c, path, "explain");
		if (state->is_final)
			optional_at(c, path, "next");
		else
			needed_at(c, path, "next");
		if (state->notifies || state->is_initial) {
			needed_at(c, path, "mail.subject");
			needed_at(c, path, "mail.body");
		}
	}
}

/* What the status page asks with. */
static void
exchange_ask(struct check *c, const struct exchange_step *step)
{
	const char *path =
	    arena_printf(c->arena, "exchange.%s", step->id);

	if (step->ask == EXCHANGE_ASK_NOTHING)
		return;
	needed_at(c, path, "title");
	needed_at(c, path, "explain");
	if (step->ask == EXCHANGE_ASK_TEXT)
		needed_at(c, path, "label");
}

/* Words to the applicant when an answer came. */
static void
exchange(struct check *c)
{
	const struct service_exchange *e = c->service->exchange;

	for (size_t i = 0; e != NULL && i < e->nstep; i++)
		exchange_ask(c, &e->step[i]);
	for (size_t i = 0; e != NULL && i < e->nanswer; i++)
		if (e->answer[i].text != NULL)
			needed(c, e->answer[i].text);
}

static void
adviser(struct check *c)
{
	const struct service_adviser *v = c->service->adviser;

	for (size_t i = 0; v != NULL && i < v->nresult; i++) {
		const char *path =
		    arena_printf(c->arena, "adviser.%s", v->result[i].value);

		needed_at(c, path, "title");
		needed_at(c, path, "reason");
		needed_at(c, path, "next");
	}
}

static void
form_texts(struct check *c, const struct form *form)
{
	for (size_t i = 0; i < form->npage; i++) {
		const char *path =
		    arena_printf(c->arena, "page.%s", form->page[i].id);

		needed_at(c, path, "title");
		optional_at(c, path, "intro");
	}
	fields(c, form->field, form->nfield);
	for (size_t i = 0; i < form->rules->n; i++)
		needed(c, arena_printf(c->arena, "rule.%s",
			      form->rules->rule[i].id));
}

static void
collect(struct check *c)
{
	needed_for(c, "service.purpose", "the fields have no purpose: ");
	for (size_t i = 0; i < nitems(service_keys); i++)
		needed_at(c, "service", service_keys[i]);
	for (size_t i = 0; i < nitems(service_optional); i++)
		optional_at(c, "service", service_optional[i]);
	form_texts(c, c->service->form);
	if (c->service->clerk_form != NULL)
		form_texts(c, c->service->clerk_form);
	for (size_t i = 0; i < c->service->nkind; i++)
		optional_at(c, "retention", c->service->kind[i].name);
	states(c);
	adviser(c);
	exchange(c);
	for (size_t i = 0; i < c->service->nrecipient; i++)
		needed(c, arena_printf(c->arena, "recipient.%s",
			      c->service->recipient[i]));
}

static const struct form_field *
field_at(struct check *c, const char *path)
{
	const struct form_field *f = form_field_find(c->service->form, path);

	return f != NULL || c->service->clerk_form == NULL
	    ? f
	    : form_field_find(c->service->clerk_form, path);
}

/* "opening.<why>", "opening.<why>.title": sentences of its own for the
 * catalogue's. */
static bool
is_opening(const char *key)
{
	static const char *const whys[] = { "when", "usual",
#define OPENING_NAME(code, wire) wire,
		OPENING_TABLE(OPENING_NAME)
#undef OPENING_NAME
	};

	for (size_t i = 0; i < nitems(whys); i++) {
		size_t n = strlen(whys[i]);

		if (strncmp(key, whys[i], n) == 0 &&
		    (key[n] == '\0' || strcmp(key + n, ".title") == 0))
			return true;
	}
	return false;
}

/* "<field path>.error.<code>", "<field path>.option.<value>" of a town's list,
 * "outcome.<name>.<value>": known by their beginning. */
static bool
is_known(struct check *c, const char *key)
{
	const char *at;

	if (def_has(c->known, key))
		return true;
	if (strncmp(key, "opening.", 8) == 0)
		return is_opening(key + 8);
	if (strncmp(key, "outcome.", 8) == 0) {
		for (size_t i = 0; i < c->service->noutcome; i++) {
			const char *name = c->service->outcome[i].name;

			if (strncmp(key + 8, name, strlen(name)) == 0 &&
			    key[8 + strlen(name)] == '.')
				return true;
		}
		return false;
	}
	if ((at = strstr(key, ".error.")) != NULL ||
	    (at = strstr(key, ".option.")) != NULL) {
		const struct form_field *f = field_at(c,
		    arena_dup(c->arena, key, (size_t)(at - key)));

		return f != NULL &&
		    (strncmp(at, ".error.", 7) == 0 || f->options_from != NULL);
	}
	return false;
}

/* ---- placeholders ---- */

static bool
is_setting(struct check *c, const char *name)
{
	const cJSON *at = c->service->settings_json;
	char part[PLACEHOLDER_MAX];

	for (;;) {
		size_t n = strcspn(name, ".");

		(void)snprintf(part, sizeof(part), "%.*s", (int)n, name);
		at = cJSON_GetObjectItemCaseSensitive(at, part);
		if (at == NULL || name[n] == '\0')
			return at != NULL;
		name += n + 1;
	}
}

static bool
may_hold(struct check *c, const char *key, const char *name)
{
	const char *word = arena_printf(c->arena, " %s ", name);

	if (strcmp(name, "town") == 0)
		return true;
	if (strncmp(name, "setting.", 8) == 0)
		return is_setting(c, name + 8);
	for (size_t i = 0; i < nitems(placeholders); i++)
		if (strstr(key, placeholders[i].part) != NULL &&
		    strstr(placeholders[i].names, word) != NULL)
			return true;
	return false;
}

/* The next "{name}" behind *s, copied to name; false when there is none. */
static bool
next_placeholder(const char **s, char name[PLACEHOLDER_MAX])
{
	for (;;) {
		const char *open = strchr(*s, '{');
		size_t n;

		if (open == NULL)
			return false;
		n = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz0123456789_."
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
		*s = open + 1;
		if (n == 0 || n >= PLACEHOLDER_MAX || open[n + 1] != '}')
			continue;
		(void)snprintf(name, PLACEHOLDER_MAX, "%.*s", (int)n, open + 1);
		*s = open + n + 2;
		return true;
	}
}

static void
check_placeholders(struct check *c, enum lang l, const cJSON *text)
{
	const char *s = text->valuestring;
	const cJSON *other = cJSON_GetObjectItemCaseSensitive(
	    c->source->texts[other_of(l)], text->string);
	char name[PLACEHOLDER_MAX];

	while (next_placeholder(&s, name)) {
		if (!may_hold(c, text->string, name))
			form_mistake_add(c->mistakes, file_names[l],
			    text->string,
			    "use {town}, {setting.NAME} of service.json, or "
			    "what the text's place knows",
			    "nothing is known for {%s}", name);
		if (cJSON_IsString(other) &&
		    strstr(other->valuestring,
			arena_printf(c->arena, "{%s}", name)) == NULL)
			form_mistake_add(c->mistakes,
			    file_names[other_of(l)],
			    text->string, "use the same placeholders",
			    "{%s} of %s is missing", name, file_names[l]);
	}
}

/* A text that an import left for people. Of many, some are named. */
static void
check_done(struct check *c, enum lang l, const cJSON *text, size_t *undone)
{
	bool is_translation = strncmp(text->valuestring, TEXT_TO_TRANSLATE,
				  strlen(TEXT_TO_TRANSLATE)) == 0;

	if (!is_translation &&
	    strncmp(text->valuestring, TEXT_TO_WRITE,
		strlen(TEXT_TO_WRITE)) != 0)
		return;
	if (++*undone > UNDONE_SHOWN)
		return;
	form_mistake_add(c->mistakes, file_names[l], text->string,
	    is_translation ? "translate what stands behind the mark, and take "
			     "the mark out"
			   : "write it, and take the mark out",
	    is_translation ? "the text is not translated yet"
			   : "the text is not written yet");
}

static void
check_language(struct check *c, enum lang l)
{
	size_t undone = 0;
	enum lang o = other_of(l);
	const cJSON *text;

	cJSON_ArrayForEach (text, c->source->texts[l]) {
		if (!cJSON_IsString(text)) {
			form_mistake_add(c->mistakes, file_names[l],
			    text->string, "write a string", "is %s",
			    def_type_name(text));
			continue;
		}
		if (*text->valuestring == '\0')
			form_mistake_add(c->mistakes, file_names[l],
			    text->string, "write it, or take an optional text "
			    "out", "an empty text");
		/* Words of its own for parts of messages (xoev_table.h). */
		if (!is_known(c, text->string) &&
		    strncmp(text->string, "nachricht.", 10) != 0)
			form_warning_add(c->mistakes, file_names[l],
			    text->string, "take it out, or correct the key",
			    "nothing uses the text \"%s\"", text->string);
		/* Those that are needed have been reported already. */
		if (!def_has(c->source->texts[o], text->string) &&
		    !def_bool(c->known, text->string, false))
			form_mistake_add(c->mistakes, file_names[o],
			    text->string, "translate it",
			    "\"%s\" is in %s only", text->string,
			    file_names[l]);
		check_placeholders(c, l, text);
		check_done(c, l, text, &undone);
	}
	if (undone > UNDONE_SHOWN)
		form_mistake_add(c->mistakes, file_names[l], "",
		    "look for " TEXT_TO_WRITE " and " TEXT_TO_TRANSLATE,
		    "%zu more texts are not written or translated yet",
		    undone - UNDONE_SHOWN);
	if (l == lang_base(l))
		return;
	cJSON_ArrayForEach (text, c->source->texts[o])
		if (!def_has(c->source->texts[l], text->string) &&
		    !def_bool(c->known, text->string, false))
			form_mistake_add(c->mistakes, file_names[l],
			    text->string, "translate it",
			    "\"%s\" is in %s only", text->string,
			    file_names[o]);
}

/* Whether the language has what service.json says; false when no check of
 * texts makes sense. */
static bool
check_file(struct check *c, enum lang l)
{
	const cJSON *texts = c->source->texts[l];
	bool is_declared = (c->service->languages & LANG_BIT(l)) != 0;

	if (texts != NULL && !cJSON_IsObject(texts)) {
		form_mistake_add(c->mistakes, file_names[l], "",
		    "write one object of key and text", "is no object");
		return false;
	}
	if (texts == NULL && is_declared)
		form_mistake_add(c->mistakes, file_names[l], "",
		    "write it, or take the language out of \"languages\"",
		    "the service offers \"%s\" and has no texts in it",
		    lang_code(l));
	else if (texts != NULL && !is_declared)
		form_warning_add(c->mistakes, file_names[l], "",
		    "add the language to \"languages\" in service.json",
		    "nobody sees these texts");
	return true;
}

static void
free_known(void *arg)
{
	cJSON_Delete(arg);
}

void
service_texts_check(struct form_mistakes *m, const struct service *s,
    const struct service_source *source)
{
	struct check c = { .mistakes = m, .arena = m->arena, .service = s,
		.source = source, .known = cJSON_CreateObject() };

	arena_defer(m->arena, free_known, c.known);
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		if (!check_file(&c, l))
			return;
	collect(&c);
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		if (has_language(&c, l))
			check_language(&c, l);
}
