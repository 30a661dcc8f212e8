/* Pages of a stepped draft. */
#ifndef STEP_VIEW_H
#define STEP_VIEW_H

#include "common/draft/draft_post_store.h"
#include "common/service/service_opening.h"
#include "common/vorgang/vorgang.h"
#include "forms/step.h"
#include "forms/step_merge.h"

/* ---- step_view.c ---- */

/* A page of the form, with v->antrag's notices; errors when it is_scolded. */
int step_show_page(struct app *app, struct request *req,
    struct step_visit *v, const struct step *s, bool from_check, int status);
/* The list of all steps, as links, on pages beside the form. */
void step_write_list(struct app *app, struct request *req,
    const struct step_visit *v, struct html *h);
/* The answers of each page that applies, with links to change them when
 * may_change. */
void step_write_answers(struct app *app, struct request *req,
    const struct step_visit *v, struct html *h, bool may_change);
/* Only the pages up to the advice. */
void step_write_advice_answers(struct app *app, struct request *req,
    const struct step_visit *v, struct html *h);

/* What was posted, as hidden inputs, to be posted again; without the page's
 * revision and the button. */
void step_write_pairs(
    struct request *req, struct html *h, const struct http_pairs *pairs);

/* ---- step_check_view.c ---- */

/* "Check your answers": all of them, what is missing, the submit button. */
int step_show_check(struct app *app, struct request *req,
    struct step_visit *v, int status);

/* ---- step_advice_view.c ---- */

/* The adviser's result, with the answers it rests on. */
int step_show_advice(
    struct app *app, struct request *req, struct step_visit *v);

/* ---- step_conflict_view.c ---- */

/* The page was changed elsewhere since this tab showed it: both values. */
int step_show_conflict(struct app *app, struct request *req,
    struct step_visit *v, const struct form_page *page,
    const struct http_pairs *pairs, const struct step_difference *d,
    size_t n);

/* ---- step_notice_view.c ---- */

/* The town takes no applications now; all answers, kept and printable. */
int step_show_closed(
    struct app *app, struct request *req, struct step_visit *v);
/* Heading, reason, time and the usual way. */
void step_write_opening(const struct form_words *w, struct html *h,
    const struct opening_words *words);
/* Not open for this person, by the opening rule. */
int step_show_not_open(struct app *app, struct request *req,
    struct step_visit *v, const struct opening_result *result);
/* There is no such page, or none now. */
int step_show_no_page(
    struct app *app, struct request *req, struct step_visit *v);
/* It was submitted; v's receipt for the browser that did it. */
int step_show_sent(struct app *app, struct request *req,
    const struct vorgang *v);

/* ---- step_move_view.c ---- */

/* What a newer version of the form has new, or has no place for. */
struct step_change {
	const char *label, *value; /* value NULL: of what is new */
};
int step_show_move(struct app *app, struct request *req,
    struct step_visit *v, const struct step_change *fresh, size_t nfresh,
    const struct step_change *dropped, size_t ndropped);

#endif
