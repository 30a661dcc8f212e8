#include "common/vorgang/office_step.h"

#include "common/date.h"
#include "common/json.h"
#include "common/vorgang/outbox_mail.h"
#include "common/public_link.h"

#define DATA_MAX 131072
#define FIXED_EVENTS 3 /* state, message, handled */

bool
office_step_leads(const struct service_state *from, const char *to)
{
	for (size_t i = 0; i < from->nnext; i++)
		if (strcmp(from->next[i], to) == 0)
			return true;
	return false;
}

static bool
has_text(const char *s)
{
	return s != NULL && s[0] != '\0';
}

/* An event's data: pairs of names and values; NULL values are left out. */
static const char *
data(struct arena *a, const char *const pair[][2], size_t n)
{
	struct buf *out = buf_new(a, DATA_MAX);
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	for (size_t i = 0; i < n; i++)
		if (pair[i][1] != NULL)
			json_pair(&j, pair[i][0], pair[i][1]);
	json_close_object(&j);
	return buf_text(out);
}

/* What the applicant sees of it, and who did it for the office. */
static void
make_events(struct arena *a, const struct office_step *s,
    struct vorgang_change *out)
{
	struct event *event =
	    arena_new(a, struct event, FIXED_EVENTS + s->ndocument);
	size_t n = 0;

	if (s->to != NULL) {
		const char *const pair[][2] = {{"state", s->to->id},
		    {"note", has_text(s->note) ? s->note : NULL}};

		event[n++] = (struct event){.kind = "state",
		    .is_public = true,
		    .data = data(a, pair, nitems(pair))};
	}
	if (s->message != NULL)
		event[n++] = (struct event){
		    .kind = s->is_question ? "question" : "message",
		    .is_public = true,
		    .data = "{}"};
	for (size_t i = 0; i < s->ndocument; i++) {
		const char *const pair[][2] = {
		    {"document", id_hex(a, &s->document[i].id)}};

		event[n++] = (struct event){.kind = "document",
		    .is_public = true,
		    .data = data(a, pair, nitems(pair))};
	}
	{
		const char *const pair[][2] = {{"by", s->by},
		    {"from", s->vorgang->state},
		    {"to", s->to == NULL ? NULL : s->to->id}};

		event[n++] = (struct event){
		    .kind = "handled", .data = data(a, pair, nitems(pair))};
	}
	for (size_t i = 0; i < n; i++)
		event[i].actor = ACTOR_OFFICE;
	out->event = event;
	out->nevent = n;
}

/* The mail that tells of it, NULL for none. */
static const char *
mail_template(const struct office_step *s)
{
	/* A note always goes out: the applicant would not look otherwise. */
	if (s->to != NULL && (s->to->notifies || has_text(s->note)))
		return "state";
	if (s->message != NULL)
		return s->is_question ? "question" : "message";
	return s->ndocument > 0 ? "document" : NULL;
}

static void
make_mail(struct arena *a, const struct office_step *s,
    struct vorgang_change *out)
{
	const struct vorgang *v = s->vorgang;
	const char *template = mail_template(s);
	struct outbox_new *row;
	struct buf *payload;

	if (template == NULL || !has_text(v->mail))
		return;
	payload = buf_new(a, DATA_MAX);
	outbox_mail_write(
	    &(struct outbox_mail){.template = template,
		.to = v->mail,
		.lang = v->lang,
		.service_version_id = v->service_version_id,
		.reference = id_reference_show(a, v->reference),
		.link = public_link(a, s->config, s->town, v->link_token),
		.state = s->to == NULL ? v->state : s->to->id,
		.note = has_text(s->note) ? s->note : ""},
	    payload);
	row = arena_new(a, struct outbox_new, 1);
	*row = (struct outbox_new){"mail", buf_text(payload)};
	out->outbox = row;
	out->noutbox = 1;
}

void
office_step_write(struct arena *a, const struct office_step *s,
    int64_t now_ms, struct vorgang_change *out)
{
	*out = (struct vorgang_change){.now_ms = now_ms,
	    .document = s->document,
	    .ndocument = s->ndocument};
	make_events(a, s, out);
	make_mail(a, s, out);
	if (s->to != NULL) {
		out->expected_state = s->vorgang->state;
		out->state = s->to->id;
		out->is_final = s->to->is_final;
		if (s->to->due_days > 0)
			out->due = date_of_instant(now_ms) +
			    (int32_t)s->to->due_days;
	}
	if (s->message != NULL) {
		struct message *m = arena_new(a, struct message, 1);

		*m = (struct message){.submission_id = s->message_id,
		    .from = ACTOR_OFFICE,
		    .body = s->message};
		out->message = m;
	}
}
