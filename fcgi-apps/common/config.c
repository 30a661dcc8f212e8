#include "common/config.h"

#include <stdarg.h>
#include <stddef.h>

#include "common/file.h"
#include "common/log.h"
#include "common/num.h"

#define CONFIG_FILE_MAX (256 << 10)
#define DEFAULT_PATH "/etc/torhaus/torhaus.conf"

enum setting_type {
	SETTING_PATH,	/* begins with / */
	SETTING_TEXT,
	SETTING_NUMBER,
	SETTING_SIZE,	/* bytes, or with k, m, g behind: times 1024, ... */
	SETTING_CHOICE, /* one of the words in choices */
};

struct setting {
	const char *name;
	enum setting_type type;
	size_t offset;	   /* in struct config */
	const char *other; /* the default; NULL: must be given */
	int64_t min, max;  /* of numbers; of a text's length */
	const char *choices;
};

#define TEXT(member, other, min, max)                                          \
	{#member, SETTING_TEXT, offsetof(struct config, member), other, min,   \
	    max, NULL}
#define PATH(member, other, min)                                               \
	{#member, SETTING_PATH, offsetof(struct config, member), other, min,   \
	    4000, NULL}
#define NUMBER(member, other, min, max)                                        \
	{#member, SETTING_NUMBER, offsetof(struct config, member), other, min, \
	    max, NULL}
#define SIZE(member, other, min, max)                                          \
	{#member, SETTING_SIZE, offsetof(struct config, member), other, min,   \
	    max, NULL}
#define CHOICE(member, other, choices)                                         \
	{#member, SETTING_CHOICE, offsetof(struct config, member), other, 0,   \
	    0, choices}

#define MIB ((int64_t)1 << 20)
#define GIB ((int64_t)1 << 30)

/* name, default (NULL: must be given), smallest, largest; the sample
 * configuration explains each. */
static const struct setting settings[] = {
    PATH(database_socket, NULL, 1),
    TEXT(database_name, "torhaus", 1, 64),
    TEXT(database_user, "torhaus_%p", 1, 80),
    PATH(database_password_file, "", 0),
    PATH(master_key_file, NULL, 1),
    PATH(documents_dir, NULL, 1),
    PATH(texts_dir, NULL, 1),
    PATH(libexec_dir, NULL, 1),
    PATH(sql_dir, TORHAUS_SHARE "/sql", 1),
    PATH(xoev_dir, "/var/lib/torhaus/xoev", 1),
    NUMBER(threads, "16", 1, 256),
    NUMBER(commit_leaders, "2", 1, 16),
    NUMBER(commit_batch, "32", 1, 128),
    SIZE(request_max, "1m", 16 << 10, 64 * MIB),
    SIZE(upload_max, "10m", 64 << 10, 2 * GIB),
    SIZE(upload_case_max, "50m", 64 << 10, 8 * GIB),
    NUMBER(upload_count_max, "20", 1, 200),
    NUMBER(upload_time_max_s, "600", 5, 7200),
    NUMBER(lookup_tries, "20", 1, 10000),
    NUMBER(submit_rate, "60", 0, 1000000),
    NUMBER(feedback_rate, "30", 0, 1000000),
    NUMBER(feedback_days, "365", 1, 3650),
    TEXT(smtp_url, "smtp://localhost:25", 1, 300),
    TEXT(smtp_user, "", 0, 200),
    PATH(smtp_password_file, "", 0),
    PATH(smtp_ca_file, "", 0),
    CHOICE(smtp_tls, "required", "required opportunistic none"),
    NUMBER(mail_attempts, "12", 1, 100),
    TEXT(webhook_networks, "", 0, 4000),
    PATH(webhook_ca_file, "", 0),
    NUMBER(webhook_attempts, "15", 1, 100),
    NUMBER(courier_batch, "50", 1, 1000),
    NUMBER(seal_interval_s, "60", 1, 86400),
    PATH(osci_ca_file, "", 0),
    PATH(osci_crl_dir, "", 0),
    CHOICE(osci_ocsp, "no", "yes no"),
    TEXT(osci_ocsp_url, "", 0, 2000),
    NUMBER(osci_ocsp_timeout_ms, "5000", 100, 60000),
    PATH(osci_pkcs11_module, "", 0),
    PATH(osci_pkcs11_pin_file, "", 0),
    CHOICE(osci_http_plain, "no", "yes no"),
    CHOICE(osci_http_internal, "no", "yes no"),
    PATH(osci_http_ca_file, "", 0),
    TEXT(osci_http_proxy, "", 0, 300),
    NUMBER(osci_http_timeout_s, "60", 1, 600),
    SIZE(osci_http_answer_max, "64m", 64 << 10, 8 * GIB),
    TEXT(osci_receivers, "", 0, 4000),
    NUMBER(osci_forwards_max, "6", 1, 250),
    TEXT(osci_uri, "", 0, 1000),
    NUMBER(osci_attempts, "12", 1, 100),
    PATH(osci_dir, "/var/lib/torhaus/osci", 1),
    SIZE(osci_message_max, "64m", 64 << 10, 4 * GIB),
    NUMBER(osci_chunk_max_kib, "8192", 16, 1 << 20),
    SIZE(osci_chunked_max, "1g", 64 << 10, 64 * GIB),
    CHOICE(osci_mailboxes, "registered", "registered open"),
    CHOICE(osci_signatures, "required", "required optional"),
    CHOICE(osci_encryption, "required", "required optional"),
    CHOICE(osci_allow_cbc, "no", "no yes"),
    CHOICE(osci_allow_rsa15, "no", "no yes"),
    NUMBER(osci_dialog_timeout_s, "900", 5, 86400),
    NUMBER(osci_message_id_h, "168", 1, 8760),
    NUMBER(osci_partial_h, "48", 1, 8760),
    NUMBER(osci_retention_days, "90", 1, 3650),
    NUMBER(osci_received_days, "14", 0, 3650),
    NUMBER(osci_card_days, "1095", 1, 36500),
    NUMBER(osci_transfer_days, "365", 1, 36500),
    NUMBER(osci_client_rate, "6000", 0, 1000000),
    SIZE(osci_quota, "2g", 1 << 20, 4096 * GIB),
    CHOICE(identity, "none", "none simulated"),
    CHOICE(simulators, "no", "no yes"),
    CHOICE(log_level, "info", "debug info warn error"),
    CHOICE(public_scheme, "https", "https http"),
    NUMBER(public_port, "443", 1, 65535),
};

