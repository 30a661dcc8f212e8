#include "documents/vorgang_view.h"

#include "common/app.h"
#include "common/form/form_view.h"
#include "common/page.h"
#include "common/text.h"
#include "documents/words.h"

static void
put_way_back(struct app *app, struct request *req, struct html *h)
{
	html_raw(h, "<div class=\"th-actions\">");
	html_open(h, "a", "class", "kern-btn kern-btn--secondary", "href",
	    arena_printf(
		req->arena, "/vorgang/l/%s#dokumente", req->arg[0]),
	    NULL);
	html_element(h, "span", words(app, req, "documents.back"), "class",
	    "kern-label", NULL);
	html_close(h, "a");
	html_raw(h, "</div>");
}

static int
show(struct app *app, struct request *req, int status,
    const char *title, const struct form_notice *notice, size_t n)
{
	struct html h;

	page_begin(app, req, status, title, &h);
	html_element(&h, "h1", title, "class", "kern-heading-x-large", NULL);
	for (size_t i = 0; i < n; i++)
		form_notice_write(&h, &notice[i]);
	put_way_back(app, req, &h);
	page_end(req, &h);
	return 0;
}

int
vorgang_view_closed(struct app *app, struct request *req)
{
	const char *title = words(app, req, "documents.closed.title");
	const struct form_notice notice = {
	    .level = FORM_NOTICE_WARNING,
	    .title = words(app, req, "documents.closed.lead"),
	    .text = words(app, req, "documents.closed.text"),
	};

	return show(app, req, 409, title, &notice, 1);
}

/* "foto.jpg: Die Datei ist zu groß." for each. */
static const char *const *
list_refused(struct app *app, struct request *req, const struct intake *in,
    const struct form_field *field)
{
	const char **list = arena_new(req->arena, const char *, in->nrefusal);

	for (size_t i = 0; i < in->nrefusal; i++)
		list[i] = arena_printf(req->arena, "%s: %s",
		    in->refusal[i].name,
		    words_refusal(app, req, in->refusal[i].why, field));
	return list;
}

static const char *const *
list_kept(struct request *req, const struct intake *in)
{
	const char **list = arena_new(req->arena, const char *, in->nkept);

	for (size_t i = 0; i < in->nkept; i++)
		list[i] = in->added[i].name;
	return list;
}

int
vorgang_view_refused(struct app *app, struct request *req,
    const struct intake *in, const struct form_field *field)
{
	bool is_none = in->nrefusal == 0;
	const struct form_notice notice[] = {
	    {.level = FORM_NOTICE_DANGER,
		.title = words(app, req, is_none ? "documents.none.title"
						 : "documents.refused.title"),
		.text = is_none ? words(app, req, "documents.none.text") : NULL,
		.item = is_none ? NULL : list_refused(app, req, in, field),
		.nitem = in->nrefusal},
	    {.level = FORM_NOTICE_SUCCESS,
		.title = words(app, req, "documents.kept.title"),
		.item = list_kept(req, in),
		.nitem = in->nkept},
	};

	return show(app, req, is_none ? 422 : upload_status(in->refusal[0].why),
	    words(app, req, "documents.add.title"), notice,
	    in->nkept > 0 ? 2 : 1);
}
