/*
 * Reads a code list in Genericode 1.0 (OASIS), as XRepository publishes it
 * with the additions of the German code list handbook (recommended code
 * column, valid from).
 */
#ifndef GENERICODE_H
#define GENERICODE_H

#include "common/code_list/code_list.h"

#define GENERICODE_MAX ((size_t)16 * 1024 * 1024) /* bytes of a file */

/*
 * Everything lives in arena a. label: the id of the column that people read,
 * or NULL to let the list tell: the column that the list calls the name of the
 * code, then the one that is called like the list itself, then the usual names
 * (Bezeichnung, name, Beschreibung, ...), then the first other column.
 *
 * Every value is brought to NFC, runs of blanks become one. Refused with a
 * message that names line and remedy: what is no Genericode, lists without
 * URI, version or key column, columns or rows in other files, values that are
 * not text, a row without code or with a value twice, what exceeds the limits
 * of code_list.h. Whether a code comes twice is for code_list_build to say.
 */
int genericode_read(struct arena *a, const char *text, size_t len,
    const char *label, struct code_list_source *out, struct err *err);

#endif
