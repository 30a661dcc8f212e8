/*
 * What documents tells forms about a draft that it saved, besides what was
 * typed: the button that was pressed and the files it had to refuse. Carried
 * in the draft's answers as the member "_notes", which no field can be called.
 */
#ifndef DRAFT_NOTES_H
#define DRAFT_NOTES_H

#include <stdbool.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"

/* A file that was not taken. */
struct draft_refusal {
	const char *path; /* of its field, with indices: "dogs.0.photo" */
	/* "too_large", "too_large_all", "too_many", "type_not_allowed",
	 * "empty_file", "damaged_file", "disk_full", "upload_broken" */
	const char *code;
	const char *name; /* of the file, cleaned */
};

struct draft_notes {
	/*
	 * The button, for the focus; what it asked for is done already, the
	 * answers are those behind it: "add:<group>", "remove:<group>:<index>",
	 * "remove-file:<id>", "show", "language:<code>", "upload", "submit"
	 * (files were refused, so it was not sent on); "" for none.
	 */
	const char *action;
	const char *version;   /* the page's field "version", "" when absent */
	const char *not_shown; /* the page's field "not_shown", likewise */
	const char *invitation; /* the page's field "invitation", likewise */
	bool is_fresh_id; /* the page brought no usable submission id */
	const struct draft_refusal *refusal;
	size_t nrefusal;
};

/* Puts the notes into the JSON object at the end of draft. */
void draft_notes_write(const struct draft_notes *notes, struct buf *draft);

/* The notes of a draft's answers, empty when there are none. Members live in
 * arena a. ERR_BAD_REQUEST: no JSON. */
int draft_notes_read(struct arena *a, const char *json, size_t len,
    struct draft_notes *out, struct err *err);

#endif
