/* The record of processing (Art. 30 GDPR) and the draft of an impact
 * assessment (Art. 35) of one service, as a page to print. */
#ifndef RECORD_H
#define RECORD_H

#include "torhaus/pages.h"

/* What is counted in the database for it. */
struct record_facts {
	int64_t applications; /* in the last twelve months */
	const char *today;    /* "22.11.2026" */
};

/* Everything in front of the first record, and behind the last one; of more
 * than one service (p->noffer) a list of contents. */
void record_begin(const struct pages *p);
void record_end(const struct pages *p);

/* One service's record (record_view.c). */
void record_view(const struct pages *p, const struct town_service *offer,
    const struct record_facts *facts);
/* Its draft of an impact assessment (record_dpia_view.c). */
void record_dpia_view(const struct pages *p, const struct town_service *offer,
    const struct record_facts *facts);

/* ---- record_indicator.c: the threshold check ---- */

enum record_result { RECORD_NO, RECORD_YES, RECORD_OPEN };

struct record_indicator {
	const char *id;	    /* text "record.ind.<id>" */
	enum record_result result;
	const char *ground; /* a sentence */
};

#define RECORD_INDICATORS 9 /* WP 248 */

/* Fills out[RECORD_INDICATORS]; the number that apply. */
size_t record_indicators(const struct pages *p,
    const struct town_service *offer, const struct record_facts *facts,
    struct record_indicator out[RECORD_INDICATORS]);

/* ---- shared pieces ---- */

/* The sentence "record.<key>", {town} replaced. */
const char *record_say(const struct pages *p, const char *key);
/* Calls f for each field, groups before what is in them. */
void record_each_field(const struct form *form,
    void (*f)(void *arg, const struct form_field *field), void *arg);

#endif
