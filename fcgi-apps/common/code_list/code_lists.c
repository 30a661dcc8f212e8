#include "common/code_list/code_list.h"

struct code_lists {
	const struct code_list **list; /* by URI, valid_from, version */
	size_t n;
};

static int
compare_list(const void *x, const void *y)
{
	const struct code_list *a = *(const struct code_list *const *)x;
	const struct code_list *b = *(const struct code_list *const *)y;
	int order = strcmp(a->uri, b->uri);

	if (order == 0)
		order = (a->valid_from > b->valid_from) -
		    (a->valid_from < b->valid_from);
	return order != 0 ? order : strverscmp(a->version, b->version);
}

const struct code_lists *
code_lists_new(struct arena *a, const struct code_list *const *list, size_t n)
{
	struct code_lists *lists = arena_new(a, struct code_lists, 1);

	lists->list = arena_new(a, const struct code_list *, n);
	lists->n = n;
	for (size_t i = 0; i < n; i++)
		lists->list[i] = list[i];
	if (n > 1)
		qsort(lists->list, n, sizeof(*lists->list), compare_list);
	return lists;
}

/* The first list that is not before the URI. */
static size_t
first_of(const struct code_lists *lists, const char *uri)
{
	size_t low = 0, high = lists->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(lists->list[middle]->uri, uri) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct code_list *
code_lists_find(const struct code_lists *lists, const char *uri,
    const char *version, int32_t today)
{
	const struct code_list *found = NULL;

	if (lists == NULL)
		return NULL;
	for (size_t i = first_of(lists, uri);
	     i < lists->n && strcmp(lists->list[i]->uri, uri) == 0; i++) {
		const struct code_list *l = lists->list[i];

		if (version != NULL) {
			if (strcmp(l->version, version) == 0)
				return l;
		} else if (l->valid_from <= today)
			found = l; /* the last one is the newest */
	}
	return found;
}

size_t
code_lists_count(const struct code_lists *lists)
{
	return lists == NULL ? 0 : lists->n;
}

const struct code_list *
code_lists_get(const struct code_lists *lists, size_t i)
{
	return lists->list[i];
}
