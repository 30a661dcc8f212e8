#include "common/date.h"
#include "common/service/opening_def.h"

/* The package's sentence, else the catalogue's. */
static const char *
sentence(const struct form_words *w, const char *key)
{
	const char *own = form_say(w, key);

	return own != NULL ? own : form_word(w, key);
}

static const char *
day_shown(const struct form_words *w, int32_t day)
{
	return form_show_value(w, "date", date_to_iso(w->arena, day));
}

static const char *
ranges_shown(const struct form_words *w, const struct service_opening *o)
{
	const char *all = "";

	for (size_t i = 0; i < o->initials.n; i++)
		all = arena_printf(w->arena, "%s%s%s", all,
		    i == 0 ? "" : ", ", o->initials.range[i].shown);
	return all;
}

static const char *
districts_shown(const struct form_words *w, const struct service_opening *o)
{
	const char *all = "";

	for (size_t i = 0; i < o->districts.n; i++)
		all = arena_printf(w->arena, "%s%s%s", all,
		    i == 0 ? "" : ", ", o->districts.value[i]);
	return all;
}

static const char *
offices_shown(const struct form_words *w, const struct town *town,
    const struct service_opening *o)
{
	const char *all = "";

	for (size_t i = 0; i < o->noffice; i++) {
		const struct department *one =
		    town_department(town, o->office[i]);

		all = arena_printf(w->arena, "%s%s%s", all,
		    i == 0 ? "" : ", ",
		    one == NULL ? o->office[i] : one->name);
	}
	return all;
}

void
service_opening_words(const struct form_words *w, const struct town *town,
    const struct town_service *offer, const struct opening_result *result,
    struct opening_words *out)
{
	static const struct service_opening none = { 0 };
	const struct service_opening *o =
	    offer->opening == NULL ? &none : offer->opening;
	const char *wire = service_opening_wire(result->why);
	const struct department *department =
	    town_department(town, offer->department);
	const char *service = form_say(w, "service.name"), *date;

	if (department == NULL && town->ndepartment > 0)
		department = &town->department[0];
	*out = (struct opening_words){ .when = "", .department = department };
	date = result->closed > 0   ? day_shown(w, result->closed)
	    : result->opens > 0	    ? day_shown(w, result->opens)
				    : "";
	out->title = text_fill_in(w->arena,
	    sentence(w, arena_printf(w->arena, "opening.%s.title", wire)),
	    "date", date, "town", w->town, (char *)NULL);
	out->text = text_fill_in(w->arena,
	    sentence(w, arena_printf(w->arena, "opening.%s", wire)), "town",
	    w->town, "service", service == NULL ? "" : service, "date", date,
	    "ranges", ranges_shown(w, o), "districts", districts_shown(w, o),
	    "offices", offices_shown(w, town, o), (char *)NULL);
	if (result->opens > 0 && result->why != OPENING_EARLY)
		out->when = text_fill_in(w->arena,
		    sentence(w, "opening.when"), "date",
		    day_shown(w, result->opens), (char *)NULL);
	out->usual = text_fill_in(w->arena, sentence(w, "opening.usual"),
	    "department", department == NULL ? w->town : department->name,
	    "town", w->town, (char *)NULL);
}
