#include "courier/exchange.h"

#include <pthread.h>
#include <time.h>

#include "common/code_list/code_list_store.h"
#include "common/date.h"
#include "common/log.h"
#include "courier/trust.h"

#define IDLE_MS 250
#define TROUBLE_MS 2000
#define WIDE_MS 10000 /* so often a round looks back further */

/* Sets when their folder changed; lists whenever services were loaded anew. */
static int
prepare(struct exchange_desk *d, struct err *err)
{
	if (d->sets == NULL || xoev_sets_is_stale(d->sets)) {
		xoev_sets_free(d->sets);
		d->sets = NULL;
		if (xoev_sets_load(d->courier->config->xoev_dir, &d->sets,
			err) == -1)
			return -1;
	}
	if (d->services == d->courier->services)
		return 0;
	arena_free(&d->lists_arena);
	d->lists = NULL;
	if (code_list_all(d->courier->db, &d->lists_arena, &d->lists, err) == -1)
		return -1;
	d->services = d->courier->services;
	return 0;
}

static bool
has_exchange(const struct exchange_desk *d, const struct town *t)
{
	const struct town_service *const *offer;
	size_t n = service_set_offers(d->courier->services, t, &offer);

	for (size_t i = 0; i < n; i++)
		if (offer[i]->service->exchange != NULL)
			return true;
	return false;
}

bool
exchange_is_over(const struct exchange_desk *d)
{
	return d->is_ending != NULL && atomic_load(d->is_ending);
}

static int
round_in(struct exchange_desk *d, const struct town *t, size_t *n,
    struct err *err)
{
	int rc;

	db_enter_town(d->courier->db, t->id);
	rc = exchange_take_steps(d, t, n, err) == -1 ||
		exchange_take_in(d, t, n, err) == -1 ||
		exchange_follow(d, t, n, err) == -1
	    ? -1
	    : 0;
	db_enter_town(d->courier->db, 0);
	return rc;
}

int
exchange_round(struct exchange_desk *d, size_t *n, struct err *err)
{
	struct arena a = {0};
	uint32_t *due = NULL;
	size_t count = 0;
	int64_t now_ms = date_now_ms();
	int rc = prepare(d, err);

	/* also when the clock was set back by more than that */
	d->is_wide = now_ms >= d->next_wide_ms ||
	    d->next_wide_ms > now_ms + WIDE_MS;
	if (rc == 0)
		rc = exchange_towns_due(d->courier->db, &a, now_ms,
		    EXCHANGE_OVERLAP_MS, &due, &count, err);
	for (size_t i = 0; i < count && rc == 0 && !exchange_is_over(d); i++) {
		const struct town *t =
		    service_set_town_by_id(d->courier->services, due[i]);

		if (t != NULL && has_exchange(d, t))
			rc = round_in(d, t, n, err);
	}
	if (rc == 0 && d->is_wide)
		d->next_wide_ms = now_ms + WIDE_MS;
	arena_free(&a);
	return rc;
}

/* ---- the thread ---- */

struct exchange_thread {
	struct courier courier; /* with a connection of its own */
	struct crypto_key master;
	struct courier_trust trust;
	struct exchange_desk desk;
	pthread_t thread;
	atomic_bool is_ending;
};

static void
nap(int64_t ms)
{
	const struct timespec t = {ms / 1000, (ms % 1000) * 1000000};

	(void)nanosleep(&t, NULL);
}

/* One round with the services of now; how long to wait then. */
static int64_t
round_of(struct exchange_thread *t)
{
	const struct service_set *held = service_set_hold();
	struct err err = {0};
	size_t n = 0;
	int rc = 0;

	if (held == NULL || !courier_trust_is_ready(&t->trust, "exchange")) {
		service_set_drop(held);
		return IDLE_MS;
	}
	t->desk.trust = t->trust.trust;
	service_set_drop(t->courier.services);
	t->courier.services = held;
	rc = exchange_round(&t->desk, &n, &err);
	if (rc == -1)
		log_error("exchange: %s: %s", err_wire(err.code), err.msg);
	return rc == -1 ? TROUBLE_MS : n > 0 ? 0 : IDLE_MS;
}

static void *
work(void *arg)
{
	struct exchange_thread *t = arg;

	while (!atomic_load(&t->is_ending))
		nap(round_of(t));
	return NULL;
}

int
exchange_thread_start(const struct courier *courier,
    const struct crypto_key *master, struct exchange_thread **out,
    struct err *err)
{
	struct exchange_thread *t = calloc(1, sizeof(*t));

	if (t == NULL)
		log_fatal("no memory");
	*out = t;
	t->courier = (struct courier){.config = courier->config,
	    .texts = courier->texts};
	(void)snprintf(
	    t->courier.name, sizeof(t->courier.name), "%.57s-x", courier->name);
	t->master = *master;
	courier_trust_set_up(&t->trust, courier->config, "exchange");
	t->courier.db = db_new(courier->config);
	t->desk.courier = &t->courier;
	t->desk.master = &t->master;
	t->desk.is_ending = &t->is_ending;
	if (pthread_create(&t->thread, NULL, work, t) != 0) {
		db_free(t->courier.db);
		t->courier.db = NULL;
		return err_set(err, ERR_INTERNAL, "no thread");
	}
	return 0;
}

void
exchange_thread_stop(struct exchange_thread *t)
{
	if (t == NULL)
		return;
	if (t->courier.db != NULL) {
		atomic_store(&t->is_ending, true);
		(void)pthread_join(t->thread, NULL);
		service_set_drop(t->courier.services);
		db_free(t->courier.db);
	}
	courier_trust_tear_down(&t->trust);
	xoev_sets_free(t->desk.sets);
	arena_free(&t->desk.lists_arena);
	explicit_bzero(&t->master, sizeof(t->master));
	free(t);
}
