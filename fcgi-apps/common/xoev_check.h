/* Judging a message and keeping its tree. Inside the xoev files only. */
#ifndef XOEV_CHECK_H
#define XOEV_CHECK_H

#include "common/xoev.h"

/* As xoev_check; *tree is the message with what its schema fixes, NULL when it
 * is no XML. */
int xoev_check_tree(struct arena *a, const struct xoev_rules *rules,
    const void *data, size_t len, struct xoev_findings *out,
    const struct xml_tree **tree, struct err *err);

/* A head of which nothing is known. */
extern const struct xoev_head xoev_head_none;

#endif
