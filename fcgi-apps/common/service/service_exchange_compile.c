#include "common/service/service_exchange.h"

#include "common/form/form_def.h"
#include "common/service/service_def.h"
#include "common/xoev/xoev.h"

#define PATH "exchange"
#define STEPS_MAX 20
#define ANSWERS_MAX 60
#define MATCHES_MAX 10
#define REPLY_MAX 200
#define UNUSABLE_MOST 3
#define UNUSABLE_HOURS 24

const struct exchange_step *
service_exchange_step(const struct service_exchange *e, const char *state)
{
	for (size_t i = 0; e != NULL && i < e->nstep; i++)
		if (strcmp(e->step[i].from, state) == 0)
			return &e->step[i];
	return NULL;
}

/* Without the blanks at its ends. */
static char *
trimmed(struct arena *a, const char *written)
{
	const char *begin = written + strspn(written, " \t\r\n");
	size_t n = strlen(begin);

	while (n > 0 && strchr(" \t\r\n", begin[n - 1]) != NULL)
		n--;
	return arena_dup(a, begin, n);
}

bool
service_exchange_is_no(struct arena *a, const struct exchange_step *step,
    const char *written)
{
	char *text = trimmed(a, written);

	text[strcspn(text, "\r\n")] = '\0';
	return step->no != NULL && form_regex_matches(step->no, text);
}

bool
exchange_is_passed(const struct exchange_answer *answer, const char *state)
{
	if (answer->npassed > 0 && answer->to != NULL &&
	    strcmp(answer->to, state) == 0)
		return true;
	for (size_t i = 0; i < answer->npassed; i++)
		if (strcmp(answer->passed[i], state) == 0)
			return true;
	return false;
}

const char *
service_exchange_reply(struct arena *a, const struct exchange_step *step,
    const char *written)
{
	const char *text = trimmed(a, written);

	if (*text == '\0' || strlen(text) > REPLY_MAX)
		return NULL;
	return step->pattern != NULL && form_regex_matches(step->pattern, text)
	    ? text
	    : NULL;
}

static bool
leads(const struct service_state *from, const char *to)
{
	for (size_t i = 0; i < from->nnext; i++)
		if (strcmp(from->next[i], to) == 0)
			return true;
	return false;
}

/* A state by name; NULL (and a mistake when it is named) when there is none. */
static const struct service_state *
state_of(struct form_def *d, const cJSON *json, const char *path,
    const char *member, const struct service *s)
{
	const char *id = def_string(json, member);
	const struct service_state *state;

	if (id == NULL)
		return NULL;
	state = service_state(s, id);
	if (state == NULL)
		def_mistake(d, def_member(d, path, member),
		    "name a member of \"states\"", "there is no state \"%s\"",
		    id);
	return state;
}

/* That a state may follow another; says so else. */
static void
check_way(struct form_def *d, const char *path,
    const struct service_state *from, const struct service_state *to)
{
	if (from == NULL || to == NULL || leads(from, to->id))
		return;
	def_mistake(d, path,
	    "add it to the state's \"next\", or name another state",
	    "\"%s\" does not lead to \"%s\"", from->id, to->id);
}

static const char *
copy(struct form_def *d, const cJSON *json, const char *name)
{
	const char *text = def_string(json, name);

	return text == NULL ? NULL : arena_strdup(d->arena, text);
}

static const char *
id_of(const struct service_state *state)
{
	return state == NULL ? NULL : state->id;
}

/* A message of xoev.json that goes that way. */
static void
check_message(struct form_def *d, const char *path, const char *message,
    enum xoev_direction direction, const struct service *s)
{
	const struct xoev_message_info *info = NULL;

	if (s->xoev != NULL)
		info = xoev_mapping_find(s->xoev, message);
	if (info != NULL && info->direction == direction)
		return;
	def_mistake(d, def_member(d, path, "message"),
	    direction == XOEV_OUT
		? "name a message of xoev.json that goes out"
		: "name a message of xoev.json that comes in",
	    "there is no such message \"%s\"", message);
}

/* ---- steps ---- */

