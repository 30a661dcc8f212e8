/* A form compiled from JSON in a test; ' stands for ". */
#ifndef FORM_FIXTURE_H
#define FORM_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/form/form_def.h"
#include "common/json.h"

/* 2026-11-02, noon in Germany. */
#define FIXTURE_NOW INT64_C(1793617200000)

struct fixture {
	struct arena arena;
	struct form_mistakes mistakes;
	const cJSON *settings;
	struct form *form;
	struct form_answers *answers;
	struct form_context context;
	struct form_error *error;
	size_t nerror;
};

static inline cJSON *
fixture_json(struct fixture *f, const char *quoted)
{
	char *text = arena_strdup(&f->arena, quoted);
	struct err err = {0};
	cJSON *json;

	for (char *s = text; *s != '\0'; s++)
		if (*s == '\'')
			*s = '"';
	if (json_parse(&f->arena, text, strlen(text), &json_limits_package,
		&json, &err) == -1)
		fail_msg("%s: %s", text, err.msg);
	return json;
}

/* Compiles; f->form is NULL after mistakes. */
static inline void
fixture_compile(struct fixture *f, const char *form, const char *settings)
{
	struct form_def d = {.file = "form.json"};

	f->mistakes.arena = &f->arena;
	f->settings = fixture_json(f, settings);
	d.arena = &f->arena;
	d.mistakes = &f->mistakes;
	d.settings = f->settings;
	f->form = form_compile(&d, fixture_json(f, form));
	f->context.now_ms = FIXTURE_NOW;
	f->context.settings = f->settings;
}

/* The same, and it must be a good form. */
static inline void
fixture_form(struct fixture *f, const char *form, const char *settings)
{
	fixture_compile(f, form, settings);
	if (f->form == NULL)
		fail_msg("%s: %s", f->mistakes.mistake[0].path,
		    f->mistakes.mistake[0].text);
}

/* A form of one page with these fields. */
static inline void
fixture_fields(struct fixture *f, const char *fields, const char *settings)
{
	fixture_form(f,
	    arena_printf(&f->arena,
		"{'pages': [{'id': 'eins', 'fields': [%s]}]}", fields),
	    settings);
}

static inline void
fixture_answer(struct fixture *f, const char *json)
{
	struct err err = {0};

	if (form_read_json(&f->arena, f->form, fixture_json(f, json),
		&f->answers, &err) == -1)
		fail_msg("%s: %s", json, err.msg);
	form_evaluate(
	    &f->arena, f->answers, &f->context, &f->error, &f->nerror);
}

/* "path: code, path: code", warnings in brackets. */
static inline const char *
fixture_errors(struct fixture *f)
{
	const char *all = "";

	for (size_t i = 0; i < f->nerror; i++)
		all = arena_printf(&f->arena, "%s%s%s%s: %s%s", all,
		    i > 0 ? ", " : "", f->error[i].is_warning ? "(" : "",
		    f->error[i].path, f->error[i].code,
		    f->error[i].is_warning ? ")" : "");
	return all;
}

/* The canonical text of an answer, "-" for none. */
static inline const char *
fixture_text(struct fixture *f, const char *path)
{
	const struct answer *answer = form_find(f->answers, path);

	return answer == NULL || answer->text == NULL ? "-" : answer->text;
}

/* Pairs from names and values, ended by NULL. */
static inline struct http_pairs
fixture_pairs(struct fixture *f, const char *const *list)
{
	struct http_pairs pairs = {0};

	pairs.pair = arena_new(&f->arena, struct http_pair, 100);
	for (; *list != NULL; list += 2)
		pairs.pair[pairs.n++] = (struct http_pair){
			.name = list[0],
			.value = list[1],
			.value_len = strlen(list[1]),
		};
	return pairs;
}

#endif
