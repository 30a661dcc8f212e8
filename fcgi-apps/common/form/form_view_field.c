#include <cjson/cJSON.h>

#include "common/code_list/code_list.h"
#include "common/form/form_view_field.h"
#include "common/json.h"

/* How a value is typed. */
static const struct input_kind {
	const char *type, *inputmode, *width;
	bool is_word; /* spelling and capitals are not for browsers to mend */
} kinds[] = {
    [FORM_TEXT] = {"text", NULL, NULL, false},
    [FORM_INTEGER] = {"text", "numeric", "th-w-8", true},
    [FORM_DECIMAL] = {"text", "decimal", "th-w-8", true},
    [FORM_MONEY] = {"text", "decimal", "th-w-8", true},
    [FORM_DATE] = {"text", "numeric", "th-w-16", true},
    [FORM_PARTIAL_DATE] = {"text", "numeric", "th-w-16", true},
    [FORM_DATETIME] = {"text", NULL, "th-w-24", true},
    [FORM_TIME] = {"text", "numeric", "th-w-8", true},
    [FORM_EMAIL] = {"email", "email", NULL, true},
    [FORM_PHONE] = {"tel", "tel", "th-w-24", true},
    [FORM_IBAN] = {"text", NULL, NULL, true},
    [FORM_IDENTIFIER] = {"text", NULL, "th-w-24", true},
    [FORM_SIGNATURE] = {"text", NULL, NULL, true},
    [FORM_CODELIST] = {"text", NULL, NULL, true},
    [FORM_NAME] = {"text", NULL, NULL, true},
    [FORM_POSITION] = {"text", NULL, "th-w-24", true},
};

void
field_open(const struct field_view *f, const char *tag, const char *class,
    const char *class_error)
{
	bool is_group = strcmp(tag, "fieldset") == 0;

	html_open(f->h, tag, "class",
	    f->message != NULL
		? arena_printf(f->page->words.arena, "%s %s", class, class_error)
		: class,
	    "data-field", f->path, "data-show",
	    f->show != NULL ? f->show : HTML_OMIT, "data-scope",
	    f->show != NULL && f->scope != NULL ? f->scope : HTML_OMIT,
	    "aria-describedby",
	    is_group && f->describedby != NULL ? f->describedby : HTML_OMIT,
	    "data-position", html_if(f->field->type == FORM_POSITION),
	    "data-checkbox", html_if(f->field->type == FORM_CHECKBOX), "hidden",
	    html_if(f->show != NULL && !f->answer->is_shown), (char *)NULL);
}

void
field_optional(const struct field_view *f)
{
	if (f->is_required || f->field->type == FORM_CONSENT ||
	    f->field->type == FORM_CHECKBOX)
		return;
	html_raw(f->h, " ");
	html_element(f->h, "span",
	    form_word(&f->page->words,
		f->field->required == FORM_SOFT ? "form.soft" : "form.optional"),
	    "class", "kern-label__optional", (char *)NULL);
}

void
field_hint(const struct field_view *f)
{
	if (f->hint != NULL)
		html_element(f->h, "div", f->hint, "class", "kern-hint", "id",
		    arena_printf(f->page->words.arena, "%s-hint", f->id),
		    (char *)NULL);
}

void
field_message(const struct field_view *f)
{
	if (f->message == NULL)
		return;
	html_open(f->h, "p", "class", "kern-error", "id",
	    arena_printf(f->page->words.arena, "%s-error", f->id),
	    (char *)NULL);
	html_raw(f->h, "<span class=\"kern-icon kern-icon--danger\""
		       " aria-hidden=\"true\"></span>");
	html_element(
	    f->h, "span", f->message, "class", "kern-body", (char *)NULL);
	html_close(f->h, "p");
}

static void
write_label(const struct field_view *f)
{
	html_open(f->h, "label", "class", "kern-label", "for", f->id,
	    (char *)NULL);
	html_text(f->h, f->label);
	field_optional(f);
	html_close(f->h, "label");
}

/* As typed; a value that was never typed (prefilled) as people write it. */
static const char *
typed(const struct field_view *f)
{
	size_t row;

	/* A code that came by the API or a draft: its name. */
	if (f->field->codes != NULL && f->answer->text != NULL &&
	    code_list_by_code(f->field->codes, f->answer->text, &row))
		return code_list_display(
		    f->page->words.arena, f->field->codes, row);
	if (f->answer->raw != NULL)
		return f->answer->raw;
	return f->answer->text != NULL ? f->answer->text : "";
}

/* As wide as what goes in, where that is short: postcode, house number. */
static const char *
width_of(const struct field_view *f)
{
	size_t max = f->field->max_length;

	if (kinds[f->field->type].width != NULL)
		return kinds[f->field->type].width;
	if (f->field->type != FORM_TEXT || max == 0 || max > 20)
		return NULL;
	return max <= 5 ? "th-w-8" : max <= 12 ? "th-w-16" : "th-w-24";
}

