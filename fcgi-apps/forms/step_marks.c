#include "forms/step_marks.h"

#include "common/json.h"

#define MEMBER "_steps"

static void
put_flag(struct json_out *j, const char *name, bool is_set)
{
	if (!is_set)
		return;
	json_key(j, name);
	json_put_bool(j, true);
}

void
step_marks_write(const struct step_marks *marks, struct buf *draft)
{
	struct json_out j;

	/* The object is reopened: its closing brace goes. */
	if (draft->failed != ERR_NONE || draft->len < 2)
		return;
	draft->len--;
	if (draft->data[draft->len - 1] != '{')
		buf_puts(draft, ",");
	buf_puts(draft, "\"" MEMBER "\":");
	json_begin(&j, draft);
	json_open_object(&j);
	for (size_t i = 0; i < marks->n; i++) {
		const struct step_mark *m = &marks->mark[i];

		json_key(&j, m->page);
		json_open_object(&j);
		json_key(&j, "revision");
		json_put_int(&j, m->revision);
		put_flag(&j, "seen", m->is_seen);
		put_flag(&j, "tried", m->is_tried);
		json_close_object(&j);
	}
	json_close_object(&j);
	buf_puts(draft, "}");
}

int
step_marks_read(struct arena *a, const char *json, size_t len,
    struct step_marks *out, struct err *err)
{
	const cJSON *one, *members;
	cJSON *tree;

	*out = (struct step_marks){0};
	if (json == NULL)
		return 0;
	if (json_parse(a, json, len, &json_limits_package, &tree, err) == -1)
		return -1;
	members = json_object(tree, MEMBER);
	cJSON_ArrayForEach (one, members) {
		struct step_mark *m = step_mark_of(a, out, one->string);

		m->revision =
		    json_int(one, "revision", 0, INT64_C(1) << 50, 0);
		m->is_seen = json_bool(one, "seen", false);
		m->is_tried = json_bool(one, "tried", false);
	}
	return 0;
}

const struct step_mark *
step_mark_find(const struct step_marks *marks, const char *page)
{
	for (size_t i = 0; i < marks->n; i++)
		if (strcmp(marks->mark[i].page, page) == 0)
			return &marks->mark[i];
	return NULL;
}

int64_t
step_mark_revision(const struct step_marks *marks, const char *page)
{
	const struct step_mark *m = step_mark_find(marks, page);

	return m != NULL ? m->revision : 0;
}

static struct step_mark *
add(struct arena *a, struct step_marks *marks, const char *page)
{
	struct step_mark *more;

	if (marks->n == marks->room) {
		marks->room = marks->room * 2 + 8;
		more = arena_new(a, struct step_mark, marks->room);
		if (marks->n > 0)
			memcpy(more, marks->mark, marks->n * sizeof(*more));
		marks->mark = more;
	}
	marks->mark[marks->n].page = arena_strdup(a, page);
	return &marks->mark[marks->n++];
}

struct step_mark *
step_mark_of(struct arena *a, struct step_marks *marks, const char *page)
{
	for (size_t i = 0; i < marks->n; i++)
		if (strcmp(marks->mark[i].page, page) == 0)
			return &marks->mark[i];
	return add(a, marks, page);
}
