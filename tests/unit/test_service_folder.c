/* A package with one mistake: the checker names file, line and path. */
#include "form_fixture.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/service/service.h"

enum { SERVICE, FORM, DE, EN, EXAMPLES, BLOCK, BLOCK_DE, BLOCK_EN, FILES };

static const char *const names[FILES] = {"pkg/service.json", "pkg/form.json",
    "pkg/texts.de.json", "pkg/texts.en.json", "pkg/examples.json",
    "blocks/who.json", "blocks/who.texts.de.json",
    "blocks/who.texts.en.json"};

/* Good as it is; ' stands for ". */
static const char *const good[FILES] = {
	"{\n"
	"'id': 'pkg', 'version': '1.0.0', 'leika_key': '',\n"
	"'life_situations': ['tiere'], 'languages': ['de', 'en'],\n"
	"'trust_level': 'none',\n"
	"'legal_basis': ['Satzung'],\n"
	"'retention': {'draft_days': 7, 'closed_days': 30},\n"
	"'department': 'amt',\n"
	"'routing': [{'when': {'eq': ['kind', 'b']}, 'department': 'bau'}],\n"
	"'states': [\n"
	"{'id': 'in', 'initial': true, 'withdrawable': true,\n"
	" 'next': ['done', 'withdrawn']},\n"
	"{'id': 'done', 'final': true, 'next': []},\n"
	"{'id': 'withdrawn', 'final': true, 'next': []}],\n"
	"'outcomes': {'priority': {'if': [{'eq': ['kind', 'a']},"
	" {'text': 'high'}, {'text': ''}]}},\n"
	"'settings': {'fee': 12, 'zones': ['x']}\n"
	"}",
	"{'pages': [{'id': 'p', 'fields': [\n"
	"{'key': 'kind', 'type': 'choice', 'options': ['a', 'b']},\n"
	"{'key': 'who', 'block': 'who', 'omit': ['title']}\n"
	"]}]}",
	"{\n"
	"'service.name': 'n', 'service.summary': 's', 'service.purpose': 'p',\n"
	"'service.legal': 'l', 'service.retention': 'r', 'service.who': 'w',\n"
	"'service.fee': '{setting.fee} Euro', 'service.duration': 'd',\n"
	"'service.documents': 'd', 'page.p.title': 't', 'kind.label': 'k',\n"
	"'kind.option.a': 'a', 'kind.option.b': 'b', 'state.in.label': 'l',\n"
	"'state.in.explain': 'e', 'state.in.next': 'n',\n"
	"'state.in.mail.subject': 's', 'state.in.mail.body': '{link}',\n"
	"'state.done.label': 'l', 'state.done.explain': 'e',\n"
	"'state.withdrawn.label': 'l', 'state.withdrawn.explain': 'e'\n"
	"}",
	NULL, /* as German */
	"[{'name': 'one', 'as_of': '2026-11-02', 'data': {'kind': 'b',\n"
	"'who': {'name': 'Ada'}}, 'expect': {'department': 'bau',\n"
	"'values': {'who.name': 'Ada'}, 'outcomes': {'priority': null}}}]",
	"{'fields': [\n"
	"{'key': 'title', 'type': 'text', 'max_length': 9},\n"
	"{'key': 'name', 'type': 'name', 'required': true}\n"
	"], 'rules': [{'id': 'dr', 'when': {'eq': ['title', 'Dr']}},\n"
	" {'id': 'no_x', 'when': {'eq': ['name', 'X']}, 'fields': ['name']}"
	"],\n'version': 1}",
	"{'label': 'Wer', 'title.label': 'Titel',\n"
	"'name.label': 'Name', 'rule.no_x': 'Nicht X'}",
	NULL,
};

