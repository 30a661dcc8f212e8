/* What the commands about XOEV messages share. */
#ifndef NACHRICHTEN_H
#define NACHRICHTEN_H

#include "common/handover/exchange_store.h"
#include "common/xoev/xoev.h"
#include "torhaus/command.h"

/* The message named by the first word, and --town's town. */
int message_word(struct tool *t, int argc, char **argv,
    const struct town **town, struct id *id, struct err *err);

/* Installed sets and imported lists. */
int message_rules(struct tool *t, struct xoev_rules *out, struct err *err);

/* ---- nachrichten_clean.c ---- */

/* s without what would do something to a terminal: that becomes blanks. */
const char *message_clean(struct arena *a, const char *s);

/* ---- nachrichten_table.c ---- */

/* Prints a message in words. */
int message_table(struct tool *t, const char *xml, size_t len,
    const struct texts *texts, enum lang lang, struct err *err);

#endif
