/* osci: intermediary and passive recipient of OSCI-Transport 1.2. */
#include "osci/counts.h"
#include "osci/osci.h"

static const struct route routes[] = {
    {HTTP_POST, "/osci", intermediary_post,
	ROUTE_STREAM | ROUTE_NO_TOWN | ROUTE_API},
    {HTTP_POST, "/osci/empfang", recipient_post,
	ROUTE_STREAM | ROUTE_NO_TOWN | ROUTE_API},
};

int
main(int argc, char **argv)
{
	const struct program program = {
	    .name = "osci",
	    .route = routes,
	    .nroute = nitems(routes),
	    .thread_start = worker_start,
	    .thread_stop = worker_stop,
	    .process_start = worker_process_start,
	    .process_stop = worker_process_stop,
	    .metrics = counts_write,
	};

	return http_main(&program, argc, argv);
}
