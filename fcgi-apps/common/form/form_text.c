#include <inttypes.h>

#include "common/date.h"
#include "common/form/form_text.h"
#include "common/num.h"
#include "common/service/service_fill.h"

#define KEY_MAX 400

const char *
form_word(const struct form_words *w, const char *key)
{
	return text_get(w->texts, w->lang, key);
}

/* Fills in what the town's name and settings stand for. */
static const char *
fill_town(const struct form_words *w, const char *sentence)
{
	return service_fill(
	    w->arena, sentence, w->town, w->settings, w->lang);
}

const char *
form_say(const struct form_words *w, const char *key)
{
	const char *text = text_find(w->service->texts, w->lang, key);

	return text == NULL ? NULL : fill_town(w, text);
}

/* path without its indices: "dogs.0.breed" is "dogs.breed". */
static const char *
path_of_field(char out[KEY_MAX], const char *path)
{
	size_t n = 0;

	while (*path != '\0' && n + 1 < KEY_MAX) {
		size_t len = strcspn(path, ".");
		bool is_index = len > 0 && strspn(path, "0123456789") >= len;

		if (!is_index && n + len + 2 < KEY_MAX) {
			if (n > 0)
				out[n++] = '.';
			memcpy(out + n, path, len);
			n += len;
		}
		path += len;
		if (*path == '.')
			path++;
	}
	out[n] = '\0';
	return out;
}

const char *
form_field_text(const struct form_words *w, const char *path, const char *what)
{
	char field[KEY_MAX], key[KEY_MAX + 80];

	(void)snprintf(key, sizeof(key), "%s.%s", path_of_field(field, path),
	    what);
	return form_say(w, key);
}

const char *
form_label(const struct form_words *w, const struct form_field *f)
{
	const char *label = form_field_text(w, f->path, "label");

	return label != NULL ? label : f->key;
}

const char *
form_item_label(
    const struct form_words *w, const struct form_field *f, size_t index)
{
	const char *key = arena_printf(w->arena, "%s.item", f->path);
	const char *n = arena_printf(w->arena, "%zu", index + 1);

	if (text_find(w->service->texts, w->lang, key) == NULL)
		return arena_printf(
		    w->arena, "%s %s", form_label(w, f), n);
	return fill_town(w, text_fill(w->arena, w->service->texts, w->lang,
			       key, "n", n, (char *)NULL));
}

/* The number that path names behind the repeat at prefix, or -1. */
static int64_t
index_behind(const char *path, size_t prefix)
{
	char digits[12];
	struct err err = { 0 };
	int64_t i = -1;
	size_t n;

	if (path[prefix] != '.')
		return -1;
	n = strcspn(path + prefix + 1, ".");
	if (n >= sizeof(digits))
		return -1;
	memcpy(digits, path + prefix + 1, n);
	digits[n] = '\0';
	return num_parse(digits, 0, FORM_ITEMS_MAX, &i, &err) == 0 ? i : -1;
}

const char *
form_place(const struct form_words *w, const struct form_answers *answers,
    const char *path)
{
	const struct form_field *f = form_field_find(answers->form, path);
	const char *place = f != NULL ? form_label(w, f) : "";

	for (size_t n = strlen(path); n > 0; n--) {
		const struct form_field *outer;
		const char *prefix;
		int64_t i;

		if (path[n] != '.')
			continue;
		prefix = arena_dup(w->arena, path, n);
		outer = form_field_find(answers->form, prefix);
		if (outer == NULL || outer->type != FORM_REPEAT ||
		    (i = index_behind(path, n)) == -1)
			continue;
		if (outer == f)
			place = form_item_label(w, outer, (size_t)i);
		else
			place = arena_printf(w->arena, "%s, %s",
			    form_item_label(w, outer, (size_t)i), place);
	}
	return place;
}

const char *
form_choice_label(const struct form_words *w, const struct form_field *f,
    const struct form_choice *choice)
{
	const char *label;
	char what[KEY_MAX];

	if (choice->label != NULL)
		return choice->label;
	(void)snprintf(what, sizeof(what), "option.%s", choice->value);
	label = form_field_text(w, f->path, what);
	return label != NULL ? label : choice->value;
}

