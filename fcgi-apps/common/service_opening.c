#include "common/service_opening.h"

const struct service_opening *
service_opening_compile(struct arena *a, const struct service *s,
    const void *settings, struct form_mistakes *mistakes)
{
	(void)a;
	(void)s;
	(void)settings;
	(void)mistakes;
	return NULL;
}

struct opening_result
service_opening_judge(struct arena *a, const struct town_service *offer,
    const struct opening_visit *visit, enum opening_moment moment)
{
	(void)a;
	(void)offer;
	(void)visit;
	(void)moment;
	return (struct opening_result){ .why = OPENING_OPEN };
}

bool
service_opening_takes_codes(const struct town_service *offer)
{
	return offer->opening != NULL;
}

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

void
service_opening_words(const struct form_words *w, const struct town *town,
    const struct town_service *offer, const struct opening_result *result,
    struct opening_words *out)
{
	(void)w;
	(void)result;
	*out = (struct opening_words){ .title = "", .text = "", .when = "",
		.usual = "",
		.department = town_department(town, offer->department) };
}
