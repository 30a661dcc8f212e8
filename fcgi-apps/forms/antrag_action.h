/* The buttons of a form page that send nothing: they change the page. */
#ifndef ANTRAG_ACTION_H
#define ANTRAG_ACTION_H

#include "forms/antrag.h"

/*
 * Carries out a->action ("add:dogs", "remove:dogs:1", "language:en", "show",
 * "upload", ...) on the answers; an unknown one changes nothing.
 */
void antrag_act(struct app *app, struct request *req, struct antrag *a);

/* Where the page begins after an action that is done already. */
void antrag_set_focus(
    struct request *req, struct antrag *a, const char *action);

/*
 * Questions that apply now, were hidden on the page that was sent, and have no
 * answer: adds a notice that names them and returns how many.
 */
size_t antrag_find_unseen(
    struct app *app, struct request *req, struct antrag *a);

#endif
