#include "torhaus/xoev_install.h"

#include <dirent.h>
#include <errno.h>
#include <strings.h>
#include <sys/stat.h>

#include "common/crypto/crypto.h"
#include "common/file.h"
#include "common/id.h"
#include "common/xml/xml_schema.h"
#include "common/xoev/xoev_catalogue.h"

#define SCHEMAS_MAX 1000
#define LOCATIONS_MAX 2000

/* A file of a schema: what it says, and whether another includes it. */
struct found {
	const char *path;
	struct xml_schema_file file;
	bool is_included;
};

struct survey {
	struct arena *arena;
	const char *root; /* .../published */
	struct xoev_set_file *file;
	size_t nfile;
	struct found *found;
	size_t nfound;
	struct xoev_location *location;
	size_t nlocation;
	struct err *err;
};

/* ---- files ---- */

static bool
is_xsd(const char *path)
{
	size_t n = strlen(path);

	return n > 4 && strcasecmp(path + n - 4, ".xsd") == 0;
}

/* What a schema file says; what is no schema is kept, and nothing more. */
static int
look(struct survey *s, const char *path, const char *text, size_t len)
{
	struct found *f = &s->found[s->nfound];
	struct err err = { 0 };

	if (!is_xsd(path))
		return 0;
	if (s->nfound == SCHEMAS_MAX)
		return err_set(s->err, ERR_TOO_LARGE, "over %d schema files",
		    SCHEMAS_MAX);
	if (xml_schema_look(s->arena, text, len, &f->file, &err) == -1)
		return err_set(
		    s->err, ERR_BAD_REQUEST, "%s: %s", path, err.msg);
	f->path = path;
	s->nfound++;
	return 0;
}

static int
survey_file(struct survey *s, const char *path)
{
	const char *whole =
	    arena_printf(s->arena, "%s/%s", s->root, path);
	uint8_t digest[CRYPTO_DIGEST_LEN];
	struct arena a = { 0 };
	char *text;
	size_t len;
	int rc;

	if (s->nfile == XOEV_FILES_MAX)
		return err_set(
		    s->err, ERR_TOO_LARGE, "over %d files", XOEV_FILES_MAX);
	rc = file_read(&a, whole, XOEV_FILE_MAX, &text, &len, s->err);
	if (rc == 0) {
		crypto_sha256(text, len, digest);
		s->file[s->nfile++] = (struct xoev_set_file){
			.path = path,
			.size = (int64_t)len,
			.sha256 =
			    id_hex_bytes(s->arena, digest, sizeof(digest)),
		};
		rc = look(s, path, text, len);
	}
	arena_free(&a);
	return rc;
}

static int
survey_folder(struct survey *s, const char *under)
{
	const char *path = arena_printf(s->arena, "%s%s%s", s->root,
	    *under == '\0' ? "" : "/", under);
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat st;
	int rc = 0;

	if (dir == NULL)
		return err_set(
		    s->err, ERR_IO, "%s: %s", path, strerror(errno));
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		const char *name = arena_printf(s->arena, "%s%s%s", under,
		    *under == '\0' ? "" : "/", entry->d_name);

		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (lstat(arena_printf(s->arena, "%s/%s", s->root, name),
			&st) == 0 &&
		    S_ISDIR(st.st_mode))
			rc = survey_folder(s, name);
		else
			rc = survey_file(s, name);
	}
	(void)closedir(dir);
	return rc;
}

static int
compare_files(const void *x, const void *y)
{
	const struct xoev_set_file *a = x, *b = y;

	return strcmp(a->path, b->path);
}

static int
compare_found(const void *x, const void *y)
{
	const struct found *a = x, *b = y;
	int order = strcmp(a->file.uri, b->file.uri);

	return order != 0 ? order : strcmp(a->path, b->path);
}

/* ---- what belongs together ---- */

/* A location as a path in the set, "../a/b.xsd" from "xsd/c.xsd" is "a/b.xsd";
 * above the top there is nothing, as in URLs. NULL: it is no path. */
static const char *
resolve(struct arena *a, const char *from, const char *location)
{
	char *path = arena_printf(a, "%.*s%s",
	    (int)(strrchr(from, '/') == NULL ? 0 : strrchr(from, '/') - from + 1),
	    from, location);
	char *in = path, *out = path;

	if (strstr(location, "://") != NULL || *location == '\0' ||
	    *location == '/')
		return NULL;
	while (*in != '\0') {
		size_t n = strcspn(in, "/");
		size_t whole = in[n] == '/' ? n + 1 : n;

		if (n == 2 && memcmp(in, "..", 2) == 0) {
			if (out > path)
				out--;
			while (out > path && out[-1] != '/')
				out--;
		} else if (!(n == 1 && *in == '.')) {
			memmove(out, in, whole);
			out += whole;
		}
		in += whole;
	}
	*out = '\0';
	return path;
}

