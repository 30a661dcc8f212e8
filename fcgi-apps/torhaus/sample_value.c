/* Values of single answers, as people would type them. */
#include "common/code_list/code_list.h"
#include "common/date.h"
#include "common/form/form_answers.h"
#include "common/form/form_cond.h"
#include "common/form/form_slot.h"
#include "common/json.h"
#include "torhaus/sample.h"

#define DAYS_OF_LIFE (90 * 365)
#define MS_PER_DAY INT64_C(86400000)
#define BLANK_PERCENT 40 /* of what need not be answered */
#define HINT_PERCENT 40	 /* of texts and numbers that conditions know */

/* Names in the letters of DIN 91379, invented. */
static const char *const names[] = {"Müller", "Łukasiewicz", "Ștefănescu",
    "Đorđević", "Åström", "Nguyễn Thị", "Öztürk", "O’Connor",
    "von der Heide", "Šaltytė", "Þórsdóttir", "Żółć", "Ġużeppi", "Čapek",
    "Gonçalves", "Meyer-Lüdenscheidt", "Ḩasan", "Ējinš", "Weiß", "Árpád"};

static const char *const streets[] = {"Lindenweg", "Am Markt", "Königsallee",
    "Straße des 17. Juni", "Bürgermeister-Groß-Straße"};
static const char *const towns[] = {
    "Quellstadt", "Auental", "Bad Musterberg", "Neustadt a. d. Weinstraße"};
static const char *const words[] = {"Muster", "Sonnenblume", "Größe",
    "Über alles geprüft", "blau-weiß", "Anlage 3", "Prüfung", "Eiche",
    "siehe Beschreibung", "Nordseite"};

static const char *const sentences =
    "Bitte kommen Sie am Vormittag. Der Eingang ist an der Rückseite, "
    "neben der großen Linde. Vielen Dank für Ihre Mühe! ";

#define PICK(s, list) (list)[sample_below(&(s)->random, nitems(list))]

/* ---- random numbers ---- */

