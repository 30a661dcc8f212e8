#include <pthread.h>

#include "common/document_store.h"
#include "common/draft/draft_store.h"
#include "common/vorgang/event_store.h"
#include "common/vorgang/vorgang_change.h"
#include "vorgang_fixture.h"

static const char answers[] = "{\"family_name\":\"M\xc3\xbcller\"}";

/* ---- a submission and the ways to find it ---- */

static void
assert_same(const struct vorgang *want, const struct vorgang *got)
{
	assert_true(id_equal(&want->id, &got->id));
	assert_true(id_equal(&want->submission_id, &got->submission_id));
	assert_string_equal(want->reference, got->reference);
	assert_int_equal(want->service_version_id, got->service_version_id);
	assert_string_equal(want->state, got->state);
	assert_int_equal(want->department_id, got->department_id);
	assert_int_equal(want->due, got->due);
	assert_int_equal(want->lang, got->lang);
	assert_int_equal(want->created_ms, got->created_ms);
	assert_memory_equal(&want->key, &got->key, sizeof(want->key));
	assert_int_equal(want->answers_len, got->answers_len);
	assert_string_equal(want->answers, got->answers);
	assert_string_equal(want->link_token, got->link_token);
	assert_string_equal(want->access_code, got->access_code);
	assert_string_equal(want->mail, got->mail);
	assert_memory_equal(want->answers_digest, got->answers_digest,
	    sizeof(want->answers_digest));
}

static void
test_find(void **state)
{
	struct fixture *f;
	struct vorgang_whole w;
	struct vorgang v, again;
	struct err err = { 0 };
	uint8_t token[ID_TOKEN_LEN];
	struct id id;
	bool found;

	NEED_DB();
	f = *state;
	v = fixture_vorgang(f, answers);
	OK(fixture_submit(f, &v, false, &err));
	fixture_token(&v, token);
	OK(vorgang_by_token(
	    f->db, &f->arena, &f->town, token, FIXTURE_NOW, &w, &err));
	assert_same(&v, &w.vorgang);
	assert_int_equal(w.nevent, 1); /* the public one */
	assert_string_equal(w.event[0].kind, "submitted");
	OK(vorgang_by_reference(f->db, &f->arena, &f->town, v.reference,
	    v.access_code, &w, &err));
	assert_same(&v, &w.vorgang);
	assert_int_equal(w.nevent, 1);
	OK(vorgang_by_id(f->db, &f->arena, &f->town, &v.id, &w, &err));
	assert_same(&v, &w.vorgang);
	assert_int_equal(w.nevent, 2);
	assert_int_equal(w.vorgang.last_seq, 2);
	assert_string_equal(
	    w.event[1].data, "{\"department\":\"steueramt\"}");
	OK(vorgang_by_submission(f->db, &f->arena, &f->town, &v.submission_id,
	    &again, &found, &err));
	assert_true(found);
	assert_same(&v, &again);
	OK(vorgang_find(f->db, &f->arena, v.reference, &id, &err));
	assert_true(id_equal(&id, &v.id));
}

static void
test_find_nothing(void **state)
{
	struct fixture *f;
	struct vorgang_whole w;
	struct vorgang v, again;
	struct err err = { 0 };
	uint8_t token[ID_TOKEN_LEN];
	struct id none = id_random();
	bool found;

	NEED_DB();
	f = *state;
	v = fixture_vorgang(f, answers);
	OK(fixture_submit(f, &v, false, &err));
	crypto_random(token, sizeof(token));
	FAILS(vorgang_by_token(f->db, &f->arena, &f->town, token, FIXTURE_NOW,
	    &w, &err), ERR_NOT_FOUND);
	FAILS(vorgang_by_reference(f->db, &f->arena, &f->town, v.reference,
	    "000000000000", &w, &err), ERR_NOT_FOUND);
	FAILS(vorgang_by_reference(f->db, &f->arena, &f->town, "0000000000",
	    v.access_code, &w, &err), ERR_NOT_FOUND);
	FAILS(vorgang_by_id(f->db, &f->arena, &f->town, &none, &w, &err),
	    ERR_NOT_FOUND);
	FAILS(vorgang_find(f->db, &f->arena, "0000000000", &none, &err),
	    ERR_NOT_FOUND);
	OK(vorgang_by_submission(f->db, &f->arena, &f->town, &none, &again,
	    &found, &err));
	assert_false(found);
}

