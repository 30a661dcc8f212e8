/*
 * What an invented authority does with a message: the one thing that its
 * program (tests/register, ...) has of its own. Written for tests: its XML is put
 * together by hand, apart from the product's mapping, so that each proves the
 * other.
 */
#ifndef OFFICE_H
#define OFFICE_H

#include "common/xml/xml_tree.h"

#define OFFICE_ANSWERS_MAX 8

/* What of a question is kept. */
struct office_question {
	const char *uuid, *type, *created;
	const char *who; /* it is about: "Muster, Ada" */
};

struct office_answer {
	const char *xml; /* NULL: none */
	int delay_ms;
};

/* Names the program, its log and its keys. */
extern const char *const office_name;

/* Answers one message, or does not. *n answers. */
void office_answer(struct arena *a, const struct xml_tree *t,
    struct office_answer out[OFFICE_ANSWERS_MAX], size_t *n,
    struct office_question *asked);

/* A question that was answered before the program was started (book.h). */
void office_remember(const struct office_question *q);

#endif
