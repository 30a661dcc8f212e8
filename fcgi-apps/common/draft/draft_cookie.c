#include "common/draft/draft_cookie.h"

#include "common/draft/draft_access.h"

#define COOKIE "entwurf"
#define ATTRIBUTES "Path=/; HttpOnly; SameSite=Lax"

bool
draft_cookie_read(const struct request *req, struct draft_secret *out)
{
	struct err none = {0};

	return draft_secret_parse(DRAFT_BROWSER, http_cookie(req, COOKIE),
		   out, &none) == 0;
}

static void
set(struct request *req, const char *value, const char *age)
{
	http_reply_header(req, "Set-Cookie",
	    arena_printf(req->arena, COOKIE "=%s; %s" ATTRIBUTES "%s", value,
		age, req->is_https ? "; Secure" : ""));
}

void
draft_cookie_set(
    struct request *req, const struct draft_secret *s, bool is_shared)
{
	const char *age = is_shared ? "" : arena_printf(req->arena,
	    "Max-Age=%d; ", DRAFT_BROWSER_DAYS * 24 * 3600);

	set(req, draft_secret_show(req->arena, s), age);
}

void
draft_cookie_clear(struct request *req)
{
	set(req, "", "Max-Age=0; ");
}
