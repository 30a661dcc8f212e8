/*
 * bench_osci URL KEYS BYTES DIALOGS COUNT PID...: stores COUNT messages of BYTES
 * over each of DIALOGS connections at an intermediary, signed and encrypted,
 * then fetches a few. KEYS is laid out like tests/osci/keys.sh; PIDs are those
 * of the program. Prints per second, p50 and p99 in microseconds, CPU
 * microseconds of the program a message, failures; then milliseconds of a fetch.
 */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/log.h"
#include "common/num.h"
#include "common/osci/osci_client.h"
#include "common/osci/osci_content.h"

#define FETCHES 3

static struct {
	const char *url, *keys;
	int64_t bytes, dialogs, count;
	char **pid;
	int npid;
	struct arena arena;
	struct osci_own originator, addressee;
	struct osci_client_peer peer;
	struct osci_http_settings http;
	pthread_barrier_t barrier;
	const char *last_id;
} bench;

struct dialog {
	pthread_t thread;
	int64_t *took_us;
	int64_t failed;
	bool is_last;
};

static int64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
must(int rc, const struct err *err, const char *what)
{
	if (rc == -1)
		log_fatal("%s: %s %s", what, err->field, err->msg);
}

/* ---- who talks to whom ---- */

static struct osci_identity
pair(const char *name)
{
	struct arena *a = &bench.arena;
	struct osci_identity i;
	struct err err = { 0 };

	must(osci_cert_read(a, arena_printf(a, "%s/%s.cert.pem", bench.keys,
		name), &i.cert, &err), &err, name);
	must(osci_key_read(a, arena_printf(a, "%s/%s.key.pem", bench.keys,
		name), &i.key, &err), &err, name);
	return i;
}

static struct osci_own
own(const char *name)
{
	struct arena *a = &bench.arena;
	struct osci_own o = { .name = name, .ncipher = 1,
		.role = OSCI_IDENTITY_CLIENT };

	o.cipher = arena_new(a, struct osci_identity, 1);
	*o.cipher = pair(arena_printf(a, "%s_cipher", name));
	o.sign = pair(arena_printf(a, "%s_sign", name));
	return o;
}

static struct osci_client *
client(struct arena *a, const struct osci_own *who)
{
	struct osci_client_settings *settings =
	    arena_new(a, struct osci_client_settings, 1);

	*settings = (struct osci_client_settings){
		.http = osci_http_new(&bench.http),
		.limits = { .dir = "/tmp", .max = 1 << 28 },
		.chunk_kib = 1 << 18,
		.whole_max = 1 << 28,
	};

	return osci_client_new(a, settings, &bench.peer, who);
}

/* ---- requests ---- */

static const char *
reserve(struct osci_client *c, struct arena *a)
{
	const struct osci_request request = { .type = OSCI_GET_MESSAGE_ID,
		.languages = "de" };
	struct osci_client_answer answer;
	struct err err = { 0 };

	must(osci_client_call(c, a, &request, &answer, &err), &err,
	    "GetMessageId");
	if (!answer.is_good)
		log_fatal("GetMessageId: %s", answer.code);
	return answer.reply.message_id;
}

static struct osci_content_out *
content(struct arena *a)
{
	const struct osci_packet_limits limits = { .dir = "/tmp",
		.max = 1 << 28 };
	struct osci_content one = {
		.part = bench.bytes < 1 << 20 ? NULL : "anhang",
		.type = "application/octet-stream",
		.spool = crypto_spool_new(a, "/tmp", 1 << 28),
		.len = bench.bytes,
	};
	const struct osci_content_plan plan = { .content = &one,
		.ncontent = 1 };
	struct osci_content_out *out;
	struct err err = { 0 };
	uint8_t piece[1024];

	for (int64_t left = bench.bytes; left > 0; left -= 1024) {
		crypto_random(piece, sizeof(piece));
		must(crypto_spool_put(one.spool, piece,
			left < 1024 ? (size_t)left : sizeof(piece), &err),
		    &err, "content");
	}
	must(osci_content_make(a, &plan, &limits, &out, &err), &err,
	    "content");
	return out;
}

static bool
store(struct osci_client *c, struct arena *a, const char *id)
{
	const struct osci_role_cert addressee = {
		.role = OSCI_CIPHER_ADDRESSEE,
		.id = "addressee_cipher_1",
		.cert = bench.addressee.cipher[0].cert,
	};
	const struct osci_request request = {
		.type = OSCI_STORE_DELIVERY,
		.languages = "de",
		.message_id = id,
		.cert = &addressee,
		.ncert = 1,
		.package = content(a),
	};
	struct osci_client_answer answer;
	struct err err = { 0 };

	if (osci_client_call(c, a, &request, &answer, &err) == 0 &&
	    answer.is_good)
		return true;
	fprintf(stderr, "bench_osci: %s %s\n",
	    answer.code == NULL ? "" : answer.code, err.msg);
	return false;
}

