#include "common/form/form_answers.h"
#include "common/form/form_def.h"
#include "common/form/form_path.h"
#include "common/utf8.h"

#define CHOICES_MAX 1000
#define UPLOADS_MAX 100

/* Length of the UTF-8 sequence at s (RFC 3629) and its code point; 0 when it
 * is none. */
static size_t
decode(const unsigned char *s, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1
	    : s[0] < 0xc2      ? 0
	    : s[0] < 0xe0      ? 2
	    : s[0] < 0xf0      ? 3
	    : s[0] < 0xf5      ? 4
			       : 0;

	if (n == 0 || n > len)
		return 0;
	*cp = n == 1 ? s[0] : s[0] & (0xffU >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (s[i] & 0x3f);
	}
	return *cp < least[n] || *cp > 0x10ffff ||
		(*cp >= 0xd800 && *cp <= 0xdfff)
	    ? 0
	    : n;
}

/* What utf8_clean refuses. */
static bool
is_refused(uint32_t cp)
{
	return (cp < 0x20 && cp != '\n' && cp != '\t' && cp != '\r') ||
	    (cp >= 0x7f && cp <= 0x9f) || (cp >= 0x202a && cp <= 0x202e) ||
	    (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200e || cp == 0x200f ||
	    cp == 0x61c || cp == 0xfeff || (cp >= 0xe000 && cp <= 0xf8ff) ||
	    (cp >= 0xfdd0 && cp <= 0xfdef) || (cp & 0xfffe) == 0xfffe ||
	    cp >= 0xf0000;
}

/* What is left of a text that is not clean: nobody shall have to type all of
 * it again. */
static const char *
salvage(struct arena *a, const char *value, size_t len)
{
	const unsigned char *s = (const unsigned char *)value;
	char *kept = arena_alloc(a, len + 1, 1);
	struct err err = { 0 };
	const char *out;
	size_t n = 0, step;
	uint32_t cp;

	for (size_t i = 0; i < len; i += step == 0 ? 1 : step) {
		step = decode(s + i, len - i, &cp);
		if (step == 0 || is_refused(cp))
			continue;
		memcpy(kept + n, s + i, step);
		n += step;
	}
	return utf8_clean(a, kept, n, &out, &err) == 0 ? out : NULL;
}

void
form_answer_put(
    struct arena *a, struct answer *answer, const char *value, size_t len)
{
	struct err err = { 0 };

	answer->is_given = true;
	if (utf8_clean(a, value, len, &answer->raw, &err) == -1) {
		answer->raw = salvage(a, value, len);
		answer->read_error = "text_invalid";
	}
	if (answer->raw != NULL && *answer->raw == '\0')
		answer->raw = NULL;
}

void
form_answer_choose(
    struct arena *a, struct answer *answer, const char *value, size_t len)
{
	struct err err = { 0 };
	const char *clean, **list;

	answer->is_given = true;
	if (len == 0)
		return; /* a marker that the field was on the page */
	if (answer->nlist >= CHOICES_MAX ||
	    utf8_clean(a, value, len, &clean, &err) == -1) {
		answer->read_error = "not_in_list";
		return;
	}
	if (*clean == '\0')
		return;
	if (answer->nlist == answer->list_room) {
		answer->list_room =
		    answer->list_room == 0 ? 8 : answer->list_room * 2;
		list = arena_new(a, const char *, answer->list_room);
		for (size_t i = 0; i < answer->nlist; i++)
			list[i] = answer->list[i];
		answer->list = list;
	}
	answer->list[answer->nlist++] = clean;
}

bool
form_answer_upload(struct arena *a, struct answer *answer, const char *value)
{
	struct answer_file file = { .name = NULL };
	struct err err = { 0 };

	if (answer->nfile >= UPLOADS_MAX ||
	    id_parse(value, &file.id, &err) == -1)
		return false;
	for (size_t i = 0; i < answer->nfile; i++)
		if (id_equal(&answer->file[i].id, &file.id))
			return true;
	form_answer_file(a, answer, &file);
	return true;
}

/* The answer that a name leads to, with the items it needs; NULL for an
 * unknown name. Beyond the limits it is the repeat, which is marked. */
static struct answer *
place(struct arena *a, struct form_answers *answers, const char *name,
    bool *is_marker)
{
	struct answers *group = &answers->top;
	struct answer *answer = NULL;
	struct form_path p;
	struct err err = { 0 };
	bool is_wrong;

	form_path_begin(&p, name);
	*is_marker = false;
	while (form_path_next(answers->form, &p, &is_wrong)) {
		answer = &group->answer[p.field->slot];
		if (p.item != FORM_PATH_ITEM) {
			if (!form_items_reserve(
				a, answers, answer, p.item + 1, &err)) {
				answer->read_error = "too_many";
				*is_marker = true;
				return answer;
			}
			group = &answer->item[p.item];
			answer->is_given = true;
			group->is_given = true;
			*is_marker = *p.rest == '\0';
		} else if (answer->nitem > 0 && p.field->type == FORM_GROUP) {
			group = &answer->item[0];
		}
	}
	return is_wrong ? NULL : answer;
}

static void
put(struct arena *a, struct form_answers *answers, struct answer *answer,
    const struct http_pair *pair)
{
	switch (answer->field->type) {
	case FORM_GROUP:
	case FORM_REPEAT:
	case FORM_STATIC:
	case FORM_CALCULATED:
	case FORM_PAYMENT:
		form_unknown_add(a, answers, pair->name);
		break;
	case FORM_MULTI_CHOICE:
		form_answer_choose(a, answer, pair->value, pair->value_len);
		break;
	case FORM_FILE:
		answer->is_given = true;
		if (pair->value_len > 0 &&
		    !form_answer_upload(a, answer, pair->value))
			answer->read_error = "file_unknown";
		break;
	default:
		if (answer->is_given)
			answer->read_error = "type";
		else
			form_answer_put(
			    a, answer, pair->value, pair->value_len);
		break;
	}
}

int
form_read_pairs(struct arena *a, const struct form *f,
    const struct http_pairs *pairs, struct form_answers **out, struct err *err)
{
	struct form_answers *answers = form_answers_empty(a, f);

	if (pairs->n > FORM_PAIRS_MAX)
		return err_set(
		    err, ERR_TOO_LARGE, "%zu form fields", pairs->n);
	for (size_t i = 0; i < pairs->n; i++) {
		bool is_marker;
		struct answer *answer =
		    place(a, answers, pairs->pair[i].name, &is_marker);

		if (answer == NULL)
			form_unknown_add(a, answers, pairs->pair[i].name);
		else if (!is_marker)
			put(a, answers, answer, &pairs->pair[i]);
	}
	form_items_close_up(answers);
	form_items_fill(a, answers);
	*out = answers;
	return 0;
}
