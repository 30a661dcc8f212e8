/* The columns of a Genericode list, its keys, and which column is what. */
#ifndef GENERICODE_COLUMNS_H
#define GENERICODE_COLUMNS_H

#include "common/code_list/code_list.h"
#include "torhaus/xml_pull.h"

struct genericode_columns {
	size_t n;
	const char *id[CODE_LIST_COLUMNS];
	const char *name[CODE_LIST_COLUMNS]; /* short name, or "" */
	bool is_required[CODE_LIST_COLUMNS];
	size_t code;  /* the key column */
	size_t label; /* that the list calls the code's name; n: none */
};

/* Reads the element ColumnSet, at which x stands. */
int genericode_columns_read(struct arena *a, struct pull *x,
    struct genericode_columns *out, struct err *err);

/* Index by id; n when there is none. */
size_t genericode_column(const struct genericode_columns *c, const char *id);

/* Sets out's columns; label: id or short name of the label column, or NULL. */
int genericode_columns_choose(struct arena *a,
    const struct genericode_columns *c, const char *label,
    struct code_list_source *out, struct err *err);

#endif