const char *
form_bytes(const struct form_words *w, int64_t bytes)
{
	const int64_t mib = 1024 * 1024;

	if (bytes < 1024)
		return arena_printf(w->arena, "%" PRId64 " Byte", bytes);
	if (bytes < mib)
		return arena_printf(
		    w->arena, "%" PRId64 " KB", (bytes + 1023) / 1024);
	if (bytes % mib == 0 || bytes >= 100 * mib)
		return arena_printf(w->arena, "%" PRId64 " MB", bytes / mib);
	return arena_printf(w->arena, "%" PRId64 "%c%" PRId64 " MB",
	    bytes / mib, lang_base(w->lang) == LANG_EN ? '.' : ',',
	    bytes % mib * 10 / mib);
}

/* "1234567" with the language's marks between thousands. */
static const char *
show_integer(const struct form_words *w, int64_t n)
{
	char digits[24], out[40];
	char mark = lang_base(w->lang) == LANG_EN ? ',' : '.';
	size_t len, at = 0;

	(void)snprintf(digits, sizeof(digits), "%" PRId64, n < 0 ? -n : n);
	len = strlen(digits);
	if (n < 0)
		out[at++] = '-';
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[at++] = mark;
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return arena_strdup(w->arena, out);
}

static const char *
show_money(const struct form_words *w, int64_t cents)
{
	int64_t rest = cents % 100 < 0 ? -(cents % 100) : cents % 100;
	const char *sign = cents < 0 && cents > -100 ? "-" : "";
	const char *euros = show_integer(w, cents / 100);

	if (lang_base(w->lang) == LANG_EN)
		return arena_printf(w->arena, "%s€%s.%02" PRId64, sign, euros,
		    rest);
	return arena_printf(
	    w->arena, "%s%s,%02" PRId64 " €", sign, euros, rest);
}

/* "05.2020" and "2020" where the rest is not known. */
static const char *
show_partial_date(const struct form_words *w, const char *text)
{
	struct date_ymd d;
	struct err err = { 0 };

	if (date_parse_partial(text, &d, &err) == -1)
		return text;
	if (d.day != 0)
		return arena_printf(
		    w->arena, "%02d.%02d.%d", d.day, d.month, d.year);
	if (d.month != 0)
		return arena_printf(w->arena, "%02d.%d", d.month, d.year);
	return arena_printf(w->arena, "%d", d.year);
}

const char *
form_show_value(
    const struct form_words *w, const char *format, const char *text)
{
	struct err err = { 0 };
	int64_t n;
	int32_t date;

	if (format == NULL)
		return text;
	if (strcmp(format, "money") == 0 &&
	    num_parse(text, INT64_MIN / 2, INT64_MAX / 2, &n, &err) == 0)
		return show_money(w, n);
	if (strcmp(format, "integer") == 0 &&
	    num_parse(text, INT64_MIN / 2, INT64_MAX / 2, &n, &err) == 0)
		return show_integer(w, n);
	if (strcmp(format, "date") == 0 && date_parse(text, &date, &err) == 0)
		return date_to_german(w->arena, date);
	if (strcmp(format, "partial_date") == 0)
		return show_partial_date(w, text);
	if (strcmp(format, "datetime") == 0 &&
	    date_instant_parse(text, &n, &err) == 0)
		return date_instant_to_human(
		    w->arena, n, lang_base(w->lang) == LANG_EN);
	return text;
}

/* "application/pdf" as people call it. */
static const char *
media_name(const struct form_words *w, const char *type)
{
	const char *key = arena_printf(w->arena, "form.media.%s", type);
	const char *name = text_find(w->texts, w->lang, key);

	return name != NULL ? name : type;
}

