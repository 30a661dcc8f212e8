#include "handover/trace.h"

#include "common/date.h"
#include "common/handover/handover_store.h"
#include "common/vorgang/vorgang_change.h"

/* The row of the first time; ERR_CONFLICT when another request was first. */
static int
write_first(struct db *db, struct arena *a, const struct vorgang *v,
    void *arg, struct err *err)
{
	const struct handover *h = arg;
	struct handover there;
	bool found;

	if (handover_find(db, a, &v->id, h->way, h->partner, h->what, &there,
		&found, err) == -1)
		return -1;
	if (found)
		return err_set(err, ERR_CONFLICT, "handed over meanwhile");
	return handover_put(db, &v->id, h, err);
}

static struct event
viewed(struct arena *a, const struct client *c, const char *what)
{
	struct buf *data = buf_new(a, 4096);
	struct json_out j;

	json_begin(&j, data);
	json_open_object(&j);
	json_pair(&j, "by", door_name(a, c));
	json_pair(&j, "name", c->label);
	json_pair(&j, "what", what);
	json_close_object(&j);
	return (struct event){.kind = "viewed",
	    .actor = ACTOR_OFFICE,
	    .data = buf_text(data)};
}

static int
write_view(struct app *app, struct request *req, struct opened *o,
    const char *what, struct err *err)
{
	struct event event[2];
	struct vorgang_change change = {
	    .now_ms = date_now_ms(), .event = event, .is_look = true};

	if (!o->is_handed) {
		o->handover.handed_ms = change.now_ms;
		event[change.nevent++] = handover_event(req->arena,
		    &o->handover, HANDOVER_HANDED, ACTOR_OFFICE);
		change.also = write_first;
		change.also_arg = &o->handover;
	}
	event[change.nevent++] = viewed(req->arena, &o->client, what);
	return vorgang_change(app->db, req->arena, req->town,
	    &o->whole.vorgang.id, &change, err);
}

int
trace_view(struct app *app, struct request *req, struct opened *o,
    const char *what, struct err *err)
{
	if (write_view(app, req, o, what, err) == -1) {
		if (o->is_handed || err->code != ERR_CONFLICT)
			return -1;
		err_clear(err);
		if (handover_find(app->db, req->arena, &o->whole.vorgang.id,
			HANDOVER_CLIENT, o->client.slug, WHAT_APPLICATION,
			&o->handover, &o->is_handed, err) == -1 ||
		    write_view(app, req, o, what, err) == -1)
			return -1;
	}
	o->is_handed = true;
	return 0;
}
