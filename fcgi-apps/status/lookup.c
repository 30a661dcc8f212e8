#include "status/lookup.h"

#include "common/date.h"
#include "common/metrics.h"
#include "common/rate_store.h"
#include "status/lookup_view.h"
#include "status/pages.h"

/* Counts a failed try; what went wrong meanwhile must not hide the answer. */
static int
refuse(struct app *app, struct request *req, int64_t now_ms, struct err *err)
{
	if (rate_hit(app->db, req->town, "lookup", req->remote_addr, now_ms,
		err) == -1)
		return -1;
	metrics_add(app->metrics, METRIC_LOOKUP_REFUSED, 1);
	return err_set(err, ERR_NOT_FOUND, "no such reference and code");
}

int
lookup_find(struct app *app, struct request *req, const char *reference,
    const char *code, struct vorgang_whole *out, int64_t *wait_s,
    struct err *err)
{
	char clean_reference[ID_REFERENCE_LEN + 1];
	char clean_code[ID_CODE_LEN + 1];
	int64_t now_ms = date_now_ms();
	struct err malformed = {0};

	if (rate_check(app->db, req->arena, req->town, "lookup",
		req->remote_addr, app->config->lookup_tries, now_ms, wait_s,
		err) == -1)
		return -1;
	if (*wait_s > 0)
		return err_set(err, ERR_TOO_MANY, "too many look-ups");
	if (id_reference_parse(reference, clean_reference, &malformed) == -1 ||
	    id_code_parse(code, clean_code, &malformed) == -1)
		return refuse(app, req, now_ms, err);
	if (vorgang_by_reference(app->db, req->arena, req->town,
		clean_reference, clean_code, out, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	return refuse(app, req, now_ms, err);
}

int
lookup_show(struct app *app, struct request *req, struct err *err)
{
	(void)err; /* nothing can go wrong */
	lookup_view(app, req, 200, "", "", NULL);
	return 0;
}

static const char *
form_value_or_empty(const struct http_pairs *pairs, const char *name)
{
	const char *s = http_pair_get(pairs, name);

	return s == NULL ? "" : s;
}

int
lookup_post(struct app *app, struct request *req, struct err *err)
{
	const char *reference, *code;
	struct vorgang_whole whole;
	struct http_pairs pairs;
	int64_t wait_s = 0;

	if (http_body_form(app, req, &pairs, err) == -1)
		return -1;
	reference = form_value_or_empty(&pairs, "aktenzeichen");
	code = form_value_or_empty(&pairs, "code");
	if (lookup_find(app, req, reference, code, &whole, &wait_s, err) == 0)
		return http_redirect(
		    req, "/vorgang/l/%s", whole.vorgang.link_token);
	if (err->code != ERR_NOT_FOUND && err->code != ERR_TOO_MANY)
		return -1;
	lookup_view(app, req, err->code == ERR_TOO_MANY ? 429 : 422,
	    reference, code,
	    err->code == ERR_TOO_MANY ? "lookup.too_many" : "lookup.wrong");
	if (wait_s > 0)
		http_reply_header(req, "Retry-After",
		    arena_printf(req->arena, "%lld", (long long)wait_s));
	return 0;
}
