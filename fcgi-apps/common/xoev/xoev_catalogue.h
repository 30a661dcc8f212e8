/*
 * set.json, the catalogue of an installed schema set: what it is, the
 * namespaces that it provides, and every file with its checksum.
 * docs/xoev-mapping.md describes it.
 */
#ifndef XOEV_CATALOGUE_H
#define XOEV_CATALOGUE_H

#include "common/buf.h"
#include "common/xoev/xoev_set.h"

#define XOEV_CATALOGUE "set.json"
#define XOEV_CATALOGUE_MAX (4 * 1024 * 1024)

/* Reads dir/set.json; id is the folder's name. ERR_NOT_FOUND: there is none;
 * ERR_CONFIG: what is wrong with it. */
int xoev_catalogue_read(struct arena *a, const char *dir, const char *id,
    struct xoev_set **out, struct err *err);
/* Same set, same bytes. */
void xoev_catalogue_write(
    struct arena *a, const struct xoev_set *set, struct buf *out);

/* Whether a path may stand in a set: relative, no "..", no empty part, no
 * control character, no backslash, at most 500 bytes. */
bool xoev_path_is_safe(const char *path);
/* Letters, digits, dots, hyphens and underscores, at most 80; not beginning
 * with a dot. */
bool xoev_id_is_safe(const char *id);

/* A path out of a URL: "a%20b.xsd" is "a b.xsd"; what is no escape stays. */
const char *xoev_path_of_url(struct arena *a, const char *url);

#endif
