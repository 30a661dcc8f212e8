#include "common/form/form_path.h"

#include <assert.h>

#include "common/form/form_def.h"

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

static void
trail_append(struct form_trail *t, const char *s, size_t n)
{
	assert(n < sizeof(t->path) - t->len); /* FORM_DEPTH keys fit */
	memcpy(t->path + t->len, s, n);
	t->len += n;
	t->path[t->len] = '\0';
}

/* Walks put every answer's key, most of them for nothing: no printf here. */
size_t
form_trail_put(struct form_trail *t, const char *key, size_t item)
{
	size_t before = t->len;
	char digits[24];

	if (t->len > 0)
		trail_append(t, ".", 1);
	trail_append(t, key, strlen(key));
	if (item != FORM_PATH_ITEM) {
		(void)snprintf(digits, sizeof(digits), ".%zu", item);
		trail_append(t, digits, strlen(digits));
	}
	return before;
}

void
form_trail_back(struct form_trail *t, size_t len)
{
	t->len = len;
	t->path[len] = '\0';
}
