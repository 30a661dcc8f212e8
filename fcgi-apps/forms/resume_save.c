/* Save for later: a code for paper, a link by mail. */
#include "common/app.h"
#include "common/date.h"
#include "common/draft/draft_reminder.h"
#include "common/form/form_check.h"
#include "common/vorgang/outbox_mail.h"
#include "common/vorgang/outbox_store.h"
#include "common/public_link.h"
#include "common/rate_store.h"
#include "common/utf8.h"
#include "forms/resume_view.h"

#define CODES_MAX 5	   /* of one draft; beyond, the old ones go */
#define MAILS_PER_HOUR 10  /* from one address of the network */
#define MAILS_TO_PER_HOUR 3 /* to one mail address, from anywhere */
#define MAIL_MAX_BYTES 254
#define PAYLOAD_MAX 65536

/* What the page shows besides this request's result. */
static int
show(struct app *app, struct request *req, struct resume_save *s,
    struct err *err)
{
	struct draft_reminder reminder;
	int64_t codes;

	if (draft_reminder_read(app->db, req->arena, req->town,
		&s->visit->submission, &reminder, err) == -1 ||
	    draft_access_count(app->db, req->arena, &s->visit->submission,
		DRAFT_CODE, &codes, err) == -1)
		return -1;
	s->reminder = &reminder;
	s->has_code = codes > 0;
	return resume_view_save(app, req, s);
}

/* Of the link that was sent a moment ago, after the redirect. */
static const char *
sent_last(struct app *app, struct request *req, const struct resume_visit *v,
    struct err *err)
{
	const struct draft_address *last = NULL;
	struct draft_reminder r;

	if (http_pair_get(&req->query, "gesendet") == NULL)
		return NULL;
	if (draft_reminder_read(app->db, req->arena, req->town,
		&v->submission, &r, err) == -1)
		return NULL;
	for (size_t i = 0; i < r.n; i++)
		if (last == NULL || r.address[i].sent_ms > last->sent_ms)
			last = &r.address[i];
	return last == NULL ? NULL : last->to;
}

int
resume_save_show(struct app *app, struct request *req, struct err *err)
{
	struct resume_visit v;
	struct resume_save s = {.visit = &v};
	bool is_answered;

	if (resume_open(app, req, &v, &is_answered, err) == -1)
		return -1;
	if (is_answered)
		return 0;
	s.sent_to = sent_last(app, req, &v, err);
	return err->code != ERR_NONE ? -1 : show(app, req, &s, err);
}

/* ---- code ---- */

static int
make_code(struct app *app, struct request *req, const struct resume_visit *v,
    const struct draft_secret *code, struct err *err)
{
	struct draft locked;
	int64_t n;
	bool unknown;

	if (draft_access_lock(app->db, req->arena, req->town, &v->submission,
		&v->browser, date_now_ms(), &locked, err) == -1)
		return -1;
	if (draft_access_count(app->db, req->arena, &v->submission,
		DRAFT_CODE, &n, err) == -1 ||
	    (n >= CODES_MAX && draft_access_revoke(app->db, &v->submission,
		DRAFT_CODE, err) == -1) ||
	    draft_access_add(app->db, req->town, &locked, code, date_now_ms(),
		0, false, err) == -1) {
		db_rollback(app->db);
		return -1;
	}
	return db_commit(app->db, &unknown, err);
}

static int
post_code(struct app *app, struct request *req, const struct resume_visit *v,
    struct err *err)
{
	struct resume_save s = {.visit = v};
	struct draft_secret code;

	draft_secret_new(DRAFT_CODE, &code);
	if (make_code(app, req, v, &code, err) == -1)
		return -1;
	s.code = draft_secret_show(req->arena, &code);
	return show(app, req, &s, err);
}

/* ---- link ---- */

/* The address in the shape that mails are sent to; NULL: it is none. */
static const char *
clean_address(struct request *req, const char *typed)
{
	static const struct form_field field = {.type = FORM_EMAIL};
	const struct form_check check = {.arena = req->arena};
	struct err none = {0};
	const char *clean;
	struct answer answer = {.field = &field};

	if (utf8_clean(req->arena, typed, strlen(typed), &clean, &none) ==
	    -1 || *clean == '\0' || strlen(clean) > MAIL_MAX_BYTES)
		return NULL;
	answer.raw = clean;
	return check_email(&check, &answer) == NULL ? answer.text : NULL;
}

