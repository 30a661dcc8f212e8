/* Who asks, and what they may have. */
#include <strings.h>

#include "common/handover/client_certificate.h"
#include "common/handover/client_token.h"
#include "common/date.h"
#include "common/handover/handover_store.h"
#include "common/rate_store.h"
#include "handover/handover.h"

#define SCHEME "Bearer "
#define TOUCH_MS 60000

const char *
door_name(struct arena *a, const struct client *c)
{
	return arena_printf(a, "client:%s", c->slug);
}

/* By token or certificate. ERR_UNAUTHORIZED without one, or with a wrong one. */
static int
find_client(struct app *app, struct request *req, int64_t now_ms,
    struct client *out, struct err *err)
{
	const char *value = http_header(req, "Authorization");
	uint8_t digest[CRYPTO_DIGEST_LEN];

	if (strncasecmp(value, SCHEME, strlen(SCHEME)) == 0) {
		if (client_token_hash(value + strlen(SCHEME), digest, err) ==
		    -1)
			return -1;
		return client_by_token(
		    app->db, req->arena, digest, now_ms, out, err);
	}
	if (strcmp(http_param(req, "CLIENT_VERIFY"), "SUCCESS") != 0)
		return err_set(err, ERR_UNAUTHORIZED,
		    "neither a token nor a verified certificate");
	if (client_certificate_escaped(req->arena,
		http_param(req, "CLIENT_CERT"), digest, err) == -1)
		return err_set(err, ERR_UNAUTHORIZED,
		    "the certificate cannot be read");
	return client_by_certificate(app->db, req->arena, digest, out, err);
}

/* Wrong tries are counted by address; who guesses gets no further answer. */
static int
refuse_stranger(struct app *app, struct request *req, int64_t now_ms,
    struct err *err)
{
	int64_t wait_s;

	err_clear(err);
	if (rate_check(app->db, req->arena, req->town, "client",
		req->remote_addr, app->config->lookup_tries, now_ms, &wait_s,
		err) == -1)
		return -1;
	if (wait_s > 0)
		return refuse(app, req, ERR_TOO_MANY, "too-many-tries");
	if (rate_hit(app->db, req->town, "client", req->remote_addr, now_ms,
		err) == -1)
		return -1;
	return refuse(app, req, ERR_UNAUTHORIZED, "unauthorized");
}

/* Against the client's own limit. */
static int
count(struct app *app, struct request *req, const struct client *c,
    int64_t now_ms, bool *is_over, struct err *err)
{
	const char *name = door_name(req->arena, c);
	int64_t wait_s;

	*is_over = false;
	if (c->hourly == 0)
		return 0;
	if (rate_check(app->db, req->arena, req->town, "client", name,
		c->hourly, now_ms, &wait_s, err) == -1)
		return -1;
	*is_over = wait_s > 0;
	return *is_over ? 0
			: rate_hit(app->db, req->town, "client", name, now_ms,
			      err);
}

int
door_open(struct app *app, struct request *req, struct client *out,
    bool *is_answered, struct err *err)
{
	int64_t now_ms = date_now_ms();
	bool is_over;

	*is_answered = false;
	if (find_client(app, req, now_ms, out, err) == -1) {
		if (err->code != ERR_UNAUTHORIZED)
			return -1;
		*is_answered = true;
		return refuse_stranger(app, req, now_ms, err);
	}
	if (count(app, req, out, now_ms, &is_over, err) == -1)
		return -1;
	if (is_over) {
		*is_answered = true;
		return refuse(app, req, ERR_TOO_MANY, "too-many-requests");
	}
	if (now_ms - out->used_ms < TOUCH_MS)
		return 0;
	return client_touch(app->db, out->id, now_ms, err);
}

static int
read_handover(struct app *app, struct request *req, struct opened *o,
    struct err *err)
{
	if (handover_find(app->db, req->arena, &o->whole.vorgang.id,
		HANDOVER_CLIENT, o->client.slug, WHAT_APPLICATION,
		&o->handover, &o->is_handed, err) == -1)
		return -1;
	if (!o->is_handed)
		o->handover = (struct handover){.way = HANDOVER_CLIENT,
		    .partner = o->client.slug,
		    .name = o->client.label,
		    .what = WHAT_APPLICATION};
	return 0;
}

int
door_vorgang(struct app *app, struct request *req, enum client_right right,
    struct opened *out, bool *is_answered, struct err *err)
{
	struct err none = {0};
	unsigned rights;
	struct id id;

	memset(out, 0, sizeof(*out));
	if (door_open(app, req, &out->client, is_answered, err) == -1)
		return -1;
	if (*is_answered)
		return 0;
	*is_answered = true;
	if (id_parse(req->arg[0], &id, &none) == -1)
		return refuse(app, req, ERR_NOT_FOUND, "no-vorgang");
	if (vorgang_by_id(app->db, req->arena, req->town, &id, &out->whole,
		err) == -1) {
		if (err->code == ERR_NOT_FOUND)
			return refuse(app, req, ERR_NOT_FOUND, "no-vorgang");
		return err->code != ERR_GONE ? -1
		    : refuse(app, req, ERR_GONE, "erased");
	}
	out->service = service_set_version(
	    req->services, out->whole.vorgang.service_version_id);
	if (out->service == NULL)
		return err_set(err, ERR_INTERNAL, "service version %u is gone",
		    out->whole.vorgang.service_version_id);
	rights = client_rights(&out->client, out->service->slug);
	if (rights == 0)
		return refuse(app, req, ERR_NOT_FOUND, "no-vorgang");
	if ((rights & (unsigned)right) == 0)
		return refuse(app, req, ERR_FORBIDDEN, "out-of-scope");
	*is_answered = false;
	return read_handover(app, req, out, err);
}

int
door_key(struct app *app, struct request *req, struct id *out,
    bool *is_answered)
{
	struct err none = {0};

	*is_answered =
	    id_parse(http_header(req, "Idempotency-Key"), out, &none) == -1;
	return *is_answered
	    ? refuse(app, req, ERR_BAD_REQUEST, "no-key") : 0;
}
