#include "status/case_view.h"

#include "common/identity.h"
#include "common/date.h"
#include "common/json.h"
#include "common/log.h"
#include "common/page.h"

/* What every part of the page needs. */
struct view {
	struct app *app;
	struct request *req;
	const struct status_case *c;
	struct html *h;
	const struct ask *ask;
};

static const char *
text(const struct view *v, const char *key)
{
	return text_get(v->app->texts, v->req->lang, key);
}

static const char *
case_path(const struct view *v, const char *rest)
{
	return arena_printf(v->req->arena, "/vorgang/l/%s%s",
	    v->c->vorgang.link_token, rest);
}

static void
put_time(const struct view *v, int64_t at_ms)
{
	struct arena *a = v->req->arena;

	html_element(v->h, "time",
	    date_instant_to_human(a, at_ms, lang_base(v->req->lang) == LANG_EN),
	    "datetime", date_instant_to_xsd(a, at_ms), NULL);
}

static void
put_icon(const struct view *v, const char *name)
{
	html_open(v->h, "span", "class",
	    arena_printf(
		v->req->arena, "kern-icon kern-icon--%s", name),
	    "aria-hidden", "true", NULL);
	html_close(v->h, "span");
}

static void
put_heading(const struct view *v, const char *id, const char *key)
{
	html_element(v->h, "h2", text(v, key), "class", "kern-heading-large",
	    "id", id, NULL);
}

static void
put_paragraph(const struct view *v, const char *s)
{
	html_open(v->h, "p", "class", "kern-body", NULL);
	html_text_lines(v->h, s);
	html_close(v->h, "p");
}

static void
put_error(const struct view *v, const char *id, const char *key)
{
	html_open(v->h, "p", "class", "kern-error", "id", id, NULL);
	put_icon(v, "danger");
	html_element(
	    v->h, "span", text(v, key), "class", "kern-body", NULL);
	html_close(v->h, "p");
}

static void
put_button(const struct view *v, const char *kind, const char *key)
{
	html_open(v->h, "button", "class",
	    arena_printf(v->req->arena, "kern-btn kern-btn--%s", kind),
	    "type", "submit", NULL);
	html_element(
	    v->h, "span", text(v, key), "class", "kern-label", NULL);
	html_close(v->h, "button");
}

static void
put_alert(const struct view *v, const char *kind, const char *key)
{
	html_open(v->h, "div", "class",
	    arena_printf(v->req->arena, "kern-alert kern-alert--%s", kind),
	    "role", "status", NULL);
	html_open(v->h, "div", "class", "kern-alert__header", NULL);
	put_icon(v, kind);
	html_element(v->h, "h2", text(v, key), "class", "kern-title", NULL);
	html_close(v->h, "div");
	html_close(v->h, "div");
}

static void
put_reference(const struct view *v, const char *key, const char *value)
{
	html_open(v->h, "p", "class", "th-reference", NULL);
	html_element(v->h, "span", text(v, key), "class",
	    "th-reference__label", NULL);
	html_raw(v->h, " ");
	html_element(v->h, "strong", value, "class", "th-reference__value",
	    NULL);
	html_close(v->h, "p");
}

static const char *
state_text(const struct view *v, const char *state, const char *what)
{
	return status_words(v->req, v->c,
	    arena_printf(v->req->arena, "state.%s.%s", state, what));
}

/* By when, and who: the office, or the applicant. */
static void
put_due(const struct view *v)
{
	static const char *const keys[] = { [TURN_OFFICE] = "status.due",
		[TURN_APPLICANT] = "status.due.own" };
	const struct service_state *state = v->c->state;
	enum service_turn turn = state == NULL ? TURN_OFFICE : state->turn;

	if (v->c->vorgang.due == 0 || turn == TURN_NOBODY ||
	    (state != NULL && state->is_final))
		return;
	put_paragraph(v,
	    text_fill(v->req->arena, v->app->texts, v->req->lang, keys[turn],
		"date", date_to_german(v->req->arena, v->c->vorgang.due),
		NULL));
}

