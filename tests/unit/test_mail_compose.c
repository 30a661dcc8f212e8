/* links: courier/mail_compose */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "courier/mail_compose.h"

struct fixture {
	struct arena arena;
	struct texts *texts;
	struct service *service;
	struct town_service offer;
	struct town town;
	struct id id;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct form_mistakes mistakes = {.arena = &f->arena};
	struct err err = {0};
	const char *package;

	assert_int_equal(
	    texts_load("fcgi-apps/texts", &f->texts, &err), 0);
	assert_int_equal(
	    service_read_folder(&f->arena, "fcgi-apps/services/maengelmeldung",
		&f->service, &package, &mistakes, &err),
	    0);
	assert_non_null(f->service);
	f->offer = (struct town_service){
	    .service = f->service, .settings = f->service->settings_json};
	f->town = (struct town){.id = 1,
	    .slug = "quellstadt",
	    .name = "Stadt <Quellstadt>",
	    .mail_from = "rathaus@quellstadt.example"};
	f->id = id_random();
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	texts_free(f->texts);
	arena_free(&f->arena);
	free(f);
	return 0;
}

static struct outbox_mail
some_mail(void)
{
	return (struct outbox_mail){.template = "received",
	    .to = "anna@example.org",
	    .lang = LANG_DE,
	    .reference = "W7K3-9QXD-4M",
	    .code = "4T7N-K2QW-9HXC",
	    .link = "https://quellstadt.example/vorgang/l/0abc",
	    .state = "received",
	    .note = ""};
}

static void
test_confirmation(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail in = some_mail();
	struct mail mail;
	struct err err = {0};

	assert_int_equal(mail_compose(&f->arena, f->texts, &f->town,
			     &f->offer, &in, &f->id, &mail, &err),
	    0);
	assert_non_null(strstr(mail.subject, "W7K3-9QXD-4M"));
	assert_non_null(strstr(mail.text, in.code));
	assert_non_null(strstr(mail.text, in.link));
	assert_null(strchr(mail.text, '{')); /* every placeholder is filled */
	assert_non_null(strstr(mail.html,
	    "<a href=\"https://quellstadt.example/vorgang/l/0abc\">"));
	assert_non_null(strstr(mail.html, "Stadt &lt;Quellstadt&gt;"));
	assert_non_null(strstr(mail.html, "lang=\"de\""));
	assert_string_equal(mail.message_id,
	    arena_printf(&f->arena, "%s@quellstadt.example",
		id_hex(&f->arena, &f->id)));
}

/* What the office wrote reaches the applicant, as text and nothing else. */
static void
test_note(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail in = some_mail();
	struct mail mail;
	struct err err = {0};

	in.template = "state";
	in.state = "in_progress";
	in.lang = LANG_EN;
	in.note = "See <script>alert(1)</script> {link}";
	assert_int_equal(mail_compose(&f->arena, f->texts, &f->town,
			     &f->offer, &in, &f->id, &mail, &err),
	    0);
	assert_non_null(strstr(mail.text, in.note));
	assert_null(strstr(mail.html, "<script"));
	assert_non_null(strstr(mail.html, "&lt;script&gt;"));
	assert_string_equal(mail.language, "en");
}

/* Mails to the office carry no contents and no link. */
static void
test_office(void **state)
{
	static const char *const templates[] = {"office-received",
	    "office-document", "office-message", "office-withdrawn"};
	struct fixture *f = *state;

	for (size_t i = 0; i < nitems(templates); i++) {
		struct outbox_mail in = some_mail();
		struct mail mail;
		struct err err = {0};

		in.template = templates[i];
		in.link = "";
		in.code = "";
		assert_int_equal(mail_compose(&f->arena, f->texts, &f->town,
				     &f->offer, &in, &f->id, &mail, &err),
		    0);
		assert_non_null(strstr(mail.text, in.reference));
		assert_null(strstr(mail.text, "/vorgang/"));
	}
}

static void
test_unknown_template(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail in = some_mail();
	struct mail mail;
	struct err err = {0};

	in.template = "nonsense";
	assert_int_equal(mail_compose(&f->arena, f->texts, &f->town,
			     &f->offer, &in, &f->id, &mail, &err),
	    -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

/* A payload survives being written and read. */
static void
test_payload(void **state)
{
	struct fixture *f = *state;
	const struct outbox_mail in = some_mail();
	struct buf *json = buf_new(&f->arena, 65536);
	struct outbox_mail out;
	struct err err = {0};

	outbox_mail_write(&in, json);
	assert_int_equal(outbox_mail_read(&f->arena, buf_text(json),
			     json->len, &out, &err),
	    0);
	assert_string_equal(out.template, in.template);
	assert_string_equal(out.to, in.to);
	assert_string_equal(out.link, in.link);
	assert_string_equal(out.code, in.code);
	assert_int_equal(out.lang, in.lang);
	assert_int_equal(
	    outbox_mail_read(&f->arena, "{}", 2, &out, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_confirmation, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_note, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_office, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_unknown_template, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_payload, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
