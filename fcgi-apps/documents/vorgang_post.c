/* Documents that an applicant hands in for an application that was sent. */
#include "common/vorgang/access_store.h"
#include "common/app.h"
#include "common/date.h"
#include "common/vorgang/outbox_mail.h"
#include "common/service/service.h"
#include "common/utf8.h"
#include "common/vorgang/vorgang_change.h"
#include "documents/answer.h"
#include "documents/bearer.h"
#include "documents/parts.h"
#include "documents/raw_body.h"
#include "documents/routes.h"
#include "documents/vorgang_view.h"

#define PATH "nachreichung" /* their document.field */
#define NOTE_MAX 4000 /* code points */

struct vorgang_post {
	struct app *app;
	struct request *req;
	struct vorgang_whole whole;
	struct form_field field; /* what is taken */
	struct intake *intake;
	struct parts parts;
	const char *note;
};

/* Photos lose their metadata if the service wants that of its own fields. */
static void
find_rules(struct vorgang_post *p)
{
	const struct service *s = service_set_version(
	    p->req->services, p->whole.vorgang.service_version_id);

	p->field = (struct form_field){
	    .accept = upload_accept,
	    .naccept = upload_naccept,
	    .max_files = (size_t)p->app->config->upload_count_max,
	};
	for (size_t i = 0; s != NULL && i < s->form->nfield; i++)
		if (s->form->field[i].type == FORM_FILE &&
		    s->form->field[i].strip_metadata)
			p->field.strip_metadata = true;
}

static int
open_vorgang(struct vorgang_post *p, const uint8_t token[ID_TOKEN_LEN],
    struct err *err)
{
	const struct vorgang *v = &p->whole.vorgang;

	if (vorgang_by_token(p->app->db, p->req->arena, p->req->town, token,
		date_now_ms(), &p->whole, err) == -1)
		return -1;
	find_rules(p);
	p->intake = intake_new(p->app, p->req, &v->submission_id, &v->key.key,
	    p->whole.document, p->whole.ndocument);
	return 0;
}

static int
begin_file(void *arg, const char *part, const char *name, struct intake **in,
    struct err *err)
{
	struct vorgang_post *p = arg;

	(void)err; /* nothing can fail here */
	if (strcmp(part, "datei") != 0 || p->whole.vorgang.is_closed)
		return 0;
	*in = p->intake;
	intake_begin(*in, PATH, &p->field, name);
	return 0;
}

/* Tells the department, if it has an address. */
static size_t
make_mail(struct vorgang_post *p, struct outbox_new *out)
{
	const struct vorgang *v = &p->whole.vorgang;
	const struct department *d =
	    town_department_by_id(p->req->town, v->department_id);
	struct buf *payload = buf_new(p->req->arena, 65536);
	struct outbox_mail mail = {
	    .template = "office-document",
	    .lang = LANG_DE,
	    .service_version_id = v->service_version_id,
	    .reference = id_reference_show(p->req->arena, v->reference),
	    .link = "",
	    .state = v->state,
	};

	if (d == NULL || d->email[0] == '\0')
		return 0;
	mail.to = d->email;
	outbox_mail_write(&mail, payload);
	*out = (struct outbox_new){"mail", buf_text(payload)};
	return 1;
}

/* One event a document, so that the timeline names each. */
static const struct event *
make_events(const struct vorgang_post *p)
{
	struct arena *a = p->req->arena;
	struct event *event = arena_new(a, struct event, p->intake->nadded);

	for (size_t i = 0; i < p->intake->nadded; i++)
		event[i] = (struct event){.kind = "document",
		    .actor = ACTOR_APPLICANT,
		    .is_public = true,
		    .data = arena_printf(a, "{\"document\":\"%s\"}",
			id_hex(a, &p->intake->added[i].id))};
	return event;
}

static void
set_note(struct vorgang_post *p, const char *text)
{
	struct err none = {0};
	const char *clean;

	if (text != NULL && utf8_clean(p->req->arena, text, strlen(text),
		&clean, &none) == 0 &&
	    *clean != '\0' && utf8_length(clean) <= NOTE_MAX)
		p->note = clean;
}

static int
keep(struct vorgang_post *p, struct err *err)
{
	struct intake *in = p->intake;
	struct message message = {.from = ACTOR_APPLICANT, .body = p->note};
	const char *page =
	    http_pair_get(&p->parts.pairs, "submission_id");
	struct outbox_new mail;
	struct vorgang_change change = {.now_ms = date_now_ms(),
	    .event = make_events(p),
	    .nevent = in->nadded,
	    .document = in->added,
	    .ndocument = in->nadded};

	if (in->nadded == 0)
		return 0; /* refused, or there already */
	if (p->note != NULL) {
		if (page == NULL ||
		    id_parse(page, &message.submission_id, err) == -1)
			message.submission_id = id_random();
		change.message = &message;
	}
	change.noutbox = make_mail(p, &mail);
	change.outbox = &mail;
	if (vorgang_change(p->app->db, p->req->arena, p->req->town,
		&p->whole.vorgang.id, &change, err) == -1) {
		if (err->code != ERR_DUPLICATE) {
			/* Perhaps it was written: the sweep will know. */
			if (err->code == ERR_DB_UNAVAILABLE)
				intake_kept(in);
			return -1;
		}
		err_clear(err); /* the same page again */
		return 0;
	}
	intake_kept(in);
	return 0;
}

int
vorgang_post(struct app *app, struct request *req, struct err *err)
{
	struct vorgang_post p = {.app = app, .req = req};
	uint8_t token[ID_TOKEN_LEN];

	p.parts = (struct parts){.file = begin_file, .arg = &p};
	if (bearer_of_path(req, token, err) == -1 ||
	    open_vorgang(&p, token, err) == -1 ||
	    parts_read(app, req, &p.parts, err) == -1)
		return -1;
	if (p.whole.vorgang.is_closed)
		return vorgang_view_closed(app, req);
	set_note(&p, http_pair_get(&p.parts.pairs, "note"));
	if (keep(&p, err) == -1)
		return -1;
	if (p.intake->nrefusal > 0 || p.parts.document == NULL)
		return vorgang_view_refused(app, req, p.intake, &p.field);
	return http_redirect(req,
	    "/vorgang/l/%s?gesendet=dokument#dokumente", req->arg[0]);
}

int
vorgang_api_post(struct app *app, struct request *req, struct err *err)
{
	struct vorgang_post p = {.app = app, .req = req};
	const struct document *document;
	uint8_t token[ID_TOKEN_LEN];

	if (bearer_of_header(req, token, err) == -1)
		return -1;
	if (open_vorgang(&p, token, err) == -1)
		return err->code != ERR_NOT_FOUND ? -1
		    : err_set(err, ERR_UNAUTHORIZED, "unknown token");
	if (p.whole.vorgang.is_closed)
		return answer_problem(
		    app, req, 409, "conflict", "documents.closed.text");
	if (raw_body_read(req, p.intake, PATH, &p.field, &document, err) == -1)
		return -1;
	if (document == NULL)
		return answer_refusal(
		    app, req, &p.intake->refusal[0], &p.field);
	if (keep(&p, err) == -1)
		return -1;
	return answer_document(req, document, p.intake->nadded > 0,
	    "/api/v1/vorgang/dokumente/");
}
