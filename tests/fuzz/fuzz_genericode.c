/* links: torhaus/genericode torhaus/genericode_columns torhaus/xml_pull torhaus/xml_scan */
/*
 * Code lists from files that nobody vouches for: what is read can be built,
 * written as text and read back, and every code is found in its row.
 */
#include <assert.h>
#include <stdint.h>

#include "common/code_list/code_list_text.h"
#include "torhaus/genericode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_up(struct arena *a, const struct code_list *l)
{
	size_t near[CODE_LIST_NEAR], row;

	for (size_t i = 0; i < l->nrow; i++) {
		assert(code_list_by_code(l, code_list_code(l, i), &row) &&
		    row == i);
		assert(code_list_near(a, l, code_list_display(a, l, i), NULL,
			   CODE_LIST_NEAR, near) <= CODE_LIST_NEAR);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct code_list_source source, back = {0};
	const struct code_list *list;
	struct err err = {0};
	const char *text;

	if (genericode_read(&arena, (const char *)data, size, NULL, &source,
		&err) == -1 ||
	    code_list_build(&arena, &source, &list, &err) == -1) {
		assert(err.msg[0] != '\0');
		goto out;
	}
	if (list->nrow <= 50)
		look_up(&arena, list);
	if (code_list_text_write(&arena, &source, &text, &err) == 0) {
		assert(code_list_text_read(&arena, text, strlen(text),
			   source.column[source.code_column],
			   source.column[source.label_column], &back,
			   &err) == 0);
		assert(back.nrow == source.nrow &&
		    back.ncolumn == source.ncolumn);
	}
out:
	arena_free(&arena);
	return 0;
}
