/* Choices: radio buttons up to seven, a select beyond, checkboxes; consent. */
#include "common/form/form_slot.h"
#include "common/form/form_view_field.h"

#define RADIO_MAX 7

static const struct form_choice yes_no[] = {
    {"true", NULL, NULL}, {"false", NULL, NULL}};

static bool
is_chosen(const struct field_view *f, const char *value)
{
	const struct answer *a = f->answer;

	if (f->field->type != FORM_MULTI_CHOICE) {
		const char *given = a->text != NULL ? a->text : a->raw;

		return given != NULL && strcmp(given, value) == 0;
	}
	for (size_t i = 0; i < a->nlist; i++)
		if (strcmp(a->list[i], value) == 0)
			return true;
	return false;
}

/* The package's options come in the order of their conditions' results. */
static bool
is_on_offer(const struct field_view *f, const struct form_choice *c)
{
	if (c->option == NULL || f->answer->option_shown == NULL)
		return true;
	return f->answer->option_shown[c->option - f->field->option];
}

static const char *
choice_show(const struct form_choice *c)
{
	return c->option == NULL ? NULL : c->option->show_source;
}

static const char *
choice_label(const struct field_view *f, const struct form_choice *c)
{
	const struct form_words *w = &f->page->words;
	const char *own;

	if (f->field->type != FORM_YESNO)
		return form_choice_label(w, f->field, c);
	own = form_field_text(
	    w, f->path, arena_printf(w->arena, "option.%s", c->value));
	if (own != NULL)
		return own;
	return form_word(w, strcmp(c->value, "true") == 0 ? "form.yes"
							  : "form.no");
}

/* An id has no blanks (HTML 3.2.6), the values of choices may have them. */
static const char *
check_id(const struct field_view *f, const struct form_choice *c)
{
	struct arena *a = f->page->words.arena;
	char *id = arena_printf(a, "%s-%s", f->id, c->value);

	for (char *s = strchr(id, ' '); s != NULL; s = strchr(s, ' '))
		*s = '+';
	return id;
}

static void
write_check(
    const struct field_view *f, const struct form_choice *c, bool is_first)
{
	struct arena *a = f->page->words.arena;
	bool is_radio = f->field->type != FORM_MULTI_CHOICE;
	const char *id, *class, *show = choice_show(c);

	id = is_first ? f->id : check_id(f, c);
	class = is_radio ? "kern-form-check__radio" : "kern-form-check__checkbox";
	if (f->message != NULL)
		class = arena_printf(a, "%s %s--error", class, class);
	html_open(f->h, "div", "class", "kern-form-check", "data-show",
	    show != NULL ? show : HTML_OMIT, "data-scope",
	    show != NULL && f->scope != NULL ? f->scope : HTML_OMIT, "hidden",
	    html_if(!is_on_offer(f, c)), (char *)NULL);
	html_open(f->h, "input", "class", class, "type",
	    is_radio ? "radio" : "checkbox", "id", id, "name", f->path, "value",
	    c->value, "checked", html_if(is_chosen(f, c->value)), "required",
	    html_if(is_radio && f->is_required), "aria-invalid",
	    f->message != NULL && !is_radio ? "true" : HTML_OMIT, "autofocus",
	    html_if(is_first && f->has_focus), (char *)NULL);
	html_element(f->h, "label", choice_label(f, c), "class", "kern-label",
	    "for", id, (char *)NULL);
	html_close(f->h, "div");
}

static void
write_checks(
    const struct field_view *f, const struct form_choice *choice, size_t n)
{
	field_open(f, "fieldset", "kern-fieldset", "kern-fieldset--error");
	html_open(f->h, "legend", "class", "kern-label", (char *)NULL);
	html_text(f->h, f->label);
	field_optional(f);
	html_close(f->h, "legend");
	field_hint(f);
	html_open(f->h, "div", "class",
	    f->field->type == FORM_YESNO
		? "kern-fieldset__body kern-fieldset__body--horizontal"
		: "kern-fieldset__body",
	    (char *)NULL);
	for (size_t i = 0; i < n; i++)
		write_check(f, &choice[i], i == 0);
	html_close(f->h, "div");
	field_message(f);
	html_close(f->h, "fieldset");
}

