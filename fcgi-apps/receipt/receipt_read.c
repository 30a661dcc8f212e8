#include "receipt/receipt.h"

#define SECTIONS_MAX 200
#define ROWS_MAX 5000

static const char *
text_or_empty(const cJSON *object, const char *name)
{
	const char *s = json_string(object, name);

	return s == NULL ? "" : s;
}

static int
read_section(struct arena *a, const cJSON *json, struct receipt_section *out,
    struct err *err)
{
	const cJSON *rows = json_array(json, "rows"), *item;
	struct receipt_row *row;
	size_t n = 0;

	if (rows == NULL || cJSON_GetArraySize(rows) > ROWS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "section without rows, or more than %d", ROWS_MAX);
	row = arena_new(a, struct receipt_row,
	    (size_t)cJSON_GetArraySize(rows));
	cJSON_ArrayForEach(item, rows)
	{
		row[n].label = text_or_empty(item, "label");
		row[n++].value = text_or_empty(item, "value");
	}
	out->heading = text_or_empty(json, "heading");
	out->row = row;
	out->nrow = n;
	return 0;
}

int
receipt_read(struct arena *a, const char *json, size_t len,
    struct receipt *out, struct err *err)
{
	const struct json_limits limits = {RECEIPT_IN_MAX, 8, 50000};
	struct receipt_section *section;
	const cJSON *sections, *item;
	cJSON *root;

	if (json_parse(a, json, len, &limits, &root, err) == -1)
		return -1;
	sections = json_array(root, "sections");
	if (json_string(root, "title") == NULL || sections == NULL ||
	    cJSON_GetArraySize(sections) > SECTIONS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "title or sections are missing, or more than %d sections",
		    SECTIONS_MAX);
	section = arena_new(a, struct receipt_section,
	    (size_t)cJSON_GetArraySize(sections));
	*out = (struct receipt){
	    .lang = text_or_empty(root, "lang"),
	    .dir = text_or_empty(root, "dir"),
	    .title = text_or_empty(root, "title"),
	    .sender = text_or_empty(root, "sender"),
	    .intro = text_or_empty(root, "intro"),
	    .link = text_or_empty(root, "link"),
	    .link_note = text_or_empty(root, "link_note"),
	    .footer = text_or_empty(root, "footer"),
	    .section = section,
	};
	cJSON_ArrayForEach(item, sections)
		if (read_section(a, item, &section[out->nsection++], err) == -1)
			return -1;
	return 0;
}