/* When the present state began. */
static int64_t
state_since(const struct view *v)
{
	int64_t since = v->c->vorgang.created_ms;

	for (size_t i = 0; i < v->c->nevent; i++)
		if (strcmp(v->c->event[i].kind, "state") == 0)
			since = v->c->event[i].at_ms;
	return since;
}

/* What the office handed out with this state: it is what one came for. */
static void
put_outcome(const struct view *v)
{
	struct arena *a = v->req->arena;
	int64_t since = state_since(v);

	for (size_t i = 0; i < v->c->ndocument; i++) {
		const struct document *d = &v->c->document[i];

		if (d->origin == ACTOR_APPLICANT || d->created_ms < since)
			continue;
		html_open(v->h, "p", NULL);
		html_open(v->h, "a", "class", "kern-btn kern-btn--primary",
		    "href",
		    case_path(
			v, arena_printf(a, "/dokument/%s", id_hex(a, &d->id))),
		    NULL);
		html_element(v->h, "span",
		    text_fill(a, v->app->texts, v->req->lang,
			"status.document.fetch", "name", d->name, NULL),
		    "class", "kern-label", NULL);
		html_close(v->h, "a");
		html_close(v->h, "p");
	}
}

/* Where the matter stands: one word, plain words, what comes next, who. */
static void
put_standing(const struct view *v)
{
	const struct vorgang *vorgang = &v->c->vorgang;
	bool is_final = v->c->state != NULL && v->c->state->is_final;
	const char *kind = is_final ? "success" : "info";

	html_open(v->h, "section", "class", "th-stack", "aria-labelledby",
	    "stand", NULL);
	put_heading(v, "stand", "status.standing");
	html_raw(v->h, "<p>");
	html_open(v->h, "span", "class",
	    arena_printf(v->req->arena, "kern-badge kern-badge--%s", kind),
	    NULL);
	put_icon(v, kind);
	html_element(v->h, "span", state_text(v, vorgang->state, "label"),
	    "class", "kern-label", NULL);
	html_close(v->h, "span");
	html_raw(v->h, "</p>");
	put_paragraph(v, state_text(v, vorgang->state, "explain"));
	html_element(v->h, "h3", text(v, "status.next"), "class",
	    "kern-heading-medium", NULL);
	put_paragraph(v, state_text(v, vorgang->state, "next"));
	if (v->ask->step == NULL)
		put_due(v);
	put_outcome(v);
	html_close(v->h, "section");
}

static void
put_contact_row(const struct view *v, const char *key, const char *value)
{
	if (value[0] == '\0')
		return;
	html_open(v->h, "div", "class", "kern-description-list-item", NULL);
	html_element(v->h, "dt", text(v, key), "class",
	    "kern-description-list-item__key", NULL);
	html_open(
	    v->h, "dd", "class", "kern-description-list-item__value", NULL);
	html_text_lines(v->h, value);
	html_close(v->h, "dd");
	html_close(v->h, "div");
}

static void
put_office(const struct view *v)
{
	const struct department *d = v->c->department;

	if (d == NULL)
		return;
	html_open(v->h, "section", "aria-labelledby", "amt", NULL);
	put_heading(v, "amt", "status.office");
	html_open(v->h, "dl", "class", "kern-description-list", NULL);
	put_contact_row(v, "status.office.name", d->name);
	put_contact_row(v, "status.office.phone", d->phone);
	put_contact_row(v, "status.office.address", d->address);
	put_contact_row(v, "status.office.hours", d->hours);
	html_close(v->h, "dl");
	html_close(v->h, "section");
}

/* What it was, in words; a way may have words that we do not know. */
static const char *
handover_what(const struct view *v, const struct handover *h)
{
	const char *key =
	    arena_printf(v->req->arena, "handover.what.%s", h->what);

	if (text_find(v->app->texts, v->req->lang, key) == NULL)
		return text(v, "handover.what.other");
	return text(v, key);
}

static void
put_handover_step(const struct view *v, const char *key, int64_t at_ms)
{
	html_open(v->h, "div", "class", "kern-description-list-item", NULL);
	html_element(v->h, "dt", text(v, key), "class",
	    "kern-description-list-item__key", NULL);
	html_open(
	    v->h, "dd", "class", "kern-description-list-item__value", NULL);
	if (at_ms == 0)
		html_text(v->h, text(v, "status.handover.not_yet"));
	else
		put_time(v, at_ms);
	html_close(v->h, "dd");
	html_close(v->h, "div");
}

