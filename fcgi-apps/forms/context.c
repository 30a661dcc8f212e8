#include "forms/context.h"

#include "forms/antrag_view.h"
#include "forms/step_start.h"

#define PAIRS_MAX 100

struct http_pairs
context_pairs(struct arena *a, const struct form *f,
    const struct http_pairs *pairs)
{
	struct http_pair *pair = arena_new(a, struct http_pair, PAIRS_MAX);
	struct http_pairs out = {.pair = pair};

	for (size_t i = 0; i < pairs->n && out.n < PAIRS_MAX; i++) {
		const char *name = pairs->pair[i].name;
		const struct form_field *field = form_field_find(f, name);

		if (antrag_is_own_name(name) || field == NULL ||
		    field->nchild > 0 || field->type == FORM_FILE ||
		    field->type == FORM_CONSENT)
			continue;
		pair[out.n++] = pairs->pair[i];
	}
	return out;
}

struct form_answers *
context_answers(struct arena *a, const struct form *f,
    const struct http_pairs *pairs, const struct form_context *context)
{
	struct form_answers *out;
	struct err ignored = {0};

	if (form_read_pairs(a, f, pairs, &out, &ignored) == -1)
		out = form_answers_new(a, f);
	form_fill_defaults(a, out, SIZE_MAX, context);
	return out;
}

int
context_first(struct app *app, struct request *req, struct err *err)
{
	struct antrag a = {0};
	struct http_pairs pairs;
	struct err none = {0};

	if (antrag_find(req, &a, &none) == -1)
		return antrag_show_unknown(app, req, NULL);
	pairs = context_pairs(req->arena, a.service->form, &req->query);
	if (a.service->form->is_stepped) {
		a.pairs = &pairs;
		return step_start(app, req, &a, err);
	}
	a.action = "show";
	a.version = a.not_shown = "";
	a.answers = context_answers(
	    req->arena, a.service->form, &pairs, &a.context);
	antrag_judge(req, &a);
	return antrag_show(app, req, &a, 200);
}
