/* The exchange of a package: what is taken, and every mistake with its place. */
#include "form_fixture.h"

#include "common/service/service_def.h"
#include "common/service/service_exchange.h"

#define STATES                                                                 \
	"[{\"id\":\"submitted\",\"initial\":true,\"next\":[\"asked\","         \
	"\"review\"]},{\"id\":\"asked\",\"next\":[\"done\",\"review\"]},"      \
	"{\"id\":\"review\",\"next\":[\"done\"]},"                             \
	"{\"id\":\"done\",\"final\":true,\"next\":[]}]"

/* Steps and answers of the table below stand in for %s. */
static const char service_json[] =
    "{\"id\":\"test\",\"version\":\"1.0.0\",\"life_situations\":[\"wohnen\"],"
    "\"languages\":[\"de\",\"en\"],\"trust_level\":\"high\","
    "\"legal_basis\":[\"§ 1\"],\"retention\":{\"draft_days\":30,"
    "\"closed_days\":90},\"department\":\"amt\",\"states\":" STATES
    ",\"exchange\":%s}";

static const char form_json[] =
    "{\"pages\":[{\"id\":\"a\",\"fields\":[{\"key\":\"ags\",\"type\":"
    "\"text\",\"max_length\":8}]}]}";

#define STEP(more)                                                             \
	"{\"partner\":\"ags\",\"steps\":[{\"id\":\"one\",\"in\":\"submitted\"" \
	",\"to\":\"asked\"" more "}],\"answers\":[]}"

