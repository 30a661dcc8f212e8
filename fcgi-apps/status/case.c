#include "common/date.h"
#include "common/handover/handover_store.h"
#include "common/json.h"
#include "common/public_link.h"
#include "common/service/service_fill.h"
#include "status/status.h"

const char *
status_words(struct request *req, const struct status_case *c,
    const char *key)
{
	return service_fill(req->arena,
	    service_text(c->service, req->lang, key), req->town->name,
	    c->words.settings, req->lang);
}

const char *
status_link(struct app *app, struct request *req, const struct status_case *c)
{
	return public_link(
	    req->arena, app->config, req->town, c->vorgang.link_token);
}

bool
status_is_open(const struct status_case *c)
{
	return !c->vorgang.is_closed;
}

bool
status_is_withdrawable(const struct status_case *c)
{
	return status_is_open(c) && c->state != NULL &&
	    c->state->is_withdrawable;
}

/* The town's settings of the service, or the package's when it is no longer
 * on offer. */
static const void *
find_settings(struct request *req, const struct service *service)
{
	const struct town_service *offer =
	    service_set_offer(req->services, req->town, service->slug);
	struct err err = {0};
	cJSON *defaults;

	if (offer != NULL)
		return offer->settings;
	if (json_parse(req->arena, service->settings,
		strlen(service->settings), &json_limits_package, &defaults,
		&err) == -1)
		return NULL;
	return defaults;
}

/* Whether anything was handed on: only then there is something to read. */
static bool
has_handovers(const struct status_case *c)
{
	for (size_t i = 0; i < c->nevent; i++)
		if (strcmp(c->event[i].kind, "handed-over") == 0)
			return true;
	return false;
}

int
status_case_open(struct app *app, struct request *req,
    const struct vorgang_whole *whole, struct status_case *out,
    struct err *err)
{
	const struct vorgang *v = &whole->vorgang;
	struct form_words words;

	memset(out, 0, sizeof(*out));
	out->vorgang = *v;
	out->event = whole->event;
	out->nevent = whole->nevent;
	out->document = whole->document;
	out->ndocument = whole->ndocument;
	out->message = whole->message;
	out->nmessage = whole->nmessage;
	out->service =
	    service_set_version(req->services, v->service_version_id);
	if (out->service == NULL)
		return err_set(err, ERR_INTERNAL, "service version %u is gone",
		    v->service_version_id);
	http_request_offer(req, out->service->languages);
	out->words = (struct town_service){
	    .service = out->service,
	    .settings = find_settings(req, out->service),
	};
	out->state = service_state(out->service, v->state);
	out->department = town_department_by_id(req->town, v->department_id);
	if (has_handovers(out) &&
	    handover_list(app->db, req->arena, &v->id, &out->handover,
		&out->nhandover, err) == -1)
		return -1;
	words = (struct form_words){.arena = req->arena,
	    .texts = app->texts,
	    .service = out->service,
	    .town = req->town->name,
	    .settings = out->words.settings,
	    .lang = req->lang,
	    .upload_max = app->config->upload_max,
	    .upload_count_max = app->config->upload_count_max};
	return form_summary_stored(&words, v, out->document, out->ndocument,
	    &out->summary, &out->nsummary, err);
}

int
status_case_read(struct app *app, struct request *req, const char *token,
    struct status_case *out, struct err *err)
{
	uint8_t bytes[ID_TOKEN_LEN];
	struct vorgang_whole whole;
	struct err malformed = {0};

	if (id_token_parse(token, bytes, &malformed) == -1)
		return err_set(err, ERR_NOT_FOUND, "no such link");
	if (vorgang_by_token(app->db, req->arena, req->town, bytes,
		date_now_ms(), &whole, err) == -1)
		return -1;
	return status_case_open(app, req, &whole, out, err);
}
