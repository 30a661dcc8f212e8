#include "torhaus/xoev_install.h"

#include <ctype.h>
#include <strings.h>

#include "common/date.h"
#include "common/file.h"
#include "common/json.h"
#include "common/xoev/xoev_catalogue.h"

/* set.json of a source: what is not claimed may stand there. */
static int
from_json(struct arena *a, struct xoev_claim *c, const char *path,
    struct err *err)
{
	struct err bad = { 0 };
	cJSON *json;
	char *text;
	size_t len;

	if (file_read(a, path, XOEV_CATALOGUE_MAX, &text, &len, &bad) == -1)
		return bad.code == ERR_NOT_FOUND
		    ? 0
		    : err_set(err, ERR_BAD_REQUEST, "%s", bad.msg);
	if (json_parse(a, text, len, &json_limits_package, &json, &bad) == -1)
		return err_set(
		    err, ERR_BAD_REQUEST, "%s: %s", XOEV_CATALOGUE, bad.msg);
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
from_name(struct arena *a, struct xoev_claim *c, const char *source)
{
	char *name = arena_strdup(a, source), *dash;
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
		if (c->version == NULL)
			c->version = dash + 1;
	}
	if (c->name == NULL && *name != '\0')
		c->name = name;
}

static int
day_of(const char *s, int32_t other, int32_t *out, struct err *err)
{
	*out = other;
	if (s == NULL || *s == '\0')
		return 0;
	if (date_parse(s, out, err) == -1)
		return err_set(err, ERR_FIELD_INVALID,
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
is_known(const char *checks)
{
	return checks == NULL || strcmp(checks, "strict") == 0 ||
	    strcmp(checks, "schema") == 0;
}

int
xoev_claim_settle(struct arena *a, struct xoev_claim *c, const char *json_path,
    const char *source, struct xoev_set *set, struct err *err)
{
	if (json_path != NULL && from_json(a, c, json_path, err) == -1)
		return -1;
	from_name(a, c, source);
	if (c->name == NULL || c->version == NULL)
		return err_set(err, ERR_FIELD_INVALID,
		    "say which version of %s it is: --version VERSION",
		    c->name == NULL ? "which standard" : c->name);
	if (!is_known(c->checks))
		return err_set(err, ERR_FIELD_INVALID,
		    "checks are \"strict\" or \"schema\", not \"%s\"",
		    c->checks);
	set->name = c->name;
	set->version = c->version;
	set->source = c->source == NULL ? "" : c->source;
	set->id = id_of(a, c->name, c->version);
	if (!xoev_id_is_safe(set->id))
		return err_set(err, ERR_FIELD_INVALID,
		    "'%s' cannot be a set's name: use letters, digits, dots "
		    "and hyphens", set->id);
	if (day_of(c->valid_from, XOEV_ALWAYS, &set->valid_from, err) == -1 ||
	    day_of(c->valid_until, XOEV_FOREVER, &set->valid_until, err) ==
		-1)
		return -1;
	if (set->valid_until < set->valid_from)
		return err_set(err, ERR_FIELD_INVALID,
		    "a set that ends before it begins");
	return 0;
}
