#include "common/xoev/xoev_set.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "common/crypto/crypto.h"
#include "common/file.h"
#include "common/id.h"
#include "common/json.h"
#include "common/log.h"
#include "common/xoev/xoev_catalogue.h"

#define SETS_MAX 500

struct compiled {
	const struct xoev_set *set;
	const struct xoev_schema *schema;
	struct xml_schema *xml;
	struct compiled *next;
};

struct xoev_sets {
	struct arena arena;
	const char *dir;
	struct timespec changed; /* the folder, when it was read */
	struct xoev_set **set;
	size_t n;
	pthread_mutex_t mutex; /* of compiled */
	struct compiled *compiled;
};

/* ---- loading ---- */

int
xoev_sets_add(struct xoev_sets *s, struct xoev_set *set, struct err *err)
{
	if (s->n == SETS_MAX)
		return err_set(
		    err, ERR_CONFIG, "%s: over %d sets", s->dir, SETS_MAX);
	s->set[s->n++] = set;
	return 0;
}

static int
load_one(struct xoev_sets *s, const char *name, struct err *err)
{
	const char *dir = arena_printf(&s->arena, "%s/%s", s->dir, name);
	struct xoev_set *set;

	if (xoev_catalogue_read(&s->arena, dir, name, &set, err) == -1) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err); /* a folder that is no set */
		return 0;
	}
	return xoev_sets_add(s, set, err);
}

static int
compare_sets(const void *x, const void *y)
{
	const struct xoev_set *const *a = x, *const *b = y;
	int order = strcmp((*a)->name, (*b)->name);

	if (order == 0)
		order = ((*a)->valid_from > (*b)->valid_from) -
		    ((*a)->valid_from < (*b)->valid_from);
	return order != 0 ? order : strcmp((*a)->version, (*b)->version);
}

