/* The receipt as PDF. */
#include "status/receipt_json.h"

#include "common/spawn.h"
#include "status/api.h"
#include "status/pages.h"

#define RECEIPT_JSON_MAX (4 * 1024 * 1024)

static const struct spawn_limits limits = {
    .timeout_ms = 20000,
    .memory = (size_t)512 * 1024 * 1024,
    .out_max = (size_t)16 * 1024 * 1024,
};

static int
send_receipt(struct app *app, struct request *req,
    const struct status_case *c, struct err *err)
{
	struct buf *json = buf_new(req->arena, RECEIPT_JSON_MAX);
	struct buf *pdf = buf_new(req->arena, limits.out_max);
	const char *path = arena_printf(
	    req->arena, "%s/receipt", app->config->libexec_dir);

	receipt_json(app, req, c, json);
	if (buf_check(json, err) == -1 ||
	    spawn_filter(path, json->data, json->len, &limits, pdf, err) ==
		-1)
		return -1;
	http_reply(req, 200, "application/pdf");
	http_reply_header(req, "Content-Disposition",
	    arena_printf(req->arena, "attachment; filename=\"%s.pdf\"",
		id_reference_show(req->arena, c->vorgang.reference)));
	buf_put(req->out, pdf->data, pdf->len);
	return 0;
}

int
receipt_get(struct app *app, struct request *req, struct err *err)
{
	struct status_case c;

	if (status_case_read(app, req, req->arg[0], &c, err) == -1)
		return -1;
	return send_receipt(app, req, &c, err);
}

int
api_receipt(struct app *app, struct request *req, struct err *err)
{
	struct status_case c;

	if (api_case_read(app, req, &c, err) == -1)
		return -1;
	return send_receipt(app, req, &c, err);
}
