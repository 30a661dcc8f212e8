/*
 * Texts that a pattern matches. Knows what patterns of forms are made of:
 * letters, classes, groups, alternatives, quantifiers; nothing that looks
 * around or back.
 */
#include "torhaus/sample.h"

#define DEPTH_MAX 20
#define MORE_MAX 6 /* repetitions beyond the least */
#define CLASS_MAX 400

struct reader {
	struct sample *sample;
	const char *p;
	struct buf *out; /* NULL: skipping */
	bool is_unknown;
	int depth;
	size_t max;
};

static void read_alternatives(struct reader *r);

/* Bytes of the UTF-8 character at s. */
static size_t
char_len(const char *s)
{
	size_t n = 1;

	while (*s != '\0' && (s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static void
put(struct reader *r, const char *s, size_t n)
{
	if (r->out != NULL)
		buf_put(r->out, s, n);
}

/* What an escape stands for, as the members of a class; NULL: unknown. */
static const char *
escape_members(struct reader *r)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char c = *r->p;

	if (c == '\0')
		return NULL;
	r->p++;
	switch (c) {
	case 'd':
		return "0123456789";
	case 'w':
		return letters;
	case 's':
	case 'h':
		return " ";
	case 'p': {
		size_t n = strcspn(r->p, "}");

		if (*r->p != '{' || r->p[n] != '}')
			return NULL;
		r->p += n + 1;
		return letters; /* of any script and mark these will do */
	}
	default:
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9'))
			return NULL;
		return arena_dup(r->sample->arena, &c, 1);
	}
}

/* A class's members, as characters one behind the other. */
static void
read_class(struct reader *r)
{
	struct buf members, *all = &members;
	bool is_negated = *r->p == '^', is_first = true;
	size_t n = 0, at = 0;

	buf_init(all, CLASS_MAX * 4);
	r->p += is_negated;
	for (; *r->p != '\0' && (*r->p != ']' || is_first); is_first = false) {
		size_t len = char_len(r->p);
		unsigned char from = (unsigned char)*r->p;

		if (*r->p == '\\') {
			const char *members_of;

			r->p++;
			members_of = escape_members(r);
			r->is_unknown |= members_of == NULL;
			if (members_of == NULL)
				break;
			buf_puts(all, members_of);
			continue;
		}
		if (len == 1 && r->p[1] == '-' && r->p[2] != ']' &&
		    r->p[2] != '\0' && char_len(r->p + 2) == 1) {
			for (unsigned c = from; c <= (unsigned char)r->p[2];
			     c++) {
				char one = (char)c;

				buf_put(all, &one, 1);
			}
			r->p += 3;
			continue;
		}
		buf_put(all, r->p, len);
		r->p += len;
	}
	if (*r->p != ']' || all->failed != ERR_NONE || all->len == 0)
		r->is_unknown = true;
	else
		r->p++;
	if (is_negated && !r->is_unknown) {
		struct buf others;

		buf_init(&others, CLASS_MAX);
		for (char c = '0'; c <= 'z'; c++)
			if (memchr(all->data, c, all->len) == NULL)
				buf_put(&others, &c, 1);
		buf_free(all);
		*all = others;
		r->is_unknown = all->len == 0;
	}
	for (const char *s = all->data; !r->is_unknown && at < all->len;
	     at += char_len(s + at))
		n++;
	if (n > 0 && !r->is_unknown) {
		size_t pick = sample_below(&r->sample->random, n);

		for (at = 0; pick > 0; pick--)
			at += char_len(all->data + at);
		put(r, all->data + at, char_len(all->data + at));
	}
	buf_free(all);
}

static void
read_group(struct reader *r)
{
	if (*r->p == '?') {
		if (r->p[1] != ':') {
			r->is_unknown = true;
			return;
		}
		r->p += 2;
	}
	read_alternatives(r);
	if (*r->p == ')')
		r->p++;
	else
		r->is_unknown = true;
}

/* One letter, class or group, without what says how often. */
static void
read_atom(struct reader *r)
{
	const char *members;
	size_t len;

	switch (*r->p) {
	case '[':
		r->p++;
		read_class(r);
		return;
	case '(':
		r->p++;
		read_group(r);
		return;
	case '\\':
		r->p++;
		members = escape_members(r);
		if (members == NULL)
			r->is_unknown = true;
		else
			put(r, members +
				    sample_below(&r->sample->random,
					strlen(members)), 1);
		return;
	case '.':
		r->p++;
		put(r, "x", 1);
		return;
	case '^':
	case '$':
		r->p++;
		return;
	default:
		len = char_len(r->p);
		put(r, r->p, len);
		r->p += len;
		return;
	}
}

static size_t
read_count(struct reader *r, size_t other)
{
	size_t n = 0;

	if (*r->p < '0' || *r->p > '9')
		return other;
	for (; *r->p >= '0' && *r->p <= '9' && n < 1000; r->p++)
		n = n * 10 + (size_t)(*r->p - '0');
	return n;
}

/* "?", "*", "+", "{2,3}" or nothing. */
static void
read_quantifier(struct reader *r, size_t *min, size_t *max)
{
	*min = *max = 1;
	switch (*r->p) {
	case '?':
		*min = 0;
		break;
	case '*':
		*min = 0;
		*max = MORE_MAX;
		break;
	case '+':
		*max = 1 + MORE_MAX;
		break;
	case '{':
		r->p++;
		*min = read_count(r, 0);
		*max = *min;
		if (*r->p == ',') {
			r->p++;
			*max = read_count(r, *min + MORE_MAX);
		}
		if (*r->p != '}') {
			r->is_unknown = true;
			return;
		}
		break;
	default:
		return;
	}
	r->p++;
	r->p += *r->p == '?' || *r->p == '+'; /* lazy, possessive */
}

static void
read_piece(struct reader *r)
{
	const char *from = r->p, *end;
	struct buf *out = r->out;
	size_t min, max, n;

	/* Once without writing, to see how often. */
	r->out = NULL;
	read_atom(r);
	read_quantifier(r, &min, &max);
	end = r->p;
	r->out = out;
	if (out == NULL || r->is_unknown)
		return;
	n = (size_t)sample_between(
	    &r->sample->random, (int64_t)min, (int64_t)max);
	for (size_t i = 0; i < n && !r->is_unknown; i++) {
		if (i >= min && out->len >= r->max)
			break;
		r->p = from;
		read_atom(r);
	}
	r->p = end;
}

static void
read_sequence(struct reader *r)
{
	while (!r->is_unknown && *r->p != '\0' && *r->p != '|' && *r->p != ')')
		read_piece(r);
}

static void
read_alternatives(struct reader *r)
{
	const char *from = r->p;
	struct buf *out = r->out;
	size_t n = 1, pick;

	if (++r->depth > DEPTH_MAX) {
		r->is_unknown = true;
		return;
	}
	r->out = NULL;
	read_sequence(r);
	for (; *r->p == '|' && !r->is_unknown; n++) {
		r->p++;
		read_sequence(r);
	}
	if (out != NULL && !r->is_unknown) {
		const char *end = r->p;

		pick = sample_below(&r->sample->random, n);
		r->p = from;
		for (; pick > 0; pick--) {
			read_sequence(r);
			r->p++;
		}
		r->out = out;
		read_sequence(r);
		r->p = end;
	}
	r->out = out;
	r->depth--;
}

const char *
sample_of_pattern(struct sample *s, const char *pattern, size_t max)
{
	struct buf *out = buf_new(s->arena, 4096);
	struct reader r = {
	    .sample = s, .p = pattern, .out = out, .max = max};

	read_alternatives(&r);
	return r.is_unknown || *r.p != '\0' || out->failed != ERR_NONE
	    ? NULL
	    : buf_text(out);
}
