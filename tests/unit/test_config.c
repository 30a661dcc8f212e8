#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "common/buf.h"
#include "common/config.h"

#define REQUIRED                                                               \
	"database_socket = /run/db.sock\n"                                     \
	"master_key_file = /etc/key\n"                                         \
	"documents_dir = /var/docs\n"                                          \
	"texts_dir = /usr/texts\n"                                             \
	"libexec_dir = /usr/libexec\n"

static char path[] = "/tmp/torhaus-config-XXXXXX";

static int
setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd == -1 ? -1 : close(fd);
}

static int
teardown(void **state)
{
	(void)state;
	return unlink(path);
}

static void
collect(void *arg, const char *mistake)
{
	/* Without the path, which differs from run to run. */
	buf_puts(arg, strncmp(mistake, path, strlen(path)) == 0
		? mistake + strlen(path) + 1
		: mistake);
	buf_puts(arg, "\n");
}

static int
read_text(const char *text, struct config *c, struct buf *mistakes)
{
	struct err err = {0};
	FILE *f = fopen(path, "w");
	int rc;

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	rc = config_read_report(path, "forms", c, collect, mistakes, &err);
	assert_int_equal(err.code, rc == 0 ? ERR_NONE : ERR_CONFIG);
	return rc;
}

static void
test_defaults(void **state)
{
	struct config c;
	struct buf mistakes;

	(void)state;
	buf_init(&mistakes, 10000);
	assert_int_equal(read_text(REQUIRED, &c, &mistakes), 0);
	assert_string_equal(buf_text(&mistakes), "");
	assert_string_equal(c.database_socket, "/run/db.sock");
	assert_string_equal(c.database_user, "torhaus_forms");
	assert_string_equal(c.database_password_file, "");
	assert_int_equal(c.threads, 16);
	assert_int_equal(c.request_max, 1 << 20);
	assert_int_equal(c.upload_max, 10 << 20);
	assert_string_equal(c.public_scheme, "https");
	config_free(&c);
	buf_free(&mistakes);
}

static void
test_values(void **state)
{
	struct config c;
	struct buf mistakes;

	(void)state;
	buf_init(&mistakes, 10000);
	assert_int_equal(read_text("# a comment\n\n"
				   "  threads=4  \n"
				   "upload_max = 64k\r\n"
				   "upload_case_max = 1g\n"
				   "database_user = %p_at_%p\n"
				   "smtp_url = smtp://host:25/a=b\n" REQUIRED,
	    &c, &mistakes), 0);
	assert_int_equal(c.threads, 4);
	assert_int_equal(c.upload_max, 65536);
	assert_int_equal(c.upload_case_max, 1 << 30);
	assert_string_equal(c.database_user, "forms_at_forms");
	assert_string_equal(c.smtp_url, "smtp://host:25/a=b");
	config_free(&c);
	buf_free(&mistakes);
}

