#include "common/form/form_cond.h"
#include "common/num.h"
#include "common/utf8.h"

/* The first byte in lower case, 0 when it is no ASCII letter or digit: tells
 * most names apart without folding them. */
static int
first_of(const char *s)
{
	if (*s >= 'A' && *s <= 'Z')
		return *s - 'A' + 'a';
	return (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') ? *s : 0;
}

static const cJSON *
by_name(struct arena *a, const cJSON *of, const char *key)
{
	const char *wanted = NULL;
	int first = first_of(key);
	const cJSON *one;

	cJSON_ArrayForEach (one, of) {
		int other = first_of(one->string);

		if (first != 0 && other != 0 && first != other)
			continue;
		if (wanted == NULL)
			wanted = utf8_fold_name(a, key);
		if (*wanted != '\0' &&
		    strcmp(wanted, utf8_fold_name(a, one->string)) == 0)
			return one;
	}
	return NULL;
}

/* "1-39" holds 12. */
static bool
range_holds(const char *range, int64_t n)
{
	const char *hyphen = strchr(range, '-');
	char from[20];
	struct err err = { 0 };
	int64_t low, high;
	size_t len;

	if (hyphen == NULL || hyphen == range)
		return false;
	len = (size_t)(hyphen - range);
	if (len >= sizeof(from))
		return false;
	memcpy(from, range, len);
	from[len] = '\0';
	return num_parse(from, 0, INT32_MAX, &low, &err) == 0 &&
	    num_parse(hyphen + 1, 0, INT32_MAX, &high, &err) == 0 &&
	    n >= low && n <= high;
}

static const cJSON *
by_range(const cJSON *of, int64_t n)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, of)
		if (range_holds(one->string, n))
			return one;
	return NULL;
}

static const cJSON *
of_list(const cJSON *list, const struct form_value *key)
{
	int size = cJSON_GetArraySize(list);
	int64_t n;

	if (!cond_number(key, &n) || n < FORM_UNIT || size == 0)
		return NULL;
	n /= FORM_UNIT;
	return cJSON_GetArrayItem(list, n > size ? size - 1 : (int)n - 1);
}

const cJSON *
cond_member(struct arena *a, const cJSON *of, const struct form_value *key)
{
	const char *text = cond_text(a, key);
	const cJSON *found;
	int64_t n;

	if (cJSON_IsArray(of))
		return of_list(of, key);
	if (text == NULL)
		return NULL;
	found = cJSON_GetObjectItemCaseSensitive(of, text);
	if (found == NULL && cond_number(key, &n) && n % FORM_UNIT == 0)
		found = by_range(of, n / FORM_UNIT);
	if (found == NULL && key->type == VALUE_TEXT)
		found = by_name(a, of, text);
	return found;
}
