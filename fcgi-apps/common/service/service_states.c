#include "common/service/service_def.h"

#include "common/form/form_def.h"

#define STATES_MAX 40
#define DUE_DAYS_MAX 3650
#define FILE_NAME "service.json"

static size_t
state_index(const struct service *s, const char *id)
{
	size_t i = 0;

	while (i < s->nstate && strcmp(s->state[i].id, id) != 0)
		i++;
	return i;
}

static enum service_turn
turn_compile(struct form_def *d, const cJSON *json, const char *path)
{
	static const char *const turns[] = { "office", "applicant", "nobody" };
	const char *turn = def_string(json, "turn");

	for (size_t i = 0; i < nitems(turns); i++)
		if (turn == NULL || strcmp(turn, turns[i]) == 0)
			return (enum service_turn)i;
	def_mistake(d, def_member(d, path, "turn"),
	    "write \"office\", \"applicant\" or \"nobody\"",
	    "\"%s\" has no turn", turn);
	return TURN_OFFICE;
}

static void
state_compile(struct form_def *d, const cJSON *json, const char *path,
    struct service_state *state)
{
	static const struct def_key keys[] = {
		{ "id", cJSON_String, true },
		{ "initial", cJSON_True, false },
		{ "final", cJSON_True, false },
		{ "next", cJSON_Array, true },
		{ "withdrawable", cJSON_True, false },
		{ "notify", cJSON_True, false },
		{ "due_days", cJSON_Number, false },
		{ "turn", cJSON_String, false },
		{ NULL, 0, false },
	};
	const cJSON *due = cJSON_GetObjectItemCaseSensitive(json, "due_days");
	const char *id = def_string(json, "id");

	state->id = id == NULL ? "" : arena_strdup(d->arena, id);
	if (!def_check_keys(d, json, path, keys))
		return;
	if (!def_is_key(state->id, false))
		def_mistake(d, def_member(d, path, "id"),
		    "use small letters, digits and _", "\"%s\" cannot be an id",
		    state->id);
	state->next = def_strings(d, json, path, "next", &state->nnext);
	state->is_initial = def_bool(json, "initial", false);
	state->is_final = def_bool(json, "final", false);
	state->is_withdrawable = def_bool(json, "withdrawable", false);
	state->notifies = def_bool(json, "notify", false);
	state->turn = turn_compile(d, json, path);
	if (due == NULL)
		return;
	if (!(due->valuedouble >= 0 && due->valuedouble <= DUE_DAYS_MAX))
		def_mistake(d, def_member(d, path, "due_days"),
		    "write days from 0 to 3650", "an impossible limit");
	else
		state->due_days = (int64_t)due->valuedouble;
}

static void
check_next(struct form_def *d, const struct service *s, size_t i)
{
	const struct service_state *state = &s->state[i];
	const char *path = def_item(d, "states", i);

	for (size_t k = 0; k < state->nnext; k++)
		if (state_index(s, state->next[k]) == s->nstate)
			def_mistake(d,
			    def_item(d, def_member(d, path, "next"), k),
			    "add the state or correct the name",
			    "there is no state \"%s\"", state->next[k]);
	for (size_t k = 0; k < i; k++)
		if (strcmp(s->state[k].id, state->id) == 0)
			def_mistake(d, def_member(d, path, "id"),
			    "give it another id",
			    "the state \"%s\" is there twice", state->id);
	if (state->is_final && state->nnext > 0)
		def_mistake(d, def_member(d, path, "next"),
		    "empty \"next\" or take \"final\" out",
		    "the final state \"%s\" goes on", state->id);
	if (!state->is_final && state->nnext == 0)
		def_mistake(d, def_member(d, path, "next"),
		    "name what can follow, or mark it \"final\": true",
		    "nothing follows \"%s\"", state->id);
	if (state->is_final && state->is_withdrawable)
		def_mistake(d, def_member(d, path, "withdrawable"),
		    "take it out", "what is finished cannot be withdrawn");
}

/* Marks what can be reached from state i. */
static void
reach(const struct service *s, size_t i, bool *reached)
{
	if (i == s->nstate || reached[i])
		return;
	reached[i] = true;
	if (s->state[i].is_withdrawable)
		reach(s, state_index(s, "withdrawn"), reached);
	for (size_t k = 0; k < s->state[i].nnext; k++)
		reach(s, state_index(s, s->state[i].next[k]), reached);
}

static void
check_reach(struct form_def *d, const struct service *s)
{
	bool reached[STATES_MAX] = { false };
	size_t initial = s->nstate, n = 0;

	for (size_t i = 0; i < s->nstate; i++) {
		if (!s->state[i].is_initial)
			continue;
		initial = i;
		n++;
	}
	if (n != 1) {
		def_mistake(d, "states",
		    "mark the one in which an application arrives: "
		    "\"initial\": true",
		    "%zu initial states, exactly one is needed", n);
		return;
	}
	if (s->state[initial].is_final)
		def_mistake(d, def_item(d, "states", initial),
		    "take \"final\" out", "the initial state is final");
	reach(s, initial, reached);
	for (size_t i = 0; i < s->nstate; i++)
		if (!reached[i])
			def_mistake(d, def_item(d, "states", i),
			    "name it in \"next\" of another, or take it out",
			    "no way leads to the state \"%s\"",
			    s->state[i].id);
}

static void
check_withdrawn(struct form_def *d, const struct service *s)
{
	size_t withdrawn = state_index(s, "withdrawn");
	bool is_withdrawable = false;

	for (size_t i = 0; i < s->nstate; i++)
		is_withdrawable |= s->state[i].is_withdrawable;
	if (is_withdrawable &&
	    (withdrawn == s->nstate || !s->state[withdrawn].is_final))
		def_mistake(d, "states",
		    "add { \"id\": \"withdrawn\", \"final\": true, \"next\": "
		    "[] }",
		    "withdrawable states need the final state \"withdrawn\"");
}

void
service_states_compile(struct arena *a, struct form_mistakes *m,
    const cJSON *json, struct service *s)
{
	struct form_def d = { .arena = a, .mistakes = m,
		.file = FILE_NAME };
	struct service_state *state;
	const cJSON *one;
	int n = cJSON_GetArraySize(json);

	if (!cJSON_IsArray(json) || n == 0 || n > STATES_MAX) {
		if (cJSON_IsArray(json))
			def_mistake(&d, "states", "give 1 to 40 states",
			    "%d states", n);
		return;
	}
	state = arena_new(a, struct service_state, (size_t)n);
	s->state = state;
	cJSON_ArrayForEach (one, json) {
		state_compile(
		    &d, one, def_item(&d, "states", s->nstate),
		    &state[s->nstate]);
		s->nstate++;
	}
	for (size_t i = 0; i < s->nstate; i++)
		check_next(&d, s, i);
	check_withdrawn(&d, s);
	check_reach(&d, s);
}
