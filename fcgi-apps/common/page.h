/*
 * The frame of a page: SSI includes of the town's layout around the program's
 * main part.
 */
#ifndef PAGE_H
#define PAGE_H

#include "common/html.h"
#include "common/http/http.h"

/* Starts an HTML reply with head, header and <main>; title is shown in the
 * browser's title before the town's name. Answers are not cached. */
void page_begin(struct app *app, struct request *req, int status,
    const char *title, struct html *h);
/* The same for pages written to files (static = SSI echoes the request). */
void page_begin_static(struct html *h, enum lang lang, const char *title);
/* Before page_begin_static, where a page has more languages than German and
 * English: the header then links to them. */
void page_languages_static(struct html *h, unsigned languages);
void page_end(struct request *req, struct html *h);
void page_end_static(struct html *h, enum lang lang);

/*
 * The error page of a code: what happened, what to do, the reference number
 * (request id) and where to report it.
 */
void page_error(
    struct app *app, struct request *req, const struct err *err);

#endif
