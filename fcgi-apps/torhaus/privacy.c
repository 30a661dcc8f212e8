#include "torhaus/privacy.h"

#include "common/service/service_fill.h"
#include "common/text.h"

const char *
privacy_say(const struct pages *p, const char *key)
{
	return service_fill(p->arena, text_get(p->texts, p->lang, key),
	    p->town->name, NULL, p->lang);
}

const char *
privacy_period(const struct pages *p, int64_t days)
{
	bool is_years = days >= 365 && days % 365 == 0;
	int64_t n = is_years ? days / 365 : days;
	const char *unit = is_years
	    ? (n == 1 ? "privacy.periods.year" : "privacy.periods.years")
	    : (n == 1 ? "privacy.periods.day" : "privacy.periods.days");

	return text_fill(p->arena, p->texts, p->lang, unit, "n",
	    arena_printf(p->arena, "%lld", (long long)n), (char *)NULL);
}

/* The department that a desk of the package is in this town, NULL: none. */
static const struct department *
desk(const struct pages *p, const struct town_service *offer,
    const char *name)
{
	return town_department(
	    p->town, service_department_name(name, offer->settings));
}

void
privacy_departments(const struct pages *p, const struct town_service *offer,
    void (*f)(void *arg, const char *name), void *arg)
{
	const struct service *s = offer->service;
	const struct department **seen =
	    arena_new(p->arena, const struct department *, s->nroute + 1);
	size_t nseen = 0;

	for (size_t i = 0; i <= s->nroute; i++) {
		const struct department *d = desk(p, offer,
		    i == 0 ? s->department : s->route[i - 1].department);
		bool is_known = d == NULL;

		for (size_t k = 0; k < nseen; k++)
			is_known |= seen[k] == d;
		if (is_known)
			continue;
		seen[nseen++] = d;
		f(arg, d->name);
	}
	if (nseen == 0)
		f(arg, p->town->name);
}

const char *
privacy_field_recipients(const struct pages *p,
    const struct town_service *offer, const struct form_field *f)
{
	const char *names = NULL;

	for (size_t i = 0; i < f->nrecipient; i++) {
		const char *name = pages_offer_text(p, offer,
		    arena_printf(p->arena, "recipient.%s", f->recipient[i]));

		if (name == NULL)
			name = f->recipient[i];
		names = names == NULL
		    ? name
		    : arena_printf(p->arena, "%s; %s", names, name);
	}
	return names;
}

/* The labels of the fields that are of a kind, joined. */
static const char *
kind_labels(const struct pages *p, const struct town_service *offer,
    const char *kind, const struct form_field *field, size_t n,
    const char *names)
{
	for (size_t i = 0; i < n; i++) {
		const struct form_field *f = &field[i];
		const char *label;

		if (f->retention == NULL || strcmp(f->retention, kind) != 0) {
			names = kind_labels(
			    p, offer, kind, f->child, f->nchild, names);
			continue;
		}
		if ((label = privacy_label(p, offer, f)) == NULL)
			continue;
		names = names == NULL
		    ? label
		    : arena_printf(p->arena, "%s; %s", names, label);
	}
	return names;
}

const char *
privacy_kind(const struct pages *p, const struct town_service *offer,
    const char *kind)
{
	const struct form *form = offer->service->form;
	const struct form *clerk = offer->service->clerk_form;
	const char *name = pages_offer_text(
	    p, offer, arena_printf(p->arena, "retention.%s", kind));

	if (name == NULL)
		name = kind_labels(
		    p, offer, kind, form->field, form->nfield, NULL);
	if (name == NULL && clerk != NULL)
		name = kind_labels(
		    p, offer, kind, clerk->field, clerk->nfield, NULL);
	return name != NULL ? name : kind;
}

static const char *
filled(const struct pages *p, const char *key, const char *name,
    const char *value)
{
	return text_fill(
	    p->arena, p->texts, p->lang, key, name, value, (char *)NULL);
}

size_t
privacy_periods(const struct pages *p, const struct town_service *offer,
    const struct privacy_period_line **out)
{
	const struct service *s = offer->service;
	struct privacy_period_line *line = arena_new(p->arena,
	    struct privacy_period_line, 2 + s->nstate_days + s->nkind);
	size_t n = 0;

	line[n++] = (struct privacy_period_line){
	    privacy_say(p, "privacy.periods.draft"), s->draft_days};
	line[n++] = (struct privacy_period_line){
	    privacy_say(p, "privacy.periods.closed"), s->closed_days};
	for (size_t i = 0; i < s->nstate_days; i++) {
		const char *label = pages_offer_text(p, offer,
		    arena_printf(p->arena, "state.%s.label",
			s->state_days[i].name));

		line[n++] = (struct privacy_period_line){
		    filled(p, "privacy.periods.state", "state",
			label != NULL ? label : s->state_days[i].name),
		    s->state_days[i].days};
	}
	for (size_t i = 0; i < s->nkind; i++)
		line[n++] = (struct privacy_period_line){
		    filled(p, "privacy.periods.kind", "kind",
			privacy_kind(p, offer, s->kind[i].name)),
		    s->kind[i].days};
	*out = line;
	return n;
}

const char *
privacy_label(const struct pages *p, const struct town_service *offer,
    const struct form_field *f)
{
	if (f->type == FORM_STATIC)
		return NULL;
	return pages_offer_text(
	    p, offer, arena_printf(p->arena, "%s.label", f->path));
}

const char *
privacy_purpose(const struct pages *p, const struct town_service *offer,
    const struct form_field *f)
{
	return f->purpose == NULL ? NULL
				  : pages_offer_text(p, offer, f->purpose);
}
