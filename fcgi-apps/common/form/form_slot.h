/* Appointments that a town offers in its settings. Inside the form engine. */
#ifndef FORM_SLOT_H
#define FORM_SLOT_H

#include <cjson/cJSON.h>

#include "common/form/form.h"

#define FORM_SLOT_ID 100 /* bytes of an id; there are no commas in it */

struct form_slot {
	const char *id;
	int64_t start_ms;
	int64_t minutes;
	const char *label[LANG_COUNT]; /* the town's words, or NULL */
	bool is_full;
};

/* NULL, or what is wrong with one member of the list (English, for mistakes);
 * texts belong to the JSON. */
const char *form_slot_read(const cJSON *json, struct form_slot *out);
/* "a" or, from stored answers, "a,2026-12-01T08:00:00.000Z": the id, and the
 * begin or INT64_MIN. False when the id is too long. */
bool form_slot_split(
    const char *raw, char id[FORM_SLOT_ID + 1], int64_t *start_ms);
/* The list of a field; NULL when the town has none. */
const cJSON *form_slot_list(const struct form_field *f, const void *settings);
bool form_slot_find(const struct form_field *f, const void *settings,
    const char *id, struct form_slot *out);

#endif