uint64_t
sample_next(struct sample_random *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t
sample_below(struct sample_random *r, uint64_t n)
{
	return sample_next(r) % n; /* the skew is of no account here */
}

bool
sample_chance(struct sample_random *r, unsigned percent)
{
	return sample_below(r, 100) < percent;
}

int64_t
sample_between(struct sample_random *r, int64_t min, int64_t max)
{
	if (max <= min)
		return min;
	return min + (int64_t)sample_below(r, (uint64_t)(max - min) + 1);
}

/* ---- texts ---- */

static void
put(struct sample *s, struct answer *answer, const char *text)
{
	form_answer_put(s->arena, answer, text, strlen(text));
}

/* Characters of valid UTF-8, cut behind max. */
static const char *
cut(struct sample *s, const char *text, size_t max)
{
	size_t n = 0, i = 0;

	for (; text[i] != '\0'; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80 && n++ == max)
			break;
	return arena_dup(s->arena, text, i);
}

static bool
has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

/* By what the field says of itself, else a word. */
static const char *
word(struct sample *s, const struct form_field *f)
{
	if (has(f->autocomplete, "postal-code") || has(f->key, "postal"))
		return arena_printf(s->arena, "%05d",
		    (int)sample_between(&s->random, 1067, 99998));
	if (has(f->autocomplete, "address-level2") ||
	    strcmp(f->key, "town") == 0 || strcmp(f->key, "city") == 0)
		return PICK(s, towns);
	if (has(f->autocomplete, "address-line1") || has(f->key, "street"))
		return PICK(s, streets);
	if (has(f->key, "house_no") || has(f->key, "number"))
		return arena_printf(s->arena, "%d",
		    (int)sample_between(&s->random, 1, 180));
	return PICK(s, words);
}

/* One of a town's list of suggestions. */
static const char *
suggestion(struct sample *s, const struct form_field *f)
{
	const cJSON *list, *one;
	int n;

	if (f->suggest_from == NULL || strncmp(f->suggest_from, "setting.", 8))
		return NULL;
	list = cJSON_GetObjectItemCaseSensitive(
	    s->context->settings, f->suggest_from + 8);
	if ((n = cJSON_GetArraySize(list)) == 0)
		return NULL;
	one = cJSON_GetArrayItem(
	    list, (int)sample_below(&s->random, (uint64_t)n));
	return cJSON_IsString(one)
	    ? one->valuestring
	    : cJSON_GetStringValue(json_in_language(one, LANG_DE));
}

static const char *
text(struct sample *s, const struct form_field *f)
{
	size_t max = f->max_length > 0 ? f->max_length : 100;
	const char *out = NULL;

	if (f->pattern_source != NULL)
		for (int i = 0; i < 20 && out == NULL; i++) {
			out = sample_of_pattern(s, f->pattern_source, max);
			/* Blanks at the ends go before the check. */
			if (out != NULL &&
			    (*out == '\0' || *out == ' ' ||
				out[strlen(out) - 1] == ' '))
				out = NULL;
		}
	if (out == NULL)
		out = suggestion(s, f);
	if (out == NULL)
		out = word(s, f);
	while (f->pattern_source == NULL && strlen(out) < f->min_length)
		out = arena_printf(s->arena, "%s%s", out,
		    f->normalise == FORM_DIGITS ? "0" : "a");
	return cut(s, out, max);
}

static const char *
long_text(struct sample *s, const struct form_field *f)
{
	size_t max = f->max_length > 0 ? f->max_length : 500;
	size_t len = (size_t)sample_between(&s->random, 20, 300);
	const char *out = sentences;

	len = len < f->min_length ? f->min_length : len;
	while (strlen(out) < len * 2)
		out = arena_printf(s->arena, "%s%s", out, sentences);
	out = cut(s, out, len < max ? len : max);
	/* A blank at the end would go, and with it the length. */
	return out[strlen(out) - 1] != ' '
	    ? out
	    : arena_printf(s->arena, "%.*s.", (int)strlen(out) - 1, out);
}

/* ---- numbers, dates ---- */

static int64_t
bounded(struct sample *s, const struct form_field *f, int64_t unit)
{
	int64_t min = f->min.is_set && !f->min.is_relative ? f->min.value : 0;
	int64_t max = f->max.is_set && !f->max.is_relative
	    ? f->max.value
	    : (min > 0 ? min : 0) + 100 * unit;

	/* Small numbers are likelier, as in life. */
	if (max - min > 100 * unit && sample_chance(&s->random, 70))
		max = min + 100 * unit;
	return sample_between(&s->random, min, max);
}

static const char *
number(struct sample *s, const struct form_field *f)
{
	int64_t n;

	switch (f->type) {
	case FORM_MONEY:
		n = bounded(s, f, 100);
		return arena_printf(s->arena, "%s%lld,%02lld",
		    n < 0 ? "-" : "", llabs((long long)n) / 100,
		    llabs((long long)n) % 100);
	case FORM_DECIMAL:
		n = bounded(s, f, FORM_UNIT);
		n -= n > 100000 ? n % 100000 : 0; /* one decimal */
		return arena_printf(s->arena, "%s%lld,%lld", n < 0 ? "-" : "",
		    llabs((long long)n) / FORM_UNIT,
		    llabs((long long)n) % FORM_UNIT / 100000);
	default:
		return arena_printf(
		    s->arena, "%lld", (long long)bounded(s, f, 1));
	}
}

/* A day between the field's bounds; without them, what its key suggests. */
static int32_t
day(struct sample *s, const struct form_field *f)
{
	int32_t today = date_of_instant(s->context->now_ms);
	int32_t min, max;
	bool has_min = form_bound_day(&f->min, s->context, &min);
	bool has_max = form_bound_day(&f->max, s->context, &max);

	if (!has_min && !has_max) {
		bool is_birth = has(f->key, "birth");

		min = today - (is_birth ? DAYS_OF_LIFE : 700);
		max = is_birth ? today - 16 * 366 : today + 60;
	} else if (!has_min) {
		min = max - (has(f->key, "birth") ? DAYS_OF_LIFE : 1200);
	} else if (!has_max)
		max = min + 200;
	/* Near to today more often, where that is allowed. */
	if (min < today - 60 && max > today - 60 &&
	    sample_chance(&s->random, 40) && !has(f->key, "birth"))
		min = today - 60;
	return (int32_t)sample_between(&s->random, min, max);
}

static const char *
moment(struct sample *s, const struct form_field *f)
{
	int64_t now = s->context->now_ms, min, max;
	bool has_min = form_bound_ms(&f->min, s->context, &min);
	bool has_max = form_bound_ms(&f->max, s->context, &max);

	if (!has_max)
		max = has_min ? min + 30 * MS_PER_DAY : now;
	if (!has_min)
		min = max - 30 * MS_PER_DAY;
	return date_instant_to_xsd(s->arena,
	    sample_between(&s->random, min / 60000 + 1, max / 60000 - 1) *
		60000);
}

static const char *
clock_time(struct sample *s, const struct form_field *f)
{
	int64_t min = f->min.is_set ? f->min.value : 0;
	int64_t max = f->max.is_set ? f->max.value : 24 * 60 - 1;
	int64_t at = sample_between(&s->random, min, max);

	return arena_printf(s->arena, "%02d:%02d", (int)(at / 60),
	    (int)(at % 60));
}

/* ---- what has check digits ---- */

static const char *
digits(struct sample *s, size_t n)
{
	char *out = arena_new(s->arena, char, n + 1);

	for (size_t i = 0; i < n; i++)
		out[i] = (char)('0' + sample_below(&s->random, 10));
	return out;
}

/* A German IBAN (ISO 13616): 98 less the rest of the number by 97. */
static const char *
iban(struct sample *s)
{
	const char *account = digits(s, 18);
	const char *whole = arena_printf(s->arena, "%s131400", account);
	int rest = 0;

	for (const char *p = whole; *p != '\0'; p++)
		rest = (rest * 10 + (*p - '0')) % 97;
	return arena_printf(s->arena, "DE%02d%s", 98 - rest, account);
}

/* ISO/IEC 7064, MOD 11,10. */
static char
mod_11_10(const char *s, size_t n)
{
	int product = 10;

	for (size_t i = 0; i < n; i++) {
		int sum = (s[i] - '0' + product) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (char)('0' + (11 - product) % 10);
}

/* Nine of the ten digits, one of them twice, apart from each other. */
static const char *
tax_id(struct sample *s)
{
	char *id = arena_strdup(s->arena, "12345678901");
	char first;

	for (size_t i = 8; i > 0; i--) {
		size_t k = sample_below(&s->random, i + 1);
		char other = id[i];

		id[i] = id[k];
		id[k] = other;
	}
	first = id[0];
	id[9] = first;
	id[10] = mod_11_10(id, 10);
	return id;
}

static const char *
id_document(struct sample *s)
{
	static const char letters[] = "CFGHJKLMNPRTVWXYZ0123456789";
	static const int weight[] = {7, 3, 1};
	char *id = arena_new(s->arena, char, 11);
	int sum = 0;

	for (size_t i = 0; i < 9; i++) {
		id[i] = letters[sample_below(
		    &s->random, i == 0 ? 17 : sizeof(letters) - 1)];
		sum += (id[i] <= '9' ? id[i] - '0' : id[i] - 'A' + 10) *
		    weight[i % 3];
	}
	id[9] = (char)('0' + sum % 10);
	return id;
}

/* A reference's check is over GF(32): tried until one fits. */
static const char *
reference(struct sample *s)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char typed[ID_REFERENCE_LEN + 1] = "";
	char clean[ID_REFERENCE_LEN + 1];
	struct err err = {0};

	for (size_t i = 0; i + 1 < ID_REFERENCE_LEN; i++)
		typed[i] = alphabet[sample_below(&s->random, 32)];
	for (size_t i = 0; i < 32; i++) {
		typed[ID_REFERENCE_LEN - 1] = alphabet[i];
		if (id_reference_parse(typed, clean, &err) == 0)
			break;
	}
	return arena_strdup(s->arena, typed);
}

static const char *
identifier(struct sample *s, const struct form_field *f)
{
	const char *number;

	switch (f->scheme) {
	case FORM_SCHEME_TAX_ID:
		return tax_id(s);
	case FORM_SCHEME_PLATE:
		return arena_printf(s->arena, "QS-%c%c %d",
		    (char)('A' + sample_below(&s->random, 26)),
		    (char)('A' + sample_below(&s->random, 26)),
		    (int)sample_between(&s->random, 1, 999));
	case FORM_SCHEME_ID_DOCUMENT:
		return id_document(s);
	case FORM_SCHEME_VAT_ID:
		number = arena_printf(s->arena, "%d%s",
		    (int)sample_between(&s->random, 1, 9), digits(s, 7));
		return arena_printf(
		    s->arena, "DE%s%c", number, mod_11_10(number, 8));
	default:
		return reference(s);
	}
}

/* ---- lists ---- */

static const char *
choice(struct sample *s, const struct answer *answer)
{
	const struct form_choice *all;
	size_t n = form_choices(
	    s->arena, answer->field, s->context, LANG_DE, &all);
	const char **open = arena_new(s->arena, const char *, n + 1);
	size_t nopen = 0;

	for (size_t i = 0; i < n; i++)
		if (answer->option_shown == NULL || all[i].option == NULL ||
		    answer->option_shown[all[i].option -
			answer->field->option])
			open[nopen++] = all[i].value;
	return nopen == 0 ? NULL : open[sample_below(&s->random, nopen)];
}

static void
choices(struct sample *s, struct answer *answer)
{
	size_t least = answer->field->min_length;
	size_t n = least + sample_below(&s->random, 3);

	if (n == 0)
		n = 1;
	if (answer->field->max_length > 0 && n > answer->field->max_length)
		n = answer->field->max_length;
	for (size_t tries = 0; answer->nlist < n && tries < n * 20; tries++) {
		const char *value = choice(s, answer);
		bool is_there = value == NULL;

		for (size_t i = 0; i < answer->nlist && !is_there; i++)
			is_there = strcmp(answer->list[i], value) == 0;
		if (!is_there)
			form_answer_choose(
			    s->arena, answer, value, strlen(value));
	}
}

static const char *
code(struct sample *s, const struct form_field *f)
{
	if (f->codes == NULL || f->codes->nrow == 0)
		return PICK(s, words);
	return code_list_code(
	    f->codes, sample_below(&s->random, f->codes->nrow));
}

static const char *
slot(struct sample *s, const struct form_field *f)
{
	const cJSON *list = form_slot_list(f, s->context->settings), *one;
	const char *open[200];
	size_t n = 0;

	cJSON_ArrayForEach(one, list)
	{
		struct form_slot slot;

		if (form_slot_read(one, &slot) == NULL && !slot.is_full &&
		    slot.start_ms > s->context->now_ms && n < nitems(open))
			open[n++] = slot.id;
	}
	return n == 0 ? NULL : open[sample_below(&s->random, n)];
}

/* ---- places, files ---- */

/* The first area among the settings, however deep. */
static const cJSON *
find_polygon(const cJSON *json)
{
	const cJSON *one, *found;

	if (cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(json, "polygon")))
		return cJSON_GetObjectItemCaseSensitive(json, "polygon");
	cJSON_ArrayForEach(one, json)
	{
		if ((cJSON_IsObject(one) || cJSON_IsArray(one)) &&
		    (found = find_polygon(one)) != NULL)
			return found;
	}
	return NULL;
}

