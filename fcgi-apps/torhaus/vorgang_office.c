#include "torhaus/vorgang_office.h"

#include "common/date.h"
#include "common/json.h"

int
office_read(struct tool *t, const struct town *town, const char *reference,
    struct vorgang_whole *out, struct err *err)
{
	char clean[ID_REFERENCE_LEN + 1];
	struct id id;

	if (id_reference_parse(reference, clean, err) == -1)
		return err_set(err, ERR_FIELD_INVALID,
		    "'%s' is no reference: it has ten characters such as "
		    "W7K3-9QXD-4M, the last one is a check",
		    reference);
	if (vorgang_find(t->db, t->arena, clean, &id, err) == -1)
		return err->code == ERR_NOT_FOUND
		    ? err_set(err, ERR_NOT_FOUND,
			  "%s has no application %s", town->name,
			  id_reference_show(t->arena, clean))
		    : -1;
	return vorgang_by_id(t->db, t->arena, town, &id, out, err);
}

int
office_record_view(struct tool *t, const struct town *town,
    const struct vorgang_whole *w, const char *what, struct err *err)
{
	struct buf *data = buf_new(t->arena, 4096);
	struct event event = {.kind = "viewed", .actor = ACTOR_OFFICE};
	const struct vorgang_change change = {
	    .now_ms = date_now_ms(), .event = &event, .nevent = 1,
	    .is_look = true};
	struct json_out j;

	json_begin(&j, data);
	json_open_object(&j);
	json_pair(&j, "by", tool_user(t->arena));
	json_pair(&j, "what", what);
	json_close_object(&j);
	event.data = buf_text(data);
	return vorgang_change(
	    t->db, t->arena, town, &w->vorgang.id, &change, err);
}

bool
office_words(struct tool *t, const struct town *town,
    const struct vorgang *v, struct town_service *out)
{
	const struct town_service *offer;

	memset(out, 0, sizeof(*out));
	out->service = service_set_version(t->set, v->service_version_id);
	if (out->service == NULL)
		return false;
	offer = service_set_offer(t->set, town, out->service->slug);
	if (offer != NULL)
		out->settings = offer->settings;
	return true;
}