/* Another town sees nothing, though it knows every secret. */
static void
test_other_town(void **state)
{
	struct fixture *f, other;
	struct vorgang_whole w;
	struct vorgang v, again;
	struct err err = { 0 };
	uint8_t token[ID_TOKEN_LEN];
	struct id id;
	bool found;

	NEED_DB();
	f = *state;
	v = fixture_vorgang(f, answers);
	OK(fixture_submit(f, &v, false, &err));
	fixture_token(&v, token);
	other = *f;
	fixture_town(&other);
	FAILS(vorgang_by_token(other.db, &other.arena, &other.town, token,
	    FIXTURE_NOW, &w, &err), ERR_NOT_FOUND);
	FAILS(vorgang_by_reference(other.db, &other.arena, &other.town,
	    v.reference, v.access_code, &w, &err), ERR_NOT_FOUND);
	FAILS(vorgang_by_id(other.db, &other.arena, &other.town, &v.id, &w,
	    &err), ERR_NOT_FOUND);
	FAILS(vorgang_find(other.db, &other.arena, v.reference, &id, &err),
	    ERR_NOT_FOUND);
	OK(vorgang_by_submission(other.db, &other.arena, &other.town,
	    &v.submission_id, &again, &found, &err));
	assert_false(found);
	f->arena = other.arena;
	db_enter_town(f->db, f->town.id);
}

static void
test_submitted_twice(void **state)
{
	struct fixture *f;
	struct vorgang v, second;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	v = fixture_vorgang(f, answers);
	OK(fixture_submit(f, &v, false, &err));
	second = fixture_vorgang(f, "{}");
	second.submission_id = v.submission_id;
	assert_int_equal(fixture_submit(f, &second, false, &err), -1);
	assert_int_equal(err.code, ERR_DUPLICATE);
	assert_string_equal(err.field, "vorgang_submission");
	err_clear(&err);
	second = fixture_vorgang(f, "{}");
	memcpy(second.reference, v.reference, sizeof(v.reference));
	assert_int_equal(fixture_submit(f, &second, false, &err), -1);
	assert_string_equal(err.field, "vorgang_reference");
	assert_memory_not_equal(v.answers_digest, second.answers_digest,
	    sizeof(v.answers_digest));
}

/* The department of another town is no department of this one. */
static void
test_foreign_department(void **state)
{
	struct fixture *f, other;
	struct vorgang v;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	other = *f;
	fixture_town(&other);
	f->arena = other.arena;
	db_enter_town(f->db, f->town.id);
	v = fixture_vorgang(f, answers);
	v.department_id = other.department_id;
	FAILS(fixture_submit(f, &v, false, &err), ERR_DB);
}

/* ---- what happens afterwards ---- */

static void
verify_chain(struct fixture *f, const struct id *id)
{
	struct vorgang_whole w;
	struct event_row *row;
	struct err err = { 0 };
	size_t n;

	OK(vorgang_by_id(f->db, &f->arena, &f->town, id, &w, &err));
	OK(event_rows(f->db, &f->arena, id, &row, &n, &err));
	OK(event_verify(id, row, n, w.vorgang.last_seq, w.vorgang.last_hash,
	    &err));
}