/* Digits get the keyboard of digits. */
static const char *
inputmode_of(const struct field_view *f)
{
	const char *pattern = f->field->pattern_source;

	if (kinds[f->field->type].inputmode != NULL)
		return kinds[f->field->type].inputmode;
	if (f->field->type == FORM_TEXT &&
	    (f->field->normalise == FORM_DIGITS ||
		(pattern != NULL && strncmp(pattern, "[0-9]{", 6) == 0 &&
		    pattern[strcspn(pattern, "}")] == '}' &&
		    pattern[strcspn(pattern, "}") + 1] == '\0')))
		return "numeric";
	return NULL;
}

/* What the town suggests for a text; anything else stays possible. */
static const cJSON *
suggestions(const struct field_view *f)
{
	const char *name = f->field->suggest_from;

	if (name == NULL || strncmp(name, "setting.", 8) != 0)
		return NULL;
	return cJSON_GetObjectItemCaseSensitive(
	    f->page->context->settings, name + 8);
}

static void
write_suggestions(const struct field_view *f, const char *id)
{
	const cJSON *list = suggestions(f), *item;
	enum lang lang = f->page->words.lang;

	html_open(f->h, "datalist", "id", id, (char *)NULL);
	cJSON_ArrayForEach(item, list)
	{
		const cJSON *word = cJSON_IsObject(item)
		    ? json_in_language(item, lang)
		    : item;

		if (cJSON_IsString(word)) {
			html_open(f->h, "option", "value", word->valuestring,
			    (char *)NULL);
			html_close(f->h, "option");
		}
	}
	html_close(f->h, "datalist");
}

static void
write_input(const struct field_view *f)
{
	const struct input_kind *kind = &kinds[f->field->type];
	struct arena *a = f->page->words.arena;
	const char *class = "kern-form-input__input", *list = NULL;
	const char *width = width_of(f), *inputmode = inputmode_of(f);

	if (suggestions(f) != NULL || field_code_suggests(f))
		list = arena_printf(a, "%s-list", f->id);
	if (f->message != NULL)
		class = "kern-form-input__input kern-form-input__input--error";
	if (width != NULL)
		class = arena_printf(a, "%s %s", class, width);
	html_open(f->h, "input", "class", class, "type", kind->type, "inputmode",
	    inputmode != NULL ? inputmode : HTML_OMIT, "id", f->id,
	    "name", f->path, "value", typed(f), "list",
	    list != NULL ? list : HTML_OMIT, "autocomplete",
	    f->field->autocomplete != NULL ? f->field->autocomplete : HTML_OMIT,
	    "spellcheck", kind->is_word ? "false" : HTML_OMIT, "autocapitalize",
	    f->field->type == FORM_EMAIL ? "none" : HTML_OMIT, "required",
	    html_if(f->is_required), "aria-describedby",
	    f->describedby != NULL ? f->describedby : HTML_OMIT, "aria-invalid",
	    f->message != NULL ? "true" : HTML_OMIT, "autofocus",
	    html_if(f->has_focus), (char *)NULL);
	if (list != NULL && f->field->type == FORM_CODELIST)
		field_code_suggestions(f, list);
	else if (list != NULL)
		write_suggestions(f, list);
}

static void
write_textarea(const struct field_view *f)
{
	struct arena *a = f->page->words.arena;

	html_open(f->h, "textarea", "class",
	    f->message != NULL
		? "kern-form-input__input kern-form-input__input--error"
		: "kern-form-input__input",
	    "rows", "5", "id", f->id, "name", f->path, "required",
	    html_if(f->is_required), "data-count",
	    f->field->max_length > 0
		? arena_printf(a, "%zu", f->field->max_length)
		: HTML_OMIT,
	    "aria-describedby",
	    f->describedby != NULL ? f->describedby : HTML_OMIT, "aria-invalid",
	    f->message != NULL ? "true" : HTML_OMIT, "autofocus",
	    html_if(f->has_focus), (char *)NULL);
	/* The first line end behind the tag is dropped by browsers. */
	html_raw(f->h, "\n");
	html_text(f->h, typed(f));
	html_close(f->h, "textarea");
}

static void
field_text(const struct field_view *f)
{
	field_open(f, "div", "kern-form-input", "kern-form-input--error");
	write_label(f);
	field_hint(f);
	if (f->field->type == FORM_TEXTAREA)
		write_textarea(f);
	else
		write_input(f);
	field_message(f);
	html_close(f->h, "div");
}

static void
field_calculated(const struct field_view *f)
{
	const struct form_words *w = &f->page->words;
	const char *text = f->answer->text;

	field_open(f, "div", "kern-form-input", "kern-form-input--error");
	html_element(f->h, "p", f->label, "class", "kern-label", "id",
	    arena_printf(w->arena, "%s-label", f->id), (char *)NULL);
	field_hint(f);
	html_element(f->h, "output",
	    text != NULL ? form_show_value(w, f->field->format, text)
			 : form_word(w, "form.not_yet_known"),
	    "class", "kern-body th-calculated", "id", f->id,
	    "aria-labelledby", arena_printf(w->arena, "%s-label", f->id),
	    "data-format",
	    f->field->format != NULL ? f->field->format : HTML_OMIT,
	    (char *)NULL);
	html_close(f->h, "div");
}

