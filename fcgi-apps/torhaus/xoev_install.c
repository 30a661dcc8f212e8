#include "torhaus/xoev_install.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/date.h"
#include "common/file.h"
#include "common/json.h"
#include "common/xoev_catalogue.h"

struct installing {
	struct arena *arena;
	const char *xoev_dir, *source;
	const char *staging; /* folder beside the sets, for the time being */
	struct xoev_claim claim;
	struct xoev_set *set;
	struct err *err;
};

/* ---- what the set is ---- */

/* set.json of a source folder: what is not claimed may stand there. */
static int
claim_from_source(struct installing *in)
{
	const char *path = arena_printf(
	    in->arena, "%s/%s", in->source, XOEV_CATALOGUE);
	struct xoev_claim *c = &in->claim;
	struct err err = { 0 };
	cJSON *json;
	char *text;
	size_t len;

	if (file_read(in->arena, path, XOEV_CATALOGUE_MAX, &text, &len, &err) ==
	    -1)
		return 0;
	if (json_parse(in->arena, text, len, &json_limits_package, &json,
		&err) == -1)
		return err_set(
		    in->err, ERR_BAD_REQUEST, "%s: %s", path, err.msg);
	if (c->name == NULL)
		c->name = json_string(json, "name");
	if (c->version == NULL)
		c->version = json_string(json, "version");
	if (c->source == NULL)
		c->source = json_string(json, "source");
	if (c->valid_from == NULL)
		c->valid_from = json_string(json, "valid_from");
	if (c->valid_until == NULL)
		c->valid_until = json_string(json, "valid_until");
	if (c->checks == NULL)
		c->checks = json_string(json, "checks");
	return 0;
}

/* "/tmp/xmeld-25.11a.zip": xmeld and 25.11a. */
static void
claim_from_name(struct installing *in)
{
	char *name = arena_strdup(in->arena, in->source), *dash;
	size_t n = strlen(name);

	while (n > 1 && name[n - 1] == '/')
		name[--n] = '\0';
	if (strrchr(name, '/') != NULL)
		name = strrchr(name, '/') + 1;
	n = strlen(name);
	if (n > 4 && strcasecmp(name + n - 4, ".zip") == 0)
		name[n - 4] = '\0';
	dash = strrchr(name, '-');
	if (dash != NULL && isdigit((unsigned char)dash[1])) {
		*dash = '\0';
		if (in->claim.version == NULL)
			in->claim.version = dash + 1;
	}
	if (in->claim.name == NULL && *name != '\0')
		in->claim.name = name;
}

static int
claimed_day(struct installing *in, const char *s, int32_t other, int32_t *out)
{
	*out = other;
	if (s == NULL || *s == '\0')
		return 0;
	if (date_parse(s, out, in->err) == -1)
		return err_set(in->err, ERR_FIELD_INVALID,
		    "'%s' is no date; write it as 2025-11-01", s);
	return 0;
}

/* "XMeld" and "25.11a": "xmeld-25.11a". */
static const char *
id_of(struct arena *a, const char *name, const char *version)
{
	char *id = arena_printf(a, "%s-%s", name, version);

	for (char *s = id; *s != '\0'; s++)
		*s = *s == ' ' ? '-' : (char)tolower((unsigned char)*s);
	return id;
}

static int
settle(struct installing *in)
{
	struct xoev_claim *c = &in->claim;
	struct xoev_set *set = in->set;

	if (claim_from_source(in) == -1)
		return -1;
	claim_from_name(in);
	if (c->name == NULL || c->version == NULL)
		return err_set(in->err, ERR_FIELD_INVALID,
		    "say which version of %s it is: --version VERSION",
		    c->name == NULL ? "which standard" : c->name);
	set->name = c->name;
	set->version = c->version;
	set->source = c->source == NULL ? "" : c->source;
	set->id = id_of(in->arena, c->name, c->version);
	if (!xoev_id_is_safe(set->id))
		return err_set(in->err, ERR_FIELD_INVALID,
		    "'%s' cannot be a set's name: use letters, digits, dots "
		    "and hyphens", set->id);
	if (claimed_day(in, c->valid_from, XOEV_ALWAYS, &set->valid_from) ==
		-1 ||
	    claimed_day(in, c->valid_until, XOEV_FOREVER,
		&set->valid_until) == -1)
		return -1;
	if (set->valid_until < set->valid_from)
		return err_set(in->err, ERR_FIELD_INVALID,
		    "a set that ends before it begins");
	return 0;
}

/* ---- copying ---- */

static int
make_dir(const char *path, struct err *err)
{
	if (mkdir(path, 0755) == -1 && errno != EEXIST)
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	return 0;
}

