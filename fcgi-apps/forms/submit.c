#include "forms/submit.h"

#include "common/date.h"
#include "common/draft/draft_access.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/vorgang/outbox_mail.h"
#include "common/public_link.h"
#include "common/rate_store.h"
#include "common/vorgang/vorgang_store.h"
#include "forms/submit_parts.h"

#define ANSWERS_MAX ((size_t)8 << 20)
#define MAIL_MAX 65536
#define REFERENCE_TRIES 3

/* Reference, link and code of a new Vorgang. */
static void
make_access(struct request *req, struct vorgang *v)
{
	char code[ID_CODE_LEN + 1];
	uint8_t token[ID_TOKEN_LEN];

	id_reference_new(v->reference);
	id_code_new(code);
	crypto_random(token, sizeof(token));
	v->access_code = arena_strdup(req->arena, code);
	v->link_token = id_token_show(req->arena, token);
}

static int
make_vorgang(struct request *req, const struct antrag *a,
    const struct department *department, struct vorgang *v, struct err *err)
{
	struct buf *answers = buf_new(req->arena, ANSWERS_MAX);

	*v = (struct vorgang){
	    .id = id_uuid7(),
	    .town_id = req->town->id,
	    .service_version_id = a->service->version_id,
	    .submission_id = a->submission_id,
	    .department_id = department->id,
	    .lang = req->lang,
	    .created_ms = a->context.now_ms,
	    .changed_ms = a->context.now_ms,
	    .mail = submit_mail(a),
	};
	if (a->has_draft)
		v->key = a->draft.key; /* its documents are under this one */
	else
		data_key_new(&req->town->key, &v->key);
	form_write_json(a->answers, answers);
	if (buf_check(answers, err) == -1)
		return -1;
	v->answers = buf_text(answers);
	v->answers_len = answers->len;
	submit_state(req, a, v);
	submit_digest(req, a, v->answers_digest);
	make_access(req, v);
	return 0;
}

/* The confirmation, as the courier will write it. */
static const char *
make_mail(struct app *app, struct request *req, const struct vorgang *v)
{
	struct buf *out = buf_new(req->arena, MAIL_MAX);
	const struct outbox_mail mail = {
	    .template = "received",
	    .to = v->mail,
	    .lang = v->lang,
	    .service_version_id = v->service_version_id,
	    .reference = id_reference_show(req->arena, v->reference),
	    .code = id_code_show(req->arena, v->access_code),
	    .link =
		public_link(req->arena, app->config, req->town, v->link_token),
	    .state = v->state,
	};

	outbox_mail_write(&mail, out);
	return buf_text(out);
}

static int
commit(struct app *app, struct request *req, const struct antrag *a,
    const struct department *department, const struct vorgang *v,
    struct err *err)
{
	struct event event[2] = {{
	    .kind = "submitted",
	    .actor = ACTOR_APPLICANT,
	    .is_public = true,
	    .data = submit_event_data(req, a, department),
	}};
	struct outbox_new mail = {.kind = "mail"};
	struct vorgang_submission s = {
	    .vorgang = v,
	    .event = event,
	    .nevent = 1,
	    .outbox = &mail,
	    .noutbox = *v->mail != '\0',
	    .has_draft = a->has_draft,
	};
	struct commit_unit *unit = arena_new(req->arena, struct commit_unit, 1);

	if (a->identity.method != NULL)
		event[s.nevent++] = identity_event(req->arena, &a->identity);
	s.nindex = submit_index(req, a, &s.index);
	s.ndropped = submit_dropped(req, a, &s.dropped);
	if (s.noutbox > 0)
		mail.payload = make_mail(app, req, v);
	vorgang_unit(app->db, req->arena, req->town, &s, unit);
	if (a->browser != NULL)
		draft_sent_unit(app->db, req->arena, req->town, &v->id,
		    &a->submission_id, a->browser, v->created_ms, unit);
	return commit_group_run(app->commits, app->db, unit, err);
}

int
submit_wait(struct app *app, struct request *req, const struct antrag *a,
    int64_t *wait_s, struct err *err)
{
	*wait_s = 0;
	if (app->config->submit_rate == 0)
		return 0;
	return rate_check(app->db, req->arena, req->town, "submit",
	    req->remote_addr, app->config->submit_rate, a->context.now_ms,
	    wait_s, err);
}

const char *
submit_wait_minutes(struct arena *a, int64_t wait_s)
{
	return arena_printf(a, "%lld", (long long)(wait_s + 59) / 60);
}

static void
count_submission(
    struct app *app, struct request *req, const struct antrag *a)
{
	struct err ignored = {0};

	metrics_add(app->metrics, METRIC_SUBMITTED, 1);
	if (app->config->submit_rate > 0)
		(void)rate_hit(app->db, req->town, "submit", req->remote_addr,
		    a->context.now_ms, &ignored); /* received all the same */
}

int
submit_compare(struct app *app, struct request *req, struct antrag *a,
    const struct id *earlier, struct vorgang *v, enum submit_outcome *outcome,
    struct err *err)
{
	uint8_t digest[CRYPTO_DIGEST_LEN];
	bool found;

	if (vorgang_by_submission(app->db, req->arena, req->town, earlier, v,
		&found, err) == -1)
		return -1;
	if (!found)
		return err_set(err, ERR_DB_BUSY,
		    "submission id is taken, but its Vorgang is not there yet");
	if (antrag_recall_files(app, req, a, &v->id, err) == -1)
		return -1;
	antrag_judge(req, a);
	submit_digest(req, a, digest);
	*outcome = memcmp(v->answers_digest, digest, sizeof(digest)) == 0
	    ? SUBMIT_AGAIN
	    : SUBMIT_OTHER;
	metrics_add(app->metrics, METRIC_SUBMITTED_AGAIN, 1);
	return 0;
}

int
submit_run(struct app *app, struct request *req, struct antrag *a,
    struct vorgang *v, enum submit_outcome *outcome, struct err *err)
{
	const struct department *department;

	if (submit_department(req, a, &department, err) == -1 ||
	    make_vorgang(req, a, department, v, err) == -1)
		return -1;
	for (int i = 0; i < REFERENCE_TRIES; i++) {
		if (commit(app, req, a, department, v, err) == 0) {
			*outcome = SUBMIT_DONE;
			count_submission(app, req, a);
			return 0;
		}
		if (err->code != ERR_DUPLICATE)
			return -1;
		if (strcmp(err->field, "vorgang_reference") != 0) {
			err_clear(err);
			return submit_compare(app, req, a,
			    &a->submission_id, v, outcome, err);
		}
		/* One in 35 million million: somebody has this reference. */
		err_clear(err);
		id_reference_new(v->reference);
	}
	return err_set(err, ERR_DB, "no free reference found");
}