static void
field_static(const struct field_view *f)
{
	field_open(f, "div", "th-text", "");
	html_element(f->h, "p", f->label, "id", f->id, (char *)NULL);
	if (f->hint != NULL)
		html_element(f->h, "p", f->hint, (char *)NULL);
	html_close(f->h, "div");
}

/* Said beside the field where the package says nothing of its own. */
static const char *
hint_of(const struct field_view *f)
{
	const struct form_words *w = &f->page->words;
	const char *own = form_field_text(w, f->path, "hint");
	const char *key;

	if (f->field->type == FORM_FILE) {
		const char *limits = form_file_limits(w, f->field);

		return own == NULL || *own == '\0'
		    ? limits
		    : arena_printf(w->arena, "%s%s %s", own,
			  strchr(".!?:", own[strlen(own) - 1]) != NULL
			      ? ""
			      : ".",
			  limits);
	}
	if (own != NULL)
		return own;
	key = arena_printf(
	    w->arena, "form.hint.%s", form_type_name(f->field->type));
	if (f->field->type == FORM_IDENTIFIER)
		key = arena_printf(w->arena, "form.hint.identifier.%s",
		    form_scheme_name(f->field->scheme));
	if (f->field->type == FORM_CODELIST && !field_code_is_select(f))
		key = "form.hint.codelist.typed";
	return text_find(w->texts, w->lang, key);
}

/* The message of a field that is scolded for; what to do, not what rule. */
static const char *
message_of(const struct form_view *v, const struct answer *answer,
    const char *path)
{
	if (!v->is_scolded || !answer->is_shown)
		return NULL;
	for (size_t i = 0; i < v->nerror; i++)
		if (!v->error[i].is_warning &&
		    strcmp(v->error[i].path, path) == 0)
			return form_finding_message(&v->words, &v->error[i]);
	return NULL;
}

static const char *
describedby_of(const struct field_view *f)
{
	struct arena *a = f->page->words.arena;

	if (f->hint == NULL && f->message == NULL)
		return NULL;
	return arena_printf(a, "%s%s%s%s%s", f->hint != NULL ? f->id : "",
	    f->hint != NULL ? "-hint" : "",
	    f->hint != NULL && f->message != NULL ? " " : "",
	    f->message != NULL ? f->id : "",
	    f->message != NULL ? "-error" : "");
}

/* Whether path is the focus or the first input inside it. */
static bool
takes_focus(const struct form_view *v, const char *path, bool is_first)
{
	size_t n;

	if (v->focus == NULL)
		return false;
	if (strcmp(v->focus, path) == 0)
		return true;
	n = strlen(v->focus);
	return is_first && strncmp(path, v->focus, n) == 0 && path[n] == '.' &&
	    strchr(path + n + 1, '.') == NULL;
}

static void
field_view(const struct field_view *f)
{
	switch (f->field->type) {
	case FORM_YESNO:
	case FORM_CHOICE:
	case FORM_MULTI_CHOICE:
	case FORM_SLOT:
		field_choice(f);
		return;
	case FORM_CODELIST:
		if (field_code_is_select(f))
			field_code_select(f);
		else
			field_text(f);
		return;
	case FORM_CHECKBOX:
	case FORM_CONSENT:
		field_consent(f);
		return;
	case FORM_FILE:
		field_files(f);
		return;
	case FORM_CALCULATED:
	case FORM_PAYMENT:
		field_calculated(f);
		return;
	case FORM_STATIC:
		field_static(f);
		return;
	case FORM_GROUP:
		field_group(f);
		return;
	case FORM_REPEAT:
		field_repeat(f);
		return;
	default:
		field_text(f);
		return;
	}
}

void
field_views(const struct form_view *v, struct html *h,
    const struct answers *answers, const char *prefix, const char *scope)
{
	const struct form_words *w = &v->words;

	for (size_t i = 0; i < answers->n; i++) {
		const struct answer *answer = &answers->answer[i];
		struct field_view f = {
		    .page = v,
		    .h = h,
		    .answer = answer,
		    .field = answer->field,
		    .scope = scope,
		};

		f.path = *prefix == '\0' ? answer->field->key
					 : arena_printf(w->arena, "%s.%s",
					       prefix, answer->field->key);
		f.id = arena_printf(w->arena, "f-%s", f.path);
		f.label = form_label(w, f.field);
		f.hint = hint_of(&f);
		f.message = message_of(v, answer, f.path);
		f.describedby = describedby_of(&f);
		f.show = f.field->show_source;
		f.is_required = answer->is_required ||
		    (!answer->is_shown && f.field->required == FORM_REQUIRED);
		f.has_focus = takes_focus(v, f.path, i == 0);
		field_view(&f);
	}
}