const char *
form_file_limits(const struct form_words *w, const struct form_field *f)
{
	const char *types = "", *count;
	size_t max = f->max_files > 0 ? f->max_files : 1;

	for (size_t i = 0; i < f->naccept; i++) {
		const char *name = media_name(w, f->accept[i]);

		if (i == 0)
			types = name;
		else if (i + 1 < f->naccept)
			types = arena_printf(w->arena, "%s, %s", types, name);
		else
			types = arena_printf(w->arena, "%s %s %s", types,
			    form_word(w, "form.or"), name);
	}
	count = arena_printf(w->arena, "%zu", max);
	return text_fill(w->arena, w->texts, w->lang,
	    max == 1 ? "form.file.limits.one" : "form.file.limits", "types",
	    types, "size", form_bytes(w, w->upload_max), "count", count,
	    (char *)NULL);
}

/* "14:30" */
static const char *
show_minutes(const struct form_words *w, int64_t minutes)
{
	return arena_printf(w->arena, "%02d:%02d", (int)(minutes / 60),
	    (int)(minutes % 60));
}

/* A bound of a number field as people write it, "" for none or a date's. */
static const char *
show_bound(const struct form_words *w, const struct form_field *f,
    const struct form_bound *b)
{
	if (!b->is_set || b->is_relative)
		return "";
	if (f->type == FORM_MONEY)
		return show_money(w, b->value);
	if (f->type == FORM_INTEGER)
		return show_integer(w, b->value);
	if (f->type == FORM_TIME)
		return show_minutes(w, b->value);
	if (f->type == FORM_DECIMAL)
		return show_integer(w, b->value / 1000000);
	return "";
}

/* Fills the limits of f into a sentence that may name them. */
static const char *
fill_limits(const struct form_words *w, const struct form_field *f,
    const struct texts *texts, const char *key)
{
	size_t files = f->max_files > 0 ? f->max_files : 1;
	const char *text;

	text = text_fill(w->arena, texts, w->lang, key, "label",
	    form_label(w, f), "min", show_bound(w, f, &f->min), "max",
	    show_bound(w, f, &f->max), "min_length",
	    arena_printf(w->arena, "%zu", f->min_length), "max_length",
	    arena_printf(w->arena, "%zu", f->max_length), "files",
	    arena_printf(w->arena, "%zu", files), "size",
	    form_bytes(w, w->upload_max), "limits",
	    f->type == FORM_FILE ? form_file_limits(w, f) : "", (char *)NULL);
	return fill_town(w, text);
}

/* What catalogue sentences are told apart by. */
static const char *
sort_of(const struct form_field *f)
{
	return f->type == FORM_IDENTIFIER ? form_scheme_name(f->scheme)
					  : form_type_name(f->type);
}

const char *
form_finding_message(const struct form_words *w, const struct form_error *e)
{
	const struct answer *a = e->answer;
	const char *message =
	    form_message(w, a != NULL ? a->field : NULL, e->code);
	const char *list = "";

	if (a == NULL || a->nnear == 0 ||
	    strcmp(e->code, "not_in_code_list") != 0)
		return message;
	for (size_t i = 0; i < a->nnear; i++)
		list = arena_printf(w->arena, "%s%s%s", list,
		    i == 0		 ? ""
			: i + 1 < a->nnear ? ", "
					   : form_word(w, "form.near.or"),
		    a->near[i]);
	return text_fill(w->arena, w->texts, w->lang, "form.error.near",
	    "message", message, "list", list, (char *)NULL);
}

const char *
form_message(
    const struct form_words *w, const struct form_field *f, const char *code)
{
	const struct texts *own = w->service->texts;
	const char *key;

	key = arena_printf(w->arena, "rule.%s", code);
	if (f == NULL)
		return form_say(w, key) != NULL
		    ? form_say(w, key)
		    : form_word(w, "form.error.other");
	for (int step = 0; step < 4; step++) {
		const struct texts *texts = step < 2 ? own : w->texts;

		if (step == 0)
			key = arena_printf(
			    w->arena, "%s.error.%s", f->path, code);
		else if (step == 1)
			key = arena_printf(w->arena, "rule.%s", code);
		else if (step == 2)
			key = arena_printf(w->arena, "form.error.%s.%s", code,
			    sort_of(f));
		else
			key = arena_printf(w->arena, "form.error.%s", code);
		if (text_find(texts, w->lang, key) != NULL)
			return fill_limits(w, f, texts, key);
	}
	return fill_limits(w, f, w->texts, "form.error.other");
}
