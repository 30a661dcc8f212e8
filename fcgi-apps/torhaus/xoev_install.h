/*
 * Installing a schema set: what was published is copied as it is into a folder
 * of its own beside a catalogue, all of it or nothing.
 */
#ifndef XOEV_INSTALL_H
#define XOEV_INSTALL_H

#include "common/xoev/xoev_set.h"

#define XOEV_FOLDERS_MAX 20 /* within each other */

/* What is said of a set besides its files; NULL: as the source tells. */
struct xoev_claim {
	const char *name, *version, *source;
	const char *valid_from, *valid_until; /* "2025-11-01" */
	const char *checks; /* "strict", "schema" */
	const char *sums; /* a file as sha256sum writes it: it must fit */
};

/*
 * Takes the set at source (a folder or a ZIP file) into xoev_dir. What the
 * claim leaves open comes from a set.json in the source, then from the source's
 * own name ("xmeld-25.11a"). Symbolic links, devices, paths that lead outside
 * and anything beyond the limits are refused. The set must compile together
 * with those that are there, or is not installed; others see it only then.
 * ERR_DUPLICATE: it is there with the same files, all of them whole; damaged
 * ones are put right. ERR_CONFLICT: with others.
 */
int xoev_install(struct arena *a, const char *xoev_dir, const char *source,
    const struct xoev_claim *claim, struct xoev_set **out, struct err *err);

/* ---- xoev_claim.c ---- */

/* Fills what the claim leaves open from a set.json (NULL: there is none) and
 * the source's name, and the set's head from the claim. */
int xoev_claim_settle(struct arena *a, struct xoev_claim *claim,
    const char *json_path, const char *source, struct xoev_set *set,
    struct err *err);

/* ---- xoev_sums.c ---- */

/* Compares the files of a set that came from source with those that the list
 * at path names; ERR_BAD_REQUEST names the first that differs, is missing or is
 * not in the list. */
int xoev_sums_check(struct arena *a, const char *path, const char *source,
    const struct xoev_set *set, struct err *err);

/* ---- xoev_survey.c ---- */

/* Fills files, schemas and locations of a set from what lies in
 * set->dir/published; sorted, so that the same files give the same bytes. */
int xoev_survey(struct arena *a, struct xoev_set *set, struct err *err);

/* ---- xoev_copy.c ---- */

/* How much a set still may have; counts down. */
struct xoev_room {
	int64_t bytes;
	size_t files;
};
/* Writes one file below the folder `to` (open), making folders on its way;
 * path was checked. -1 when it is there already. */
int xoev_put_file(int to, const char *path, const void *data, size_t len,
    struct err *err);
/* Copies a folder's files. */
int xoev_copy_folder(
    const char *from, int to, struct xoev_room *room, struct err *err);
/* Removes a folder with all that is in it. */
void xoev_remove_folder(const char *path);

/* ---- xoev_zip.c ---- */

/* Unpacks a ZIP file into the folder `to` (open). */
int xoev_unzip(
    const char *from, int to, struct xoev_room *room, struct err *err);

#endif
