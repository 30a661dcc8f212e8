#include "common/town.h"

const struct department *
town_department(const struct town *t, const char *slug)
{
	for (size_t i = 0; i < t->ndepartment; i++)
		if (strcmp(t->department[i].slug, slug) == 0)
			return &t->department[i];
	return NULL;
}

const struct department *
town_department_by_id(const struct town *t, uint32_t id)
{
	for (size_t i = 0; i < t->ndepartment; i++)
		if (t->department[i].id == id)
			return &t->department[i];
	return NULL;
}