static const struct {
	const char *name;
	int file;
	const char *from, *to; /* replaced once; to NULL: the file is gone */
	const char *where;     /* "file:line: path" */
	const char *text;
} cases[] = {
	{"file missing", FORM, "", NULL, "form.json:0: ", "No such file"},
	{"no JSON", FORM, "'omit'", "omit", "form.json:3: ", "line 3"},
	{"a key twice", SERVICE, "'trust_level'", "'version'",
	    "service.json:4: ", "line 4"},
	{"unknown member", SERVICE, "'leika_key'", "'leika'",
	    "service.json:2: leika", "unknown member"},
	{"folder of another name", SERVICE, "'id': 'pkg'", "'id': 'other'",
	    "service.json:2: id", "its folder"},
	{"no version", SERVICE, "1.0.0", "1.0", "service.json:2: version",
	    "no version"},
	{"no LeiKa key", SERVICE, "'leika_key': ''", "'leika_key': '12'",
	    "service.json:2: leika_key", "no LeiKa key"},
	{"no trust level", SERVICE, "'none'", "'some'",
	    "service.json:4: trust_level", "no trust level"},
	{"no legal basis", SERVICE, "['Satzung']", "[]",
	    "service.json:5: legal_basis", "without legal basis"},
	{"no retention", SERVICE, "'retention': {'draft_days': 7, "
				  "'closed_days': 30},\n",
	    "", "service.json:1: ", "\"retention\" is missing"},
	{"for ever", SERVICE, "30}", "99999999}",
	    "service.json:6: retention.closed_days", "impossible period"},
	{"no purpose", DE, "'service.purpose': 'p',", "",
	    "texts.de.json:2: service.purpose", "no purpose: "},
	{"a language less", SERVICE, "['de', 'en']", "['de']",
	    "service.json:3: languages", "\"en\" is missing"},
	{"a language without texts", SERVICE, "['de', 'en']",
	    "['de', 'en', 'leicht']", "texts.leicht.json:0: ",
	    "has no texts in it"},
	{"a language that we do not speak", SERVICE, "['de', 'en']",
	    "['de', 'en', 'fr']", "service.json:3: languages[2]",
	    "no language of ours"},
	{"department's name", SERVICE, "'amt'", "'Das Amt'",
	    "service.json:7: department", "department's name"},
	{"route on nothing", SERVICE, "['kind', 'b']", "['kinds', 'b']",
	    "service.json:8: routing[0].when.eq[0]", "no field \"kinds\""},
	{"route on no option", SERVICE, "['kind', 'b']", "['kind', 'c']",
	    "service.json:8: routing[0].when.eq", "no option"},
	{"no initial state", SERVICE, "'initial': true, ", "",
	    "service.json:9: states", "0 initial states"},
	{"state that is not there", SERVICE, "['done', ", "['ready', ",
	    "service.json:11: states[0].next[0]", "no state \"ready\""},
	{"state nobody reaches", SERVICE, "['done', ", "[",
	    "service.json:12: states[1]", "no way leads"},
	{"end without end", SERVICE, "'id': 'done', 'final': true",
	    "'id': 'done'", "service.json:12: states[1].next",
	    "nothing follows"},
	{"end that goes on", SERVICE, "'done', 'final': true, 'next': []",
	    "'done', 'final': true, 'next': ['in']",
	    "service.json:12: states[1].next", "goes on"},
	{"nothing to withdraw to", SERVICE,
	    "{'id': 'withdrawn', 'final': true, 'next': []}",
	    "{'id': 'gone', 'final': true, 'next': []}",
	    "service.json:11: states[0].next[1]", "no state"},
	{"outcome of nothing", SERVICE, "{'text': 'high'}", "'high'",
	    "service.json:14: outcomes.priority.if[1]", "no field"},
	{"no such block", FORM, "'block': 'who'", "'block': 'whom'",
	    "../blocks/whom.json:0: ", "No such file"},
	{"block out of the way", FORM, "'block': 'who'",
	    "'block': '../pkg/form'", "form.json:3: pages[0].fields[1]",
	    "is no name"},
	{"block without that field", FORM, "['title']", "['titel']",
	    "form.json:3: pages[0].fields[1].omit", "no field \"titel\""},
	{"mistake in the form", FORM, "'key': 'kind'", "'key': 'Kind'",
	    "form.json:2: pages[0].fields[0].key", "cannot be a key"},
	{"mistake in a block", BLOCK, "'type': 'name'", "'type': 'names'",
	    "../blocks/who.json:3: fields[1].type", "no type"},
	{"text missing in a block", BLOCK_EN, "'name.label'", "'nam.label'",
	    "texts.en.json:1: who.name.label", "missing"},
	{"no text at all", DE, "'kind.label': 'k',", "",
	    "texts.de.json:6: kind.label", "missing"},
	{"empty text", DE, "'kind.label': 'k'", "'kind.label': ''",
	    "texts.de.json:5: kind.label", "empty"},
	{"text that is none", DE, "'kind.label': 'k'", "'kind.label': 1",
	    "texts.de.json:5: kind.label", "a number"},
	{"text of one language", DE, "'kind.label'",
	    "'kind.hint': 'h', 'kind.label'", "texts.en.json:5: kind.hint",
	    "texts.de.json only"},
	{"placeholder of one language", DE, "{setting.fee} Euro", "12 Euro",
	    "texts.de.json:4: service.fee", "is missing"},
	{"placeholder of nothing", DE, "'{link}'", "'{link} {linc}'",
	    "texts.de.json:8: state.in.mail.body", "nothing is known"},
	{"setting of nothing", DE, "{setting.fee}", "{setting.fees}",
	    "texts.de.json:4: service.fee", "nothing is known"},
	{"period of no state", SERVICE, "'closed_days': 30}",
	    "'closed_days': 30, 'by_state': {'gone': 9}}",
	    "service.json:6: retention.by_state.gone", "no state \"gone\""},
	{"period of what goes on", SERVICE, "'closed_days': 30}",
	    "'closed_days': 30, 'by_state': {'in': 9}}",
	    "service.json:6: retention.by_state.in", "not final"},
	{"kind for ever", SERVICE, "'closed_days': 30}",
	    "'closed_days': 30, 'kinds': {'needs': 0}}",
	    "service.json:6: retention.kinds.needs", "impossible period"},
	{"kind that is not there", FORM, "'type': 'choice',",
	    "'type': 'choice', 'retention': 'needs',",
	    "form.json:2: pages[0].fields[0].retention", "no kind of data"},
	{"recipient that is not there", FORM, "'type': 'choice',",
	    "'type': 'choice', 'recipients': ['kba'],",
	    "form.json:2: pages[0].fields[0].recipients[0]",
	    "no recipient \"kba\""},
	{"recipient without text", SERVICE, "'settings'",
	    "'recipients': ['kba'], 'settings'",
	    "texts.de.json:1: recipient.kba", "missing"},
	{"block pinned to what is not there", FORM, "'block': 'who'",
	    "'block': 'who@2'", "form.json:3: pages[0].fields[1].block",
	    "pinned to version 2, but 1 is there"},
	{"block pinned to no number", FORM, "'block': 'who'",
	    "'block': 'who@new'", "form.json:3: pages[0].fields[1]",
	    "is no name"},
	{"block of no version", BLOCK, "'version': 1", "'version': 1.5",
	    "../blocks/who.json:0: version", "no version"},
	{"mistake in a block's rule", BLOCK, "['name', 'X']",
	    "['nam', 'X']", "../blocks/who.json:5: rules[1].when.eq[0]",
	    "no field \"nam\""},
	{"clerk page before a public one", FORM, "{'id': 'p',",
	    "{'id': 'desk', 'clerk': true, 'fields': [{'key': 'ok', 'type': "
	    "'yesno'}]}, {'id': 'p',",
	    "form.json:1: pages[1]", "behind one of the office"},
	{"clerk page asks applicants", FORM, "\n]}]}",
	    "]}, {'id': 'desk', 'clerk': true, 'fields': [{'key': 'ok', "
	    "'type': 'yesno', 'show': {'eq': ['kind', 'a']}}]}]}",
	    "form.json:3: pages[1].fields[0].show.eq[0]",
	    "no field \"kind\""},
	{"applicants ask a clerk page", FORM, "\n]}]}",
	    ", {'key': 'x', 'type': 'yesno', 'show': {'eq': ['ok', true]}}]},"
	    " {'id': 'desk', 'clerk': true, 'fields': [{'key': 'ok', "
	    "'type': 'yesno'}]}]}",
	    "form.json:3: pages[0].fields[2].show.eq[0]",
	    "no field \"ok\""},
	{"clerk field of a public one's name", FORM, "\n]}]}",
	    "]}, {'id': 'desk', 'clerk': true, 'fields': [{'key': 'kind', "
	    "'type': 'yesno'}]}]}",
	    "form.json:3: pages[1].fields[0].key", "applicants have"},
	{"clerk file", FORM, "\n]}]}",
	    "]}, {'id': 'desk', 'clerk': true, 'fields': [{'key': 'ok', "
	    "'type': 'file', 'accept': ['application/pdf']}]}]}",
	    "form.json:3: pages[1].fields[0].type", "take no files"},
	{"clerk page without text", FORM, "\n]}]}",
	    "]}, {'id': 'desk', 'clerk': true, 'fields': [{'key': 'ok', "
	    "'type': 'yesno'}]}]}",
	    "texts.de.json:5: page.desk.title", "missing"},
	{"page that nobody sees", FORM, "\n]}]}",
	    "]}, {'id': 'q', 'show': {'and': [{'eq': ['kind', 'a']}, {'eq': "
	    "['kind', 'b']}]}, 'fields': [{'key': 'ok', 'type': 'yesno'}]}]}",
	    "form.json:3: pages[1].show", "no answers lead to the page"},
	{"field of a group that is hidden then", FORM, "\n]}]}",
	    ", {'key': 'x', 'type': 'yesno', 'show': {'eq': ['kind', 'a']}}, "
	    "{'key': 'y', 'type': 'yesno', 'required': true, 'show': {'and': "
	    "[{'eq': ['x', true]}, {'eq': ['kind', 'b']}]}}]}]}",
	    "form.json:3: pages[0].fields[3].show", "\"y\" is never shown"},
	{"rule that never holds", FORM, "\n]}]}",
	    ", {'key': 'n', 'type': 'integer', 'min': 1, 'max': 9}]}], "
	    "'rules': [{'id': 'big', 'when': {'gt': ['n', 9]}, 'fields': "
	    "['n']}]}",
	    "form.json:3: rules[0].when", "never holds"},
	{"rule that always holds", FORM, "\n]}]}",
	    "\n]}], 'rules': [{'id': 'big', 'when': {'or': [{'empty': "
	    "'kind'}, {'in': ['kind', ['a', 'b']]}]}}]}",
	    "form.json:4: rules[0].when", "always holds"},
	{"option nobody is offered", FORM, "['a', 'b']",
	    "['a', 'b', {'value': 'c', 'show': false}]",
	    "form.json:2: pages[0].fields[0].options[2]", "never offered"},
	{"route that is taken", SERVICE, "'department': 'bau'}",
	    "'department': 'bau'}, {'when': {'eq': ['kind', 'b']}, "
	    "'department': 'wege'}", "service.json:8: routing[1].when",
	    "an earlier route takes it all"},
	{"pattern too long for the field", FORM, "\n]}]}",
	    ", {'key': 'x', 'type': 'text', 'max_length': 9, 'pattern': "
	    "'[A-Z]{10}'}]}]}",
	    "form.json:3: pages[0].fields[2].pattern", "needs 10 characters"},
	{"sensitive without purpose", FORM, "'type': 'choice',",
	    "'type': 'choice', 'sensitive': true,",
	    "form.json:2: pages[0].fields[0]", "no purpose of its own"},
	{"circle", FORM, "{'key': 'kind', 'type': 'choice',",
	    "{'key': 'x', 'type': 'yesno', 'show': {'eq': ['y', true]}}, "
	    "{'key': 'y', 'type': 'yesno', 'show': {'eq': ['x', true]}}, "
	    "{'key': 'kind', 'type': 'choice',",
	    "form.json:2: pages[0].fields[0].show.eq[0]",
	    "round in a circle: x -> y -> x"},
	{"look ahead", FORM, "'type': 'choice',",
	    "'type': 'choice', 'show': {'eq': ['who.name', 'X']},",
	    "form.json:2: pages[0].fields[0].show.eq[0]",
	    "\"who.name\" comes later"},
	{"field without purpose", FORM, "'type': 'choice',",
	    "'type': 'choice', 'purpose': 'kind.purpose',",
	    "texts.de.json:5: kind.purpose",
	    "the field \"kind\" has no purpose"},
	{"adviser of a single page", SERVICE, "'settings'",
	    "'adviser': {'after': 'p', 'outcome': 'priority', 'results': "
	    "[{'value': 'high', 'proceed': true}, {'value': 'low'}]}, "
	    "'settings'", "service.json:15: adviser", "single pages"},
	{"clerk rules without a page", FORM, "{'pages'",
	    "{'clerk_rules': [], 'pages'", "form.json:1: clerk_rules",
	    "no page of it"},
	{"text of nothing", DE, "'kind.label'",
	    "'kinds.label': 'x', 'kind.label'",
	    "texts.de.json:5: kinds.label", "nothing uses"},
};