/* Who has got the application, or something of it, and what became of it. */
static void
put_handovers(const struct view *v)
{
	if (v->c->nhandover == 0)
		return;
	html_open(v->h, "section", "class", "th-stack", "aria-labelledby",
	    "weitergabe", NULL);
	put_heading(v, "weitergabe", "status.handover");
	for (size_t i = 0; i < v->c->nhandover; i++) {
		const struct handover *h = &v->c->handover[i];

		html_element(v->h, "h3",
		    text_fill(v->req->arena, v->app->texts, v->req->lang,
			"status.handover.to", "what", handover_what(v, h),
			"name", h->name, NULL),
		    "class", "kern-heading-medium", NULL);
		html_open(v->h, "dl", "class", "kern-description-list", NULL);
		put_handover_step(v, "status.handover.handed", h->handed_ms);
		put_handover_step(
		    v, "status.handover.collected", h->collected_ms);
		if (h->answered_ms != 0)
			put_handover_step(
			    v, "status.handover.answered", h->answered_ms);
		html_close(v->h, "dl");
	}
	html_close(v->h, "section");
}

/* A member of the event's data, "" when absent. */
static const char *
event_member(const struct view *v, const struct event *e, const char *name)
{
	struct err err = {0};
	const char *s;
	cJSON *data;

	if (json_parse(v->req->arena, e->data, strlen(e->data),
		&json_limits_request, &data, &err) == -1)
		return "";
	s = json_string(data, name);
	return s == NULL ? "" : s;
}

/* The event in one line of plain words. */
static const char *
event_title(const struct view *v, const struct event *e)
{
	const char *key =
	    arena_printf(v->req->arena, "status.event.%s", e->kind);
	const char *state;

	if (strcmp(e->kind, "state") == 0 &&
	    (state = event_member(v, e, "state"))[0] != '\0')
		return state_text(v, state, "label");
	if (strcmp(e->kind, IDENTITY_EVENT) == 0 &&
	    strcmp(event_member(v, e, "method"), IDENTITY_SIMULATED) == 0)
		return text(v, "status.event.identified.simulated");
	if (text_find(v->app->texts, v->req->lang, key) == NULL)
		return text(v, "status.event.other");
	return text_fill(v->req->arena, v->app->texts, v->req->lang, key,
	    "name", event_member(v, e, "name"), NULL);
}

static void
put_event(const struct view *v, const struct event *e, bool is_last)
{
	const char *note = event_member(v, e, "note");

	html_open(v->h, "li", "class",
	    is_last ? "th-timeline__item th-timeline__item--current"
		    : "th-timeline__item th-timeline__item--done",
	    "aria-current", is_last ? "step" : HTML_OMIT, NULL);
	html_element(v->h, "p", event_title(v, e), "class",
	    "th-timeline__title", NULL);
	html_open(v->h, "p", "class", "th-timeline__time", NULL);
	put_time(v, e->at_ms);
	html_close(v->h, "p");
	if (note[0] != '\0') {
		html_open(v->h, "blockquote", "class", "th-note", NULL);
		put_paragraph(v, note);
		html_close(v->h, "blockquote");
	}
	html_close(v->h, "li");
}

static void
put_timeline(const struct view *v)
{
	size_t last = 0;

	for (size_t i = 0; i < v->c->nevent; i++)
		if (v->c->event[i].is_public)
			last = i;
	html_open(v->h, "section", "aria-labelledby", "verlauf", NULL);
	put_heading(v, "verlauf", "status.timeline");
	html_open(v->h, "ol", "class", "th-timeline", NULL);
	for (size_t i = 0; i < v->c->nevent; i++)
		if (v->c->event[i].is_public)
			put_event(v, &v->c->event[i], i == last);
	html_close(v->h, "ol");
	html_close(v->h, "section");
}

