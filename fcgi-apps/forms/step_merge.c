#include "forms/step_merge.h"

#include <assert.h>

#define DIFFERENCES_MAX 1000

static struct answer *
page_answers(const struct form_answers *a, const struct form_page *page)
{
	return &a->top.answer[page->field->slot];
}

/* ---- comparing ---- */

static bool
is_same_text(const char *x, const char *y)
{
	return strcmp(x != NULL ? x : "", y != NULL ? y : "") == 0;
}

static bool
has_file(const struct answer *a, const struct id *id)
{
	for (size_t i = 0; i < a->nfile; i++)
		if (id_equal(&a->file[i].id, id))
			return true;
	return false;
}

static bool
has_choice(const struct answer *a, const char *value)
{
	for (size_t i = 0; i < a->nlist; i++)
		if (strcmp(a->list[i], value) == 0)
			return true;
	return false;
}

static bool
is_same(const struct answer *x, const struct answer *y)
{
	if (x->nlist != y->nlist || x->nfile != y->nfile ||
	    !is_same_text(x->raw, y->raw) ||
	    !is_same_text(x->read_error, y->read_error))
		return false;
	for (size_t i = 0; i < x->nlist; i++)
		if (!has_choice(y, x->list[i]))
			return false;
	for (size_t i = 0; i < x->nfile; i++)
		if (!has_file(y, &x->file[i].id))
			return false;
	return true;
}

static bool
is_typed(const struct form_field *f)
{
	return f->type != FORM_STATIC && !form_is_computed(f) &&
	    f->type != FORM_GROUP && f->type != FORM_REPEAT;
}

/* One walk over both sides at once. */
struct comparison {
	struct arena *arena;
	struct step_difference *difference;
	size_t n;
};

static void compare_groups(struct comparison *c, const char *prefix,
    const struct answers *mine, const struct answers *theirs);

static void
note(struct comparison *c, const char *path, const struct form_field *f,
    const struct answer *mine, const struct answer *theirs)
{
	if (c->n < DIFFERENCES_MAX)
		c->difference[c->n++] =
		    (struct step_difference){path, f, mine, theirs};
}

static void
compare_items(struct comparison *c, const char *path,
    const struct answer *mine, const struct answer *theirs)
{
	bool is_repeat = mine->field->type == FORM_REPEAT;
	size_t n = mine->nitem > theirs->nitem ? mine->nitem : theirs->nitem;

	for (size_t i = 0; i < n; i++) {
		const char *item = is_repeat
		    ? arena_printf(c->arena, "%s.%zu", path, i)
		    : path;

		if (i >= mine->nitem)
			note(c, item, mine->field, NULL, theirs);
		else if (i >= theirs->nitem)
			note(c, item, mine->field, mine, NULL);
		else
			compare_groups(
			    c, item, &mine->item[i], &theirs->item[i]);
	}
}

static void
compare_groups(struct comparison *c, const char *prefix,
    const struct answers *mine, const struct answers *theirs)
{
	assert(mine->n == theirs->n);
	for (size_t i = 0; i < mine->n; i++) {
		const struct answer *x = &mine->answer[i];
		const struct answer *y = &theirs->answer[i];
		const char *path = *prefix == '\0'
		    ? x->field->key
		    : arena_printf(
			  c->arena, "%s.%s", prefix, x->field->key);

		if (!is_typed(x->field))
			compare_items(c, path, x, y);
		else if (!is_same(x, y))
			note(c, path, x->field, x, y);
	}
}

size_t
step_compare(struct arena *a, const struct form_answers *mine,
    const struct form_answers *theirs, const struct form_page *page,
    struct step_difference **out)
{
	struct comparison c = {.arena = a,
	    .difference =
		arena_new(a, struct step_difference, DIFFERENCES_MAX)};
	const struct answers x = {page_answers(mine, page), page->nfield, true};
	const struct answers y = {
	    page_answers(theirs, page), page->nfield, true};

	assert(mine->form == theirs->form);
	compare_groups(&c, "", &x, &y);
	*out = c.difference;
	return c.n;
}

/* ---- merging ---- */

/* Items of all repeats in these answers. */
static size_t
count_items(const struct answer *answer, size_t n)
{
	size_t items = 0;

	for (size_t i = 0; i < n; i++) {
		if (answer[i].field->type == FORM_REPEAT)
			items += answer[i].nitem;
		for (size_t k = 0; k < answer[i].nitem; k++)
			items += count_items(
			    answer[i].item[k].answer, answer[i].item[k].n);
	}
	return items;
}

int
step_merge(struct form_answers *stored, const struct form_answers *posted,
    const struct form_page *page, struct err *err)
{
	struct answer *to = page_answers(stored, page);
	const struct answer *from = page_answers(posted, page);
	size_t items;

	assert(stored->form == posted->form);
	items = stored->nitem - count_items(to, page->nfield) +
	    count_items(from, page->nfield);
	if (items > FORM_ITEMS_TOTAL)
		return err_set(err, ERR_TOO_LARGE, "%zu items", items);
	stored->nitem = items;
	for (size_t i = 0; i < page->nfield; i++)
		to[i] = from[i];
	return 0;
}
