#include "common/service/service_exchange.h"

#include "common/form/form_def.h"
#include "common/vorgang/office_step.h"
#include "common/service/service_def.h"
#include "common/xoev/xoev.h"

/* Where the exchange is taken at all, and messages that every service
 * understands. */

#define PATH "exchange"
#define GENERAL PATH ".general"
#define PAYMENT_STATUS "zahlung_offen"

/* Code list xtorhaus.vorgangsstatus, version 1. */
static const char *const statuses[] = { "eingegangen", "in_bearbeitung",
	"rueckfrage", "zahlung_offen", "bewilligt", "abgelehnt",
	"zurueckgenommen", "bereit", "erledigt", "nicht_zustaendig" };

const char *
service_exchange_state(const struct service_exchange *e, const char *status)
{
	const struct exchange_general *g = e == NULL ? NULL : e->general;

	for (size_t i = 0; g != NULL && i < g->nstatus; i++)
		if (strcmp(g->status[i].status, status) == 0)
			return g->status[i].to;
	return NULL;
}

bool
service_exchange_may_ask(const struct service *s, const char *state)
{
	const struct exchange_general *g =
	    s == NULL || s->exchange == NULL ? NULL : s->exchange->general;

	return g != NULL && g->asked != NULL && g->answered != NULL &&
	    (strcmp(state, g->asked) == 0 || strcmp(state, g->answered) == 0);
}

static bool
is_status(const char *name)
{
	for (size_t i = 0; i < nitems(statuses); i++)
		if (strcmp(statuses[i], name) == 0)
			return true;
	return false;
}

static const char *
state_id(struct form_def *d, const char *path, const char *id,
    const struct service *s)
{
	const struct service_state *state =
	    id == NULL ? NULL : service_state(s, id);

	if (id != NULL && state == NULL)
		def_mistake(d, path, "name a member of \"states\"",
		    "there is no state \"%s\"", id);
	return state == NULL ? NULL : state->id;
}

/* ---- "general" ---- */

static void
status_compile(struct form_def *d, const cJSON *json, const struct service *s,
    struct exchange_general *g)
{
	struct exchange_status *list = arena_new(
	    d->arena, struct exchange_status, nitems(statuses));
	const cJSON *one;

	g->status = list;
	cJSON_ArrayForEach (one, json) {
		const char *path =
		    def_member(d, GENERAL ".states", one->string);

		if (!is_status(one->string) || !cJSON_IsString(one)) {
			def_mistake(d, path,
			    "write \"status\": \"state\", with a status of "
			    "the code list xtorhaus.vorgangsstatus",
			    "\"%s\" is no status", one->string);
			continue;
		}
		if (g->nstatus < nitems(statuses))
			list[g->nstatus++] = (struct exchange_status){
				.status = arena_strdup(d->arena, one->string),
				.to = state_id(d, path, one->valuestring, s) };
	}
}

/* While something is missing and afterwards: each leads to the other. */
static void
asked_compile(struct form_def *d, const cJSON *json, const struct service *s,
    const struct service_exchange *e, struct exchange_general *g)
{
	const struct service_state *asked, *answered;

	g->asked = state_id(
	    d, GENERAL ".asked", def_string(json, "asked"), s);
	g->answered = state_id(
	    d, GENERAL ".answered", def_string(json, "answered"), s);
	if (g->asked == NULL || g->answered == NULL)
		return;
	asked = service_state(s, g->asked);
	answered = service_state(s, g->answered);
	if (!office_step_leads(asked, g->answered) ||
	    !office_step_leads(answered, g->asked))
		def_mistake(d, GENERAL ".asked",
		    "add each to the other's \"next\"",
		    "\"%s\" and \"%s\" do not lead to each other",
		    g->asked, g->answered);
	if (service_exchange_step(e, g->asked) != NULL)
		def_mistake(d, GENERAL ".asked", "name another state",
		    "a step of its own is taken in \"%s\"", g->asked);
}

static const char *const decision_file[] = { "bescheid.0" };
static const char *const decision_name[] = { "Bescheid.pdf" };
static const char *const payment_file[] = { "rechnung.0" };
static const char *const payment_name[] = { "Rechnung.pdf" };

