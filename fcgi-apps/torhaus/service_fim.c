/* torhaus service import-fim */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file.h"
#include "common/json.h"
#include "torhaus/commands.h"
#include "torhaus/fim.h"
#include "torhaus/service_mistakes.h"

#define WORDS_MAX (256 * 1024)

static const char *const no_flags[] = { NULL };

/* ---- names ---- */

/* A service's id from words: as a key, with hyphens. */
static const char *
slug_of(struct arena *a, const char *words)
{
	char *slug = arena_strdup(a, fim_key(a, words));

	for (char *p = slug; *p != '\0'; p++)
		*p = *p == '_' ? '-' : *p;
	return slug;
}

/* What stands behind the last slash; slashes at the end do not count. */
static const char *
last_part(struct arena *a, const char *path)
{
	size_t n = strlen(path), from;

	while (n > 1 && path[n - 1] == '/')
		n--;
	for (from = n; from > 0 && path[from - 1] != '/'; from--)
		;
	return arena_dup(a, path + from, n - from);
}

/* ---- the catalogue ---- */

static int
read_words(struct arena *a, const char *dir, const char *lang, cJSON **out,
    struct err *err)
{
	const char *path = arena_printf(a, "%s/fim.%s.json", dir, lang);
	struct err why = { 0 };
	char *text;
	size_t len;

	if (file_read(a, path, WORDS_MAX, &text, &len, err) == -1)
		return err_set(err, ERR_CONFIG,
		    "%s cannot be read; say where the texts are with "
		    "--texts DIR", path);
	if (json_parse(a, text, len, &json_limits_package, out, &why) == -1)
		return err_set(err, ERR_CONFIG, "%s: %s", path, why.msg);
	return 0;
}

/* ---- writing ---- */

static int
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n < 1)
			return -1;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Never over a file that is there. */
static int
write_file(struct arena *a, const char *dir, const char *name,
    const char *text, struct err *err)
{
	const char *path = arena_printf(a, "%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int rc;

	if (fd == -1)
		return err_set(err, ERR_IO, "%s: %s", path,
		    errno == EEXIST ? "is there already; give another --out"
				    : strerror(errno));
	rc = write_all(fd, text, strlen(text));
	if (close(fd) == -1)
		rc = -1;
	return rc == 0 ? 0
		       : err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

static int
write_package(struct arena *a, const char *dir, const struct fim_package *p,
    struct err *err)
{
	const struct {
		const char *name, *text;
	} files[] = { { "service.json", p->service }, { "form.json", p->form },
		{ "texts.de.json", p->texts_de },
		{ "texts.en.json", p->texts_en }, { "import.md", p->report } };

	if (mkdir(dir, 0755) == -1 && errno != EEXIST)
		return err_set(err, ERR_IO, "%s: %s", dir, strerror(errno));
	for (size_t i = 0; i < nitems(files); i++)
		if (write_file(a, dir, files[i].name, files[i].text, err) == -1)
			return -1;
	return 0;
}

/* ---- the command ---- */

static int
make_package(struct arena *a, const char *path, const char *texts,
    const char *out, const char **dir, struct fim_package *package,
    struct err *err)
{
	struct fim_schema schema;
	cJSON *words[2];
	char *text;
	size_t len;

	if (read_words(a, texts, "de", &words[0], err) == -1 ||
	    read_words(a, texts, "en", &words[1], err) == -1 ||
	    file_read(a, path, FIM_MAX, &text, &len, err) == -1 ||
	    fim_read(a, text, len, &schema, err) == -1)
		return -1;
	*dir = out != NULL ? out : slug_of(a, schema.root->label);
	return fim_convert(a, &schema, slug_of(a, last_part(a, *dir)),
	    last_part(a, path), (const void *const[]){ words[0], words[1] },
	    package, err);
}

/* What the checker says of the draft: what is left for people. */
static int
check_draft(struct arena *a, const char *dir, size_t *mistakes,
    struct err *err)
{
	struct form_mistakes m = { .arena = a };
	struct service *service;
	const char *package;

	if (service_read_folder(a, dir, &service, &package, &m, err) == -1)
		return -1;
	service_mistakes_print(dir, &m);
	*mistakes = form_mistakes_count(&m);
	return 0;
}

int
cmd_service_import_fim(struct tool *t, int argc, char **argv)
{
	const char *path = tool_word(argc, argv, 0, no_flags);
	const char *texts = tool_option(argc, argv, "--texts"), *dir;
	struct fim_package package;
	struct err err = { 0 };
	size_t mistakes;

	if (path == NULL)
		return tool_usage("which file?");
	if (texts == NULL)
		texts = TORHAUS_SHARE "/texts";
	if (make_package(t->arena, path, texts,
		tool_option(argc, argv, "--out"), &dir, &package, &err) == -1) {
		if (strstr(err.msg, path) != NULL || err.code == ERR_CONFIG)
			return tool_fail(&err);
		(void)fprintf(stderr, "torhaus: %s: %s\n", path, err.msg);
		return EXIT_FAILED;
	}
	if (strcmp(slug_of(t->arena, last_part(t->arena, dir)),
		last_part(t->arena, dir)) != 0)
		return tool_usage("'%s' cannot be a service's id; give --out "
				  "a name of small letters, digits and hyphens",
		    last_part(t->arena, dir));
	if (write_package(t->arena, dir, &package, &err) == -1 ||
	    check_draft(t->arena, dir, &mistakes, &err) == -1)
		return tool_fail(&err);
	(void)printf("%s: a draft of %s, %zu groups and fields\n"
		     "%s/import.md: %zu points to look at, %zu not carried "
		     "over, %zu rules to translate\n"
		     "torhaus service check %s: %zu points are yours to decide "
		     "or to write\n",
	    dir, package.slug, package.ncarried, dir, package.nopen,
	    package.nleft, package.nrule, dir, mistakes);
	return EXIT_OK;
}