static void
step_states(struct form_def *d, const cJSON *json, const char *path,
    const struct service *s, struct exchange_step *step)
{
	const struct service_state *from = state_of(d, json, path, "in", s);
	const struct service_state *to = state_of(d, json, path, "to", s);
	const struct service_state *otherwise =
	    state_of(d, json, path, "otherwise", s);
	const struct service_state *unreachable =
	    state_of(d, json, path, "unreachable", s);
	const struct service_state *no = state_of(d, json, path, "no_to", s);
	const struct service_state *late = state_of(d, json, path, "late", s);

	step->from = from == NULL ? "" : from->id;
	step->to = id_of(to);
	if (step->to == NULL && step->nmessage == 0)
		def_mistake(d, def_member(d, path, "to"),
		    "name the state that follows",
		    "without a message a step has to lead somewhere");
	if (step->to != NULL && step->is_optional)
		def_mistake(d, def_member(d, path, "optional"),
		    "use \"unreachable\"",
		    "a step that leads on cannot be left out");
	step->otherwise = id_of(otherwise);
	check_way(d, def_member(d, path, "to"), from, to);
	step->unreachable = id_of(unreachable);
	step->no_to = id_of(no);
	step->late = id_of(late);
	check_way(d, def_member(d, path, "otherwise"), from, otherwise);
	check_way(d, def_member(d, path, "unreachable"), from, unreachable);
	check_way(d, def_member(d, path, "no_to"), from, no);
	check_way(d, def_member(d, path, "late"), from, late);
}

/* "message": one, or "messages": several. */
static void
step_messages(struct form_def *d, const cJSON *json, const char *path,
    const struct service *s, struct exchange_step *step)
{
	const char *single = copy(d, json, "message");

	if (single != NULL) {
		const char **one = arena_new(d->arena, const char *, 1);

		one[0] = single;
		step->message = one;
		step->nmessage = 1;
		check_message(d, path, single, XOEV_OUT, s);
	}
	if (!def_has(json, "messages"))
		return;
	if (single != NULL)
		def_mistake(d, def_member(d, path, "messages"),
		    "leave one of them out",
		    "\"message\" and \"messages\" together");
	step->message =
	    def_strings(d, json, path, "messages", &step->nmessage);
	for (size_t i = 0; i < step->nmessage; i++)
		check_message(d, path, step->message[i], XOEV_OUT, s);
}

static void
prefix_check(struct form_def *d, const char *path, const char *prefix)
{
	if (prefix != NULL &&
	    (!def_is_key(prefix, false) || strlen(prefix) > 10))
		def_mistake(d, def_member(d, path, "partner"),
		    "write the prefix of a directory key, such as ags",
		    "\"%s\" is no prefix", prefix);
}

/* A field that an authority's key is made of has to be there. */
static void
field_check(struct form_def *d, const char *path, const struct service *s,
    const char *field)
{
	if (field == NULL || form_field_find(s->form, field) != NULL)
		return;
	def_mistake(d, path, "write the path of a field",
	    "there is no field \"%s\"", field);
}

static void
step_ask(struct form_def *d, const cJSON *json, const char *path,
    const struct service *s, struct exchange_step *step)
{
	const char *ask = def_string(json, "ask");
	const char *no = copy(d, json, "no_pattern");

	if (def_has(json, "show"))
		step->show = def_strings(d, json, path, "show", &step->nshow);
	for (size_t i = 0; i < step->nshow; i++)
		check_message(d, path, step->show[i], XOEV_IN, s);
	if (no != NULL)
		step->no = form_regex_compile(
		    d, no, def_member(d, path, "no_pattern"));
	if ((no == NULL) != (step->no_to == NULL))
		def_mistake(d, def_member(d, path, "no_pattern"),
		    "give both \"no_pattern\" and \"no_to\"",
		    "one goes with the other");
	step->reply_days = (int64_t)def_size(
	    d, json, path, "reply_days", 0, EXCHANGE_DAYS_MAX, 0);
	if (ask == NULL)
		return;
	if (strcmp(ask, "confirm") == 0)
		step->ask = EXCHANGE_ASK_CONFIRM;
	else if (strcmp(ask, "text") == 0)
		step->ask = EXCHANGE_ASK_TEXT;
	if (step->ask == EXCHANGE_ASK_NOTHING || step->reply == NULL ||
	    (step->ask == EXCHANGE_ASK_CONFIRM && step->no == NULL)) {
		def_mistake(d, def_member(d, path, "ask"),
		    "use confirm (with reply and no_pattern) or text (with "
		    "reply)",
		    "\"%s\" cannot be asked here", ask);
		return;
	}
}

static void
step_reply(struct form_def *d, const cJSON *json, const char *path,
    struct exchange_step *step)
{
	const char *pattern = copy(d, json, "reply_pattern");

