/*
 * Reading OSCI's elements one after the other, as their schemas order them.
 * Everything else than expected is code 9100.
 */
#ifndef OSCI_READ_H
#define OSCI_READ_H

#include <stdint.h>

#include "common/xml/xml_tree.h"

/* "2024-05-06T07:08:12.000+02:00" and the like. */
#define OSCI_TIME_TEXT_MAX 60

/* The element at *next, when it is this one; *next moves on. Else NULL. */
const struct xml_node *osci_take(
    const struct xml_node **next, const char *uri, const char *name);
/* Begins with the children of n, between which no text may stand. */
int osci_enter(const struct xml_node *n, const struct xml_node **next,
    struct err *err);
/* Nothing may be left. */
int osci_leave(const struct xml_node *next, struct err *err);
/* An element that must be empty. */
int osci_read_empty(const struct xml_node *n, struct err *err);

/* The text of an element, at most max bytes. */
int osci_read_text(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, size_t max, const char **out, struct err *err);
/*
 * A message id: Base64 of UTF-8 without control characters and semicolons (the
 * official library joins ids by them). NULL when it is empty.
 */
int osci_read_message_id(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, const char **out, struct err *err);
/* A dateTime, as text (without blanks around it; NULL: not wanted) and ms. */
int osci_read_time(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, const char **text, int64_t *ms,
    struct err *err);
/* An attribute as a number; other when it is absent. */
int osci_read_number(const struct xml_node *n, const char *name, int64_t min,
    int64_t max, int64_t other, int64_t *out, struct err *err);

#endif