/* Between corners of the town's area, which is inside where it bulges out. */
static const char *
position(struct sample *s)
{
	const cJSON *polygon = find_polygon(s->context->settings), *corner;
	double lat = 0, lon = 0, sum = 0;

	cJSON_ArrayForEach(corner, polygon)
	{
		double weight = 1 + (double)sample_below(&s->random, 100);

		lat += weight * cJSON_GetArrayItem(corner, 0)->valuedouble;
		lon += weight * cJSON_GetArrayItem(corner, 1)->valuedouble;
		sum += weight;
	}
	if (sum < 1)
		return "50.98,11.32";
	return arena_printf(s->arena, "%.5f,%.5f", lat / sum, lon / sum);
}

static void
file(struct sample *s, struct answer *answer)
{
	const struct form_field *f = answer->field;
	struct answer_file one = {.name = "probe.pdf",
	    .media_type = f->naccept > 0 ? f->accept[0] : "application/pdf",
	    .size = 20000};

	for (size_t i = 0; i < sizeof(one.id.byte); i++)
		one.id.byte[i] = (uint8_t)sample_below(&s->random, 256);
	form_answer_file(s->arena, answer, &one);
}

/* ---- one answer ---- */

static const char *
value(struct sample *s, struct answer *answer)
{
	const struct form_field *f = answer->field;

	const char *hint = NULL;

	if ((f->type == FORM_TEXT || f->type == FORM_INTEGER) &&
	    sample_chance(&s->random, HINT_PERCENT))
		hint = sample_hint(s, f);
	if (hint != NULL)
		return hint;
	switch (f->type) {
	case FORM_TEXT:
		return text(s, f);
	case FORM_TEXTAREA:
		return long_text(s, f);
	case FORM_INTEGER:
	case FORM_DECIMAL:
	case FORM_MONEY:
		return number(s, f);
	case FORM_DATE:
	case FORM_PARTIAL_DATE:
		return date_to_german(s->arena, day(s, f));
	case FORM_DATETIME:
		return moment(s, f);
	case FORM_TIME:
		return clock_time(s, f);
	case FORM_YESNO:
		return sample_chance(&s->random, 50) ? "true" : "false";
	case FORM_CHECKBOX:
	case FORM_CONSENT:
		return "true";
	case FORM_CHOICE:
		return choice(s, answer);
	case FORM_EMAIL:
		return arena_printf(s->arena, "probe.%llu@example.org",
		    (unsigned long long)sample_below(&s->random, 1000000));
	case FORM_PHONE:
		return arena_printf(s->arena, "+49 3999 %s", digits(s, 6));
	case FORM_IBAN:
		return iban(s);
	case FORM_IDENTIFIER:
		return identifier(s, f);
	case FORM_NAME:
	case FORM_SIGNATURE:
		return cut(s, PICK(s, names),
		    f->max_length > 0 ? f->max_length : 100);
	case FORM_CODELIST:
		return code(s, f);
	case FORM_SLOT:
		return slot(s, f);
	case FORM_POSITION:
		return position(s);
	default:
		return NULL;
	}
}

void
sample_clear(struct answer *answer)
{
	answer->raw = NULL;
	answer->read_error = NULL;
	answer->nlist = 0;
	answer->nfile = 0;
}

void
sample_fill(struct sample *s, struct answer *answer)
{
	const struct form_field *f = answer->field;
	const char *typed;

	sample_clear(answer);
	answer->is_given = true;
	if (form_is_computed(f) || f->nchild > 0 || f->type == FORM_STATIC)
		return;
	/* Files have to be there before they can be named: only where there
	 * is no way round them. */
	if (!answer->is_required &&
	    sample_chance(&s->random,
		f->type == FORM_FILE ? 100 : BLANK_PERCENT))
		return;
	if (f->type == FORM_MULTI_CHOICE)
		choices(s, answer);
	else if (f->type == FORM_FILE)
		file(s, answer);
	else if ((typed = value(s, answer)) != NULL)
		put(s, answer, typed);
}
