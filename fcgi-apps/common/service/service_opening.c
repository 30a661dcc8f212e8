#include "common/service/service_opening.h"

#include "common/date.h"
#include "common/form/form_def.h"
#include "common/service/opening_def.h"
#include "common/utf8.h"

const char *
service_opening_wire(enum opening_why why)
{
	static const char *const names[] = {
#define OPENING_NAME(code, wire) [code] = wire,
		OPENING_TABLE(OPENING_NAME)
#undef OPENING_NAME
	};

	return names[why];
}

bool
service_opening_takes_codes(const struct town_service *offer)
{
	const struct service_opening *o = offer->opening;

	return o != NULL &&
	    (o->is_invited || o->share < 100 || o->initials.path != NULL ||
		o->districts.path != NULL || o->noffice > 0);
}

/*
 * The same for an application whenever it is asked, and who is in at 10 % is
 * in at 25 %.
 */
static bool
is_in_share(const struct service *s, const struct id *submission_id, int share)
{
	uint8_t digest[CRYPTO_DIGEST_LEN];
	struct crypto_hash *h = crypto_hash_new();
	unsigned n;

	crypto_hash_part(h, "share", strlen("share"));
	crypto_hash_part(h, s->slug, strlen(s->slug));
	crypto_hash_part(
	    h, submission_id->byte, sizeof(submission_id->byte));
	crypto_hash_end(h, digest);
	n = (unsigned)digest[0] << 16 | (unsigned)digest[1] << 8 | digest[2];
	return n % 100 < (unsigned)share;
}

/* "A-K" holds "Kowalski", "Sa-Sch" holds "Schmidt": beginnings compare. */
static bool
range_holds(const struct opening_range *r, const char *name)
{
	return strcmp(name, r->first) >= 0 &&
	    strncmp(name, r->last, strlen(r->last)) <= 0;
}

static bool
initials_hold(
    struct arena *a, const struct opening_ranges *o, const char *answer)
{
	const char *name = utf8_fold(a, answer);

	for (size_t i = 0; i < o->n; i++)
		if (range_holds(&o->range[i], name))
			return true;
	return false;
}

/* Blanks and case do not count. */
static bool
district_holds(
    struct arena *a, const struct opening_values *o, const char *answer)
{
	const char *wanted = utf8_fold(a, answer);

	for (size_t i = 0; i < o->n; i++)
		if (strcmp(wanted, utf8_fold(a, o->value[i])) == 0)
			return true;
	return false;
}

/* The answer that a rule goes by; NULL when it is not there or not valid. */
static const char *
answer_text(const struct form_answers *answers, const char *path)
{
	const struct answer *one =
	    answers == NULL ? NULL : form_find(answers, path);

	return one == NULL || !one->is_shown || one->error != NULL
	    ? NULL
	    : one->text;
}

/* ---- offices: known once the routing is ---- */

struct routing {
	const struct form_answers *answers;
	bool is_known;
};

static void
check_known(void *arg, const struct form_field *f)
{
	struct routing *r = arg;
	const struct answer *one;

	if (f->nchild > 0 || f->value != NULL)
		return;
	one = form_find(r->answers, f->path);
	if (one == NULL || (one->is_shown && one->text == NULL))
		r->is_known = false;
}

/* True if the application would go to one of the offices. */
static bool
office_holds(const struct town_service *offer,
    const struct opening_visit *visit, enum opening_moment moment)
{
	const struct service_opening *o = offer->opening;
	const struct service *s = offer->service;
	struct routing r = { .answers = visit->answers, .is_known = true };
	const char *slug;

	for (size_t i = 0; i < s->nroute && moment != OPENING_AT_SUBMIT; i++)
		form_cond_fields(s->route[i].when, check_known, &r);
	if (!r.is_known)
		return true; /* not to be told yet */
	slug = service_route_find(s, visit->answers, visit->context);
	for (size_t i = 0; i < o->noffice; i++)
		if (strcmp(slug, o->office[i]) == 0)
			return true;
	return false;
}

/* ---- judging ---- */

static struct opening_result
by_answers(struct arena *a, const struct town_service *offer,
    const struct opening_visit *visit, enum opening_moment moment)
{
	const struct service_opening *o = offer->opening;
	bool is_last = moment == OPENING_AT_SUBMIT;
	struct opening_result r = { .why = OPENING_OPEN };
	const char *text;

	if ((r.path = o->initials.path) != NULL) {
		text = answer_text(visit->answers, r.path);
		if (text == NULL ? is_last
				 : !initials_hold(a, &o->initials, text)) {
			r.why = OPENING_INITIALS;
			return r;
		}
	}
	if ((r.path = o->districts.path) != NULL) {
		text = answer_text(visit->answers, r.path);
		if (text == NULL ? is_last
				 : !district_holds(a, &o->districts, text)) {
			r.why = OPENING_DISTRICTS;
			return r;
		}
	}
	r.path = NULL;
	if (o->noffice > 0 && visit->answers != NULL &&
	    !office_holds(offer, visit, moment))
		r.why = OPENING_OFFICES;
	return r;
}

struct opening_result
service_opening_judge(struct arena *a, const struct town_service *offer,
    const struct opening_visit *visit, enum opening_moment moment)
{
	const struct service_opening *o = offer->opening;
	int32_t today = date_of_instant(visit->context->now_ms);
	struct opening_result r = { .why = OPENING_OPEN };

	if (o == NULL)
		return r;
	if (o->has_from && today < o->from) {
		r.why = OPENING_EARLY;
		r.opens = o->from;
		return r;
	}
	if (o->has_until && today > o->until) {
		r.why = OPENING_LATE;
		r.closed = o->until;
		return r;
	}
	if (visit->is_invited || (o->has_all_from && today >= o->all_from))
		return r;
	if (o->is_invited)
		r.why = OPENING_NOT_INVITED;
	else if (!is_in_share(offer->service, visit->submission_id, o->share))
		r.why = OPENING_SHARE;
	else if (moment != OPENING_AT_START)
		r = by_answers(a, offer, visit, moment);
	if (r.why != OPENING_OPEN && o->has_all_from)
		r.opens = o->all_from;
	return r;
}
