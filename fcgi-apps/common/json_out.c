#include "common/json.h"

#include <assert.h>

void
json_begin(struct json_out *j, struct buf *out)
{
	memset(j, 0, sizeof(*j));
	j->out = out;
}

/* The comma before a value or name, unless it is the first. */
static void
separate(struct json_out *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->has_items[j->depth])
		buf_put(j->out, ",", 1);
	j->has_items[j->depth] = true;
}

static void
open_list(struct json_out *j, const char *bracket)
{
	separate(j);
	buf_put(j->out, bracket, 1);
	assert((size_t)j->depth + 1 < nitems(j->has_items));
	j->has_items[++j->depth] = false;
}

static void
close_list(struct json_out *j, const char *bracket)
{
	assert(j->depth > 0 && !j->after_key);
	j->depth--;
	buf_put(j->out, bracket, 1);
}

void
json_open_object(struct json_out *j)
{
	open_list(j, "{");
}

void
json_close_object(struct json_out *j)
{
	close_list(j, "}");
}

void
json_open_array(struct json_out *j)
{
	open_list(j, "[");
}

void
json_close_array(struct json_out *j)
{
	close_list(j, "]");
}

/* The short escape of c, NULL when it has none. */
static const char *
short_escape(unsigned char c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		return NULL;
	}
}

static void
put_quoted(struct json_out *j, const char *s)
{
	const char *run = s;

	buf_put(j->out, "\"", 1);
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		const char *by;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_put(j->out, run, (size_t)(s - run));
		run = s + 1;
		if ((by = short_escape(c)) != NULL)
			buf_put(j->out, by, 2);
		else
			buf_printf(j->out, "\\u%04x", c);
	}
	buf_put(j->out, run, (size_t)(s - run));
	buf_put(j->out, "\"", 1);
}

void
json_key(struct json_out *j, const char *key)
{
	separate(j);
	put_quoted(j, key);
	buf_put(j->out, ":", 1);
	j->after_key = true;
}

void
json_put_string(struct json_out *j, const char *s)
{
	if (s == NULL) {
		json_put_null(j);
		return;
	}
	separate(j);
	put_quoted(j, s);
}

void
json_put_int(struct json_out *j, int64_t i)
{
	separate(j);
	buf_printf(j->out, "%lld", (long long)i);
}

void
json_put_bool(struct json_out *j, bool b)
{
	separate(j);
	buf_puts(j->out, b ? "true" : "false");
}

void
json_put_null(struct json_out *j)
{
	separate(j);
	buf_put(j->out, "null", 4);
}

void
json_put_raw(struct json_out *j, const char *json)
{
	separate(j);
	buf_puts(j->out, json);
}

void
json_pair(struct json_out *j, const char *key, const char *s)
{
	json_key(j, key);
	json_put_string(j, s);
}
