/*
 * dbcommit CONFIG HOST THREADS BATCH SECONDS: the raw rate of grouped commits.
 * Each thread writes batches of the rows of a submission, made beforehand, in
 * durable transactions of bulk inserts. Prints commits of submissions/s.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/config.h"
#include "common/crypto/crypto.h"
#include "common/date.h"
#include "common/num.h"
#include "common/service/service.h"
#include "common/vorgang/vorgang_store.h"

#define READY_MAX 400 /* batches a thread; used up: the thread is done */

static const char answers[] =
    "{\"category\":\"street_light\",\"sub_category\":\"lamp_flickers\","
    "\"asset_id\":\"L-0417\",\"description\":\"Laterne flackert seit gestern "
    "Abend, die ganze Strasse ist dunkel; bitte bald nachsehen.\",\"danger\":"
    "false,\"seen_at\":\"2026-11-21T23:10:00.000Z\",\"position\":\"50.98,"
    "11.32\",\"location_text\":\"Strasse der Voelkerfreundschaft 12\","
    "\"contact_wanted\":true,\"email\":\"erika.mustermann@example.org\","
    "\"phone\":\"+493611234567\",\"name\":\"Erika Mustermann\","
    "\"publish_ok\":true}";
static const char mail[] =
    "{\"template\":\"received\",\"to\":\"erika.mustermann@example.org\","
    "\"lang\":\"de\",\"service_version_id\":3,\"reference\":\"6N57-NYXD-RK\","
    "\"code\":\"8YX3-9YMD-TWS2\",\"link\":\"http://quellstadt.localhost:8080/"
    "vorgang/l/4xm3bdzf387qmprwha7zaqmdpe\",\"state\":\"received\","
    "\"note\":\"\"}";

struct table {
	const char *sql;
	struct db_param *param;
	size_t n, count;
};

struct batch {
	struct table table[COMMIT_ROW_MAX];
	size_t n;
};

struct thread {
	pthread_t thread;
	struct arena arena;
	struct db *db;
	struct batch *batch;
	size_t nbatch, done;
};

static const struct town *town;
static const struct town_service *offer;
static size_t units;
static atomic_bool is_over;
static pthread_barrier_t ready;

static void
die(const char *what, const struct err *err)
{
	(void)fprintf(stderr, "dbcommit: %s: %s\n", what, err->msg);
	exit(1);
}

/* One submission, with everything that it writes. */
static void
make_unit(struct thread *t, struct commit_unit *u)
{
	static const struct event event = {.kind = "submitted",
	    .is_public = true,
	    .data = "{\"service\":\"maengelmeldung\",\"version\":\"1.0.0\","
		    "\"department\":\"stadtwerke\",\"outcomes\":{\"priority\":"
		    "\"normal\",\"due_days\":\"10\"}}"};
	static const struct outbox_new outbox = {"mail", mail};
	struct vorgang *v = arena_new(&t->arena, struct vorgang, 1);
	struct vorgang_index *index =
	    arena_new(&t->arena, struct vorgang_index, 1);
	struct vorgang_submission s = {.vorgang = v, .event = &event,
	    .nevent = 1, .index = index, .nindex = 1, .outbox = &outbox,
	    .noutbox = 1};
	uint8_t token[ID_TOKEN_LEN];
	char *code = arena_alloc(&t->arena, ID_CODE_LEN + 1, 1);

	*v = (struct vorgang){.id = id_uuid7(), .town_id = town->id,
	    .service_version_id = offer->service->version_id,
	    .submission_id = id_random(), .state = "received",
	    .department_id = town->department[0].id, .answers = answers,
	    .answers_len = sizeof(answers) - 1, .access_code = code,
	    .mail = "erika.mustermann@example.org",
	    .created_ms = date_now_ms()};
	data_key_new(&town->key, &v->key);
	id_reference_new(v->reference);
	id_code_new(code);
	crypto_random(token, sizeof(token));
	v->link_token = id_token_show(&t->arena, token);
	index->kind = "email";
	crypto_blind_index(&town->index_key, "email", v->mail, index->hash);
	vorgang_unit(t->db, &t->arena, town, &s, u);
}