static const struct {
	const char *name, *in, *want;
} cases[] = {
    {"unknown", REQUIRED "thread = 4\n", "6: thread: there is no such "
					 "setting\n"},
    {"missing", "database_socket = /x\n",
	" master_key_file: missing\n documents_dir: missing\n"
	" texts_dir: missing\n libexec_dir: missing\n"},
    {"doubled", REQUIRED "threads = 4\nthreads = 5\n",
	"7: threads: given a second time\n"},
    {"too large", REQUIRED "threads = 257\n",
	"6: threads: 257 is not within 1 to 256\n"},
    {"too small", REQUIRED "threads = 0\n",
	"6: threads: 0 is not within 1 to 256\n"},
    {"no number", REQUIRED "threads = many\n",
	"6: threads: \"many\" is not a whole number\n"},
    {"unit on a count", REQUIRED "threads = 4k\n",
	"6: threads: \"4k\" is not a whole number\n"},
    {"unit alone", REQUIRED "upload_max = m\n",
	"6: upload_max: \"m\" is not a whole number of bytes (k, m, g may "
	"follow)\n"},
    {"size beyond all", REQUIRED "upload_max = 9999999999999g\n",
	"6: upload_max: \"9999999999999g\" is not a whole number of bytes "
	"(k, m, g may follow)\n"},
    {"relative path", REQUIRED "smtp_ca_file = ca.pem\n",
	"6: smtp_ca_file: \"ca.pem\" is not an absolute path\n"},
    {"empty", REQUIRED "database_name =\n",
	"6: database_name: must not be empty\n"},
    {"no choice", REQUIRED "smtp_tls = maybe\n",
	"6: smtp_tls: \"maybe\" is none of: required opportunistic none\n"},
    {"part of a choice", REQUIRED "log_level = inf\n",
	"6: log_level: \"inf\" is none of: debug info warn error\n"},
    {"no equals sign", REQUIRED "threads 4\n",
	"6: \"threads 4\" is not of the form name = value\n"},
    {"all at once", REQUIRED "a = 1\nthreads = x\n",
	"6: a: there is no such setting\n"
	"7: threads: \"x\" is not a whole number\n"},
    {"smaller than one file", REQUIRED "upload_case_max = 1m\n",
	" upload_case_max: is less than upload_max\n"},
    {"password in the clear",
	REQUIRED "smtp_user = u\nsmtp_password_file = /p\nsmtp_tls = none\n",
	" smtp_tls: must be required, since smtp_user's password would "
	"travel in the clear\n"},
    {"user without password", REQUIRED "smtp_user = u\n",
	" smtp_password_file: missing, since smtp_user is given\n"},
    {"no mail server", REQUIRED "smtp_url = mail.example.org\n",
	" smtp_url: does not begin with smtp:// or smtps://\n"},
};

static void
test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct config c;
		struct buf mistakes;

		buf_init(&mistakes, 10000);
		assert_int_equal(read_text(cases[i].in, &c, &mistakes), -1);
		if (strcmp(buf_text(&mistakes), cases[i].want) != 0)
			fail_msg("%s: %s", cases[i].name, buf_text(&mistakes));
		buf_free(&mistakes);
	}
}

static void
test_no_file(void **state)
{
	struct config c;
	struct buf mistakes;
	struct err err = {0};

	(void)state;
	buf_init(&mistakes, 10000);
	assert_int_equal(config_read_report("/nowhere/x.conf", "forms", &c,
	    collect, &mistakes, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_string_equal(buf_text(&mistakes),
	    "/nowhere/x.conf: No such file or directory\n");
	buf_free(&mistakes);
}

/* The sample explains every setting and is right as it stands. */
static void
test_sample(void **state)
{
	struct config c;
	struct err err = {0};
	struct buf mistakes;

	(void)state;
	buf_init(&mistakes, 10000);
	if (config_read_report("fcgi-apps/torhaus.conf.example", "status", &c,
		collect, &mistakes, &err) == -1)
		fail_msg("%s", buf_text(&mistakes));
	assert_string_equal(c.database_user, "torhaus_status");
	config_free(&c);
	buf_free(&mistakes);
}

static void
test_path(void **state)
{
	char name[] = "forms", listen[] = "--listen", x[] = "x";
	char config[] = "--config", a[] = "/a", both[] = "--config=/b";
	char *with[] = {name, listen, x, config, a, NULL};
	char *joined[] = {name, both, NULL};
	char *none[] = {name, NULL};

	(void)state;
	assert_string_equal(config_path(5, with), "/a");
	assert_string_equal(config_path(2, joined), "/b");
	assert_int_equal(unsetenv("TORHAUS_CONFIG"), 0);
	assert_string_equal(config_path(1, none), "/etc/torhaus/torhaus.conf");
	assert_int_equal(setenv("TORHAUS_CONFIG", "/c", 1), 0);
	assert_string_equal(config_path(1, none), "/c");
	assert_string_equal(config_path(2, joined), "/b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_mistakes),
	    cmocka_unit_test(test_no_file),
	    cmocka_unit_test(test_sample),
	    cmocka_unit_test(test_path),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
