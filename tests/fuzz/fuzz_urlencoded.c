#include <assert.h>
#include <stdint.h>

#include "common/http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct http_pairs pairs;
	struct err err = {0};

	if (http_decode_form(&arena, (const char *)data, size, 1000, &pairs,
		&err) == 0) {
		size_t sum = 0;

		for (size_t i = 0; i < pairs.n; i++) {
			const struct http_pair *p = &pairs.pair[i];

			/* Names are strings; values may hold NUL. */
			sum += strlen(p->name) + p->value_len;
			assert(p->value[p->value_len] == '\0');
		}
		assert(sum <= size);
	}
	arena_free(&arena);
	return 0;
}
