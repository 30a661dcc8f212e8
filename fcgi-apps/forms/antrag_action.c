#include "forms/antrag_action.h"

#include "common/draft/draft_items.h"
#include "common/num.h"

void
antrag_set_focus(struct request *req, struct antrag *a, const char *action)
{
	const char *arg = draft_items_argument(action, "add");
	const struct answer *repeat;

	if (arg == NULL) {
		if ((arg = draft_items_argument(action, "remove")) != NULL)
			a->focus = arena_dup(
			    req->arena, arg, strcspn(arg, ":"));
		return;
	}
	repeat = form_find(a->answers, arg);
	if (repeat != NULL && repeat->field->type == FORM_REPEAT &&
	    repeat->nitem > 0)
		a->focus = arena_printf(
		    req->arena, "%s.%zu", arg, repeat->nitem - 1);
}

static void
add_item(
    struct app *app, struct request *req, struct antrag *a, const char *path)
{
	struct answer *repeat = form_find(a->answers, path);
	struct err err = {0};
	size_t max;

	if (repeat == NULL || repeat->field->type != FORM_REPEAT)
		return;
	max = repeat->field->max_length;
	if ((max > 0 && repeat->nitem >= max) ||
	    form_item_add(req->arena, a->answers, repeat, &err) == -1) {
		antrag_notice(a, FORM_NOTICE_WARNING,
		    text_get(app->texts, req->lang, "form.notice.item_limit"),
		    NULL);
		return;
	}
	/* Those of the new item; all else was given. */
	form_fill_defaults(req->arena, a->answers,
	    repeat->field->page, &a->context);
	antrag_set_focus(req, a, a->action);
}

/* at: "dogs:1" */
static void
remove_item(struct request *req, struct antrag *a, const char *at)
{
	const char *colon = strrchr(at, ':'), *path;
	struct answer *repeat;
	struct err err = {0};
	int64_t i;

	if (colon == NULL ||
	    num_parse(colon + 1, 0, FORM_ITEMS_MAX, &i, &err) == -1)
		return;
	path = arena_dup(req->arena, at, (size_t)(colon - at));
	repeat = form_find(a->answers, path);
	if (repeat == NULL || repeat->field->type != FORM_REPEAT)
		return;
	form_item_remove(a->answers, repeat, (size_t)i);
	antrag_set_focus(req, a, a->action);
}

void
antrag_act(struct app *app, struct request *req, struct antrag *a)
{
	const char *arg;

	if ((arg = draft_items_argument(a->action, "add")) != NULL)
		add_item(app, req, a, arg);
	else if ((arg = draft_items_argument(a->action, "remove")) != NULL)
		remove_item(req, a, arg);
	else if ((arg = draft_items_argument(a->action, "language")) != NULL) {
		http_request_choose(req, lang_parse(arg, req->lang));
	} else if (strcmp(a->action, "upload") == 0 && !a->has_draft)
		antrag_notice(a, FORM_NOTICE_INFO,
		    text_get(app->texts, req->lang, "form.notice.no_file"),
		    text_get(
			app->texts, req->lang, "form.notice.no_file.text"));
}

/* Whether word stands in the blank-separated list. */
static bool
is_listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; (at = strstr(at, word)) != NULL; at += n)
		if ((at == list || at[-1] == ' ') &&
		    (at[n] == '\0' || at[n] == ' '))
			return true;
	return false;
}

struct unseen {
	const struct antrag *antrag;
	const struct form_words *words;
	const char **label;
	size_t n, room;
	const char *first;
};

static void
find_unseen(void *arg, const char *path, const struct answer *answer)
{
	struct unseen *u = arg;
	enum form_type type = answer->field->type;
	bool is_empty = answer->text == NULL && answer->nitem == 0 &&
	    answer->nfile == 0 && answer->nlist == 0;

	if (!form_is_asked(answer->field) ||
	    type == FORM_GROUP || !answer->is_shown || !is_empty ||
	    u->n == u->room || !is_listed(u->antrag->not_shown, path))
		return;
	if (u->n == 0)
		u->first = arena_strdup(u->words->arena, path);
	u->label[u->n++] = form_place(u->words, u->antrag->answers, path);
}

size_t
antrag_find_unseen(struct app *app, struct request *req, struct antrag *a)
{
	const struct form_words words = antrag_words(app, req, a);
	struct unseen u = {.antrag = a, .words = &words, .room = 50};
	struct form_notice *n;

	if (*a->not_shown == '\0')
		return 0;
	u.label = arena_new(req->arena, const char *, u.room);
	form_each(a->answers, find_unseen, &u);
	if (u.n == 0)
		return 0;
	n = antrag_notice(a, FORM_NOTICE_WARNING,
	    form_word(&words, "form.notice.more"),
	    form_word(&words, "form.notice.more.text"));
	n->item = u.label;
	n->nitem = u.n;
	a->focus = u.first;
	return u.n;
}
