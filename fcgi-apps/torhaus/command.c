#include "torhaus/command.h"

#include <pwd.h>
#include <stdarg.h>
#include <unistd.h>

#include "common/town_store.h"

int
tool_fail(const struct err *err)
{
	(void)fprintf(stderr, "torhaus: %s\n",
	    err->msg[0] != '\0' ? err->msg : err_wire(err->code));
	return EXIT_FAILED;
}

int
tool_usage(const char *fmt, ...)
{
	va_list ap;

	(void)fputs("torhaus: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	return EXIT_WRONG;
}

const char *
tool_option(int argc, char **argv, const char *name)
{
	size_t len = strlen(name);

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return i + 1 < argc ? argv[i + 1] : NULL;
		if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=')
			return argv[i] + len + 1;
	}
	return NULL;
}

int
tool_flag(int argc, char **argv, const char *name)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return 1;
	return 0;
}

static int
is_among(const char *const *names, const char *name)
{
	for (; names != NULL && *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return 1;
	return 0;
}

const char *
tool_word(int argc, char **argv, int n, const char *const *flags)
{
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) == 0) {
			if (strchr(argv[i], '=') == NULL &&
			    !is_among(flags, argv[i]))
				i++; /* its value */
			continue;
		}
		if (n-- == 0)
			return argv[i];
	}
	return NULL;
}

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-"

/* Where usage names the option of len characters; NULL when it does not. */
static const char *
usage_of(const char *usage, const char *name, size_t len)
{
	for (const char *p = usage; (p = strstr(p, "--")) != NULL; p += 2)
		if (strncmp(p, name, len) == 0 &&
		    strspn(p + 2, NAME_CHARS) == len - 2)
			return p + len;
	return NULL;
}

/* "--lang de|en" takes one of its words; "--out FILE" anything. */
static int
is_offered(const char *behind, const char *value)
{
	size_t len = strlen(value), n = strcspn(behind + 1, " ]");

	if (memchr(behind + 1, '|', n) == NULL)
		return 1;
	for (const char *p = behind + 1, *end = p + n; p < end;) {
		size_t word = strcspn(p, "| ]");

		if (word == len && memcmp(p, value, len) == 0)
			return 1;
		p += word + 1;
	}
	return 0;
}

int
tool_options_check(const char *usage, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		const char *name = argv[i], *value = strchr(name, '=');
		size_t len = value == NULL ? strlen(name)
					   : (size_t)(value - name);
		const char *behind;

		if (strncmp(name, "--", 2) != 0)
			continue;
		behind = strncmp(name, "--config", len) == 0 && len == 8
		    ? " FILE"
		    : usage_of(usage, name, len);
		if (behind == NULL)
			return tool_usage("no option '%s' here", name), -1;
		if (*behind != ' ' || strchr("[(|", behind[1]) != NULL) {
			if (value != NULL)
				return tool_usage("%.*s takes no value",
					   (int)len, name),
				       -1;
			continue;
		}
		if (value == NULL && ++i == argc)
			return tool_usage("%s needs a value", name), -1;
		value = value == NULL ? argv[i] : value + 1;
		if (!is_offered(behind, value))
			return tool_usage("%.*s does not know '%s'", (int)len,
				   name, value),
			       -1;
	}
	return 0;
}

int
tool_open(struct tool *t, enum tool_need need, struct err *err)
{
	if (need == TOOL_NOTHING)
		return 0;
	config_free(&t->config); /* a command may ask for more than its row */
	if (config_read(t->config_path, "admin", &t->config, err) == -1)
		return -1;
	if (need == TOOL_CONFIG)
		return 0;
	t->db = db_new(&t->config);
	return crypto_master_read(
	    t->config.master_key_file, &t->master, err);
}

int
tool_load(struct tool *t, struct err *err)
{
	struct service_set *set;

	if (t->set != NULL)
		return 0;
	if (service_set_load(t->db, &t->master, &set, err) == -1)
		return -1;
	service_set_publish(set);
	t->set = service_set_hold();
	return 0;
}

const struct town *
tool_town(struct tool *t, const char *slug, struct err *err)
{
	const struct town *const *towns;
	size_t n;

	if (slug == NULL) {
		(void)err_set(err, ERR_BAD_REQUEST, "--town SLUG is missing");
		return NULL;
	}
	if (tool_load(t, err) == -1)
		return NULL;
	n = service_set_towns(t->set, &towns);
	for (size_t i = 0; i < n; i++)
		if (strcmp(towns[i]->slug, slug) == 0) {
			db_enter_town(t->db, towns[i]->id);
			return towns[i];
		}
	(void)err_set(err, ERR_NOT_FOUND,
	    "no town '%s'; torhaus town list shows them", slug);
	return NULL;
}

const char *
tool_user(struct arena *a)
{
	const struct passwd *pw = getpwuid(getuid());

	return pw == NULL
	    ? arena_printf(a, "uid %u", (unsigned)getuid())
	    : arena_strdup(a, pw->pw_name);
}

enum lang
tool_lang(int argc, char **argv)
{
	return lang_parse(tool_option(argc, argv, "--lang"), LANG_DE);
}