static int
take_in(struct installing *in)
{
	struct xoev_room room = { .bytes = XOEV_SET_MAX,
		.files = XOEV_FILES_MAX };
	const char *to =
	    arena_printf(in->arena, "%s/published", in->staging);
	struct stat st;
	int fd, rc;

	if (make_dir(in->staging, in->err) == -1 ||
	    make_dir(to, in->err) == -1)
		return -1;
	if (stat(in->source, &st) == -1)
		return err_set(in->err, ERR_NOT_FOUND, "%s: %s", in->source,
		    strerror(errno));
	fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return err_set(in->err, ERR_IO, "%s: %s", to, strerror(errno));
	rc = S_ISDIR(st.st_mode)
	    ? xoev_copy_folder(in->source, fd, &room, in->err)
	    : xoev_unzip(in->source, fd, &room, in->err);
	(void)close(fd);
	return rc;
}

static int
write_catalogue(struct installing *in)
{
	struct buf *b = buf_new(in->arena, XOEV_CATALOGUE_MAX);
	int fd, rc;

	xoev_catalogue_write(in->arena, in->set, b);
	if (buf_check(b, in->err) == -1)
		return -1;
	fd = open(in->staging, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return err_set(
		    in->err, ERR_IO, "%s: %s", in->staging, strerror(errno));
	rc = xoev_put_file(fd, XOEV_CATALOGUE, b->data, b->len, in->err);
	if (rc == 0)
		rc = fsync(fd);
	(void)close(fd);
	return rc;
}

/* ---- trying it ---- */

/* Compiles each namespace of the set among those that are there. */
static int
try_compile(struct installing *in, const char *id)
{
	struct xoev_sets *sets;
	const struct xml_schema *schema;
	int rc = 0;

	if (xoev_sets_load(in->xoev_dir, &sets, in->err) == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < xoev_sets_count(sets); i++) {
		const struct xoev_set *set = xoev_sets_get(sets, i);

		if (strcmp(set->id, id) != 0)
			continue;
		for (size_t k = 0; rc == 0 && k < set->nschema; k++)
			rc = xoev_sets_schema(sets, set->schema[k].uri,
			    set->valid_from == XOEV_ALWAYS ? XOEV_ALWAYS
							   : set->valid_from,
			    &schema, in->err);
	}
	xoev_sets_free(sets);
	return rc;
}

/* Standards that build on the base message of XInneres have its rules. */
static void
settle_checks(struct installing *in)
{
	static const char base[] = "http://www.osci.de/xinneres/basisnachricht/";
	const struct xoev_set *set = in->set;
	bool is_strict = false;

	for (size_t i = 0; i < set->nlocation; i++)
		is_strict |= strncmp(set->location[i].uri, base,
				 sizeof(base) - 1) == 0;
	if (in->claim.checks != NULL)
		is_strict = strcmp(in->claim.checks, "strict") == 0;
	in->set->is_strict = is_strict;
}

/* What is there under this name already. */
static int
compare_with_old(struct installing *in, const char *to)
{
	struct xoev_set *old;
	struct err err = { 0 };
	bool is_same;

	if (xoev_catalogue_read(in->arena, to, in->set->id, &old, &err) == -1) {
		if (err.code == ERR_NOT_FOUND && access(to, F_OK) == -1)
			return 0;
		return err_set(in->err, ERR_CONFLICT, "%s is in the way", to);
	}
	is_same = old->nfile == in->set->nfile;
	for (size_t i = 0; is_same && i < old->nfile; i++)
		is_same = strcmp(old->file[i].path, in->set->file[i].path) ==
			0 &&
		    strcmp(old->file[i].sha256, in->set->file[i].sha256) == 0;
	if (is_same)
		return err_set(in->err, ERR_DUPLICATE,
		    "%s is installed already, with the same files",
		    in->set->id);
	return err_set(in->err, ERR_CONFLICT,
	    "%s is installed with other files; a published set never changes: "
	    "check the source, or give it another --version", in->set->id);
}

static int
put_in_place(struct installing *in)
{
	const char *to =
	    arena_printf(in->arena, "%s/%s", in->xoev_dir, in->set->id);
	int rc;

	if (compare_with_old(in, to) == -1 || write_catalogue(in) == -1)
		return -1;
	if (rename(in->staging, to) == -1)
		return err_set(in->err, ERR_IO, "%s: %s", to, strerror(errno));
	in->set->dir = to;
	rc = try_compile(in, in->set->id);
	if (rc == -1)
		xoev_remove_folder(to);
	return rc;
}

int
xoev_install(struct arena *a, const char *xoev_dir, const char *source,
    const struct xoev_claim *claim, struct xoev_set **out, struct err *err)
{
	struct installing in = { .arena = a, .xoev_dir = xoev_dir,
		.source = source, .claim = *claim, .err = err };
	int rc = -1;

	in.set = arena_new(a, struct xoev_set, 1);
	in.staging =
	    arena_printf(a, "%s/.adding-%ld", xoev_dir, (long)getpid());
	in.set->dir = in.staging;
	if (settle(&in) == -1 || make_dir(xoev_dir, err) == -1)
		return -1;
	xoev_remove_folder(in.staging);
	if (take_in(&in) == 0 && xoev_survey(a, in.set, err) == 0) {
		settle_checks(&in);
		rc = put_in_place(&in);
	}
	if (rc == -1)
		xoev_remove_folder(in.staging);
	*out = in.set;
	return rc;
}
