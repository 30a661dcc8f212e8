#include "common/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/file.h"
#include "common/json.h"
#include "common/log.h"

#define CATALOGUE_MAX (1 << 20) /* bytes of one file */
#define SENTENCE_MAX (64 << 10)

struct entry {
	const char *key;
	const char *sentence[LANG_COUNT]; /* NULL only while loading */
};

struct texts {
	struct arena arena;
	struct entry *entry; /* sorted by key once sealed */
	size_t n, room;
	uint32_t *slot; /* hash table: index into entry + 1, 0 is free */
	size_t nslot;	/* a power of two */
};

static uint32_t
hash_of(const char *key)
{
	uint32_t hash = 2166136261u; /* FNV-1a; keys are ours, not input */

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return hash ^ (hash >> 15);
}

static void
slots_fill(struct texts *t, size_t nslot)
{
	free(t->slot);
	t->nslot = nslot;
	if ((t->slot = calloc(nslot, sizeof(*t->slot))) == NULL)
		log_fatal("texts: %zu slots", nslot);
	for (size_t i = 0; i < t->n; i++) {
		size_t j = hash_of(t->entry[i].key) & (nslot - 1);

		while (t->slot[j] != 0)
			j = (j + 1) & (nslot - 1);
		t->slot[j] = (uint32_t)i + 1;
	}
}

static struct entry *
find(const struct texts *t, const char *key)
{
	size_t i;

	if (t->nslot == 0)
		return NULL;
	for (i = hash_of(key) & (t->nslot - 1); t->slot[i] != 0;
	     i = (i + 1) & (t->nslot - 1))
		if (strcmp(t->entry[t->slot[i] - 1].key, key) == 0)
			return &t->entry[t->slot[i] - 1];
	return NULL;
}

static struct entry *
add(struct texts *t, const char *key)
{
	if (t->n == t->room) {
		t->room = t->room == 0 ? 128 : t->room * 2;
		t->entry =
		    reallocarray(t->entry, t->room, sizeof(*t->entry));
		if (t->entry == NULL)
			log_fatal("texts: %zu entries", t->room);
	}
	t->entry[t->n] = (struct entry){.key = arena_strdup(&t->arena, key)};
	t->n++;
	if (t->n * 2 > t->nslot)
		slots_fill(t, t->nslot == 0 ? 512 : t->nslot * 2);
	else {
		size_t j = hash_of(key) & (t->nslot - 1);

		while (t->slot[j] != 0)
			j = (j + 1) & (t->nslot - 1);
		t->slot[j] = (uint32_t)t->n;
	}
	return &t->entry[t->n - 1];
}

/* Takes in one catalogue of one language; name is for messages. */
static int
take(struct texts *t, enum lang lang, const char *name, const char *json,
    size_t len, struct err *err)
{
	struct arena arena = {0};
	cJSON *tree;
	const cJSON *item;
	int rc = -1;

	if (json_parse(&arena, json, len, &json_limits_package, &tree, err) ==
	    -1) {
		char why[sizeof(err->msg)];

		memcpy(why, err->msg, sizeof(why));
		err_set(err, ERR_CONFIG, "%s: %.200s", name, why);
		goto out;
	}
	if (!cJSON_IsObject(tree)) {
		err_set(err, ERR_CONFIG, "%s: not an object", name);
		goto out;
	}
	cJSON_ArrayForEach(item, tree)
	{
		struct entry *e;

		if (!cJSON_IsString(item)) {
			err_set(err, ERR_CONFIG, "%s: %s is not a string",
			    name, item->string);
			goto out;
		}
		if ((e = find(t, item->string)) == NULL)
			e = add(t, item->string);
		if (e->sentence[lang] != NULL) {
			err_set(err, ERR_CONFIG,
			    "%s: %s is in another catalogue already", name,
			    item->string);
			goto out;
		}
		e->sentence[lang] =
		    arena_strdup(&t->arena, item->valuestring);
	}
	rc = 0;
out:
	arena_free(&arena);
	return rc;
}

