/*
 * What a register office does with a message, invented residents and all; and
 * how one misbehaves. Written for tests: its XML is put together by hand, apart
 * from the product's mapping, so that each proves the other.
 */
#ifndef OFFICE_H
#define OFFICE_H

#include "common/xml_tree.h"

#define OFFICE_ANSWERS_MAX 4

struct office_answer {
	const char *xml; /* NULL: none */
	int delay_ms;
};

/*
 * Answers one message. By the family name: "Spaet"
 * answers late, "Stumm" never, "Doppelt" twice the same, "Kaputt" with what is
 * no XML, "Ungueltig" with what is not valid, "Fremd" to another message,
 * "Zurueck" with a rejection (0010), "Verstorben" and "Unbekannt" that there is
 * nobody, everybody else with what was asked for. *n answers;
 * *uuid: the message's.
 */
void office_answer(struct arena *a, const struct xml_tree *t,
    struct office_answer out[OFFICE_ANSWERS_MAX], size_t *n,
    const char **uuid);

#endif
