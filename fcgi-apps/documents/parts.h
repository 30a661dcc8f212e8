/* A multipart body: fields are collected, files run into an intake. */
#ifndef PARTS_H
#define PARTS_H

#include "documents/intake.h"

struct parts {
	/*
	 * A file comes in a part of that name: *in is the intake that
	 * intake_begin was called on for it, or NULL to leave it out. File
	 * inputs in which nothing was chosen are never asked about.
	 */
	int (*file)(void *arg, const char *part, const char *name,
	    struct intake **in, struct err *err);
	void *arg;
	/* filled */
	struct http_pairs pairs; /* the fields so far */
	const struct document *document; /* of the last file; NULL: refused */
};

/* Reads the whole body. A body that breaks off is an error, and nothing of its
 * files stays. */
int parts_read(struct app *app, struct request *req, struct parts *parts,
    struct err *err);

#endif
