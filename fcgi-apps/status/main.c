/* status: what the applicant sees of an application, and may do about it. */
#include "status/pages.h"

static const struct route routes[] = {
    {HTTP_GET, "/vorgang/", lookup_show, 0},
    {HTTP_POST, "/vorgang/", lookup_post, 0},
    {HTTP_GET, "/vorgang/l/{token}", case_show, 0},
    {HTTP_POST, "/vorgang/l/{token}/nachricht", message_post, 0},
    {HTTP_POST, "/vorgang/l/{token}/antwort", ask_post, 0},
    {HTTP_GET, "/vorgang/l/{token}/rueckzug", withdraw_ask, 0},
    {HTTP_POST, "/vorgang/l/{token}/rueckzug", withdraw_post, 0},
    {HTTP_GET, "/vorgang/l/{token}/beleg.pdf", receipt_get, 0},
    {HTTP_POST, "/api/v1/vorgang/suche", api_lookup, ROUTE_API},
    {HTTP_GET, "/api/v1/vorgang", api_case, ROUTE_API},
    {HTTP_POST, "/api/v1/vorgang/nachrichten", api_message, ROUTE_API},
    {HTTP_POST, "/api/v1/vorgang/rueckzug", api_withdraw, ROUTE_API},
    {HTTP_GET, "/api/v1/vorgang/beleg.pdf", api_receipt, ROUTE_API},
};

int
main(int argc, char **argv)
{
	const struct program program = {
	    .name = "status", .route = routes, .nroute = nitems(routes)};

	return http_main(&program, argc, argv);
}