/* What was probably meant is in the remedy. */
static const struct {
	const char *name;
	int file;
	const char *from, *to, *remedy;
} near_cases[] = {
	{"member of the service", SERVICE, "'leika_key'", "'leika_keys'",
	    "did you mean \"leika_key\"?"},
	{"member of a field", FORM, "'options'", "'optoins'",
	    "did you mean \"options\"?"},
	{"type", FORM, "'type': 'choice'", "'type': 'choise'",
	    "did you mean \"choice\"?"},
	{"field", SERVICE, "['kind', 'b']", "['kinds', 'b']",
	    "did you mean \"kind\"?"},
	{"operation", SERVICE, "{'if':", "{'iff':", "did you mean \"if\"?"},
	{"nothing like it", SERVICE, "'leika_key'", "'zzz'", "known are: id"},
};

static const struct {
	const char *name, *from, *to, *path, *text;
} example_cases[] = {
	{"all is well", NULL, NULL, NULL, NULL},
	{"another desk", "'bau'", "'amt'", "one: department", "goes to"},
	{"another value", "'who.name': 'Ada'", "'who.name': 'Bo'",
	    "one: who.name", "is Ada, not Bo"},
	{"value of nothing", "'who.name': 'Ada'", "'who.nam': 'Ada'",
	    "one: who.nam", "no such field"},
	{"another outcome", "null", "'high'", "one: priority",
	    "is nothing, not high"},
	{"error not expected", "{'name': 'Ada'}", "{}", "one: errors",
	    "unexpected \"who.name: required\""},
	{"error that does not come", "'department'",
	    "'errors': ['kind: required'], 'department'", "one: errors",
	    "missing \"kind: required\""},
	{"data of nothing", "'kind': 'b'", "'kind': 'b', 'x': 1",
	    "one: data", "no field \"x\""},
	{"no date", "2026-11-02", "2.11.", "one: as_of", "no date"},
	{"no base", "'as_of'", "'base': 'two', 'as_of'", "one: base",
	    "no example \"two\""},
	{"no file field", "'data'", "'files': ['kind'], 'data'",
	    "one: files", "no file field"},
	{"setting of nothing", "'data'", "'settings': {'x': 1}, 'data'", "x",
	    "no setting \"x\""},
};

