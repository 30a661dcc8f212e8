/* Conditions as people read them. */
#include "form_fixture.h"

#include "common/form/form_cond_words.h"

#define FIELDS                                                             \
	"{'key':'kind','type':'choice','options':['a','b']},"              \
	"{'key':'ok','type':'yesno'},"                                     \
	"{'key':'fee','type':'money'},"                                    \
	"{'key':'born','type':'date'},"                                    \
	"{'key':'dogs','type':'repeat','fields':["                         \
	"{'key':'big','type':'yesno'}]}"

#define TEXTS                                                              \
	"{\"kind.label\":\"Art\",\"kind.option.a\":\"Hund\","              \
	"\"kind.option.b\":\"Katze\",\"ok.label\":\"Gut\","                \
	"\"fee.label\":\"Preis\",\"born.label\":\"Geboren\","              \
	"\"dogs.label\":\"Hunde\",\"dogs.big.label\":\"Groß\"}"

static const struct {
	const char *cond, *words;
} cases[] = {
	{"true", "immer"},
	{"{'eq':['kind','a']}", "„Art“ ist „Hund“"},
	{"{'not':{'eq':['kind','a']}}", "„Art“ ist nicht „Hund“"},
	{"{'in':['kind',['a','b']]}", "„Art“ ist eines von: „Hund“, „Katze“"},
	{"{'and':[{'eq':['ok',true]},{'or':[{'empty':'kind'},{'ge':['fee',"
	 "1250]}]}]}",
	    "„Gut“ ist Ja und („Art“ ist nicht beantwortet oder „Preis“ ist "
	    "mindestens 12,50 €)"},
	{"{'not':{'empty':'born'}}", "„Geboren“ ist beantwortet"},
	{"{'lt':['born','2020-02-29']}", "„Geboren“ liegt vor 29.02.2020"},
	{"{'ge':[{'age':['born',{'today':true}]},18]}",
	    "das Alter („Geboren“, Stichtag heute) ist mindestens 18"},
	{"{'any':['dogs',{'eq':['big',true]}]}",
	    "bei mindestens einem Eintrag in „Hunde“ gilt: „Groß“ ist Ja"},
	{"{'gt':[{'count':'dogs'},'setting.most']}",
	    "Anzahl der Einträge in „Hunde“ ist größer als Einstellung "
	    "„most“"},
};

static void
test_words(void **state)
{
	struct fixture f = {0};
	struct form_def d = {.file = "form.json"};
	struct service s = {0};
	struct form_words w = {.service = &s, .town = "Stadt"};
	struct texts *texts, *own = NULL;
	struct err err = {0};

	(void)state;
	if (texts_load("fcgi-apps/texts", &texts, &err) == -1 ||
	    texts_parse(TEXTS, TEXTS, &own, &err) == -1)
		fail_msg("%s", err.msg);
	fixture_fields(&f, FIELDS, "{'most':3}");
	s.form = f.form;
	s.texts = own;
	w.arena = &f.arena;
	w.texts = texts;
	d.arena = &f.arena;
	d.mistakes = &f.mistakes;
	d.settings = f.settings;
	d.form = f.form;
	for (size_t i = 0; i < nitems(cases); i++) {
		const struct form_cond *c = form_cond_compile(&d,
		    fixture_json(&f, cases[i].cond), "x",
		    form_names_of(&d, NULL),
		    (struct form_reach){.kind = REACH_ALL});

		if (c == NULL)
			fail_msg("%s: %s", cases[i].cond,
			    f.mistakes.mistake[0].text);
		w.lang = LANG_DE;
		assert_string_equal(form_cond_words(&w, c), cases[i].words);
		w.lang = LANG_EN;
		assert_null(strstr(form_cond_words(&w, c), "cond."));
	}
	w.lang = LANG_DE;
	assert_string_equal(form_cond_words(&w, NULL), "immer");
	texts_free(texts);
	texts_free(own);
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_words)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