/* How the address counts against its limit, never stored as it is. */
static const char *
rate_name(struct request *req, const char *to)
{
	uint8_t digest[CRYPTO_DIGEST_LEN];
	char *lower = arena_strdup(req->arena, to);

	for (char *s = lower; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
	crypto_sha256(lower, strlen(lower), digest);
	return id_hex_bytes(req->arena, digest, sizeof(digest));
}

static int
check_rates(struct app *app, struct request *req, const char *to,
    int64_t *wait_s, struct err *err)
{
	int64_t now_ms = date_now_ms();

	if (rate_check(app->db, req->arena, req->town, "draft-mail",
		req->remote_addr, MAILS_PER_HOUR, now_ms, wait_s, err) == -1)
		return -1;
	if (*wait_s > 0)
		return 0;
	return rate_check(app->db, req->arena, req->town, "draft-mail-to",
	    rate_name(req, to), MAILS_TO_PER_HOUR, now_ms, wait_s, err);
}

static int
count_rates(
    struct app *app, struct request *req, const char *to, struct err *err)
{
	int64_t now_ms = date_now_ms();

	if (rate_hit(app->db, req->town, "draft-mail", req->remote_addr,
		now_ms, err) == -1)
		return -1;
	return rate_hit(app->db, req->town, "draft-mail-to",
	    rate_name(req, to), now_ms, err);
}

static const char *
make_mail(struct app *app, struct request *req, const struct resume_visit *v,
    const char *to, const struct draft_secret *link)
{
	struct arena *a = req->arena;
	struct buf *out = buf_new(a, PAYLOAD_MAX);
	const struct outbox_mail mail = {
	    .template = "draft-link",
	    .to = to,
	    .lang = req->lang,
	    .service_version_id = v->draft.service_version_id,
	    .link = arena_printf(a, "%s/antrag/weiter/%s",
		public_address(a, app->config, req->town),
		draft_secret_show(a, link)),
	    .until = date_instant_to_human(
		a, v->draft.expires_ms, lang_base(req->lang) == LANG_EN),
	};

	outbox_mail_write(&mail, out);
	return buf_text(out);
}

/*
 * The entry of an address; *error when nothing may be sent to it: an address
 * that never used its link gets no second mail, whoever asks for it.
 */
static struct draft_address *
address_entry(struct draft_reminder *r, const char *to, const char **error)
{
	struct draft_address *d = draft_reminder_find(r, to);

	*error = NULL;
	if (d != NULL && !d->is_confirmed)
		*error = "draft.address.already";
	else if (d == NULL && r->n == DRAFT_ADDRESSES_MAX)
		*error = "draft.address.too_many";
	if (*error != NULL || d != NULL)
		return d;
	d = &r->address[r->n++];
	*d = (struct draft_address){.to = to};
	return d;
}

/* Secret, entry and mail go together; the draft is locked. */
static int
queue_link(struct app *app, struct request *req, const struct resume_visit *v,
    const struct draft *locked, const char *to, bool wants_reminder,
    const char **error, struct err *err)
{
	struct outbox_new mail = {.kind = "mail"};
	struct draft_reminder r;
	struct draft_address *d;
	struct draft_secret link;
	int64_t now_ms = date_now_ms();

	if (draft_reminder_read(app->db, req->arena, req->town,
		&v->submission, &r, err) == -1)
		return -1;
	d = address_entry(&r, to, error);
	if (*error != NULL)
		return 0;
	draft_secret_new(DRAFT_LINK, &link);
	draft_secret_hash(req->town, &link, d->link);
	d->sent_ms = now_ms;
	d->wants_reminder = wants_reminder;
	mail.payload = make_mail(app, req, v, to, &link);
	if (draft_access_add(app->db, req->town, locked, &link, now_ms, 0,
		false, err) == -1 ||
	    draft_reminder_write(app->db, req->arena, req->town,
		&v->submission, &r, err) == -1)
		return -1;
	return outbox_insert_for_town(
	    app->db, req->arena, req->town, &mail, 1, now_ms, err);
}

static int
send_link(struct app *app, struct request *req, const struct resume_visit *v,
    const char *to, bool wants_reminder, const char **error, struct err *err)
{
	struct draft locked;
	bool unknown;

	if (draft_access_lock(app->db, req->arena, req->town, &v->submission,
		&v->browser, date_now_ms(), &locked, err) == -1)
		return -1;
	if (queue_link(app, req, v, &locked, to, wants_reminder, error,
		err) == -1 || *error != NULL) {
		db_rollback(app->db);
		return *error != NULL ? 0 : -1;
	}
	return db_commit(app->db, &unknown, err);
}

static int
post_link(struct app *app, struct request *req, const struct resume_visit *v,
    const struct http_pairs *pairs, struct err *err)
{
	const char *typed = http_pair_get(pairs, "mail"), *to;
	struct resume_save s = {.visit = v,
	    .mail = typed == NULL ? "" : utf8_scrub(
		req->arena, typed, strlen(typed)),
	    .wants_reminder = http_pair_get(pairs, "erinnern") != NULL};

	to = clean_address(req, typed == NULL ? "" : typed);
	if (to == NULL) {
		s.error = "draft.address.wrong";
		return show(app, req, &s, err);
	}
	if (check_rates(app, req, to, &s.wait_s, err) == -1)
		return -1;
	if (s.wait_s > 0)
		s.error = "draft.address.too_often";
	else if (send_link(app, req, v, to, s.wants_reminder, &s.error,
		     err) == -1)
		return -1;
	if (s.error != NULL)
		return show(app, req, &s, err);
	if (count_rates(app, req, to, err) == -1)
		return -1;
	return http_redirect(req, "%s/merken?gesendet=1", v->base);
}

int
resume_save_post(struct app *app, struct request *req, struct err *err)
{
	struct resume_visit v;
	struct http_pairs pairs;
	const char *action;
	bool is_answered;

	if (http_body_form(app, req, &pairs, err) == -1 ||
	    resume_open(app, req, &v, &is_answered, err) == -1)
		return -1;
	if (is_answered)
		return 0;
	action = http_pair_get(&pairs, "action");
	return action != NULL && strcmp(action, "code") == 0
	    ? post_code(app, req, &v, err)
	    : post_link(app, req, &v, &pairs, err);
}
