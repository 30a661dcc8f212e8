#include "forms/routes.h"

#include "forms/antrag_page.h"
#include "forms/api.h"
#include "forms/context.h"
#include "forms/feedback.h"
#include "forms/resume.h"
#include "forms/step_advice.h"
#include "forms/step_check.h"
#include "forms/step_page.h"
#include "forms/step_plan.h"
#include "forms/step_start.h"

static const struct route routes[] = {
    {HTTP_GET, "/antrag/weiter/", resume_show, 0},
    {HTTP_POST, "/antrag/weiter/", resume_post, 0},
    {HTTP_GET, "/antrag/weiter/{token}", resume_link_show, 0},
    {HTTP_POST, "/antrag/weiter/{token}", resume_link_post, 0},
    {HTTP_GET, "/antrag/{service}/{draft}/merken", resume_save_show, 0},
    {HTTP_POST, "/antrag/{service}/{draft}/merken", resume_save_post, 0},
    {HTTP_GET, "/antrag/{service}/{draft}/loeschen", resume_discard_show, 0},
    {HTTP_GET, "/antrag/{service}/", antrag_first, 0},
    {HTTP_POST, "/antrag/{service}/", antrag_post, 0},
    {HTTP_GET, "/antrag/{service}/entwurf", antrag_draft, 0},
    {HTTP_GET, "/antrag/{service}/beginnen", context_first, 0},
    {HTTP_GET, "/antrag/{service}/{draft}/", step_resume, 0},
    {HTTP_GET, "/antrag/{service}/{draft}/" STEP_CHECK, step_check, 0},
    {HTTP_POST, "/antrag/{service}/{draft}/" STEP_CHECK, step_check_post, 0},
    {HTTP_GET, "/antrag/{service}/{draft}/" STEP_ADVICE, step_advice, 0},
    {HTTP_POST, "/antrag/{service}/{draft}/" STEP_ADVICE, step_advice_post, 0},
    {HTTP_GET, "/antrag/{service}/{draft}/{page}", step_page, 0},
    {HTTP_POST, "/antrag/{service}/{draft}/{page}", step_page_post, 0},
    {HTTP_POST, "/intern/antrag/{service}/{draft}/{page}", step_page_take,
	ROUTE_INTERNAL},
    {HTTP_POST, "/intern/antrag/{service}/absenden", antrag_send_draft,
	ROUTE_INTERNAL},
    {HTTP_GET, "/rueckmeldung", feedback_show, 0},
    {HTTP_POST, "/rueckmeldung", feedback_post, 0},
    {HTTP_GET, "/api/v1/leistungen", api_services, ROUTE_API},
    {HTTP_GET, "/api/v1/leistungen/{service}", api_service, ROUTE_API},
    {HTTP_GET, "/api/v1/leistungen/{service}/openapi.json", api_openapi,
	ROUTE_API},
    {HTTP_GET, "/api/v1/leistungen/{service}/schema.json", api_schema,
	ROUTE_API},
    {HTTP_POST, "/api/v1/antraege/{service}", api_submit, ROUTE_API},
};

const struct program forms_program = {
    .name = "forms",
    .route = routes,
    .nroute = nitems(routes),
};