void
field_select_open(const struct field_view *f)
{
	field_open(f, "div", "kern-form-input", "kern-form-input--error");
	html_open(f->h, "label", "class", "kern-label", "for", f->id,
	    (char *)NULL);
	html_text(f->h, f->label);
	field_optional(f);
	html_close(f->h, "label");
	field_hint(f);
	html_open(f->h, "div", "class", "kern-form-input__select-wrapper",
	    (char *)NULL);
	html_open(f->h, "select", "class",
	    f->message != NULL
		? "kern-form-input__select kern-form-input__select--error"
		: "kern-form-input__select",
	    "id", f->id, "name", f->path, "autocomplete",
	    f->field->autocomplete != NULL ? f->field->autocomplete : HTML_OMIT,
	    "required", html_if(f->is_required), "aria-describedby",
	    f->describedby != NULL ? f->describedby : HTML_OMIT, "aria-invalid",
	    f->message != NULL ? "true" : HTML_OMIT, "autofocus",
	    html_if(f->has_focus), (char *)NULL);
	html_element(f->h, "option",
	    form_word(&f->page->words, "form.please_choose"), "value", "",
	    (char *)NULL);
}

void
field_select_close(const struct field_view *f)
{
	html_close(f->h, "select");
	html_close(f->h, "div");
	field_message(f);
	html_close(f->h, "div");
}

static void
write_select(
    const struct field_view *f, const struct form_choice *choice, size_t n)
{
	field_select_open(f);
	for (size_t i = 0; i < n; i++) {
		const char *show = choice_show(&choice[i]);

		html_element(f->h, "option", choice_label(f, &choice[i]),
		    "value", choice[i].value, "selected",
		    html_if(is_chosen(f, choice[i].value)), "data-show",
		    show != NULL ? show : HTML_OMIT, "data-scope",
		    show != NULL && f->scope != NULL ? f->scope : HTML_OMIT,
		    "hidden", html_if(!is_on_offer(f, &choice[i])),
		    (char *)NULL);
	}
	field_select_close(f);
}

/* Appointments that can still be had, in the town's order. */
static size_t
slot_choices(const struct field_view *f, const struct form_choice **out)
{
	const struct form_words *w = &f->page->words;
	const struct form_context *context = f->page->context;
	const cJSON *list = form_slot_list(f->field, context->settings), *one;
	struct form_choice *choice = arena_new(w->arena, struct form_choice,
	    (size_t)cJSON_GetArraySize(list) + 1);
	struct form_slot slot;
	size_t n = 0;

	cJSON_ArrayForEach (one, list) {
		if (form_slot_read(one, &slot) != NULL || slot.is_full ||
		    slot.start_ms <= context->now_ms)
			continue;
		choice[n].value = slot.id;
		choice[n++].label =
		    form_slot_label(w, f->field, context, slot.id);
	}
	*out = choice;
	return n;
}

static void
write_no_choice(const struct field_view *f)
{
	field_open(f, "div", "kern-form-input", "kern-form-input--error");
	html_element(f->h, "p", f->label, "class", "kern-label", "id", f->id,
	    (char *)NULL);
	field_hint(f);
	html_element(f->h, "p", form_word(&f->page->words, "form.slot.none"),
	    "class", "kern-body", (char *)NULL);
	field_message(f);
	html_close(f->h, "div");
}

void
field_choice(const struct field_view *f)
{
	const struct form_words *w = &f->page->words;
	const struct form_choice *choice = yes_no;
	size_t n = nitems(yes_no);

	if (f->field->type == FORM_SLOT)
		n = slot_choices(f, &choice);
	else if (f->field->type != FORM_YESNO)
		n = form_choices(w->arena, f->field, f->page->context, w->lang,
		    &choice);
	/* A town that has nothing to offer yet: a field that can have focus. */
	if (n == 0 && f->field->type == FORM_SLOT)
		write_no_choice(f);
	else if ((n > RADIO_MAX || n == 0) &&
	    f->field->type != FORM_MULTI_CHOICE)
		write_select(f, choice, n);
	else
		write_checks(f, choice, n);
}

void
field_consent(const struct field_view *f)
{
	struct arena *a = f->page->words.arena;
	bool is_set = is_chosen(f, "true");

	field_open(f, "div", "th-field", "kern-form-check--error");
	field_hint(f);
	html_open(f->h, "div", "class", "kern-form-check", (char *)NULL);
	html_open(f->h, "input", "class",
	    f->message != NULL ? "kern-form-check__checkbox "
				 "kern-form-check__checkbox--error"
			       : "kern-form-check__checkbox",
	    "type", "checkbox", "id", f->id, "name", f->path, "value", "true",
	    "checked", html_if(is_set), "required",
	    html_if(f->is_required), "aria-describedby",
	    f->describedby != NULL ? f->describedby : HTML_OMIT, "aria-invalid",
	    f->message != NULL ? "true" : HTML_OMIT, "autofocus",
	    html_if(f->has_focus), (char *)NULL);
	html_open(f->h, "label", "class", "kern-label", "for", f->id, "id",
	    arena_printf(a, "%s-label", f->id), (char *)NULL);
	html_text_lines(f->h, f->label);
	html_close(f->h, "label");
	html_close(f->h, "div");
	field_message(f);
	html_close(f->h, "div");
}
