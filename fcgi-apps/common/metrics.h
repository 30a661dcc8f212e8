/* Counters of a program in Prometheus text (exposition format 0.0.4). */
#ifndef METRICS_H
#define METRICS_H

#include <stdint.h>

#include "common/buf.h"

enum metric {
	METRIC_REQUESTS,
	METRIC_ERRORS_CLIENT, /* 4xx */
	METRIC_ERRORS_SERVER, /* 5xx */
	METRIC_SUBMITTED,
	METRIC_SUBMITTED_AGAIN, /* the same submission id */
	METRIC_INVALID,		/* submissions with errors */
	METRIC_UPLOADED,
	METRIC_UPLOAD_BYTES,
	METRIC_UPLOAD_REFUSED,
	METRIC_LOOKUP_REFUSED,
	METRIC_MAIL_SENT,
	METRIC_MAIL_FAILED,
	METRIC_MAIL_GIVEN_UP,
	METRIC_SEALED,
	METRIC_DB_RECONNECTS,
	METRIC_COUNT
};

struct metrics;
struct metrics *metrics_new(void);
void metrics_free(struct metrics *m);
void metrics_add(struct metrics *m, enum metric which, uint64_t n);
/* One request's time, into a histogram of 1 ms to 10 s. */
void metrics_time(struct metrics *m, uint64_t us);
/* One counter that is kept elsewhere, in the same format. */
void metrics_write_counter(struct buf *out, const char *program,
    const char *name, const char *help, uint64_t value);
void metrics_write(const struct metrics *m, const char *program,
    struct buf *out);

#endif