static const char *
content(struct arena *a, int file, const char *from, const char *to)
{
	const char *s = good[file] == NULL ? good[file - 1] : good[file];
	const char *at = from == NULL ? NULL : strstr(s, from);
	char *out;

	if (from != NULL && at == NULL)
		fail_msg("%s is not in %s", from, names[file]);
	out = at == NULL ? arena_strdup(a, s)
			 : arena_printf(a, "%.*s%s%s", (int)(at - s), s, to,
			       at + strlen(from));
	for (char *c = out; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	return out;
}

static void
write_package(struct arena *a, const char *dir, int changed, const char *from,
    const char *to)
{
	for (int i = 0; i < FILES; i++) {
		const char *path = arena_printf(a, "%s/%s", dir, names[i]);
		FILE *f;

		(void)unlink(path);
		if (i == changed && to == NULL)
			continue;
		if ((f = fopen(path, "w")) == NULL)
			fail_msg("%s", path);
		(void)fputs(content(a, i, i == changed ? from : NULL, to), f);
		(void)fclose(f);
	}
}

static const char *
folder(struct arena *a)
{
	char *dir = arena_strdup(a, "/tmp/torhaus-package-XXXXXX");

	if (mkdtemp(dir) == NULL ||
	    mkdir(arena_printf(a, "%s/pkg", dir), 0700) == -1 ||
	    mkdir(arena_printf(a, "%s/blocks", dir), 0700) == -1)
		fail_msg("%s", dir);
	return dir;
}

static void
remove_folder(struct arena *a, const char *dir)
{
	for (int i = 0; i < FILES; i++)
		(void)unlink(arena_printf(a, "%s/%s", dir, names[i]));
	(void)rmdir(arena_printf(a, "%s/pkg", dir));
	(void)rmdir(arena_printf(a, "%s/blocks", dir));
	(void)rmdir(dir);
}

static void
test_good(void **state)
{
	struct arena arena = {0};
	struct form_mistakes m = {.arena = &arena};
	const char *dir = folder(&arena), *package;
	struct service *s, *again;
	struct err err = {0};

	(void)state;
	write_package(&arena, dir, -1, NULL, NULL);
	if (service_read_folder(&arena, arena_printf(&arena, "%s/pkg", dir),
		&s, &package, &m, &err) == -1)
		fail_msg("%s", err.msg);
	if (m.n > 0)
		fail_msg("%s: %s", m.mistake[0].path, m.mistake[0].text);
	assert_string_equal(
	    service_text(s, LANG_DE, "who.name.label"), "Name");
	assert_null(form_field_find(s->form, "who.title"));
	/* The rule about the field that is left out goes with it. */
	assert_int_equal(s->form->rules->n, 1);
	assert_string_equal(s->form->rules->rule[0].id, "no_x");
	assert_string_equal(s->form->rules->rule[0].scope->path, "who");
	assert_non_null(strstr(package, "\"block\":\"who@1\""));
	assert_string_equal(service_initial_state(s)->id, "in");
	assert_null(service_state(s, "x"));
	assert_int_equal(s->closed_days, 30);
	/* What is published compiles to the same. */
	if (service_read_package(&arena, package, strlen(package), &again, &m,
		&err) == -1)
		fail_msg("%s", err.msg);
	assert_non_null(again);
	assert_int_equal(again->form->nordinal, s->form->nordinal);
	assert_string_equal(again->settings, s->settings);
	assert_int_equal(service_read_folder(&arena, "/no/such/folder", &s,
			     &package, &m, &err),
	    -1);
	assert_int_equal(
	    service_read_package(&arena, "{}", 2, &s, &m, &err), -1);
	remove_folder(&arena, dir);
	arena_free(&arena);
}

static void
test_mistakes(void **state)
{
	struct arena arena = {0};
	const char *dir = folder(&arena);

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct arena a = {0};
		struct form_mistakes m = {.arena = &a};
		const char *package, *where;
		struct service *s;
		struct err err = {0};

		write_package(&a, dir, cases[i].file, cases[i].from,
		    cases[i].to);
		if (service_read_folder(&a, arena_printf(&a, "%s/pkg", dir),
			&s, &package, &m, &err) == -1)
			fail_msg("%s: %s", cases[i].name, err.msg);
		if (m.n == 0)
			fail_msg("%s: not found", cases[i].name);
		assert_null(s);
		assert_null(package);
		where = arena_printf(&a, "%s:%zu: %s", m.mistake[0].file,
		    m.mistake[0].line, m.mistake[0].path);
		if (strcmp(where, cases[i].where) != 0 ||
		    strstr(m.mistake[0].text, cases[i].text) == NULL)
			fail_msg("%s: %s: %s", cases[i].name, where,
			    m.mistake[0].text);
		if (*m.mistake[0].remedy == '\0')
			fail_msg("%s: no remedy", cases[i].name);
		arena_free(&a);
	}
	remove_folder(&arena, dir);
	arena_free(&arena);
}

