#include "status/ask.h"

#include "common/handover/exchange_store.h"
#include "common/utf8.h"
#include "status/act.h"
#include "status/case_view.h"
#include "status/pages.h"

#define TEXT_ROOM (MESSAGE_LENGTH_MAX * 4)

/* ---- what is asked ---- */

static int
add_shown(struct app *app, struct request *req, const struct status_case *c,
    const struct exchange *e, struct ask *out, struct err *err)
{
	const struct xoev_table_words words = { .texts = app->texts,
		.lang = req->lang,
		.service = c->service,
		.message = xoev_mapping_find(c->service->xoev, e->message),
		.lists = c->service->form->code_lists };
	struct ask_shown *s = &out->shown[out->nshown];

	if (xoev_table(req->arena, e->body, e->len, &words, &s->table, err) ==
	    -1)
		return -1;
	out->nshown++;
	s->name = *s->table.person != '\0'
	    ? s->table.person
	    : arena_printf(req->arena, "%zu", out->nshown);
	return 0;
}

/* The last one of each kind and item counts, in the order of the package. */
static int
show_messages(struct app *app, struct request *req,
    const struct status_case *c, struct ask *out, struct err *err)
{
	const struct exchange_step *step = out->step;
	struct exchange *e;
	size_t n;

	if (exchange_of_vorgang(app->db, req->arena, req->town,
		&c->vorgang.id, true, &e, &n, err) == -1)
		return -1;
	out->shown = arena_new(req->arena, struct ask_shown, ASK_SHOWN_MAX);
	for (size_t k = 0; k < step->nshow; k++)
		for (size_t i = 0; i < n; i++) {
			bool is_last = e[i].is_incoming &&
			    e[i].state == EXCHANGE_FILED &&
			    e[i].body != NULL && e[i].message != NULL &&
			    strcmp(e[i].message, step->show[k]) == 0;

			for (size_t j = i + 1; j < n && is_last; j++)
				is_last = !e[j].is_incoming ||
				    e[j].state != EXCHANGE_FILED ||
				    e[j].message == NULL ||
				    strcmp(e[j].message, e[i].message) != 0 ||
				    e[j].item != e[i].item;
			if (is_last && out->nshown < ASK_SHOWN_MAX &&
			    add_shown(app, req, c, &e[i], out, err) == -1)
				return -1;
		}
	return 0;
}

int
ask_read(struct app *app, struct request *req, const struct status_case *c,
    struct ask *out, struct err *err)
{
	const struct exchange_step *step =
	    service_exchange_step(c->service->exchange, c->vorgang.state);

	*out = (struct ask){ .typed = "" };
	if (step == NULL || step->ask == EXCHANGE_ASK_NOTHING ||
	    !status_is_open(c))
		return 0;
	out->step = step;
	return step->nshow == 0 ? 0 : show_messages(app, req, c, out, err);
}

/* ---- what is answered ---- */

static int
wrong_with(struct ask *ask, const char *key, bool is_of_text)
{
	ask->error = key;
	ask->is_error_of_text = is_of_text;
	return -1;
}

static int
take_text(struct request *req, struct ask *ask, const char **text)
{
	*text = service_exchange_reply(req->arena, ask->step, ask->typed);
	if (*text != NULL)
		return 0;
	return wrong_with(ask,
	    *ask->typed == '\0' ? "status.ask.empty" : "status.ask.form",
	    true);
}

static int
take_choices(struct request *req, const struct http_pairs *pairs,
    struct ask *ask, const char *yes, const char *no, const char *wrong,
    const char **text)
{
	struct buf *out = buf_new(req->arena, TEXT_ROOM + 20000);
	bool has_no = false, is_whole = true;

	buf_printf(out, "%s\n", no);
	for (size_t i = 0; i < ask->nshown; i++) {
		struct ask_shown *s = &ask->shown[i];
		const char *value = http_pair_get(
		    pairs, arena_printf(req->arena, "person-%zu", i));

		s->is_yes = value != NULL && strcmp(value, "ja") == 0;
		s->is_no = value != NULL && strcmp(value, "nein") == 0;
		is_whole &= s->is_yes || s->is_no;
		has_no |= s->is_no;
		if (s->is_no)
			buf_printf(out, "%s\n",
			    text_fill_in(req->arena, wrong, "name", s->name,
				(char *)NULL));
	}
	if (!is_whole || ask->nshown == 0)
		return wrong_with(ask, "status.ask.choose", false);
	*text = yes;
	if (!has_no)
		return 0;
	if (*ask->typed == '\0')
		return wrong_with(ask, "status.ask.what", true);
	buf_printf(out, "\n%s", ask->typed);
	*text = buf_text(out);
	return 0;
}

