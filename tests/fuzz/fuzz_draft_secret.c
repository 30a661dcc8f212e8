/* Cookies, links and codes as browsers and people bring them. */
#include <assert.h>
#include <stdint.h>

#include "common/draft/draft_secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum draft_access_kind kinds[] = {
	    DRAFT_BROWSER, DRAFT_LINK, DRAFT_CODE};
	struct arena a = {0};
	const char *text = arena_dup(&a, data, size);

	for (size_t i = 0; i < nitems(kinds); i++) {
		struct draft_secret s, again;
		struct err err = {0};
		const char *shown;

		if (draft_secret_parse(kinds[i], text, &s, &err) == -1) {
			assert(err.code == ERR_FIELD_INVALID);
			continue;
		}
		/* What is taken has one form, and that is taken, too. */
		shown = draft_secret_show(&a, &s);
		assert(draft_secret_parse(kinds[i], shown, &again, &err) == 0);
		assert(memcmp(&s, &again, sizeof(s)) == 0);
		assert(strcmp(shown, draft_secret_show(&a, &again)) == 0);
	}
	arena_free(&a);
	return 0;
}
