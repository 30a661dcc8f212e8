/* The head of an XOEV message (base message G2G 1.1, and what XInneres adds). */
#ifndef XOEV_HEAD_H
#define XOEV_HEAD_H

#include "common/xml/xml_write.h"
#include "common/xoev/xoev.h"

/* Fills head as far as the tree tells; never fails. */
void xoev_head_read(
    struct arena *a, const struct xml_tree *tree, struct xoev_head *head);

/* Whether a namespace is one of our own standard XTorhaus, of any version. */
bool xoev_is_torhaus(const char *uri);

/* What is written ahead of a message's content. */
enum xoev_head_kind {
	XOEV_HEAD_NONE,	    /* the mapping writes it */
	XOEV_HEAD_G2G,	    /* attributes and nachrichtenkopf.g2g */
	XOEV_HEAD_XINNERES, /* and the author's postal address */
};
struct xoev_head_type {
	enum xoev_head_kind kind;
	const char *standard, *version, *type;
	const char *list, *list_version; /* of the message types; "" left out */
};
/* uuid, created and product end up in *head. ERR_FIELD_INVALID: what the
 * parties lack, field of err names it. */
int xoev_head_write(struct arena *a, struct xml_out *root,
    const struct xoev_head_type *type, const struct xoev_case *c,
    struct xoev_head *head, struct err *err);

/* The number at the end of a root's name ("...anfrage.1702"), "" none. */
const char *xoev_root_number(const char *root);
/* The text of a leaf, "" when it has none. */
const char *xoev_leaf(
    struct arena *a, const struct xml_tree *tree, const struct xml_node *n);
/* Likewise without the white space around it, as a code is compared. */
const char *xoev_token(
    struct arena *a, const struct xml_tree *tree, const struct xml_node *n);
/* The first child element of that local name in any namespace; n may be NULL. */
const struct xml_node *xoev_local(const struct xml_node *n, const char *name);

#endif
