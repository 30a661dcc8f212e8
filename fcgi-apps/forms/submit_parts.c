#include "forms/submit_parts.h"

#include <ctype.h>

#include "common/date.h"
#include "common/json.h"
#include "common/log.h"
#include "common/num.h"
#include "common/utf8.h"

#define DIGEST_MAX ((size_t)8 << 20)
#define DUE_DAYS_MAX 3660

int
submit_department(const struct request *req, const struct antrag *a,
    const struct department **out, struct err *err)
{
	const char *slug =
	    service_route_find(a->service, a->answers, &a->context);

	*out = slug != NULL ? town_department(req->town, slug) : NULL;
	if (*out == NULL && a->offer->department != NULL)
		*out = town_department(req->town, a->offer->department);
	if (*out != NULL)
		return 0;
	if (req->town->ndepartment == 0)
		return err_set(err, ERR_CONFIG, "town %s has no department",
		    req->town->slug);
	log_warn("town %s: service %s goes to department %s, which is not "
		 "there; the first one takes it",
	    req->town->slug, a->service->slug, slug != NULL ? slug : "(none)");
	*out = &req->town->department[0];
	return 0;
}

void
submit_state(struct request *req, const struct antrag *a, struct vorgang *v)
{
	const struct service_state *state = service_initial_state(a->service);
	const char *days = service_outcome_value(req->arena, a->service,
	    "due_days", a->answers, &a->context);
	const char *priority = service_outcome_value(req->arena, a->service,
	    "priority", a->answers, &a->context);
	struct err err = {0};
	int64_t due = state->due_days;
	bool is_due = due > 0;

	v->state = state->id;
	v->is_urgent = priority != NULL && strcmp(priority, "high") == 0;
	/* Unlike the state's, an outcome of 0 means today. */
	if (days != NULL &&
	    num_parse(days, 0, DUE_DAYS_MAX, &due, &err) == 0)
		is_due = true;
	if (is_due)
		v->due = date_of_instant(a->context.now_ms) + (int32_t)due;
}

const char *
submit_event_data(struct request *req, const struct antrag *a,
    const struct department *department)
{
	const struct service *s = a->service;
	struct buf *out = buf_new(req->arena, 65536);
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	json_pair(&j, "service", s->slug);
	json_pair(&j, "version", s->version);
	json_pair(&j, "department", department->slug);
	if (s->noutcome > 0) {
		json_key(&j, "outcomes");
		json_open_object(&j);
		for (size_t i = 0; i < s->noutcome; i++)
			json_pair(&j, s->outcome[i].name,
			    form_value(req->arena, s->outcome[i].value,
				a->answers, &a->context));
		json_close_object(&j);
	}
	json_close_object(&j);
	return out->failed == ERR_NONE ? buf_text(out) : "{}";
}

/* As a clerk's search folds it. */
static const char *
fold_for(struct arena *arena, const char *kind, const char *text)
{
	char *lower;

	if (strcmp(kind, "birth_date") == 0)
		return text;
	if (strcmp(kind, "email") != 0)
		return utf8_fold(arena, text);
	lower = arena_strdup(arena, text);
	for (char *p = lower; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return lower;
}

struct index_list {
	struct request *req;
	struct vorgang_index *index;
	size_t n, room;
};

static void
add_index(void *arg, const char *path, const struct answer *answer)
{
	struct index_list *list = arg;
	const char *kind = answer->field->index;

	(void)path;
	if (kind == NULL || answer->text == NULL || *answer->text == '\0')
		return;
	if (list->n == list->room) {
		size_t room = list->room * 2 + 16;
		struct vorgang_index *more =
		    arena_new(list->req->arena, struct vorgang_index, room);

		if (list->n > 0)
			memcpy(more, list->index, list->n * sizeof(*more));
		list->index = more;
		list->room = room;
	}
	list->index[list->n].kind = kind;
	crypto_blind_index(&list->req->town->index_key, kind,
	    fold_for(list->req->arena, kind, answer->text),
	    list->index[list->n].hash);
	list->n++;
}

size_t
submit_index(struct request *req, const struct antrag *a,
    const struct vorgang_index **out)
{
	struct index_list list = {.req = req};

	form_each(a->answers, add_index, &list);
	*out = list.index;
	return list.n;
}

/* The same file twice in a field counts once. */
static bool
is_repeated(const struct answer *answer, size_t i)
{
	const struct answer_file *f = answer->file;

	for (size_t k = 0; k < i; k++)
		if (f[k].size == f[i].size && f[k].name != NULL &&
		    f[i].name != NULL && strcmp(f[k].name, f[i].name) == 0)
			return true;
	return false;
}

static void
put_answer(void *arg, const char *path, const struct answer *answer)
{
	struct buf *out = arg;
	enum form_type type = answer->field->type;

	if (!answer->is_shown || form_is_computed(answer->field) ||
	    (answer->text == NULL && type != FORM_REPEAT))
		return;
	buf_put(out, path, strlen(path) + 1);
	if (type == FORM_FILE) {
		for (size_t i = 0; i < answer->nfile; i++)
			if (!is_repeated(answer, i))
				buf_printf(out, "%s/%lld",
				    answer->file[i].name != NULL
					? answer->file[i].name
					: "",
				    (long long)answer->file[i].size);
	} else if (type == FORM_REPEAT)
		buf_printf(out, "%zu", answer->nitem);
	else
		buf_puts(out, answer->text);
	buf_put(out, "", 1);
}

void
submit_digest(struct request *req, const struct antrag *a,
    uint8_t out[CRYPTO_DIGEST_LEN])
{
	struct buf *text = buf_new(req->arena, DIGEST_MAX);

	buf_puts(text, a->service->slug);
	buf_put(text, "", 1);
	form_each(a->answers, put_answer, text);
	vorgang_digest(req->town, buf_text(text), text->len, out);
}

struct naming {
	const struct id *id;
	bool is_named;
};

static void
look_for_name(void *arg, const char *path, const struct answer *answer)
{
	struct naming *n = arg;

	(void)path;
	for (size_t i = 0; answer->is_shown && i < answer->nfile; i++)
		if (id_equal(&answer->file[i].id, n->id))
			n->is_named = true;
}

/* Whether the question that it was uploaded for applies; a file that two
 * requests brought at once is named once. */
static bool
is_asked_for(const struct antrag *a, const struct document *d)
{
	const struct answer *answer = form_find(a->answers, d->field);

	return answer != NULL && answer->is_shown;
}

size_t
submit_dropped(
    struct request *req, const struct antrag *a, const struct id **out)
{
	struct id *dropped = arena_new(req->arena, struct id, a->ndocument);
	size_t count = 0;

	for (size_t i = 0; i < a->ndocument; i++) {
		struct naming n = {.id = &a->document[i].id};

		form_each(a->answers, look_for_name, &n);
		if (!n.is_named && !is_asked_for(a, &a->document[i]))
			dropped[count++] = a->document[i].id;
	}
	*out = dropped;
	return count;
}

const char *
submit_mail(const struct antrag *a)
{
	const struct answer *answer;

	if (a->service->form->mail_path == NULL)
		return "";
	answer = form_find(a->answers, a->service->form->mail_path);
	if (answer == NULL || !answer->is_shown || answer->text == NULL)
		return "";
	return answer->text;
}
