/* Whether two trees say the same: for tests of what makes them. */
#ifndef XML_SAME_H
#define XML_SAME_H

#include "common/xml/xml_tree.h"

static bool
xml_same_attributes(const struct xml_node *x, const struct xml_node *y)
{
	if (x->nattribute != y->nattribute)
		return false;
	for (size_t i = 0; i < x->nattribute; i++) {
		const struct xml_attribute *a = &x->attribute[i];
		const struct xml_attribute *b = &y->attribute[i];

		if (strcmp(a->uri, b->uri) != 0 ||
		    strcmp(a->prefix, b->prefix) != 0 ||
		    strcmp(a->name, b->name) != 0 ||
		    strcmp(a->value, b->value) != 0)
			return false;
	}
	return true;
}

static bool
xml_same(const struct xml_node *x, const struct xml_node *y)
{
	if ((x->name == NULL) != (y->name == NULL) || x->order != y->order)
		return false;
	if (x->name == NULL)
		return x->len == y->len &&
		    memcmp(x->text, y->text, (size_t)x->len) == 0;
	if (strcmp(x->name, y->name) != 0 || strcmp(x->uri, y->uri) != 0 ||
	    strcmp(x->prefix, y->prefix) != 0 || !xml_same_attributes(x, y))
		return false;
	x = x->child;
	y = y->child;
	while (x != NULL && y != NULL) {
		if (!xml_same(x, y))
			return false;
		x = x->next;
		y = y->next;
	}
	return x == NULL && y == NULL;
}

#endif
