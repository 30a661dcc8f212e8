/*
 * Elements and attributes without a namespace, of which the heads and replies of
 * XInneres and XMeld are made (xml_write.h). Values are not copied.
 */
#ifndef XOEV_PLAIN_H
#define XOEV_PLAIN_H

#include "common/xml/xml_write.h"

/* A new last child. */
struct xml_out *xoev_add(struct xml_out *parent, const char *name);
/* A new last child with that text, an attribute; nothing for NULL and "". */
void xoev_put(struct xml_out *parent, const char *name, const char *text);
void xoev_put_attribute(
    struct xml_out *e, const char *name, const char *value);

#endif
