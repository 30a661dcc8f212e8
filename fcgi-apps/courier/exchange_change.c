#include "courier/exchange.h"

#include "common/date.h"
#include "common/handover/handover_store.h"
#include "common/json.h"
#include "common/vorgang/office_step.h"

#define DATA_MAX 65536
#define MORE_EVENTS 3
#define KEY_MAX 60
#define KEY_CHARACTERS                                                         \
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-"

int
exchange_matter_read(struct exchange_desk *d, struct arena *a,
    const struct town *t, const struct id *vorgang,
    struct exchange_matter *out, struct err *err)
{
	*out = (struct exchange_matter){ .desk = d, .town = t };
	if (vorgang_by_id(
		d->courier->db, a, t, vorgang, &out->whole, err) == -1)
		return -1;
	out->service = service_set_version(
	    d->courier->services, out->whole.vorgang.service_version_id);
	if (out->service != NULL)
		out->state = service_state(
		    out->service, out->whole.vorgang.state);
	return out->state != NULL
	    ? 0
	    : err_set(err, ERR_NOT_FOUND,
		  "its service version or state is not known any more");
}

struct xoev_rules
exchange_rules(const struct exchange_desk *d, int64_t now_ms)
{
	return (struct xoev_rules){ .sets = d->sets,
		.lists = d->lists,
		.day = date_of_instant(now_ms) };
}

static const char *
answer_text(const struct form_answers *answers, const char *field)
{
	const struct answer *answer =
	    field == NULL || answers == NULL ? NULL : form_find(answers, field);

	return answer == NULL || answer->text == NULL || *answer->text == '\0'
	    ? NULL
	    : answer->text;
}

const char *
exchange_partner_key(struct arena *a, const struct service *s,
    const struct town *t, const struct exchange_step *step,
    const struct form_answers *answers, const struct form_context *context)
{
	const struct service_exchange *e = s->exchange;
	const char *place = NULL;

	if (e->key != NULL) {
		const char *key = answers == NULL
		    ? NULL
		    : form_value(a, e->key, answers, context);

		return key == NULL || *key == '\0' ? NULL : key;
	}
	for (size_t i = 0; i < step->nfield && place == NULL; i++)
		place = answer_text(answers, step->field[i]);
	if (place == NULL && step->nfield == 0 && step->prefix == NULL)
		place = answer_text(answers, e->field);
	if (place == NULL)
		place = t->ags;
	/* A municipality may have been typed: that is nobody's key. */
	if (place[strspn(place, KEY_CHARACTERS)] != '\0' ||
	    strlen(place) > KEY_MAX)
		place = "-";
	return arena_printf(a, "%s:%s",
	    step->prefix != NULL ? step->prefix : e->prefix, place);
}

/* ---- writing ---- */

static int
write_rows(struct db *db, struct arena *a, const struct vorgang *v, void *arg,
    struct err *err)
{
	const struct exchange_change *c = arg;

	if (c->handover != NULL &&
	    handover_put(db, &v->id, c->handover, err) == -1)
		return -1;
	return c->also == NULL ? 0 : c->also(db, a, c->arg, err);
}

/* For the office: why it went this way. */
static struct event
reason_event(struct arena *a, const char *reason)
{
	struct buf *out = buf_new(a, DATA_MAX);
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	json_pair(&j, "reason", reason);
	json_close_object(&j);
	return (struct event){ .kind = "exchange",
		.actor = ACTOR_SYSTEM,
		.data = buf_text(out) };
}

/* For the applicant: an answer came that nobody can use. */
static struct event
unusable_event(struct arena *a, const char *name)
{
	struct buf *out = buf_new(a, DATA_MAX);
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	json_pair(&j, "name", name);
	json_close_object(&j);
	return (struct event){ .kind = "answer-unusable",
		.actor = ACTOR_SYSTEM,
		.is_public = true,
		.data = buf_text(out) };
}

/* The events of the office's step, by the system, and those of our own. */
static void
add_events(struct arena *a, const struct exchange_change *c,
    bool has_step, struct vorgang_change *change)
{
	struct event *event = arena_new(
	    a, struct event, (has_step ? change->nevent : 0) + MORE_EVENTS);
	size_t n = 0;

	for (size_t i = 0; has_step && i < change->nevent; i++) {
		event[n] = change->event[i];
		event[n++].actor = ACTOR_SYSTEM;
	}
	/* There is always one: the change is written with it. */
	if (c->reason != NULL ||
	    (!has_step && c->handover == NULL && c->unusable_of == NULL))
		event[n++] = reason_event(
		    a, c->reason != NULL ? c->reason : "filed");
	if (c->unusable_of != NULL)
		event[n++] = unusable_event(a, c->unusable_of);
	if (c->handover != NULL)
		event[n++] = handover_event(
		    a, c->handover, c->step, ACTOR_SYSTEM);
	change->event = event;
	change->nevent = n;
}

int
exchange_change_write(struct arena *a, const struct exchange_matter *m,
    const struct exchange_change *c, int64_t now_ms, struct err *err)
{
	const struct courier *courier = m->desk->courier;
	struct vorgang_change change = { 0 };
	struct office_step step = {
		.config = courier->config,
		.town = m->town,
		.vorgang = &m->whole.vorgang,
		.service = m->service,
		.by = "exchange",
		.message = c->message,
		.is_question = c->is_question,
		.message_id = id_random(),
		.document = c->document,
		.ndocument = c->ndocument,
	};
	bool has_step;

	if (c->to != NULL && office_step_leads(m->state, c->to))
		step.to = service_state(m->service, c->to);
	has_step = step.to != NULL || c->message != NULL || c->ndocument > 0;
	office_step_write(a, &step, now_ms, &change);
	/* Nothing else may have moved it meanwhile, whatever we do with it. */
	change.expected_state = m->whole.vorgang.state;
	if (step.to != NULL && c->due != 0)
		change.due = c->due;
	add_events(a, c, has_step, &change);
	change.also = write_rows;
	change.also_arg = (void *)c;
	return vorgang_change(
	    courier->db, a, m->town, &m->whole.vorgang.id, &change, err);
}
