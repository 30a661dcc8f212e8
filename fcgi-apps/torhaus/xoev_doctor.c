#include "torhaus/xoev_doctor.h"

#include "common/date.h"
#include "common/xoev/xoev.h"

struct check {
	struct tool *tool;
	const struct doctor *doctor;
	struct xoev_sets *sets;
	const char *wrong; /* the first file that is not what was installed */
	bool is_ill;
};

static void
ill(struct check *c, const char *why, const char *remedy)
{
	c->is_ill = true;
	c->doctor->ill(c->doctor->arg, "messages (XÖV)", why, remedy);
}

static void
note_file(void *arg, const char *path, const char *what)
{
	struct check *c = arg;

	if (c->wrong == NULL)
		c->wrong = arena_printf(c->tool->arena, "%s is %s", path,
		    strcmp(what, "extra") == 0 ? "not of it" : what);
}

static void
check_set(struct check *c, const struct xoev_set *set)
{
	struct err err = { 0 };

	c->wrong = NULL;
	if (xoev_set_verify(set, note_file, c, &err) == -1)
		c->wrong = arena_strdup(c->tool->arena, err.msg);
	if (c->wrong != NULL)
		ill(c,
		    arena_printf(c->tool->arena,
			"the schema set %s was changed: %s", set->id, c->wrong),
		    "Remove its folder and install it again: torhaus xoev add. "
		    "Until then its messages are neither sent nor taken.");
}

/* Each message of a service needs a set that is valid today. */
static void
check_service(struct check *c, const struct service *s)
{
	int32_t today = date_of_instant(date_now_ms());

	for (size_t i = 0;
	     s->xoev != NULL && i < xoev_mapping_count(s->xoev); i++) {
		const struct xoev_message_info *m =
		    xoev_mapping_get(s->xoev, i);

		if (xoev_sets_find(c->sets, m->uri, today) != NULL)
			continue;
		ill(c,
		    arena_printf(c->tool->arena,
			"%s exchanges messages of %s %s, and no installed set "
			"has them today", s->slug, m->standard, m->version),
		    "torhaus xoev list shows what is there; torhaus xoev add "
		    "installs the standard's set.");
		return;
	}
}

static void
check_offers(struct check *c)
{
	const struct town *const *towns;
	size_t ntown = service_set_towns(c->tool->set, &towns);

	for (size_t i = 0; i < ntown; i++) {
		const struct town_service *const *offers;
		size_t n = service_set_offers(c->tool->set, towns[i], &offers);

		for (size_t k = 0; k < n && !c->is_ill; k++)
			check_service(c, offers[k]->service);
	}
}

void
xoev_doctor(struct tool *t, const struct doctor *d)
{
	struct check c = { .tool = t, .doctor = d };
	struct err err = { 0 };

	if (xoev_sets_load(t->config.xoev_dir, &c.sets, &err) == -1) {
		ill(&c, err.msg, "Remove that folder and install the set again.");
		return;
	}
	for (size_t i = 0; i < xoev_sets_count(c.sets); i++)
		check_set(&c, xoev_sets_get(c.sets, i));
	if (xoev_sets_count(c.sets) > 0 && t->set != NULL)
		check_offers(&c);
	if (xoev_sets_count(c.sets) > 0 && !c.is_ill)
		d->well("schema sets of messages (XÖV)");
	xoev_sets_free(c.sets);
}
