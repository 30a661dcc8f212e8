/* Shows and accepts applications: pages, JSON API, OpenAPI. */
#include "forms/routes.h"

int
main(int argc, char **argv)
{
	return http_main(&forms_program, argc, argv);
}
