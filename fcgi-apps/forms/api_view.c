#include "forms/api_view.h"

#include "common/code_list/code_list.h"
#include "common/date.h"
#include "common/public_link.h"

#define ERRORS_MAX ((size_t)1 << 20)

static void
pair_text(const struct form_words *w, struct json_out *j, const char *name,
    const char *key)
{
	const char *text = form_say(w, key);

	if (text != NULL && *text != '\0')
		json_pair(j, name, text);
}

void
api_write_summary(const struct form_words *w,
    const struct town_service *offer, struct json_out *j)
{
	const struct service *s = offer->service;

	json_open_object(j);
	json_pair(j, "service", s->slug);
	json_pair(j, "version", s->version);
	pair_text(w, j, "name", "service.name");
	pair_text(w, j, "summary", "service.summary");
	json_key(j, "is_open");
	json_put_bool(j, offer->is_open);
	json_pair(j, "definition",
	    arena_printf(w->arena, "/api/v1/leistungen/%s", s->slug));
	json_pair(j, "openapi",
	    arena_printf(
		w->arena, "/api/v1/leistungen/%s/openapi.json", s->slug));
	json_pair(j, "submit",
	    arena_printf(w->arena, "/api/v1/antraege/%s", s->slug));
	json_pair(j, "form", arena_printf(w->arena, "/antrag/%s/", s->slug));
	json_close_object(j);
}

static void
write_strings(struct json_out *j, const char *name, const char *const *list,
    size_t n)
{
	json_key(j, name);
	json_open_array(j);
	for (size_t i = 0; i < n; i++)
		json_put_string(j, list[i]);
	json_close_array(j);
}

static void
write_choices(const struct form_words *w, const struct form_field *f,
    const struct form_context *context, struct json_out *j)
{
	const struct form_choice *choice;
	size_t n = form_choices(w->arena, f, context, w->lang, &choice);

	json_key(j, "options");
	json_open_array(j);
	for (size_t i = 0; i < n; i++) {
		json_open_object(j);
		json_pair(j, "value", choice[i].value);
		json_pair(j, "label", form_choice_label(w, f, &choice[i]));
		if (choice[i].option != NULL &&
		    choice[i].option->show_source != NULL) {
			json_key(j, "show");
			json_put_raw(j, choice[i].option->show_source);
		}
		json_close_object(j);
	}
	json_close_array(j);
}

static void
pair_size(struct json_out *j, const char *name, size_t n)
{
	if (n == 0)
		return;
	json_key(j, name);
	json_put_int(j, (int64_t)n);
}

static void write_fields(const struct form_words *w,
    const struct form_field *field, size_t n,
    const struct form_context *context, struct json_out *j);

static void
write_required(const struct form_field *f, struct json_out *j)
{
	static const char *const words[] = {
	    [FORM_OPTIONAL] = "no",
	    [FORM_SOFT] = "soft",
	    [FORM_REQUIRED] = "yes",
	};

	json_pair(j, "required",
	    f->require != NULL && f->required != FORM_REQUIRED
		? "conditional"
		: words[f->required]);
}

static void
write_field(const struct form_words *w, const struct form_field *f,
    const struct form_context *context, struct json_out *j)
{
	const char *hint = form_field_text(w, f->path, "hint");

	json_open_object(j);
	json_pair(j, "key", f->key);
	json_pair(j, "path", f->path);
	json_pair(j, "type", form_type_name(f->type));
	json_pair(j, "label", form_label(w, f));
	if (hint != NULL)
		json_pair(j, "hint", hint);
	write_required(f, j);
	if (f->show_source != NULL) {
		json_key(j, "show");
		json_put_raw(j, f->show_source);
	}
	if (f->type == FORM_REPEAT) {
		pair_size(j, "min_items", f->min_length);
		pair_size(j, "max_items", f->max_length);
	} else {
		pair_size(j, "min_length", f->min_length);
		pair_size(j, "max_length", f->max_length);
	}
	if (f->pattern_source != NULL)
		json_pair(j, "pattern", f->pattern_source);
	if (f->type == FORM_CHOICE || f->type == FORM_MULTI_CHOICE)
		write_choices(w, f, context, j);
	if (f->type == FORM_IDENTIFIER)
		json_pair(j, "scheme", form_scheme_name(f->scheme));
	if (f->type == FORM_CODELIST)
		json_pair(j, "list", f->list);
	if (f->type == FORM_CODELIST && f->codes != NULL)
		json_pair(j, "list_version", f->codes->version);
	if (f->type == FORM_FILE) {
		write_strings(j, "accept", f->accept, f->naccept);
		pair_size(j, "max_files", f->max_files > 0 ? f->max_files : 1);
		pair_size(j, "max_bytes", (size_t)w->upload_max);
	}
	if (f->fim != NULL)
		json_pair(j, "fim", f->fim);
	if (f->nchild > 0)
		write_fields(w, f->child, f->nchild, context, j);
	json_close_object(j);
}

