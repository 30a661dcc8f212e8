/* links: torhaus/xdomea_read */
/* What an e-file answers: anything may come. */
#include <assert.h>
#include <stdint.h>

#include "common/utf8.h"
#include "torhaus/xdomea.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = {0};
	struct err err = {0};
	struct xdomea_answer x;

	if (xdomea_answer_read(&a, data, size, &x, &err) == 0)
		for (size_t i = 0; i < x.noutcome; i++)
			assert(utf8_valid(x.outcome[i].why,
			    strlen(x.outcome[i].why)) ==
			    strlen(x.outcome[i].why));
	arena_free(&a);
	return 0;
}
