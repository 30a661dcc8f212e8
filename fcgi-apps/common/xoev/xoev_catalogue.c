#include "common/xoev/xoev_catalogue.h"

#include "common/crypto/crypto.h"
#include "common/date.h"
#include "common/file.h"
#include "common/hex.h"
#include "common/id.h"
#include "common/json.h"

#define PATH_BYTES 500
#define ID_BYTES 80
#define SHA256_CHARACTERS 64

bool
xoev_path_is_safe(const char *path)
{
	const char *part = path;

	if (*path == '\0' || *path == ':' || strlen(path) > PATH_BYTES)
		return false;
	for (const char *s = path;; s++) {
		if (*s == '/' || *s == '\0') {
			size_t n = (size_t)(s - part);

			if (n == 0 || (n == 1 && part[0] == '.') ||
			    (n == 2 && memcmp(part, "..", 2) == 0))
				return false;
			part = s + 1;
		}
		if (*s == '\0')
			return true;
		if ((unsigned char)*s < 0x20 || *s == '\\' || *s == 0x7f)
			return false;
	}
}

bool
xoev_id_is_safe(const char *id)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_";
	size_t n = strlen(id);

	return n > 0 && n <= ID_BYTES && *id != '.' && strspn(id, allowed) == n;
}

const char *
xoev_path_of_url(struct arena *a, const char *url)
{
	char *path = arena_strdup(a, url), *to = path;

	for (const char *s = url; *s != '\0'; s++) {
		int high = *s == '%' ? hex_digit(s[1]) : -1;
		int low = high == -1 ? -1 : hex_digit(s[2]);

		if (low == -1 || (high == 0 && low == 0)) {
			*to++ = *s;
			continue;
		}
		*to++ = (char)(high << 4 | low);
		s += 2;
	}
	*to = '\0';
	return path;
}

/* ---- reading ---- */

struct reading {
	struct arena *arena;
	const char *path;
	struct err *err;
};

static int
wrong(const struct reading *r, const char *what)
{
	return err_set(r->err, ERR_CONFIG, "%s: %s", r->path, what);
}

static const char *
text_of(const struct reading *r, const cJSON *json, const char *name)
{
	const char *s = json_string(json, name);

	return arena_strdup(r->arena, s == NULL ? "" : s);
}

static int
read_day(const struct reading *r, const cJSON *json, const char *name,
    int32_t other, int32_t *out)
{
	const char *s = json_string(json, name);

	*out = other;
	if (s == NULL || *s == '\0')
		return 0;
	if (date_parse(s, out, r->err) == -1)
		return wrong(r, "valid_from or valid_until is no date");
	return 0;
}

static size_t
count(const cJSON *array)
{
	return (size_t)cJSON_GetArraySize(array);
}

static bool
is_sha256(const char *s)
{
	return strlen(s) == SHA256_CHARACTERS &&
	    strspn(s, "0123456789abcdef") == SHA256_CHARACTERS;
}

static int
compare_files(const void *x, const void *y)
{
	const struct xoev_set_file *a = x, *b = y;

	return strcmp(a->path, b->path);
}

static int
read_files(const struct reading *r, const cJSON *json, struct xoev_set *set)
{
	const cJSON *files = json_array(json, "files"), *one;
	struct xoev_set_file *file =
	    arena_new(r->arena, struct xoev_set_file, count(files) + 1);

	if (files == NULL || count(files) > XOEV_FILES_MAX)
		return wrong(r, "no files, or too many");
	cJSON_ArrayForEach (one, files) {
		struct xoev_set_file *f = &file[set->nfile++];

		f->path = text_of(r, one, "path");
		f->sha256 = text_of(r, one, "sha256");
		f->size = json_int(one, "size", 0, XOEV_FILE_MAX, -1);
		if (!xoev_path_is_safe(f->path) || !is_sha256(f->sha256) ||
		    f->size == -1)
			return wrong(r, "a file without path, size and sha256");
	}
	qsort(file, set->nfile, sizeof(*file), compare_files);
	set->file = file;
	return 0;
}

static int
read_entries(const struct reading *r, const cJSON *json, struct xoev_schema *s)
{
	const cJSON *entries = json_array(json, "entry"), *one;
	const char **entry =
	    arena_new(r->arena, const char *, count(entries) + 1);

	cJSON_ArrayForEach (one, entries) {
		if (!cJSON_IsString(one) ||
		    !xoev_path_is_safe(one->valuestring))
			return wrong(r, "an entry that is no path");
		entry[s->nentry++] = arena_strdup(r->arena, one->valuestring);
	}
	s->entry = entry;
	return s->nentry > 0 ? 0 : wrong(r, "a schema without an entry");
}

