/* The API's description (OpenAPI 3.1): openapi.json, as it stands beside this
 * file, is part of the program. */
#include "handover/handover.h"

__asm__(".section .rodata\n"
	".global handover_openapi\n"
	"handover_openapi:\n"
	".incbin \"fcgi-apps/handover/openapi.json\"\n"
	".global handover_openapi_end\n"
	"handover_openapi_end:\n"
	".byte 0\n"
	".text\n");

extern const char handover_openapi[], handover_openapi_end[];

int
openapi_get(struct app *app, struct request *req, struct err *err)
{
	size_t len = (size_t)((uintptr_t)handover_openapi_end -
	    (uintptr_t)handover_openapi);
	const char *tag = tag_of(req->arena, handover_openapi, len);

	(void)app; /* the same for everybody */
	(void)err;
	if (tag_matches(req, tag))
		return tag_not_modified(req, tag);
	http_reply(req, 200, "application/json");
	http_reply_header(req, "ETag", tag);
	http_reply_header(req, "Cache-Control", "public, max-age=300");
	buf_put(req->out, handover_openapi, len);
	return 0;
}
