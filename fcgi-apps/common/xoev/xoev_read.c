#include "common/xoev/xoev_check.h"
#include "common/xoev/xoev_mapping.h"

#include "common/num.h"

static const struct xoev_message_info *
message_of(const struct xoev_mapping *m, const struct xml_node *root,
    const char *request)
{
	const struct xoev_message_info *info = request == NULL
	    ? NULL
	    : xoev_mapping_answer(m, root->uri, root->name, request);

	return info != NULL ? info
			    : xoev_mapping_by_root(m, root->uri, root->name);
}

int
xoev_read(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_mapping *m, const void *data, size_t len,
    struct xoev_read *out, struct err *err)
{
	return xoev_read_answer(a, rules, m, NULL, data, len, out, err);
}

int
xoev_read_answer(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_mapping *m, const char *request, const void *data,
    size_t len, struct xoev_read *out, struct err *err)
{
	const struct xml_tree *tree;

	*out = (struct xoev_read){ .head = xoev_head_none };
	if (xoev_check_tree(a, rules, data, len, &out->findings, &tree, err) ==
	    -1)
		return -1;
	if (tree == NULL)
		return 0;
	xoev_head_read(a, tree, &out->head);
	if (m == NULL || out->findings.n > 0)
		return 0;
	out->message = message_of(m, tree->root, request);
	if (out->message != NULL)
		xoev_extract(a, xoev_message_of(out->message), tree, out);
	if (out->findings.n > 0) {
		out->nfield = out->nvalue = 0;
		out->field = out->value = NULL;
	}
	return 0;
}

const struct xoev_value *
xoev_value_find(const struct xoev_value *value, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(value[i].name, name) == 0)
			return &value[i];
	return NULL;
}

/* As a person would type it: amounts are cents only in store. */
static const char *
typed(struct arena *a, const struct form *form, const struct xoev_value *v)
{
	const struct form_field *f = form_field_find(form, v->name);
	struct err err = { 0 };
	int64_t cents;

	if (f == NULL || f->type != FORM_MONEY ||
	    num_parse(v->text, 0, INT64_C(1000000000000), &cents, &err) == -1)
		return v->text;
	return arena_printf(a, "%lld,%02lld", (long long)(cents / 100),
	    (long long)(cents % 100));
}

int
xoev_answers(struct arena *a, const struct form *form,
    const struct xoev_read *read, struct form_answers **out, struct err *err)
{
	struct http_pairs pairs = { .n = read->nfield };

	pairs.pair = arena_new(a, struct http_pair, read->nfield + 1);
	for (size_t i = 0; i < read->nfield; i++) {
		const char *text = typed(a, form, &read->field[i]);

		pairs.pair[i] = (struct http_pair){
			.name = read->field[i].name,
			.value = text,
			.value_len = strlen(text),
		};
	}
	return form_read_pairs(a, form, &pairs, out, err);
}
