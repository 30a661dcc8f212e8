#include "common/http/http_json.h"

#include "common/app.h"

int
http_body_object(struct app *app, struct request *req, cJSON **out,
    struct err *err)
{
	const char *body;
	size_t len;

	if (!http_body_is(req, "application/json"))
		return err_set(err, ERR_MEDIA_TYPE, "JSON is expected");
	if (http_body(req, (size_t)app->config->request_max, &body, &len,
		err) == -1 ||
	    json_parse(req->arena, body, len, &json_limits_request, out,
		err) == -1)
		return -1;
	if (!cJSON_IsObject(*out))
		return err_set(err, ERR_BAD_REQUEST, "an object is expected");
	return 0;
}
