/* Judging a message and keeping its tree. Inside the xoev files only. */
#ifndef XOEV_CHECK_H
#define XOEV_CHECK_H

#include "common/xoev/xoev.h"

/* As xoev_check; *tree is the message with what its schema fixes, NULL when it
 * is no XML. */
int xoev_check_tree(struct arena *a, const struct xoev_rules *rules,
    const void *data, size_t len, struct xoev_findings *out,
    const struct xml_tree **tree, struct err *err);

/* The same of the bytes that xml_out_write made of root. */
int xoev_check_written(struct arena *a, const struct xoev_rules *rules,
    const struct xml_out *root, const void *data, size_t len,
    struct xoev_findings *out, const struct xml_tree **tree, struct err *err);

/* A head of which nothing is known. */
extern const struct xoev_head xoev_head_none;

/* ---- replies ---- */

struct xml_out;

/* Writes and judges one (xoev_xinneres.c). */
int xoev_reply_finish(struct arena *a, const struct xoev_rules *rules,
    struct xml_out *root, struct xoev_built *out, struct err *err);
/* The rejection of a message of XTorhaus: 1001 (xoev_torhaus.c). */
int xoev_torhaus_reject(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_head *head, const struct xoev_findings *findings,
    const struct xoev_case *c, struct xoev_built *out, struct err *err);

#endif
