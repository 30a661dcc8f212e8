#include "common/metrics.h"

#include <stdatomic.h>

#include "common/log.h"

static const struct {
	const char *name, *help;
} names[METRIC_COUNT] = {
    [METRIC_REQUESTS] = {"requests_total", "Requests answered"},
    [METRIC_ERRORS_CLIENT] = {"errors_client_total",
	"Requests answered with 4xx"},
    [METRIC_ERRORS_SERVER] = {"errors_server_total",
	"Requests answered with 5xx"},
    [METRIC_SUBMITTED] = {"submitted_total", "Applications accepted"},
    [METRIC_SUBMITTED_AGAIN] = {"submitted_again_total",
	"Submissions that had arrived before"},
    [METRIC_INVALID] = {"invalid_total", "Submissions with errors"},
    [METRIC_UPLOADED] = {"uploaded_total", "Files stored"},
    [METRIC_UPLOAD_BYTES] = {"upload_bytes_total", "Bytes of files stored"},
    [METRIC_UPLOAD_REFUSED] = {"upload_refused_total", "Files refused"},
    [METRIC_LOOKUP_REFUSED] = {"lookup_refused_total", "Look-ups refused"},
    [METRIC_MAIL_SENT] = {"mail_sent_total", "Mails handed to the server"},
    [METRIC_MAIL_FAILED] = {"mail_failed_total", "Attempts that failed"},
    [METRIC_MAIL_GIVEN_UP] = {"mail_given_up_total", "Mails given up"},
    [METRIC_SEALED] = {"sealed_total", "Events sealed"},
    [METRIC_DB_RECONNECTS] = {"db_reconnects_total",
	"Database connections made anew"},
};

static const uint64_t bound_ms[] = {
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};

struct metrics {
	_Atomic uint64_t counter[METRIC_COUNT];
	_Atomic uint64_t bucket[nitems(bound_ms) + 1]; /* not cumulative */
	_Atomic uint64_t sum_us;
};

struct metrics *
metrics_new(void)
{
	struct metrics *m = calloc(1, sizeof(*m));

	if (m == NULL)
		log_fatal("metrics: out of memory");
	return m;
}

void
metrics_free(struct metrics *m)
{
	free(m);
}

/* Figures need no order among each other. */
static void
add(_Atomic uint64_t *to, uint64_t n)
{
	(void)atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

static unsigned long long
get(const _Atomic uint64_t *from)
{
	return atomic_load_explicit(from, memory_order_relaxed);
}

void
metrics_add(struct metrics *m, enum metric which, uint64_t n)
{
	add(&m->counter[which], n);
}

void
metrics_time(struct metrics *m, uint64_t us)
{
	size_t i = 0;

	while (i < nitems(bound_ms) && us > bound_ms[i] * 1000)
		i++;
	add(&m->bucket[i], 1);
	add(&m->sum_us, us);
}

void
metrics_write_counter(struct buf *out, const char *program, const char *name,
    const char *help, uint64_t value)
{
	buf_printf(out,
	    "# HELP torhaus_%s %s.\n# TYPE torhaus_%s counter\n"
	    "torhaus_%s{program=\"%s\"} %llu\n",
	    name, help, name, name, program, (unsigned long long)value);
}

static void
write_histogram(const struct metrics *m, const char *program, struct buf *out)
{
	const char *name = "torhaus_request_seconds";
	unsigned long long count = 0, sum_us = get(&m->sum_us);

	buf_printf(out,
	    "# HELP %s Time from the request's first to the answer's last "
	    "byte.\n# TYPE %s histogram\n",
	    name, name);
	for (size_t i = 0; i < nitems(bound_ms); i++) {
		count += get(&m->bucket[i]);
		buf_printf(out,
		    "%s_bucket{program=\"%s\",le=\"%llu.%03llu\"} %llu\n",
		    name, program, (unsigned long long)bound_ms[i] / 1000,
		    (unsigned long long)bound_ms[i] % 1000, count);
	}
	count += get(&m->bucket[nitems(bound_ms)]);
	buf_printf(out,
	    "%s_bucket{program=\"%s\",le=\"+Inf\"} %llu\n"
	    "%s_sum{program=\"%s\"} %llu.%06llu\n"
	    "%s_count{program=\"%s\"} %llu\n",
	    name, program, count, name, program, sum_us / 1000000,
	    sum_us % 1000000, name, program, count);
}

void
metrics_write(const struct metrics *m, const char *program, struct buf *out)
{
	for (size_t i = 0; i < METRIC_COUNT; i++)
		metrics_write_counter(out, program, names[i].name,
		    names[i].help, get(&m->counter[i]));
	write_histogram(m, program, out);
}
