#include "common/form/form_answers.h"

#include "common/form/form_def.h"
#include "common/form/form_path.h"

#define UNKNOWN_MAX 50

/* One group's answers; plain groups get theirs at once. */
static void
group_new(struct arena *a, const struct form_field *field, size_t n,
    struct answers *out)
{
	out->n = n;
	out->answer = arena_new(a, struct answer, n);
	for (size_t i = 0; i < n; i++) {
		struct answer *answer = &out->answer[i];

		answer->field = &field[i];
		if (field[i].type != FORM_GROUP)
			continue;
		answer->item = arena_new(a, struct answers, 1);
		answer->nitem = 1;
		group_new(a, field[i].child, field[i].nchild, answer->item);
	}
}

struct form_answers *
form_answers_empty(struct arena *a, const struct form *f)
{
	struct form_answers *answers = arena_new(a, struct form_answers, 1);

	answers->form = f;
	answers->unknown = arena_new(a, const char *, UNKNOWN_MAX);
	group_new(a, f->field, f->nfield, &answers->top);
	return answers;
}

static void
fill_group(struct arena *a, struct form_answers *answers, struct answers *group)
{
	struct err err = { 0 };

	for (size_t i = 0; i < group->n; i++) {
		struct answer *answer = &group->answer[i];
		const struct form_field *f = answer->field;
		size_t least = f->min_length;

		if (least == 0 && f->required == FORM_REQUIRED)
			least = 1;
		if (f->type == FORM_REPEAT && !answer->is_given)
			(void)form_items_reserve(
			    a, answers, answer, least, &err);
		for (size_t k = 0; k < answer->nitem; k++)
			fill_group(a, answers, &answer->item[k]);
	}
}

void
form_items_fill(struct arena *a, struct form_answers *answers)
{
	fill_group(a, answers, &answers->top);
}

struct form_answers *
form_answers_new(struct arena *a, const struct form *f)
{
	struct form_answers *answers = form_answers_empty(a, f);

	form_items_fill(a, answers);
	return answers;
}

bool
form_items_reserve(struct arena *a, struct form_answers *answers,
    struct answer *repeat, size_t n, struct err *err)
{
	struct answers *item;

	if (n <= repeat->nitem)
		return true;
	if (n > FORM_ITEMS_MAX ||
	    n - repeat->nitem > FORM_ITEMS_TOTAL - answers->nitem) {
		err_set(err, ERR_TOO_LARGE, "%s: too many items",
		    repeat->field->path);
		return false;
	}
	if (n > repeat->item_room) {
		while (repeat->item_room < n)
			repeat->item_room =
			    repeat->item_room == 0 ? 4 : repeat->item_room * 2;
		item = arena_new(a, struct answers, repeat->item_room);
		if (repeat->nitem > 0)
			memcpy(item, repeat->item,
			    repeat->nitem * sizeof(*item));
		repeat->item = item;
	}
	answers->nitem += n - repeat->nitem;
	for (size_t i = repeat->nitem; i < n; i++)
		group_new(a, repeat->field->child, repeat->field->nchild,
		    &repeat->item[i]);
	repeat->nitem = n;
	return true;
}

int
form_item_add(struct arena *a, struct form_answers *answers,
    struct answer *repeat, struct err *err)
{
	if (!form_items_reserve(a, answers, repeat, repeat->nitem + 1, err))
		return -1;
	repeat->item[repeat->nitem - 1].is_given = true;
	repeat->is_given = true;
	fill_group(a, answers, &repeat->item[repeat->nitem - 1]);
	return 0;
}

void
form_item_remove(struct form_answers *answers, struct answer *repeat, size_t i)
{
	if (i >= repeat->nitem)
		return;
	repeat->nitem--;
	answers->nitem--;
	memmove(&repeat->item[i], &repeat->item[i + 1],
	    (repeat->nitem - i) * sizeof(repeat->item[0]));
}