static int
load_all(struct xoev_sets *s, struct err *err)
{
	struct stat st;
	struct dirent *entry;
	DIR *dir = NULL;
	int rc = 0;

	s->set = arena_new(&s->arena, struct xoev_set *, SETS_MAX);
	if (stat(s->dir, &st) == -1 || (dir = opendir(s->dir)) == NULL)
		return errno == ENOENT
		    ? 0
		    : err_set(err, ERR_IO, "%s: %s", s->dir, strerror(errno));
	s->changed = st.st_mtim;
	while (rc == 0 && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			rc = load_one(s, entry->d_name, err);
	(void)closedir(dir);
	qsort(s->set, s->n, sizeof(*s->set), compare_sets);
	return rc;
}

int
xoev_sets_load(const char *dir, struct xoev_sets **out, struct err *err)
{
	struct xoev_sets *s = calloc(1, sizeof(*s));

	if (s == NULL)
		log_fatal("out of memory for schema sets");
	(void)pthread_mutex_init(&s->mutex, NULL);
	s->dir = arena_strdup(&s->arena, dir);
	if (load_all(s, err) == -1) {
		xoev_sets_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

void
xoev_sets_free(struct xoev_sets *s)
{
	if (s == NULL)
		return;
	for (struct compiled *c = s->compiled, *next; c != NULL; c = next) {
		next = c->next;
		xml_schema_free(c->xml);
		free(c);
	}
	(void)pthread_mutex_destroy(&s->mutex);
	arena_free(&s->arena);
	free(s);
}

bool
xoev_sets_is_stale(const struct xoev_sets *s)
{
	struct stat st;

	if (stat(s->dir, &st) == -1)
		return s->n > 0;
	return st.st_mtim.tv_sec != s->changed.tv_sec ||
	    st.st_mtim.tv_nsec != s->changed.tv_nsec;
}

size_t
xoev_sets_count(const struct xoev_sets *s)
{
	return s->n;
}

const struct xoev_set *
xoev_sets_get(const struct xoev_sets *s, size_t i)
{
	return s->set[i];
}

/* ---- finding ---- */

static const struct xoev_schema *
schema_of(const struct xoev_set *set, const char *uri)
{
	for (size_t i = 0; i < set->nschema; i++)
		if (strcmp(set->schema[i].uri, uri) == 0)
			return &set->schema[i];
	return NULL;
}

static bool
is_valid_on(const struct xoev_set *set, int32_t day)
{
	return day == XOEV_ALWAYS ||
	    (set->valid_from <= day && day <= set->valid_until);
}

const struct xoev_set *
xoev_sets_find(const struct xoev_sets *s, const char *uri, int32_t day)
{
	const struct xoev_set *found = NULL;

	for (size_t i = 0; i < s->n; i++)
		if (is_valid_on(s->set[i], day) &&
		    schema_of(s->set[i], uri) != NULL &&
		    (found == NULL ||
			s->set[i]->valid_from >= found->valid_from))
			found = s->set[i];
	return found;
}

/* ---- handing out files ---- */

/* One compilation: what it opens lives in arena. */
struct opening {
	struct arena *arena;
	const struct xoev_sets *sets;
	const struct xoev_set *set; /* comes first */
};

/* The catalogue's entry for a path, NULL: there is no such file. */
static const struct xoev_set_file *
file_find(const struct xoev_set *set, const char *path)
{
	size_t low = 0, high = set->nfile;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(set->file[middle].path, path);

		if (order == 0)
			return &set->file[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static const char *
hash_of(struct arena *a, const void *data, size_t len)
{
	uint8_t hash[CRYPTO_DIGEST_LEN];

	crypto_sha256(data, len, hash);
	return id_hex_bytes(a, hash, sizeof(hash));
}

/* Reads a file of a set if it still is what was installed. */
static int
file_open(struct arena *a, const struct xoev_set *set,
    const struct xoev_set_file *file, const char **data, size_t *len,
    struct err *err)
{
	const char *path =
	    arena_printf(a, "%s/published/%s", set->dir, file->path);
	char *text;

	if (file_read(a, path, XOEV_FILE_MAX, &text, len, err) == -1)
		return -1;
	if (strcmp(hash_of(a, text, *len), file->sha256) != 0)
		return err_set(err, ERR_CONFIG,
		    "%s is not what was installed: its checksum differs", path);
	*data = text;
	return 0;
}

static const char *
url_of(struct arena *a, const struct xoev_set *set, const char *path)
{
	return arena_printf(a, "xoev://%s/%s", set->id, path);
}

/* A schema of several files that no file includes together: one that does. */
static void
gather(struct arena *a, const struct xoev_set *set,
    const struct xoev_schema *schema, const char **data, size_t *len)
{
	struct buf *b = buf_new(a, 1024 * 1024);

	buf_printf(b,
	    "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
	    "targetNamespace=\"%s\">",
	    schema->uri);
	for (size_t i = 0; i < schema->nentry; i++)
		buf_printf(b, "<xs:include schemaLocation=\"%s\"/>",
		    url_of(a, set, schema->entry[i]));
	buf_puts(b, "</xs:schema>");
	*data = buf_text(b);
	*len = b->len;
}

/* ":3" is what gathers the set's fourth schema. */
static const char *
schema_url(struct arena *a, const struct xoev_set *set,
    const struct xoev_schema *schema)
{
	if (schema->nentry == 1)
		return url_of(a, set, schema->entry[0]);
	return arena_printf(
	    a, "xoev://%s/:%zu", set->id, (size_t)(schema - set->schema));
}

static const struct xoev_set *
set_by_id(const struct xoev_sets *s, const char *id, size_t len)
{
	for (size_t i = 0; i < s->n; i++)
		if (strlen(s->set[i]->id) == len &&
		    memcmp(s->set[i]->id, id, len) == 0)
			return s->set[i];
	return NULL;
}

static int
open_own(struct opening *o, const char *url, const char **data, size_t *len)
{
	const char *id = url + strlen("xoev://"), *slash = strchr(id, '/');
	const struct xoev_set_file *file;
	const struct xoev_set *set;
	struct err err = { 0 };

	if (slash == NULL ||
	    (set = set_by_id(o->sets, id, (size_t)(slash - id))) == NULL)
		return -1;
	for (size_t i = 0; slash[1] == ':' && i < set->nschema; i++)
		if (strcmp(schema_url(o->arena, set, &set->schema[i]), url) ==
		    0) {
			gather(o->arena, set, &set->schema[i], data, len);
			return 0;
		}
	file = file_find(set, slash + 1);
	if (file == NULL) /* libxml2 escapes what a URL cannot hold */
		file = file_find(set, xoev_path_of_url(o->arena, slash + 1));
	if (file == NULL)
		return -1;
	if (file_open(o->arena, set, file, data, len, &err) == -1) {
		log_error("xoev: %s", err.msg);
		return -1;
	}
	return 0;
}

static const char *
namespace_in(const struct xoev_set *set, const char *url)
{
	const char *own = url + strlen("xoev://");
	size_t n = strlen(set->id);

	/* A path that no file of the set has. */
	if (strncmp(url, "xoev://", strlen("xoev://")) == 0 &&
	    strncmp(own, set->id, n) == 0 && own[n] == '/')
		url = own + n + 1;
	for (size_t i = 0; i < set->nlocation; i++)
		if (strcmp(set->location[i].url, url) == 0)
			return set->location[i].uri;
	return NULL;
}

/* The namespace that schema files expect at a URL; the set itself speaks
 * first. NULL: nobody names it. */
static const char *
namespace_at(const struct opening *o, const char *url)
{
	const char *uri = namespace_in(o->set, url);

	for (size_t k = 0; uri == NULL && k < o->sets->n; k++)
		uri = namespace_in(o->sets->set[k], url);
	return uri;
}

static int
open_file(void *arg, const char **url, const char **data, size_t *len)
{
	struct opening *o = arg;
	const struct xoev_set *set = o->set;
	const char *uri;

	if (strncmp(*url, "xoev://", strlen("xoev://")) == 0 &&
	    open_own(o, *url, data, len) == 0)
		return 0;
	if ((uri = namespace_at(o, *url)) == NULL)
		return -1;
	if (schema_of(set, uri) == NULL)
		set = xoev_sets_find(o->sets, uri, XOEV_ALWAYS);
	if (set == NULL)
		return -1;
	*url = schema_url(o->arena, set, schema_of(set, uri));
	return open_own(o, *url, data, len);
}

/* ---- compiling ---- */

static struct xml_schema *
compiled_find(struct xoev_sets *s, const struct xoev_schema *schema)
{
	for (const struct compiled *c = s->compiled; c != NULL; c = c->next)
		if (c->schema == schema)
			return c->xml;
	return NULL;
}

static int
compile(struct xoev_sets *s, const struct xoev_set *set,
    const struct xoev_schema *schema, const struct xml_schema **out,
    struct err *err)
{
	struct arena a = { 0 };
	struct opening o = { .arena = &a, .sets = s, .set = set };
	struct xml_schema *xml;
	struct compiled *c;
	int rc = xml_schema_compile(
	    schema_url(&a, set, schema), open_file, &o, &xml, err);

	arena_free(&a);
	if (rc == -1)
		return -1;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		log_fatal("out of memory for a schema");
	*c = (struct compiled){
		.set = set, .schema = schema, .xml = xml, .next = s->compiled };
	s->compiled = c;
	*out = xml;
	return 0;
}

int
xoev_sets_schema(struct xoev_sets *s, const char *uri, int32_t day,
    const struct xml_schema **out, struct err *err)
{
	const struct xoev_set *set = xoev_sets_find(s, uri, day);
	const struct xoev_schema *schema;
	int rc = 0;

	if (set == NULL)
		return err_set(err, ERR_NOT_FOUND,
		    "no installed set has the namespace on that day");
	schema = schema_of(set, uri);
	(void)pthread_mutex_lock(&s->mutex);
	*out = compiled_find(s, schema);
	if (*out == NULL)
		rc = compile(s, set, schema, out, err);
	(void)pthread_mutex_unlock(&s->mutex);
	return rc;
}

int
xoev_sets_compile(
    struct xoev_sets *s, const struct xoev_set *set, struct err *err)
{
	const struct xml_schema *xml;
	int rc = 0;

	(void)pthread_mutex_lock(&s->mutex);
	for (size_t i = 0; rc == 0 && i < set->nschema; i++)
		if (compiled_find(s, &set->schema[i]) == NULL)
			rc = compile(s, set, &set->schema[i], &xml, err);
	(void)pthread_mutex_unlock(&s->mutex);
	return rc;
}

/* ---- verifying ---- */

struct verifying {
	const struct xoev_set *set;
	void (*each)(void *arg, const char *path, const char *what);
	void *arg;
};

static int
verify_file(const struct verifying *v, const struct xoev_set_file *file)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	const char *data;
	size_t len;

	if (file_open(&a, v->set, file, &data, &len, &err) == -1)
		v->each(v->arg, file->path,
		    err.code == ERR_NOT_FOUND ? "missing" : "changed");
	arena_free(&a);
	return 0;
}

/* Files that the catalogue does not have. */
static int
verify_folder(const struct verifying *v, struct arena *a, const char *under,
    int depth, struct err *err)
{
	const char *path = arena_printf(a, "%s/published%s%s", v->set->dir,
	    *under == '\0' ? "" : "/", under);
	struct dirent *entry;
	struct stat st;
	int rc = 0;
	DIR *dir = opendir(path);

	if (dir == NULL || depth > 20) {
		if (dir != NULL)
			(void)closedir(dir);
		return err_set(err, ERR_IO, "%s: cannot be read", path);
	}
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		const char *name = arena_printf(a, "%s%s%s", under,
		    *under == '\0' ? "" : "/", entry->d_name);

		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (fstatat(dirfd(dir), entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISDIR(st.st_mode))
			rc = verify_folder(v, a, name, depth + 1, err);
		else if (file_find(v->set, name) == NULL)
			v->each(v->arg, name, "extra");
	}
	(void)closedir(dir);
	return rc;
}

int
xoev_set_verify(const struct xoev_set *set,
    void (*each)(void *arg, const char *path, const char *what), void *arg,
    struct err *err)
{
	struct verifying v = { .set = set, .each = each, .arg = arg };
	struct arena a = { 0 };
	int rc;

	for (size_t i = 0; i < set->nfile; i++)
		(void)verify_file(&v, &set->file[i]);
	rc = verify_folder(&v, &a, "", 0, err);
	arena_free(&a);
	return rc;
}
