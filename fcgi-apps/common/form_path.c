#include "common/form_path.h"

#include <assert.h>

#include "common/form_def.h"

void
form_path_begin(struct form_path *p, const char *path)
{
	*p = (struct form_path){ .rest = path, .item = FORM_PATH_ITEM };
}

/* Takes "12." or "12" at the end off s; false when there is no number or one
 * beyond any list. */
static bool
take_item(const char **s, size_t *item)
{
	size_t n = strspn(*s, "0123456789");

	if (n == 0 || n > 5 || ((*s)[n] != '.' && (*s)[n] != '\0') ||
	    ((*s)[0] == '0' && n > 1))
		return false;
	*item = 0;
	for (size_t i = 0; i < n; i++)
		*item = *item * 10 + (size_t)((*s)[i] - '0');
	*s += n + ((*s)[n] == '.');
	return true;
}

bool
form_path_next(const struct form *f, struct form_path *p, bool *is_wrong)
{
	const struct form_field *group = p->field;
	size_t len = strcspn(p->rest, ".");
	const char *rest = p->rest + len;

	*is_wrong = false;
	if (*p->rest == '\0')
		return false;
	*is_wrong = true;
	if (group != NULL &&
	    (group->nchild == 0 ||
		(group->type == FORM_REPEAT && p->item == FORM_PATH_ITEM)))
		return false;
	p->field = form_index_find(f, group, p->rest, len);
	if (p->field == NULL)
		return false;
	p->item = FORM_PATH_ITEM;
	if (*rest == '.' && *++rest == '\0')
		return false;
	if (p->field->type == FORM_REPEAT && *rest != '\0' &&
	    !take_item(&rest, &p->item))
		return false;
	p->rest = rest;
	*is_wrong = false;
	return true;
}

size_t
form_trail_put(struct form_trail *t, const char *key, size_t item)
{
	size_t before = t->len, room = sizeof(t->path) - t->len;
	int n;

	if (item == FORM_PATH_ITEM)
		n = snprintf(t->path + t->len, room, "%s%s",
		    t->len > 0 ? "." : "", key);
	else
		n = snprintf(t->path + t->len, room, "%s%s.%zu",
		    t->len > 0 ? "." : "", key, item);
	assert(n > 0 && (size_t)n < room); /* FORM_DEPTH keys fit */
	t->len += (size_t)n;
	return before;
}

void
form_trail_back(struct form_trail *t, size_t len)
{
	t->len = len;
	t->path[len] = '\0';
}