static void
close_up(struct form_answers *answers, struct answers *group)
{
	for (size_t i = 0; i < group->n; i++) {
		struct answer *answer = &group->answer[i];
		size_t k = 0;

		while (answer->field->type == FORM_REPEAT &&
		    k < answer->nitem) {
			if (answer->item[k].is_given)
				k++;
			else
				form_item_remove(answers, answer, k);
		}
		for (k = 0; k < answer->nitem; k++)
			close_up(answers, &answer->item[k]);
	}
}

void
form_items_close_up(struct form_answers *answers)
{
	close_up(answers, &answers->top);
}

void
form_unknown_add(
    struct arena *a, struct form_answers *answers, const char *name)
{
	size_t n = strlen(name);

	if (answers->nunknown < UNKNOWN_MAX)
		answers->unknown[answers->nunknown++] =
		    arena_dup(a, name, n > FORM_PATH_MAX ? FORM_PATH_MAX : n);
}

struct answer *
form_find(const struct form_answers *answers, const char *path)
{
	const struct answers *group = &answers->top;
	struct answer *answer = NULL;
	struct form_path p;
	bool is_wrong;

	form_path_begin(&p, path);
	while (form_path_next(answers->form, &p, &is_wrong)) {
		if (group == NULL)
			return NULL;
		answer = &group->answer[p.field->slot];
		group = NULL;
		if (p.field->type == FORM_GROUP)
			group = &answer->item[0];
		else if (p.item < answer->nitem)
			group = &answer->item[p.item];
		else if (p.item != FORM_PATH_ITEM)
			return NULL;
	}
	return is_wrong ? NULL : answer;
}

const struct form_field *
form_field_find(const struct form *f, const char *path)
{
	const struct form_field *field = NULL;

	while (*path != '\0') {
		size_t len = strcspn(path, ".");
		bool is_item = len > 0 && strspn(path, "0123456789") >= len;

		if (!is_item || field == NULL || field->type != FORM_REPEAT) {
			if (field != NULL && field->nchild == 0)
				return NULL;
			field = form_index_find(f, field, path, len);
			if (field == NULL)
				return NULL;
		}
		path += len + (path[len] == '.');
	}
	return field;
}

/* ---- walking ---- */

struct walk {
	struct form_trail trail;
	void (*visit)(
	    void *arg, const char *path, const struct answer *answer);
	void *arg;
};

static void
walk_group(struct walk *w, const struct answers *group)
{
	for (size_t i = 0; i < group->n; i++) {
		const struct answer *answer = &group->answer[i];
		bool is_repeat = answer->field->type == FORM_REPEAT;
		size_t before = form_trail_put(
		    &w->trail, answer->field->key, FORM_PATH_ITEM);

		w->visit(w->arg, w->trail.path, answer);
		for (size_t k = 0; k < answer->nitem; k++) {
			form_trail_back(&w->trail, before);
			(void)form_trail_put(&w->trail, answer->field->key,
			    is_repeat ? k : FORM_PATH_ITEM);
			walk_group(w, &answer->item[k]);
		}
		form_trail_back(&w->trail, before);
	}
}

void
form_each(const struct form_answers *answers,
    void (*visit)(void *arg, const char *path, const struct answer *answer),
    void *arg)
{
	struct walk w = { .visit = visit, .arg = arg };

	walk_group(&w, &answers->top);
}

/* ---- files ---- */

void
form_attach_file(struct arena *a, struct form_answers *answers,
    const char *path, const struct answer_file *file)
{
	struct answer *answer = form_find(answers, path);

	if (answer != NULL && answer->field->type == FORM_FILE)
		form_answer_file(a, answer, file);
}

void
form_answer_file(
    struct arena *a, struct answer *answer, const struct answer_file *file)
{
	struct answer_file *all;

	for (size_t i = 0; i < answer->nfile; i++) {
		if (!id_equal(&answer->file[i].id, &file->id))
			continue;
		all = (struct answer_file *)answer->file;
		all[i] = *file;
		return;
	}
	all = arena_new(a, struct answer_file, answer->nfile + 1);
	if (answer->nfile > 0)
		memcpy(all, answer->file, answer->nfile * sizeof(*all));
	all[answer->nfile] = *file;
	answer->file = all;
	answer->nfile++;
	answer->is_given = true;
}
