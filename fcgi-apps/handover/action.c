#include "handover/action.h"

#include "common/date.h"
#include "common/handover/handover_store.h"

int
action_begin(struct app *app, struct request *req, enum client_right right,
    struct action *action, bool *is_answered, struct err *err)
{
	if (door_vorgang(app, req, right, &action->opened, is_answered,
		err) == -1)
		return -1;
	if (*is_answered)
		return 0;
	action->request.vorgang_id = action->opened.whole.vorgang.id;
	action->now_ms = date_now_ms();
	return door_key(app, req, &action->request.key, is_answered);
}

void
action_digest(struct action *action, const void *data, size_t len)
{
	struct crypto_hash *h = crypto_hash_new();
	const struct id *vorgang = &action->request.vorgang_id;

	crypto_hash_part(h, action->kind, strlen(action->kind));
	crypto_hash_part(h, vorgang->byte, sizeof(vorgang->byte));
	crypto_hash_part(h, data, len);
	crypto_hash_end(h, action->request.digest);
}

int
action_is_again(struct app *app, struct request *req, struct action *action,
    bool *is_answered, struct err *err)
{
	struct client_request there;

	if (client_request_find(app->db, req->arena, action->opened.client.id,
		&action->request.key, &there, is_answered, err) == -1)
		return -1;
	if (!*is_answered)
		return 0;
	if (memcmp(there.digest, action->request.digest,
		sizeof(there.digest)) != 0)
		return refuse(app, req, ERR_DUPLICATE, "key-used");
	action->request = there;
	return action_reply(app, req, action, true, err);
}

/* A message's own id: two clients may use the same key. */
static struct id
message_id(const struct action *action)
{
	struct crypto_hash *h = crypto_hash_new();
	uint8_t digest[CRYPTO_DIGEST_LEN];
	uint32_t client = action->opened.client.id;
	struct id id;

	crypto_hash_part(h, &client, sizeof(client));
	crypto_hash_part(h, action->request.key.byte, ID_LEN);
	crypto_hash_end(h, digest);
	memcpy(id.byte, digest, sizeof(id.byte));
	return id;
}

void
action_step(struct app *app, struct request *req, const struct action *action,
    struct office_step *step)
{
	*step = (struct office_step){.config = app->config,
	    .town = req->town,
	    .vorgang = &action->opened.whole.vorgang,
	    .service = action->opened.service,
	    .by = door_name(req->arena, &action->opened.client),
	    .message_id = message_id(action)};
}

/* The key's row, and what was handed over, in the change's transaction. */
static int
write_rows(struct db *db, struct arena *a, const struct vorgang *v, void *arg,
    struct err *err)
{
	struct action *action = arg;
	struct handover *h = &action->opened.handover;
	struct handover there;
	bool found;

	if (action->is_collect) {
		if (handover_find(db, a, &v->id, h->way, h->partner, h->what,
			&there, &found, err) == -1)
			return -1;
		if (found && there.collected_ms != 0)
			return err_set(
			    err, ERR_CONFLICT, "collected meanwhile");
	}
	action->request.first_seq = v->last_seq - (uint32_t)action->nevent + 1;
	action->request.last_seq = v->last_seq;
	if (client_request_insert(db, action->opened.client.id,
		&action->request, action->now_ms, err) == -1)
		return -1;
	return handover_put(db, &v->id, h, err);
}

int
action_write(struct app *app, struct request *req, struct action *action,
    const struct office_step *step, struct err *err)
{
	struct handover *h = &action->opened.handover;
	struct vorgang_change change;

	office_step_write(req->arena, step, action->now_ms, &change);
	action->nevent = change.nevent;
	h->answered_ms = action->now_ms;
	if (!action->opened.is_handed)
		h->handed_ms = action->now_ms;
	change.also = write_rows;
	change.also_arg = action;
	return vorgang_change(app->db, req->arena, req->town,
	    &action->opened.whole.vorgang.id, &change, err);
}

/* What another request with the same key, or of the same kind, did first. */
static int
settle(struct app *app, struct request *req, struct action *action,
    struct err *err)
{
	bool is_answered;

	if (err->code == ERR_CONFLICT && !action->is_collect)
		return refuse(app, req, ERR_CONFLICT, "changed-meanwhile");
	if (err->code != ERR_DUPLICATE && err->code != ERR_CONFLICT)
		return -1;
	err_clear(err);
	if (action_is_again(app, req, action, &is_answered, err) == -1)
		return -1;
	return is_answered ? 0 : action_reply(app, req, action, true, err);
}

int
action_run(struct app *app, struct request *req, struct action *action,
    const struct office_step *step, struct err *err)
{
	if (action_write(app, req, action, step, err) == -1)
		return settle(app, req, action, err);
	return action_reply(app, req, action, false, err);
}

int
action_collect(struct app *app, struct request *req, struct action *action,
    struct err *err)
{
	struct opened *o = &action->opened;
	struct event event[2];
	struct vorgang_change change = {.now_ms = action->now_ms,
	    .event = event,
	    .is_look = true,
	    .also = write_rows,
	    .also_arg = action};

	action->is_collect = true;
	o->handover.collected_ms = action->now_ms;
	if (!o->is_handed) { /* it need not fetch by this way */
		o->handover.handed_ms = action->now_ms;
		event[change.nevent++] = handover_event(req->arena,
		    &o->handover, HANDOVER_HANDED, ACTOR_OFFICE);
	}
	event[change.nevent++] = handover_event(
	    req->arena, &o->handover, HANDOVER_COLLECTED, ACTOR_OFFICE);
	action->nevent = change.nevent;
	if (vorgang_change(app->db, req->arena, req->town,
		&o->whole.vorgang.id, &change, err) == -1)
		return settle(app, req, action, err);
	return action_reply(app, req, action, false, err);
}

int
action_reply(struct app *app, struct request *req, struct action *action,
    bool is_again, struct err *err)
{
	struct opened *o = &action->opened;
	struct json_out j;
	bool found;

	if (vorgang_by_id(app->db, req->arena, req->town,
		&action->request.vorgang_id, &o->whole, err) == -1 ||
	    handover_find(app->db, req->arena, &o->whole.vorgang.id,
		HANDOVER_CLIENT, o->client.slug, WHAT_APPLICATION,
		&o->handover, &found, err) == -1)
		return -1;
	o->is_handed = found;
	http_reply(req, 200, "application/json");
	http_reply_header(req, "ETag", tag_of_vorgang(req->arena, o));
	if (is_again)
		http_reply_header(req, "Idempotency-Replayed", "true");
	json_begin(&j, req->out);
	json_open_object(&j);
	vorgang_json_brief(req, o, &j);
	json_close_object(&j);
	return 0;
}
