/* links: documents/routes documents/form_post documents/script_post documents/step_post documents/api_post documents/vorgang_post documents/vorgang_view documents/download documents/answer documents/words documents/bearer documents/raw_body documents/draft documents/parts documents/intake documents/upload documents/media_type */
#include "documents_fixture.h"

#include "common/document_files.h"
#include "common/document_store.h"
#include "common/draft/draft_notes.h"
#include "common/draft/draft_store.h"
#include "common/file.h"

#define URI "/antrag/probe/"

static struct arena scratch;

static const char *
new_id(struct id *id)
{
	*id = id_random();
	return id_hex(&scratch, id);
}

/* The draft with its documents; fails when there is none. */
static struct draft
read_draft(const struct id *submission, struct document **d, size_t *n)
{
	struct draft draft;
	struct err err = {0};

	db_enter_town(f->db, f->town.id);
	OK(draft_read(
	    f->db, &scratch, &f->town, submission, &draft, &err));
	OK(document_list_draft(f->db, &scratch, &draft.key.key, submission, d,
	    n, &err));
	return draft;
}

static struct draft_notes
read_notes(const struct draft *draft)
{
	struct draft_notes notes;
	struct err err = {0};

	OK(draft_notes_read(&scratch, draft->answers, draft->answers_len,
	    &notes, &err));
	return notes;
}

/* The submission id that a redirect names. */
static struct id
named_id(const char *answer)
{
	const char *at = strstr(answer, "?id=");
	struct err err = {0};
	struct id id;

	assert_non_null(at);
	OK(id_parse(arena_dup(&scratch, at + 4, 32), &id, &err));
	return id;
}

