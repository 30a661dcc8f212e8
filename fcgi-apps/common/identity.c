#include "common/identity.h"

#include "common/buf.h"
#include "common/json.h"

static const char *const level_names[] = { "none", "normal", "substantial",
	"high" };

enum identity_level
identity_level(const char *name)
{
	for (size_t i = 0; name != NULL && i < nitems(level_names); i++)
		if (strcmp(level_names[i], name) == 0)
			return (enum identity_level)i;
	return IDENTITY_NONE;
}

const char *
identity_level_name(enum identity_level level)
{
	return level_names[level];
}

struct event
identity_event(struct arena *a, const struct identity *i)
{
	struct buf *out = buf_new(a, 1024);
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	json_pair(&j, "method", i->method);
	json_pair(&j, "level", identity_level_name(i->level));
	json_close_object(&j);
	return (struct event){ .kind = IDENTITY_EVENT,
		.actor = ACTOR_APPLICANT,
		.is_public = true,
		.data = buf_text(out) };
}

enum identity_level
identity_of_events(struct arena *a, const struct event *event, size_t n,
    bool *is_simulated)
{
	enum identity_level best = IDENTITY_NONE;

	if (is_simulated != NULL)
		*is_simulated = false;
	for (size_t i = 0; i < n; i++) {
		struct err none = { 0 };
		const char *method;
		enum identity_level level;
		cJSON *json;

		if (strcmp(event[i].kind, IDENTITY_EVENT) != 0 ||
		    json_parse(a, event[i].data, strlen(event[i].data),
			&json_limits_request, &json, &none) == -1)
			continue;
		level = identity_level(json_string(json, "level"));
		if (level <= best)
			continue;
		best = level;
		method = json_string(json, "method");
		if (is_simulated != NULL)
			*is_simulated = method != NULL &&
			    strcmp(method, IDENTITY_SIMULATED) == 0;
	}
	return best;
}