static const struct {
	const char *name, *exchange;
	const char *path, *says; /* NULL: fine */
} cases[] = {
	{ "the least", STEP(""), NULL, NULL },
	{ "a level", STEP(",\"level\":\"high\",\"otherwise\":\"review\""), NULL,
	    NULL },
	{ "another level", STEP(",\"level\":\"hoch\""),
	    "exchange.steps[0].level", "no trust level" },
	{ "no such state", STEP(",\"otherwise\":\"nowhere\""),
	    "exchange.steps[0].otherwise", "no state" },
	{ "a way that is none", STEP(",\"otherwise\":\"done\""),
	    "exchange.steps[0].otherwise", "does not lead" },
	{ "a message that is none", STEP(",\"message\":\"frage\""),
	    "exchange.steps[0].message", "no such message" },
	{ "hours without end", STEP(",\"answer_hours\":100000"),
	    "exchange.steps[0].answer_hours", NULL },
	{ "half a reply", STEP(",\"reply\":\"code\""),
	    "exchange.steps[0].reply", "goes with the other" },
	{ "a reply", STEP(",\"reply\":\"code\",\"reply_pattern\":\"[A-Z]+\""),
	    NULL, NULL },
	{ "an unknown member", STEP(",\"twice\":true"), "exchange.steps[0]",
	    NULL },
	{ "a state that stays without a message",
	    "{\"partner\":\"ags\",\"steps\":[{\"id\":\"one\",\"in\":"
	    "\"submitted\"}],\"answers\":[]}",
	    "exchange.steps[0].to", "lead somewhere" },
	{ "a partner of its own", STEP(",\"partner\":\"simulator\",\"once\":"
				       "true"),
	    NULL, NULL },
	{ "optional, though it leads on", STEP(",\"optional\":true"),
	    "exchange.steps[0].optional", "left out" },
	{ "a partner of its own that is none", STEP(",\"partner\":\"A:1\""),
	    "exchange.steps[0].partner", "no prefix" },
	{ "once, but not a boolean", STEP(",\"once\":1"), "exchange.steps[0]",
	    NULL },
	{ "passed states that there are not",
	    "{\"partner\":\"ags\",\"steps\":[{\"id\":\"one\",\"in\":"
	    "\"submitted\",\"to\":\"asked\"}],\"answers\":[{\"message\":"
	    "\"antwort\",\"to\":\"done\",\"passed\":[\"done\","
	    "\"gone\"]}]}",
	    "exchange.answers[0].passed[1]", "no state" },
	{ "no steps", "{\"partner\":\"ags\",\"steps\":[],\"answers\":[]}",
	    "exchange.steps", NULL },
	{ "no prefix", "{\"partner\":\"ags:1\",\"steps\":[{\"id\":\"one\","
		       "\"in\":\"submitted\",\"to\":\"asked\"}],"
		       "\"answers\":[]}",
	    "exchange.partner", "no prefix" },
	{ "a field that is none",
	    "{\"partner\":\"ags\",\"field\":\"plz\",\"steps\":[{\"id\":\"one\""
	    ",\"in\":\"submitted\",\"to\":\"asked\"}],\"answers\":[]}",
	    "exchange.field", "no field" },
	{ "a field", "{\"partner\":\"ags\",\"field\":\"ags\",\"steps\":["
		     "{\"id\":\"one\",\"in\":\"submitted\",\"to\":\"asked\"}],"
		     "\"answers\":[],\"silent\":\"review\"}",
	    NULL, NULL },
	{ "two steps of one state",
	    "{\"partner\":\"ags\",\"steps\":[{\"id\":\"one\",\"in\":"
	    "\"submitted\",\"to\":\"asked\"},{\"id\":\"two\",\"in\":"
	    "\"submitted\",\"to\":\"review\"}],\"answers\":[]}",
	    "exchange.steps[1]", "another step" },
	{ "several messages that there are not",
	    STEP(",\"messages\":[\"anfrage\",\"noch_eine\"]"),
	    "exchange.steps[0].message", "no such message" },
	{ "one message and several",
	    STEP(",\"message\":\"a\",\"messages\":[\"b\"]"),
	    "exchange.steps[0].messages", "together" },
	{ "a key of a field that there is not", STEP(",\"field\":[\"plz\"]"),
	    "exchange.steps[0].field", "no field" },
	{ "no without a state",
	    STEP(",\"reply\":\"r\",\"reply_pattern\":\"Ja\","
		 "\"no_pattern\":\"Nein\""),
	    "exchange.steps[0].no_pattern", "goes with" },
	{ "to confirm without a no",
	    STEP(",\"reply\":\"r\",\"reply_pattern\":\"Ja\","
		 "\"ask\":\"confirm\""),
	    "exchange.steps[0].ask", "cannot be asked" },
	{ "to ask for nothing", STEP(",\"ask\":\"text\""),
	    "exchange.steps[0].ask", "cannot be asked" },
	{ "unreachable leads nowhere", STEP(",\"unreachable\":\"done\""),
	    "exchange.steps[0].unreachable", "does not lead" },
	{ "late leads nowhere", STEP(",\"late\":\"done\""),
	    "exchange.steps[0].late", "does not lead" },
	{ "unusable, and a time for it",
	    "{\"partner\":\"ags\",\"steps\":[{\"id\":\"one\",\"in\":"
	    "\"submitted\",\"to\":\"asked\"}],\"answers\":[],"
	    "\"unusable\":\"review\",\"unusable_most\":2,"
	    "\"unusable_hours\":4}",
	    NULL, NULL },
	{ "as many as nobody would bear",
	    "{\"partner\":\"ags\",\"steps\":[{\"id\":\"one\",\"in\":"
	    "\"submitted\",\"to\":\"asked\"}],\"answers\":[],"
	    "\"unusable_most\":200}",
	    "exchange.unusable_most", NULL },
	{ "an answer that no message brings",
	    "{\"partner\":\"ags\",\"steps\":[{\"id\":\"one\",\"in\":"
	    "\"submitted\",\"to\":\"asked\"}],\"answers\":[{\"message\":"
	    "\"antwort\",\"to\":\"done\"}]}",
	    "exchange.answers[0].message", "no such message" },
};

static struct service *
compile(struct fixture *f, const char *exchange)
{
	const struct service_source source = {
		.service = fixture_json(f,
		    arena_printf(&f->arena, service_json, exchange)),
		.form = fixture_json(f, form_json),
		.texts = { fixture_json(f, "{}"), fixture_json(f, "{}") },
	};

	f->mistakes.arena = &f->arena;
	return service_compile(&f->arena, &source, false, &f->mistakes);
}

