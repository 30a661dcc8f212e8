/* Messages from strangers in words: whatever is well-formed has a table. */
#include <stdint.h>

#include "common/xoev/xoev_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct texts *texts;
	struct xoev_table_words words = {.lang = LANG_DE, .with_head = true};
	struct xoev_table table;
	struct arena arena = {0};
	struct err err = {0};

	if (texts == NULL && texts_load("fcgi-apps/texts", &texts, &err) == -1)
		abort();
	words.texts = texts;
	(void)xoev_table(&arena, data, size, &words, &table, &err);
	words.with_head = false;
	(void)xoev_table(&arena, data, size, &words, &table, &err);
	arena_free(&arena);
	return 0;
}