	step->reply = copy(d, json, "reply");
	if ((step->reply == NULL) != (pattern == NULL)) {
		def_mistake(d, def_member(d, path, "reply"),
		    "give both \"reply\" and \"reply_pattern\"",
		    "one goes with the other");
		return;
	}
	if (pattern != NULL)
		step->pattern = form_regex_compile(
		    d, pattern, def_member(d, path, "reply_pattern"));
}

static void
step_compile(struct form_def *d, const cJSON *json, const char *path,
    const struct service *s, struct exchange_step *step)
{
	static const struct def_key keys[] = {
		{ "id", cJSON_String, true },
		{ "message", cJSON_String, false },
		{ "messages", cJSON_Array, false },
		{ "field", cJSON_Array, false },
		{ "pdf", cJSON_Array, false },
		{ "in", cJSON_String, true },
		{ "to", cJSON_String, false },
		{ "otherwise", cJSON_String, false },
		{ "partner", cJSON_String, false },
		{ "optional", cJSON_True, false },
		{ "once", cJSON_True, false },
		{ "unreachable", cJSON_String, false },
		{ "level", cJSON_String, false },
		{ "when", 0, false },
		{ "answer_hours", cJSON_Number, false },
		{ "reply", cJSON_String, false },
		{ "reply_pattern", cJSON_String, false },
		{ "ask", cJSON_String, false },
		{ "show", cJSON_Array, false },
		{ "no_pattern", cJSON_String, false },
		{ "no_to", cJSON_String, false },
		{ "reply_days", cJSON_Number, false },
		{ "late", cJSON_String, false },
		{ NULL, 0, false },
	};
	struct form_reach reach = { .kind = REACH_ALL };
	const cJSON *when = cJSON_GetObjectItemCaseSensitive(json, "when");
	const char *level = def_string(json, "level");

	*step = (struct exchange_step){ .id = "", .from = "" };
	if (!def_check_keys(d, json, path, keys))
		return;
	step->id = copy(d, json, "id");
	step_messages(d, json, path, s, step);
	if (def_has(json, "field"))
		step->field =
		    def_strings(d, json, path, "field", &step->nfield);
	for (size_t i = 0; i < step->nfield; i++)
		field_check(
		    d, def_member(d, path, "field"), s, step->field[i]);
	if (def_has(json, "pdf"))
		step->pdf = def_strings(d, json, path, "pdf", &step->npdf);
	for (size_t i = 0; i < step->npdf; i++)
		field_check(
		    d, def_member(d, path, "pdf"), s, step->pdf[i]);
	if (!def_is_key(step->id, false))
		def_mistake(d, def_member(d, path, "id"),
		    "use small letters, digits and _", "\"%s\" cannot be an id",
		    step->id);
	step->level = identity_level(level);
	if (level != NULL && step->level == IDENTITY_NONE)
		def_mistake(d, def_member(d, path, "level"),
		    "use normal, substantial or high",
		    "\"%s\" is no trust level", level);
	step->answer_hours = (int64_t)def_size(
	    d, json, path, "answer_hours", 0, EXCHANGE_HOURS_MAX, 0);
	step->prefix = copy(d, json, "partner");
	prefix_check(d, path, step->prefix);
	step->is_optional = def_bool(json, "optional", false);
	step->is_once = def_bool(json, "once", false);
	step_states(d, json, path, s, step);
	step_reply(d, json, path, step);
	step_ask(d, json, path, s, step);
	if (when != NULL)
		step->when = form_cond_compile(d, when,
		    def_member(d, path, "when"), form_names_of(d, NULL), reach);
}

static void
steps_compile(struct form_def *d, const cJSON *list, const struct service *s,
    struct service_exchange *e)
{
	struct exchange_step *step;
	int n = cJSON_GetArraySize(list);
	const cJSON *one;

	if (n == 0 || n > STEPS_MAX) {
		def_mistake(d, PATH ".steps", "name 1 to 20 steps",
		    "%d steps", n);
		return;
	}
	step = arena_new(d->arena, struct exchange_step, (size_t)n);
	e->step = step;
	cJSON_ArrayForEach (one, list) {
		const char *path = def_item(d, PATH ".steps", e->nstep);
		struct exchange_step *this = &step[e->nstep++];

		step_compile(d, one, path, s, this);
		for (size_t i = 0; i + 1 < e->nstep; i++)
			if (strcmp(step[i].id, this->id) == 0 ||
			    strcmp(step[i].from, this->from) == 0)
				def_mistake(d, path,
				    "give each step an id and a state of its "
				    "own",
				    "another step has this id or state");
	}
}

