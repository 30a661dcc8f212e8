#include "common/form/form_def.h"

/* Open addressing; at most half full. */
struct form_index {
	const struct form_field **field;
	size_t mask;
};

static size_t
hash_of(const struct form_field *parent, const char *key, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */

	hash ^= parent == NULL ? 0 : parent->ordinal + 1;
	hash *= 0x100000001b3;
	for (size_t i = 0; i < len; i++) {
		hash ^= (uint8_t)key[i];
		hash *= 0x100000001b3;
	}
	return (size_t)(hash ^ hash >> 32);
}

static void
put(struct form_index *index, const struct form_field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct form_field *f = &field[i];
		size_t at = hash_of(f->parent, f->key, strlen(f->key));

		while (index->field[at & index->mask] != NULL)
			at++;
		index->field[at & index->mask] = f;
		put(index, f->child, f->nchild);
	}
}

const struct form_index *
form_index_new(struct arena *a, const struct form *f)
{
	struct form_index *index = arena_new(a, struct form_index, 1);
	size_t room = 16;

	while (room < f->nordinal * 2)
		room *= 2;
	index->mask = room - 1;
	index->field = arena_new(a, const struct form_field *, room);
	put(index, f->field, f->nfield);
	return index;
}

const struct form_field *
form_index_find(const struct form *f, const struct form_field *parent,
    const char *key, size_t len)
{
	const struct form_index *index = f->index;
	const struct form_field *one;

	for (size_t at = hash_of(parent, key, len);
	    (one = index->field[at & index->mask]) != NULL; at++)
		if (one->parent == parent && strlen(one->key) == len &&
		    memcmp(one->key, key, len) == 0)
			return one;
	return NULL;
}
