/* What a supervisor and a metrics collector ask every program. */
#include "common/http/http_io.h"

#include "common/db/commit_group.h"
#include "common/json.h"
#include "common/metrics.h"
#include "common/service/service.h"

int
http_health(struct app *app, struct request *req, struct err *err)
{
	const struct town *const *towns;
	size_t ntowns = 0;
	int64_t generation;
	bool has_database;
	struct json_out j;

	if (req->services != NULL)
		ntowns = service_set_towns(req->services, &towns);
	has_database =
	    service_set_generation(app->db, &generation, err) == 0;
	http_reply(req, has_database && req->services != NULL ? 200 : 503,
	    "application/json");
	json_begin(&j, req->out);
	json_open_object(&j);
	json_pair(&j, "program", app->program);
	json_pair(&j, "version", TORHAUS_VERSION);
	json_key(&j, "live");
	json_put_bool(&j, true);
	json_key(&j, "database");
	json_put_bool(&j, has_database);
	json_key(&j, "services");
	json_put_bool(&j, req->services != NULL);
	json_key(&j, "towns");
	json_put_int(&j, (int64_t)ntowns);
	json_close_object(&j);
	err_clear(err); /* it is the answer, not a failure of this request */
	return 0;
}

int
http_metrics(struct app *app, struct request *req, struct err *err)
{
	uint64_t transactions, units;

	(void)err;
	http_reply(req, 200, "text/plain; version=0.0.4; charset=utf-8");
	metrics_write(app->metrics, app->program, req->out);
	if (app->table != NULL && app->table->metrics != NULL)
		app->table->metrics(app, req->out);
	if (app->commits == NULL)
		return 0;
	commit_group_count(app->commits, &transactions, &units);
	metrics_write_counter(req->out, app->program,
	    "commit_transactions_total", "Transactions of grouped commits",
	    transactions);
	metrics_write_counter(req->out, app->program, "commit_units_total",
	    "Submissions that grouped commits took", units);
	return 0;
}
