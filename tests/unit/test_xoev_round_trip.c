/* links: torhaus/xoev_install torhaus/xoev_claim torhaus/xoev_sums torhaus/xoev_survey torhaus/xoev_copy torhaus/xoev_zip torhaus/genericode torhaus/genericode_columns torhaus/xml_pull torhaus/xml_scan torhaus/sample torhaus/sample_hint torhaus/sample_mistake torhaus/sample_pattern torhaus/sample_value torhaus/service_settings */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/json.h"
#include "common/service/service.h"
#include "common/service/service_exchange.h"
#include "torhaus/sample.h"
#include "torhaus/service_settings.h"
#include "xoev_fixture.h"

/*
 * Answers become messages and messages become the same answers: of every
 * service that has a mapping, every example that the form accepts, made-up
 * answers, and answers as long as the form lets them be. What a mapping does not
 * tell it has to say itself ("leaves_out").
 */

#define SERVICES "fcgi-apps/services"
#define SAMPLES 40
#define FILE_BYTES 300
#define SEED UINT64_C(0x9e3779b97f4a7c15)

struct trip {
	struct xoev_fixture *f;
	struct service *service;
	const char *name; /* of the answers */
	struct form_answers *answers;
	const struct form_context *context;
	const struct xoev_read *read;
	size_t ndone, npassed_over, nfile;
};

/* ---- services with a mapping ---- */

static struct service *
service_of(struct xoev_fixture *f, const char *slug)
{
	struct form_mistakes m = { .arena = &f->arena };
	struct service *s = NULL;
	struct err err = { 0 };
	const char *package;

	if (service_read_folder(&f->arena,
		arena_printf(&f->arena, SERVICES "/%s", slug), &s, &package, &m,
		&err) == -1)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < m.n; i++)
		if (!m.mistake[i].is_warning)
			fail_msg("%s: %s: %s", m.mistake[i].file,
			    m.mistake[i].path, m.mistake[i].text);
	assert_non_null(s);
	return s;
}

/* Calls each for every service folder that has an xoev.json. */
static void
each_service(struct xoev_fixture *f, void (*each)(struct trip *t))
{
	DIR *dir = opendir(SERVICES);
	struct dirent *entry;
	size_t n = 0, done = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		struct trip t = { .f = f };

		if (access(arena_printf(&f->arena, SERVICES "/%s/xoev.json",
			       entry->d_name),
			R_OK) == -1)
			continue;
		t.service = service_of(f, entry->d_name);
		each(&t);
		print_message("%s: %zu round trips with %zu files, %zu sets "
			      "of answers go to a person\n",
		    entry->d_name, t.ndone, t.nfile, t.npassed_over);
		assert_true(t.ndone + t.npassed_over > 0);
		done += t.ndone;
		n++;
	}
	(void)closedir(dir);
	assert_true(n >= 4 && done >= 80);
}

/* ---- files ---- */

/* Bytes that only that file has. */
static const char *
bytes_of(struct arena *a, const char *name)
{
	char *bytes = arena_alloc(a, FILE_BYTES, 1);
	size_t n = strlen(name);

	for (size_t i = 0; i < FILE_BYTES; i++)
		bytes[i] = (char)(name[i % n] + (char)i);
	return bytes;
}

struct files {
	struct arena *arena;
	struct xoev_value *file;
	size_t n;
};

/* ---- walking answers ---- */

typedef void leaf_fn(void *arg, const char *path, struct answer *answer);

static void
walk(struct arena *a, struct answers *group, const char *path, leaf_fn *leaf,
    void *arg)
{
	for (size_t i = 0; i < group->n; i++) {
		struct answer *answer = &group->answer[i];
		const char *at =
		    arena_printf(a, "%s%s", path, answer->field->key);

		if (!answer->is_shown)
			continue;
		if (answer->field->nchild == 0)
			leaf(arg, at, answer);
		for (size_t k = 0; k < answer->nitem; k++)
			walk(a, &answer->item[k],
			    answer->field->type == FORM_REPEAT
				? arena_printf(a, "%s.%zu.", at, k)
				: arena_printf(a, "%s.", at),
			    leaf, arg);
	}
}

static void
add_files(void *arg, const char *path, struct answer *answer)
{
	struct files *list = arg;

	for (size_t i = 0; i < answer->nfile && list->n < 100; i++) {
		const char *name = arena_printf(list->arena, "%s.%zu", path, i);
		const char *hex = id_hex(list->arena, &answer->file[i].id);

		list->file[list->n++] = (struct xoev_value){
			.name = name,
			.data = bytes_of(list->arena, name),
			.len = FILE_BYTES,
			.file_name = answer->file[i].name,
			.media_type = answer->file[i].media_type,
			.file_id = arena_printf(list->arena,
			    "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12,
			    hex + 16, hex + 20),
		};
	}
}

