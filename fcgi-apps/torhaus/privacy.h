/*
 * What a service does with personal data, read from its definition: for the
 * privacy notice that people read and for the record of processing that the
 * town keeps.
 */
#ifndef PRIVACY_H
#define PRIVACY_H

#include "torhaus/pages.h"

/* The sentence "<area>.<key>", {town} replaced. */
const char *privacy_say(const struct pages *p, const char *key);

/* Days as people say them: years where it comes out even. */
const char *privacy_period(const struct pages *p, int64_t days);

/* Calls f for the name of each department that may get an application, each
 * once. */
void privacy_departments(const struct pages *p,
    const struct town_service *offer, void (*f)(void *arg, const char *name),
    void *arg);

/* The names of a field's own recipients ("recipient.<id>"), joined; NULL when
 * it has none. */
const char *privacy_field_recipients(const struct pages *p,
    const struct town_service *offer, const struct form_field *f);

/* How a kind of data (service.json retention.kinds) is called: text
 * "retention.<kind>", else the labels of what is of that kind. */
const char *privacy_kind(const struct pages *p,
    const struct town_service *offer, const char *kind);

/* One line of the table of periods. */
struct privacy_period_line {
	const char *what;
	int64_t days;
};
size_t privacy_periods(const struct pages *p, const struct town_service *offer,
    const struct privacy_period_line **out);

/* What a field is called, NULL for text only. */
const char *privacy_label(const struct pages *p,
    const struct town_service *offer, const struct form_field *f);
/* Its own purpose, NULL: the service's. */
const char *privacy_purpose(const struct pages *p,
    const struct town_service *offer, const struct form_field *f);

#endif
