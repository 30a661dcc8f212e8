#include "courier/webhook.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "common/date.h"
#include "common/log.h"
#include "common/service/service.h"
#include "courier/webhook_http.h"

#define IDLE_MS 500
#define BATCH 20
#define LEASE_MS (10 * 60 * 1000) /* more than a batch can take */
#define NOTICE_BATCH 500
/*
 * A change is seen at once; one whose transaction took long, or whose machine's
 * clock differs, by the look back that is done once a minute.
 */
#define LOOK_MS 1000
#define LOOK_BACK_MS 10000
#define LONG_LOOK_MS 60000
#define LONG_LOOK_BACK_MS (15 * 60 * 1000)
#define FIRST_WAIT_MS 5000
#define LONGEST_WAIT_MS (6 * 3600 * 1000)

struct webhook_thread {
	const struct config *config;
	struct db *db;
	struct webhook_http *http;
	char name[80];
	pthread_t thread;
	atomic_bool is_ending;
	int64_t next_look_ms, next_long_look_ms;
};

/* 5 s, 15 s, 45 s ... 6 h. */
static int64_t
wait_after(uint32_t attempts)
{
	int64_t wait = FIRST_WAIT_MS;

	for (uint32_t i = 1; i < attempts && wait < LONGEST_WAIT_MS; i++)
		wait *= 3;
	return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

/* ---- what is new ---- */

/* All of one webhook's since then, in batches. */
static int
look_at(struct webhook_thread *t, const struct webhook *w, int64_t since_ms,
    struct err *err)
{
	struct arena a = {0};
	size_t n = NOTICE_BATCH;
	int rc = 0;

	while (rc == 0 && n == NOTICE_BATCH) {
		rc = webhook_notice(t->db, &a, w, since_ms, date_now_ms(),
		    NOTICE_BATCH, &n, err);
		arena_free(&a);
	}
	return rc;
}

static int
look(struct webhook_thread *t, struct arena *a, int64_t now_ms,
    struct err *err)
{
	bool is_long = now_ms >= t->next_long_look_ms;
	struct webhook *w;
	size_t n;

	if (webhook_watched(t->db, a, &w, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int64_t since_ms =
		    is_long ? w[i].watched_ms : now_ms - LOOK_BACK_MS;

		if (look_at(t, &w[i], since_ms, err) == -1 ||
		    (is_long && webhook_watch_from(t->db, w[i].id,
			 now_ms - LONG_LOOK_BACK_MS, err) == -1))
			return -1;
	}
	if (is_long)
		t->next_long_look_ms = now_ms + LONG_LOOK_MS;
	return webhook_release_stale(t->db, now_ms, err);
}

/* ---- sending ---- */

static int
post(struct webhook_thread *t, struct arena *a, const struct service_set *set,
    const struct webhook_job *job, int *status, struct err *err)
{
	const struct town *town = service_set_town_by_id(set, job->town_id);
	struct webhook_message message;
	struct crypto_key secret;

	if (town == NULL)
		return err_set(err, ERR_NOT_FOUND, "its town is not loaded");
	if (webhook_secret_open(a, town, job, &secret, err) == -1)
		return -1;
	webhook_message_write(
	    a, job, &secret, date_now_ms() / 1000, &message);
	explicit_bzero(&secret, sizeof(secret));
	return webhook_http_post(t->http, a, job->url, &message, status, err);
}

/* *is_silent: the receiver did not take it, so others need not try now. */
static int
send_one(struct webhook_thread *t, struct arena *a,
    const struct service_set *set, const struct webhook_job *job,
    bool *is_silent, int64_t *next_ms, struct err *err)
{
	const char *id = id_hex(a, &job->id);
	enum webhook_state state = WEBHOOK_WAITING;
	struct err why = {0};
	int status = 0;

	*is_silent = false;
	*next_ms = date_now_ms() + wait_after(job->attempts);
	if (job->is_over) {
		(void)err_set(&why, ERR_GONE, "the webhook was removed");
		state = WEBHOOK_DEAD;
	} else if (post(t, a, set, job, &status, &why) == 0) {
		log_info("webhook %u: notice %s delivered, attempt %u",
		    job->webhook_id, id, job->attempts);
		return webhook_finish(t->db, t->name, &job->id,
		    WEBHOOK_DELIVERED, date_now_ms(), status, NULL,
		    date_now_ms(), err);
	} else {
		*is_silent = true;
		if (job->attempts >= (uint64_t)t->config->webhook_attempts)
			state = WEBHOOK_DEAD;
	}
	log_warn("webhook %u: notice %s: attempt %u, %s: %s",
	    job->webhook_id, id, job->attempts,
	    state == WEBHOOK_DEAD ? "dead" : "again later", why.msg);
	return webhook_finish(t->db, t->name, &job->id, state, *next_ms,
	    status, why.msg, date_now_ms(), err);
}

static int
send_batch(struct webhook_thread *t, struct arena *a, size_t *n,
    struct err *err)
{
	const struct service_set *set = service_set_hold();
	struct webhook_job *job;
	bool *is_done;
	int rc = -1;

	*n = 0;
	if (set == NULL)
		return 0; /* the towns are not loaded yet */
	if (webhook_claim(t->db, a, t->name, date_now_ms(), LEASE_MS, BATCH,
		&job, n, err) == -1)
		goto out;
	is_done = arena_new(a, bool, *n);
	for (size_t i = 0; i < *n && !t->is_ending; i++) {
		int64_t next_ms;
		bool is_silent;

		if (is_done[i])
			continue;
		if (send_one(t, a, set, &job[i], &is_silent, &next_ms, err) ==
		    -1)
			goto out;
		if (!is_silent)
			continue;
		if (webhook_put_off(t->db, t->name, job[i].webhook_id,
			next_ms, err) == -1)
			goto out;
		for (size_t k = i + 1; k < *n; k++)
			if (job[k].webhook_id == job[i].webhook_id)
				is_done[k] = true;
	}
	rc = 0;
out:
	service_set_drop(set);
	return rc;
}

/* ---- the thread ---- */

static int
do_round(struct webhook_thread *t, size_t *n, struct err *err)
{
	int64_t now_ms = date_now_ms();
	struct arena a = {0};
	int rc = 0;

	*n = 0;
	if (now_ms >= t->next_look_ms) {
		rc = look(t, &a, now_ms, err);
		t->next_look_ms = now_ms + LOOK_MS;
	}
	if (rc == 0)
		rc = send_batch(t, &a, n, err);
	arena_free(&a);
	return rc;
}

static void
pause_ms(const struct webhook_thread *t, int64_t ms)
{
	const struct timespec piece = {0, 50 * 1000000};

	for (; ms > 0 && !t->is_ending; ms -= 50)
		(void)nanosleep(&piece, NULL);
}

static void *
run(void *arg)
{
	struct webhook_thread *t = arg;

	while (!t->is_ending) {
		struct err err = {0};
		size_t n;

		if (do_round(t, &n, &err) == -1) {
			log_error("webhooks: %s: %s", err_wire(err.code),
			    err.msg);
			pause_ms(t, 2000);
		} else if (n == 0) {
			pause_ms(t, IDLE_MS);
		}
	}
	return NULL;
}

int
webhook_thread_start(const struct config *config, const char *name,
    struct webhook_thread **out, struct err *err)
{
	struct webhook_thread *t = calloc(1, sizeof(*t));

	if (t == NULL)
		log_fatal("webhooks: out of memory");
	t->config = config;
	(void)snprintf(t->name, sizeof(t->name), "%s:w", name);
	if (webhook_http_new(config, &t->http, err) == -1) {
		free(t);
		return -1;
	}
	t->db = db_new(config);
	if (pthread_create(&t->thread, NULL, run, t) != 0)
		log_fatal("webhooks: no thread can be started");
	*out = t;
	return 0;
}

void
webhook_thread_stop(struct webhook_thread *t)
{
	if (t == NULL)
		return;
	t->is_ending = true;
	(void)pthread_join(t->thread, NULL);
	webhook_http_free(t->http);
	db_free(t->db);
	free(t);
}
