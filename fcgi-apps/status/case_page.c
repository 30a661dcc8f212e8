/* The page of one application. */
#include "status/case_view.h"
#include "status/pages.h"

/* What the redirect behind a form says was done. */
static const struct {
	const char *value, *key;
} dones[] = {
    {"neu", "status.new"},
    {"nachricht", "status.message.sent"},
    {"dokument", "status.document.sent"},
    {"antwort", "status.ask.sent"},
    {"rueckzug", "status.withdraw.done"},
};

int
case_show(struct app *app, struct request *req, struct err *err)
{
	const char *done = http_pair_get(&req->query, "gesendet");
	struct case_notice notice = {0};
	struct status_case c;

	if (status_case_read(app, req, req->arg[0], &c, err) == -1)
		return -1;
	for (size_t i = 0; done != NULL && i < nitems(dones); i++)
		if (strcmp(done, dones[i].value) == 0)
			notice.done = dones[i].key;
	case_view(app, req, 200, &c, &notice);
	return 0;
}
