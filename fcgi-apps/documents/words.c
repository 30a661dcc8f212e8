#include "documents/words.h"

#include "common/app.h"
#include "common/text.h"
#include "documents/media_type.h"

#define KB INT64_C(1024)
#define MB (KB * 1024)

const char *
words(struct app *app, struct request *req, const char *key)
{
	return text_get(app->texts, req->lang, key);
}

const char *
words_size(struct arena *a, enum lang lang, int64_t bytes)
{
	int64_t tenth = bytes % MB * 10 / MB;

	if (bytes < KB)
		return arena_printf(a, "%lld Byte", (long long)bytes);
	if (bytes < MB)
		return arena_printf(a, "%lld KB", (long long)(bytes / KB));
	if (tenth == 0)
		return arena_printf(a, "%lld MB", (long long)(bytes / MB));
	return arena_printf(a, "%lld%c%lld MB", (long long)(bytes / MB),
	    lang_base(lang) == LANG_EN ? '.' : ',', (long long)tenth);
}

/* "PDF, JPEG, PNG" */
static const char *
kinds(struct arena *a, const struct form_field *field)
{
	const char *const *accept = upload_accept;
	size_t n = upload_naccept;
	const char *out = "";

	if (field != NULL && field->naccept > 0) {
		accept = field->accept;
		n = field->naccept;
	}
	for (size_t i = 0; i < n; i++) {
		const char *name = media_type_name(accept[i]);

		out = arena_printf(a, "%s%s%s", out, i > 0 ? ", " : "",
		    name != NULL ? name : accept[i]);
	}
	return out;
}

const char *
words_refusal(struct app *app, struct request *req, enum upload_refusal why,
    const struct form_field *field)
{
	struct arena *a = req->arena;
	const struct config *config = app->config;
	long long most = field == NULL
	    ? (long long)config->upload_count_max
	    : field->max_files > 0 ? (long long)field->max_files : 1;

	return text_fill(a, app->texts, req->lang,
	    arena_printf(a, "documents.refused.%s", upload_code(why)), "max",
	    words_size(a, req->lang, config->upload_max), "sum",
	    words_size(a, req->lang, config->upload_case_max), "count",
	    arena_printf(a, "%lld", most), "kinds", kinds(a, field), NULL);
}