static void
test_change(void **state)
{
	const struct event event[] = { { .kind = "message",
	    .actor = ACTOR_APPLICANT, .is_public = true } };
	const struct event step[] = { { .kind = "state",
	    .actor = ACTOR_OFFICE, .is_public = true,
	    .data = "{\"to\":\"assessed\"}" } };
	const struct outbox_new mail[] = { { "mail",
	    "{\"template\":\"state\"}" } };
	struct message message = { .from = ACTOR_APPLICANT,
		.body = "Gr\xc3\xbc\xc3\x9f" "e" };
	struct vorgang_change write = { .now_ms = FIXTURE_NOW + 1000,
		.event = event, .nevent = 1, .message = &message };
	struct vorgang_change advance = { .now_ms = FIXTURE_NOW + 2000,
		.expected_state = "submitted", .state = "assessed",
		.is_final = true, .event = step, .nevent = 1,
		.outbox = mail, .noutbox = 1 };
	struct fixture *f;
	struct vorgang_whole w;
	struct vorgang v;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	v = fixture_vorgang(f, answers);
	OK(fixture_submit(f, &v, false, &err));
	message.submission_id = id_random();
	OK(vorgang_change(f->db, &f->arena, &f->town, &v.id, &write, &err));
	/* The same page once more changes nothing. */
	FAILS(vorgang_change(f->db, &f->arena, &f->town, &v.id, &write, &err),
	    ERR_DUPLICATE);
	OK(vorgang_change(f->db, &f->arena, &f->town, &v.id, &advance, &err));
	FAILS(vorgang_change(
	    f->db, &f->arena, &f->town, &v.id, &advance, &err), ERR_CONFLICT);
	OK(vorgang_by_id(f->db, &f->arena, &f->town, &v.id, &w, &err));
	assert_string_equal(w.vorgang.state, "assessed");
	assert_true(w.vorgang.is_closed);
	assert_int_equal(w.vorgang.due, 0);
	assert_int_equal(w.vorgang.changed_ms, FIXTURE_NOW + 2000);
	assert_int_equal(w.nevent, 4);
	assert_string_equal(w.event[3].data, "{\"to\":\"assessed\"}");
	assert_int_equal(w.nmessage, 1);
	assert_string_equal(w.message[0].body, message.body);
	assert_int_equal(w.message[0].at_ms, FIXTURE_NOW + 1000);
	verify_chain(f, &v.id);
	FAILS(vorgang_change(f->db, &f->arena, &f->town, &v.submission_id,
	    &write, &err), ERR_NOT_FOUND);
}

struct changer {
	pthread_t thread;
	const struct fixture *f;
	const struct id *id;
};

#define CHANGES 20

static void *
change_often(void *arg)
{
	const struct event event[] = { { .kind = "viewed",
	    .actor = ACTOR_OFFICE } };
	const struct changer *c = arg;
	struct db *db = db_new(&c->f->config);
	struct arena a = { 0 };
	struct err err = { 0 };

	db_enter_town(db, c->f->town.id);
	for (int i = 0; i < CHANGES; i++) {
		const struct vorgang_change change = { .now_ms = FIXTURE_NOW,
			.event = event, .nevent = 1 };

		OK(vorgang_change(
		    db, &a, &c->f->town, c->id, &change, &err));
	}
	arena_free(&a);
	db_free(db);
	return NULL;
}

static void
test_changes_at_once(void **state)
{
	struct fixture *f;
	struct changer c[8];
	struct vorgang_whole w;
	struct vorgang v;
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	v = fixture_vorgang(f, answers);
	OK(fixture_submit(f, &v, false, &err));
	for (size_t i = 0; i < nitems(c); i++) {
		c[i] = (struct changer){ .f = f, .id = &v.id };
		assert_int_equal(pthread_create(
		    &c[i].thread, NULL, change_often, &c[i]), 0);
	}
	for (size_t i = 0; i < nitems(c); i++)
		(void)pthread_join(c[i].thread, NULL);
	OK(vorgang_by_id(f->db, &f->arena, &f->town, &v.id, &w, &err));
	assert_int_equal(w.nevent, 2 + nitems(c) * CHANGES);
	verify_chain(f, &v.id);
}

/* ---- drafts and documents ---- */

static struct document
fixture_document(const struct id *submission, const char *name)
{
	struct document d = { .id = id_uuid7(),
		.submission_id = *submission,
		.field = "dogs.0.doc_relief",
		.name = name,
		.media_type = "image/jpeg",
		.size = 12345,
		.created_ms = FIXTURE_NOW,
		.origin = ACTOR_APPLICANT };

	memset(d.sha256, 1, sizeof(d.sha256));
	memset(d.cipher_sha256, 2, sizeof(d.cipher_sha256));
	return d;
}

