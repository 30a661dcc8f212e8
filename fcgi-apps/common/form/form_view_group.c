/* Fields that hold others or files: groups, repeating groups, uploads. */
#include "common/form/form_view_field.h"
#include "common/service/service_fill.h"

/* Inputs of one line where there is room: street and house number. */
void
field_group(const struct field_view *f)
{
	if (f->answer->nitem == 0)
		return;
	field_open(f, "fieldset", "kern-fieldset th-group",
	    "kern-fieldset--error");
	html_element(f->h, "legend", f->label, "class", "kern-heading-medium",
	    "id", f->id, "tabindex", "-1", (char *)NULL);
	field_hint(f);
	html_open(f->h, "div", "class", "kern-fieldset__body", (char *)NULL);
	field_views(
	    f->page, f->h, &f->answer->item[0], f->path, f->scope);
	html_close(f->h, "div");
	field_message(f);
	html_close(f->h, "fieldset");
}

/* A button that changes the page and sends nothing. */
static void
write_action(const struct field_view *f, const char *class, const char *action,
    const char *icon, const char *label, bool has_focus)
{
	html_open(f->h, "button", "class", class, "type", "submit", "name",
	    "action", "value", action, "formnovalidate", HTML_FLAG, "autofocus",
	    html_if(has_focus), (char *)NULL);
	if (icon != NULL) {
		html_open(f->h, "span", "class", icon, "aria-hidden", "true",
		    (char *)NULL);
		html_close(f->h, "span");
	}
	html_element(
	    f->h, "span", label, "class", "kern-label", (char *)NULL);
	html_close(f->h, "button");
}

static const char *
item_text(const struct field_view *f, const char *what, const char *other,
    size_t i)
{
	const struct form_words *w = &f->page->words;
	const char *key = arena_printf(w->arena, "%s.%s", f->field->path, what);
	const char *n = arena_printf(w->arena, "%zu", i + 1);
	const char *item = form_item_label(w, f->field, i);

	if (text_find(w->service->texts, w->lang, key) != NULL)
		return service_fill(w->arena,
		    text_fill(w->arena, w->service->texts, w->lang, key, "n",
			n, "item", item, (char *)NULL),
		    w->town, w->settings, w->lang);
	return text_fill(w->arena, w->texts, w->lang, other, "n", n, "item",
	    item, "label", f->label, (char *)NULL);
}

static void
write_item(const struct field_view *f, size_t i)
{
	const struct form_words *w = &f->page->words;
	const char *path = arena_printf(w->arena, "%s.%zu", f->path, i);

	html_open(f->h, "fieldset", "class", "kern-card kern-card--hug th-card",
	    "id", arena_printf(w->arena, "f-%s", path), "data-item", path,
	    (char *)NULL);
	html_element(f->h, "legend", form_item_label(w, f->field, i), "class",
	    "kern-title", (char *)NULL);
	/* Says that the item is there, should nothing else of it be filled. */
	html_open(f->h, "input", "type", "hidden", "name", path, "value", "1",
	    (char *)NULL);
	html_open(f->h, "div", "class", "th-form-fields", (char *)NULL);
	field_views(f->page, f->h, &f->answer->item[i], path, path);
	html_close(f->h, "div");
	if (f->answer->nitem > f->field->min_length)
		write_action(f, "kern-btn kern-btn--tertiary",
		    arena_printf(w->arena, "remove:%s:%zu", f->path, i),
		    "kern-icon kern-icon--delete",
		    item_text(f, "remove", "form.remove_item", i), false);
	html_close(f->h, "fieldset");
}

void
field_repeat(const struct field_view *f)
{
	const struct form_words *w = &f->page->words;

	field_open(f, "fieldset", "kern-fieldset th-repeat",
	    "kern-fieldset--error");
	html_open(f->h, "legend", "class", "kern-heading-medium", "id", f->id,
	    "tabindex", "-1", (char *)NULL);
	html_text(f->h, f->label);
	if (f->field->min_length == 0)
		field_optional(f);
	html_close(f->h, "legend");
	field_hint(f);
	html_open(f->h, "div", "class", "kern-fieldset__body", (char *)NULL);
	for (size_t i = 0; i < f->answer->nitem; i++)
		write_item(f, i);
	if (f->field->max_length == 0 ||
	    f->answer->nitem < f->field->max_length)
		write_action(f, "kern-btn kern-btn--secondary",
		    arena_printf(w->arena, "add:%s", f->path),
		    "kern-icon kern-icon--add",
		    item_text(f, "add", "form.add_item", f->answer->nitem),
		    f->has_focus);
	html_close(f->h, "div");
	field_message(f);
	html_close(f->h, "fieldset");
}

