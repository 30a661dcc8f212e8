#include "documents/raw_body.h"

#include "common/app.h"
#include "common/file_name.h"

int
raw_body_read(struct request *req, struct intake *in, const char *path,
    const struct form_field *field, const struct document **out,
    struct err *err)
{
	const char *name = file_name_of_disposition(
	    req->arena, http_header(req, "Content-Disposition"));
	const void *piece;
	ssize_t n;

	*out = NULL;
	/* Without a length, a body that broke off would look whole. */
	if (req->content_length == -1)
		return err_set(
		    err, ERR_LENGTH_REQUIRED, "no Content-Length");
	if (req->content_length > in->app->config->upload_max) {
		intake_refuse(in, path, name, UPLOAD_TOO_LARGE);
		return 0; /* told before it is sent */
	}
	intake_begin(in, path, field, name);
	while ((n = http_body_next(req, &piece, err)) > 0)
		intake_put(in, piece, (size_t)n);
	if (n == -1)
		return -1;
	*out = intake_end(in);
	return 0;
}
