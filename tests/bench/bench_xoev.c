/*
 * bench_xoev SETS PACKAGE: messages built and validated, and read, a
 * second, against what libxml2 itself takes for the very same bytes, in turns
 * of a few milliseconds. SETS is a folder of installed sets, PACKAGE the folder
 * of service meldebescheinigung. Prints messages a second of CPU: "build N",
 * "read N", "libxml2 N" (parses and validates, nothing else), "validation N"
 * (without the parser); then "share X" (build / libxml2), "strict X" (build /
 * validation) and "reading X" (read / libxml2), each the median of all turns.
 */
#include <stdlib.h>
#include <time.h>

#include <libxml/parser.h>

#include "common/json.h"
#include "common/date.h"
#include "common/log.h"
#include "common/service/service.h"
#include "common/xml/xml_document_def.h"
#include "common/xoev/xoev.h"

#define ROUNDS 101
#define MESSAGES 20 /* of a turn */

static const char answers_json[] =
    "{\"family_name\":\"Þorgilsdóttir\",\"given_names\":\"Ægileif Mária\","
    "\"birth_date\":\"1990-02-28\",\"postal_code\":\"12345\","
    "\"street_house\":\"Straße des 17. Juni 1 a\",\"scope\":\"extended\","
    "\"elements\":[\"06\",\"07\",\"15\",\"23\"],\"delivery\":\"data\","
    "\"truth_declared\":true}";

struct bench {
	struct arena arena;
	struct xoev_rules rules;
	struct service *service;
	struct form_context context;
	struct form_answers *answers;
	struct xoev_value value;
	struct xoev_case c;
	const char *data; /* one message */
	size_t len;
	const struct xml_schema *schema; /* its own */
};

static double
cpu_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
set_up(struct bench *b, const char *sets, const char *package)
{
	struct form_mistakes mistakes = { .arena = &b->arena };
	const char *json;
	struct err err = { 0 };
	cJSON *answers;

	b->rules.day = date_of_instant(date_now_ms());
	if (xoev_sets_load(sets, &b->rules.sets, &err) == -1 ||
	    service_read_folder(&b->arena, package, &b->service, &json,
		&mistakes, &err) == -1 ||
	    b->service == NULL || b->service->xoev == NULL ||
	    json_parse(&b->arena, answers_json, sizeof(answers_json) - 1,
		&json_limits_request, &answers, &err) == -1 ||
	    form_read_json(&b->arena, b->service->form, answers, &b->answers,
		&err) == -1)
		log_fatal("bench_xoev: %s", err.msg);
	b->context.now_ms = date_now_ms();
	b->context.settings = b->service->settings_json;
	form_evaluate_values(&b->arena, b->answers, &b->context);
	b->value = (struct xoev_value){ .name = "town_ags",
		.text = "16099001" };
	b->c = (struct xoev_case){
		.answers = b->answers,
		.context = &b->context,
		.value = &b->value,
		.nvalue = 1,
		.author = { .directory = "DVDV", .directory_version = "3",
		    .key = "mbp:16099001", .name = "Portal Quellstadt",
		    .channel = "01", .channel_version = "3",
		    .address = "portal@quellstadt.example",
		    .street = "Rathausplatz", .house_no = "1",
		    .postal_code = "99999", .city = "Quellstadt" },
		.reader = { .directory = "DVDV", .directory_version = "3",
		    .key = "ags:16099001", .name = "Meldebehörde Quellstadt" },
	};
}

static void
build(struct bench *b, struct arena *a, struct xoev_built *out)
{
	struct err err = { 0 };

	if (xoev_build(a, &b->rules, b->service->xoev, "anfrage", &b->c, out,
		&err) == -1)
		log_fatal("bench_xoev: %s", err.msg);
}

static void
run_build(struct bench *b)
{
	struct arena a = { 0 };
	struct xoev_built out;

	build(b, &a, &out);
	arena_free(&a);
}

