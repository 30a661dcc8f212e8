#include "common/http/http.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include "common/app.h"
#include "common/db/commit_group.h"
#include "common/crypto/crypto.h"
#include "common/db/db.h"
#include "common/http/http_io.h"
#include "common/http/http_server.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/service/service.h"
#include "common/text.h"

#define START_WAIT_S 60	    /* for the database */
#define POLL_S 2	    /* between looks at the generation */
#define STOP_TIMEOUT_MS 20000

enum { EXIT_SERVED = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct arguments {
	const char *config, *listen;
	bool only_checks, shows_help, shows_version;
};

/* Everything a program has apart from its threads. */
struct running {
	const struct program *program;
	struct arguments arguments;
	struct config config;
	struct texts *texts;
	struct crypto_key master;
	struct app app; /* the main thread's, with its own db */
	int64_t generation; /* of the services loaded */
	sigset_t signals;
};

static const char usage[] =
    "usage: %s [--config FILE] [--listen SOCKET]\n"
    "       %s [--config FILE] --check-config\n"
    "       %s --help | --version\n";

static void
print_help(const char *name)
{
	(void)printf(usage, name, name, name);
	(void)printf(
	    "\n"
	    "A FastCGI program of Torhaus; nginx passes requests on to it.\n"
	    "\n"
	    "  --config FILE    configuration; else $TORHAUS_CONFIG, else\n"
	    "                   /etc/torhaus/torhaus.conf\n"
	    "  --listen SOCKET  Unix socket to listen on (owner and group may\n"
	    "                   connect). A socket already there is replaced\n"
	    "                   without a gap. Without it, descriptor 0 is\n"
	    "                   the listening socket.\n"
	    "  --check-config   names every mistake in the configuration, the\n"
	    "                   texts and the master key's file, then leaves\n"
	    "  --help, --version\n"
	    "\n"
	    "SIGTERM and SIGINT: serve what waits, then leave. SIGHUP: load\n"
	    "towns and services anew. Exit status: 0 served and stopped, 1\n"
	    "failed, 2 wrong usage or configuration.\n");
}

/* The value of an option "--name VALUE" or "--name=VALUE" at argv[*i]. */
static bool
option_value(int argc, char **argv, int *i, const char *name,
    const char **value)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n) != 0)
		return false;
	if (argv[*i][n] == '=') {
		*value = argv[*i] + n + 1;
		return true;
	}
	if (argv[*i][n] != '\0' || *i + 1 >= argc)
		return false;
	*value = argv[++*i];
	return true;
}

static int
read_arguments(int argc, char **argv, struct arguments *out)
{
	memset(out, 0, sizeof(*out));
	out->config = config_path(argc, argv);
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--check-config") == 0)
			out->only_checks = true;
		else if (strcmp(argv[i], "--help") == 0)
			out->shows_help = true;
		else if (strcmp(argv[i], "--version") == 0)
			out->shows_version = true;
		else if (!option_value(
			     argc, argv, &i, "--config", &out->config) &&
		    !option_value(argc, argv, &i, "--listen", &out->listen)) {
			(void)fprintf(
			    stderr, "%s: what is %s?\n", argv[0], argv[i]);
			return -1;
		}
	}
	return 0;
}

static void
report_to_stderr(void *arg, const char *mistake)
{
	(void)arg;
	(void)fprintf(stderr, "%s\n", mistake);
}

/* Configuration, texts and master key: what can be wrong before a start. */
static int
read_files(struct running *r, struct err *err)
{
	if (config_read_report(r->arguments.config, r->program->name,
		&r->config, report_to_stderr, NULL, err) == -1)
		return -1;
	if (texts_load(r->config.texts_dir, &r->texts, err) == -1 ||
	    crypto_master_read(
		r->config.master_key_file, &r->master, err) == -1) {
		(void)fprintf(stderr, "%s\n", err->msg);
		texts_free(r->texts);
		config_free(&r->config);
		return -1;
	}
	return 0;
}

static enum log_level
level_of(const char *name)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};

	for (size_t i = 0; i < nitems(names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum log_level)i;
	return LOG_INFO;
}

/*
 * A signal that came within the time, 0 when none did. Signals are blocked in
 * all threads and taken here only.
 */
static int
wait_for_signal(const struct running *r, int seconds)
{
	const struct timespec timeout = {.tv_sec = seconds};
	int sig = sigtimedwait(&r->signals, NULL, &timeout);

	return sig == -1 ? 0 : sig;
}

/* The generation is read first: a change meanwhile is seen the next time. */
static int
load_services(struct running *r, struct err *err)
{
	struct service_set *set;
	int64_t generation;

	if (service_set_generation(r->app.db, &generation, err) == -1 ||
	    service_set_load(r->app.db, &r->master, &set, err) == -1)
		return -1;
	service_set_publish(set);
	r->generation = generation;
	return 0;
}

