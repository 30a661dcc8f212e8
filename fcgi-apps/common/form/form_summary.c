#include "common/form/form_summary.h"

#include "common/json.h"

#define SECTIONS_MAX 1000
#define ROWS_MAX 500 /* of one section */

struct summary {
	const struct form_words *w;
	const struct form_context *context;
	struct form_summary_section *section;
	size_t n;
};

static struct form_summary_section *
open_section(struct summary *s, const char *heading)
{
	struct form_summary_section *section;

	if (s->n == SECTIONS_MAX)
		return &s->section[s->n - 1];
	section = &s->section[s->n++];
	section->heading = heading;
	section->row =
	    arena_new(s->w->arena, struct form_summary_row, ROWS_MAX);
	return section;
}

static void
add_row(struct form_summary_section *section, const char *label,
    const char *value)
{
	if (section->nrow == ROWS_MAX || value == NULL || value[0] == '\0')
		return;
	section->row[section->nrow].label = label;
	section->row[section->nrow++].value = value;
}

/* The label of a chosen value; the value itself when it is not offered now. */
static const char *
choice_label(const struct summary *s, const struct form_field *f,
    const char *value)
{
	const struct form_choice *choice;
	size_t n = form_choices(
	    s->w->arena, f, s->context, s->w->lang, &choice);

	for (size_t i = 0; i < n; i++)
		if (strcmp(choice[i].value, value) == 0)
			return form_choice_label(s->w, f, &choice[i]);
	return value;
}

static const char *
join_choices(const struct summary *s, const struct answer *a)
{
	struct buf *out = buf_new(s->w->arena, 65536);

	for (size_t i = 0; i < a->nlist; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		buf_puts(out, choice_label(s, a->field, a->list[i]));
	}
	return buf_text(out);
}

static const char *
join_files(const struct summary *s, const struct answer *a)
{
	struct buf *out = buf_new(s->w->arena, 65536);

	for (size_t i = 0; i < a->nfile; i++) {
		if (i > 0)
			buf_puts(out, "\n");
		buf_puts(out, a->file[i].name);
	}
	return buf_text(out);
}

static const char *
show_value(const struct summary *s, const struct answer *a)
{
	const char *text = a->text != NULL ? a->text : a->raw;

	switch (a->field->type) {
	case FORM_MULTI_CHOICE:
		return join_choices(s, a);
	case FORM_FILE:
		return join_files(s, a);
	case FORM_STATIC:
		return NULL;
	default:
		break;
	}
	if (text == NULL)
		return NULL;
	switch (a->field->type) {
	case FORM_CHOICE:
		return choice_label(s, a->field, text);
	case FORM_YESNO:
	case FORM_CHECKBOX:
	case FORM_CONSENT:
		return form_word(s->w,
		    strcmp(text, "true") == 0 ? "form.yes" : "form.no");
	case FORM_CALCULATED:
	case FORM_PAYMENT:
		return form_show_value(s->w, a->field->format, text);
	case FORM_TEXT:
	case FORM_TEXTAREA:
	case FORM_NAME:
	case FORM_SIGNATURE:
		return text;
	case FORM_CODELIST:
		return form_code_label(a->field, text);
	case FORM_SLOT:
		return form_slot_label(s->w, a->field, s->context, text);
	default:
		return form_show_value(
		    s->w, form_type_name(a->field->type), text);
	}
}

static void add_answers(struct summary *s,
    struct form_summary_section *section, const struct answers *answers);

static void
add_repeat(struct summary *s, const struct answer *a)
{
	for (size_t i = 0; i < a->nitem; i++)
		add_answers(s,
		    open_section(s, form_item_label(s->w, a->field, i)),
		    &a->item[i]);
}

static void
add_answer(struct summary *s, struct form_summary_section *section,
    const struct answer *a)
{
	if (!a->is_shown || !a->field->in_summary)
		return;
	if (a->field->type == FORM_REPEAT)
		add_repeat(s, a);
	else if (a->field->type == FORM_GROUP && a->nitem > 0)
		add_answers(s, section, &a->item[0]);
	else
		add_row(section, form_label(s->w, a->field), show_value(s, a));
}

static void
add_answers(struct summary *s, struct form_summary_section *section,
    const struct answers *answers)
{
	for (size_t i = 0; i < answers->n; i++)
		add_answer(s, section, &answers->answer[i]);
}

/* Pages whose fields all went unanswered leave an empty section behind. */
static void
drop_empty(struct summary *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->section[i].nrow > 0)
			s->section[kept++] = s->section[i];
	s->n = kept;
}

size_t
form_summary(const struct form_words *w, const struct form_answers *answers,
    const struct form_context *context, struct form_summary_section **out)
{
	struct summary s = {.w = w, .context = context};
	struct form_summary_section *section = NULL;
	size_t page = SIZE_MAX;

	s.section =
	    arena_new(w->arena, struct form_summary_section, SECTIONS_MAX);
	for (size_t i = 0; i < answers->top.n; i++) {
		const struct answer *a = &answers->top.answer[i];

		if (a->field->page != page) {
			page = a->field->page;
			section = open_section(&s,
			    form_say(w,
				arena_printf(w->arena, "page.%s.title",
				    answers->form->page[page].id)));
		}
		add_answer(&s, section, a);
	}
	drop_empty(&s);
	*out = s.section;
	return s.n;
}

int
form_summary_stored(const struct form_words *w, const struct vorgang *v,
    const struct document *document, size_t ndocument,
    struct form_summary_section **out, size_t *n, struct err *err)
{
	const struct form_context context = {
	    .now_ms = v->created_ms, .settings = w->settings};
	struct form_answers *answers;
	cJSON *json;

	if (json_parse(w->arena, v->answers, v->answers_len,
		&json_limits_package, &json, err) == -1 ||
	    form_read_json(w->arena, w->service->form, json, &answers, err) ==
		-1)
		return err_set(
		    err, ERR_INTERNAL, "stored answers cannot be read");
	for (size_t i = 0; i < ndocument; i++) {
		const struct document *d = &document[i];
		const struct answer_file file = {
		    d->id, d->name, d->media_type, d->size};

		form_attach_file(w->arena, answers, d->field, &file);
	}
	form_evaluate_values(w->arena, answers, &context);
	*n = form_summary(w, answers, &context, out);
	return 0;
}
