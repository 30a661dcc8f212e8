/*
 * Canonical XML 1.0 (W3C, 15 March 2001), inclusive, without comments, of an
 * element with all that is in it, as a subtree of its document: the namespaces
 * in scope are rendered on it. Written straight into a sink, so that a long
 * text is never in memory as a whole.
 */
#ifndef XML_C14N_H
#define XML_C14N_H

#include "common/xml/xml_tree.h"

#define XML_C14N_URI "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"

int xml_c14n(const struct xml_tree *t, const struct xml_node *apex,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err);

/*
 * The same as it would stand inside an element of another document, on which
 * the n namespaces of outer are rendered: for putting it there.
 */
int xml_c14n_within(const struct xml_tree *t, const struct xml_node *apex,
    const struct xml_ns *outer, size_t n,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err);

#endif
