#include "forms/opening.h"

#include "common/invitation_store.h"

/* True if the submission id holds an invitation, the one that came included. */
static int
is_invited(struct app *app, struct request *req, struct antrag *a, bool *out,
    struct err *err)
{
	const char *slug = a->service->slug;
	enum invitation_answer answer;

	*out = false;
	if (!service_opening_takes_codes(a->offer))
		return 0;
	if (a->invitation != NULL && *a->invitation != '\0') {
		if (invitation_redeem(app->db, req->arena, req->town, slug,
			a->invitation, &a->submission_id, a->context.now_ms,
			&answer, err) == -1)
			return -1;
		a->invitation_error = invitation_text_key(answer);
		*out = answer == INVITATION_FINE;
		if (*out)
			return 0;
	}
	return invitation_held(
	    app->db, req->arena, slug, &a->submission_id, out, err);
}

int
opening_ask(struct app *app, struct request *req, struct antrag *a,
    enum opening_moment moment, struct opening_result *out, struct err *err)
{
	struct opening_visit visit = {
	    .submission_id = &a->submission_id,
	    .context = &a->context,
	    .answers = moment == OPENING_AT_START ? NULL : a->answers,
	};

	*out = (struct opening_result){.why = OPENING_OPEN};
	if (a->offer->opening == NULL)
		return 0;
	if (is_invited(app, req, a, &visit.is_invited, err) == -1)
		return -1;
	*out = service_opening_judge(req->arena, a->offer, &visit, moment);
	return 0;
}

static const char *
named(struct arena *arena, const struct form_words *w, const char *key,
    const char *value)
{
	return arena_printf(arena, "%s: %s", form_word(w, key), value);
}

void
opening_notice(struct app *app, struct request *req, struct antrag *a,
    const struct opening_result *result)
{
	const struct form_words w = antrag_words(app, req, a);
	const char **item = arena_new(req->arena, const char *, 5);
	struct opening_words words;
	struct form_notice *notice;
	size_t n = 0;

	service_opening_words(&w, req->town, a->offer, result, &words);
	notice = antrag_notice(a, FORM_NOTICE_WARNING, words.title,
	    arena_printf(req->arena, "%s %s", words.text,
		form_word(&w, "opening.kept")));
	if (*words.when != '\0')
		item[n++] = words.when;
	item[n++] = words.usual;
	if (words.department != NULL) {
		const struct department *d = words.department;

		if (*d->address != '\0')
			item[n++] = named(
			    req->arena, &w, "opening.address", d->address);
		if (*d->hours != '\0')
			item[n++] = named(
			    req->arena, &w, "opening.hours", d->hours);
		if (*d->phone != '\0')
			item[n++] = named(
			    req->arena, &w, "opening.phone", d->phone);
	}
	notice->item = item;
	notice->nitem = n;
}
