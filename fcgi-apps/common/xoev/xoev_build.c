#include "common/xoev/xoev_check.h"
#include "common/xoev/xoev_mapping.h"

/* What a message refuses to be built of, as a finding. */
static int
not_built(struct arena *a, struct xoev_built *out, const char *key)
{
	out->findings.finding = arena_new(a, struct xoev_finding, 1);
	out->findings.finding[0] = (struct xoev_finding){
		.code = "S999", .path = "", .key = key };
	out->findings.n = 1;
	out->data = NULL;
	out->len = 0;
	return -1;
}

/* Whether a key in the directory is of the kind that the mapping names:
 * "ags:16099001" for "ags". */
static bool
has_prefix(const struct xoev_party *p, const char *prefix)
{
	size_t n = strlen(prefix);

	return n == 0 ||
	    (p->key != NULL && strncmp(p->key, prefix, n) == 0 &&
		p->key[n] == ':');
}

/* Judges what was written: nothing invalid leaves. */
static int
prove(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_message *m, const struct xml_out *root,
    struct xoev_built *out, struct err *err)
{
	const struct xml_tree *tree;

	if (xoev_check_written(a, rules, root, out->data, out->len,
		&out->findings, &tree, err) == -1)
		return -1;
	if (out->findings.n == 0) {
		/* A head that the content wrote, a message that is answered. */
		if (m->head.kind == XOEV_HEAD_NONE || *m->info.answers != '\0')
			xoev_head_read(a, tree, &out->head);
		return 0;
	}
	out->data = NULL;
	out->len = 0;
	return err_set(err, ERR_FIELD_INVALID, "XOEV: %s %s: %s (%zu in all)",
	    out->findings.finding[0].code, out->findings.finding[0].path,
	    out->findings.finding[0].key, out->findings.n);
}

static int
write_out(struct arena *a, const struct xml_out *root, struct xoev_built *out,
    struct err *err)
{
	struct buf *b = buf_new(a, XOEV_MESSAGE_MAX);

	buf_reserve(b, 8192);
	if (xml_out_write(root, b, err) == -1)
		return -1;
	out->data = b->data;
	out->len = b->len;
	return 0;
}

int
xoev_build(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_mapping *m, const char *id, const struct xoev_case *c,
    struct xoev_built *out, struct err *err)
{
	const struct xoev_message_info *info = xoev_mapping_find(m, id);
	const struct xoev_message *message;
	struct xml_out *root;

	*out = (struct xoev_built){ .head = xoev_head_none };
	if (info == NULL)
		return err_set(err, ERR_NOT_FOUND,
		    "XOEV: the mapping has no message '%s'", id);
	message = xoev_message_of(info);
	out->head.uri = info->uri;
	out->head.root = info->root;
	if (!has_prefix(&c->author, info->author_prefix) ||
	    !has_prefix(&c->reader, info->reader_prefix)) {
		(void)err_set(err, ERR_FIELD_INVALID,
		    "XOEV: '%s' goes from %s: to %s:", id, info->author_prefix,
		    info->reader_prefix);
		return not_built(a, out, "xoev.fault.party");
	}
	root = xml_out_new(a, &message->root);
	if (xoev_head_write(a, root, &message->head, c, &out->head, err) == -1)
		return not_built(a, out, "xoev.fault.party");
	if (xoev_fill(a, rules, message, c, root, err) == -1 ||
	    write_out(a, root, out, err) == -1)
		return not_built(a, out, "xoev.fault.content");
	return prove(a, rules, message, root, out, err);
}
