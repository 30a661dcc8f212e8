/*
 * The receipt as a tagged PDF. The caller brings every sentence; this program
 * knows no catalogue.
 */
#ifndef RECEIPT_H
#define RECEIPT_H

#include "common/json.h"

#define RECEIPT_IN_MAX (4 * 1024 * 1024)

struct receipt_row {
	const char *label, *value;
};

struct receipt_section {
	const char *heading;
	const struct receipt_row *row;
	size_t nrow;
};

struct receipt {
	const char *lang;     /* "de" */
	const char *dir;      /* "rtl": from right to left; else "ltr" or "" */
	const char *title;    /* of the document */
	const char *sender;   /* town and office, above the title */
	const char *intro;    /* paragraph below the title */
	const char *link;     /* printed, linked and drawn as QR code; or "" */
	const char *link_note; /* says what the link is */
	const char *footer;   /* on each page, before the page number */
	const struct receipt_section *section;
	size_t nsection;
};

/*
 * Reads {"lang", "dir", "title", "sender", "intro", "link", "link_note", "footer",
 * "sections": [{"heading", "rows": [{"label", "value"}]}]}. At most 200
 * sections and 5000 rows. ERR_BAD_REQUEST says what is wrong.
 */
int receipt_read(struct arena *a, const char *json, size_t len,
    struct receipt *out, struct err *err);

/* Draws r and appends the PDF to out. */
int receipt_draw(const struct receipt *r, struct buf *out, struct err *err);

#endif
