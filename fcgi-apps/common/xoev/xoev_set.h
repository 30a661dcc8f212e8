/*
 * Installed schema sets of XOEV standards: folders below xoev_dir, each as it
 * was published, with a catalogue set.json beside (docs/xoev-mapping.md). A set
 * provides namespaces; a message's set is found by the namespace of its root
 * and the day. Bytes count only when their SHA-256 is the catalogue's.
 */
#ifndef XOEV_SET_H
#define XOEV_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/xml/xml_schema.h"

#define XOEV_ALWAYS INT32_MIN /* valid_from of a set without a date */
#define XOEV_FOREVER INT32_MAX
#define XOEV_FILES_MAX 2000
#define XOEV_FILE_MAX (32 * 1024 * 1024)
#define XOEV_SET_MAX (256 * 1024 * 1024)

struct xoev_set_file {
	const char *path; /* "xsd/xmeld-codes.xsd" */
	const char *sha256; /* hex */
	int64_t size;
};

struct xoev_schema { /* one namespace */
	const char *uri;     /* "http://www.osci.de/xmeld2511a" */
	const char *version; /* the schema's own, "" when it has none */
	const char *const *entry; /* files that include all others of it */
	size_t nentry;
};

/* Where schema files say that a namespace is to be had: never gone to, but it
 * names the namespace. A URL, or a path from the set's top at which the set has
 * no file. */
struct xoev_location {
	const char *url, *uri;
};

struct xoev_set {
	const char *id;	     /* folder: "xmeld-25.11a" */
	const char *name, *version; /* "XMeld", "25.11a" */
	const char *source;  /* where it was published, or "" */
	const char *dir;     /* whole path; what was published is in published/ */
	const char *digest;  /* SHA-256 of set.json, hex: for comparing machines */
	int32_t valid_from, valid_until; /* days; the last is within */
	bool is_strict; /* the rules of XInneres hold beyond the schema */
	const struct xoev_set_file *file;
	size_t nfile;
	const struct xoev_schema *schema;
	size_t nschema;
	const struct xoev_location *location;
	size_t nlocation;
};

struct xoev_sets; /* immutable but for what is compiled on demand; threads */

/* Reads the catalogues below dir; a folder without one is left out. No such
 * dir: there are no sets. ERR_CONFIG names a catalogue that cannot be read,
 * ERR_IO a dir that cannot: what is not known is not "there are none". */
int xoev_sets_load(const char *dir, struct xoev_sets **out, struct err *err);
/* Adds a set that lies elsewhere, to try it; it must live as long as s. */
int xoev_sets_add(
    struct xoev_sets *s, struct xoev_set *set, struct err *err);
void xoev_sets_free(struct xoev_sets *s);

/* Whether a set was put below the dir, or taken out, since it was read: then
 * load again and free the old one when nobody uses it any more. */
bool xoev_sets_is_stale(const struct xoev_sets *s);

size_t xoev_sets_count(const struct xoev_sets *s);
const struct xoev_set *xoev_sets_get(const struct xoev_sets *s, size_t i);
/* The set that provides a namespace and is valid on a day, of several the
 * newest; NULL when none is. XOEV_ALWAYS: on any day. */
const struct xoev_set *xoev_sets_find(
    const struct xoev_sets *s, const char *uri, int32_t day);

/* The namespace's schema, compiled at its first use and kept; ERR_NOT_FOUND
 * when no set provides it on that day, ERR_CONFIG when it does not compile or
 * a file's checksum is wrong. */
int xoev_sets_schema(struct xoev_sets *s, const char *uri, int32_t day,
    const struct xml_schema **out, struct err *err);

/* Compiles every schema of this very set, though another may provide the same
 * namespace; errors as above. */
int xoev_sets_compile(
    struct xoev_sets *s, const struct xoev_set *set, struct err *err);

/* What is wrong with the set's files: path, and "missing", "changed", "extra".
 * Sees every one. */
int xoev_set_verify(const struct xoev_set *set,
    void (*each)(void *arg, const char *path, const char *what), void *arg,
    struct err *err);

#endif
