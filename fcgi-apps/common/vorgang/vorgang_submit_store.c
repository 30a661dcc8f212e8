/* What a new Vorgang writes, as one unit of the commit group. */
#include <assert.h>

#include "common/vorgang/access_store.h"
#include "common/vorgang/event_store.h"
#include "common/json.h"
#include "common/log.h"
#include "common/vorgang/vorgang_store.h"

#define VORGANG_COLUMNS 21
#define ACCESS_MAX 1024

void
vorgang_digest(const struct town *t, const char *answers, size_t len,
    uint8_t out[CRYPTO_DIGEST_LEN])
{
	crypto_hmac(&t->index_key, answers, len, out);
}

static struct db_param
blob_copy(struct arena *a, const void *data, size_t len)
{
	return db_blob(arena_dup(a, data, len), len);
}

static struct db_param
seal(struct arena *a, const struct vorgang *v, const char *what,
    const char *plain, size_t len)
{
	const void *sealed;
	size_t sealed_len;

	crypto_seal(a, &v->key.key,
	    arena_printf(a, "%s:%s", what, id_hex(a, &v->id)), plain, len,
	    &sealed, &sealed_len);
	return db_blob(sealed, sealed_len);
}

/* What shows the receipt again: link, code and mail address. */
static struct db_param
access_seal(struct arena *a, const struct vorgang *v)
{
	struct buf *text = buf_new(a, ACCESS_MAX);
	struct json_out j;

	json_begin(&j, text);
	json_open_object(&j);
	json_pair(&j, "token", v->link_token);
	json_pair(&j, "code", v->access_code);
	json_pair(&j, "mail", v->mail);
	json_close_object(&j);
	assert(text->failed == ERR_NONE);
	return seal(a, v, "access", text->data, text->len);
}

static void
vorgang_row(struct db *db, struct arena *a, const struct town *t,
    const struct vorgang *v, bool has_attachments, uint32_t last_seq,
    const uint8_t last_hash[CRYPTO_DIGEST_LEN], struct commit_unit *u)
{
	struct db_param *p = arena_new(a, struct db_param, VORGANG_COLUMNS);
	uint8_t code[CRYPTO_DIGEST_LEN];

	access_code_hash(t, v->reference, v->access_code, code);
	p[0] = db_id(&v->id);
	p[1] = db_town(db);
	p[2] = db_text(v->reference);
	p[3] = db_id(&v->submission_id);
	p[4] = db_blob(v->answers_digest, sizeof(v->answers_digest));
	p[5] = db_int(v->service_version_id);
	p[6] = db_text(v->state);
	p[7] = db_int(v->is_closed);
	p[8] = db_int(v->is_urgent);
	p[9] = db_int(v->department_id);
	p[10] = db_date(v->due == 0 ? VORGANG_DUE_NEVER : v->due);
	p[11] = db_text(lang_code(v->lang));
	p[12] = db_blob(v->key.wrapped, sizeof(v->key.wrapped));
	p[13] = seal(a, v, "answers", v->answers, v->answers_len);
	p[14] = access_seal(a, v);
	p[15] = blob_copy(a, code, sizeof(code));
	p[16] = db_int(last_seq);
	p[17] = blob_copy(a, last_hash, CRYPTO_DIGEST_LEN);
	p[18] = db_time(v->created_ms);
	p[19] = db_time(v->created_ms);
	p[20] = db_int(has_attachments);
	commit_unit_add(u,
	    "INSERT INTO vorgang (id, town_id, reference, submission_id,"
	    " answers_digest, service_version_id, state, is_closed, is_urgent,"
	    " department_id, due, language, data_key, answers, access,"
	    " code_hash, last_seq, last_hash, created_at, changed_at,"
	    " has_attachments) VALUES"
	    " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    p, VORGANG_COLUMNS);
}

static bool
is_same(const struct vorgang_index *x, const struct vorgang_index *y)
{
	return strcmp(x->kind, y->kind) == 0 &&
	    memcmp(x->hash, y->hash, sizeof(x->hash)) == 0;
}

/* Each value once: two persons of one Vorgang may share a name. */
static void
index_rows(struct db *db, struct arena *a, const struct id *vorgang,
    const struct vorgang_index *index, size_t n, struct commit_unit *u)
{
	struct db_param *p = arena_new(a, struct db_param, n * 4), *to = p;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		bool is_new = true;

		for (size_t k = 0; k < i && is_new; k++)
			is_new = !is_same(&index[i], &index[k]);
		if (!is_new)
			continue;
		count++;
		*to++ = db_town(db);
		*to++ = db_text(index[i].kind);
		*to++ = db_blob(index[i].hash, sizeof(index[i].hash));
		*to++ = db_id(vorgang);
	}
	commit_unit_add_rows(u,
	    "INSERT INTO blind_index (town_id, kind, hash, vorgang_id)"
	    " VALUES (?, ?, ?, ?)", p, 4, count);
}

