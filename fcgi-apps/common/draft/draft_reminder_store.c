#include "common/draft/draft_reminder.h"

#include <assert.h>
#include <strings.h>

#include "common/json.h"

#define DAY_MS INT64_C(86400000)
#define JSON_MAX 1500 /* draft.reminder has 1600 */

static const char *
context(struct arena *a, const struct id *submission)
{
	return arena_printf(a, "draft-reminder:%s", id_hex(a, submission));
}

static void
reminder_key(const struct town *t, struct crypto_key *out)
{
	crypto_derive(&t->key, "draft-reminder", out);
}

/* ---- as JSON ---- */

static void
write_json(struct arena *a, const struct draft_reminder *r, struct buf *out)
{
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	json_key(&j, "addresses");
	json_open_array(&j);
	for (size_t i = 0; i < r->n; i++) {
		const struct draft_address *d = &r->address[i];

		json_open_object(&j);
		json_pair(&j, "to", d->to);
		json_key(&j, "sent");
		json_put_int(&j, d->sent_ms);
		json_pair(&j, "link",
		    id_hex_bytes(a, d->link, sizeof(d->link)));
		json_key(&j, "confirmed");
		json_put_bool(&j, d->is_confirmed);
		json_key(&j, "reminder");
		json_put_bool(&j, d->wants_reminder);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
}

static int
read_hash(const char *hex, uint8_t out[CRYPTO_DIGEST_LEN], struct err *err)
{
	char half[ID_LEN * 2 + 1];
	struct id id;

	if (hex == NULL || strlen(hex) != CRYPTO_DIGEST_LEN * 2)
		return err_set(err, ERR_CRYPTO, "draft: reminder's link");
	for (size_t i = 0; i < CRYPTO_DIGEST_LEN / ID_LEN; i++) {
		(void)snprintf(half, sizeof(half), "%.32s",
		    hex + i * ID_LEN * 2);
		if (id_parse(half, &id, err) == -1)
			return -1;
		memcpy(out + i * ID_LEN, id.byte, ID_LEN);
	}
	return 0;
}

static int
read_json(struct arena *a, const char *text, size_t len,
    struct draft_reminder *out, struct err *err)
{
	const cJSON *one;
	cJSON *root;

	if (json_parse(a, text, len, &json_limits_request, &root, err) == -1)
		return -1;
	cJSON_ArrayForEach(one, json_array(root, "addresses")) {
		struct draft_address *d = &out->address[out->n];
		const char *to = json_string(one, "to");

		if (out->n == DRAFT_ADDRESSES_MAX || to == NULL)
			break;
		d->to = arena_strdup(a, to);
		d->sent_ms = json_int(one, "sent", 0, INT64_C(1) << 52, 0);
		d->is_confirmed = json_bool(one, "confirmed", false);
		d->wants_reminder = json_bool(one, "reminder", false);
		if (read_hash(json_string(one, "link"), d->link, err) == -1)
			return -1;
		out->n++;
	}
	return 0;
}

/* ---- rows ---- */

static int
open_sealed(struct arena *a, const struct town *t,
    const struct id *submission, const void *sealed, size_t sealed_len,
    struct draft_reminder *out, struct err *err)
{
	struct crypto_key key;
	char *text;
	size_t len;
	int rc;

	*out = (struct draft_reminder){ .n = 0 };
	if (sealed == NULL)
		return 0;
	reminder_key(t, &key);
	rc = crypto_open(a, &key, context(a, submission), sealed, sealed_len,
	    &text, &len, err);
	explicit_bzero(&key, sizeof(key));
	return rc == -1 ? -1 : read_json(a, text, len, out, err);
}

int
draft_reminder_read(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, struct draft_reminder *out, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_id(submission) };
	const struct db_cell *sealed;
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT reminder FROM draft"
		" WHERE town_id = ? AND submission_id = ?", p, nitems(p), 1,
		&rows, err) == -1)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "draft: none of this id");
	sealed = db_cell(&rows, 0, 0);
	return open_sealed(
	    a, t, submission, sealed->data, sealed->len, out, err);
}

int
draft_reminder_write(struct db *db, struct arena *a, const struct town *t,
    const struct id *submission, const struct draft_reminder *r,
    struct err *err)
{
	struct buf *json = buf_new(a, JSON_MAX);
	struct crypto_key key;
	const void *sealed;
	bool is_reminded = false;
	int64_t found;
	size_t len;