static void
mark_included(struct survey *s)
{
	for (size_t i = 0; i < s->nfound; i++)
		for (size_t k = 0; k < s->found[i].file.nuse; k++) {
			const struct xml_schema_use *use =
			    &s->found[i].file.use[k];
			const char *path = resolve(s->arena, s->found[i].path,
			    xoev_path_of_url(s->arena, use->location));

			for (size_t m = 0; path != NULL && m < s->nfound; m++)
				if (use->is_include && m != i &&
				    strcmp(s->found[m].path, path) == 0)
					s->found[m].is_included = true;
		}
}

static bool
is_file(const struct survey *s, const char *path)
{
	for (size_t i = 0; i < s->nfile; i++)
		if (strcmp(s->file[i].path, path) == 0)
			return true;
	return false;
}

/* An import of what is not in the set: its URL, or the path at which the
 * schema's author had it (beside the set, mostly). */
static void
add_location(struct survey *s, const struct found *f,
    const struct xml_schema_use *use)
{
	const char *at = use->location;

	if (use->is_include || *at == '\0' || s->nlocation == LOCATIONS_MAX)
		return;
	if (strstr(at, "://") == NULL)
		at = resolve(s->arena, f->path, at);
	if (at == NULL || is_file(s, at) ||
	    is_file(s, xoev_path_of_url(s->arena, at)))
		return;
	for (size_t i = 0; i < s->nlocation; i++)
		if (strcmp(s->location[i].url, at) == 0)
			return;
	s->location[s->nlocation++] =
	    (struct xoev_location){ .url = at, .uri = use->uri };
}

static int
compare_locations(const void *x, const void *y)
{
	const struct xoev_location *a = x, *b = y;

	return strcmp(a->url, b->url);
}

static bool
is_one_of(const struct found *f, size_t n, const char *uri)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(f[i].file.uri, uri) == 0)
			return true;
	return false;
}

/* The files of a namespace that nobody includes; where all include each
 * other, the first. */
static void
add_schema(struct survey *s, struct xoev_set *set, struct xoev_schema *schema,
    size_t from)
{
	const char *uri = s->found[from].file.uri;
	const char **entry =
	    arena_new(s->arena, const char *, s->nfound + 1);
	struct xoev_schema *one = &schema[set->nschema++];

	*one = (struct xoev_schema){ .uri = uri, .entry = entry,
		.version = "" };
	for (size_t i = from; i < s->nfound; i++) {
		const struct found *f = &s->found[i];

		if (strcmp(f->file.uri, uri) != 0)
			break;
		if (*one->version == '\0')
			one->version = f->file.version;
		if (!f->is_included)
			entry[one->nentry++] = f->path;
	}
	if (one->nentry == 0)
		entry[one->nentry++] = s->found[from].path;
}

static void
put_together(struct survey *s, struct xoev_set *set)
{
	struct xoev_schema *schema =
	    arena_new(s->arena, struct xoev_schema, s->nfound + 1);

	mark_included(s);
	for (size_t i = 0; i < s->nfound; i++) {
		const struct found *f = &s->found[i];

		for (size_t k = 0; k < f->file.nuse; k++)
			add_location(s, f, &f->file.use[k]);
		if (*f->file.uri != '\0' &&
		    !is_one_of(s->found, i, f->file.uri))
			add_schema(s, set, schema, i);
	}
	set->schema = schema;
	qsort(s->location, s->nlocation, sizeof(*s->location),
	    compare_locations);
	set->location = s->location;
	set->nlocation = s->nlocation;
}

int
xoev_survey(struct arena *a, struct xoev_set *set, struct err *err)
{
	struct survey s = { .arena = a, .err = err };

	s.root = arena_printf(a, "%s/published", set->dir);
	s.file = arena_new(a, struct xoev_set_file, XOEV_FILES_MAX);
	s.found = arena_new(a, struct found, SCHEMAS_MAX + 1);
	s.location = arena_new(a, struct xoev_location, LOCATIONS_MAX);
	if (survey_folder(&s, "") == -1)
		return -1;
	qsort(s.file, s.nfile, sizeof(*s.file), compare_files);
	qsort(s.found, s.nfound, sizeof(*s.found), compare_found);
	set->file = s.file;
	set->nfile = s.nfile;
	put_together(&s, set);
	if (set->nfile == 0)
		return err_set(err, ERR_BAD_REQUEST, "there is nothing in it");
	if (set->nschema == 0)
		return err_set(err, ERR_BAD_REQUEST,
		    "there is no schema (XSD with a target namespace) in it; "
		    "code lists are imported with torhaus codelist import");
	return 0;
}
