/*
 * A code list's contents as one text: the names of the columns, then the rows;
 * one line each, values apart by tabs.
 */
#ifndef CODE_LIST_TEXT_H
#define CODE_LIST_TEXT_H

#include "common/code_list/code_list.h"

/* ERR_TOO_LARGE over CODE_LIST_TEXT; ERR_FIELD_INVALID for a value with a tab
 * or a line's end. */
int code_list_text_write(struct arena *a,
    const struct code_list_source *source, const char **out, struct err *err);

/*
 * Fills source's columns and values, in arena a; what names the list stays.
 * ERR_FIELD_INVALID when a line has another number of values than there are
 * columns, or the two columns named are not there.
 */
int code_list_text_read(struct arena *a, const char *text, size_t len,
    const char *code_column, const char *label_column,
    struct code_list_source *source, struct err *err);

#endif
