/* The handlers of status, one file each. */
#ifndef PAGES_H
#define PAGES_H

#include "common/app.h"
#include "common/http/http.h"

int lookup_show(struct app *app, struct request *req, struct err *err);
int lookup_post(struct app *app, struct request *req, struct err *err);
int case_show(struct app *app, struct request *req, struct err *err);
int message_post(struct app *app, struct request *req, struct err *err);
int ask_post(struct app *app, struct request *req, struct err *err);
int withdraw_ask(struct app *app, struct request *req, struct err *err);
int withdraw_post(struct app *app, struct request *req, struct err *err);
int receipt_get(struct app *app, struct request *req, struct err *err);

int api_lookup(struct app *app, struct request *req, struct err *err);
int api_case(struct app *app, struct request *req, struct err *err);
int api_message(struct app *app, struct request *req, struct err *err);
int api_withdraw(struct app *app, struct request *req, struct err *err);
int api_receipt(struct app *app, struct request *req, struct err *err);

#endif