/* ---- comparing ---- */

/* What was read of a field; a multiple choice has several, joined by commas. */
static const char *
text_read(struct arena *a, const struct xoev_read *all, const char *name)
{
	const char *text = NULL;

	for (size_t i = 0; i < all->nfield; i++)
		if (strcmp(all->field[i].name, name) == 0)
			text = text == NULL ? all->field[i].text
					    : arena_printf(a, "%s,%s", text,
						  all->field[i].text);
	return text;
}

static void
compare_leaf(void *arg, const char *path, struct answer *answer)
{
	struct trip *t = arg;
	const char *was = answer->text;
	const char *is = text_read(&t->f->arena, t->read, path);

	if (answer->field->type == FORM_FILE ||
	    answer->field->type == FORM_STATIC ||
	    xoev_mapping_leaves_out(t->service->xoev, answer->field) != NULL)
		return;
	if (was == NULL ? is != NULL : is == NULL || strcmp(was, is) != 0)
		fail_msg("%s, %s: %s was \"%s\", is \"%s\"", t->service->slug,
		    t->name, path, was == NULL ? "-" : was,
		    is == NULL ? "-" : is);
}

/* Several messages together tell the answers: what one has said already is not
 * taken again. */
static void
join(struct xoev_read *all, const struct xoev_read *one)
{
	const struct xoev_read before = *all;

	for (size_t i = 0; i < one->nfield; i++)
		if (xoev_value_find(before.field, before.nfield,
			one->field[i].name) == NULL)
			all->field[all->nfield++] = one->field[i];
	for (size_t i = 0; i < one->nvalue; i++)
		all->value[all->nvalue++] = one->value[i];
}

static void
compare_files(struct trip *t, const struct files *files,
    const struct xoev_read *all)
{
	for (size_t i = 0; i < files->n; i++) {
		const struct xoev_value *was = &files->file[i];
		const struct xoev_value *is =
		    xoev_value_find(all->value, all->nvalue, was->name);

		if (is == NULL || is->len != was->len ||
		    memcmp(is->data, was->data, was->len) != 0)
			fail_msg("%s, %s: file %s is %s", t->service->slug,
			    t->name, was->name,
			    is == NULL ? "lost" : "another");
		if (is->file_name != NULL)
			assert_string_equal(is->file_name, was->file_name);
		t->nfile++;
	}
}

/* ---- messages ---- */

static const struct xoev_value known[] = {
	{ .name = "town_ags", .text = "16099001" },
	{ .name = "current_ags", .text = "09000002" },
	{ .name = "confirmation", .text = "Ja" },
	{ .name = "confirmation_code", .text = "K7QX-2M4P" },
	{ .name = "vorgang.id",
	    .text = "01900000-0000-7000-8000-000000000001" },
	{ .name = "vorgang.reference", .text = "W7K3-9QXD-4M" },
	{ .name = "order_number", .text = "W7K3-9QXD-4M-1" },
};

static void
fill_case(const struct trip *t, const struct files *files, struct xoev_case *c)
{
	*c = (struct xoev_case){
		.answers = t->answers,
		.context = t->context,
		.value = known,
		.nvalue = nitems(known),
		.file = files->file,
		.nfile = files->n,
		.author = { .directory = "DVDV", .directory_version = "3",
		    .key = "mbp:16099001", .name = "Portal Quellstadt",
		    .channel = "01", .channel_version = "3",
		    .address = "portal@quellstadt.example",
		    .street = "Rathausplatz", .house_no = "1",
		    .postal_code = "99999", .city = "Quellstadt" },
		.reader = { .directory = "DVDV", .directory_version = "3",
		    .key = "ags:16099001", .name = "Behörde" },
		.created_ms = INT64_C(1780300800123),
		.is_test = true,
	};
}

/* What the register says of somebody, for messages that copy from it. */
static void
add_source(struct trip *t, struct xoev_case *c, const char *id, size_t item,
    struct xoev_source *source)
{
	struct xoev_fixture *f = t->f;
	const struct xoev_message_info *info =
	    xoev_mapping_find(t->service->xoev, id);
	struct xoev_case office = *c;
	struct xoev_built built;
	struct xoev_read in;
	struct err err = { 0 };
	const char *data;
	size_t len;