static void *
run(void *arg)
{
	struct arena ids = { 0 }, a = { 0 };
	struct dialog *d = arg;
	struct osci_client *c = client(&ids, &bench.originator);
	const char **id = arena_new(&ids, const char *, (size_t)bench.count);

	for (int64_t i = 0; i < bench.count; i++)
		id[i] = arena_strdup(&ids, reserve(c, &ids));
	if (d->is_last)
		bench.last_id = arena_strdup(
		    &bench.arena, id[bench.count - 1]);
	(void)pthread_barrier_wait(&bench.barrier); /* cpu, start */
	(void)pthread_barrier_wait(&bench.barrier);
	for (int64_t i = 0; i < bench.count; i++) {
		int64_t begun = now_us();

		if (!store(c, &a, id[i]))
			d->failed++;
		d->took_us[i] = now_us() - begun;
		arena_free(&a);
	}
	(void)pthread_barrier_wait(&bench.barrier);
	arena_free(&ids);
	return NULL;
}

/* ---- figures ---- */

/* Of one thread, from its schedstat: nanoseconds on a CPU. */
static int64_t
thread_ns(const char *pid, const char *tid)
{
	char path[300], line[100] = "";
	FILE *f;

	(void)snprintf(
	    path, sizeof(path), "/proc/%s/task/%s/schedstat", pid, tid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	(void)fclose(f);
	return strtoll(line, NULL, 10);
}

static int64_t
cpu_us(void)
{
	int64_t ns = 0;

	for (int i = 0; i < bench.npid; i++) {
		struct dirent *entry;
		char path[64];
		DIR *dir;

		(void)snprintf(
		    path, sizeof(path), "/proc/%s/task", bench.pid[i]);
		if ((dir = opendir(path)) == NULL)
			continue;
		while ((entry = readdir(dir)) != NULL)
			if (entry->d_name[0] != '.')
				ns += thread_ns(bench.pid[i], entry->d_name);
		(void)closedir(dir);
	}
	return ns / 1000;
}

static int
compare(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* What was stored last, a few times, in one dialog. */
static void
fetch(void)
{
	struct arena ids = { 0 }, a = { 0 };
	struct osci_client *c = client(&ids, &bench.addressee);
	const struct osci_request request = { .type = OSCI_FETCH_DELIVERY,
		.languages = "de",
		.selection = { .by = OSCI_SELECT_IDS,
		    .id = &bench.last_id,
		    .nid = 1 } };
	struct osci_client_answer answer;
	struct err err = { 0 };
	int64_t took = 0;

	must(osci_client_begin(c, &err), &err, "InitDialog");
	for (int i = 0; i < FETCHES; i++) {
		int64_t begun = now_us();

		must(osci_client_call(c, &a, &request, &answer, &err), &err,
		    "FetchDelivery");
		if (!answer.is_good)
			log_fatal("FetchDelivery: %s", answer.code);
		took += now_us() - begun;
		arena_free(&a);
	}
	must(osci_client_end(c, &err), &err, "ExitDialog");
	printf("%.1f\n", (double)took / FETCHES / 1000);
	arena_free(&ids);
}

int
main(int argc, char **argv)
{
	size_t n, total;
	struct dialog *d;
	int64_t *took_us, cpu, begun, failed = 0;
	struct err err = { 0 };

	if (argc < 7 || num_parse(argv[3], 1, 1 << 28, &bench.bytes, &err) ||
	    num_parse(argv[4], 1, 64, &bench.dialogs, &err) ||
	    num_parse(argv[5], 1, 100000, &bench.count, &err))
		return 2;
	bench.url = argv[1];
	bench.keys = argv[2];
	bench.pid = argv + 6;
	bench.npid = argc - 6;
	bench.originator = own("originator");
	bench.addressee = own("addressee");
	bench.peer = (struct osci_client_peer){ .uri = bench.url,
		.cipher = pair("intermediary_cipher").cert,
		.sign = pair("intermediary_sign").cert };
	bench.http = (struct osci_http_settings){ .allows_plain = true,
		.allows_internal = true, .ca_file = "", .proxy = "",
		.connect_ms = 10000, .timeout_ms = 120000,
		.answer_max = 1 << 28 };
	n = (size_t)bench.dialogs;
	total = n * (size_t)bench.count;
	d = arena_new(&bench.arena, struct dialog, n);
	took_us = arena_new(&bench.arena, int64_t, total);
	(void)pthread_barrier_init(
	    &bench.barrier, NULL, (unsigned)bench.dialogs + 1);
	for (size_t i = 0; i < n; i++) {
		d[i].took_us = took_us + i * (size_t)bench.count;
		d[i].is_last = i == n - 1;
		if (pthread_create(&d[i].thread, NULL, run, &d[i]) != 0)
			log_fatal("no thread");
	}
	(void)pthread_barrier_wait(&bench.barrier); /* ids are there */
	cpu = cpu_us();
	begun = now_us();
	(void)pthread_barrier_wait(&bench.barrier);
	(void)pthread_barrier_wait(&bench.barrier);
	begun = now_us() - begun;
	cpu = cpu_us() - cpu;
	for (size_t i = 0; i < n; i++) {
		(void)pthread_join(d[i].thread, NULL);
		failed += d[i].failed;
	}
	qsort(took_us, total, sizeof(*took_us), compare);
	printf("%.1f %lld %lld %lld %lld ", (double)total * 1e6 / (double)begun,
	    (long long)took_us[total / 2],
	    (long long)took_us[total * 99 / 100],
	    (long long)(cpu / (int64_t)total), (long long)failed);
	fetch();
	arena_free(&bench.arena);
	return 0;
}