static void
test_near(void **state)
{
	struct arena arena = {0};
	const char *dir = folder(&arena);

	(void)state;
	for (size_t i = 0; i < nitems(near_cases); i++) {
		struct arena a = {0};
		struct form_mistakes m = {.arena = &a};
		const char *package;
		struct service *s;
		struct err err = {0};

		write_package(&a, dir, near_cases[i].file, near_cases[i].from,
		    near_cases[i].to);
		if (service_read_folder(&a, arena_printf(&a, "%s/pkg", dir),
			&s, &package, &m, &err) == -1 ||
		    m.n == 0)
			fail_msg("%s: not found", near_cases[i].name);
		if (strncmp(m.mistake[0].remedy, near_cases[i].remedy,
			strlen(near_cases[i].remedy)) != 0)
			fail_msg("%s: %s", near_cases[i].name,
			    m.mistake[0].remedy);
		arena_free(&a);
	}
	remove_folder(&arena, dir);
	arena_free(&arena);
}

/*
 * A circle, a look ahead, a missing translation, a field without purpose:
 * each is refused, and said in words of its own.
 */
static void
test_four_refusals(void **state)
{
	static const struct {
		int file;
		const char *from, *to, *says;
	} wrong[] = {
		{FORM, "{'key': 'kind',",
		    "{'key': 'x', 'type': 'yesno', 'show': {'eq': ['y', true]}"
		    "}, {'key': 'y', 'type': 'yesno', 'show': {'eq': ['x', "
		    "true]}}, {'key': 'kind',",
		    "the conditions go round in a circle: x -> y -> x"},
		{FORM, "'type': 'choice',",
		    "'type': 'choice', 'show': {'eq': ['who.name', 'X']},",
		    "\"who.name\" comes later: a look ahead"},
		{EN, "'kind.label': 'k',", "",
		    "the text \"kind.label\" is missing"},
		{FORM, "'type': 'choice',",
		    "'type': 'choice', 'purpose': 'kind.purpose',",
		    "the field \"kind\" has no purpose: the text "
		    "\"kind.purpose\" is missing"},
	};
	struct arena arena = {0};
	const char *dir = folder(&arena);

	(void)state;
	for (size_t i = 0; i < nitems(wrong); i++) {
		struct form_mistakes m = {.arena = &arena};
		const char *package;
		struct service *s;
		struct err err = {0};

		write_package(
		    &arena, dir, wrong[i].file, wrong[i].from, wrong[i].to);
		if (service_read_folder(&arena,
			arena_printf(&arena, "%s/pkg", dir), &s, &package, &m,
			&err) == -1)
			fail_msg("%s", err.msg);
		assert_null(s);
		assert_null(package);
		assert_true(form_mistakes_count(&m) > 0);
		assert_string_equal(m.mistake[0].text, wrong[i].says);
		assert_true(m.mistake[0].line > 0);
		assert_true(*m.mistake[0].remedy != '\0');
	}
	remove_folder(&arena, dir);
	arena_free(&arena);
}

