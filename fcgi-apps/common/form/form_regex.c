#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "common/form/form_def.h"
#include "common/log.h"

#define MATCH_LIMIT 200000 /* steps of one match */
#define HEAP_LIMIT_KIB 2048

struct form_regex {
	pcre2_code *code;
	pcre2_match_context *context;
};

static void
regex_free(void *arg)
{
	struct form_regex *r = arg;

	pcre2_match_context_free(r->context);
	pcre2_code_free(r->code);
}

const struct form_regex *
form_regex_compile(struct form_def *d, const char *pattern, const char *path)
{
	uint32_t options = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED |
	    PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
	struct form_regex *r;
	PCRE2_SIZE offset;
	PCRE2_UCHAR text[160];
	pcre2_code *code;
	int error;

	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	    options, &error, &offset, NULL);
	if (code == NULL) {
		(void)pcre2_get_error_message(error, text, sizeof(text));
		def_mistake(d, path, "correct the pattern (PCRE2)",
		    "bad pattern at character %zu: %s", (size_t)offset + 1,
		    (const char *)text);
		return NULL;
	}
	r = arena_new(d->arena, struct form_regex, 1);
	r->code = code;
	if ((r->context = pcre2_match_context_create(NULL)) == NULL)
		log_fatal("form_regex: out of memory");
	(void)pcre2_set_match_limit(r->context, MATCH_LIMIT);
	(void)pcre2_set_depth_limit(r->context, MATCH_LIMIT);
	(void)pcre2_set_heap_limit(r->context, HEAP_LIMIT_KIB);
	arena_defer(d->arena, regex_free, r);
	return r;
}

size_t
form_regex_least(const struct form_regex *r)
{
	uint32_t n = 0;

	(void)pcre2_pattern_info(r->code, PCRE2_INFO_MINLENGTH, &n);
	return n;
}

bool
form_regex_matches(const struct form_regex *r, const char *s)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int rc;

	if (data == NULL)
		log_fatal("form_regex: out of memory");
	rc = pcre2_match(r->code, (PCRE2_SPTR)s, strlen(s), 0,
	    PCRE2_NO_UTF_CHECK, data, r->context);
	pcre2_match_data_free(data);
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		log_warn("form_regex: match gave up with error %d", rc);
	return rc >= 0;
}
