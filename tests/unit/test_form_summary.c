#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/form/form_summary.h"

struct fixture {
	struct arena arena;
	struct texts *texts;
	struct form_words words;
	struct vorgang vorgang;
};

static void
begin(struct fixture *f, const char *package, const char *answers)
{
	struct form_mistakes mistakes = {.arena = &f->arena};
	struct service *service;
	struct err err = {0};
	const char *json;

	memset(f, 0, sizeof(*f));
	assert_int_equal(texts_load("fcgi-apps/texts", &f->texts, &err), 0);
	assert_int_equal(service_read_folder(&f->arena,
			     arena_printf(&f->arena, "fcgi-apps/services/%s",
				 package),
			     &service, &json, &mistakes, &err),
	    0);
	assert_non_null(service);
	f->words = (struct form_words){.arena = &f->arena,
	    .texts = f->texts,
	    .service = service,
	    .town = "Stadt Quellstadt",
	    .settings = service->settings_json,
	    .lang = LANG_DE};
	f->vorgang.answers = answers;
	f->vorgang.answers_len = strlen(answers);
	f->vorgang.created_ms = 1793610000000; /* 2026-11-02 */
}

static void
end(struct fixture *f)
{
	texts_free(f->texts);
	arena_free(&f->arena);
}

/* The value beside a label in any section, NULL when there is none. */
static const char *
value_of(const struct form_summary_section *section, size_t n,
    const char *heading, const char *label)
{
	for (size_t i = 0; i < n; i++) {
		if (heading != NULL && strcmp(section[i].heading, heading) != 0)
			continue;
		for (size_t k = 0; k < section[i].nrow; k++)
			if (strcmp(section[i].row[k].label, label) == 0)
				return section[i].row[k].value;
	}
	return NULL;
}

static const struct {
	const char *package, *answers, *heading, *label, *want;
} cases[] = {
    {"maengelmeldung", "{\"category\":\"street_light\"}", NULL,
	"Was möchten Sie melden?", "Straßenlaterne defekt"},
    {"maengelmeldung", "{\"category\":\"litter\",\"danger\":true}", NULL,
	"Sind Menschen in Gefahr?", "Ja"},
    {"maengelmeldung", "{\"seen_at\":\"2026-11-01T23:10:00.000Z\"}", NULL,
	"Wann haben Sie es bemerkt?", "02.11.2026, 00:10 Uhr"},
    {"hundesteuer-anmeldung",
	"{\"dogs\":[{\"name\":\"A\"},{\"name\":\"B\","
	"\"birth_date\":\"2020-05-00\"}]}",
	"Hund 2", "Geburtsdatum (Wurftag)", "05.2020"},
    {"hundesteuer-anmeldung",
	"{\"dogs\":[{\"birth_date\":\"2020-00-00\"}]}", "Hund 1",
	"Geburtsdatum (Wurftag)", "2020"},
    {"hundesteuer-anmeldung",
	"{\"holder\":{\"birth_date\":\"1980-12-24\"}}", NULL, "Geburtsdatum",
	"24.12.1980"},
};

static void
test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct form_summary_section *section;
		struct fixture f;
		struct err err = {0};
		const char *got;
		size_t n;

		begin(&f, cases[i].package, cases[i].answers);
		assert_int_equal(form_summary_stored(&f.words, &f.vorgang,
				     NULL, 0, &section, &n, &err),
		    0);
		got = value_of(
		    section, n, cases[i].heading, cases[i].label);
		if (got == NULL || strcmp(got, cases[i].want) != 0)
			fail_msg("%s: %s", cases[i].label,
			    got == NULL ? "(nothing)" : got);
		end(&f);
	}
}

static void
test_document_stands_in_its_field(void **state)
{
	const struct document d = {.id = id_random(),
	    .field = "photos",
	    .name = "gully.jpg",
	    .media_type = "image/jpeg",
	    .size = 10};
	struct form_summary_section *section;
	struct fixture f;
	struct err err = {0};
	size_t n;

	(void)state;
	begin(&f, "maengelmeldung", "{\"category\":\"litter\"}");
	assert_int_equal(form_summary_stored(&f.words, &f.vorgang, &d, 1,
			     &section, &n, &err),
	    0);
	assert_string_equal(
	    value_of(section, n, NULL, "Fotos"), "gully.jpg");
	end(&f);
}

static void
test_nothing_answered(void **state)
{
	struct form_summary_section *section;
	struct fixture f;
	struct err err = {0};
	size_t n;

	(void)state;
	begin(&f, "maengelmeldung", "{}");
	assert_int_equal(form_summary_stored(&f.words, &f.vorgang, NULL, 0,
			     &section, &n, &err),
	    0);
	assert_int_equal(n, 0);
	f.vorgang.answers = "no json";
	f.vorgang.answers_len = 7;
	assert_int_equal(form_summary_stored(&f.words, &f.vorgang, NULL, 0,
			     &section, &n, &err),
	    -1);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_document_stands_in_its_field),
	    cmocka_unit_test(test_nothing_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
