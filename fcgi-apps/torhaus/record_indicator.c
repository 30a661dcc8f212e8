/* Which criteria for a data protection impact assessment a service meets, as
 * far as its definition tells. */
#include "common/service/service_adviser.h"
#include "common/text.h"
#include "torhaus/privacy.h"
#include "torhaus/record.h"

#define LARGE_SCALE 10000 /* applications a year */

/* Parts of keys and life situations that speak of children or wards. */
static const char *const words[] = {"child", "minor", "pupil", "ward",
    "guardian", "custody", "kinder", "familie", "geburt", "schule", "jugend",
    "pflege", "betreuung"};

struct list {
	const struct pages *p;
	const struct town_service *offer;
	const char *names; /* joined, NULL: none */
};

const char *
record_say(const struct pages *p, const char *key)
{
	return privacy_say(p, arena_printf(p->arena, "record.%s", key));
}

static void
each(const struct form_field *field, size_t n,
    void (*f)(void *arg, const struct form_field *field), void *arg)
{
	for (size_t i = 0; i < n; i++) {
		f(arg, &field[i]);
		each(field[i].child, field[i].nchild, f, arg);
	}
}

void
record_each_field(const struct form *form,
    void (*f)(void *arg, const struct form_field *field), void *arg)
{
	each(form->field, form->nfield, f, arg);
}

static void
list_add(struct list *l, const char *name)
{
	if (name == NULL)
		return;
	l->names = l->names == NULL
	    ? name
	    : arena_printf(l->p->arena, "%s; %s", l->names, name);
}

static const char *
with_list(const struct pages *p, const char *key, const char *list)
{
	return text_fill(p->arena, p->texts, p->lang,
	    arena_printf(p->arena, "record.ind.%s", key), "list", list,
	    (char *)NULL);
}

static bool
is_personal(const struct form_field *f)
{
	return f->is_sensitive || f->type == FORM_IBAN ||
	    f->type == FORM_POSITION ||
	    (f->type == FORM_IDENTIFIER &&
		(f->scheme == FORM_SCHEME_TAX_ID ||
		    f->scheme == FORM_SCHEME_ID_DOCUMENT));
}

static void
add_personal(void *arg, const struct form_field *f)
{
	struct list *l = arg;

	/* A group stands for what is in it. */
	if (is_personal(f) &&
	    (f->parent == NULL || !f->parent->is_sensitive))
		list_add(l, privacy_label(l->p, l->offer, f));
}

/* Whether text has one of the words at the beginning of a part. */
static bool
speaks_of_children(const char *text)
{
	for (size_t i = 0; i < nitems(words); i++) {
		const char *at = strstr(text, words[i]);

		if (at != NULL && (at == text || at[-1] == '_' ||
			    at[-1] == '.' || at[-1] == '-'))
			return true;
	}
	return false;
}

static void
add_children(void *arg, const struct form_field *f)
{
	struct list *l = arg;

	if (speaks_of_children(f->key))
		list_add(l, privacy_label(l->p, l->offer, f));
}

static struct record_indicator
by_list(const struct pages *p, const char *id, const char *list,
    enum record_result without)
{
	return (struct record_indicator){
	    .id = id,
	    .result = list != NULL ? RECORD_YES : without,
	    .ground = list != NULL
		? with_list(p, arena_printf(p->arena, "%s.yes", id), list)
		: record_say(p,
		      arena_printf(p->arena, "ind.%s.%s", id,
			  without == RECORD_OPEN ? "open" : "no")),
	};
}

static const char *
outcome_names(const struct pages *p, const struct service *s)
{
	struct list l = {.p = p};

	for (size_t i = 0; i < s->noutcome; i++)
		list_add(&l, s->outcome[i].name);
	return l.names;
}

/* Results of an adviser behind which there is no form. */
static const char *
stopping_results(const struct pages *p, const struct town_service *offer)
{
	const struct service_adviser *adviser = offer->service->adviser;
	struct list l = {.p = p};

	for (size_t i = 0; adviser != NULL && i < adviser->nresult; i++) {
		const struct adviser_result *r = &adviser->result[i];
		const char *title = pages_offer_text(p, offer,
		    arena_printf(p->arena, "adviser.%s.title", r->value));

		if (!r->proceeds)
			list_add(&l, title != NULL ? title : r->value);
	}
	return l.names;
}

static const char *
children_in(const struct pages *p, const struct town_service *offer)
{
	const struct service *s = offer->service;
	struct list l = {.p = p, .offer = offer};

	for (size_t i = 0; i < s->nlife_situation; i++)
		if (speaks_of_children(s->life_situation[i]))
			list_add(&l, s->life_situation[i]);
	record_each_field(s->form, add_children, &l);
	return l.names;
}

static struct record_indicator
scale(const struct pages *p, const struct record_facts *facts)
{
	bool is_large = facts->applications >= LARGE_SCALE;

	return (struct record_indicator){
	    .id = "scale",
	    .result = is_large ? RECORD_YES : RECORD_OPEN,
	    .ground = text_fill(p->arena, p->texts, p->lang,
		is_large ? "record.ind.scale.yes" : "record.ind.scale.open",
		"n",
		arena_printf(
		    p->arena, "%lld", (long long)facts->applications),
		"limit", arena_printf(p->arena, "%d", LARGE_SCALE),
		(char *)NULL),
	};
}

size_t
record_indicators(const struct pages *p, const struct town_service *offer,
    const struct record_facts *facts,
    struct record_indicator out[RECORD_INDICATORS])
{
	struct list personal = {.p = p, .offer = offer};
	size_t n = 0;

	record_each_field(offer->service->form, add_personal, &personal);
	out[0] = by_list(
	    p, "scoring", outcome_names(p, offer->service), RECORD_NO);
	out[1] = by_list(
	    p, "automated", stopping_results(p, offer), RECORD_NO);
	out[2] = by_list(p, "monitoring", NULL, RECORD_NO);
	out[3] = by_list(p, "sensitive", personal.names, RECORD_NO);
	out[4] = scale(p, facts);
	out[5] = by_list(p, "matching", NULL, RECORD_NO);
	out[6] = by_list(
	    p, "vulnerable", children_in(p, offer), RECORD_OPEN);
	out[7] = by_list(p, "innovative", NULL, RECORD_NO);
	out[8] = by_list(p, "blocking",
	    offer->opening != NULL ? "" : NULL, RECORD_NO);
	for (size_t i = 0; i < RECORD_INDICATORS; i++)
		n += out[i].result == RECORD_YES;
	return n;
}