static void
test_draft(void **state)
{
	struct fixture *f;
	struct id submission = id_random();
	struct draft d, again;
	struct draft_line *expired;
	struct err err = { 0 };
	size_t n;

	NEED_DB();
	f = *state;
	FAILS(draft_read(f->db, &f->arena, &f->town, &submission, &d, &err),
	    ERR_NOT_FOUND);
	OK(draft_open(f->db, &f->arena, &f->town, &submission, f->version_id,
	    FIXTURE_NOW, FIXTURE_NOW + 5000, &d, &err));
	OK(draft_open(f->db, &f->arena, &f->town, &submission, f->version_id,
	    FIXTURE_NOW + 100, FIXTURE_NOW + 9000, &again, &err));
	assert_memory_equal(&d.key, &again.key, sizeof(d.key));
	assert_int_equal(again.created_ms, FIXTURE_NOW);
	assert_int_equal(again.touched_ms, FIXTURE_NOW + 100);
	d.answers = answers;
	d.answers_len = strlen(answers);
	OK(draft_save(f->db, &f->arena, &d, &err));
	OK(draft_read(
	    f->db, &f->arena, &f->town, &submission, &again, &err));
	assert_string_equal(again.answers, answers);
	assert_int_equal(again.expires_ms, FIXTURE_NOW + 5000);
	assert_int_equal(again.service_version_id, f->version_id);
	OK(draft_expired(
	    f->db, &f->arena, FIXTURE_NOW + 6000, 100, &expired, &n, &err));
	assert_true(n >= 1);
	OK(draft_delete(f->db, &submission, &err));
	OK(draft_delete(f->db, &submission, &err));
	FAILS(draft_save(f->db, &f->arena, &d, &err), ERR_NOT_FOUND);
}

