/*
 * Answers to one form with a field of every type. The first byte chooses how
 * they come: as form pairs, as JSON, as a draft. What holds whatever they are:
 * a draft read again is the same draft, and valid answers written and read
 * again are the same answers.
 */
#include <assert.h>
#include <stdint.h>

#include "common/code_list/code_list.h"
#include "common/form/form_def.h"
#include "common/json.h"

#define FORM                                                                   \
	"{\"pages\":[{\"id\":\"p\",\"fields\":["                               \
	"{\"key\":\"t\",\"type\":\"text\",\"max_length\":20,"                  \
	"\"pattern\":\"[A-Z]+\",\"normalise\":\"upper\"},"                     \
	"{\"key\":\"k\",\"type\":\"text\",\"max_length\":20,"                  \
	"\"normalise\":\"plate\"},"                                            \
	"{\"key\":\"c\",\"type\":\"text\",\"max_length\":20,"                  \
	"\"normalise\":\"digits\"},"                                           \
	"{\"key\":\"a\",\"type\":\"textarea\",\"max_length\":50},"             \
	"{\"key\":\"i\",\"type\":\"integer\",\"min\":-5},"                     \
	"{\"key\":\"d\",\"type\":\"decimal\",\"scale\":6},"                    \
	"{\"key\":\"m\",\"type\":\"money\"},"                                  \
	"{\"key\":\"dt\",\"type\":\"date\",\"max\":\"today+1y\"},"             \
	"{\"key\":\"pd\",\"type\":\"partial_date\"},"                          \
	"{\"key\":\"ts\",\"type\":\"datetime\"},"                              \
	"{\"key\":\"y\",\"type\":\"yesno\"},"                                  \
	"{\"key\":\"o\",\"type\":\"choice\",\"options\":[\"a\","               \
	"{\"value\":\"1\",\"show\":{\"eq\":[\"y\",true]}}]},"                  \
	"{\"key\":\"mo\",\"type\":\"multi_choice\",\"options\":[\"a\",\"b\"]},"\
	"{\"key\":\"e\",\"type\":\"email\"},"                                  \
	"{\"key\":\"p\",\"type\":\"phone\"},"                                  \
	"{\"key\":\"ib\",\"type\":\"iban\"},"                                  \
	"{\"key\":\"n\",\"type\":\"name\"},"                                   \
	"{\"key\":\"w\",\"type\":\"position\"},"                               \
	"{\"key\":\"ok\",\"type\":\"consent\"},"                               \
	"{\"key\":\"g\",\"type\":\"group\",\"show\":{\"not\":{\"empty\":\"i\"}}"\
	",\"fields\":[{\"key\":\"n\",\"type\":\"name\"}]},"                    \
	"{\"key\":\"r\",\"type\":\"repeat\",\"max_items\":5,\"fields\":["      \
	"{\"key\":\"s\",\"type\":\"text\",\"max_length\":40},"                 \
	"{\"key\":\"r\",\"type\":\"repeat\",\"fields\":["                      \
	"{\"key\":\"i\",\"type\":\"integer\"}]},"                              \
	"{\"key\":\"q\",\"type\":\"calculated\",\"format\":\"text\",\"value\":"\
	"{\"lookup\":[\"setting.streets\",\"s\",{\"sum\":[\"r\",\"i\"]}]}}]},"  \
	"{\"key\":\"x\",\"type\":\"calculated\",\"format\":\"date\",\"value\":"\
	"{\"add_months\":[{\"max\":[\"dt\",\"pd\"]},\"i\"]}}]}],"              \
	"\"rules\":[{\"id\":\"z\",\"scope\":\"r.r\",\"fields\":[\"i\"],"       \
	"\"when\":{\"gt\":[\"i\",{\"mul\":[\"d\",\"m\"]}]}},"                  \
	"{\"id\":\"out\",\"fields\":[\"w\"],\"when\":{\"not\":"                \
	"{\"inside\":[\"w\",\"setting.area\"]}}}]}"
#define SETTINGS                                                               \
	"{\"area\":{\"polygon\":[[0,0],[0,90],[90,0]],\"tolerance_m\":9},"     \
	"\"slots\":[{\"id\":\"a\",\"start\":\"2027-01-01T09:00\","                \
	"\"minutes\":30},{\"id\":\"b\",\"start\":\"2027-01-01T10:00\","           \
	"\"minutes\":30,\"full\":true}],"                                       \
	"\"streets\":{\"Am Wall\":\"A\",\"Gasse\":{\"1-9\":\"B\"}}}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct form *form;
static struct form_context context = {.now_ms = INT64_C(1793617200000)};