static void
run_read(struct bench *b)
{
	struct arena a = { 0 };
	struct xoev_read in;
	struct err err = { 0 };

	if (xoev_read(&a, &b->rules, b->service->xoev, b->data, b->len, &in,
		&err) == -1 ||
	    in.nfield == 0)
		log_fatal("bench_xoev: %s", err.msg);
	arena_free(&a);
}

/* Nothing but libxml2: bytes to its tree. */
static struct xml_document
parse(const struct bench *b)
{
	struct xml_document d = { .doc = xmlReadMemory(b->data, (int)b->len,
				      NULL, "UTF-8", XML_PARSE_NONET) };

	if (d.doc == NULL)
		log_fatal("bench_xoev: not parsed");
	return d;
}

/* That against the schema. */
static void
validate(struct bench *b, struct xml_document *d)
{
	struct xml_schema_fault *found;
	struct arena a = { 0 };
	size_t n;

	xml_schema_validate(&a, b->schema, d, 1, &found, &n);
	if (n > 0)
		log_fatal("bench_xoev: not valid");
	arena_free(&a);
}

static void
run_libxml2(struct bench *b)
{
	struct xml_document d = parse(b);

	validate(b, &d);
	xmlFreeDoc(d.doc);
}

static double
rate(struct bench *b, void (*run)(struct bench *))
{
	double start = cpu_s();

	for (int i = 0; i < MESSAGES; i++)
		run(b);
	return MESSAGES / (cpu_s() - start);
}

/* The same of what was parsed beforehand. */
static double
rate_validation(struct bench *b)
{
	struct xml_document d[MESSAGES];
	double start, took;

	for (int i = 0; i < MESSAGES; i++)
		d[i] = parse(b);
	start = cpu_s();
	for (int i = 0; i < MESSAGES; i++)
		validate(b, &d[i]);
	took = cpu_s() - start;
	for (int i = 0; i < MESSAGES; i++)
		xmlFreeDoc(d[i].doc);
	return MESSAGES / took;
}

static int
compare(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return v[n / 2];
}

enum { BUILD, READ, LIBXML2, VALIDATION, SHARE, STRICT, READING, FIGURES };

int
main(int argc, char **argv)
{
	static const char *const name[] = { "build", "read", "libxml2",
		"validation", "share", "strict", "reading" };
	static double v[FIGURES][ROUNDS];
	struct bench b = { 0 };
	struct xoev_built one;
	struct err err = { 0 };

	log_open("bench_xoev", LOG_WARN);
	if (argc != 3)
		log_fatal("usage: bench_xoev SETS PACKAGE");
	set_up(&b, argv[1], argv[2]);
	build(&b, &b.arena, &one); /* compiles the schema, too */
	b.data = one.data;
	b.len = one.len;
	if (xoev_sets_schema(b.rules.sets, one.head.uri, b.rules.day,
		&b.schema, &err) == -1)
		log_fatal("bench_xoev: %s", err.msg);
	for (size_t i = 0; i < ROUNDS; i++) {
		v[BUILD][i] = rate(&b, run_build);
		v[LIBXML2][i] = rate(&b, run_libxml2);
		v[READ][i] = rate(&b, run_read);
		v[VALIDATION][i] = rate_validation(&b);
		v[SHARE][i] = v[BUILD][i] / v[LIBXML2][i];
		v[STRICT][i] = v[BUILD][i] / v[VALIDATION][i];
		v[READING][i] = v[READ][i] / v[LIBXML2][i];
	}
	(void)printf("bytes %zu\n", b.len);
	for (size_t i = 0; i < FIGURES; i++)
		(void)printf("%s %.*f\n", name[i], i < SHARE ? 0 : 2,
		    median(v[i], ROUNDS));
	xoev_sets_free(b.rules.sets);
	arena_free(&b.arena);
	return 0;
}