/* ---- answers ---- */

/* States by name, each of which there is. */
static void
passed_compile(struct form_def *d, const cJSON *json, const char *path,
    const struct service *s, struct exchange_answer *answer)
{
	if (def_has(json, "passed"))
		answer->passed =
		    def_strings(d, json, path, "passed", &answer->npassed);
	for (size_t i = 0; i < answer->npassed; i++)
		if (service_state(s, answer->passed[i]) == NULL)
			def_mistake(d,
			    def_item(d, def_member(d, path, "passed"), i),
			    "name members of \"states\"",
			    "there is no state \"%s\"", answer->passed[i]);
}

static void
matches_compile(struct form_def *d, const cJSON *object, const char *path,
    const struct service *s, struct exchange_answer *answer)
{
	struct exchange_match *match =
	    arena_new(d->arena, struct exchange_match, MATCHES_MAX);
	const cJSON *one;

	answer->match = match;
	cJSON_ArrayForEach (one, object) {
		struct exchange_match *m = &match[answer->nmatch];

		const char *differs = cJSON_IsObject(one)
		    ? def_string(one, "not")
		    : NULL;

		if (answer->nmatch == MATCHES_MAX ||
		    !(cJSON_IsTrue(one) || cJSON_IsArray(one) ||
			differs != NULL)) {
			def_mistake(d, def_member(d, path, one->string),
			    "write true (it is there), a list of texts, or "
			    "{\"not\": FIELD}",
			    "cannot be compared with");
			return;
		}
		if (differs != NULL)
			field_check(d, def_member(d, path, one->string), s,
			    differs);
		answer->nmatch++;
		m->value = arena_strdup(d->arena, one->string);
		m->differs = differs == NULL
		    ? NULL
		    : arena_strdup(d->arena, differs);
		if (cJSON_IsArray(one))
			m->is = def_strings(
			    d, object, path, one->string, &m->nis);
	}
}

static void
documents_compile(struct form_def *d, const cJSON *json, const char *path,
    struct exchange_answer *answer)
{
	const cJSON *list =
	    cJSON_GetObjectItemCaseSensitive(json, "documents");
	size_t n = (size_t)cJSON_GetArraySize(list);
	const char **value = arena_new(d->arena, const char *, n + 1);
	const char **name = arena_new(d->arena, const char *, n + 1);
	const cJSON *one;

	path = def_member(d, path, "documents");
	cJSON_ArrayForEach (one, list) {
		if (!cJSON_IsString(one) || *one->valuestring == '\0') {
			def_mistake(d, def_member(d, path, one->string),
			    "write the file's name", "a document has a name");
			continue;
		}
		value[answer->nfile] = arena_strdup(d->arena, one->string);
		name[answer->nfile++] =
		    arena_strdup(d->arena, one->valuestring);
	}
	answer->file = value;
	answer->file_name = name;
}