/*
 * The draft goes before its documents are taken over: an upload that still
 * runs holds the draft's row, or finds it gone (document_add_draft). Files of
 * documents that are dropped are left to the sweep.
 */
static void
draft_rows(struct db *db, struct arena *a,
    const struct vorgang_submission *s, struct commit_unit *u)
{
	const struct vorgang *v = s->vorgang;
	struct db_param *p = arena_new(a, struct db_param, 5);
	struct db_param *gone =
	    arena_new(a, struct db_param, s->ndropped * 3 + 1);

	p[0] = p[3] = db_town(db);
	p[1] = p[4] = db_id(&v->submission_id);
	p[2] = db_id(&v->id);
	commit_unit_add(u,
	    "DELETE FROM draft WHERE town_id = ? AND submission_id = ?", p, 2);
	for (size_t i = 0; i < s->ndropped; i++) {
		gone[i * 3] = db_town(db);
		gone[i * 3 + 1] = db_id(&v->submission_id);
		gone[i * 3 + 2] = db_id(&s->dropped[i]);
	}
	commit_unit_add_rows(u,
	    "DELETE FROM document WHERE town_id = ? AND submission_id = ?"
	    " AND id = ? AND vorgang_id IS NULL",
	    gone, 3, s->ndropped);
	commit_unit_add(u,
	    "UPDATE document SET vorgang_id = ? WHERE town_id = ?"
	    " AND submission_id = ? AND vorgang_id IS NULL", p + 2, 3);
}

void
vorgang_unit(struct db *db, struct arena *a, const struct town *t,
    const struct vorgang_submission *s, struct commit_unit *u)
{
	const struct vorgang *v = s->vorgang;
	struct event_row *row = arena_new(a, struct event_row, s->nevent);
	uint8_t hash[CRYPTO_DIGEST_LEN] = { 0 }, token[ID_TOKEN_LEN];
	struct db_param *exists = arena_new(a, struct db_param, 1);
	struct err err = { 0 };
	uint32_t seq = 0;

	assert(t->id == db_town_id(db) && s->nevent > 0);
	*u = (struct commit_unit){ 0 };
	for (size_t i = 0; i < s->nevent; i++) {
		struct event e = s->event[i];

		e.at_ms = v->created_ms;
		event_chain(a, &v->key.key, &v->id, &e, &seq, hash, &row[i]);
	}
	vorgang_row(db, a, t, v, s->has_draft, seq, hash, u);
	event_unit(db, a, &v->id, row, s->nevent, u);
	if (id_token_parse(v->link_token, token, &err) == -1)
		log_fatal("vorgang: %s", err.msg);
	access_unit(db, a, &v->id, token, v->created_ms, u);
	index_rows(db, a, &v->id, s->index, s->nindex, u);
	outbox_unit(db, a, &v->key.key, &v->id, s->outbox, s->noutbox,
	    v->created_ms, u);
	if (s->has_draft)
		draft_rows(db, a, s, u);
	exists[0] = db_id(&v->id);
	u->exists = (struct commit_row){ "SELECT 1 FROM vorgang WHERE id = ?",
		exists, 1, 1 };
}
