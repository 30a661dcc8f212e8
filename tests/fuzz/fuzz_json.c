/* What the scanner lets through, cJSON must take, whole. */
#include <assert.h>
#include <stdint.h>

#include "common/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct err err = {0};
	const char *text = (const char *)data;
	cJSON *tree;

	if (json_check(text, size, &json_limits_request, &err) == 0) {
		char *printed;
		int rc = json_parse(&arena, text, size, &json_limits_request,
		    &tree, &err);

		assert(rc == 0);
		assert(json_line_of(text, size, "") >= 1);
		printed = cJSON_PrintUnformatted(tree);
		assert(printed != NULL);
		cJSON_free(printed);
	} else {
		assert(err.code == ERR_BAD_REQUEST ||
		    err.code == ERR_TOO_LARGE);
		(void)json_line_of(text, size, "a[1].b");
	}
	arena_free(&arena);
	return 0;
}
