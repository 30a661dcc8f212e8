/* torhaus town add, town list */
#include "torhaus/commands.h"

#include "common/file.h"
#include "common/json.h"
#include "common/town_store.h"

#define TOWN_FILE_MAX (1024 * 1024)

struct town_file {
	struct town_row row;
	const char *host;
	const cJSON *departments;
};

static int
need_string(const cJSON *json, const char *name, const char **out,
    struct err *err)
{
	*out = json_string(json, name);
	if (*out == NULL || (*out)[0] == '\0')
		return err_set(
		    err, ERR_BAD_REQUEST, "member \"%s\" is missing", name);
	return 0;
}

static int
read_town_file(struct tool *t, const char *path, struct town_file *out,
    struct err *err)
{
	struct err why = {0};
	cJSON *json;
	char *text;
	size_t len;

	if (file_read(t->arena, path, TOWN_FILE_MAX, &text, &len, err) == -1)
		return -1;
	if (json_parse(t->arena, text, len, &json_limits_package, &json,
		&why) == -1 ||
	    need_string(json, "slug", &out->row.slug, &why) == -1 ||
	    need_string(json, "name", &out->row.name, &why) == -1 ||
	    need_string(json, "host", &out->host, &why) == -1 ||
	    need_string(json, "ags", &out->row.ags, &why) == -1 ||
	    need_string(json, "mail_from", &out->row.mail_from, &why) == -1)
		return err_set(
		    err, ERR_BAD_REQUEST, "%s: %s", path, why.msg);
	out->departments = json_array(json, "departments");
	if (cJSON_GetArraySize(out->departments) == 0)
		return err_set(err, ERR_BAD_REQUEST,
		    "%s: member \"departments\" needs at least one", path);
	return 0;
}

static int
find_town(struct tool *t, const char *slug, uint32_t *id, struct err *err)
{
	struct town_row *rows;
	size_t n;

	*id = 0;
	if (town_rows(t->db, t->arena, &rows, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].slug, slug) == 0)
			*id = rows[i].id;
	return 0;
}

static const char *
or_empty(const cJSON *json, const char *name)
{
	const char *s = json_string(json, name);

	return s == NULL ? "" : s;
}

static int
put_departments(struct tool *t, const cJSON *departments, struct err *err)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, departments)
	{
		struct department d = {
		    .email = or_empty(item, "email"),
		    .phone = or_empty(item, "phone"),
		    .address = or_empty(item, "address"),
		    .hours = or_empty(item, "hours"),
		};

		if (need_string(item, "slug", &d.slug, err) == -1 ||
		    need_string(item, "name", &d.name, err) == -1 ||
		    department_put(t->db, &d, err) == -1)
			return -1;
	}
	return 0;
}

/* A new town gets a key of its own, wrapped by the master key. */
static int
insert_town(struct tool *t, struct town_file *f, uint32_t *id,
    struct err *err)
{
	struct crypto_key key;

	crypto_random(&key, sizeof(key));
	crypto_wrap(&t->master, &key, f->row.wrapped_key);
	explicit_bzero(&key, sizeof(key));
	return town_insert(t->db, t->arena, &f->row, f->host, id, err);
}

/* Each store writes in a transaction of its own; a run that broke off is
 * completed by the next one. */
/* Each step is a transaction of its own; a second run mends a broken one. */
static int
add_town(struct tool *t, struct town_file *f, bool *is_new, struct err *err)
{
	uint32_t id;

	if (find_town(t, f->row.slug, &id, err) == -1)
		return -1;
	*is_new = id == 0;
	if (*is_new && insert_town(t, f, &id, err) == -1)
		return -1;
	db_enter_town(t->db, id);
	return put_departments(t, f->departments, err);
}

int
cmd_town_add(struct tool *t, int argc, char **argv)
{
	const char *path = tool_option(argc, argv, "--file");
	struct town_file f = {0};
	struct err err = {0};
	bool is_new;

	if (path == NULL)
		return tool_usage("--file FILE is missing");
	if (read_town_file(t, path, &f, &err) == -1 ||
	    add_town(t, &f, &is_new, &err) == -1)
		return tool_fail(&err);
	(void)printf("%s: %s, %s\n", f.row.slug,
	    is_new ? "added" : "updated", f.host);
	return EXIT_OK;
}

int
cmd_town_list(struct tool *t, int argc, char **argv)
{
	const struct town *const *towns;
	struct err err = {0};
	size_t n;

	(void)argc; /* takes no arguments */
	(void)argv;
	if (tool_load(t, &err) == -1)
		return tool_fail(&err);
	n = service_set_towns(t->set, &towns);
	for (size_t i = 0; i < n; i++)
		(void)printf("%-16s %-30s %s\n", towns[i]->slug,
		    towns[i]->name, towns[i]->host);
	if (n == 0)
		(void)puts("no town yet; torhaus town add makes one");
	return EXIT_OK;
}