static void
answer_compile(struct form_def *d, const cJSON *json, const char *path,
    const struct service *s, struct exchange_answer *answer)
{
	static const struct def_key keys[] = {
		{ "message", cJSON_String, true },
		{ "when", cJSON_Object, false },
		{ "to", cJSON_String, false },
		{ "document", cJSON_String, false },
		{ "name", cJSON_String, false },
		{ "text", cJSON_String, false },
		{ "reference", cJSON_String, false },
		{ "passed", cJSON_Array, false },
		{ "refusal", cJSON_True, false },
		{ "reason", cJSON_String, false },
		{ "until", cJSON_String, false },
		{ "all", cJSON_True, false },
		{ "most", cJSON_Number, false },
		{ "beyond", cJSON_String, false },
		{ "status", cJSON_True, false },
		{ "words", cJSON_True, false },
		{ "documents", cJSON_Object, false },
		{ NULL, 0, false },
	};

	*answer = (struct exchange_answer){ .message = "" };
	if (!def_check_keys(d, json, path, keys))
		return;
	answer->message = copy(d, json, "message");
	check_message(d, path, answer->message, XOEV_IN, s);
	answer->document = copy(d, json, "document");
	answer->name = copy(d, json, "name");
	answer->text = copy(d, json, "text");
	answer->reference = copy(d, json, "reference");
	answer->reason = copy(d, json, "reason");
	answer->is_refusal = def_bool(json, "refusal", false);
	passed_compile(d, json, path, s, answer);
	answer->until = copy(d, json, "until");
	answer->is_status = def_bool(json, "status", false);
	answer->has_words = def_bool(json, "words", false);
	documents_compile(d, json, path, answer);
	answer->is_joint = def_bool(json, "all", false);
	answer->most = (int64_t)def_size(d, json, path, "most", 1, 100, 0);
	answer->beyond = id_of(state_of(d, json, path, "beyond", s));
	answer->to = id_of(state_of(d, json, path, "to", s));
	if ((answer->most == 0) != (answer->beyond == NULL))
		def_mistake(d, def_member(d, path, "most"),
		    "give both \"most\" and \"beyond\"",
		    "one goes with the other");
	if ((answer->document == NULL) != (answer->name == NULL))
		def_mistake(d, def_member(d, path, "document"),
		    "give both \"document\" and \"name\"",
		    "a document needs a file name");
	matches_compile(d, cJSON_GetObjectItemCaseSensitive(json, "when"),
	    def_member(d, path, "when"), s, answer);
}

static void
answers_compile(struct form_def *d, const cJSON *list,
    const struct service *s, struct service_exchange *e)
{
	struct exchange_answer *answer;
	int n = cJSON_GetArraySize(list);
	const cJSON *one;

	if (n > ANSWERS_MAX) {
		def_mistake(d, PATH ".answers", "join some of them",
		    "over %d answers", ANSWERS_MAX);
		return;
	}
	answer = arena_new(d->arena, struct exchange_answer, (size_t)n + 1);
	e->answer = answer;
	cJSON_ArrayForEach (one, list) {
		answer_compile(d, one, def_item(d, PATH ".answers", e->nanswer),
		    s, &answer[e->nanswer]);
		e->nanswer++;
	}
}

/* ---- the whole ---- */

/* When answers that are not valid are enough. */
static void
unusable_compile(struct form_def *d, const cJSON *json,
    const struct service *s, struct service_exchange *e)
{
	const struct service_state *to =
	    state_of(d, json, PATH, "unusable", s);

	e->unusable_to = to != NULL ? to->id : e->silent_to;
	e->unusable_most = (int64_t)def_size(d, json, PATH, "unusable_most",
	    1, EXCHANGE_UNUSABLE_MAX, UNUSABLE_MOST);
	e->unusable_hours = (int64_t)def_size(d, json, PATH, "unusable_hours",
	    1, EXCHANGE_HOURS_MAX, UNUSABLE_HOURS);
}

void
service_exchange_compile(
    struct form_def *d, const cJSON *json, struct service *s)
{
	static const struct def_key keys[] = {
		{ "partner", cJSON_String, false },
		{ "field", cJSON_String, false },
		{ "key", 0, false },
		{ "only_with_partner", cJSON_True, false },
		{ "general", cJSON_Object, false },
		{ "steps", cJSON_Array, true },
		{ "answers", cJSON_Array, true },
		{ "silent", cJSON_String, false },
		{ "refused", cJSON_String, false },
		{ "unusable", cJSON_String, false },
		{ "unusable_most", cJSON_Number, false },
		{ "unusable_hours", cJSON_Number, false },
		{ NULL, 0, false },
	};
	struct service_exchange *e;

	if (json == NULL || !def_check_keys(d, json, PATH, keys))
		return;
	e = arena_new(d->arena, struct service_exchange, 1);
	*e = (struct service_exchange){ 0 };
	e->prefix = copy(d, json, "partner");
	e->field = copy(d, json, "field");
	if (e->prefix == NULL)
		e->prefix = "";
	else
		prefix_check(d, PATH, e->prefix);
	field_check(d, PATH ".field", s, e->field);
	steps_compile(
	    d, cJSON_GetObjectItemCaseSensitive(json, "steps"), s, e);
	answers_compile(
	    d, cJSON_GetObjectItemCaseSensitive(json, "answers"), s, e);
	e->silent_to = id_of(state_of(d, json, PATH, "silent", s));
	e->refused_to = id_of(state_of(d, json, PATH, "refused", s));
	unusable_compile(d, json, s, e);
	service_exchange_general_compile(d, json, s, e);
	s->exchange = e;
}
