#include "torhaus/service_mistakes.h"

void
service_mistakes_print(const char *dir, const struct form_mistakes *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct form_mistake *k = &m->mistake[i];

		(void)fprintf(stderr, "%s%s%s:", dir == NULL ? "" : dir,
		    dir == NULL ? "" : "/", k->file);
		if (k->line > 0)
			(void)fprintf(stderr, "%zu:", k->line);
		(void)fprintf(stderr, " %s: %s%s\n", k->path,
		    k->is_warning ? "warning: " : "", k->text);
		if (k->remedy != NULL && k->remedy[0] != '\0')
			(void)fprintf(stderr, "    %s\n", k->remedy);
	}
}
