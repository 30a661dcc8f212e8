/*
 * The buttons that add or take something from a draft's answers: items of
 * repeating groups, with their uploads, and single uploads. For whichever
 * program has the draft in its hands.
 */
#ifndef DRAFT_ITEMS_H
#define DRAFT_ITEMS_H

#include "common/db/db.h"
#include "common/form/form.h"

struct draft_items {
	struct db *db;
	struct arena *arena;
	struct id submission_id;
	struct form_answers *answers;
	/*
	 * Called for each upload whose row was deleted, so that the caller
	 * removes its file when that is certain. NULL: left to the sweep,
	 * which takes files without a row.
	 */
	void (*gone)(void *arg, const struct id *document);
	void *arg;
};

/*
 * Does what a button asks for: "add:dogs", "remove:dogs:1",
 * "remove-file:<id>". The files of an item that goes, go with it, and those of
 * the items behind it move up. Any other button, and one pressed a second
 * time, changes nothing. *done, if not NULL, tells whether there was something
 * to do and room for it.
 */
int draft_items_act(
    const struct draft_items *d, const char *action, bool *done,
    struct err *err);

/* What stands behind "verb:" in an action, NULL when it is another one. */
const char *draft_items_argument(const char *action, const char *verb);

#endif
