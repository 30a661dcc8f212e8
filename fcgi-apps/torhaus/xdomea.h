/*
 * xdomea 3.0.0 (urn:xoev-de:xdomea:schema:3.0.0): what leaves for the e-file,
 * Abgabe.Abgabe.0401, and what comes back, 0402 (imported or not) and 0403
 * (received).
 */
#ifndef XDOMEA_H
#define XDOMEA_H

#include "common/buf.h"
#include "common/vorgang/vorgang.h"

/* ---- out: xdomea_write.c ---- */

struct xdomea_file {
	const char *name;     /* in the parcel: "<uuid>.pdf" */
	const char *original; /* as people called it */
	const char *media_type;
	int64_t at_ms, size;
	const char *sha256; /* hex */
};

struct xdomea_document {
	struct id id;
	const char *subject; /* Betreff */
	const char *kind;    /* Typ: "Antrag", "Anlage", "Bescheid" */
	const char *author;  /* role, never a name: "Antragsteller", "Amt" */
	bool is_outgoing;    /* from the office */
	const struct xdomea_file *file; /* forms of the same, readable first */
	size_t nfile;
};

struct xdomea_event {
	const char *who, *what; /* roles and kinds, no contents */
	int64_t at_ms;
};

struct xdomea_abgabe {
	struct id process, vorgang;
	int64_t now_ms;
	const char *sender, *unit; /* Institution, Organisationseinheit */
	const char *sender_key;	   /* AGS */
	const char *recipient;
	const char *subject;	/* Betreff: the service */
	const char *reference;	/* Kennzeichen */
	const char *kind;	/* Typ: the service's key */
	const char *plan_key, *plan_name; /* Aktenplaneinheit; "" for none */
	const char *state;	/* the final one, in words */
	int64_t begun_ms, closed_ms;
	int64_t keep_days;	/* from the closing on */
	const struct xdomea_document *document;
	size_t ndocument;
	const struct xdomea_event *event;
	size_t nevent;
};

/* "<ProzessID>_Abgabe.Abgabe.0401", for parcel and message. */
const char *xdomea_abgabe_name(struct arena *a, const struct id *process);
/* The ending of a primary file for a media type: ".pdf"; "" when unknown. */
const char *xdomea_ending(const char *media_type);

/* The message. ERR_FIELD_INVALID for text that XML cannot hold. */
int xdomea_abgabe_write(struct arena *a, const struct xdomea_abgabe *abgabe,
    struct buf *out, struct err *err);

/* ---- both: xdomea_check.c ---- */

/*
 * Checks a message against the official schema (torhaus xoev add), of the set
 * that is valid on a day. *is_checked: false when none is installed; then
 * nothing is said. ERR_FIELD_INVALID names the first mistake's place, without
 * values.
 */
int xdomea_check(struct arena *a, const char *xoev_dir, int32_t day,
    const void *data, size_t len, bool *is_checked, struct err *err);

/* ---- in: xdomea_read.c ---- */

#define XDOMEA_ANSWER_MAX (4 << 20) /* bytes of 0402 or 0403 */

struct xdomea_outcome {
	struct id object; /* IDSGO */
	bool is_imported;
	const char *why; /* Fehlermeldung, joined; "" for none */
};

struct xdomea_answer {
	bool is_receipt; /* 0403; else 0402 */
	struct id process;
	struct xdomea_outcome *outcome; /* of 0402 */
	size_t noutcome;
};

/* Reads a message of the e-file. ERR_BAD_REQUEST says what is wrong with it,
 * without quoting it; lives in arena a. */
int xdomea_answer_read(struct arena *a, const void *data, size_t len,
    struct xdomea_answer *out, struct err *err);

#endif
