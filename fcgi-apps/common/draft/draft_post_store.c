#include "common/draft/draft_post_store.h"

#include "common/form/form.h"

#define BODY_MAX ((size_t)12 << 20) /* each byte may become three */

/* The body is "pairs, as a form sends them", a line feed and the notes. */

static const char *
context(struct arena *a, const struct id *id)
{
	return arena_printf(a, "draft-post:%s", id_hex(a, id));
}

static bool
is_plain(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
}

static void
put_encoded(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (is_plain(c))
			buf_put(out, s + i, 1);
		else
			buf_printf(out, "%%%02X", c);
	}
}

static void
write_body(struct arena *a, const struct draft_post *post, struct buf *out)
{
	struct buf *notes = buf_new(a, BODY_MAX);

	for (size_t i = 0; i < post->pairs.n; i++) {
		const struct http_pair *p = &post->pairs.pair[i];

		if (i > 0)
			buf_puts(out, "&");
		put_encoded(out, p->name, strlen(p->name));
		buf_puts(out, "=");
		put_encoded(out, p->value, p->value_len);
	}
	buf_puts(out, post->has_lost_files ? "\n1" : "\n0");
	buf_puts(notes, "{}");
	draft_notes_write(&post->notes, notes);
	buf_puts(out, buf_text(notes));
}

int
draft_post_add(struct db *db, struct arena *a, const struct draft *d,
    const struct draft_post *post, int64_t now_ms, struct id *out,
    struct err *err)
{
	struct buf *body = buf_new(a, BODY_MAX);
	const void *sealed;
	size_t len;
	int64_t added;

	*out = id_random();
	write_body(a, post, body);
	if (buf_check(body, err) == -1)
		return -1;
	crypto_seal(a, &d->key.key, context(a, out), body->data, body->len,
	    &sealed, &len);
	{
		const struct db_param p[] = { db_town(db), db_id(out),
			db_id(&d->submission_id), db_blob(sealed, len),
			db_time(now_ms), db_town(db),
			db_id(&d->submission_id) };

		if (db_exec(db,
			"INSERT INTO draft_post (town_id, id, submission_id,"
			" body, created_at) SELECT ?, ?, ?, ?, ? FROM draft"
			" WHERE town_id = ? AND submission_id = ?"
			" AND is_stepped LOCK IN SHARE MODE", p, nitems(p),
			&added, err) == -1)
			return -1;
	}
	return added > 0 ? 0 : err_set(err, ERR_NOT_FOUND, "draft: is gone");
}

int
draft_post_read(struct db *db, struct arena *a, const struct draft *d,
    const struct id *id, struct draft_post *out, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(id),
		db_id(&d->submission_id) };
	struct db_rows rows;
	const char *end;
	char *body;
	size_t len;

	if (db_query(db, a,
		"SELECT body FROM draft_post WHERE town_id = ? AND id = ?"
		" AND submission_id = ?", p, nitems(p), 1, &rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "draft: no such post");
	if (crypto_open(a, &d->key.key, context(a, id),
		db_cell(&rows, 0, 0)->data, db_cell(&rows, 0, 0)->len, &body,
		&len, err) == -1)
		return -1;
	*out = (struct draft_post){ .has_lost_files = false };
	if ((end = memchr(body, '\n', len)) == NULL || end[1] == '\0')
		return err_set(err, ERR_CRYPTO, "draft: no post");
	out->has_lost_files = end[1] == '1';
	if (http_decode_form(a, body, (size_t)(end - body), FORM_PAIRS_MAX,
		&out->pairs, err) == -1)
		return -1;
	return draft_notes_read(a, end + 2, len - (size_t)(end + 2 - body),
	    &out->notes, err);
}

int
draft_post_delete(struct db *db, const struct draft *d, const struct id *id,
    struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(id),
		db_id(&d->submission_id) };

	return db_exec(db,
	    "DELETE FROM draft_post WHERE town_id = ? AND id = ?"
	    " AND submission_id = ?", p, nitems(p), NULL, err);
}