	if (info == NULL)
		return;
	data = xoev_fixture_read(f,
	    "xmeld-25.11a/samples/"
	    "eigen-1703-vorausgefuellter-meldeschein-antwort.xml",
	    &len);
	if (xoev_read(&f->arena, &f->rules, t->service->xoev, data, len, &in,
		&err) == -1)
		fail_msg("%s", err.msg);
	office.reader = c->author;
	office.author = c->author;
	office.author.key = "ags:16099001";
	office.answers = NULL;
	office.value = in.value;
	office.nvalue = in.nvalue;
	if (xoev_build(&f->arena, &f->rules, t->service->xoev, id, &office,
		&built, &err) == -1)
		fail_msg("%s: %s", id, err.msg);
	source[c->nsource++] = (struct xoev_source){ .id = info->id,
		.item = item, .data = built.data, .len = built.len };
}

static void
add_sources(struct trip *t, struct xoev_case *c)
{
	struct xoev_source *source =
	    arena_new(&t->f->arena, struct xoev_source, 40);
	const struct answer *children = form_find(t->answers, "children");

	c->source = source;
	add_source(t, c, "auskunft", 0, source);
	add_source(t, c, "auskunft_partner", 0, source);
	for (size_t i = 0; children != NULL && i < children->nitem; i++)
		add_source(t, c, "auskunft_kind", i, source);
}

static void
build_one(struct trip *t, const struct xoev_message_info *info,
    const struct xoev_case *c, struct xoev_read *all)
{
	struct xoev_fixture *f = t->f;
	struct xoev_built built = { 0 };
	struct xoev_read in;
	struct xoev_case own = *c;
	struct err err = { 0 };

	if (*info->reader_prefix != '\0')
		own.reader.key = arena_printf(
		    &f->arena, "%s:16099001", info->reader_prefix);
	if (xoev_build(&f->arena, &f->rules, t->service->xoev, info->id, &own,
		&built, &err) == -1)
		fail_msg("%s, %s: %s: %s %s", t->service->slug, t->name,
		    info->id, err.msg,
		    built.findings.n == 0 ? "" : built.findings.finding[0].path);
	if (xoev_read(&f->arena, &f->rules, t->service->xoev, built.data,
		built.len, &in, &err) == -1)
		fail_msg("%s", err.msg);
	if (in.findings.n > 0)
		fail_msg("%s, %s: %s: %s %s", t->service->slug, t->name,
		    info->id, in.findings.finding[0].code,
		    in.findings.finding[0].key);
	assert_non_null(in.message);
	if (strcmp(in.message->id, info->id) == 0)
		join(all, &in);
}

/* Those that say something of the answers; the others say what came later. */
static bool
carries_answers(const struct xoev_message_info *info)
{
	static const char *const later[] = { "code", "vorgang_nachreichung",
		"zahlung_ergebnis" };

	for (size_t i = 0; i < nitems(later); i++)
		if (strcmp(info->id, later[i]) == 0)
			return false;
	return info->direction == XOEV_OUT && info->repeat == NULL;
}

/* Applications that the exchange leaves to a person have no message. */
static bool
is_for_person(const struct trip *t)
{
	const struct service_exchange *e = t->service->exchange;
	const struct form_cond *when =
	    e == NULL || e->nstep == 0 ? NULL : e->step[0].when;

	return when != NULL && !form_holds(when, t->answers, t->context);
}

static void
there_and_back(struct trip *t)
{
	const struct xoev_mapping *m = t->service->xoev;
	struct arena *a = &t->f->arena;
	struct xoev_read all = { .field = arena_new(a, struct xoev_value, 2000),
		.value = arena_new(a, struct xoev_value, 2000) };
	struct files files = { .arena = a,
		.file = arena_new(a, struct xoev_value, 100) };
	struct form_answers *back;
	struct err err = { 0 };
	struct xoev_case c;

	if (is_for_person(t)) {
		t->npassed_over++;
		return;
	}
	walk(a, &t->answers->top, "", add_files, &files);
	fill_case(t, &files, &c);
	add_sources(t, &c);
	for (size_t i = 0; i < xoev_mapping_count(m); i++) {
		const struct xoev_message_info *info = xoev_mapping_get(m, i);

		if (carries_answers(info) &&
		    xoev_mapping_applies(info, t->answers, t->context))
			build_one(t, info, &c, &all);
	}
	if (xoev_answers(a, t->service->form, &all, &back, &err) == -1)
		fail_msg("%s", err.msg);
	t->read = &all;
	walk(a, &t->answers->top, "", compare_leaf, t);
	compare_files(t, &files, &all);
	t->ndone++;
}

/* ---- the examples of the packages ---- */

static void
example(void *arg, const char *name, struct form_answers *answers,
    const struct form_context *context, const struct form_error *error,
    size_t nerror)
{
	struct trip *t = arg;

	for (size_t i = 0; i < nerror; i++)
		if (!error[i].is_warning)
			return;
	t->name = name;
	t->answers = answers;
	t->context = context;
	there_and_back(t);
}

