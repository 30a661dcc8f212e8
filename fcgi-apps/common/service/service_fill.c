#include <stdbool.h>

#include <cjson/cJSON.h>

#include "common/buf.h"
#include "common/json.h"
#include "common/service/service_fill.h"

#define SENTENCE_MAX 65536
#define SETTING "setting."

/* The setting at a dotted name of n bytes, NULL when there is none. */
static const cJSON *
setting_at(const cJSON *at, const char *name, size_t n)
{
	while (at != NULL && n > 0) {
		char key[64];
		const char *dot = memchr(name, '.', n);
		size_t len = dot != NULL ? (size_t)(dot - name) : n;

		if (len >= sizeof(key))
			return NULL;
		memcpy(key, name, len);
		key[len] = '\0';
		at = cJSON_GetObjectItemCaseSensitive(at, key);
		name += len;
		n -= len;
		if (n > 0) {
			name++;
			n--;
		}
	}
	return at;
}

static void
put_setting(struct buf *out, const cJSON *value, enum lang lang)
{
	if (cJSON_IsObject(value))
		value = json_in_language(value, lang);
	if (cJSON_IsString(value))
		buf_puts(out, value->valuestring);
	else if (cJSON_IsNumber(value))
		buf_printf(out, "%.10g", value->valuedouble);
}

/* Puts what the placeholder "{name}" of n bytes stands for; false: not ours. */
static bool
put_placeholder(struct buf *out, const char *name, size_t n, const char *town,
    const cJSON *settings, enum lang lang)
{
	const size_t prefix = strlen(SETTING);

	bool is_town = n == 4 && memcmp(name, "town", 4) == 0;

	if (!is_town && (n <= prefix || memcmp(name, SETTING, prefix) != 0))
		return false;
	buf_puts(out, lang_is_rtl(lang) ? LANG_FSI : "");
	if (is_town)
		buf_puts(out, town);
	else
		put_setting(out,
		    setting_at(settings, name + prefix, n - prefix), lang);
	buf_puts(out, lang_is_rtl(lang) ? LANG_PDI : "");
	return true;
}

const char *
service_fill(struct arena *a, const char *sentence, const char *town,
    const void *settings, enum lang lang)
{
	struct buf *out;

	if (strchr(sentence, '{') == NULL)
		return sentence;
	out = buf_new(a, SENTENCE_MAX);
	while (*sentence != '\0') {
		size_t plain = strcspn(sentence, "{"), len;

		buf_put(out, sentence, plain);
		sentence += plain;
		if (*sentence == '\0')
			break;
		len = strcspn(sentence, "}");
		if (sentence[len] == '}' &&
		    put_placeholder(out, sentence + 1, len - 1, town, settings,
			lang)) {
			sentence += len + 1;
			continue;
		}
		buf_put(out, sentence, 1);
		sentence++;
	}
	return buf_text(out);
}
