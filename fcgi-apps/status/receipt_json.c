#include "status/receipt_json.h"

#include "common/date.h"
#include "common/json.h"

struct writer {
	struct app *app;
	struct request *req;
	const struct status_case *c;
	struct json_out j;
};

static const char *
text(const struct writer *w, const char *key)
{
	return text_get(w->app->texts, w->req->lang, key);
}

static const char *
moment(const struct writer *w, int64_t at_ms)
{
	return date_instant_to_human(
	    w->req->arena, at_ms, lang_base(w->req->lang) == LANG_EN);
}

static void
open_section(struct writer *w, const char *heading)
{
	json_open_object(&w->j);
	json_pair(&w->j, "heading", heading);
	json_key(&w->j, "rows");
	json_open_array(&w->j);
}

static void
close_section(struct writer *w)
{
	json_close_array(&w->j);
	json_close_object(&w->j);
}

static void
put_row(struct writer *w, const char *label, const char *value)
{
	json_open_object(&w->j);
	json_pair(&w->j, "label", label);
	json_pair(&w->j, "value", value);
	json_close_object(&w->j);
}

static void
put_arrival(struct writer *w)
{
	const struct vorgang *v = &w->c->vorgang;
	struct arena *a = w->req->arena;

	open_section(w, text(w, "receipt.section"));
	put_row(w, text(w, "status.reference"),
	    id_reference_show(a, v->reference));
	put_row(w, text(w, "status.code"), id_code_show(a, v->access_code));
	put_row(w, text(w, "receipt.received"), moment(w, v->created_ms));
	put_row(w, text(w, "receipt.state"),
	    status_words(w->req, w->c,
		arena_printf(a, "state.%s.label", v->state)));
	if (w->c->department != NULL)
		put_row(w, text(w, "receipt.office"), w->c->department->name);
	/* The state may move on: say as of when this was true. */
	put_row(w, text(w, "receipt.as_of"), moment(w, date_now_ms()));
	close_section(w);
}

static void
put_documents(struct writer *w)
{
	struct arena *a = w->req->arena;

	if (w->c->ndocument == 0)
		return;
	open_section(w, text(w, "receipt.documents"));
	for (size_t i = 0; i < w->c->ndocument; i++) {
		const struct document *d = &w->c->document[i];

		put_row(w, d->name,
		    arena_printf(a, "%lld Byte, SHA-256 %s",
			(long long)d->size,
			id_hex_bytes(a, d->sha256, sizeof(d->sha256))));
	}
	close_section(w);
}

static void
put_answers(struct writer *w)
{
	for (size_t i = 0; i < w->c->nsummary; i++) {
		const struct form_summary_section *s = &w->c->summary[i];

		open_section(w, s->heading);
		for (size_t k = 0; k < s->nrow; k++)
			put_row(w, s->row[k].label, s->row[k].value);
		close_section(w);
	}
}

void
receipt_json(struct app *app, struct request *req,
    const struct status_case *c, struct buf *out)
{
	struct arena *a = req->arena;
	struct writer w = {.app = app, .req = req, .c = c};
	const char *name = status_words(req, c, "service.name");
	const char *sender = req->town->name;

	if (c->department != NULL)
		sender = arena_printf(
		    a, "%s · %s", req->town->name, c->department->name);
	json_begin(&w.j, out);
	json_open_object(&w.j);
	json_pair(&w.j, "lang", lang_tag(req->lang));
	json_pair(&w.j, "dir", lang_dir(req->lang));
	json_pair(&w.j, "title",
	    text_fill(a, app->texts, req->lang, "receipt.title", "service",
		name, NULL));
	json_pair(&w.j, "sender", sender);
	json_pair(&w.j, "intro",
	    text_fill(a, app->texts, req->lang, "receipt.intro", "time",
		moment(&w, c->vorgang.created_ms), NULL));
	json_pair(&w.j, "link", status_link(app, req, c));
	json_pair(&w.j, "link_note", text(&w, "receipt.link"));
	json_pair(&w.j, "footer",
	    text_fill(a, app->texts, req->lang, "receipt.footer", "town",
		req->town->name, "reference",
		id_reference_show(a, c->vorgang.reference), NULL));
	json_key(&w.j, "sections");
	json_open_array(&w.j);
	put_arrival(&w);
	put_answers(&w);
	put_documents(&w);
	json_close_array(&w.j);
	json_close_object(&w.j);
}