/* What the general messages do, as if the service said so itself. */
static void
answers_make(struct form_def *d, const struct service *s,
    struct service_exchange *e, struct exchange_general *g)
{
	const struct exchange_answer all[] = {
		{ .message = EXCHANGE_RECEIPT },
		{ .message = EXCHANGE_STATUS, .is_status = true,
		    .has_words = true },
		{ .message = EXCHANGE_ASKED, .to = g->asked,
		    .has_words = true, .is_question = true },
		{ .message = EXCHANGE_DECISION, .is_status = true,
		    .has_words = true, .file = decision_file,
		    .file_name = decision_name, .nfile = 1 },
		{ .message = EXCHANGE_PAYMENT, .has_words = true,
		    .to = service_exchange_state(e, PAYMENT_STATUS),
		    .file = payment_file, .file_name = payment_name,
		    .nfile = 1 },
	};
	struct exchange_answer *list =
	    arena_new(d->arena, struct exchange_answer, nitems(all));

	g->answer = list;
	for (size_t i = 0; i < nitems(all); i++)
		if (xoev_mapping_find(s->xoev, all[i].message) != NULL)
			list[g->nanswer++] = all[i];
}

static void
general_compile(struct form_def *d, const cJSON *json, const struct service *s,
    struct service_exchange *e)
{
	static const struct def_key keys[] = {
		{ "states", cJSON_Object, true },
		{ "asked", cJSON_String, true },
		{ "answered", cJSON_String, true },
		{ NULL, 0, false },
	};
	struct exchange_general *g;

	if (json == NULL || !def_check_keys(d, json, GENERAL, keys))
		return;
	if (s->xoev == NULL ||
	    xoev_mapping_find(s->xoev, EXCHANGE_REPLY) == NULL) {
		def_mistake(d, GENERAL,
		    "write \"include\": [\"vorgang\"] in xoev.json",
		    "the general messages are not in xoev.json");
		return;
	}
	g = arena_new(d->arena, struct exchange_general, 1);
	*g = (struct exchange_general){ 0 };
	e->general = g;
	status_compile(
	    d, cJSON_GetObjectItemCaseSensitive(json, "states"), s, g);
	asked_compile(d, json, s, e, g);
	answers_make(d, s, e, g);
}

/* ---- where it is taken ---- */

/* Whether people can go on from a state by themselves. */
static bool
has_way_out(const struct service_state *from, const char *but)
{
	for (size_t i = 0; i < from->nnext; i++)
		if (but == NULL || strcmp(from->next[i], but) != 0)
			return true;
	return false;
}

/*
 * A town without the partner has to be able to do all of it by hand, and one
 * with it when it fails.
 */
static void
check_where_partner(struct form_def *d, const struct service *s,
    const struct service_exchange *e)
{
	if (e->silent_to == NULL || e->refused_to == NULL)
		def_mistake(d, PATH ".silent",
		    "name the states in which a person deals with it",
		    "\"only_with_partner\" needs \"silent\" and \"refused\"");
	for (size_t i = 0; i < e->nstep; i++) {
		const struct exchange_step *step = &e->step[i];
		const struct service_state *from =
		    service_state(s, step->from);
		const char *path = def_item(d, PATH ".steps", i);

		if (step->nmessage > 0 && step->otherwise == NULL)
			def_mistake(d, def_member(d, path, "otherwise"),
			    "name the state in which a person deals with it",
			    "the step has none for when it cannot be taken");
		if (from != NULL && !has_way_out(from, step->to))
			def_mistake(d, def_member(d, path, "in"),
			    "add a state for people to its \"next\"",
			    "without the partner nobody gets on from \"%s\"",
			    step->from);
	}
}

static void
check_answers(struct form_def *d, const struct service_exchange *e)
{
	for (size_t i = 0; i < e->nanswer; i++)
		if (e->answer[i].is_status && e->general == NULL)
			def_mistake(d,
			    def_member(d, def_item(d, PATH ".answers", i),
				"status"),
			    "add \"general\" with its \"states\"",
			    "what a status means is not said");
}

void
service_exchange_general_compile(struct form_def *d, const cJSON *json,
    const struct service *s, struct service_exchange *e)
{
	struct form_reach reach = { .kind = REACH_ALL };
	const cJSON *key = cJSON_GetObjectItemCaseSensitive(json, "key");

	e->is_where_partner = def_bool(json, "only_with_partner", false);
	if (key != NULL)
		e->key = form_expr_compile(d, key, PATH ".key",
		    form_names_of(d, NULL), reach);
	if ((*e->prefix == '\0') == (key == NULL))
		def_mistake(d, PATH ".partner",
		    "give \"partner\", or \"key\" with the whole key",
		    "it is not said whom the messages go to");
	if (key != NULL && !e->is_where_partner)
		def_mistake(d, PATH ".key", "add \"only_with_partner\": true",
		    "there may be no key");
	general_compile(
	    d, cJSON_GetObjectItemCaseSensitive(json, "general"), s, e);
	check_answers(d, e);
	if (e->is_where_partner)
		check_where_partner(d, s, e);
}
