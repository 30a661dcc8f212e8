#include "forms/antrag_notice.h"

size_t
antrag_notice_dropped(struct app *app, struct request *req, struct antrag *a)
{
	struct form_notice *n;
	const char **item;
	size_t nitem = 0;

	if (a->pairs == NULL)
		return 0;
	item = arena_new(req->arena, const char *, a->answers->nunknown + 1);
	for (size_t i = 0; i < a->answers->nunknown; i++) {
		const char *name = a->answers->unknown[i];
		const char *value = http_pair_get(a->pairs, name);

		if (value == NULL || *value == '\0' ||
		    antrag_is_own_name(name))
			continue;
		item[nitem++] =
		    arena_printf(req->arena, "%s: %s", name, value);
	}
	if (nitem == 0)
		return 0;
	n = antrag_notice(a, FORM_NOTICE_WARNING,
	    text_get(app->texts, req->lang,
		"form.notice.version.dropped"), NULL);
	n->item = item;
	n->nitem = nitem;
	return nitem;
}

size_t
antrag_mark_refusals(struct app *app, struct request *req, struct antrag *a,
    const struct draft_notes *notes)
{
	const struct form_words w = antrag_words(app, req, a);
	const char **item =
	    arena_new(req->arena, const char *, notes->nrefusal + 1);
	struct form_error *list =
	    arena_new(req->arena, struct form_error, notes->nrefusal + 1);
	struct form_notice *notice;
	size_t n = 0;

	for (size_t i = 0; i < notes->nrefusal; i++) {
		const struct draft_refusal *r = &notes->refusal[i];
		const struct answer *answer = form_find(a->answers, r->path);

		if (answer == NULL || answer->field->type != FORM_FILE)
			continue;
		list[n] = (struct form_error){
		    .path = r->path, .code = r->code, .answer = answer};
		item[n++] = arena_printf(req->arena, "%s: %s", r->name,
		    form_message(&w, answer->field, r->code));
	}
	if (n == 0)
		return 0;
	a->error = list;
	a->nerror = n;
	a->is_scolded = true;
	notice = antrag_notice(a, FORM_NOTICE_WARNING,
	    form_word(&w, "form.notice.refused"),
	    form_word(&w, "form.notice.refused.text"));
	notice->item = item;
	notice->nitem = n;
	return n;
}
