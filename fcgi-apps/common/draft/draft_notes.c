#include "common/draft/draft_notes.h"

#include <assert.h>

#include "common/json.h"

#define MEMBER "_notes"

static const struct json_limits limits = {4 << 20, 40, 200000};

void
draft_notes_write(const struct draft_notes *notes, struct buf *draft)
{
	struct json_out j;

	assert(draft->len >= 2 && draft->data[draft->len - 1] == '}');
	draft->data[--draft->len] = '\0';
	buf_puts(draft, draft->data[draft->len - 1] == '{'
	    ? "\"" MEMBER "\":" : ",\"" MEMBER "\":");
	json_begin(&j, draft);
	json_open_object(&j);
	json_pair(&j, "action", notes->action);
	json_pair(&j, "version", notes->version);
	json_pair(&j, "not_shown", notes->not_shown);
	if (notes->invitation != NULL && *notes->invitation != '\0')
		json_pair(&j, "invitation", notes->invitation);
	json_key(&j, "is_fresh_id");
	json_put_bool(&j, notes->is_fresh_id);
	json_key(&j, "refused");
	json_open_array(&j);
	for (size_t i = 0; i < notes->nrefusal; i++) {
		json_open_object(&j);
		json_pair(&j, "path", notes->refusal[i].path);
		json_pair(&j, "code", notes->refusal[i].code);
		json_pair(&j, "name", notes->refusal[i].name);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_puts(draft, "}");
}

static const char *
text(struct arena *a, const cJSON *object, const char *name)
{
	const char *s = json_string(object, name);

	return s == NULL ? "" : arena_strdup(a, s);
}

int
draft_notes_read(struct arena *a, const char *json, size_t len,
    struct draft_notes *out, struct err *err)
{
	const cJSON *notes, *list, *one;
	struct draft_refusal *refusal;
	cJSON *root;

	*out = (struct draft_notes){
	    .action = "", .version = "", .not_shown = "",
	    .invitation = ""};
	if (json_parse(a, json, len, &limits, &root, err) == -1)
		return -1;
	if ((notes = json_object(root, MEMBER)) == NULL)
		return 0;
	out->action = text(a, notes, "action");
	out->version = text(a, notes, "version");
	out->not_shown = text(a, notes, "not_shown");
	out->invitation = text(a, notes, "invitation");
	out->is_fresh_id = json_bool(notes, "is_fresh_id", false);
	if ((list = json_array(notes, "refused")) == NULL)
		return 0;
	refusal = arena_new(
	    a, struct draft_refusal, (size_t)cJSON_GetArraySize(list) + 1);
	cJSON_ArrayForEach(one, list)
		refusal[out->nrefusal++] = (struct draft_refusal){
		    text(a, one, "path"), text(a, one, "code"),
		    text(a, one, "name")};
	out->refusal = refusal;
	return 0;
}