static void
put_message(const struct view *v, const struct message *m)
{
	bool is_own = m->from == ACTOR_APPLICANT;

	html_open(v->h, "li", "class",
	    is_own ? "th-message th-message--own"
		   : "th-message th-message--office",
	    NULL);
	html_open(v->h, "p", "class", "th-message__head", NULL);
	html_text(v->h,
	    is_own ? text(v, "status.message.own")
		   : (v->c->department != NULL ? v->c->department->name
					       : v->req->town->name));
	html_raw(v->h, ", ");
	put_time(v, m->at_ms);
	html_close(v->h, "p");
	put_paragraph(v, m->body);
	html_close(v->h, "li");
}

static void
put_message_form(const struct view *v, const struct case_notice *n)
{
	bool has_error = n->message_error != NULL;

	html_open(v->h, "form", "class", "th-form", "method", "post",
	    "action", case_path(v, "/nachricht"), "data-form", HTML_FLAG,
	    "novalidate", HTML_FLAG, NULL);
	/* nginx puts the request's id here: a double click is one message. */
	html_raw(v->h,
	    "<input type=\"hidden\" name=\"submission_id\" value=\""
	    "<!--#echo var=\"request_id\" -->\">");
	html_open(v->h, "div", "class",
	    has_error ? "kern-form-input kern-form-input--error"
		      : "kern-form-input",
	    NULL);
	html_element(v->h, "label", text(v, "status.message.label"), "class",
	    "kern-label", "for", "f-text", NULL);
	html_element(v->h, "div", text(v, "status.message.hint"), "class",
	    "kern-hint", "id", "f-text-hint", NULL);
	html_element(v->h, "textarea", n->message == NULL ? "" : n->message,
	    "class",
	    has_error ? "kern-form-input__input "
			"kern-form-input__input--error"
		      : "kern-form-input__input",
	    "rows", "5", "id", "f-text", "name", "text", "maxlength", "4000",
	    "data-count", HTML_FLAG, "aria-describedby",
	    has_error ? "f-text-hint f-text-error" : "f-text-hint",
	    "aria-invalid", has_error ? "true" : HTML_OMIT, NULL);
	if (has_error)
		put_error(v, "f-text-error", n->message_error);
	html_close(v->h, "div");
	html_open(v->h, "div", "class", "th-actions", NULL);
	put_button(v, "secondary", "status.message.send");
	html_close(v->h, "div");
	html_close(v->h, "form");
}

static void
put_messages(const struct view *v, const struct case_notice *n)
{
	html_open(v->h, "section", "class", "th-stack", "aria-labelledby",
	    "nachrichten", NULL);
	put_heading(v, "nachrichten", "status.messages");
	if (v->c->nmessage == 0)
		put_paragraph(v, text(v, "status.messages.none"));
	html_open(v->h, "ul", "class", "th-messages", NULL);
	for (size_t i = 0; i < v->c->nmessage; i++)
		put_message(v, &v->c->message[i]);
	html_close(v->h, "ul");
	if (status_is_open(v->c))
		put_message_form(v, n);
	else if (n->message != NULL && *n->message != '\0') {
		put_paragraph(v, text(v, "status.message.unsent"));
		put_paragraph(v, n->message);
	}
	html_close(v->h, "section");
}

/* "220 KB", "3,4 MB"; the unit is the same in both languages. */
static const char *
human_size(const struct view *v, int64_t size)
{
	char point = lang_base(v->req->lang) == LANG_EN ? '.' : ',';

	if (size < 1024)
		return arena_printf(
		    v->req->arena, "%lld Byte", (long long)size);
	if (size < 1024 * 1024)
		return arena_printf(
		    v->req->arena, "%lld KB", (long long)(size / 1024));
	return arena_printf(v->req->arena, "%lld%c%lld MB",
	    (long long)(size / 1048576), point,
	    (long long)(size % 1048576 * 10 / 1048576));
}

static void
put_document(const struct view *v, const struct document *d)
{
	struct arena *a = v->req->arena;

	html_open(v->h, "li", "class", "th-file", NULL);
	html_open(v->h, "span", "class", "th-file__name", NULL);
	html_element(v->h, "a", d->name, "class", "kern-link", "href",
	    case_path(v, arena_printf(a, "/dokument/%s", id_hex(a, &d->id))),
	    NULL);
	html_close(v->h, "span");
	html_raw(v->h, " ");
	html_element(v->h, "span", human_size(v, d->size), "class",
	    "th-file__size", NULL);
	html_raw(v->h, " ");
	html_element(v->h, "span",
	    text(v,
		d->origin == ACTOR_APPLICANT ? "status.document.own"
					     : "status.document.office"),
	    "class", "th-file__size", NULL);
	html_close(v->h, "li");
}

