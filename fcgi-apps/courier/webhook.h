/*
 * Notices to clients, in a thread of their own: a receiver that does not
 * answer keeps neither mail nor seals waiting.
 */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include "common/config.h"
#include "common/err.h"

struct webhook_thread;

/* Starts it; towns come from the published set of services. name: of the
 * courier, for claims. */
int webhook_thread_start(const struct config *config, const char *name,
    struct webhook_thread **out, struct err *err);
/* Ends it behind the notice that is being sent. NULL is fine. */
void webhook_thread_stop(struct webhook_thread *t);

#endif