static void
write_fields(const struct form_words *w, const struct form_field *field,
    size_t n, const struct form_context *context, struct json_out *j)
{
	json_key(j, "fields");
	json_open_array(j);
	for (size_t i = 0; i < n; i++)
		write_field(w, &field[i], context, j);
	json_close_array(j);
}

void
api_write_definition(const struct form_words *w,
    const struct town_service *offer, const struct form_context *context,
    struct json_out *j)
{
	const struct service *s = offer->service;

	json_open_object(j);
	json_pair(j, "service", s->slug);
	json_pair(j, "version", s->version);
	json_pair(j, "leika_key", s->leika_key);
	json_pair(j, "trust_level", s->trust_level);
	json_pair(j, "language", lang_code(w->lang));
	json_key(j, "is_open");
	json_put_bool(j, offer->is_open);
	pair_text(w, j, "name", "service.name");
	pair_text(w, j, "summary", "service.summary");
	pair_text(w, j, "purpose", "service.purpose");
	pair_text(w, j, "who", "service.who");
	pair_text(w, j, "fee", "service.fee");
	pair_text(w, j, "duration", "service.duration");
	write_strings(j, "legal_basis", s->legal_basis, s->nlegal_basis);
	json_key(j, "pages");
	json_open_array(j);
	for (size_t i = 0; i < s->form->npage; i++) {
		const struct form_page *page = &s->form->page[i];

		json_open_object(j);
		json_pair(j, "id", page->id);
		pair_text(w, j, "title",
		    arena_printf(w->arena, "page.%s.title", page->id));
		if (page->show_source != NULL) {
			json_key(j, "show");
			json_put_raw(j, page->show_source);
		}
		write_fields(w, page->field, page->nfield, context, j);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void
put_hidden_path(void *arg, const char *path, const struct answer *answer)
{
	struct json_out *j = arg;

	if (!answer->is_shown &&
	    (answer->raw != NULL || answer->nlist > 0 || answer->nfile > 0))
		json_put_string(j, path);
}

void
api_write_receipt(struct app *app, struct request *req,
    const struct antrag *a, const struct vorgang *v, struct json_out *j)
{
	json_open_object(j);
	json_pair(j, "reference", id_reference_show(req->arena, v->reference));
	json_pair(j, "code", id_code_show(req->arena, v->access_code));
	json_pair(j, "token", v->link_token);
	json_pair(j, "link",
	    public_link(req->arena, app->config, req->town, v->link_token));
	json_pair(j, "state", v->state);
	json_pair(
	    j, "received_at", date_instant_to_xsd(req->arena, v->created_ms));
	json_key(j, "unknown_dropped");
	json_open_array(j);
	for (size_t i = 0; i < a->answers->nunknown; i++)
		json_put_string(j, a->answers->unknown[i]);
	json_close_array(j);
	json_key(j, "hidden_dropped");
	json_open_array(j);
	form_each(a->answers, put_hidden_path, j);
	json_close_array(j);
	json_close_object(j);
}

const char *
api_errors(const struct form_words *w, const struct antrag *a)
{
	struct buf *out = buf_new(w->arena, ERRORS_MAX);
	struct json_out j;

	json_begin(&j, out);
	json_open_array(&j);
	for (size_t i = 0; i < a->nerror; i++) {
		const struct form_error *e = &a->error[i];

		if (e->is_warning)
			continue;
		json_open_object(&j);
		json_pair(&j, "path", e->path);
		json_pair(&j, "code", e->code);
		json_pair(&j, "message",
		    form_finding_message(w, e));
		if (e->answer != NULL && e->answer->nnear > 0)
			write_strings(
			    &j, "near", e->answer->near, e->answer->nnear);
		json_close_object(&j);
	}
	json_close_array(&j);
	return out->failed == ERR_NONE ? buf_text(out) : NULL;
}