static void
put_document_form(const struct view *v)
{
	int64_t max_mb = v->app->config->upload_max / (1024 * 1024);

	html_open(v->h, "form", "class", "th-form", "method", "post",
	    "enctype", "multipart/form-data", "action",
	    case_path(v, "/dokument"), NULL);
	html_open(v->h, "div", "class", "kern-form-input", NULL);
	html_element(v->h, "label", text(v, "status.document.label"), "class",
	    "kern-label", "for", "f-datei", NULL);
	html_element(v->h, "div",
	    text_fill(v->req->arena, v->app->texts, v->req->lang,
		"status.document.hint", "mb",
		arena_printf(v->req->arena, "%lld", (long long)max_mb),
		NULL),
	    "class", "kern-hint", "id", "f-datei-hint", NULL);
	html_open(v->h, "input", "class", "kern-form-input__input", "type",
	    "file", "multiple", HTML_FLAG, "id", "f-datei", "name", "datei",
	    "accept", "application/pdf,image/jpeg,image/png",
	    "aria-describedby", "f-datei-hint", NULL);
	html_close(v->h, "div");
	html_open(v->h, "div", "class", "th-actions", NULL);
	put_button(v, "secondary", "status.document.send");
	html_close(v->h, "div");
	html_close(v->h, "form");
}

static void
put_documents(const struct view *v)
{
	html_open(v->h, "section", "class", "th-stack", "aria-labelledby",
	    "dokumente", NULL);
	put_heading(v, "dokumente", "status.documents");
	if (v->c->ndocument == 0)
		put_paragraph(v, text(v, "status.documents.none"));
	html_open(v->h, "ul", "class", "th-files", NULL);
	for (size_t i = 0; i < v->c->ndocument; i++)
		put_document(v, &v->c->document[i]);
	html_close(v->h, "ul");
	if (status_is_open(v->c))
		put_document_form(v);
	html_close(v->h, "section");
}

static void
put_answer_section(const struct view *v, const struct form_summary_section *s)
{
	html_open(v->h, "section", "class", "kern-summary", NULL);
	html_open(v->h, "div", "class", "kern-summary__header", NULL);
	html_element(
	    v->h, "h3", s->heading, "class", "kern-title", NULL);
	html_close(v->h, "div");
	html_open(v->h, "div", "class", "kern-summary__body", NULL);
	html_open(v->h, "dl", "class", "kern-description-list", NULL);
	for (size_t i = 0; i < s->nrow; i++) {
		html_open(v->h, "div", "class",
		    "kern-description-list-item", NULL);
		html_element(v->h, "dt", s->row[i].label, "class",
		    "kern-description-list-item__key", NULL);
		html_open(v->h, "dd", "class",
		    "kern-description-list-item__value", NULL);
		html_text_lines(v->h, s->row[i].value);
		html_close(v->h, "dd");
		html_close(v->h, "div");
	}
	html_close(v->h, "dl");
	html_close(v->h, "div");
	html_close(v->h, "section");
}

static void
put_answers(const struct view *v)
{
	html_open(v->h, "section", "class", "th-stack", "aria-labelledby",
	    "angaben", NULL);
	put_heading(v, "angaben", "status.answers");
	for (size_t i = 0; i < v->c->nsummary; i++)
		put_answer_section(v, &v->c->summary[i]);
	html_close(v->h, "section");
}

