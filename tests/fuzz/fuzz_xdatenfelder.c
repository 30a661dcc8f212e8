/* links: torhaus/fim_read torhaus/fim_key torhaus/fim_text torhaus/fim_field torhaus/fim_form torhaus/fim_package torhaus/xml_scan */
/*
 * FIM schemas from files that nobody vouches for: whatever can be read becomes
 * a form that compiles, and says of every field what became of it.
 */
#include <assert.h>
#include <stdint.h>

#include "common/json.h"
#include "common/service/service.h"
#include "torhaus/fim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The words of the catalogue do not matter here. */
static cJSON *
no_words(struct arena *a)
{
	struct err err = {0};
	cJSON *json = NULL;

	assert(json_parse(a, "{}", 2, &json_limits_package, &json, &err) == 0);
	return json;
}

static void
compile(struct arena *a, const struct fim_package *p)
{
	const char *package = arena_printf(a,
	    "{\"format\":1,\"service\":%s,\"form\":%s,"
	    "\"texts\":{\"de\":%s,\"en\":%s}}",
	    p->service, p->form, p->texts_de, p->texts_en);
	struct form_mistakes mistakes = {.arena = a};
	struct service *s = NULL;
	struct err err = {0};

	if (service_read_package(a, package, strlen(package), &s, &mistakes,
		&err) == -1) {
		assert(err.code == ERR_TOO_LARGE);
		return;
	}
	for (size_t i = 0; i < mistakes.n; i++) {
		const struct form_mistake *m = &mistakes.mistake[i];

		if (!m->is_warning && strcmp(m->file, "form.json") == 0 &&
		    strstr(m->text, "over 2000 fields") == NULL) {
			(void)fprintf(
			    stderr, "%s: %s\n%s\n", m->path, m->text, p->form);
			abort();
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct fim_schema schema;
	struct fim_package package;
	struct err err = {0};

	if (fim_read(&arena, (const char *)data, size, &schema, &err) == 0 &&
	    fim_convert(&arena, &schema, "probe", "probe.xml",
		(const void *const[]){no_words(&arena), no_words(&arena)},
		&package, &err) == 0) {
		assert(package.ncarried > 0);
		compile(&arena, &package);
	} else
		assert(err.msg[0] != '\0');
	arena_free(&arena);
	return 0;
}