static int
read_schemas(const struct reading *r, const cJSON *json, struct xoev_set *set)
{
	const cJSON *schemas = json_array(json, "schemas"), *one;
	struct xoev_schema *schema =
	    arena_new(r->arena, struct xoev_schema, count(schemas) + 1);

	cJSON_ArrayForEach (one, schemas) {
		struct xoev_schema *s = &schema[set->nschema++];

		s->uri = text_of(r, one, "namespace");
		s->version = text_of(r, one, "version");
		if (read_entries(r, one, s) == -1)
			return -1;
	}
	set->schema = schema;
	return 0;
}

static void
read_locations(const struct reading *r, const cJSON *json, struct xoev_set *set)
{
	const cJSON *locations = json_object(json, "locations"), *one;
	struct xoev_location *location = arena_new(
	    r->arena, struct xoev_location, count(locations) + 1);

	cJSON_ArrayForEach (one, locations)
		if (cJSON_IsString(one))
			location[set->nlocation++] = (struct xoev_location){
				.url = arena_strdup(r->arena, one->string),
				.uri = arena_strdup(
				    r->arena, one->valuestring),
			};
	set->location = location;
}

static int
read_set(const struct reading *r, const cJSON *json, struct xoev_set *set)
{
	if (json_int(json, "format", 1, 1, 0) != 1)
		return wrong(r, "its format is not 1");
	set->name = text_of(r, json, "name");
	set->version = text_of(r, json, "version");
	set->source = text_of(r, json, "source");
	set->is_strict = strcmp(text_of(r, json, "checks"), "strict") == 0;
	if (*set->name == '\0' || *set->version == '\0')
		return wrong(r, "name or version is missing");
	if (read_day(r, json, "valid_from", XOEV_ALWAYS, &set->valid_from) ==
		-1 ||
	    read_day(r, json, "valid_until", XOEV_FOREVER,
		&set->valid_until) == -1 ||
	    read_files(r, json, set) == -1 ||
	    read_schemas(r, json, set) == -1)
		return -1;
	read_locations(r, json, set);
	return 0;
}

int
xoev_catalogue_read(struct arena *a, const char *dir, const char *id,
    struct xoev_set **out, struct err *err)
{
	struct reading r = { .arena = a, .err = err };
	struct xoev_set *set = arena_new(a, struct xoev_set, 1);
	uint8_t digest[CRYPTO_DIGEST_LEN];
	struct err bad = { 0 };
	cJSON *json;
	char *text;
	size_t len;

	r.path = arena_printf(a, "%s/%s", dir, XOEV_CATALOGUE);
	if (file_read(a, r.path, XOEV_CATALOGUE_MAX, &text, &len, err) == -1)
		return -1;
	if (json_parse(a, text, len, &json_limits_package, &json, &bad) == -1)
		return wrong(&r, bad.msg);
	set->id = arena_strdup(a, id);
	set->dir = arena_strdup(a, dir);
	crypto_sha256(text, len, digest);
	set->digest = id_hex_bytes(a, digest, sizeof(digest));
	*out = set;
	return read_set(&r, json, set);
}

/* ---- writing ---- */

static void
put_day(struct arena *a, struct json_out *j, const char *name, int32_t day)
{
	if (day != XOEV_ALWAYS && day != XOEV_FOREVER)
		json_pair(j, name, date_to_iso(a, day));
}

static void
put_schemas(struct json_out *j, const struct xoev_set *set)
{
	json_key(j, "schemas");
	json_open_array(j);
	for (size_t i = 0; i < set->nschema; i++) {
		const struct xoev_schema *s = &set->schema[i];

		json_open_object(j);
		json_pair(j, "namespace", s->uri);
		json_pair(j, "version", s->version);
		json_key(j, "entry");
		json_open_array(j);
		for (size_t k = 0; k < s->nentry; k++)
			json_put_string(j, s->entry[k]);
		json_close_array(j);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_files(struct json_out *j, const struct xoev_set *set)
{
	json_key(j, "files");
	json_open_array(j);
	for (size_t i = 0; i < set->nfile; i++) {
		json_open_object(j);
		json_pair(j, "path", set->file[i].path);
		json_key(j, "size");
		json_put_int(j, set->file[i].size);
		json_pair(j, "sha256", set->file[i].sha256);
		json_close_object(j);
	}
	json_close_array(j);
}

void
xoev_catalogue_write(
    struct arena *a, const struct xoev_set *set, struct buf *out)
{
	struct json_out j;

	json_begin(&j, out);
	json_open_object(&j);
	json_key(&j, "format");
	json_put_int(&j, 1);
	json_pair(&j, "name", set->name);
	json_pair(&j, "version", set->version);
	json_pair(&j, "source", set->source);
	json_pair(&j, "checks", set->is_strict ? "strict" : "schema");
	put_day(a, &j, "valid_from", set->valid_from);
	put_day(a, &j, "valid_until", set->valid_until);
	put_schemas(&j, set);
	json_key(&j, "locations");
	json_open_object(&j);
	for (size_t i = 0; i < set->nlocation; i++)
		json_pair(&j, set->location[i].url, set->location[i].uri);
	json_close_object(&j);
	put_files(&j, set);
	json_close_object(&j);
	buf_puts(out, "\n");
}
