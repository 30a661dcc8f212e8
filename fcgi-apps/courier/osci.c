#include "courier/osci.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "common/date.h"
#include "common/log.h"
#include "courier/trust.h"

#define IDLE_MS 200
#define TROUBLE_MS 2000
#define STEP_MS 100
#define CLAIMS_MS 10000 /* claims that outlived their courier */

struct osci_courier {
	struct osci_work work;
	struct courier_trust trust;
	pthread_t thread;
	atomic_bool stops;
	int64_t next_claims_ms;
};

/* The set that the courier's main thread loaded last. */
static void
take_services(struct osci_work *w)
{
	const struct service_set *now = service_set_hold();

	service_set_drop(w->services);
	w->services = now;
}

/*
 * "host:pid:osci", "host:pid-x": whether that process of this machine is gone.
 * What this thread itself claimed before an error, it does not work on now.
 */
static bool
is_gone(const struct osci_work *w, const char *claimer)
{
	const char *colon = strchr(claimer, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - claimer) + 1;
	long pid;

	if (strcmp(claimer, w->name) == 0)
		return true;
	if (n == 0 || strncmp(claimer, w->name, n) != 0)
		return false;
	pid = strtol(claimer + n, NULL, 10);
	return pid > 1 && kill((pid_t)pid, 0) == -1 && errno == ESRCH;
}

static int
drop_claims(struct osci_work *w, struct err *err)
{
	int64_t now_ms = date_now_ms();
	struct arena a = { 0 };
	const char **claimer;
	size_t n = 0;
	int rc = osci_claimers(w->db, &a, now_ms, &claimer, &n, err);

	for (size_t i = 0; i < n && rc == 0; i++) {
		if (!is_gone(w, claimer[i]))
			continue;
		log_warn("osci: %s is gone; what it was at is taken up",
		    claimer[i]);
		rc = osci_claims_drop(w->db, claimer[i], now_ms, err);
	}
	arena_free(&a);
	return rc;
}

static int
do_round(struct osci_work *w, size_t *n, struct err *err)
{
	size_t sent, arrived;

	*n = 0;
	take_services(w);
	if (w->services == NULL)
		return 0;
	if (osci_send_due(w, &sent, err) == -1 ||
	    osci_fetch_due(w, &arrived, err) == -1)
		return -1;
	*n = sent + arrived;
	return 0;
}

static void
wait_ms(struct osci_courier *c, int64_t ms)
{
	const struct timespec step = { 0, STEP_MS * 1000000 };

	for (int64_t i = 0; i < ms && !atomic_load(&c->stops); i += STEP_MS)
		(void)nanosleep(&step, NULL);
}

static void *
run(void *arg)
{
	struct osci_courier *c = arg;

	while (!atomic_load(&c->stops)) {
		int64_t now_ms = date_now_ms();
		struct err err = { 0 };
		size_t n = 0;
		int rc = 0;

		if (now_ms >= c->next_claims_ms &&
		    (rc = drop_claims(&c->work, &err)) == 0)
			c->next_claims_ms = now_ms + CLAIMS_MS;
		c->work.trust = courier_trust_is_ready(&c->trust, "osci")
		    ? c->trust.trust
		    : NULL;
		if (rc == 0 && c->work.trust != NULL)
			rc = do_round(&c->work, &n, &err);
		if (rc == -1) {
			log_error("osci: %s: %s", err_wire(err.code),
			    err.msg);
			c->next_claims_ms = 0;
			wait_ms(c, TROUBLE_MS);
		} else if (n == 0)
			wait_ms(c, IDLE_MS);
	}
	return NULL;
}

static void
release(struct osci_courier *c)
{
	struct osci_work *w = &c->work;

	service_set_drop(w->services);
	osci_http_free(w->http);
	osci_http_free(w->near);
	courier_trust_tear_down(&c->trust);
	db_free(w->db);
	free(c);
}

struct osci_courier *
osci_courier_start(
    const struct config *config, const struct crypto_key *master)
{
	struct osci_courier *c = calloc(1, sizeof(*c));
	struct osci_work *w;
	char host[40] = "";

	if (c == NULL)
		log_fatal("out of memory");
	w = &c->work;
	w->config = config;
	w->master = master;
	(void)gethostname(host, sizeof(host) - 1);
	(void)snprintf(w->name, sizeof(w->name), "%s:%ld:osci", host,
	    (long)getpid());
	courier_trust_set_up(&c->trust, config, "osci");
	osci_http_settings(config, &w->http_settings);
	w->near_settings = w->http_settings;
	w->near_settings.allows_plain = true;
	w->near_settings.allows_internal = true;
	w->near_settings.proxy = "";
	w->http = osci_http_new(&w->http_settings);
	w->near = osci_http_new(&w->near_settings);
	w->db = db_new(config);
	if (pthread_create(&c->thread, NULL, run, c) != 0)
		log_fatal("no thread for OSCI");
	return c;
}

void
osci_courier_stop(struct osci_courier *c)
{
	if (c == NULL)
		return;
	atomic_store(&c->stops, true);
	(void)pthread_join(c->thread, NULL);
	release(c);
}
