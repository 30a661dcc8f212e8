#include "common/feedback_store.h"

#include "common/buf.h"
#include "common/utf8.h"

#define PAGE_MAX_BYTES 160
#define DIGITS_MAX 5 /* a longer number may be somebody's */
#define LEFT_OUT "[...]"

/* Behind which parts of a path a key stands, whatever it looks like. */
static const char *const keys_behind[] = {
    "/vorgang/l/", "/antrag/weiter/", "/dokument/"};

/* Whether a part of a path is a word of ours: short or without digits, and in
 * small letters. */
static bool
is_word(const char *part, size_t n)
{
	size_t digits = 0;

	if (n == 0 || strspn(part, "abcdefghijklmnopqrstuvwxyz0123456789-_.") <
		n)
		return false;
	for (size_t i = 0; i < n; i++)
		digits += part[i] >= '0' && part[i] <= '9';
	return digits <= 4 && (n < 20 || digits == 0);
}

static bool
is_key_behind(const char *path, const char *part)
{
	for (size_t i = 0; i < nitems(keys_behind); i++) {
		size_t n = strlen(keys_behind[i]);

		if ((size_t)(part - path) == n &&
		    strncmp(path, keys_behind[i], n) == 0)
			return true;
	}
	return false;
}

const char *
feedback_page(struct arena *a, const char *path)
{
	struct buf *out = buf_new(a, PAGE_MAX_BYTES);
	size_t len = strcspn(path, "?#");
	const char *p = path, *end = path + len;

	if (*path != '/')
		return "/";
	while (p < end) {
		const char *part = ++p; /* behind the slash */
		size_t n = strcspn(part, "/?#");

		buf_puts(out, "/");
		if (n > 0 && is_word(part, n) && !is_key_behind(path, part))
			buf_put(out, part, n);
		else if (n > 0)
			buf_puts(out, "-");
		p += n;
	}
	return out->failed == ERR_NONE ? buf_text(out) : "/";
}

/* ---- remarks ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of a number at s, signs between its digits included, when it has more
 * than DIGITS_MAX digits; else 0. */
static size_t
long_number(const char *s)
{
	size_t digits = 0, end = 0;

	for (size_t i = 0; is_digit(s[i]) ||
	     (i > 0 && s[i] != '\0' && strchr(" -/.()", s[i]) != NULL);
	     i++)
		if (is_digit(s[i])) {
			digits++;
			end = i + 1;
		}
	return digits > DIGITS_MAX ? end : 0;
}

/* Cuts valid UTF-8 behind max characters. */
static const char *
cut(struct arena *a, const char *s, size_t max)
{
	size_t n = 0, i = 0;

	for (; s[i] != '\0'; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80 && n++ == max)
			break;
	return arena_dup(a, s, i);
}

const char *
feedback_remark(struct arena *a, const char *typed, size_t len)
{
	struct buf *out;
	struct err err = {0};
	const char *s;

	if (utf8_clean(a, typed, len, &s, &err) == -1)
		s = utf8_scrub(a, typed, len);
	out = buf_new(a, strlen(s) * sizeof(LEFT_OUT) + 1);
	while (*s != '\0') {
		size_t word = strcspn(s, " \t\n"), number;

		if (word > 0 && memchr(s, '@', word) != NULL) {
			buf_puts(out, LEFT_OUT);
			s += word;
			continue;
		}
		/* Word by word, so that a number is met at its beginning. */
		for (; word > 0; word--) {
			if ((number = long_number(s)) > 0) {
				buf_puts(out, LEFT_OUT);
				s += number;
				break;
			}
			buf_put(out, s++, 1);
		}
		if (word == 0 && *s != '\0')
			buf_put(out, s++, 1);
	}
	return cut(a, buf_text(out), FEEDBACK_REMARK_MAX);
}

/* ---- rows ---- */

int
feedback_insert(struct db *db, const struct feedback *f, struct err *err)
{
	const struct db_param p[] = {db_town(db), db_text(f->page),
	    db_text(lang_code(f->lang)), db_int(f->is_helpful),
	    db_text(f->remark), db_time(f->at_ms)};

	return db_exec(db,
	    "INSERT INTO page_feedback (town_id, page, language, is_helpful,"
	    " remark, at) VALUES (?, ?, ?, ?, ?, ?)",
	    p, nitems(p), NULL, err);
}

int
feedback_list(struct db *db, struct arena *a, const char *page,
    int64_t since_ms, bool wants_done, size_t max, struct feedback **out,
    size_t *n, struct err *err)
{
	const struct db_param p[] = {db_town(db), db_text(page),
	    db_text(page), db_time(since_ms), db_int(wants_done),
	    db_int((int64_t)max)};
	struct feedback *f;
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id, page, language, is_helpful, remark, at, done_at"
		" FROM page_feedback WHERE town_id = ?"
		" AND (? IS NULL OR page = ?) AND at >= ?"
		" AND (? OR done_at IS NULL) ORDER BY id DESC LIMIT ?",
		p, nitems(p), max, &rows, err) == -1)
		return -1;
	f = arena_new(a, struct feedback, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		f[i] = (struct feedback){
		    .id = db_cell(&rows, i, 0)->i,
		    .page = db_cell(&rows, i, 1)->data,
		    .lang = lang_parse(db_cell(&rows, i, 2)->data, LANG_DE),
		    .is_helpful = db_cell(&rows, i, 3)->i != 0,
		    .remark = db_cell(&rows, i, 4)->data,
		    .at_ms = db_cell(&rows, i, 5)->i,
		    .done_ms = db_cell(&rows, i, 6)->i,
		};
	*out = f;
	*n = rows.n;
	return 0;
}

int
feedback_done(struct db *db, int64_t id, int64_t now_ms, int64_t *count,
    struct err *err)
{
	const struct db_param p[] = {
	    db_time(now_ms), db_town(db), db_int(id)};

	return db_exec(db,
	    "UPDATE page_feedback SET done_at = ? WHERE town_id = ?"
	    " AND id = ? AND done_at IS NULL",
	    p, nitems(p), count, err);
}

int
feedback_sweep(
    struct db *db, int64_t before_ms, int64_t *count, struct err *err)
{
	const struct db_param p[] = {db_time(before_ms)};

	return db_exec(db, "DELETE FROM page_feedback WHERE at < ?", p,
	    nitems(p), count, err);
}
