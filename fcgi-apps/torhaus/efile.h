/* What the commands about the e-file share. */
#ifndef EFILE_H
#define EFILE_H

#include "common/handover/handover.h"
#include "torhaus/efile_store.h"
#include "torhaus/vorgang_office.h"
#include "torhaus/xdomea.h"

#define EFILE_WHAT "efile" /* in handover.what */
#define EFILE_PARTNER "efile"

/* Where a parcel goes, and who it is for. */
struct efile_target {
	const struct town *town;
	const char *dir;
	const char *recipient; /* as citizens and the e-file read it */
	const char *plan_key, *plan_name; /* Aktenplaneinheit; "" for none */
};

/* ---- efile_export.c ---- */

/* Writes one Vorgang's parcel and records it. ERR_CONFLICT: it is not closed,
 * or a parcel of it stands. */
int efile_export(struct tool *t, const struct efile_target *target,
    const struct id *vorgang, struct efile_parcel *out, struct err *err);

/* ---- efile_erase.c ---- */

/* Erases an imported Vorgang; a deletion record stays. ERR_CONFLICT: the
 * e-file has not confirmed it, or something came since. */
int efile_erase_vorgang(struct tool *t, const struct town *town,
    const struct id *vorgang, struct err *err);

/* Whether an event is about looking and handing on only. */
bool efile_is_look(const char *kind);
/* When it was closed: its last change of state. */
int64_t efile_closed_ms(const struct vorgang_whole *w);

#endif