static void
write_file(const struct field_view *f, const struct answer_file *file)
{
	const struct form_words *w = &f->page->words;
	const char *id = id_hex(w->arena, &file->id);

	if (file->name == NULL)
		return; /* an id that no upload has */
	html_open(f->h, "li", "class", "th-file", "data-document", id,
	    (char *)NULL);
	html_open(f->h, "input", "type", "hidden", "name", f->path, "value", id,
	    (char *)NULL);
	html_open(f->h, "span", "class", "th-file__name", (char *)NULL);
	html_element(f->h, "a", file->name, "class", "kern-link", "href",
	    arena_printf(w->arena, "/dokument/%s/%s",
		f->page->submission_id != NULL ? f->page->submission_id : "",
		id),
	    (char *)NULL);
	html_close(f->h, "span");
	html_element(f->h, "span", form_bytes(w, file->size), "class",
	    "th-file__size", (char *)NULL);
	html_open(f->h, "button", "class",
	    "kern-btn kern-btn--tertiary kern-btn--x-small", "type", "submit",
	    "name", "action", "value",
	    arena_printf(w->arena, "remove-file:%s", id), "formnovalidate",
	    HTML_FLAG, (char *)NULL);
	html_open(f->h, "span", "class", "kern-label", (char *)NULL);
	html_text(f->h, form_word(w, "form.file.remove"));
	html_element(f->h, "span", arena_printf(w->arena, " %s", file->name),
	    "class", "kern-sr-only", (char *)NULL);
	html_close(f->h, "span");
	html_close(f->h, "button");
	html_close(f->h, "li");
}

static void
write_file_input(const struct field_view *f, size_t max)
{
	struct arena *a = f->page->words.arena;
	const char *accept = "";

	for (size_t i = 0; i < f->field->naccept; i++)
		accept = arena_printf(a, "%s%s%s", accept, i > 0 ? "," : "",
		    f->field->accept[i]);
	html_open(f->h, "input", "class",
	    f->message != NULL
		? "kern-form-input__input kern-form-input__input--error"
		: "kern-form-input__input",
	    "type", "file", "multiple", html_if(max > 1), "id", f->id, "name",
	    f->path, "accept", *accept != '\0' ? accept : HTML_OMIT,
	    "aria-describedby",
	    f->describedby != NULL ? f->describedby : HTML_OMIT, "aria-invalid",
	    f->message != NULL ? "true" : HTML_OMIT, "autofocus",
	    html_if(f->has_focus), (char *)NULL);
}

/* data-accept is for the script, which names each type it refuses. */
static void
open_upload(const struct field_view *f, size_t max)
{
	const struct form_words *w = &f->page->words;
	const char *accept = "";

	for (size_t i = 0; i < f->field->naccept; i++)
		accept = arena_printf(w->arena, "%s%s%s", accept,
		    i > 0 ? " " : "", f->field->accept[i]);
	html_open(f->h, "div", "class",
	    f->message != NULL
		? "kern-form-input th-upload kern-form-input--error"
		: "kern-form-input th-upload",
	    "data-field", f->path, "data-upload", HTML_FLAG, "data-accept",
	    accept, "data-max-bytes",
	    arena_printf(w->arena, "%lld", (long long)w->upload_max),
	    "data-max-files", arena_printf(w->arena, "%zu", max), "data-show",
	    f->show != NULL ? f->show : HTML_OMIT, "data-scope",
	    f->show != NULL && f->scope != NULL ? f->scope : HTML_OMIT,
	    "hidden", html_if(f->show != NULL && !f->answer->is_shown),
	    (char *)NULL);
}

void
field_files(const struct field_view *f)
{
	const struct form_words *w = &f->page->words;
	size_t max = f->field->max_files > 0 ? f->field->max_files : 1;

	open_upload(f, max);
	html_open(f->h, "label", "class", "kern-label", "for", f->id,
	    (char *)NULL);
	html_text(f->h, f->label);
	field_optional(f);
	html_close(f->h, "label");
	field_hint(f);
	write_file_input(f, max);
	field_message(f);
	html_open(f->h, "ul", "class", "th-files", "id",
	    arena_printf(w->arena, "%s-files", f->id),
	    (char *)NULL);
	for (size_t i = 0; i < f->answer->nfile; i++)
		write_file(f, &f->answer->file[i]);
	html_close(f->h, "ul");
	write_action(f, "kern-btn kern-btn--secondary th-nojs", "upload", NULL,
	    form_word(w, "form.upload"), false);
	html_close(f->h, "div");
}
