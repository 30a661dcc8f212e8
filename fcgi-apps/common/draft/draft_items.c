#include "common/draft/draft_items.h"

#include "common/document_store.h"
#include "common/num.h"

const char *
draft_items_argument(const char *action, const char *verb)
{
	size_t n = strlen(verb);

	return strncmp(action, verb, n) == 0 && action[n] == ':'
	    ? action + n + 1
	    : NULL;
}

/* Deletes an upload's row; one that is gone is fine. */
static int
delete_document(
    const struct draft_items *d, const struct id *id, struct err *err)
{
	if (document_delete(d->db, &d->submission_id, id, err) == -1) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return 0;
	}
	if (d->gone != NULL)
		d->gone(d->arg, id);
	return 0;
}

/* Takes an upload out of the answers, wherever they name it. */
static void
forget_file(void *arg, const char *path, const struct answer *answer)
{
	const struct id *id = arg;
	struct answer_file *file = (struct answer_file *)answer->file;
	struct answer *own = (struct answer *)answer;
	size_t kept = 0;

	(void)path;
	for (size_t i = 0; i < answer->nfile; i++)
		if (!id_equal(&file[i].id, id))
			file[kept++] = file[i];
	own->nfile = kept;
}

static int
remove_file(const struct draft_items *d, const char *hex, bool *done,
    struct err *err)
{
	struct err none = {0};
	struct id id;

	if (id_parse(hex, &id, &none) == -1)
		return 0;
	*done = true;
	form_each(d->answers, forget_file, &id);
	return delete_document(d, &id, err);
}

/*
 * The number of the item of group ("dogs") that path ("dogs.2.photo") is in,
 * and what follows it (".photo"); -1 when it is in none.
 */
static int64_t
item_of(struct arena *a, const char *path, const char *group,
    const char **rest)
{
	size_t n = strlen(group), digits;
	struct err none = {0};
	int64_t i;

	if (strncmp(path, group, n) != 0 || path[n] != '.')
		return -1;
	digits = strcspn(path + n + 1, ".");
	*rest = path + n + 1 + digits;
	if (num_parse(arena_dup(a, path + n + 1, digits), 0, FORM_ITEMS_MAX,
		&i, &none) == -1)
		return -1;
	return i;
}

/* What the answers say about a file's place goes before its row. */
static int
remove_item_files(const struct draft_items *d, const char *group,
    int64_t item, struct err *err)
{
	struct document *doc;
	size_t n;

	if (document_list_draft(d->db, d->arena, NULL, &d->submission_id,
		&doc, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *rest = "";
		int64_t at = item_of(d->arena, doc[i].field, group, &rest);
		int rc = 0;

		if (at == item)
			rc = delete_document(d, &doc[i].id, err);
		else if (at > item)
			rc = document_move(d->db, &d->submission_id,
			    &doc[i].id,
			    arena_printf(d->arena, "%s.%lld%s", group,
				(long long)at - 1, rest),
			    err);
		if (rc == -1 && err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
	}
	return 0;
}

/* at: "dogs:1" */
static int
remove_item(const struct draft_items *d, const char *at, bool *done,
    struct err *err)
{
	const char *colon = strrchr(at, ':'), *group;
	struct err none = {0};
	struct answer *repeat;
	int64_t i;

	if (colon == NULL ||
	    num_parse(colon + 1, 0, FORM_ITEMS_MAX, &i, &none) == -1)
		return 0;
	group = arena_dup(d->arena, at, (size_t)(colon - at));
	repeat = form_find(d->answers, group);
	if (repeat == NULL || repeat->field->type != FORM_REPEAT ||
	    (size_t)i >= repeat->nitem)
		return 0;
	*done = true;
	form_item_remove(d->answers, repeat, (size_t)i);
	return remove_item_files(d, group, i, err);
}

static int
add_item(const struct draft_items *d, const char *group, bool *done,
    struct err *err)
{
	struct answer *repeat = form_find(d->answers, group);

	if (repeat == NULL || repeat->field->type != FORM_REPEAT ||
	    (repeat->field->max_length > 0 &&
		repeat->nitem >= repeat->field->max_length))
		return 0;
	if (form_item_add(d->arena, d->answers, repeat, err) == -1) {
		if (err->code != ERR_TOO_LARGE)
			return -1;
		err_clear(err); /* that many there are, the page shows them */
		return 0;
	}
	*done = true;
	return 0;
}

int
draft_items_act(const struct draft_items *d, const char *action, bool *done,
    struct err *err)
{
	bool ignored;
	const char *arg;

	if (done == NULL)
		done = &ignored;
	*done = false;
	if ((arg = draft_items_argument(action, "remove-file")) != NULL)
		return remove_file(d, arg, done, err);
	if ((arg = draft_items_argument(action, "remove")) != NULL)
		return remove_item(d, arg, done, err);
	if ((arg = draft_items_argument(action, "add")) != NULL)
		return add_item(d, arg, done, err);
	return 0;
}
