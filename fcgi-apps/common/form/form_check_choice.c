#include "common/form/form_check.h"
#include "common/json.h"

static bool
is_any_of(const char *s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(s, list[i]) == 0)
			return true;
	return false;
}

const char *
check_yesno(const struct form_check *c, struct answer *answer)
{
	static const char *const yes[] = { "true", "yes", "ja", "1" };
	static const char *const no[] = { "false", "no", "nein", "0" };

	(void)c; /* the signature is the table's */
	if (is_any_of(answer->raw, yes, nitems(yes))) {
		answer->text = "true";
		answer->number = 1;
	} else if (is_any_of(answer->raw, no, nitems(no))) {
		answer->text = "false";
		answer->number = 0;
	} else {
		return "not_in_list";
	}
	return NULL;
}

const char *
check_consent(const struct form_check *c, struct answer *answer)
{
	static const char *const yes[] = { "true", "on", "1", "yes", "ja" };

	(void)c; /* the signature is the table's */
	if (!is_any_of(answer->raw, yes, nitems(yes)))
		return answer->is_required ? "must_be_true" : "not_in_list";
	answer->text = "true";
	answer->number = 1;
	return NULL;
}

const char *
check_checkbox(const struct form_check *c, struct answer *answer)
{
	const char *error = check_consent(c, answer);

	return error == NULL ? NULL : "type";
}

/* The text of a setting's value as choices name it, in out. */
static const char *
value_of(const cJSON *one, char *out, size_t size)
{
	if (cJSON_IsObject(one))
		one = cJSON_GetObjectItemCaseSensitive(one, "value");
	if (cJSON_IsNumber(one)) {
		(void)snprintf(out, size, "%.0f", one->valuedouble);
		return out;
	}
	return cJSON_GetStringValue(one);
}

static const cJSON *
town_list(const struct form_field *f, const cJSON *settings)
{
	/* "setting.terms" */
	return cJSON_GetObjectItemCaseSensitive(
	    settings, f->options_from + strlen("setting."));
}

/* The value as the definition has it, NULL when it cannot be chosen. */
static const char *
choose(const struct form_check *c, const struct answer *answer,
    const char *value, size_t *at)
{
	const struct form_field *f = answer->field;
	const cJSON *one;
	char digits[40];
	size_t i = 0;

	for (i = 0; i < f->noption; i++) {
		if (strcmp(f->option[i].value, value) != 0)
			continue;
		*at = i;
		return answer->option_shown == NULL || answer->option_shown[i]
		    ? f->option[i].value
		    : NULL;
	}
	if (f->options_from == NULL)
		return NULL;
	cJSON_ArrayForEach (one, town_list(f, c->settings)) {
		const char *name = value_of(one, digits, sizeof(digits));

		if (name != NULL && strcmp(name, value) == 0) {
			*at = i;
			return value;
		}
		i++;
	}
	return NULL;
}

const char *
check_choice(const struct form_check *c, struct answer *answer)
{
	size_t at;

	answer->text = choose(c, answer, answer->raw, &at);
	return answer->text == NULL ? "not_in_list" : NULL;
}

/* Chosen values stand in the order of the options, each once. */
const char *
check_multi_choice(const struct form_check *c, struct answer *answer)
{
	const struct form_field *f = answer->field;
	const char **list = arena_new(c->arena, const char *, answer->nlist);
	size_t *place = arena_new(c->arena, size_t, answer->nlist);
	const char *text = "";
	size_t n = 0;

	for (size_t i = 0; i < answer->nlist; i++) {
		size_t at, k = n;
		const char *value = choose(c, answer, answer->list[i], &at);

		if (value == NULL)
			return "not_in_list";
		while (k > 0 && place[k - 1] > at)
			k--;
		if (k > 0 && place[k - 1] == at)
			continue;
		memmove(&place[k + 1], &place[k], (n - k) * sizeof(*place));
		memmove(&list[k + 1], &list[k], (n - k) * sizeof(*list));
		place[k] = at;
		list[k] = value;
		n++;
	}
	answer->list = list;
	answer->nlist = answer->list_room = n;
	if (n < f->min_length)
		return "too_few";
	if (f->max_length > 0 && n > f->max_length)
		return "too_many";
	for (size_t i = 0; i < n; i++)
		text = arena_printf(
		    c->arena, "%s%s%s", text, i > 0 ? "," : "", list[i]);
	answer->text = text;
	return NULL;
}

/* A label of a town's list: a text, or one a language. */
static const char *
label_of(const cJSON *one, enum lang lang)
{
	return cJSON_GetStringValue(json_in_language(one, lang));
}

size_t
form_choices(struct arena *a, const struct form_field *f,
    const struct form_context *context, enum lang lang,
    const struct form_choice **out)
{
	struct form_choice *choice;
	const cJSON *list, *one;
	char digits[40];
	size_t n = 0;

	if (f->options_from == NULL) {
		choice = arena_new(a, struct form_choice, f->noption);
		for (; n < f->noption; n++)
			choice[n] = (struct form_choice){
				.value = f->option[n].value,
				.label = f->option[n].label[lang],
				.option = &f->option[n],
			};
		*out = choice;
		return n;
	}
	list = town_list(f, context->settings);
	choice = arena_new(
	    a, struct form_choice, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach (one, list) {
		const char *value = value_of(one, digits, sizeof(digits));

		if (value == NULL)
			continue;
		choice[n].value = arena_strdup(a, value);
		choice[n].label = label_of(one, lang);
		n++;
	}
	*out = choice;
	return n;
}
