/*
 * Code lists in the database: for all towns, and never changed once they are
 * in (but for the column that people read as the label).
 */
#ifndef CODE_LIST_STORE_H
#define CODE_LIST_STORE_H

#include "common/code_list/code_list.h"
#include "common/db/db.h"

struct code_list_row { /* all but the contents */
	uint32_t id;
	const char *uri, *version, *short_name, *name, *agency;
	int32_t valid_from; /* or CODE_LIST_ALWAYS */
	int64_t row_count, imported_ms;
	const char *code_column, *label_column;
};

/* All of them, ordered by URI, then by valid_from, then by version. */
int code_list_rows(struct db *db, struct arena *a, struct code_list_row **out,
    size_t *n, struct err *err);

/* One list with its contents, in arena a. */
int code_list_read(struct db *db, struct arena *a,
    const struct code_list_row *row, const struct code_list **out,
    struct err *err);

/* All that are imported, in arena a: messages name more than forms do. */
int code_list_all(struct db *db, struct arena *a,
    const struct code_lists **out, struct err *err);

/* What became of a list that was handed in. */
enum code_list_put {
	CODE_LIST_NEW,
	CODE_LIST_SAME,	     /* it is here already */
	CODE_LIST_RELABELLED /* the same with another label column */
};

/*
 * Takes a list in and raises the generation, so that programs reload. The same
 * version with other contents is ERR_CONFLICT. is_label_said: the label column
 * was chosen by a person, and replaces the one that stands there.
 */
int code_list_publish(struct db *db, struct arena *a,
    const struct code_list_source *source, bool is_label_said, int64_t now_ms,
    enum code_list_put *put, struct err *err);

/* A list and version that is wanted; version NULL: the newest that is valid. */
struct code_list_want {
	const char *uri, *version;
};

/*
 * Reads what is wanted and imported: of a list without a version the one that
 * is valid on day today and those that become valid later. A list that cannot
 * be read is logged and left out.
 */
int code_lists_load(struct db *db, struct arena *a,
    const struct code_list_want *want, size_t nwant, int32_t today,
    const struct code_lists **out, struct err *err);

#endif
