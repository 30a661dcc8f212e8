/* A Vorgang as clients get it; openapi.c describes the same. */
#include "common/date.h"
#include "handover/handover.h"

static const char *
from(enum event_actor actor)
{
	static const char *const names[] = {"applicant", "office", "system"};

	return names[actor];
}

static void
put_time(struct json_out *j, struct arena *a, const char *name, int64_t ms)
{
	json_pair(j, name, ms == 0 ? NULL : date_instant_to_xsd(a, ms));
}

static const char *
path_of(struct arena *a, const struct id *vorgang)
{
	return arena_printf(a, API_PATH "/vorgaenge/%s", id_hex(a, vorgang));
}

void
vorgang_json_document(struct json_out *j, struct arena *a,
    const struct id *vorgang, const struct document *d)
{
	json_pair(j, "id", id_hex(a, &d->id));
	json_pair(j, "field", d->field);
	json_pair(j, "name", d->name);
	json_pair(j, "media_type", d->media_type);
	json_key(j, "size");
	json_put_int(j, d->size);
	json_pair(j, "sha256", id_hex_bytes(a, d->sha256, sizeof(d->sha256)));
	json_pair(j, "from", from(d->origin));
	put_time(j, a, "created_at", d->created_ms);
	json_pair(j, "href",
	    arena_printf(a, "%s/dokumente/%s", path_of(a, vorgang),
		id_hex(a, &d->id)));
}

static void
put_documents(struct json_out *j, struct arena *a, const struct opened *o)
{
	json_key(j, "documents");
	json_open_array(j);
	for (size_t i = 0; i < o->whole.ndocument; i++) {
		json_open_object(j);
		vorgang_json_document(j, a, &o->whole.vorgang.id,
		    &o->whole.document[i]);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_messages(struct json_out *j, struct arena *a, const struct opened *o)
{
	json_key(j, "messages");
	json_open_array(j);
	for (size_t i = 0; i < o->whole.nmessage; i++) {
		const struct message *m = &o->whole.message[i];

		json_open_object(j);
		json_pair(j, "id", id_hex(a, &m->id));
		json_pair(j, "from", from(m->from));
		put_time(j, a, "at", m->at_ms);
		json_pair(j, "text", m->body);
		json_close_object(j);
	}
	json_close_array(j);
}

/* What the applicant sees too: the office's own notes stay with it. */
static void
put_events(struct json_out *j, struct arena *a, const struct opened *o)
{
	json_key(j, "events");
	json_open_array(j);
	for (size_t i = 0; i < o->whole.nevent; i++) {
		const struct event *e = &o->whole.event[i];

		if (!e->is_public)
			continue;
		json_open_object(j);
		json_key(j, "seq");
		json_put_int(j, e->seq);
		json_pair(j, "kind", e->kind);
		put_time(j, a, "at", e->at_ms);
		json_pair(j, "from", from(e->actor));
		json_key(j, "data");
		json_put_raw(j, e->data);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_next_states(struct json_out *j, const struct opened *o)
{
	const struct service_state *s =
	    service_state(o->service, o->whole.vorgang.state);

	json_key(j, "next_states");
	json_open_array(j);
	for (size_t i = 0; s != NULL && i < s->nnext; i++)
		json_put_string(j, s->next[i]);
	json_close_array(j);
}

static void
put_handover(struct json_out *j, struct arena *a, const struct opened *o)
{
	json_key(j, "handover");
	json_open_object(j);
	put_time(j, a, "handed_at", o->handover.handed_ms);
	put_time(j, a, "collected_at", o->handover.collected_ms);
	put_time(j, a, "answered_at", o->handover.answered_ms);
	json_close_object(j);
}

void
vorgang_json_brief(struct request *req, const struct opened *o,
    struct json_out *j)
{
	const struct vorgang *v = &o->whole.vorgang;
	struct arena *a = req->arena;

	json_pair(j, "id", id_hex(a, &v->id));
	json_pair(j, "reference", id_reference_show(a, v->reference));
	json_pair(j, "state", v->state);
	json_key(j, "is_closed");
	json_put_bool(j, v->is_closed);
	put_next_states(j, o);
	put_time(j, a, "changed_at", v->changed_ms);
	put_handover(j, a, o);
	json_pair(j, "href", path_of(a, &v->id));
}

void
vorgang_json(struct request *req, const struct opened *o, struct buf *out)
{
	const struct vorgang *v = &o->whole.vorgang;
	const struct department *d =
	    town_department_by_id(req->town, v->department_id);
	struct arena *a = req->arena;
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	vorgang_json_brief(req, o, &j);
	json_pair(&j, "service", o->service->slug);
	json_pair(&j, "service_version", o->service->version);
	json_pair(&j, "leika_key",
	    o->service->leika_key[0] == '\0' ? NULL : o->service->leika_key);
	json_pair(&j, "schema",
	    arena_printf(a, "/api/v1/leistungen/%s/schema.json",
		o->service->slug));
	json_pair(&j, "language", lang_tag(v->lang));
	json_pair(&j, "department", d == NULL ? NULL : d->slug);
	json_key(&j, "is_urgent");
	json_put_bool(&j, v->is_urgent);
	put_time(&j, a, "received_at", v->created_ms);
	json_pair(&j, "due", v->due == 0 ? NULL : date_to_iso(a, v->due));
	json_key(&j, "answers");
	json_put_raw(&j, v->answers);
	put_documents(&j, a, o);
	put_messages(&j, a, o);
	put_events(&j, a, o);
	json_close_object(&j);
}
