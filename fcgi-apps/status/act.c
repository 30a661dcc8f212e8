#include "status/act.h"

#include "common/date.h"
#include "common/vorgang/outbox_mail.h"
#include "common/utf8.h"
#include "common/vorgang/vorgang_change.h"

/* A mail about the case; payload lives in the request's arena. */
static struct outbox_new
make_mail(struct app *app, struct request *req, const struct status_case *c,
    const char *template, const char *to, bool is_for_office)
{
	struct buf *payload = buf_new(req->arena, 65536);
	const struct outbox_mail mail = {
	    .template = template,
	    .to = to,
	    .lang = is_for_office ? LANG_DE : c->vorgang.lang,
	    .service_version_id = c->vorgang.service_version_id,
	    .reference = id_reference_show(req->arena, c->vorgang.reference),
	    .link = is_for_office ? "" : status_link(app, req, c),
	    .state = c->vorgang.state,
	};

	outbox_mail_write(&mail, payload);
	return (struct outbox_new){"mail", buf_text(payload)};
}

/* Tells the department, if it has an address. */
static size_t
add_office_mail(struct app *app, struct request *req,
    const struct status_case *c, const char *template, struct outbox_new *out)
{
	if (c->department == NULL || c->department->email[0] == '\0')
		return 0;
	*out = make_mail(app, req, c, template, c->department->email, true);
	return 1;
}

static int
check_message(struct request *req, const char *text, size_t len,
    const char **clean, struct err *err)
{
	struct err invalid = {0};

	if (len > MESSAGE_LENGTH_MAX * 8)
		(void)err_set(err, ERR_FIELD_INVALID, "status.message.too_long");
	else if (utf8_clean(req->arena, text, len, clean, &invalid) == -1)
		(void)err_set(err, ERR_FIELD_INVALID, "status.message.invalid");
	else if ((*clean)[0] == '\0')
		(void)err_set(err, ERR_FIELD_INVALID, "status.message.empty");
	else if (utf8_length(*clean) > MESSAGE_LENGTH_MAX)
		(void)err_set(err, ERR_FIELD_INVALID, "status.message.too_long");
	else
		return 0;
	(void)snprintf(err->field, sizeof(err->field), "text");
	return -1;
}

int
act_message(struct app *app, struct request *req, const struct status_case *c,
    const struct id *submission, const char *text, size_t len,
    struct err *err)
{
	const struct event event = {.kind = "message",
	    .actor = ACTOR_APPLICANT,
	    .is_public = true,
	    .data = "{}"};
	struct message message = {
	    .submission_id = *submission, .from = ACTOR_APPLICANT};
	struct vorgang_change change = {.now_ms = date_now_ms(),
	    .event = &event,
	    .nevent = 1,
	    .message = &message};
	struct outbox_new mail;

	if (!status_is_open(c))
		return err_set(err, ERR_CONFLICT, "the case is closed");
	if (check_message(req, text, len, &message.body, err) == -1)
		return -1;
	change.noutbox = add_office_mail(app, req, c, "office-message", &mail);
	change.outbox = &mail;
	if (vorgang_change(app->db, req->arena, req->town, &c->vorgang.id,
		&change, err) == 0)
		return 0;
	if (err->code != ERR_DUPLICATE)
		return -1;
	err_clear(err); /* the same page again: it has arrived */
	return 0;
}

int
act_withdraw(struct app *app, struct request *req,
    const struct status_case *c, struct err *err)
{
	const struct event event = {.kind = "withdrawn",
	    .actor = ACTOR_APPLICANT,
	    .is_public = true,
	    .data = "{\"state\":\"withdrawn\"}"};
	struct vorgang_change change = {.now_ms = date_now_ms(),
	    .expected_state = c->vorgang.state,
	    .state = "withdrawn",
	    .is_final = true,
	    .event = &event,
	    .nevent = 1};
	struct outbox_new mail[2];

	if (strcmp(c->vorgang.state, "withdrawn") == 0)
		return 0; /* the same page again */
	if (!status_is_withdrawable(c))
		return err_set(err, ERR_CONFLICT,
		    "state %s cannot be withdrawn", c->vorgang.state);
	if (c->vorgang.mail[0] != '\0')
		mail[change.noutbox++] = make_mail(
		    app, req, c, "withdrawn", c->vorgang.mail, false);
	change.noutbox += add_office_mail(
	    app, req, c, "office-withdrawn", &mail[change.noutbox]);
	change.outbox = mail;
	return vorgang_change(app->db, req->arena, req->town, &c->vorgang.id,
	    &change, err);
}
