/* Longer texts of packages and towns as HTML. */
#ifndef FORM_VIEW_PROSE_H
#define FORM_VIEW_PROSE_H

#include "common/arena.h"
#include "common/html.h"

/*
 * Blocks between empty lines. "## " and "### " begin headings (with "{#id}" at
 * the end an anchor), "- " and "1. " list items, anything else is a paragraph.
 * [words](url) is a link. For the inside of class th-text.
 */
void form_prose_write(struct arena *a, struct html *h, const char *text);

#endif
