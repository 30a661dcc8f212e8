/* handover: specialised procedures fetch applications and answer them. */
#include "handover/handover.h"

#define VORGANG API_PATH "/vorgaenge/{id}"

static const struct route routes[] = {
    {HTTP_GET, API_PATH, self_get, ROUTE_API},
    {HTTP_GET, API_PATH "/openapi.json", openapi_get, ROUTE_API},
    {HTTP_GET, API_PATH "/vorgaenge", list_get, ROUTE_API},
    {HTTP_GET, VORGANG, fetch_get, ROUTE_API},
    {HTTP_POST, VORGANG "/abholung", acknowledge_post, ROUTE_API},
    {HTTP_POST, VORGANG "/antwort", answer_post, ROUTE_API},
    {HTTP_POST, VORGANG "/dokumente", document_post,
	ROUTE_API | ROUTE_STREAM},
    {HTTP_GET, VORGANG "/dokumente/{document}", document_get, ROUTE_API},
};

int
main(int argc, char **argv)
{
	const struct program program = {
	    .name = "handover", .route = routes, .nroute = nitems(routes)};

	return http_main(&program, argc, argv);
}