static void
test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct fixture f = { 0 };
		bool found = cases[i].path == NULL;

		(void)compile(&f, cases[i].exchange);
		for (size_t k = 0; k < f.mistakes.n; k++) {
			const struct form_mistake *m = &f.mistakes.mistake[k];

			if (cases[i].path == NULL)
				fail_msg("%s: %s: %s", cases[i].name, m->path,
				    m->text);
			found |= strncmp(m->path, cases[i].path,
				     strlen(cases[i].path)) == 0 &&
			    (cases[i].says == NULL ||
				strstr(m->text, cases[i].says) != NULL);
		}
		if (!found)
			fail_msg("%s: %zu mistakes, none is it: %s",
			    cases[i].name, f.mistakes.n,
			    f.mistakes.n > 0 ? f.mistakes.mistake[0].text : "");
		arena_free(&f.arena);
	}
}

static void
test_steps(void **state)
{
	struct fixture f = { 0 };
	const struct service *s = compile(&f,
	    STEP(",\"reply\":\"code\",\"reply_pattern\":\"[A-Z]{4}-[0-9]{4}\""));
	const struct exchange_step *step;

	(void)state;
	assert_non_null(s);
	assert_null(service_exchange_step(s->exchange, "asked"));
	assert_null(service_exchange_step(NULL, "submitted"));
	step = service_exchange_step(s->exchange, "submitted");
	assert_non_null(step);
	assert_string_equal(step->to, "asked");
	assert_int_equal(step->nmessage, 0);
	assert_string_equal(
	    service_exchange_reply(&f.arena, step, "  ABCD-1234\r\n"),
	    "ABCD-1234");
	assert_null(service_exchange_reply(&f.arena, step, "ABCD-1234 bitte"));
	assert_null(service_exchange_reply(&f.arena, step, " \n"));
	assert_false(service_exchange_is_no(&f.arena, step, "Nein"));
	assert_int_equal(s->exchange->unusable_most, 3);
	assert_int_equal(s->exchange->unusable_hours, 24);
	arena_free(&f.arena);
}

/* What says no, by its first line. */
static void
test_no(void **state)
{
	struct fixture f = { 0 };
	const struct service *s = compile(&f,
	    STEP(",\"reply\":\"r\",\"reply_pattern\":\"[Jj]a\","
		 "\"no_pattern\":\"[Nn]ein([^\\\\p{L}].*)?\","
		 "\"no_to\":\"review\",\"reply_days\":14,"
		 "\"late\":\"review\""));
	const struct exchange_step *step;

	(void)state;
	assert_non_null(s);
	step = service_exchange_step(s->exchange, "submitted");
	assert_non_null(step);
	assert_int_equal(step->reply_days, 14);
	assert_string_equal(step->late, "review");
	assert_true(service_exchange_is_no(&f.arena, step, " Nein.\nWeil"));
	assert_true(service_exchange_is_no(&f.arena, step, "nein, falsch"));
	assert_false(service_exchange_is_no(&f.arena, step, "Neinsager"));
	assert_false(service_exchange_is_no(&f.arena, step, "Ja\nNein"));
	assert_null(service_exchange_reply(&f.arena, step, "Nein"));
	assert_non_null(service_exchange_reply(&f.arena, step, "ja"));
	arena_free(&f.arena);
}

static void
test_passed(void **state)
{
	static const char *const beyond[] = { "shipped", "closed" };
	const struct exchange_answer news = { .to = "done" };
	const struct exchange_answer told = { .to = "done",
		.passed = beyond, .npassed = nitems(beyond) };

	(void)state;
	assert_false(exchange_is_passed(&news, "done"));
	assert_false(exchange_is_passed(&news, "asked"));
	assert_true(exchange_is_passed(&told, "done"));
	assert_true(exchange_is_passed(&told, "closed"));
	assert_false(exchange_is_passed(&told, "asked"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_passed),
		cmocka_unit_test(test_no),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
