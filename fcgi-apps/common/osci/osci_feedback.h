/*
 * Feedback of OSCI-Transport 1.2 (part 1, Feedback): the result of an order
 * first, warnings behind it, each with a sentence in the languages asked for.
 */
#ifndef OSCI_FEEDBACK_H
#define OSCI_FEEDBACK_H

#include "common/buf.h"
#include "common/text.h"
#include "common/xml/xml_tree.h"

#define OSCI_FEEDBACK_MAX 16

struct osci_feedback {
	char code[OSCI_FEEDBACK_MAX][5];
	size_t n;
};

/* The outcome: "0800", "0801", "9xxx". Goes first, replacing an earlier one. */
void osci_feedback_result(struct osci_feedback *f, const char *code);
/* A warning ("3800"); once each. One too many is left out. */
void osci_feedback_warn(struct osci_feedback *f, const char *code);

/*
 * Writes <osci:Feedback> (or element, for InsideFeedback, with its prefix)
 * canonically. languages: the request's LanguagesList, NULL for German; what we
 * do not speak is left out, German stands in. Texts: catalogue "osci", keys
 * "osci.<code>".
 */
void osci_feedback_put(struct buf *b, const char *element,
    const struct osci_feedback *f, const char *languages,
    const struct texts *texts);

struct osci_entry {
	const char *lang, *code, *text;
};

/* Reads it. lang is NULL when an entry has none; code has four digits. Code 9100
 * when it has another shape, or no entry. */
int osci_feedback_read(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, const struct osci_entry **out, size_t *n,
    struct err *err);

#endif
