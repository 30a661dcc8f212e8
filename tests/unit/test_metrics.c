#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/metrics.h"

static void
expect(const struct buf *out, const char *line)
{
	if (strstr(buf_text(out), line) == NULL)
		fail_msg("%s is missing in:\n%s", line, buf_text(out));
}

static void
test_text(void **state)
{
	struct metrics *m = metrics_new();
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	metrics_add(m, METRIC_REQUESTS, 3);
	metrics_add(m, METRIC_UPLOAD_BYTES, 5000000000);
	metrics_time(m, 1000);	   /* exactly 1 ms */
	metrics_time(m, 1001);	   /* in the next bucket */
	metrics_time(m, 20000000); /* beyond all */
	metrics_write(m, "forms", &out);
	metrics_write_counter(&out, "forms", "own_total", "Something", 7);
	expect(&out, "torhaus_requests_total{program=\"forms\"} 3\n");
	expect(&out,
	    "torhaus_upload_bytes_total{program=\"forms\"} 5000000000\n");
	expect(&out, "torhaus_mail_sent_total{program=\"forms\"} 0\n");
	expect(&out, "# TYPE torhaus_request_seconds histogram\n");
	expect(&out, "_bucket{program=\"forms\",le=\"0.001\"} 1\n");
	expect(&out, "_bucket{program=\"forms\",le=\"0.002\"} 2\n");
	expect(&out, "_bucket{program=\"forms\",le=\"10.000\"} 2\n");
	expect(&out, "_bucket{program=\"forms\",le=\"+Inf\"} 3\n");
	expect(&out, "_sum{program=\"forms\"} 20.002001\n");
	expect(&out, "_count{program=\"forms\"} 3\n");
	expect(&out, "torhaus_own_total{program=\"forms\"} 7\n");
	buf_free(&out);
	metrics_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