	for (size_t i = 0; i < r->n; i++)
		is_reminded |= r->address[i].is_confirmed &&
		    r->address[i].wants_reminder;
	write_json(a, r, json);
	if (buf_check(json, err) == -1)
		return -1;
	reminder_key(t, &key);
	crypto_seal(a, &key, context(a, submission), json->data, json->len,
	    &sealed, &len);
	explicit_bzero(&key, sizeof(key));
	{
		const struct db_param p[] = { db_blob(sealed, len),
			db_int(is_reminded), db_town(db), db_id(submission) };

		if (db_exec(db,
			"UPDATE draft SET reminder = ?, is_reminded = ?"
			" WHERE town_id = ? AND submission_id = ?"
			" AND is_stepped", p, nitems(p), &found, err) == -1)
			return -1;
	}
	return found > 0 ? 0
			 : err_set(err, ERR_NOT_FOUND, "draft: is gone");
}

struct draft_address *
draft_reminder_find(struct draft_reminder *r, const char *to)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcasecmp(r->address[i].to, to) == 0)
			return &r->address[i];
	return NULL;
}

void
draft_reminder_confirm(struct draft_reminder *r, const struct town *t,
    const struct draft_secret *link, bool *changed)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];

	*changed = false;
	draft_secret_hash(t, link, hash);
	for (size_t i = 0; i < r->n; i++) {
		struct draft_address *d = &r->address[i];

		if (memcmp(d->link, hash, sizeof(hash)) != 0 ||
		    d->is_confirmed)
			continue;
		d->is_confirmed = true;
		*changed = true;
	}
}

/* ---- announcing ---- */

int
draft_reminder_due(struct db *db, struct arena *a, int64_t now_ms,
    size_t max, struct draft_ending **out, size_t *n, struct err *err)
{
	const struct db_param p[] = { db_time(now_ms + DAY_MS),
		db_time(now_ms), db_time(now_ms + 7 * DAY_MS),
		db_time(now_ms + DAY_MS), db_time(now_ms + DAY_MS),
		db_int((int64_t)max) };
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT town_id, submission_id, service_version_id, language,"
		" expires_at, reminder, IF(expires_at <= ?, 2, 1) FROM draft"
		" WHERE is_reminded AND expires_at > ? AND expires_at <= ?"
		" AND ((announced < 1 AND expires_at > ?"
		" AND touched_at < expires_at - INTERVAL 7 DAY)"
		" OR (announced < 2 AND expires_at <= ?"
		" AND touched_at < expires_at - INTERVAL 1 DAY))"
		" ORDER BY expires_at LIMIT ?", p, nitems(p), max, &rows,
		err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct draft_ending, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct draft_ending){
			.town_id = (uint32_t)db_cell(&rows, i, 0)->i,
			.submission_id = db_cell_id(db_cell(&rows, i, 1)),
			.service_version_id =
			    (uint32_t)db_cell(&rows, i, 2)->i,
			.lang = lang_parse(
			    db_cell(&rows, i, 3)->data, LANG_DE),
			.expires_ms = db_cell(&rows, i, 4)->i,
			.sealed = db_cell(&rows, i, 5)->data,
			.sealed_len = db_cell(&rows, i, 5)->len,
			.announcement = (int)db_cell(&rows, i, 6)->i
		};
	return 0;
}

int
draft_reminder_open(struct arena *a, const struct town *t,
    const struct draft_ending *e, struct draft_reminder *out,
    struct err *err)
{
	return open_sealed(a, t, &e->submission_id, e->sealed, e->sealed_len,
	    out, err);
}

int
draft_reminder_announced(struct db *db, const struct draft_ending *e,
    int64_t now_ms, bool *is_new, struct err *err)
{
	const struct db_param p[] = { db_int(e->announcement),
		db_time(now_ms), db_town(db), db_id(&e->submission_id),
		db_int(e->announcement), db_time(e->expires_ms) };
	int64_t found;

	assert(db_town_id(db) == e->town_id);
	/* Saved meanwhile: it ends later, and nothing is to be announced. */
	if (db_exec(db,
		"UPDATE draft SET announced = ?, announced_at = ?"
		" WHERE town_id = ? AND submission_id = ? AND announced < ?"
		" AND expires_at = ?", p, nitems(p), &found, err) == -1)
		return -1;
	*is_new = found > 0;
	return 0;
}
