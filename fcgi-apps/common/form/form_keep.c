#include "common/form/form_keep.h"

#include "common/date.h"
#include "common/page.h"

#define RETRY_AFTER_S "10"

bool
form_error_passes(const struct err *err)
{
	return err->code == ERR_DB_UNAVAILABLE || err->code == ERR_DB_BUSY ||
	    err->code == ERR_DB || err->code == ERR_DISK_FULL ||
	    err->code == ERR_IO;
}

const char *
form_closed_text(const struct form_words *w, const struct town *town,
    const struct town_service *offer)
{
	const struct department *d = offer->department != NULL
	    ? town_department(town, offer->department)
	    : NULL;
	const char *whom = town->name;

	if (d != NULL)
		whom = arena_printf(w->arena, "%s%s%s%s%s", d->name,
		    *d->phone != '\0' ? ", " : "", d->phone,
		    *d->email != '\0' ? ", " : "", d->email);
	return text_fill(w->arena, w->texts, w->lang,
	    "form.notice.closed.text", "department", whom, (char *)NULL);
}

static size_t
make_notices(const struct form_words *w, const struct town *town,
    const struct town_service *offer, enum form_keep why, bool has_lost_files,
    struct form_notice notice[2])
{
	size_t n = 0;

	if (why == FORM_KEEP_CLOSED)
		notice[n++] = (struct form_notice){
		    .level = FORM_NOTICE_DANGER,
		    .title = form_word(w, "form.notice.closed"),
		    .text = form_closed_text(w, town, offer)};
	else
		notice[n++] = (struct form_notice){
		    .level = FORM_NOTICE_DANGER,
		    .title = form_word(w, "form.notice.unavailable"),
		    .text = form_word(w, "form.notice.unavailable.text")};
	if (has_lost_files)
		notice[n++] = (struct form_notice){
		    .level = FORM_NOTICE_WARNING,
		    .title = form_word(w, "form.notice.files_again"),
		    .text = form_word(w, "form.notice.files_again.text")};
	return n;
}

/* The page's own id, so that sending again cannot make a second Vorgang. */
static const char *
submission_id(struct request *req, const struct http_pairs *pairs)
{
	const char *posted = http_pair_get(pairs, "submission_id");
	struct err none = {0};
	struct id id;

	if (posted == NULL || id_parse(posted, &id, &none) == -1)
		id = id_random();
	return id_hex(req->arena, &id);
}

int
form_keep_page(struct app *app, struct request *req,
    const struct town_service *offer, const struct http_pairs *pairs,
    enum form_keep why, bool has_lost_files, struct err *err)
{
	const struct form_context context = {
	    .now_ms = date_now_ms(), .settings = offer->settings};
	struct form_notice notice[2];
	struct form_answers *answers;
	struct form_error *error;
	struct form_view v = {
	    .words = {.arena = req->arena,
		.texts = app->texts,
		.service = offer->service,
		.town = req->town->name,
		.settings = offer->settings,
		.lang = req->lang,
		.upload_max = app->config->upload_max,
		.upload_count_max = app->config->upload_count_max},
	    .context = &context,
	    .submission_id = submission_id(req, pairs),
	    .notice = notice,
	};
	struct html h;

	if (form_read_pairs(req->arena, offer->service->form, pairs, &answers,
		err) == -1)
		return -1;
	form_evaluate(req->arena, answers, &context, &error, &v.nerror);
	v.answers = answers;
	v.error = error;
	v.nnotice = make_notices(&v.words, req->town, offer, why,
	    has_lost_files, notice);
	page_begin(app, req, why == FORM_KEEP_CLOSED ? 409 : 503,
	    form_view_title(&v), &h);
	if (why == FORM_KEEP_UNAVAILABLE)
		http_reply_header(req, "Retry-After", RETRY_AFTER_S);
	form_view_write(&v, &h);
	page_end(req, &h);
	return 0;
}