int
ask_take(struct request *req, const struct http_pairs *pairs,
    struct ask *ask, const char *yes, const char *no, const char *wrong,
    const char **text)
{
	const char *typed = http_pair_get(pairs, "text");
	struct err invalid = { 0 };

	ask->typed = "";
	if (typed != NULL && strlen(typed) > TEXT_ROOM)
		return wrong_with(ask, "status.message.too_long", true);
	if (typed != NULL &&
	    utf8_clean(req->arena, typed, strlen(typed), &ask->typed,
		&invalid) == -1)
		return wrong_with(ask, "status.message.invalid", true);
	return ask->step->ask == EXCHANGE_ASK_TEXT
	    ? take_text(req, ask, text)
	    : take_choices(req, pairs, ask, yes, no, wrong, text);
}

/* ---- the handler ---- */

static const char *
word(struct app *app, struct request *req, const char *key)
{
	return text_get(app->texts, req->lang, key);
}

/* The question is no longer open: the page tells how it went on, and what was
 * written stands in the field for messages. */
static int
went_on(struct app *app, struct request *req, const struct status_case *c,
    const struct id *submission, const char *typed)
{
	struct case_notice notice = { .message_error =
		status_is_open(c) ? "status.ask.went_on" : "status.closed" };
	struct err invalid = { 0 };

	/* A second press of what has arrived is no error. */
	for (size_t i = 0; i < c->nmessage; i++)
		if (id_equal(&c->message[i].submission_id, submission))
			typed = NULL;
	if (typed == NULL || *typed == '\0' || strlen(typed) > TEXT_ROOM ||
	    utf8_clean(req->arena, typed, strlen(typed), &notice.message,
		&invalid) == -1)
		return http_redirect(
		    req, "/vorgang/l/%s", c->vorgang.link_token);
	case_view(app, req, err_status(ERR_CONFLICT), c, &notice);
	return 0;
}

int
ask_post(struct app *app, struct request *req, struct err *err)
{
	struct http_pairs pairs;
	struct status_case c;
	struct case_notice notice = { 0 };
	const char *page, *step, *text;
	struct err no_id = { 0 };
	struct id submission;
	struct ask ask;

	if (http_body_form(app, req, &pairs, err) == -1 ||
	    status_case_read(app, req, req->arg[0], &c, err) == -1 ||
	    ask_read(app, req, &c, &ask, err) == -1)
		return -1;
	step = http_pair_get(&pairs, "schritt");
	page = http_pair_get(&pairs, "submission_id");
	if (page == NULL || id_parse(page, &submission, &no_id) == -1)
		submission = id_random();
	if (ask.step == NULL || step == NULL ||
	    strcmp(step, ask.step->id) != 0)
		return went_on(app, req, &c, &submission,
		    http_pair_get(&pairs, "text"));
	if (ask_take(req, &pairs, &ask, word(app, req, "status.ask.word.yes"),
		word(app, req, "status.ask.word.no"),
		word(app, req, "status.ask.word.wrong"), &text) == -1) {
		notice.ask = &ask;
		case_view(app, req, err_status(ERR_FIELD_INVALID), &c, &notice);
		return 0;
	}
	if (act_message(app, req, &c, &submission, text, strlen(text), err) ==
	    -1) {
		if (err->code != ERR_FIELD_INVALID && err->code != ERR_CONFLICT)
			return -1;
		(void)wrong_with(&ask,
		    err->code == ERR_CONFLICT ? "status.closed"
					      : "status.message.too_long",
		    true);
		notice.ask = &ask;
		case_view(app, req, err_status(err->code), &c, &notice);
		return 0;
	}
	return http_redirect(req, "/vorgang/l/%s?gesendet=antwort",
	    c.vorgang.link_token);
}