static void
test_examples(void **state)
{
	struct arena arena = {0};
	struct form_mistakes m = {.arena = &arena};
	const char *dir = folder(&arena), *package;
	struct service *s;
	struct err err = {0};

	(void)state;
	write_package(&arena, dir, -1, NULL, NULL);
	if (service_read_folder(&arena, arena_printf(&arena, "%s/pkg", dir),
		&s, &package, &m, &err) == -1 ||
	    s == NULL)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < nitems(example_cases); i++) {
		const char *text = content(&arena, EXAMPLES,
		    example_cases[i].from, example_cases[i].to);
		size_t n;

		m.n = 0;
		if (service_run_examples(&arena, s, text, strlen(text), &m, &n,
			&err) == -1)
			fail_msg("%s: %s", example_cases[i].name, err.msg);
		assert_int_equal(n, 1);
		if (example_cases[i].path == NULL) {
			assert_int_equal(m.n, 0);
			continue;
		}
		if (m.n == 0)
			fail_msg("%s: not found", example_cases[i].name);
		if (strcmp(m.mistake[0].path, example_cases[i].path) != 0 ||
		    strstr(m.mistake[0].text, example_cases[i].text) == NULL)
			fail_msg("%s: %s: %s", example_cases[i].name,
			    m.mistake[0].path, m.mistake[0].text);
	}
	remove_folder(&arena, dir);
	arena_free(&arena);
}

