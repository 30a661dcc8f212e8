#include "common/vorgang/outbox_mail.h"

#include "common/json.h"

static void
put(struct json_out *j, const char *key, const char *value)
{
	json_pair(j, key, value == NULL ? "" : value);
}

void
outbox_mail_write(const struct outbox_mail *m, struct buf *out)
{
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	put(&j, "template", m->template);
	put(&j, "to", m->to);
	put(&j, "lang", lang_code(m->lang));
	json_key(&j, "service_version_id");
	json_put_int(&j, m->service_version_id);
	put(&j, "reference", m->reference);
	put(&j, "code", m->code);
	put(&j, "link", m->link);
	put(&j, "state", m->state);
	put(&j, "note", m->note);
	put(&j, "until", m->until);
	json_close_object(&j);
}

static const char *
get(struct arena *a, const cJSON *object, const char *name)
{
	const char *s = json_string(object, name);

	return s == NULL ? "" : arena_strdup(a, s);
}

int
outbox_mail_read(struct arena *a, const char *json, size_t len,
    struct outbox_mail *out, struct err *err)
{
	cJSON *root;

	if (json_parse(a, json, len, &json_limits_request, &root, err) == -1)
		return -1;
	*out = (struct outbox_mail){
	    .template = get(a, root, "template"),
	    .to = get(a, root, "to"),
	    .lang = lang_parse(json_string(root, "lang"), LANG_DE),
	    .service_version_id = (uint32_t)json_int(
		root, "service_version_id", 0, UINT32_MAX, 0),
	    .reference = get(a, root, "reference"),
	    .code = get(a, root, "code"),
	    .link = get(a, root, "link"),
	    .state = get(a, root, "state"),
	    .note = get(a, root, "note"),
	    .until = get(a, root, "until"),
	};
	if (out->template[0] == '\0' || out->to[0] == '\0')
		return err_set(err, ERR_BAD_REQUEST, "mail without %s",
		    out->to[0] == '\0' ? "address" : "template");
	return 0;
}
