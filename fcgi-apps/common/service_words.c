#include "common/service_words.h"

#include <cjson/cJSON.h>

#define SETTING "setting."
#define WORDS_MAX (64 << 10)

/* A member such as "fees.first" of the settings, NULL when there is none. */
static const cJSON *
setting_find(const cJSON *settings, const char *name, size_t len)
{
	const cJSON *at = settings;
	const char *end = name + len;

	while (at != NULL && name < end) {
		char key[64];
		size_t n = strcspn(name, ".}");

		if (n >= sizeof(key))
			return NULL;
		memcpy(key, name, n);
		key[n] = '\0';
		at = cJSON_GetObjectItemCaseSensitive(at, key);
		name += n + 1;
	}
	return at;
}

static void
setting_put(struct buf *out, const cJSON *value, enum lang lang)
{
	if (cJSON_IsObject(value))
		value = cJSON_GetObjectItemCaseSensitive(
		    value, lang_code(lang));
	if (cJSON_IsString(value))
		buf_puts(out, value->valuestring);
	else if (cJSON_IsNumber(value))
		buf_printf(out, "%.10g", value->valuedouble);
}

const char *
service_words_fill(struct arena *a, const struct town *t,
    const void *settings, enum lang lang, const char *text)
{
	struct buf *out;
	const char *open;

	if (strchr(text, '{') == NULL)
		return text;
	out = buf_new(a, WORDS_MAX);
	for (; (open = strchr(text, '{')) != NULL; text = open) {
		size_t len = strcspn(open, "}");

		buf_put(out, text, (size_t)(open - text));
		if (strncmp(open, "{town}", 6) == 0)
			buf_puts(out, t->name);
		else if (strncmp(open + 1, SETTING, strlen(SETTING)) == 0 &&
		    open[len] == '}')
			setting_put(out,
			    setting_find(settings, open + 1 + strlen(SETTING),
				len - 1 - strlen(SETTING)),
			    lang);
		else
			buf_put(out, open, len + (open[len] == '}'));
		open += len + (open[len] == '}');
	}
	buf_puts(out, text);
	return buf_text(out);
}

const char *
service_words_find(struct arena *a, const struct town *t,
    const struct town_service *s, enum lang lang, const char *key)
{
	const char *text = text_find(s->service->texts, lang, key);

	return text == NULL
	    ? NULL
	    : service_words_fill(a, t, s->settings, lang, text);
}

const char *
service_words(struct arena *a, const struct town *t,
    const struct town_service *s, enum lang lang, const char *key)
{
	return service_words_fill(a, t, s->settings, lang,
	    text_get(s->service->texts, lang, key));
}