static int
collect(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

/* ---- the form ---- */

static void
test_submit(void **state)
{
	struct id id;
	const char *hex = new_id(&id);
	struct form_body m = form_new(hex);
	struct draft_notes notes;
	struct document *d;
	struct draft draft;
	struct exchange x;
	const char *answer;
	struct buf plain;
	struct err err = {0};
	size_t n;

	(void)state;
	NEED_DB();
	form_field(&m, "name", "\xc3\x84nne");
	form_file(&m, "photos", "", "", 0); /* nothing chosen */
	form_field(&m, "dogs.0.breed", "Dackel");
	form_file(&m, "dogs.0.paper", "C:\\x\\Beleg.pdf", PDF,
	    sizeof(PDF) - 1);
	form_field(&m, "action", "submit");
	answer = post_form(&x, URI, &m, 0);
	HAS(answer, arena_printf(&scratch,
	    "X-Accel-Redirect: /intern/antrag/probe/absenden?id=%s\r\n", hex));
	end(&x);

	draft = read_draft(&id, &d, &n);
	HAS(draft.answers, "\"name\":\"\xc3\x84nne\"");
	HAS(draft.answers, "\"breed\":\"Dackel\"");
	notes = read_notes(&draft);
	assert_string_equal(notes.action, "submit");
	assert_int_equal(notes.nrefusal, 0);
	assert_false(notes.is_fresh_id);
	assert_int_equal(n, 1);
	assert_string_equal(d[0].field, "dogs.0.paper");
	assert_string_equal(d[0].name, "Beleg.pdf");
	assert_string_equal(d[0].media_type, "application/pdf");
	assert_int_equal(d[0].size, sizeof(PDF) - 1);
	buf_init(&plain, 1000);
	OK(document_file_read(files, f->town.id, &d[0].id, &draft.key.key,
	    collect, &plain, &err));
	assert_string_equal(buf_text(&plain), PDF);
	OK(document_file_check(files, f->town.id, &d[0].id, &draft.key.key,
	    d[0].cipher_sha256, &err));
	buf_free(&plain);
}

/* The same request twice: one document. */
static void
test_twice(void **state)
{
	struct document *d;
	struct exchange x;
	struct id id;
	const char *hex = new_id(&id);
	int before;
	size_t n;

	(void)state;
	NEED_DB();
	before = count_files();
	for (int i = 0; i < 3; i++) {
		struct form_body m = form_new(hex);

		form_file(&m, "dogs.0.paper", "a.pdf", PDF, sizeof(PDF) - 1);
		form_field(&m, "action", "upload");
		HAS(post_form(&x, URI, &m, 0), arena_printf(&scratch,
		    "Location: /antrag/probe/entwurf?id=%s\r\n", hex));
		end(&x);
	}
	(void)read_draft(&id, &d, &n);
	assert_int_equal(n, 1);
	assert_int_equal(count_files(), before + 1);
}

static void
test_refusals(void **state)
{
	static char large[300001] = PDF;
	struct document *d;
	struct draft draft;
	struct draft_notes notes;
	struct exchange x;
	struct id id;
	const char *hex = new_id(&id);
	struct form_body m = form_new(hex);
	int before;
	size_t n;

	(void)state;
	NEED_DB();
	before = count_files();
	form_file(&m, "dogs.0.paper", "gross.pdf", large, sizeof(large));
	form_file(&m, "dogs.1.paper", "leer.pdf", "", 0);
	form_file(&m, "dogs.2.paper", "foto.pdf", "\xff\xd8\xff\xe0", 4);
	form_file(&m, "photos", "bild.jpg.exe", "MZ\x90\0", 4);
	form_file(&m, "dogs.3.paper", "a.pdf", PDF, sizeof(PDF) - 1);
	form_file(&m, "dogs.3.paper", "b.pdf", OTHER_PDF,
	    sizeof(OTHER_PDF) - 1);
	form_file(&m, "dogs.paper", "x.pdf", PDF, sizeof(PDF) - 1);
	form_file(&m, "name", "x.pdf", PDF, sizeof(PDF) - 1);
	form_field(&m, "name", "behind the files");
	form_field(&m, "action", "submit");
	HAS(post_form(&x, URI, &m, 0), "Location: /antrag/probe/entwurf?id=");
	end(&x);

	draft = read_draft(&id, &d, &n);
	HAS(draft.answers, "behind the files");
	assert_int_equal(n, 1);
	assert_string_equal(d[0].name, "a.pdf");
	assert_int_equal(count_files(), before + 1);
	notes = read_notes(&draft);
	assert_int_equal(notes.nrefusal, 5);
	assert_string_equal(notes.refusal[0].code, "too_large");
	assert_string_equal(notes.refusal[0].path, "dogs.0.paper");
	assert_string_equal(notes.refusal[0].name, "gross.pdf");
	assert_string_equal(notes.refusal[1].code, "empty_file");
	assert_string_equal(notes.refusal[2].code, "type_not_allowed");
	assert_string_equal(notes.refusal[3].code, "type_not_allowed");
	assert_string_equal(notes.refusal[3].name, "bild.jpg.exe");
	assert_string_equal(notes.refusal[4].code, "too_many");
}

static void
test_sum(void **state)
{
	static char large[299999];
	struct draft draft;
	struct draft_notes notes;
	struct document *d;
	struct exchange x;
	struct id id;
	const char *hex = new_id(&id);
	struct form_body m = form_new(hex);
	size_t n;

	(void)state;
	NEED_DB();
	memcpy(large, PDF, sizeof(PDF) - 1);
	form_file(&m, "dogs.0.paper", "a.pdf", large, sizeof(large));
	large[1000] = 'x';
	form_file(&m, "dogs.1.paper", "b.pdf", large, sizeof(large));
	form_field(&m, "action", "upload");
	(void)post_form(&x, URI, &m, 0);
	end(&x);
	draft = read_draft(&id, &d, &n);
	assert_int_equal(n, 1);
	notes = read_notes(&draft);
	assert_int_equal(notes.nrefusal, 1);
	assert_string_equal(notes.refusal[0].code, "too_large_all");
}

/* Broken off at every kind of place: neither files nor rows of it. */
static void
test_broken_off(void **state)
{
	static char large[200000];
	int before;

	(void)state;
	NEED_DB();
	before = count_files();
	memcpy(large, PDF, sizeof(PDF) - 1);
	for (size_t at = 20; at < 200500; at += at < 1000 ? 97 : 9973) {
		struct exchange x;
		struct id id;
		const char *hex = new_id(&id);
		struct form_body m = form_new(hex);
		struct err err = {0};
		int64_t count, bytes;

		form_file(&m, "dogs.0.paper", "first.pdf", PDF,
		    sizeof(PDF) - 1);
		form_file(&m, "dogs.1.paper", "a.pdf", large, sizeof(large));
		if (at > m.b.len)
			at = m.b.len;
		HAS(post_form(&x, URI, &m, at), "Status: 400");
		end(&x);
		if (count_files() != before)
			fail_msg("a file stays, broken off at %zu", at);
		db_enter_town(f->db, f->town.id);
		OK(document_usage(
		    f->db, &scratch, &id, &count, &bytes, &err));
		assert_int_equal(count, 0);
	}
}

/* Without a usable id a fresh one is made, and nothing is sent yet. */
static void
test_fresh_id(void **state)
{
	static const char *const bad[] = {NULL, "", "xyz", "../../etc"};

	(void)state;
	NEED_DB();
	for (size_t i = 0; i < nitems(bad); i++) {
		struct form_body m = form_new(bad[i]);
		struct document *d;
		struct draft draft;
		struct exchange x;
		const char *answer;
		struct id id;
		size_t n;

		form_file(&m, "dogs.0.paper", "a.pdf", PDF, sizeof(PDF) - 1);
		form_field(&m, "name", "Anna");
		answer = post_form(&x, URI, &m, 0);
		HAS(answer, "Location: /antrag/probe/entwurf?id=");
		id = named_id(answer);
		end(&x);
		draft = read_draft(&id, &d, &n);
		assert_int_equal(n, 1);
		HAS(draft.answers, "Anna");
		assert_true(read_notes(&draft).is_fresh_id);
	}
}

/* An id that comes behind a file is too late for it. */
static void
test_id_too_late(void **state)
{
	struct form_body m = form_new(NULL);
	struct document *d;
	struct exchange x;
	struct id named, id;
	const char *answer;
	size_t n;

	(void)state;
	NEED_DB();
	form_file(&m, "dogs.0.paper", "a.pdf", PDF, sizeof(PDF) - 1);
	form_field(&m, "submission_id", new_id(&named));
	answer = post_form(&x, URI, &m, 0);
	id = named_id(answer);
	end(&x);
	assert_false(id_equal(&id, &named));
	(void)read_draft(&id, &d, &n);
	assert_int_equal(n, 1);
}

static void
post_action(const char *hex, const char *action, const char *names)
{
	struct form_body m = form_new(hex);
	struct exchange x;

	for (; *names != '\0'; names += strlen(names) + 1) {
		const char *name = names;

		names += strlen(names) + 1;
		form_field(&m, name, names);
	}
	form_field(&m, "action", action);
	HAS(post_form(&x, URI, &m, 0), "Location: /antrag/probe/entwurf");
	end(&x);
}

static void
test_items(void **state)
{
	struct id id;
	const char *hex = new_id(&id);
	struct form_body m = form_new(hex);
	struct document *d;
	struct draft draft;
	struct exchange x;
	int before;
	size_t n;

	(void)state;
	NEED_DB();
	before = count_files();
	form_field(&m, "dogs.0.breed", "Dackel");
	form_field(&m, "dogs.1.breed", "Pudel");
	form_field(&m, "dogs.2.breed", "Mops");
	form_file(&m, "dogs.0.paper", "0.pdf", PDF, sizeof(PDF) - 1);
	form_file(&m, "dogs.2.paper", "2.pdf", PDF, sizeof(PDF) - 1);
	form_field(&m, "action", "remove:dogs:0");
	(void)post_form(&x, URI, &m, 0);
	end(&x);
	draft = read_draft(&id, &d, &n);
	HAS(draft.answers, "\"dogs\":[{\"breed\":\"Pudel\"},{\"breed\":\"Mops\"");
	assert_int_equal(n, 1);
	assert_string_equal(d[0].field, "dogs.1.paper");
	assert_string_equal(d[0].name, "2.pdf");
	assert_int_equal(count_files(), before + 1);

	post_action(hex, "add:dogs", "dogs.0.breed\0Pudel\0");
	draft = read_draft(&id, &d, &n);
	HAS(draft.answers, "\"dogs\":[{\"breed\":\"Pudel\"},{");
	assert_string_equal(read_notes(&draft).action, "add:dogs");

	post_action(hex, "remove:dogs:77", "dogs.0.breed\0Pudel\0");
	post_action(hex, "remove:name:0", "");
	post_action(hex, "add:nobody", "");
	post_action(hex, "remove:", "");
	(void)read_draft(&id, &d, &n);
	assert_int_equal(n, 1);
}

static void
test_remove_file(void **state)
{
	struct id id, other;
	const char *hex = new_id(&id), *document;
	struct form_body m = form_new(hex);
	struct document *d;
	struct draft draft;
	struct exchange x;
	int before;
	size_t n;

	(void)state;
	NEED_DB();
	before = count_files();
	form_file(&m, "dogs.0.paper", "a.pdf", PDF, sizeof(PDF) - 1);
	form_field(&m, "action", "upload");
	(void)post_form(&x, URI, &m, 0);
	end(&x);
	(void)read_draft(&id, &d, &n);
	document = id_hex(&scratch, &d[0].id);

	/* Not by somebody with another id. */
	post_action(new_id(&other),
	    arena_printf(&scratch, "remove-file:%s", document), "");
	(void)read_draft(&id, &d, &n);
	assert_int_equal(n, 1);

	m = form_new(hex);
	form_field(&m, "dogs.0.breed", "Dackel");
	form_field(&m, "dogs.0.paper", document); /* the page names it */
	form_field(&m, "action",
	    arena_printf(&scratch, "remove-file:%s", document));
	(void)post_form(&x, URI, &m, 0);
	end(&x);
	draft = read_draft(&id, &d, &n);
	assert_int_equal(n, 0);
	assert_int_equal(count_files(), before);
	HAS(draft.answers, "Dackel");
	HAS_NOT(strstr(draft.answers, "\"dogs\""),
	    arena_printf(&scratch, "\"id\":\"%s\"", document));
	post_action(
	    hex, arena_printf(&scratch, "remove-file:%s", document), "");
	post_action(hex, "remove-file:", "");
}

static void
test_language(void **state)
{
	struct id id;
	struct form_body m = form_new(new_id(&id));
	struct exchange x;

	(void)state;
	NEED_DB();
	form_field(&m, "action", "language:en");
	HAS(post_form(&x, URI, &m, 0), "&sprache=en\r\n");
	end(&x);
}

/* The id was submitted before: all that comes now is kept under a fresh one. */
static void
test_submitted_before(void **state)
{
	struct vorgang v;
	struct form_body m;
	struct document *d;
	struct draft draft;
	struct exchange x;
	const char *answer, *hex;
	struct err err = {0};
	struct id fresh;
	size_t n;

	(void)state;
	NEED_DB();
	db_enter_town(f->db, f->town.id);
	v = fixture_vorgang(f, "{}");
	OK(fixture_submit(f, &v, false, &err));
	hex = id_hex(&scratch, &v.submission_id);
	m = form_new(hex);
	form_file(&m, "dogs.0.paper", "a.pdf", PDF, sizeof(PDF) - 1);
	form_field(&m, "name", "Anna");
	form_field(&m, "action", "submit");
	answer = post_form(&x, URI, &m, 0);
	HAS(answer, "X-Accel-Redirect: /intern/antrag/probe/absenden?id=");
	HAS(answer, arena_printf(&scratch, "&zu=%s\r\n", hex));
	fresh = named_id(answer);
	end(&x);
	draft = read_draft(&fresh, &d, &n);
	assert_int_equal(n, 1);
	HAS(draft.answers, "Anna");
}

static void
test_no_service(void **state)
{
	struct id id;
	struct form_body m = form_new(new_id(&id));
	struct exchange x;

	(void)state;
	NEED_DB();
	HAS(post_form(&x, "/antrag/nothing/", &m, 0), "Status: 404");
	end(&x);
	offer.is_open = false;
	m = form_new(new_id(&id));
	/* The form again, with what was typed. */
	HAS(post_form(&x, URI, &m, 0), "Status: 409");
	HAS(buf_text(&x.sent), id_hex(&scratch, &id));
	end(&x);
	offer.is_open = true;
}

/* ---- the page's script ---- */

static const char *
script_upload(struct exchange *x, const char *hex, const char *field,
    const char *name, const void *data, size_t n)
{
	struct form_body m = form_new(hex);

	form_field(&m, "service", "probe");
	form_field(&m, "field", field);
	form_file(&m, "file", name, data, n);
	return post_form(x, "/dokument/", &m, 0);
}

static void
test_script(void **state)
{
	struct id id;
	const char *hex = new_id(&id), *answer;
	struct form_body m;
	struct document *d;
	struct exchange x;
	size_t n;

	(void)state;
	NEED_DB();
	answer = script_upload(
	    &x, hex, "dogs.0.paper", "a.pdf", PDF, sizeof(PDF) - 1);
	HAS(answer, "Status: 201");
	HAS(answer, "\"name\":\"a.pdf\"");
	HAS(answer, "\"media_type\":\"application/pdf\"");
	end(&x);
	answer = script_upload(
	    &x, hex, "dogs.0.paper", "a.pdf", PDF, sizeof(PDF) - 1);
	HAS(answer, "Status: 200"); /* it was there */
	end(&x);
	(void)read_draft(&id, &d, &n);
	assert_int_equal(n, 1);

	answer = script_upload(&x, hex, "dogs.0.paper", "b.pdf", OTHER_PDF,
	    sizeof(OTHER_PDF) - 1);
	HAS(answer, "Status: 422");
	HAS(answer, "application/problem+json");
	HAS(answer, "\"code\":\"too_many\"");
	HAS(answer, "\xc3\xb6" "chstens 1."); /* in the page's language */
	end(&x);
	answer = script_upload(&x, hex, "photos", "a.pdf", PDF,
	    sizeof(PDF) - 1);
	HAS(answer, "Status: 415");
	HAS(answer, "JPEG, PNG");
	end(&x);
	answer = script_upload(&x, hex, "nothing", "a.pdf", PDF,
	    sizeof(PDF) - 1);
	HAS(answer, "Status: 404");
	end(&x);
	answer = script_upload(
	    &x, "bad", "dogs.0.paper", "a.pdf", PDF, sizeof(PDF) - 1);
	HAS(answer, "Status: 400");
	end(&x);

	m = form_new(hex);
	form_field(&m, "service", "probe");
	form_field(&m, "action", arena_printf(&scratch, "remove-file:%s",
	    id_hex(&scratch, &d[0].id)));
	HAS(post_form(&x, "/dokument/", &m, 0), "Status: 204");
	end(&x);
	(void)read_draft(&id, &d, &n);
	assert_int_equal(n, 0);
}

static void
test_draft_download(void **state)
{
	struct id id, other;
	const char *hex = new_id(&id), *answer, *path;
	struct document *d;
	struct exchange x;
	size_t n;

	(void)state;
	NEED_DB();
	(void)script_upload(&x, hex, "dogs.0.paper", "\xc3\x9c" "b.pdf", PDF,
	    sizeof(PDF) - 1);
	end(&x);
	(void)read_draft(&id, &d, &n);
	path = id_hex(&scratch, &d[0].id);
	begin(&x, "GET", arena_printf(&scratch, "/dokument/%s/%s", hex, path));
	answer = serve(&x);
	HAS(answer, "Status: 200");
	HAS(answer, "Content-Type: application/pdf\r\n");
	HAS(answer, "filename*=UTF-8''%C3%9Cb.pdf\r\n");
	HAS(answer, "Content-Disposition: attachment;");
	HAS(answer, "X-Content-Type-Options: nosniff\r\n");
	HAS(answer, "sandbox\r\n");
	HAS(answer, "Cache-Control: private, no-store\r\n");
	HAS(answer, arena_printf(&scratch, "Content-Length: %zu\r\n",
	    sizeof(PDF) - 1));
	HAS(answer, "\r\n\r\n" PDF);
	end(&x);
	begin(&x, "HEAD", arena_printf(&scratch, "/dokument/%s/%s", hex, path));
	answer = serve(&x);
	HAS(answer, "Content-Length: ");
	HAS_NOT(answer, "%PDF");
	end(&x);
	begin(&x, "GET", arena_printf(&scratch, "/dokument/%s/%s",
	    new_id(&other), path));
	HAS(serve(&x), "Status: 404");
	end(&x);
	begin(&x, "POST", arena_printf(
	    &scratch, "/dokument/%s/%s/entfernen", hex, path));
	HAS(serve(&x), "Status: 204");
	end(&x);
	begin(&x, "GET", arena_printf(&scratch, "/dokument/%s/%s", hex, path));
	HAS(serve(&x), "Status: 404");
	end(&x);
}

/* A phone's photo where JPEG is asked for: turned, and bare of all else. */
static void
test_heic(void **state)
{
	struct id id;
	const char *hex = new_id(&id), *answer;
	struct document *d;
	struct draft draft;
	struct exchange x;
	struct err err = {0};
	struct buf plain;
	char *photo;
	size_t n, len;

	(void)state;
	NEED_DB();
	if (access("build/release/bin/photoclean", X_OK) != 0 &&
	    access("build/san/bin/photoclean", X_OK) != 0)
		skip();
	OK(file_read(&scratch, "tests/data/photos/turned.heic", 10000, &photo,
	    &len, &err));
	answer = script_upload(&x, hex, "photos", "IMG_1.HEIC", photo, len);
	HAS(answer, "Status: 201");
	HAS(answer, "\"name\":\"IMG_1.jpg\"");
	HAS(answer, "\"media_type\":\"image/jpeg\"");
	end(&x);
	answer = script_upload(&x, hex, "photos", "b.heic", photo, len / 2);
	HAS(answer, "\"code\":\"damaged_file\"");
	end(&x);
	draft = read_draft(&id, &d, &n);
	assert_int_equal(n, 1);
	buf_init(&plain, 100000);
	OK(document_file_read(files, f->town.id, &d[0].id, &draft.key.key,
	    collect, &plain, &err));
	assert_memory_equal(plain.data, "\xff\xd8\xff", 3);
	assert_null(memmem(plain.data, plain.len, "SECRET", 6));
	assert_null(memmem(plain.data, plain.len, "Exif", 4));
	/* The frame's height and width: 128 x 96 turned by a quarter. */
	assert_non_null(memmem(plain.data, plain.len,
	    "\xff\xc0\0\x11\x08\0\x80\0\x60", 9));
	buf_free(&plain);
}

/* ---- the API ---- */

static const char *
api_upload(struct exchange *x, const char *key, const char *uri,
    const char *disposition, const void *data, size_t n)
{
	begin(x, "POST", uri);
	x->piece = 100;
	if (key != NULL)
		param(x, "HTTP_IDEMPOTENCY_KEY", key);
	param(x, "HTTP_CONTENT_DISPOSITION", disposition);
	body(x, "application/pdf", data, n);
	return serve(x);
}

static void
test_api(void **state)
{
	static const char uri[] =
	    "/api/v1/dokumente?leistung=probe&feld=dogs.0.paper";
	static const char large[300001] = PDF;
	struct id id;
	const char *hex = new_id(&id), *answer, *one;
	struct document *d;
	struct exchange x;
	size_t n;

	(void)state;
	NEED_DB();
	answer = api_upload(&x, hex, uri,
	    "attachment; filename=\"a.pdf\"", PDF, sizeof(PDF) - 1);
	HAS(answer, "Status: 201");
	HAS(answer, "Location: /api/v1/dokumente/");
	HAS(answer, "\"field\":\"dogs.0.paper\"");
	end(&x);
	answer = api_upload(&x, hex, uri,
	    "attachment; filename=\"a.pdf\"", PDF, sizeof(PDF) - 1);
	HAS(answer, "Status: 200");
	end(&x);
	answer = api_upload(&x, hex, uri, "", large, sizeof(large));
	HAS(answer, "Status: 413");
	HAS(answer, "\"code\":\"too_large\"");
	end(&x);
	answer = api_upload(&x, hex, uri, "", "", 0);
	HAS(answer, "\"code\":\"empty_file\"");
	end(&x);
	answer = api_upload(&x, NULL, uri, "", PDF, sizeof(PDF) - 1);
	HAS(answer, "Status: 400");
	end(&x);
	answer = api_upload(&x, hex,
	    "/api/v1/dokumente?leistung=probe&feld=name", "", PDF,
	    sizeof(PDF) - 1);
	HAS(answer, "Status: 404");
	end(&x);

	begin(&x, "GET", "/api/v1/dokumente");
	param(&x, "HTTP_IDEMPOTENCY_KEY", hex);
	answer = serve(&x);
	HAS(answer, "{\"documents\":[{\"id\":");
	HAS(answer, "\"name\":\"a.pdf\"");
	end(&x);
	(void)read_draft(&id, &d, &n);
	assert_int_equal(n, 1);
	one = arena_printf(&scratch, "/api/v1/dokumente/%s",
	    id_hex(&scratch, &d[0].id));
	begin(&x, "GET", one);
	param(&x, "HTTP_IDEMPOTENCY_KEY", hex);
	HAS(serve(&x), "\r\n\r\n" PDF);
	end(&x);
	begin(&x, "DELETE", one);
	param(&x, "HTTP_IDEMPOTENCY_KEY", hex);
	HAS(serve(&x), "Status: 204");
	end(&x);
	(void)read_draft(&id, &d, &n);
	assert_int_equal(n, 0);
}

static void
test_api_broken_off(void **state)
{
	struct id id;
	struct exchange x;
	int before;

	(void)state;
	NEED_DB();
	before = count_files();
	begin(&x, "POST", "/api/v1/dokumente?leistung=probe&feld=dogs.0.paper");
	param(&x, "HTTP_IDEMPOTENCY_KEY", new_id(&id));
	x.breaks_off = 10;
	body(&x, "application/pdf", PDF, sizeof(PDF) - 1);
	HAS(serve(&x), "Status: 400");
	end(&x);
	assert_int_equal(count_files(), before);
}

/* ---- after the submission ---- */

static void
test_vorgang(void **state)
{
	struct vorgang v;
	struct vorgang_whole whole;
	struct form_body m;
	struct exchange x;
	const char *answer, *uri, *hex;
	uint8_t token[ID_TOKEN_LEN];
	struct err err = {0};

	(void)state;
	NEED_DB();
	db_enter_town(f->db, f->town.id);
	v = fixture_vorgang(f, "{}");
	OK(fixture_submit(f, &v, false, &err));
	fixture_token(&v, token);
	uri = arena_printf(&scratch, "/vorgang/l/%s/dokument", v.link_token);

	for (int i = 0; i < 2; i++) { /* the second is the first again */
		m = form_new(NULL);
		form_file(&m, "datei", "nach.pdf", PDF, sizeof(PDF) - 1);
		form_file(&m, "datei", "", "", 0);
		form_field(&m, "note", "Anbei der Beleg.");
		HAS(post_form(&x, uri, &m, 0), arena_printf(&scratch,
		    "Location: /vorgang/l/%s?gesendet=dokument#dokumente\r\n",
		    v.link_token));
		end(&x);
	}
	db_enter_town(f->db, f->town.id);
	OK(vorgang_by_token(f->db, &scratch, &f->town, token, date_now_ms(),
	    &whole, &err));
	assert_int_equal(whole.ndocument, 1);
	assert_string_equal(whole.document[0].name, "nach.pdf");
	assert_int_equal(whole.nmessage, 1);
	assert_string_equal(whole.message[0].body, "Anbei der Beleg.");
	assert_string_equal(whole.event[whole.nevent - 1].kind, "document");

	/* Some are taken, others not: both are told. */
	m = form_new(NULL);
	form_file(&m, "datei", "zwei.pdf", OTHER_PDF, sizeof(OTHER_PDF) - 1);
	form_file(&m, "datei", "<b>.pdf", "MZ", 2);
	answer = post_form(&x, uri, &m, 0);
	HAS(answer, "Status: 415");
	HAS(answer, "zwei.pdf");
	HAS(answer, "_b_.pdf: ");
	HAS_NOT(answer, "<b>.pdf");
	end(&x);
	m = form_new(NULL);
	HAS(post_form(&x, uri, &m, 0), "Status: 422");
	end(&x);

	hex = id_hex(&scratch, &whole.document[0].id);
	begin(&x, "GET", arena_printf(&scratch, "%s/%s", uri, hex));
	HAS(serve(&x), "\r\n\r\n" PDF);
	end(&x);
	begin(&x, "GET", arena_printf(&scratch,
	    "/vorgang/l/%s/dokument/%s", "00000000000000000000000000", hex));
	HAS(serve(&x), "Status: 404");
	end(&x);
	begin(&x, "GET", arena_printf(
	    &scratch, "/api/v1/vorgang/dokumente/%s", hex));
	param(&x, "HTTP_AUTHORIZATION",
	    arena_printf(&scratch, "Bearer %s", v.link_token));
	HAS(serve(&x), "\r\n\r\n" PDF);
	end(&x);
	begin(&x, "GET", arena_printf(
	    &scratch, "/api/v1/vorgang/dokumente/%s", hex));
	HAS(serve(&x), "Status: 401");
	end(&x);
}

static void
test_vorgang_api(void **state)
{
	struct vorgang v;
	struct exchange x;
	struct err err = {0};
	const char *answer;

	(void)state;
	NEED_DB();
	db_enter_town(f->db, f->town.id);
	v = fixture_vorgang(f, "{}");
	OK(fixture_submit(f, &v, false, &err));
	begin(&x, "POST", "/api/v1/vorgang/dokumente");
	param(&x, "HTTP_AUTHORIZATION",
	    arena_printf(&scratch, "Bearer %s", v.link_token));
	param(&x, "HTTP_CONTENT_DISPOSITION", "attachment; filename=a.pdf");
	body(&x, "application/pdf", PDF, sizeof(PDF) - 1);
	answer = serve(&x);
	HAS(answer, "Status: 201");
	HAS(answer, "\"name\":\"a.pdf\"");
	end(&x);
}

static void
test_vorgang_closed(void **state)
{
	const struct event event = {.kind = "state", .actor = ACTOR_OFFICE,
	    .is_public = true, .data = "{}"};
	const struct vorgang_change change = {.now_ms = FIXTURE_NOW + 1,
	    .state = "done", .is_final = true, .event = &event, .nevent = 1};
	struct vorgang v;
	struct form_body m = form_new(NULL);
	struct exchange x;
	const char *answer;
	struct err err = {0};
	int before;

	(void)state;
	NEED_DB();
	before = count_files();
	db_enter_town(f->db, f->town.id);
	v = fixture_vorgang(f, "{}");
	OK(fixture_submit(f, &v, false, &err));
	OK(vorgang_change(
	    f->db, &scratch, &f->town, &v.id, &change, &err));
	form_file(&m, "datei", "nach.pdf", PDF, sizeof(PDF) - 1);
	answer = post_form(&x, arena_printf(&scratch,
	    "/vorgang/l/%s/dokument", v.link_token), &m, 0);
	HAS(answer, "Status: 409");
	HAS(answer, "abgeschlossen");
	end(&x);
	assert_int_equal(count_files(), before);
}

static int
teardown(void **state)
{
	arena_free(&scratch);
	return documents_teardown(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_submit),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_sum),
		cmocka_unit_test(test_broken_off),
		cmocka_unit_test(test_fresh_id),
		cmocka_unit_test(test_id_too_late),
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_remove_file),
		cmocka_unit_test(test_language),
		cmocka_unit_test(test_submitted_before),
		cmocka_unit_test(test_no_service),
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_draft_download),
		cmocka_unit_test(test_heic),
		cmocka_unit_test(test_api),
		cmocka_unit_test(test_api_broken_off),
		cmocka_unit_test(test_vorgang),
		cmocka_unit_test(test_vorgang_api),
		cmocka_unit_test(test_vorgang_closed),
	};

	log_open("test", LOG_WARN);
	return cmocka_run_group_tests(tests, documents_setup, teardown);
}