static void
run_examples(struct trip *t)
{
	struct form_mistakes mistakes = { .arena = &t->f->arena };
	struct err err = { 0 };
	char *text;
	size_t len;

	if (file_read(&t->f->arena,
		arena_printf(&t->f->arena, SERVICES "/%s/examples.json",
		    t->service->slug),
		1 << 20, &text, &len, &err) == -1 ||
	    service_each_example(&t->f->arena, t->service, text, len, example,
		t, &mistakes, &err) == -1)
		fail_msg("%s", err.msg);
}

static void
test_examples(void **state)
{
	struct xoev_fixture *f = *state;

	if (f->is_missing)
		skip();
	each_service(f, run_examples);
}

/* ---- made-up answers ---- */

/* As long as it may be, in letters of DIN 91379, also such as need two code
 * points; blanks within, none at the ends. */
static const char *
longest(struct arena *a, size_t points)
{
	static const char *const letter[] = { "Ä", "ẞ", "ñ", "ž", "đ", "ł",
		"ø", "þ", "ŵ", "ǎ", "ș", "ț", "ứ", "ḗ", "Ġ", "ĸ", "’", "-" };
	struct buf *b = buf_new(a, 100000);

	for (size_t i = 0; i < points; i++)
		if (i % 9 == 5 && i + 2 < points) {
			buf_puts(b, "M\xcc\x82"); /* with a circumflex */
			i++;
		} else if (i % 13 == 7 && i + 1 < points) {
			buf_puts(b, " ");
		} else {
			buf_puts(b, i == 0 ? "Ä" : letter[i % 16]);
		}
	return buf_text(b);
}

static void
stretch(void *arg, const char *path, struct answer *answer)
{
	const struct form_field *f = answer->field;
	struct arena *a = arg;

	(void)path;
	if (answer->raw == NULL || f->max_length == 0 || f->pattern != NULL ||
	    f->list != NULL || f->suggest_from != NULL ||
	    f->index != NULL || f->normalise != FORM_AS_TYPED)
		return;
	if (f->type == FORM_NAME || (f->type == FORM_TEXT && f->is_latin))
		answer->raw = longest(a, f->max_length);
}

static void
made_up(struct trip *t, struct sample *s, bool is_long)
{
	struct form_error *error;
	struct err err = { 0 };
	size_t n;

	if (sample_make(s, &t->answers, &err) == -1)
		fail_msg("%s: %s", t->service->slug, err.msg);
	t->context = s->context;
	if (is_long) {
		walk(s->arena, &t->answers->top, "", stretch, s->arena);
		form_evaluate(s->arena, t->answers, s->context, &error, &n);
		for (size_t i = 0; i < n; i++)
			if (!error[i].is_warning) {
				t->npassed_over++; /* a rule knows the words */
				return;
			}
	}
	there_and_back(t);
}

/* What the demonstration's town has set for the service. */
static const void *
settings_of(struct trip *t)
{
	struct form_mistakes mistakes = { .arena = &t->f->arena };
	struct err err = { 0 };
	const char *text;
	cJSON *own;

	if (service_settings_read(&t->f->arena, SERVICES "/demo/quellstadt.json",
		t->service->slug, &text, &err) == -1 ||
	    json_parse(&t->f->arena, text, strlen(text), &json_limits_package,
		&own, &err) == -1)
		fail_msg("%s: %s", t->service->slug, err.msg);
	return service_settings_merge(
	    &t->f->arena, t->service, own, &mistakes);
}

static void
run_samples(struct trip *t)
{
	struct form_context context = {
		.now_ms = (int64_t)t->f->rules.day * 86400000 + 36000000,
		.settings = settings_of(t),
	};

	/* What it copies from the register is of one invented person: made-up
	 * answers about others would not agree with it. */
	if (xoev_mapping_find(t->service->xoev, "auskunft") != NULL) {
		t->npassed_over = SAMPLES;
		return;
	}
	for (uint64_t seed = 1; seed <= SAMPLES; seed++) {
		struct sample s = { .arena = &t->f->arena,
			.service = t->service,
			.context = &context,
			.random = { seed * SEED } };

		t->name = arena_printf(
		    &t->f->arena, "sample %llu", (unsigned long long)seed);
		made_up(t, &s, seed % 2 == 0);
	}
}

static void
test_samples(void **state)
{
	struct xoev_fixture *f = *state;

	if (f->is_missing)
		skip();
	f->rules.lists = NULL; /* codes are made up as well */
	each_service(f, run_samples);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_samples),
	};

	return cmocka_run_group_tests(
	    tests, xoev_fixture_up, xoev_fixture_down);
}
