#include "common/form/form_def.h"

#define LENGTH_MAX 60

static size_t
least(size_t x, size_t y)
{
	return x < y ? x : y;
}

/* Letters to put in, take out, change or swap (Damerau-Levenshtein, optimal
 * string alignment). */
static size_t
distance(const char *x, const char *y)
{
	size_t row[3][LENGTH_MAX + 1];
	size_t m = strlen(x), n = strlen(y);

	if (m > LENGTH_MAX || n > LENGTH_MAX)
		return LENGTH_MAX;
	for (size_t k = 0; k <= n; k++)
		row[0][k] = k;
	for (size_t i = 1; i <= m; i++) {
		size_t *now = row[i % 3], *before = row[(i + 2) % 3];
		const size_t *older = row[(i + 1) % 3];

		now[0] = i;
		for (size_t k = 1; k <= n; k++) {
			now[k] = least(before[k], now[k - 1]) + 1;
			now[k] = least(
			    now[k], before[k - 1] + (x[i - 1] != y[k - 1]));
			if (i > 1 && k > 1 && x[i - 1] == y[k - 2] &&
			    x[i - 2] == y[k - 1])
				now[k] = least(now[k], older[k - 2] + 1);
		}
	}
	return row[m % 3][n];
}

void
def_near_offer(struct def_near *near, const char *candidate)
{
	size_t d;

	if (candidate == NULL || *candidate == '\0')
		return;
	d = distance(near->name, candidate);
	/* "type" is not what was meant by "hint". */
	if (d > 1 + strlen(near->name) / 4)
		return;
	if (near->best != NULL && near->distance <= d)
		return;
	near->best = candidate;
	near->distance = d;
}

const char *
def_near_remedy(
    struct form_def *d, const struct def_near *near, const char *other)
{
	if (near->best == NULL)
		return other;
	return arena_printf(
	    d->arena, "did you mean \"%s\"? Else %s", near->best, other);
}