/* The town's settings over the package's. */
static void
test_settings(void **state)
{
	static const struct {
		const char *own, *mistake;
	} settings[] = {
		{"{'fee':15}", NULL},
		{"{'departments':{'amt':'haus'}}", NULL},
		{"{'Fee':15}", "no setting \"Fee\""},
		{"{'fee':'15'}", "is a string, its default is a number"},
		{"{'zones':{}}", "is an object, its default is an array"},
	};
	struct fixture f = {0};
	struct service s = {.department = "amt"};
	const cJSON *merged;

	(void)state;
	s.settings_json = fixture_json(&f, "{'fee':12,'zones':['x']}");
	f.mistakes.arena = &f.arena;
	for (size_t i = 0; i < nitems(settings); i++) {
		f.mistakes.n = 0;
		merged = service_settings_merge(&f.arena, &s,
		    fixture_json(&f, settings[i].own), &f.mistakes);
		if ((f.mistakes.n > 0) != (settings[i].mistake != NULL))
			fail_msg("%s: %zu mistakes", settings[i].own,
			    f.mistakes.n);
		if (f.mistakes.n > 0 &&
		    strstr(f.mistakes.mistake[0].text, settings[i].mistake) ==
			NULL)
			fail_msg("%s: %s", settings[i].own,
			    f.mistakes.mistake[0].text);
		assert_int_equal(json_int(merged, "fee", 0, 99, 0),
		    i == 0 ? 15 : 12);
		assert_string_equal(
		    service_department_name("amt", merged),
		    i == 1 ? "haus" : "amt");
	}
	arena_free(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_four_refusals),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
