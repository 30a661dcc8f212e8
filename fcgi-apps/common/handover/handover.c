#include "common/handover/handover.h"

#include "common/json.h"

#define DATA_MAX 2048

struct event
handover_event(struct arena *a, const struct handover *h,
    enum handover_step step, enum event_actor actor)
{
	static const char *const kind[] = {
	    "handed-over", "collected", "answered"};
	struct buf *data = buf_new(a, DATA_MAX);
	struct json_out j;

	json_begin(&j, data);
	json_open_object(&j);
	json_pair(&j, "way", h->way);
	json_pair(&j, "what", h->what);
	json_pair(&j, "name", h->name);
	json_close_object(&j);
	return (struct event){.kind = kind[step],
	    .actor = actor,
	    .is_public = true,
	    .data = buf_text(data)};
}
