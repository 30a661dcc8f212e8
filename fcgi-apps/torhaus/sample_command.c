/* torhaus service sample */
#include <sys/stat.h>

#include "common/date.h"
#include "common/json.h"
#include "common/num.h"
#include "torhaus/commands.h"
#include "torhaus/sample.h"
#include "torhaus/service_mistakes.h"
#include "torhaus/service_settings.h"

#define LINE_MAX_BYTES ((size_t)16 << 20)
#define SAMPLES_MAX 1000000

struct run {
	const struct service *service;
	struct form_context context;
	uint64_t seed;
	int64_t n;
	bool is_invalid;
};

/* One line: the answers, or with a mistake {"answers", "expect"}. */
static int
print_one(const struct run *r, int64_t i, struct err *err)
{
	struct arena a = {0};
	struct sample s = {.arena = &a,
	    .service = r->service,
	    .context = &r->context,
	    .random = {.state = r->seed * 1000003 + (uint64_t)i}};
	struct buf *line = buf_new(&a, LINE_MAX_BYTES);
	struct sample_mistake mistake;
	struct form_answers *answers;
	struct json_out j;
	int rc = sample_make(&s, &answers, err);

	if (rc == 0 && r->is_invalid)
		rc = sample_spoil(&s, answers, &mistake, err);
	if (rc == 0 && r->is_invalid) {
		struct buf *one = buf_new(&a, LINE_MAX_BYTES);

		sample_write(&s, answers, one);
		json_begin(&j, line);
		json_open_object(&j);
		json_key(&j, "answers");
		json_put_raw(&j, buf_text(one));
		json_key(&j, "expect");
		json_open_object(&j);
		json_pair(&j, "path", mistake.path);
		json_pair(&j, "code", mistake.code);
		json_close_object(&j);
		json_close_object(&j);
	} else if (rc == 0)
		sample_write(&s, answers, line);
	if (rc == 0)
		rc = buf_check(line, err);
	if (rc == 0)
		(void)printf("%s\n", buf_text(line));
	arena_free(&a);
	return rc;
}

static int
print_all(const struct run *r, struct err *err)
{
	for (int64_t i = 0; i < r->n; i++)
		if (print_one(r, i, err) == -1)
			return -1;
	return 0;
}

static int
read_number(int argc, char **argv, const char *name, int64_t max,
    int64_t other, int64_t *out)
{
	const char *text = tool_option(argc, argv, name);
	struct err err = {0};

	*out = other;
	if (text == NULL || num_parse(text, 0, max, out, &err) == 0)
		return 0;
	return -1;
}

static int
read_settings(struct tool *t, const struct service *s, const char *path,
    struct run *r, struct err *err)
{
	struct form_mistakes mistakes = {.arena = t->arena};
	const char *text;
	cJSON *own;

	if (service_settings_read(t->arena, path, s->slug, &text, err) == -1 ||
	    json_parse(t->arena, text, strlen(text), &json_limits_package,
		&own, err) == -1)
		return -1;
	r->context.settings =
	    service_settings_merge(t->arena, s, own, &mistakes);
	return 0;
}

/* A folder is a package; anything else a service that a town offers. */
static int
find_service(struct tool *t, const char *word, int argc, char **argv,
    struct run *r, struct err *err)
{
	struct form_mistakes mistakes = {.arena = t->arena};
	const struct town_service *offer;
	const struct town *town;
	const char *package;
	struct service *s;
	struct stat st;

	if (stat(word, &st) == 0 && S_ISDIR(st.st_mode)) {
		if (service_read_folder(
			t->arena, word, &s, &package, &mistakes, err) == -1)
			return -1;
		service_mistakes_print(word, &mistakes);
		if (s == NULL)
			return err_set(err, ERR_CONFIG,
			    "%s: mend the package first", word);
		r->service = s;
		return read_settings(t, s,
		    tool_option(argc, argv, "--settings"), r, err);
	}
	if (tool_open(t, TOOL_DB, err) == -1 ||
	    (town = tool_town(
		 t, tool_option(argc, argv, "--town"), err)) == NULL)
		return -1;
	if ((offer = service_set_offer(t->set, town, word)) == NULL)
		return err_set(err, ERR_NOT_FOUND,
		    "the town does not offer '%s', nor is it a folder", word);
	r->service = offer->service;
	r->context.settings = offer->settings;
	return 0;
}

int
cmd_service_sample(struct tool *t, int argc, char **argv)
{
	static const char *const flags[] = {"--invalid", NULL};
	const char *word = tool_word(argc, argv, 0, flags);
	const char *as_of = tool_option(argc, argv, "--as-of");
	struct run r = {.context = {.now_ms = date_now_ms()},
	    .is_invalid = tool_flag(argc, argv, "--invalid") != 0};
	struct err err = {0};
	int64_t seed;
	int32_t day;

	if (word == NULL)
		return tool_usage("which folder or service?");
	if (read_number(argc, argv, "--n", SAMPLES_MAX, 10, &r.n) == -1 ||
	    read_number(argc, argv, "--seed", INT64_MAX, 1, &seed) == -1)
		return tool_usage("--n and --seed are numbers");
	if (as_of != NULL && date_parse(as_of, &day, &err) == -1)
		return tool_usage("--as-of: write the day as 2026-11-22");
	if (as_of != NULL)
		r.context.now_ms = (int64_t)day * 86400000 + 39600000;
	r.seed = (uint64_t)seed;
	if (find_service(t, word, argc, argv, &r, &err) == -1 ||
	    print_all(&r, &err) == -1)
		return tool_fail(&err);
	return EXIT_OK;
}