/* Waits for the database as long as START_WAIT_S; ends early on a signal. */
static int
load_first(struct running *r, struct err *err)
{
	int64_t until = http_now_us() + START_WAIT_S * (int64_t)1000000;
	bool is_told = false;

	while (load_services(r, err) == -1) {
		if (err->code != ERR_DB_UNAVAILABLE || http_now_us() > until)
			return -1;
		if (!is_told)
			log_warn("waiting for the database: %s", err->msg);
		is_told = true;
		if (wait_for_signal(r, 1) > 0)
			return err_set(err, ERR_INTERNAL,
			    "stopped before the database answered");
		err_clear(err);
	}
	return 0;
}

/* Loads towns and services again if somebody changed them. */
static void
reload(struct running *r, bool is_forced)
{
	struct err err = {0};
	int64_t generation;

	if (!is_forced &&
	    (service_set_generation(r->app.db, &generation, &err) == -1 ||
		generation == r->generation)) {
		if (err.code != ERR_NONE)
			log_debug("generation: %s", err.msg);
		return;
	}
	if (load_services(r, &err) == -1)
		log_error("services stay as they were: %s", err.msg);
	else
		log_info("services loaded, generation %lld",
		    (long long)r->generation);
}

/* Until SIGTERM or SIGINT. */
static void
watch(struct running *r)
{
	for (;;) {
		int sig = wait_for_signal(r, POLL_S);

		if (sig == SIGTERM || sig == SIGINT)
			return;
		reload(r, sig == SIGHUP);
	}
}

static int
serve(struct running *r, struct err *err)
{
	struct http_listener listener;
	struct http_server *server;
	const char *where = r->arguments.listen;

	if (load_first(r, err) == -1)
		return -1;
	if (http_listen(where, &listener, err) == -1)
		return -1;
	/* Published last: until all threads serve, a predecessor does. */
	if (http_server_start(
		r->program, &r->app, &listener, &server, err) == -1 ||
	    http_listen_publish(&listener, err) == -1) {
		http_listen_unlink(&listener);
		return -1;
	}
	log_info("version %s serves %s with %lld threads", TORHAUS_VERSION,
	    where == NULL ? "descriptor 0" : where,
	    (long long)r->config.threads);
	watch(r);
	http_listen_unlink(&listener);
	if (!http_server_stop(server, STOP_TIMEOUT_MS)) {
		log_error("some requests took over %d s: cut off",
		    STOP_TIMEOUT_MS / 1000);
		_exit(EXIT_FAILED); /* threads still use what we would free */
	}
	http_server_free(server);
	http_listen_close(&listener);
	log_info("stopped");
	return 0;
}

static void
block_signals(struct running *r)
{
	(void)sigemptyset(&r->signals);
	(void)sigaddset(&r->signals, SIGTERM);
	(void)sigaddset(&r->signals, SIGINT);
	(void)sigaddset(&r->signals, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, &r->signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int
run(struct running *r)
{
	struct err err = {0};
	int rc;

	log_open(r->program->name, level_of(r->config.log_level));
	block_signals(r);
	r->app = (struct app){.program = r->program->name,
	    .table = r->program,
	    .config = &r->config,
	    .texts = r->texts,
	    .db = db_new(&r->config),
	    .commits = commit_group_new((size_t)r->config.commit_leaders,
		(size_t)r->config.commit_batch),
	    .metrics = metrics_new()};
	rc = r->program->process_start == NULL
	    ? 0
	    : r->program->process_start(&r->app, &err);
	if (rc == 0)
		rc = serve(r, &err);
	if (rc == -1)
		log_error("%s", err.msg);
	if (r->program->process_stop != NULL)
		r->program->process_stop(&r->app);
	service_set_publish(NULL);
	metrics_free(r->app.metrics);
	commit_group_free(r->app.commits);
	db_free(r->app.db);
	return rc == -1 ? EXIT_FAILED : EXIT_SERVED;
}

int
http_main(const struct program *program, int argc, char **argv)
{
	struct running r = {.program = program};
	struct err err = {0};
	int status = EXIT_SERVED;

	if (read_arguments(argc, argv, &r.arguments) == -1) {
		(void)fprintf(stderr, usage, program->name, program->name,
		    program->name);
		return EXIT_USAGE;
	}
	if (r.arguments.shows_help) {
		print_help(program->name);
		return EXIT_SERVED;
	}
	if (r.arguments.shows_version) {
		(void)printf("%s %s\n", program->name, TORHAUS_VERSION);
		return EXIT_SERVED;
	}
	if (geteuid() == 0 && !config_allows_root()) {
		(void)fprintf(stderr,
		    "%s: does not run as root; use a system user of its own "
		    "(TORHAUS_ALLOW_ROOT=1 for a demo)\n",
		    program->name);
		return EXIT_USAGE;
	}
	/* An arena of malloc's for each thread would keep as many copies of the
	 * largest page's memory; requests are too short to miss them. */
	(void)mallopt(M_ARENA_MAX, 2);
	if (read_files(&r, &err) == -1)
		return EXIT_USAGE;
	if (r.arguments.only_checks)
		(void)printf("%s: no mistakes\n", r.arguments.config);
	else
		status = run(&r);
	explicit_bzero(&r.master, sizeof(r.master));
	texts_free(r.texts);
	config_free(&r.config);
	return status;
}
