/* Uploads and downloads: every body that carries files, and every file. */
#include "documents/routes.h"

int
main(int argc, char **argv)
{
	const struct program program = {
	    .name = "documents",
	    .route = documents_routes,
	    .nroute = documents_nroute,
	};

	return http_main(&program, argc, argv);
}
