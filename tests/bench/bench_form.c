/*
 * bench_form [ROUNDS [FORM ANSWERS]]: what judging a big form costs. A form of
 * 500 fields of all kinds with 200 conditions and rules, every field answered,
 * is read from JSON and judged, ROUNDS times (2000). Prints a line for each
 * part: "evaluate P50 P99", "read P50 P99" in microseconds of CPU; before it
 * "form FIELDS CONDITIONS ERRORS" as they were counted. Writes the form and the
 * answers into the files FORM and ANSWERS, for the twin.
 */
#include <stdlib.h>
#include <time.h>

#include "common/form/form_def.h"
#include "common/json.h"
#include "common/log.h"
#include "common/num.h"

#define PAGES 10
#define FIELDS 47 /* of a page, beside a repeat of two fields */
#define ITEMS 4	  /* of each repeat */
#define ROUNDS_MAX 100000
#define NOW_MS INT64_C(1793617200000) /* 2026-11-02, noon in Germany */

/* One kind of field, and an answer to it. */
static const struct kind {
	const char *members, *answer;
} kinds[] = {
    {"\"type\":\"text\",\"max_length\":80", "\"Unter den Linden 7 b\""},
    {"\"type\":\"name\",\"required\":true", "\"\xc8\x98tef\xc4\x83nescu\""},
    {"\"type\":\"integer\",\"min\":0,\"max\":9999", "42"},
    {"\"type\":\"yesno\",\"required\":true", "true"},
    {"\"type\":\"date\",\"max\":\"today\"", "\"2001-03-04\""},
    {"\"type\":\"choice\",\"options\":[\"a\",\"b\",\"c\",\"d\"]", "\"b\""},
    {"\"type\":\"money\"", "129900"},
    {"\"type\":\"text\",\"max_length\":15,\"normalise\":\"digits\","
     "\"pattern\":\"[0-9]{15}\"",
	"\"276 0981 0612 3456\""},
    {"\"type\":\"multi_choice\",\"options\":[\"x\",\"y\",\"z\"]",
	"[\"x\",\"z\"]"},
    {"\"type\":\"email\"", "\"erika.mustermann@example.org\""},
    {"\"type\":\"identifier\",\"scheme\":\"tax_id\"", "\"86095742719\""},
    {"\"type\":\"time\"", "\"14:30\""},
    {"\"type\":\"phone\"", "\"030 123456\""},
    {"\"type\":\"iban\"", "\"DE02 1203 0000 0000 2020 51\""},
    {"\"type\":\"textarea\",\"max_length\":500",
	"\"Die Laterne an der Ecke flackert seit gestern Abend.\""},
    {"\"type\":\"decimal\"", "12.5"},
};

/* Conditions on the first fields of the page before: kinds 0, 2 to 5, 8. */
static const char *const conditions[] = {
    "{\"eq\":[\"p%d_3\",true]}",
    "{\"and\":[{\"ge\":[\"p%d_2\",18]},{\"not\":{\"empty\":\"p%d_0\"}}]}",
    "{\"in\":[\"p%d_5\",[\"a\",\"b\",\"c\"]]}",
    "{\"ge\":[{\"age\":[\"p%d_4\",{\"today\":true}]},16]}",
    "{\"or\":[{\"contains\":[\"p%d_8\",\"y\"]},{\"eq\":[\"p%d_5\",\"b\"]}]}",
    "{\"any\":[\"p%d_r\",{\"gt\":[\"n\",1]}]}",
    "{\"le\":[{\"sum\":[\"p%d_r\",\"n\"]},{\"add\":[\"p%d_2\",400]}]}",
    "{\"matches\":[\"p%d_0\",\"[A-Z].*[0-9].*\"]}",
};

static size_t nconditions;

/* Condition i with the number of a page put in. */
static void
put_condition(struct buf *out, size_t i, int page)
{
	const char *s = conditions[i % nitems(conditions)];

	for (; *s != '\0'; s++) {
		if (s[0] == '%' && s[1] == 'd') {
			buf_printf(out, "%d", page);
			s++;
		} else {
			buf_put(out, s, 1);
		}
	}
	nconditions++;
}

static void
put_page(struct buf *form, struct buf *answers, int page)
{
	buf_printf(form, "%s{\"id\":\"p%d\",\"fields\":[", page > 0 ? "," : "",
	    page);
	for (int i = 0; i < FIELDS; i++) {
		const struct kind *k = &kinds[(size_t)i % nitems(kinds)];

		buf_printf(form, "%s{\"key\":\"p%d_%d\",%s", i > 0 ? "," : "",
		    page, i, k->members);
		if (page > 0 && i >= 10 && i < 30) {
			buf_puts(form, ",\"show\":");
			put_condition(form, (size_t)i, page - 1);
		}
		buf_puts(form, "}");
		buf_printf(answers, "%s\"p%d_%d\":%s",
		    page + i > 0 ? "," : "", page, i, k->answer);
	}
	buf_printf(form,
	    ",{\"key\":\"p%d_r\",\"type\":\"repeat\",\"max_items\":%d,"
	    "\"fields\":[{\"key\":\"n\",\"type\":\"integer\"},{\"key\":\"d\","
	    "\"type\":\"date\",\"show\":{\"gt\":[\"n\",0]}}]}]}",
	    page, ITEMS);
	nconditions++;
	buf_printf(answers, ",\"p%d_r\":[", page);
	for (int i = 0; i < ITEMS; i++)
		buf_printf(answers, "%s{\"n\":%d,\"d\":\"2026-01-0%d\"}",
		    i > 0 ? "," : "", i, i + 1);
	buf_puts(answers, "]");
}