/* The length of a placeholder "{name}" at s, 0 when there is none. */
static size_t
placeholder(const char *s)
{
	size_t n;

	if (*s != '{')
		return 0;
	n = strspn(s + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
	return n > 0 && s[n + 1] == '}' ? n + 2 : 0;
}

static bool
has_placeholder(const char *sentence, const char *name, size_t len)
{
	for (; *sentence != '\0'; sentence++)
		if (placeholder(sentence) == len &&
		    memcmp(sentence, name, len) == 0)
			return true;
	return false;
}

/* Whether every placeholder of one is in the other. */
static bool
placeholders_in(const char *one, const char *other)
{
	for (; *one != '\0'; one++) {
		size_t len = placeholder(one);

		if (len > 0 && !has_placeholder(other, one, len))
			return false;
	}
	return true;
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(
	    ((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

/* Sorts, and checks that the languages agree. */
static int
seal(struct texts *t, struct err *err)
{
	if (t->n > 0)
		qsort(t->entry, t->n, sizeof(*t->entry), by_key);
	slots_fill(t, t->nslot == 0 ? 1 : t->nslot);
	for (size_t i = 0; i < t->n; i++) {
		struct entry *e = &t->entry[i];
		const char *de = e->sentence[LANG_DE];

		if (de == NULL || e->sentence[LANG_EN] == NULL)
			return err_set(err, ERR_CONFIG,
			    "text %s is missing in %s", e->key,
			    de == NULL ? "German" : "English");
		for (enum lang l = LANG_EN; l < LANG_COUNT; l++) {
			const char *own = e->sentence[l];

			if (own == NULL) /* what stands in for it */
				e->sentence[l] = e->sentence[lang_base(l)];
			else if (!placeholders_in(de, own) ||
			    !placeholders_in(own, de))
				return err_set(err, ERR_CONFIG,
				    "text %s: the languages have different "
				    "{...}",
				    e->key);
		}
	}
	return 0;
}

static struct texts *
texts_new(void)
{
	struct texts *t = calloc(1, sizeof(*t));

	if (t == NULL)
		log_fatal("texts: out of memory");
	return t;
}

/* The language by the end of a file's name, "common.de.json"; -1 when it is
 * no catalogue. */
static int
lang_of_file(const char *name)
{
	const char *end = strrchr(name, '.'), *at = end;

	if (end == NULL || strcmp(end, ".json") != 0)
		return -1;
	while (at > name && at[-1] != '.')
		at--;
	if (at < name + 2)
		return -1;
	for (enum lang l = LANG_DE; l < LANG_COUNT; l++)
		if (strlen(lang_code(l)) == (size_t)(end - at) &&
		    strncmp(lang_code(l), at, (size_t)(end - at)) == 0)
			return (int)l;
	return -1;
}

static int
take_file(struct texts *t, const char *dir, const char *name, struct err *err)
{
	struct arena arena = {0};
	const char *path = arena_printf(&arena, "%s/%s", dir, name);
	char *text;
	size_t len;
	int rc;

	rc = file_read(&arena, path, CATALOGUE_MAX, &text, &len, err);
	if (rc == 0)
		rc = take(t, (enum lang)lang_of_file(name), path, text, len,
		    err);
	arena_free(&arena);
	return rc;
}

int
texts_load(const char *dir, struct texts **out, struct err *err)
{
	struct texts *t;
	struct dirent *entry;
	DIR *d = opendir(dir);
	int rc = 0;

	if (d == NULL)
		return err_set(err, ERR_CONFIG, "texts_dir %s: %s", dir,
		    strerror(errno));
	t = texts_new();
	while (rc == 0 && (entry = readdir(d)) != NULL)
		if (lang_of_file(entry->d_name) != -1)
			rc = take_file(t, dir, entry->d_name, err);
	(void)closedir(d); /* only read from */
	if (rc == 0 && t->n == 0)
		rc = err_set(
		    err, ERR_CONFIG, "texts_dir %s holds no catalogue", dir);
	if (rc == -1 || seal(t, err) == -1) {
		texts_free(t);
		return -1;
	}
	*out = t;
	return 0;
}

int
texts_parse_all(const char *const json[LANG_COUNT], struct texts **out,
    struct err *err)
{
	struct texts *t = texts_new();

	for (enum lang l = LANG_DE; l < LANG_COUNT; l++) {
		char name[32];

		(void)snprintf(
		    name, sizeof(name), "texts.%s.json", lang_code(l));
		if (json[l] != NULL &&
		    take(t, l, name, json[l], strlen(json[l]), err) == -1) {
			texts_free(t);
			return -1;
		}
	}
	if (seal(t, err) == -1) {
		texts_free(t);
		return -1;
	}
	*out = t;
	return 0;
}

int
texts_parse(const char *de, const char *en, struct texts **out,
    struct err *err)
{
	const char *const json[LANG_COUNT] = {
	    [LANG_DE] = de, [LANG_EN] = en};

	return texts_parse_all(json, out, err);
}

void
texts_free(struct texts *t)
{
	if (t == NULL)
		return;
	arena_free(&t->arena);
	free(t->entry);
	free(t->slot);
	free(t);
}

size_t
texts_own(const struct texts *t, enum lang lang)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += lang == lang_base(lang) ||
		    t->entry[i].sentence[lang] !=
			t->entry[i].sentence[lang_base(lang)];
	return n;
}

const char *
text_find(const struct texts *t, enum lang lang, const char *key)
{
	const struct entry *e = find(t, key);

	return e == NULL ? NULL : e->sentence[lang];
}

const char *
text_get(const struct texts *t, enum lang lang, const char *key)
{
	const char *sentence = text_find(t, lang, key);

	if (sentence == NULL) {
		log_error("text %s is missing", key);
		return key;
	}
	return sentence;
}

/* The value given for the placeholder of len bytes, NULL when none was. */
static const char *
value_for(va_list ap, const char *name, size_t len)
{
	va_list args;
	const char *key, *value = NULL;

	va_copy(args, ap);
	while (value == NULL && (key = va_arg(args, const char *)) != NULL) {
		const char *v = va_arg(args, const char *);

		if (strlen(key) == len - 2 &&
		    memcmp(key, name + 1, len - 2) == 0)
			value = v;
	}
	va_end(args);
	return value;
}

/* isolates: values keep their own direction within a sentence from right to
 * left, as Unicode TR 9 asks for (FSI and PDI around them). */
static const char *
fill(struct arena *a, const char *s, bool isolates, va_list ap)
{
	const char *value;
	struct buf out;
	char *copy;

	buf_init(&out, SENTENCE_MAX);
	while (*s != '\0') {
		size_t plain = strcspn(s, "{"), len;

		buf_put(&out, s, plain);
		s += plain;
		if ((len = placeholder(s)) > 0 &&
		    (value = value_for(ap, s, len)) != NULL) {
			buf_puts(&out, isolates ? LANG_FSI : "");
			buf_puts(&out, value);
			buf_puts(&out, isolates ? LANG_PDI : "");
			s += len;
		} else if (*s != '\0') {
			buf_put(&out, s++, 1);
		}
	}
	copy = arena_dup(a, buf_text(&out), out.len);
	buf_free(&out);
	return copy;
}

const char *
text_fill(struct arena *a, const struct texts *t, enum lang lang,
    const char *key, ...)
{
	const char *out;
	va_list ap;

	va_start(ap, key);
	out = fill(a, text_get(t, lang, key), lang_is_rtl(lang), ap);
	va_end(ap);
	return out;
}

const char *
text_fill_in(struct arena *a, const char *sentence, ...)
{
	const char *out;
	va_list ap;

	va_start(ap, sentence);
	out = fill(a, sentence, false, ap);
	va_end(ap);
	return out;
}

void
texts_each(const struct texts *t, void (*f)(void *arg, const char *key),
    void *arg)
{
	for (size_t i = 0; i < t->n; i++)
		f(arg, t->entry[i].key);
}