static void
make_batch(struct thread *t, struct batch *b)
{
	for (size_t i = 0; i < units; i++) {
		struct commit_unit u;

		make_unit(t, &u);
		for (size_t k = 0; k < u.n; k++) {
			const struct commit_row *row = &u.row[k];
			struct table *to = &b->table[k];

			if (to->param == NULL)
				to->param = arena_new(&t->arena,
				    struct db_param, row->n * units);
			to->sql = row->sql;
			to->n = row->n;
			memcpy(to->param + to->n * to->count++, row->param,
			    row->n * sizeof(*to->param));
		}
		b->n = u.n;
	}
}

static void
run_batch(struct thread *t, const struct batch *b)
{
	struct err err = {0};
	bool unknown;

	if (db_begin(t->db, &err) == -1)
		die("begin", &err);
	for (size_t i = 0; i < b->n; i++)
		if (db_bulk(t->db, b->table[i].sql, b->table[i].param,
			b->table[i].n, b->table[i].count, &err) == -1)
			die("insert", &err);
	if (db_commit(t->db, &unknown, &err) == -1)
		die("commit", &err);
}

static void *
thread_main(void *arg)
{
	struct thread *t = arg;

	db_enter_town(t->db, town->id);
	t->batch = arena_new(&t->arena, struct batch, t->nbatch);
	for (size_t i = 0; i < t->nbatch; i++)
		make_batch(t, &t->batch[i]);
	(void)pthread_barrier_wait(&ready);
	while (t->done < t->nbatch && !atomic_load(&is_over))
		run_batch(t, &t->batch[t->done++]);
	(void)pthread_barrier_wait(&ready);
	return NULL;
}

int
main(int argc, char **argv)
{
	struct config config;
	struct crypto_key master;
	struct service_set *set;
	struct err err = {0};
	struct thread thread[16] = {0};
	int64_t nthread, batch, seconds, begun, took;
	size_t done = 0;

	if (argc != 6 || num_parse(argv[3], 1, 16, &nthread, &err) == -1 ||
	    num_parse(argv[4], 1, 128, &batch, &err) == -1 ||
	    num_parse(argv[5], 1, 60, &seconds, &err) == -1) {
		(void)fprintf(stderr,
		    "usage: dbcommit CONFIG HOST THREADS BATCH SECONDS\n");
		return 2;
	}
	units = (size_t)batch;
	if (config_read(argv[1], "forms", &config, &err) == -1 ||
	    crypto_master_read(config.master_key_file, &master, &err) == -1)
		die("configuration", &err);
	thread[0].db = db_new(&config);
	if (service_set_load(thread[0].db, &master, &set, &err) == -1)
		die("services", &err);
	town = service_set_town(set, argv[2]);
	offer = town == NULL
	    ? NULL : service_set_offer(set, town, "maengelmeldung");
	if (offer == NULL || town->ndepartment == 0)
		die("town", &err);
	(void)pthread_barrier_init(&ready, NULL, (unsigned)nthread + 1);
	for (int64_t i = 0; i < nthread; i++) {
		thread[i].nbatch = READY_MAX * 32 / units /
		    (size_t)nthread * 2 + 1;
		if (i > 0)
			thread[i].db = db_new(&config);
		if (pthread_create(&thread[i].thread, NULL, thread_main,
			&thread[i]) != 0)
			die("thread", &err);
	}
	(void)pthread_barrier_wait(&ready);
	begun = date_now_ms();
	/* The threads end when their batches are used up or time is over. */
	for (int64_t i = 0; i < seconds * 20; i++) {
		bool is_busy = false;

		for (int64_t k = 0; k < nthread; k++)
			is_busy |= thread[k].done < thread[k].nbatch;
		if (!is_busy)
			break;
		(void)nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	}
	atomic_store(&is_over, true);
	(void)pthread_barrier_wait(&ready);
	took = date_now_ms() - begun;
	for (int64_t i = 0; i < nthread; i++) {
		(void)pthread_join(thread[i].thread, NULL);
		done += thread[i].done * units;
		db_free(thread[i].db);
		arena_free(&thread[i].arena);
	}
	(void)printf("%.0f\n", (double)done * 1000 / (double)took);
	return 0;
}
