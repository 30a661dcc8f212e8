/* Taking a draft along to a newer version of its service (moves_drafts). */
#ifndef STEP_MOVE_H
#define STEP_MOVE_H

#include "forms/step.h"

#define STEP_MOVE "move" /* the button's action */

/* What will be new, and what has no place any more. */
int step_move_show(
    struct app *app, struct request *req, struct step_visit *v);

/* Does it with a locked draft, by the fields' paths, and leads to the first
 * page that is to be looked at. */
int step_move(struct app *app, struct request *req, struct step_visit *v,
    struct err *err);

#endif