static void
test_documents_of_draft(void **state)
{
	struct fixture *f;
	struct id submission = id_random();
	struct document one, two, got, *list;
	struct draft d = { 0 };
	struct data_key key;
	struct err err = { 0 };
	int64_t count, bytes;
	size_t n;

	NEED_DB();
	f = *state;
	one = fixture_document(&submission, "H\xc3\xbcndin.jpg");
	two = fixture_document(&submission, "two.pdf");
	FAILS(document_add_draft(f->db, &f->arena, &d.key.key, &one, &err),
	    ERR_CONFLICT);
	OK(draft_open(f->db, &f->arena, &f->town, &submission, f->version_id,
	    FIXTURE_NOW, FIXTURE_NOW + 5000, &d, &err));
	OK(document_add_draft(f->db, &f->arena, &d.key.key, &one, &err));
	OK(document_add_draft(f->db, &f->arena, &d.key.key, &two, &err));
	OK(document_list_draft(f->db, &f->arena, &d.key.key, &submission,
	    &list, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(list[0].name, one.name);
	assert_memory_equal(list[0].sha256, one.sha256, sizeof(one.sha256));
	OK(document_usage(
	    f->db, &f->arena, &submission, &count, &bytes, &err));
	assert_int_equal(count, 2);
	assert_int_equal(bytes, 2 * 12345);
	OK(document_of_draft(f->db, &f->arena, &f->town, &submission, &one.id,
	    &got, &key, &err));
	assert_string_equal(got.name, one.name);
	assert_memory_equal(&key, &d.key, sizeof(key));
	OK(document_delete(f->db, &submission, &one.id, &err));
	FAILS(document_delete(f->db, &submission, &one.id, &err),
	    ERR_NOT_FOUND);
	FAILS(document_of_draft(f->db, &f->arena, &f->town, &submission,
	    &one.id, &got, &key, &err), ERR_NOT_FOUND);
	OK(draft_delete(f->db, &submission, &err));
	OK(document_usage(
	    f->db, &f->arena, &submission, &count, &bytes, &err));
	assert_int_equal(count, 0);
}

/* A submission takes the draft's documents and ends the draft. */
static void
test_draft_is_submitted(void **state)
{
	struct fixture *f;
	struct vorgang v;
	struct vorgang_whole w;
	struct document doc, late, got;
	struct draft d;
	struct data_key key;
	uint8_t token[ID_TOKEN_LEN];
	struct err err = { 0 };

	NEED_DB();
	f = *state;
	v = fixture_vorgang(f, answers);
	OK(draft_open(f->db, &f->arena, &f->town, &v.submission_id,
	    f->version_id, FIXTURE_NOW, FIXTURE_NOW + 5000, &d, &err));
	v.key = d.key;
	doc = fixture_document(&v.submission_id, "photo.jpg");
	OK(document_add_draft(f->db, &f->arena, &d.key.key, &doc, &err));
	OK(fixture_submit(f, &v, true, &err));
	fixture_token(&v, token);
	OK(vorgang_by_token(
	    f->db, &f->arena, &f->town, token, FIXTURE_NOW, &w, &err));
	assert_int_equal(w.ndocument, 1);
	assert_true(id_equal(&w.document[0].id, &doc.id));
	assert_string_equal(w.document[0].name, "photo.jpg");
	assert_string_equal(w.document[0].field, doc.field);
	assert_int_equal(w.document[0].size, doc.size);
	OK(document_of_token(f->db, &f->arena, &f->town, token, &doc.id,
	    FIXTURE_NOW, &got, &key, &err));
	assert_string_equal(got.media_type, "image/jpeg");
	OK(document_of_vorgang(f->db, &f->arena, &f->town, &v.id, &doc.id,
	    &got, &key, &err));
	assert_memory_equal(&key, &v.key, sizeof(key));
	FAILS(document_of_draft(f->db, &f->arena, &f->town, &v.submission_id,
	    &doc.id, &got, &key, &err), ERR_NOT_FOUND);
	FAILS(document_delete(f->db, &v.submission_id, &doc.id, &err),
	    ERR_NOT_FOUND);
	/* An upload that comes too late finds no draft, and makes none. */
	late = fixture_document(&v.submission_id, "late.jpg");
	FAILS(document_add_draft(f->db, &f->arena, &d.key.key, &late, &err),
	    ERR_CONFLICT);
	FAILS(draft_open(f->db, &f->arena, &f->town, &v.submission_id,
	    f->version_id, FIXTURE_NOW, FIXTURE_NOW, &d, &err), ERR_CONFLICT);
}

/* ---- lists and their indexes ---- */

#define CROWD 3000

/*
 * Copies of one Vorgang by the thousand, so that a missing index shows: in
 * states by number, half of them closed, some without a due date.
 */
static const char crowd_sql[] =
    "INSERT INTO vorgang (id, town_id, reference, submission_id,"
    " answers_digest, service_version_id, state, is_closed, department_id,"
    " due, language, data_key, answers, access, code_hash, last_seq,"
    " last_hash, created_at, changed_at)"
    " SELECT UNHEX(MD5(CONCAT(seq, ?))), town_id, LPAD(seq, 10, '0'),"
    " UNHEX(MD5(seq)), answers_digest, service_version_id,"
    " IF(seq % 2, 'open', 'done'), seq % 2 = 0, department_id,"
    " IF(seq % 5 = 0, '9999-12-31', '2027-01-01' + INTERVAL seq % 50 DAY),"
    " language, data_key, answers, access, code_hash, 1, last_hash,"
    " created_at, changed_at FROM vorgang, seq_1_to_3000 WHERE id = ?";

static int64_t
rows_touched(struct db *db)
{
	return fixture_number(db,
	    "SELECT SUM(CAST(VARIABLE_VALUE AS INTEGER))"
	    " FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME IN"
	    " ('HANDLER_READ_FIRST', 'HANDLER_READ_KEY', 'HANDLER_READ_NEXT',"
	    " 'HANDLER_READ_PREV', 'HANDLER_READ_RND',"
	    " 'HANDLER_READ_RND_NEXT', 'SORT_ROWS', 'HANDLER_TMP_WRITE',"
	    " 'CREATED_TMP_DISK_TABLES')");
}

/* What the call reads beyond what asking for it reads. */
#define ROWS_TOUCHED(db, touched, call)                                        \
	do {                                                                   \
		int64_t own = rows_touched(db), start;                         \
									       \
		start = rows_touched(db);                                      \
		own = start - own;                                             \
		OK(call);                                                      \
		touched = rows_touched(db) - start - own;                      \
	} while (0)

#define PAGE 20

static void
page_inbox(struct fixture *f)
{
	struct vorgang_line *line, *after = NULL, last = { 0 };
	struct err err = { 0 };
	size_t n, total = 0;
	int64_t touched;

	do {
		ROWS_TOUCHED(f->db, touched, vorgang_inbox(f->db, &f->arena,
		    f->department_id, "open", after, PAGE, &line, &n, &err));
		/* At most those of the same day that were shown before. */
		assert_in_range(touched, 0, 3 * PAGE + 650);
		for (size_t i = 0; i < n; i++) {
			int32_t due = line[i].due == 0 ? INT32_MAX :
			    line[i].due;
			int32_t before = last.due == 0 && total > 0 ?
			    INT32_MAX : last.due;

			assert_true(due > before || (due == before &&
			    memcmp(&line[i].id, &last.id, ID_LEN) > 0));
			last = line[i];
			total++;
		}
		after = &last;
	} while (n == PAGE);
	assert_int_equal(total, CROWD / 2);
}

static void
page_list(struct fixture *f, bool is_closed, size_t want)
{
	struct vorgang_line *line;
	struct err err = { 0 };
	const struct id *before = NULL;
	struct id last;
	size_t n, total = 0;
	int64_t touched;

	do {
		ROWS_TOUCHED(f->db, touched, vorgang_list(f->db, &f->arena,
		    is_closed, before, 500, &line, &n, &err));
		assert_in_range(touched, 0, 3 * 500);
		total += n;
		if (n > 0)
			last = line[n - 1].id;
		before = &last;
	} while (n == 500);
	assert_int_equal(total, want);
}

static void
test_indexes(void **state)
{
	struct fixture *f;
	struct vorgang v, again;
	struct vorgang_whole w;
	struct vorgang_index index = { .kind = "name" };
	struct vorgang_line *line;
	struct err err = { 0 };
	uint8_t token[ID_TOKEN_LEN];
	bool found;
	size_t n;
	int64_t touched;

	NEED_DB();
	f = *state;
	fixture_town(f); /* of its own, to count in */
	v = fixture_vorgang(f, answers);
	OK(fixture_submit(f, &v, false, &err));
	{
		const struct db_param p[] = { db_text(f->town.slug),
			db_id(&v.id) };

		OK(db_exec(f->db, crowd_sql, p, nitems(p), NULL, &err));
	}
	OK(db_script(f->db, "ANALYZE TABLE vorgang, event, document, message,"
	    " access_token, blind_index, outbox", &err));
	fixture_token(&v, token);
	ROWS_TOUCHED(f->db, touched, vorgang_by_token(f->db, &f->arena,
	    &f->town, token, FIXTURE_NOW, &w, &err));
	assert_in_range(touched, 1, 8);
	ROWS_TOUCHED(f->db, touched, vorgang_by_reference(f->db, &f->arena,
	    &f->town, v.reference, v.access_code, &w, &err));
	assert_in_range(touched, 1, 8);
	ROWS_TOUCHED(f->db, touched, vorgang_by_id(f->db, &f->arena, &f->town,
	    &v.id, &w, &err));
	assert_in_range(touched, 1, 8);
	ROWS_TOUCHED(f->db, touched, vorgang_by_submission(f->db, &f->arena,
	    &f->town, &v.submission_id, &again, &found, &err));
	assert_in_range(touched, 1, 3);
	crypto_blind_index(
	    &f->town.index_key, "name", "mustermann", index.hash);
	ROWS_TOUCHED(f->db, touched, vorgang_search(f->db, &f->arena, &index,
	    10, &line, &n, &err));
	assert_int_equal(n, 1);
	assert_in_range(touched, 1, 5);
	page_inbox(f);
	page_list(f, true, CROWD / 2);
	page_list(f, false, CROWD / 2 + 1);
}

static void
test_erased(void **state)
{
	struct fixture *f;
	struct vorgang v, again;
	struct vorgang_whole w;
	struct err err = { 0 };
	bool found;

	NEED_DB();
	f = *state;
	v = fixture_vorgang(f, answers);
	OK(fixture_submit(f, &v, false, &err));
	{
		const struct db_param p[] = { db_id(&v.id) };

		OK(db_exec(f->db, "UPDATE vorgang SET data_key = NULL,"
		    " answers = NULL, access = NULL WHERE id = ?", p, 1, NULL,
		    &err));
	}
	FAILS(vorgang_by_id(f->db, &f->arena, &f->town, &v.id, &w, &err),
	    ERR_GONE);
	FAILS(vorgang_by_submission(f->db, &f->arena, &f->town,
	    &v.submission_id, &again, &found, &err), ERR_GONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_nothing),
		cmocka_unit_test(test_other_town),
		cmocka_unit_test(test_submitted_twice),
		cmocka_unit_test(test_foreign_department),
		cmocka_unit_test(test_change),
		cmocka_unit_test(test_changes_at_once),
		cmocka_unit_test(test_draft),
		cmocka_unit_test(test_documents_of_draft),
		cmocka_unit_test(test_draft_is_submitted),
		cmocka_unit_test(test_indexes),
		cmocka_unit_test(test_erased),
	};

	log_open("test", LOG_WARN);
	return cmocka_run_group_tests(
	    tests, fixture_setup, fixture_teardown);
}
