/*
 * Sample answers: made from a service's definition, such that its form accepts
 * them, for tests and for load. The same seed gives the same samples.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "common/service/service.h"

/* splitmix64: small, and the same on every machine. */
struct sample_random {
	uint64_t state;
};
uint64_t sample_next(struct sample_random *r);
uint64_t sample_below(struct sample_random *r, uint64_t n); /* n > 0 */
bool sample_chance(struct sample_random *r, unsigned percent);
int64_t sample_between(struct sample_random *r, int64_t min, int64_t max);

/* What a sample is made for. */
struct sample {
	struct arena *arena;
	const struct service *service;
	const struct form_context *context;
	struct sample_random random;
};

/*
 * Answers that are evaluated and accepted: no error, and an adviser that
 * proceeds. Answers, and those rules that read them, are tried again where a
 * rule refuses them; ERR_CONFLICT names the last finding when nothing fits.
 * Files that are demanded are made up: a name, a type, an id.
 */
int sample_make(
    struct sample *s, struct form_answers **out, struct err *err);

/* One mistake in answers that were fine. */
struct sample_mistake {
	const char *path; /* with indices */
	const char *code; /* what the form has to say */
};

/*
 * Plants one mistake into answers that sample_make made, so that it is the
 * only one there. ERR_CONFLICT when no place was found for one.
 */
int sample_spoil(struct sample *s, struct form_answers *answers,
    struct sample_mistake *out, struct err *err);

/* The answers as the API takes them; what is wrong is written as typed. */
void sample_write(const struct sample *s, const struct form_answers *answers,
    struct buf *out);

/* ---- sample_value.c ---- */

/* Puts a value into an answer that has none, as a person would type it. */
void sample_fill(struct sample *s, struct answer *answer);
/* Takes the value away again. */
void sample_clear(struct answer *answer);

/* ---- sample_hint.c ---- */

/* A value that conditions compare the field with, or that the town's tables
 * know; NULL when there is none. */
const char *sample_hint(struct sample *s, const struct form_field *f);

/* ---- sample_pattern.c ---- */

/* A text that a pattern (PCRE2) matches, of about max characters at most; NULL
 * when the pattern has what this does not know. */
const char *sample_of_pattern(
    struct sample *s, const char *pattern, size_t max);

#endif
