/* Pieces of the design system (docs/pages.md) that many pages write. */
#ifndef KERN_VIEW_H
#define KERN_VIEW_H

#include "common/html.h"

enum kern_style { KERN_PRIMARY, KERN_SECONDARY, KERN_TERTIARY };

/* A button of a form: name "action", with what it asks for. */
void kern_button(struct html *h, enum kern_style style, const char *action,
    const char *label);

void kern_hidden(struct html *h, const char *name, const char *value);

#endif