static const struct code_list *
list_of(struct arena *a, const char *uri, const char *const *cell, size_t n)
{
	static const char *const columns[] = {"code", "name"};
	const struct code_list_source source = {.uri = uri,
	    .version = "1",
	    .name = "",
	    .agency = "",
	    .short_name = "",
	    .valid_from = CODE_LIST_ALWAYS,
	    .column = columns,
	    .ncolumn = 2,
	    .label_column = 1,
	    .cell = cell,
	    .nrow = n};
	const struct code_list *list;
	struct err err = {0};
	int rc = code_list_build(a, &source, &list, &err);

	assert(rc == 0);
	return list;
}

static void
bind(struct arena *a, struct form_mistakes *mistakes)
{
	static const char *const land[] = {"09", "Bergland", "16", "Waldland"};
	static const char *const ort[] = {"0901", "Neustadt", "1601",
	    "Neustadt", "1602", "M\xc3\xbchlstr."};
	const struct code_list *list[] = {
	    list_of(a, "urn:land", land, 2), list_of(a, "urn:ort", ort, 3)};

	form_bind_lists(form, code_lists_new(a, list, 2), 20000, mistakes);
	assert(mistakes->n == 0);
}

static void
compile(void)
{
	static struct arena arena;
	struct form_mistakes mistakes = {.arena = &arena};
	struct form_def d = {
		.arena = &arena, .mistakes = &mistakes, .file = "form.json"};
	struct err err = {0};
	cJSON *json, *settings;
	int rc;

	rc = json_parse(&arena, FORM, strlen(FORM), &json_limits_package,
	    &json, &err);
	assert(rc == 0);
	rc = json_parse(&arena, SETTINGS, strlen(SETTINGS),
	    &json_limits_package, &settings, &err);
	assert(rc == 0);
	d.settings = settings;
	context.settings = settings;
	form = form_compile(&d, json);
	assert(form != NULL);
	bind(&arena, &mistakes);
}

static void
check_draft(struct arena *a, const struct form_answers *answers)
{
	struct buf *first = buf_new(a, 8 << 20), *second = buf_new(a, 8 << 20);
	struct form_answers *again;
	struct err err = {0};
	int rc;

	form_write_draft(answers, first);
	rc = form_read_draft(
	    a, form, buf_text(first), first->len, &again, &err);
	assert(rc == 0 || err.code == ERR_TOO_LARGE);
	if (rc == -1)
		return;
	form_write_draft(again, second);
	assert(strcmp(buf_text(first), buf_text(second)) == 0);
}

static void
check_same(struct arena *a, const struct form_answers *answers)
{
	struct buf *first = buf_new(a, 8 << 20), *second = buf_new(a, 8 << 20);
	struct form_answers *again;
	struct form_error *error;
	struct err err = {0};
	cJSON *json;
	size_t n;
	int rc;

	form_write_json(answers, first);
	rc = json_parse(a, buf_text(first), first->len, &json_limits_package,
	    &json, &err);
	assert(rc == 0);
	rc = form_read_json(a, form, json, &again, &err);
	assert(rc == 0);
	form_evaluate(a, again, &context, &error, &n);
	form_write_json(again, second);
	assert(again->nerror == 0);
	assert(strcmp(buf_text(first), buf_text(second)) == 0);
}

static int
read_answers(struct arena *a, const uint8_t *data, size_t size,
    struct form_answers **out)
{
	const char *text = (const char *)data + 1;
	struct http_pairs pairs;
	struct err err = {0};
	cJSON *json;

	size--;
	switch (data[0] % 3) {
	case 0:
		if (http_decode_form(a, text, size, 10000, &pairs, &err) == -1)
			return -1;
		return form_read_pairs(a, form, &pairs, out, &err);
	case 1:
		if (json_parse(a, text, size, &json_limits_request, &json,
			&err) == -1)
			return -1;
		return form_read_json(a, form, json, out, &err);
	default:
		return form_read_draft(a, form, text, size, out, &err);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct form_answers *answers;
	struct form_error *error;
	size_t n;

	if (form == NULL)
		compile();
	if (size > 0 && read_answers(&arena, data, size, &answers) == 0) {
		form_evaluate(&arena, answers, &context, &error, &n);
		for (size_t i = 0; i < n; i++)
			assert(form_find(answers, error[i].path) ==
			    error[i].answer);
		check_draft(&arena, answers);
		form_fill_defaults(&arena, answers, SIZE_MAX, &context);
		form_evaluate(&arena, answers, &context, &error, &n);
		if (answers->nerror == 0)
			check_same(&arena, answers);
	}
	arena_free(&arena);
	return 0;
}