/* Rules over everything; their mistake is never made. */
static void
put_rules(struct buf *form)
{
	buf_puts(form, "],\"rules\":[");
	for (int i = 0; i < PAGES; i++) {
		buf_printf(form,
		    "%s{\"id\":\"r%d\",\"when\":{\"and\":[{\"lt\":[\"p%d_2\","
		    "18]},{\"not\":",
		    i > 0 ? "," : "", i, i);
		put_condition(form, (size_t)i, i);
		buf_printf(form,
		    "}]},\"fields\":[\"p%d_2\"]},{\"id\":\"s%d\",\"scope\":"
		    "\"p%d_r\",\"when\":{\"gt\":[\"n\",\"@p%d_2\"]},"
		    "\"fields\":[\"n\"]}",
		    i, i, i, i);
		nconditions++;
	}
	buf_puts(form, "]}");
}

static cJSON *
parse(struct arena *a, struct buf *text)
{
	struct err err = {0};
	cJSON *json;

	if (json_parse(a, buf_text(text), text->len, &json_limits_package,
		&json, &err) == -1)
		log_fatal("bench_form: %s", err.msg);
	return json;
}

static struct form *
compile(struct arena *a, const cJSON *json)
{
	struct form_mistakes mistakes = {.arena = a};
	struct form_def d = {
	    .arena = a, .mistakes = &mistakes, .file = "form.json"};
	struct form *form;

	d.settings = cJSON_CreateObject(); /* lives as long as the program */
	form = form_compile(&d, json);
	if (form == NULL)
		log_fatal("bench_form: %s: %s", mistakes.mistake[0].path,
		    mistakes.mistake[0].text);
	return form;
}

static int64_t
cpu_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
print_times(const char *name, int64_t *ns, size_t n)
{
	qsort(ns, n, sizeof(*ns), compare);
	printf("%s %.1f %.1f\n", name, (double)ns[n / 2] / 1e3,
	    (double)ns[n * 99 / 100] / 1e3);
}

static void
write_file(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(buf_text(text), f) == EOF || fclose(f) == EOF)
		log_fatal("bench_form: %s cannot be written", path);
}

int
main(int argc, char **argv)
{
	struct arena arena = {0};
	struct buf *text = buf_new(&arena, 1 << 20);
	struct buf *given = buf_new(&arena, 1 << 20);
	struct form_context context = {.now_ms = NOW_MS};
	struct err err = {0};
	int64_t rounds = 2000, *judged, *read;
	struct form_error *error;
	struct form *form;
	cJSON *answers_json;
	size_t nerror = 0;

	if (argc > 1 &&
	    num_parse(argv[1], 1, ROUNDS_MAX, &rounds, &err) == -1)
		log_fatal("bench_form: %s", err.msg);
	buf_puts(text, "{\"pages\":[");
	buf_puts(given, "{");
	for (int i = 0; i < PAGES; i++)
		put_page(text, given, i);
	put_rules(text);
	buf_puts(given, "}");
	if (argc > 3) {
		write_file(argv[2], text);
		write_file(argv[3], given);
	}
	form = compile(&arena, parse(&arena, text));
	answers_json = parse(&arena, given);
	judged = arena_new(&arena, int64_t, (size_t)rounds);
	read = arena_new(&arena, int64_t, (size_t)rounds);
	for (int64_t i = 0; i < rounds; i++) {
		struct arena scratch = {0};
		struct form_answers *answers;
		int64_t start = cpu_ns(), middle;

		if (form_read_json(&scratch, form, answers_json, &answers,
			&err) == -1)
			log_fatal("bench_form: %s", err.msg);
		middle = cpu_ns();
		form_evaluate(&scratch, answers, &context, &error, &nerror);
		judged[i] = cpu_ns() - middle;
		read[i] = middle - start;
		if (nerror > 0 && i == 0)
			log_warn("bench_form: %s: %s", error[0].path,
			    error[0].code);
		arena_free(&scratch);
	}
	printf("form %zu %zu %zu\n", form->nordinal, nconditions, nerror);
	print_times("evaluate", judged, (size_t)rounds);
	print_times("read", read, (size_t)rounds);
	arena_free(&arena);
	return 0;
}
