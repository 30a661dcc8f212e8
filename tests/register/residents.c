#include "residents.h"

#include <string.h>

#define QUELLSTADT "99000001"
#define ALTSTADT "99000003"
#define nitems_of(x) (sizeof(x) / sizeof((x)[0]))

static const struct resident residents[] = {
    /* A family within Quellstadt: three surnames, letters of DIN 91379. */
    {QUELLSTADT, 1, RESIDENT_HEAD, "Çağlar-Wójcik", "Ayşegül Małgorzata",
	"1988-02-29", "w", "Çağlar", "İzmir", "VH", RESIDENT_USUAL},
    {QUELLSTADT, 1, RESIDENT_PARTNER, "Wójcik", "Jürgen", "1985-11-03", "m", "",
	"Łódź", "VH", RESIDENT_USUAL},
    {QUELLSTADT, 1, RESIDENT_CHILD, "Wójcik", "Łucja", "2015-05-04", "w", "",
	"Quellstadt", "LD", RESIDENT_USUAL},
    {QUELLSTADT, 1, RESIDENT_CHILD, "Çağlar", "Đorđe", "2018-09-17", "m", "",
	"Quellstadt", "LD", RESIDENT_USUAL},
    {QUELLSTADT, 1, RESIDENT_CHILD, "Çağlar-Wójcik", "Zoë", "2022-01-01", "w",
	"", "Quellstadt", "LD", RESIDENT_USUAL},
    /* A family in Altstadt. */
    {ALTSTADT, 2, RESIDENT_HEAD, "Altmann", "Erika", "1984-08-12", "w",
	"Gabler", "Altstadt", "VH", RESIDENT_USUAL},
    {ALTSTADT, 2, RESIDENT_PARTNER, "Altmann", "Max", "1980-01-15", "m", "",
	"Altstadt", "VH", RESIDENT_USUAL},
    {ALTSTADT, 2, RESIDENT_CHILD, "Altmann", "Leonie", "2016-03-30", "w", "",
	"Altstadt", "LD", RESIDENT_USUAL},
    {ALTSTADT, 3, RESIDENT_HEAD, "O’Súilleabháin", "Seán", "1979-12-31", "m",
	"", "Cúil Mhuine", "LD", RESIDENT_USUAL},
    /* One of two is blocked: the other must not learn it. */
    {QUELLSTADT, 4, RESIDENT_HEAD, "Sperling", "Bente", "1991-06-21", "w", "",
	"Quellstadt", "VH", RESIDENT_USUAL},
    {QUELLSTADT, 4, RESIDENT_PARTNER, "Sperling", "Kai", "1990-10-10", "m", "",
	"Quellstadt", "VH", RESIDENT_HIDDEN},
    {QUELLSTADT, 5, RESIDENT_HEAD, "Geheim", "Mara", "1993-04-05", "w", "",
	"Quellstadt", "LD", RESIDENT_BLOCKED},
    {QUELLSTADT, 6, RESIDENT_HEAD, "Verwechselt", "Toni", "1987-07-07", "m", "",
	"Quellstadt", "LD", RESIDENT_MIXED_UP},
    /* Whoever has the name. */
    {QUELLSTADT, 0, RESIDENT_HEAD, "Gesperrt", NULL, NULL, "w", "", "", "LD",
	RESIDENT_HIDDEN},
    {QUELLSTADT, 0, RESIDENT_HEAD, "Unbekannt", NULL, NULL, "w", "", "", "LD",
	RESIDENT_UNKNOWN},
    {QUELLSTADT, 0, RESIDENT_HEAD, "Verstorben", NULL, NULL, "w", "", "", "LD",
	RESIDENT_DECEASED},
    {QUELLSTADT, 0, RESIDENT_HEAD, "Sofort", NULL, NULL, "w", "", "", "LD",
	RESIDENT_AT_ONCE},
    {QUELLSTADT, 0, RESIDENT_HEAD, "Abgelehnt", NULL, NULL, "w", "", "", "LD",
	RESIDENT_REFUSED},
    {QUELLSTADT, 0, RESIDENT_HEAD, "Geduldig", NULL, NULL, "w", "", "", "LD",
	RESIDENT_PATIENT},
    {QUELLSTADT, 0, RESIDENT_HEAD, "Frist", NULL, NULL, "w", "", "", "LD",
	RESIDENT_LATE},
};

size_t
residents_count(void)
{
	return nitems_of(residents);
}

const struct resident *
resident_get(size_t i)
{
	return &residents[i];
}

bool
resident_is_name(const char *family)
{
	for (size_t i = 0; i < nitems_of(residents); i++)
		if (strcmp(residents[i].family, family) == 0)
			return true;
	return false;
}

const struct resident *
resident_find(const char *family, const char *given, const char *birth)
{
	for (size_t i = 0; i < nitems_of(residents); i++) {
		const struct resident *r = &residents[i];

		if (strcmp(r->family, family) != 0)
			continue;
		if (r->given == NULL || (strcmp(r->given, given) == 0 &&
					    strcmp(r->birth, birth) == 0))
			return r;
	}
	return NULL;
}
