#include "common/xoev/xoev_mapping.h"

#include "common/crypto/crypto.h"
#include "common/num.h"

/* "2024-05-00" is a month. */
static enum xoev_format
precision(const char *date)
{
	if (strlen(date) != 10)
		return XOEV_TEXT;
	if (strcmp(date + 4, "-00-00") == 0)
		return XOEV_YEAR;
	return strcmp(date + 7, "-00") == 0 ? XOEV_MONTH : XOEV_DAY;
}

static const char *
money_write(struct arena *a, const char *cents)
{
	struct err err = { 0 };
	int64_t n;

	if (num_parse(cents, -INT64_C(1000000000000), INT64_C(1000000000000),
		&n, &err) == -1)
		return NULL;
	return arena_printf(a, "%s%lld.%02lld", n < 0 ? "-" : "",
	    (long long)(n < 0 ? -n : n) / 100,
	    (long long)(n < 0 ? -n : n) % 100);
}

/* "50.98,11.32" */
static const char *
coordinate(struct arena *a, enum xoev_format format, const char *text)
{
	const char *comma = strchr(text, ',');

	if (comma == NULL)
		return NULL;
	return format == XOEV_LONGITUDE
	    ? comma + 1
	    : arena_dup(a, text, (size_t)(comma - text));
}

bool
xoev_is_file_format(enum xoev_format format)
{
	return format == XOEV_BASE64 || format >= XOEV_FILE_NAME;
}

const char *
xoev_file_text(struct arena *a, enum xoev_format format,
    const struct xoev_value *file)
{
	uint8_t digest[CRYPTO_DIGEST_LEN];

	switch (format) {
	case XOEV_FILE_NAME:
		return file->file_name;
	case XOEV_FILE_TYPE:
		return file->media_type;
	case XOEV_FILE_SIZE:
		return arena_printf(a, "%zu", file->len);
	case XOEV_FILE_SHA256:
		crypto_sha256(file->data, file->len, digest);
		return id_hex_bytes(a, digest, sizeof(digest));
	case XOEV_FILE_ID:
		return file->file_id;
	default:
		return NULL;
	}
}

const char *
xoev_format_write(struct arena *a, enum xoev_format format, const char *text)
{
	switch (format) {
	case XOEV_DAY:
		return precision(text) == XOEV_DAY ? text : NULL;
	case XOEV_MONTH:
		return precision(text) == XOEV_MONTH ? arena_dup(a, text, 7)
						     : NULL;
	case XOEV_YEAR:
		return precision(text) == XOEV_YEAR ? arena_dup(a, text, 4)
						    : NULL;
	case XOEV_MONEY:
		return money_write(a, text);
	case XOEV_LATITUDE:
	case XOEV_LONGITUDE:
		return coordinate(a, format, text);
	default:
		return text;
	}
}

const char *
xoev_format_read(struct arena *a, enum xoev_format format, const char *text)
{
	struct err err = { 0 };
	int64_t n;

	switch (format) {
	case XOEV_MONTH:
		return arena_printf(a, "%.7s-00", text);
	case XOEV_YEAR:
		return arena_printf(a, "%.4s-00-00", text);
	case XOEV_MONEY:
		if (num_parse_decimal(text, 2, &n, &err) == -1)
			return NULL;
		return arena_printf(a, "%lld", (long long)n);
	default:
		return text;
	}
}

const char *
xoev_code_of(const struct xoev_rule *r, const char *answer)
{
	if (r->npair == 0)
		return answer;
	for (size_t i = 0; i < r->npair; i++)
		if (strcmp(r->pair[i].answer, answer) == 0)
			return r->pair[i].code;
	return NULL;
}

const char *
xoev_answer_of(const struct xoev_rule *r, const char *code)
{
	if (r->npair == 0)
		return code;
	for (size_t i = 0; i < r->npair; i++)
		if (strcmp(r->pair[i].code, code) == 0)
			return r->pair[i].answer;
	return NULL;
}

const char *
xoev_field_path(struct arena *a, const struct xoev_items *items,
    const struct form_field *f)
{
	const char *before = f->parent == NULL
	    ? ""
	    : arena_printf(a, "%s.", xoev_field_path(a, items, f->parent));

	if (f->type == FORM_REPEAT)
		for (size_t i = items->n; i > 0; i--)
			if (items->repeat[i - 1] == f)
				return arena_printf(a, "%s%s.%zu", before,
				    f->key, items->index[i - 1]);
	return arena_printf(a, "%s%s", before, f->key);
}
