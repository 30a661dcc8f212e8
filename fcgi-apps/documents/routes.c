#include "documents/routes.h"

const struct route documents_routes[] = {
    {HTTP_POST, "/antrag/{service}/", form_post, ROUTE_STREAM},
    {HTTP_POST, "/antrag/{service}/{draft}/loeschen", step_discard,
	ROUTE_STREAM},
    {HTTP_POST, "/antrag/{service}/{draft}/{page}", step_post, ROUTE_STREAM},
    {HTTP_POST, "/dokument/", script_post, ROUTE_STREAM},
    {HTTP_GET, "/dokument/{submission}/{id}", download_draft, 0},
    {HTTP_POST, "/dokument/{submission}/{id}/entfernen", script_remove, 0},
    {HTTP_POST, "/vorgang/l/{token}/dokument", vorgang_post, ROUTE_STREAM},
    {HTTP_GET, "/vorgang/l/{token}/dokument/{id}", download_vorgang, 0},
    {HTTP_POST, "/api/v1/dokumente", api_post, ROUTE_API | ROUTE_STREAM},
    {HTTP_GET, "/api/v1/dokumente", api_list, ROUTE_API},
    {HTTP_GET, "/api/v1/dokumente/{id}", download_api_draft, ROUTE_API},
    {HTTP_DELETE, "/api/v1/dokumente/{id}", api_remove, ROUTE_API},
    {HTTP_POST, "/api/v1/vorgang/dokumente", vorgang_api_post,
	ROUTE_API | ROUTE_STREAM},
    {HTTP_GET, "/api/v1/vorgang/dokumente/{id}", download_api, ROUTE_API},
};
const size_t documents_nroute = nitems(documents_routes);
