#include "forms/antrag_view.h"

#include "common/date.h"
#include "common/kern_view.h"
#include "common/page.h"
#include "common/service/service_opening.h"
#include "common/utf8.h"

int
antrag_show(
    struct app *app, struct request *req, struct antrag *a, int status)
{
	struct html h;
	struct form_view v = {
	    .words = antrag_words(app, req, a),
	    .context = &a->context,
	    .answers = a->answers,
	    .error = a->error,
	    .nerror = a->nerror,
	    .is_scolded = a->is_scolded,
	    .notice = a->notice,
	    .nnotice = a->nnotice,
	    .focus = a->focus,
	    .takes_code = service_opening_takes_codes(a->offer),
	    .code = a->invitation,
	    .code_error = a->invitation_error == NULL
		? NULL
		: text_get(app->texts, req->lang, a->invitation_error),
	};

	if (!a->has_id) {
		a->submission_id = id_random();
		a->has_id = true;
	}
	v.submission_id = id_hex(req->arena, &a->submission_id);
	page_begin(app, req, status, form_view_title(&v), &h);
	form_view_write(&v, &h);
	page_end(req, &h);
	return 0;
}

static void
write_typed(struct request *req, struct html *h, const struct http_pairs *pairs)
{
	html_raw(h, "<dl class=\"kern-description-list\">");
	for (size_t i = 0; i < pairs->n; i++) {
		const struct http_pair *p = &pairs->pair[i];
		struct err err = {0};
		const char *name, *value;

		if (p->value_len == 0 || antrag_is_own_name(p->name) ||
		    utf8_clean(req->arena, p->name, strlen(p->name), &name,
			&err) == -1 ||
		    utf8_clean(req->arena, p->value, p->value_len, &value,
			&err) == -1)
			continue;
		html_raw(h, "<div class=\"kern-description-list-item\">");
		html_element(h, "dt", name, "class",
		    "kern-description-list-item__key", (char *)NULL);
		html_open(h, "dd", "class",
		    "kern-description-list-item__value", (char *)NULL);
		html_text_lines(h, value);
		html_raw(h, "</dd></div>");
	}
	html_close(h, "dl");
}

int
antrag_show_unknown(struct app *app, struct request *req,
    const struct http_pairs *pairs)
{
	const char *title = text_get(app->texts, req->lang, "form.unknown.title");
	struct html h;

	page_begin(app, req, 404, title, &h);
	html_element(
	    &h, "h1", title, "class", "kern-heading-x-large", (char *)NULL);
	html_element(&h, "p",
	    text_fill(req->arena, app->texts, req->lang, "form.unknown.text",
		"town", req->town->name, "service", req->arg[0], (char *)NULL),
	    "class", "kern-body", (char *)NULL);
	if (pairs != NULL && pairs->n > 0) {
		html_element(&h, "h2",
		    text_get(app->texts, req->lang, "form.unknown.typed"),
		    "class", "kern-heading-medium", (char *)NULL);
		write_typed(req, &h, pairs);
	}
	html_raw(&h, "<p><a class=\"kern-link\" href=\"/\">");
	html_text(&h, text_get(app->texts, req->lang, "form.unknown.start"));
	html_raw(&h, "</a></p>");
	page_end(req, &h);
	return 0;
}

struct repost {
	struct html *h;
	struct arena *arena;
	const struct antrag *antrag;
	bool lacks_files; /* some belong to the first application */
};

/* Uploads go along when they are the draft's that is sent again. */
static void
write_files(struct repost *post, const char *path, const struct answer *answer)
{
	for (size_t i = 0; i < answer->nfile; i++) {
		const struct id *id = &answer->file[i].id;

		if (post->antrag->is_repetition &&
		    antrag_owns_file(post->antrag, id))
			kern_hidden(post->h, path, id_hex(post->arena, id));
		else
			post->lacks_files = true;
	}
}

/* The answers again as they would be posted. */
static void
write_answer(void *arg, const char *path, const struct answer *answer)
{
	struct repost *post = arg;
	struct html *h = post->h;
	enum form_type type = answer->field->type;

	if (type == FORM_REPEAT)
		for (size_t i = 0; i < answer->nitem; i++)
			kern_hidden(h,
			    arena_printf(post->arena, "%s.%zu", path, i), "1");
	else if (type == FORM_MULTI_CHOICE)
		for (size_t i = 0; i < answer->nlist; i++)
			kern_hidden(h, path, answer->list[i]);
	else if (type == FORM_FILE)
		write_files(post, path, answer);
	else if (answer->raw != NULL && *answer->raw != '\0')
		kern_hidden(h, path, answer->raw);
}

/* One button sends the new answers as an application of their own. */
static void
write_new_antrag(struct request *req, struct html *h,
    const struct form_words *w, const struct antrag *a)
{
	/* A draft is under an id of its own already, with its uploads. */
	const struct id fresh =
	    a->is_repetition ? a->submission_id : id_random();
	struct repost post = {.h = h, .arena = req->arena, .antrag = a};

	html_open(h, "form", "class", "th-form", "method", "post", "action",
	    arena_printf(req->arena, "/antrag/%s/", a->service->slug),
	    "data-form", HTML_FLAG, (char *)NULL);
	kern_hidden(h, "submission_id", id_hex(req->arena, &fresh));
	kern_hidden(h, "version", a->service->version);
	form_each(a->answers, write_answer, &post);
	if (post.lacks_files)
		html_element(h, "p", form_word(w, "form.duplicate.files"),
		    "class", "kern-body", (char *)NULL);
	html_raw(h, "<div class=\"th-actions\">");
	kern_button(h, KERN_PRIMARY, "submit",
	    form_word(w, "form.duplicate.send"));
	kern_button(h, KERN_SECONDARY, "show",
	    form_word(w, "form.duplicate.edit"));
	html_raw(h, "</div></form>");
}

int
antrag_show_duplicate(struct app *app, struct request *req,
    const struct antrag *a, const struct vorgang *v)
{
	const struct form_words w = antrag_words(app, req, a);
	const char *title = form_word(&w, "form.duplicate.title");
	const char *name = form_say(&w, "service.name");
	struct html h;

	page_begin(app, req, 409, title, &h);
	html_element(
	    &h, "h1", title, "class", "kern-heading-x-large", (char *)NULL);
	html_element(&h, "p",
	    text_fill(req->arena, app->texts, req->lang, "form.duplicate.text",
		"service", name != NULL ? name : a->service->slug, "time",
		date_instant_to_human(
		    req->arena, v->created_ms, lang_base(req->lang) == LANG_EN),
		(char *)NULL),
	    "class", "kern-body", (char *)NULL);
	html_raw(&h, "<p class=\"th-reference\">"
		     "<span class=\"th-reference__label\">");
	html_text(&h, form_word(&w, "form.duplicate.reference"));
	html_raw(&h, "</span> <strong class=\"th-reference__value\">");
	html_text(&h, id_reference_show(req->arena, v->reference));
	html_raw(&h, "</strong></p><p>");
	/* No link to the receipt: on a shared computer another person may have
	 * gone back to this page. */
	html_element(&h, "a", form_word(&w, "form.duplicate.open"), "class",
	    "kern-link", "href", "/vorgang/", (char *)NULL);
	html_raw(&h, "</p>");
	html_element(&h, "h2", form_word(&w, "form.duplicate.new"), "class",
	    "kern-heading-large", (char *)NULL);
	html_element(&h, "p", form_word(&w, "form.duplicate.new.text"),
	    "class", "kern-body", (char *)NULL);
	write_new_antrag(req, &h, &w, a);
	page_end(req, &h);
	return 0;
}