static void
put_access(const struct view *v)
{
	html_open(v->h, "section", "class", "th-stack", "aria-labelledby",
	    "zugang", NULL);
	put_heading(v, "zugang", "status.access");
	put_paragraph(v, text(v, "status.access.explain"));
	put_reference(v, "status.reference",
	    id_reference_show(v->req->arena, v->c->vorgang.reference));
	put_reference(v, "status.code",
	    id_code_show(v->req->arena, v->c->vorgang.access_code));
	html_open(v->h, "div", "class", "th-actions", NULL);
	html_open(v->h, "a", "class", "kern-btn kern-btn--secondary", "href",
	    case_path(v, "/beleg.pdf"), NULL);
	html_element(v->h, "span", text(v, "status.receipt"), "class",
	    "kern-label", NULL);
	html_close(v->h, "a");
	html_open(v->h, "button", "class",
	    "kern-btn kern-btn--tertiary th-js", "type", "button",
	    "data-print", HTML_FLAG, NULL);
	html_element(v->h, "span", text(v, "status.print"), "class",
	    "kern-label", NULL);
	html_close(v->h, "button");
	html_close(v->h, "div");
	html_close(v->h, "section");
}

static void
put_withdraw(const struct view *v)
{
	if (!status_is_withdrawable(v->c))
		return;
	html_open(v->h, "section", "class", "th-stack", "aria-labelledby",
	    "rueckzug", NULL);
	put_heading(v, "rueckzug", "status.withdraw");
	put_paragraph(v, text(v, "status.withdraw.explain"));
	html_open(v->h, "p", NULL);
	html_open(v->h, "a", "class", "kern-btn kern-btn--tertiary", "href",
	    case_path(v, "/rueckzug"), NULL);
	html_element(v->h, "span", text(v, "status.withdraw.go"), "class",
	    "kern-label", NULL);
	html_close(v->h, "a");
	html_close(v->h, "p");
	html_close(v->h, "section");
}

void
case_view(struct app *app, struct request *req, int status,
    const struct status_case *c, const struct case_notice *notice)
{
	const char *name = status_words(req, c, "service.name");
	struct html h;
	struct ask ask = {0};
	struct view v = {app, req, c, &h, &ask};
	struct err err = {0};

	if (notice->ask != NULL)
		ask = *notice->ask;
	else if (ask_read(app, req, c, &ask, &err) == -1)
		log_error("%s: %s", err_wire(err.code), err.msg);
	page_begin(app, req, status,
	    text_fill(req->arena, app->texts, req->lang, "status.title",
		"service", name, NULL),
	    &h);
	html_element(&h, "h1", name, "class", "kern-heading-x-large", NULL);
	if (notice->done != NULL)
		put_alert(&v, "success", notice->done);
	if (notice->withdraw_error != NULL)
		put_alert(&v, "warning", notice->withdraw_error);
	if (notice->message_error != NULL && !status_is_open(c))
		put_alert(&v, "warning", notice->message_error);
	put_reference(&v, "status.reference",
	    id_reference_show(req->arena, c->vorgang.reference));
	put_standing(&v);
	ask_view(app, req, &h, c, &ask);
	put_access(&v);
	put_handovers(&v);
	put_timeline(&v);
	put_messages(&v, notice);
	put_documents(&v);
	put_answers(&v);
	put_office(&v);
	put_withdraw(&v);
	page_end(req, &h);
}

void
case_withdraw_view(
    struct app *app, struct request *req, const struct status_case *c)
{
	struct html h;
	const struct ask none = {0};
	struct view v = {app, req, c, &h, &none};

	page_begin(app, req, 200, text(&v, "status.withdraw"), &h);
	html_element(&h, "h1", text(&v, "status.withdraw.question"), "class",
	    "kern-heading-x-large", NULL);
	put_paragraph(&v,
	    text_fill(req->arena, app->texts, req->lang,
		"status.withdraw.sure", "service",
		status_words(req, c, "service.name"), "reference",
		id_reference_show(req->arena, c->vorgang.reference), NULL));
	html_open(&h, "form", "class", "th-form", "method", "post", "action",
	    case_path(&v, "/rueckzug"), NULL);
	html_open(&h, "div", "class", "th-actions", NULL);
	put_button(&v, "primary", "status.withdraw.yes");
	html_open(&h, "a", "class", "kern-btn kern-btn--tertiary", "href",
	    case_path(&v, ""), NULL);
	html_element(&h, "span", text(&v, "status.withdraw.no"), "class",
	    "kern-label", NULL);
	html_close(&h, "a");
	html_close(&h, "div");
	html_close(&h, "form");
	page_end(req, &h);
}
