/*
 * The files of one request: receives one after the other, knows what the draft
 * or Vorgang has already, and writes the rows when the request was whole. What
 * was not kept by then is removed when the request ends, however it ends.
 */
#ifndef INTAKE_H
#define INTAKE_H

#include "common/form/form.h"
#include "common/http/http.h"
#include "documents/upload.h"

/* A file that was not taken. */
struct intake_refusal {
	const char *path; /* of its field, with indices: "dogs.0.photo" */
	const char *name; /* cleaned, to show */
	enum upload_refusal why;
};

struct guard;

struct intake {
	struct app *app;
	struct request *req;
	struct id submission;
	struct crypto_key key; /* of the draft or Vorgang */
	const struct document *have;
	size_t nhave;
	struct document *added; /* in the store, rows not yet written */
	size_t nadded, nkept;	/* kept: the first of them have rows */
	struct guard **guard;	/* of each added; private to intake.c */
	struct intake_refusal *refusal;
	size_t nrefusal;
	size_t room; /* of added, guard and refusal */
	/* the file at hand */
	struct upload *upload;
	const char *path, *name;
	size_t max_files;
};

/* Files for a draft or Vorgang with these documents. Lives as long as the
 * request's arena. */
struct intake *intake_new(struct app *app, struct request *req,
    const struct id *submission, const struct crypto_key *key,
    const struct document *have, size_t nhave);

/*
 * A file begins: for the field at path (with indices), within the field's
 * limits; name as sent. field may be NULL: PDF, JPEG and PNG, any number.
 */
void intake_begin(struct intake *in, const char *path,
    const struct form_field *field, const char *name);
void intake_put(struct intake *in, const void *data, size_t n);
/*
 * It was whole. Returns its document: the new one, or the one that is there
 * already (the same bytes under the same name in the same field: the request
 * was sent twice); NULL when it was refused.
 */
const struct document *intake_end(struct intake *in);

/* Tells that a file was refused before anything was read of it. */
void intake_refuse(struct intake *in, const char *path, const char *name,
    enum upload_refusal why);

/* Writes the rows of a draft's documents. ERR_CONFLICT: the draft was
 * submitted meanwhile; the files go. */
int intake_keep(struct intake *in, struct err *err);
/* Somebody else wrote the rows. */
void intake_kept(struct intake *in);

#endif