struct reading {
	const char *path, *program;
	size_t line; /* 0: of no line */
	struct config *out;
	bool is_given[nitems(settings)];
	size_t mistakes;
	config_report report;
	void *arg;
	struct err *err;
};

static void mistake(struct reading *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
mistake(struct reading *r, const char *fmt, ...)
{
	char what[400], where[40] = "", text[600];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (r->line > 0)
		(void)snprintf(where, sizeof(where), "%zu:", r->line);
	(void)snprintf(
	    text, sizeof(text), "%s:%s %s", r->path, where, what);
	if (r->mistakes++ == 0)
		err_set(r->err, ERR_CONFIG, "%s", text);
	r->report(r->arg, text);
}

/* value with every %p replaced by the program's name. */
static const char *
expand(struct reading *r, const char *value)
{
	struct arena *a = &r->out->arena;
	const char *p;
	char *out = arena_strdup(a, "");

	while ((p = strstr(value, "%p")) != NULL) {
		out = arena_printf(
		    a, "%s%.*s%s", out, (int)(p - value), value, r->program);
		value = p + 2;
	}
	return arena_printf(a, "%s%s", out, value);
}

/* Takes a unit off the end of a size; 0 when the rest cannot be a number. */
static int64_t
size_unit(char *value)
{
	size_t len = strlen(value);
	int64_t unit = 1;

	if (len == 0)
		return 0;
	switch (value[len - 1]) {
	case 'k':
	case 'K':
		unit = 1 << 10;
		break;
	case 'm':
	case 'M':
		unit = MIB;
		break;
	case 'g':
	case 'G':
		unit = GIB;
		break;
	default:
		return 1;
	}
	value[len - 1] = '\0';
	return unit;
}

static void
set_number(struct reading *r, const struct setting *s, const char *value)
{
	char digits[32];
	int64_t n, unit = 1;
	struct err unused = {0};

	(void)snprintf(digits, sizeof(digits), "%s", value);
	if (s->type == SETTING_SIZE)
		unit = size_unit(digits);
	if (strlen(value) >= sizeof(digits) || unit == 0 ||
	    num_parse(digits, 0, INT64_MAX / GIB, &n, &unused) == -1) {
		mistake(r, "%s: \"%.40s\" is not a whole number%s", s->name,
		    value,
		    s->type == SETTING_SIZE ? " of bytes (k, m, g may follow)"
					    : "");
		return;
	}
	n *= unit;
	if (n < s->min || n > s->max) {
		mistake(r, "%s: %lld is not within %lld to %lld", s->name,
		    (long long)n, (long long)s->min, (long long)s->max);
		return;
	}
	memcpy((char *)r->out + s->offset, &n, sizeof(n));
}

static bool
is_choice(const char *choices, const char *value)
{
	size_t n = strlen(value);

	for (const char *p = choices; n > 0 && *p != '\0'; p += *p == ' ') {
		size_t len = strcspn(p, " ");

		if (len == n && memcmp(p, value, n) == 0)
			return true;
		p += len;
	}
	return false;
}

static void
set_text(struct reading *r, const struct setting *s, const char *value)
{
	const char *text = expand(r, value);
	size_t len = strlen(text);

	if (s->type == SETTING_CHOICE && !is_choice(s->choices, text)) {
		mistake(r, "%s: \"%.40s\" is none of: %s", s->name, text,
		    s->choices);
		return;
	}
	if (s->type != SETTING_CHOICE &&
	    ((int64_t)len < s->min || (int64_t)len > s->max)) {
		mistake(r, len == 0 ? "%s: must not be empty"
				    : "%s: is too long",
		    s->name);
		return;
	}
	if (s->type == SETTING_PATH && len > 0 && text[0] != '/') {
		mistake(r, "%s: \"%.200s\" is not an absolute path", s->name,
		    text);
		return;
	}
	memcpy((char *)r->out + s->offset, &text, sizeof(text));
}

static void
set(struct reading *r, const struct setting *s, const char *value)
{
	if (s->type == SETTING_NUMBER || s->type == SETTING_SIZE)
		set_number(r, s, value);
	else
		set_text(r, s, value);
}

/* Cuts blanks at both ends, in place. */
static char *
trim(char *s)
{
	size_t len;

	s += strspn(s, " \t\r");
	len = strlen(s);
	while (len > 0 && strchr(" \t\r", s[len - 1]) != NULL)
		s[--len] = '\0';
	return s;
}

static void
read_line(struct reading *r, char *line)
{
	char *equals, *name, *value;

	line = trim(line);
	if (*line == '\0' || *line == '#')
		return;
	if ((equals = strchr(line, '=')) == NULL) {
		mistake(r, "\"%.60s\" is not of the form name = value", line);
		return;
	}
	*equals = '\0';
	name = trim(line);
	value = trim(equals + 1);
	for (size_t i = 0; i < nitems(settings); i++) {
		if (strcmp(settings[i].name, name) != 0)
			continue;
		if (r->is_given[i])
			mistake(r, "%s: given a second time", name);
		else
			set(r, &settings[i], value);
		r->is_given[i] = true;
		return;
	}
	mistake(r, "%.60s: there is no such setting", name);
}

/* What single limits cannot say. */
static void
check_together(struct reading *r)
{
	const struct config *c = r->out;

	if (c->upload_case_max < c->upload_max)
		mistake(r, "upload_case_max: is less than upload_max");
	if (c->osci_chunk_max_kib > c->osci_message_max / 1024)
		mistake(r, "osci_chunk_max_kib: is more than "
			   "osci_message_max");
	if (c->osci_card_days < c->osci_retention_days)
		mistake(r, "osci_card_days: is less than "
			   "osci_retention_days");
	if (*c->smtp_user != '\0' && *c->smtp_password_file == '\0')
		mistake(r, "smtp_password_file: missing, since smtp_user is "
			   "given");
	if (*c->smtp_user != '\0' && strcmp(c->smtp_tls, "required") != 0)
		mistake(r, "smtp_tls: must be required, since smtp_user's "
			   "password would travel in the clear");
	if (strncmp(c->smtp_url, "smtp://", 7) != 0 &&
	    strncmp(c->smtp_url, "smtps://", 8) != 0)
		mistake(r, "smtp_url: does not begin with smtp:// or "
			   "smtps://");
	if (*c->osci_ocsp_url != '\0' &&
	    strncmp(c->osci_ocsp_url, "http://", 7) != 0 &&
	    strncmp(c->osci_ocsp_url, "https://", 8) != 0)
		mistake(r, "osci_ocsp_url: does not begin with http:// or "
			   "https://");
}

int
config_read_report(const char *path, const char *program, struct config *out,
    config_report report, void *arg, struct err *err)
{
	struct reading r = {.path = path,
	    .program = program,
	    .out = out,
	    .report = report,
	    .arg = arg,
	    .err = err};
	char *text, *line;
	size_t len;

	memset(out, 0, sizeof(*out));
	if (file_read(&out->arena, path, CONFIG_FILE_MAX, &text, &len, err) ==
	    -1) {
		char why[sizeof(err->msg)];

		memcpy(why, err->msg, sizeof(why));
		report(arg, why);
		err->code = ERR_CONFIG;
		config_free(out);
		return -1;
	}
	if (strlen(text) != len)
		mistake(&r, "a NUL byte: this is not a text file");
	while ((line = strsep(&text, "\n")) != NULL) {
		r.line++;
		read_line(&r, line);
	}
	r.line = 0;
	for (size_t i = 0; i < nitems(settings); i++) {
		if (r.is_given[i])
			continue;
		if (settings[i].other == NULL)
			mistake(&r, "%s: missing", settings[i].name);
		else
			set(&r, &settings[i], settings[i].other);
	}
	if (r.mistakes == 0)
		check_together(&r);
	if (r.mistakes > 0) {
		config_free(out);
		return -1;
	}
	return 0;
}

static void
report_to_log(void *arg, const char *mistake_text)
{
	(void)arg;
	log_error("%s", mistake_text);
}

int
config_read(const char *path, const char *program, struct config *out,
    struct err *err)
{
	return config_read_report(
	    path, program, out, report_to_log, NULL, err);
}

void
config_free(struct config *c)
{
	arena_free(&c->arena);
}

const char *
config_path(int argc, char **argv)
{
	const char *path;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			return argv[i + 1];
		if (strncmp(argv[i], "--config=", 9) == 0)
			return argv[i] + 9;
	}
	path = getenv("TORHAUS_CONFIG");
	return path != NULL && *path != '\0' ? path : DEFAULT_PATH;
}

bool
config_allows_root(void)
{
	const char *value = getenv("TORHAUS_ALLOW_ROOT");

	return value != NULL && strcmp(value, "1") == 0;
}

const char *
config_environment(const char *name)
{
	return getenv(name);
}
