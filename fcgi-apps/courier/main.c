/*
 * courier: the only program that talks outward. Delivers the outbox, seals the
 * event log, sweeps what has expired.
 */
#include "courier/courier.h"

#include <curl/curl.h>
#include <signal.h>
#include <unistd.h>

#include "common/date.h"
#include "common/log.h"
#include "common/vorgang/outbox_store.h"
#include "courier/exchange.h"
#include "courier/osci.h"
#include "courier/webhook.h"

#define IDLE_MS 500
#define SWEEP_INTERVAL_MS (15 * 60 * 1000)
#define FILES_INTERVAL_MS (6 * 3600000) /* walks through all of them */
#define RELOAD_INTERVAL_MS 2000
#define STALE_INTERVAL_MS 10000 /* claims that outlived their courier */

struct agenda {
	int64_t next_seal_ms, next_sweep_ms, next_files_ms, next_reload_ms;
	int64_t next_stale_ms;
	int64_t generation;
};

/* Waits; true when it is time to stop. */
static bool
wait_or_stop(const sigset_t *stop, int64_t ms)
{
	const struct timespec t = {ms / 1000, (ms % 1000) * 1000000};

	return sigtimedwait(stop, NULL, &t) > 0;
}

static int
load_services(struct courier *c, const struct crypto_key *master,
    struct err *err)
{
	struct service_set *next;

	if (service_set_load(c->db, master, &next, err) == -1)
		return -1;
	service_set_publish(next);
	service_set_drop(c->services);
	c->services = service_set_hold();
	return 0;
}

static int
reload_if_changed(struct courier *c, struct agenda *agenda,
    const struct crypto_key *master, struct err *err)
{
	int64_t generation;

	if (service_set_generation(c->db, &generation, err) == -1)
		return -1;
	if (generation == agenda->generation && c->services != NULL)
		return 0;
	if (load_services(c, master, err) == -1)
		return -1;
	agenda->generation = generation;
	return 0;
}

/* Everything that is due now. *n: rows delivered or tried. */
static int
do_round(struct courier *c, struct agenda *agenda,
    const struct crypto_key *master, size_t *n, struct err *err)
{
	int64_t now_ms = date_now_ms(), stale;
	size_t events;

	*n = 0;
	if (now_ms >= agenda->next_reload_ms) {
		if (reload_if_changed(c, agenda, master, err) == -1)
			return -1;
		agenda->next_reload_ms = now_ms + RELOAD_INTERVAL_MS;
	}
	if (now_ms >= agenda->next_seal_ms) {
		if (seal_towns(c, &events, err) == -1)
			return -1;
		if (events > 0)
			log_info("sealed %zu events", events);
		agenda->next_seal_ms =
		    now_ms + c->config->seal_interval_s * 1000;
	}
	if (now_ms >= agenda->next_stale_ms) {
		if (outbox_release_stale(c->db, now_ms, &stale, err) == -1)
			return -1;
		if (stale > 0)
			log_info("%lld deliveries of a courier that died "
				 "wait again", (long long)stale);
		agenda->next_stale_ms = now_ms + STALE_INTERVAL_MS;
	}
	if (now_ms >= agenda->next_sweep_ms) {
		if (announce_drafts(c, err) == -1 || sweep(c, err) == -1 ||
		    sweep_osci(c, err) == -1)
			return -1;
		agenda->next_sweep_ms = now_ms + SWEEP_INTERVAL_MS;
	}
	if (now_ms >= agenda->next_files_ms) {
		agenda->next_files_ms = now_ms + FILES_INTERVAL_MS;
		if (sweep_files(c, err) == -1 ||
		    sweep_osci_files(c, err) == -1)
			return -1;
	}
	return deliver_batch(c, n, err);
}

static void
work(struct courier *c, const struct crypto_key *master, const sigset_t *stop)
{
	struct agenda agenda = {0};
	int64_t pause_ms = 0;

	while (!wait_or_stop(stop, pause_ms)) {
		struct err err = {0};
		size_t n;

		if (do_round(c, &agenda, master, &n, &err) == 0) {
			pause_ms = n > 0 ? 0 : IDLE_MS;
			continue;
		}
		log_error("%s: %s", err_wire(err.code), err.msg);
		pause_ms = 2000; /* the database may be restarting */
	}
	log_info("stopped");
}

static int
prepare(struct courier *c, struct config *config, const char *path,
    struct crypto_key *master, struct texts **texts, struct err *err)
{
	char host[40] = "";

	if (config_read(path, "courier", config, err) == -1)
		return -1;
	c->config = config;
	(void)gethostname(host, sizeof(host) - 1);
	(void)snprintf(c->name, sizeof(c->name), "%s:%ld", host,
	    (long)getpid());
	if (texts_load(config->texts_dir, texts, err) == -1 ||
	    crypto_master_read(config->master_key_file, master, err) == -1 ||
	    smtp_new(config, &c->smtp, err) == -1)
		return -1;
	c->texts = *texts;
	c->signer = crypto_signer_new(master);
	c->db = db_new(config);
	return 0;
}

static int
run(const char *path, bool is_check)
{
	struct courier c = {0};
	struct config config = {0};
	struct crypto_key master;
	struct texts *texts = NULL;
	struct webhook_thread *webhooks = NULL;
	struct osci_courier *osci = NULL;
	struct exchange_thread *exchange = NULL;
	struct err err = {0};
	sigset_t stop;
	int rc = 0;

	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTERM);
	(void)sigaddset(&stop, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &stop, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	if (prepare(&c, &config, path, &master, &texts, &err) == -1) {
		log_error("%s", err.msg);
		rc = 1;
	} else if (!is_check && webhook_thread_start(
		       &config, c.name, &webhooks, &err) == -1) {
		log_error("%s", err.msg);
		rc = 1;
	} else if (!is_check && exchange_thread_start(
		       &c, &master, &exchange, &err) == -1) {
		log_error("%s", err.msg);
		rc = 1;
	} else if (!is_check) {
		osci = osci_courier_start(&config, &master);
		log_info("started");
		work(&c, &master, &stop);
	}
	osci_courier_stop(osci);
	exchange_thread_stop(exchange);
	webhook_thread_stop(webhooks);
	service_set_drop(c.services);
	service_set_publish(NULL);
	db_free(c.db);
	smtp_free(c.smtp);
	crypto_signer_free(c.signer);
	texts_free(texts);
	config_free(&config);
	explicit_bzero(&master, sizeof(master));
	return rc;
}

static bool
has_flag(int argc, char **argv, const char *flag)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], flag) == 0)
			return true;
	return false;
}

int
main(int argc, char **argv)
{
	int rc;

	if (has_flag(argc, argv, "--help")) {
		(void)puts("usage: courier [--config FILE] [--check-config]\n"
			   "Delivers the outbox, seals the event log. Stops "
			   "on SIGTERM.");
		return 0;
	}
	if (has_flag(argc, argv, "--version")) {
		(void)puts("courier " TORHAUS_VERSION);
		return 0;
	}
	log_open("courier", LOG_INFO);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		log_fatal("libcurl cannot start");
	rc = run(config_path(argc, argv),
	    has_flag(argc, argv, "--check-config"));
	curl_global_cleanup();
	return rc;
}
