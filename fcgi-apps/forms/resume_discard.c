#include "forms/resume_view.h"

int
resume_discard_show(struct app *app, struct request *req, struct err *err)
{
	struct resume_visit v;
	bool is_answered;

	if (resume_open(app, req, &v, &is_answered, err) == -1)
		return -1;
	return is_answered ? 0 : resume_view_discard(app, req, &v);
}
