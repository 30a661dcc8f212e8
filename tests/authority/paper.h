/*
 * What invented authorities read and write by hand, apart from the product's
 * mapping, so that each proves the other.
 */
#ifndef PAPER_H
#define PAPER_H

#include "common/buf.h"
#include "common/xml/xml_tree.h"

/* The first element of that local name, n itself included; NULL. */
const struct xml_node *paper_find(const struct xml_node *n, const char *name);
/* The text of the first such element below from, or of what it holds; "". */
const char *paper_text(struct arena *a, const struct xml_tree *t,
    const struct xml_node *from, const char *name);

const char *paper_uuid(struct arena *a);
const char *paper_now(struct arena *a); /* xs:dateTime */
/* As the text of an element. */
const char *paper_escape(struct arena *a, const char *s);
/* A PDF of one page that says what it is. */
void paper_pdf(struct arena *a, const char *title, const char *name,
    struct buf *out);

#endif
