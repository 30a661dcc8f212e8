#include "common/code_list/code_list.h"
#include "common/utf8.h"

#define LETTERS_MAX 120 /* longer names are compared as they stand */
#define WRONG_MAX 3

/* Ranks, best first; between the last ones lies the number of mistakes. */
enum { SAME, BEGINS, CONTAINS, RESEMBLES, BEGINS_ALIKE = RESEMBLES + 4,
	FAR = BEGINS_ALIKE + 4 };

struct near {
	const char *typed;  /* as typed, for codes */
	const char *folded;
	size_t len; /* of folded */
	int wrong;  /* letters that may be wrong */
	size_t n, max;
	size_t *row;
	int rank[CODE_LIST_NEAR];
};

static int
min3(int x, int y, int z)
{
	int least = x < y ? x : y;

	return least < z ? least : z;
}

/*
 * Levenshtein distance of folded to other, *whole, and to the nearest of
 * other's beginnings, *begin; both wrong + 1 when there are more mistakes.
 * Only the first len + wrong letters of other matter.
 */
static void
distances(const struct near *near, const char *other, int *whole, int *begin)
{
	int line[LETTERS_MAX + WRONG_MAX + 1];
	size_t reach = near->len + (size_t)near->wrong;
	size_t n = strnlen(other, reach + 1);
	bool is_longer = n > reach;
	int least = 0;

	if (is_longer)
		n = reach;
	for (size_t k = 0; k <= n; k++)
		line[k] = (int)k;
	for (size_t i = 1; i <= near->len && least <= near->wrong; i++) {
		int corner = line[0];

		line[0] = least = (int)i;
		for (size_t k = 1; k <= n; k++) {
			int above = line[k];

			line[k] = min3(above + 1, line[k - 1] + 1,
			    corner + (near->folded[i - 1] != other[k - 1]));
			corner = above;
			if (line[k] < least)
				least = line[k];
		}
	}
	*begin = least;
	*whole = is_longer || least > near->wrong ? near->wrong + 1 : line[n];
}

static int
rank_of(const struct near *near, const struct code_list *l, size_t row)
{
	const char *label = l->text + l->folded[row];
	int whole, begin;

	if (near->len > 0 && strcmp(label, near->folded) == 0)
		return SAME;
	if (near->len > 0 && strncmp(label, near->folded, near->len) == 0)
		return BEGINS;
	if (strncmp(code_list_code(l, row), near->typed,
		strlen(near->typed)) == 0)
		return BEGINS;
	if (near->len > 1 && strstr(label, near->folded) != NULL)
		return CONTAINS;
	if (near->wrong == 0)
		return FAR;
	distances(near, label, &whole, &begin);
	if (whole <= near->wrong)
		return RESEMBLES + whole;
	return begin <= near->wrong ? BEGINS_ALIKE + begin : FAR;
}

/* Puts a row behind those that are as good or better. */
static void
near_add(struct near *near, size_t row, int rank)
{
	size_t i = near->n;

	if (i == near->max) {
		if (near->rank[i - 1] <= rank)
			return;
		i--;
	} else
		near->n++;
	for (; i > 0 && near->rank[i - 1] > rank; i--) {
		near->rank[i] = near->rank[i - 1];
		near->row[i] = near->row[i - 1];
	}
	near->rank[i] = rank;
	near->row[i] = row;
}

size_t
code_list_near(struct arena *a, const struct code_list *l, const char *typed,
    const struct code_list_filter *filter, size_t max, size_t *rows)
{
	struct near near = { .typed = typed, .row = rows };

	near.max = max < CODE_LIST_NEAR ? max : CODE_LIST_NEAR;
	if (near.max == 0 || *typed == '\0' || strlen(typed) > CODE_LIST_TYPED)
		return 0;
	near.folded = utf8_fold_name(a, typed);
	near.len = strlen(near.folded);
	if (near.len >= 4 && near.len <= LETTERS_MAX)
		near.wrong = near.len < 8 ? 1 : near.len < 12 ? 2 : WRONG_MAX;
	/* In the order of labels, so that equals come sorted. */
	for (size_t i = 0; i < l->nrow; i++) {
		size_t row = l->by_label[i];
		int rank;

		if (!code_list_fits(l, row, filter))
			continue;
		rank = rank_of(&near, l, row);
		if (rank < FAR)
			near_add(&near, row, rank);
	}
	return near.n;
}
