/*
 * Brings the schema up to date: numbered files of a folder ("0001-what.sql"),
 * each once, in order, remembered with its SHA-256 in table schema_migration;
 * and the accounts' rights ("grants.<program>.sql").
 */
#ifndef TORHAUS_MIGRATE_H
#define TORHAUS_MIGRATE_H

#include <stdbool.h>

#include "common/db/db.h"

struct migrate_report {
	size_t applied; /* files run now */
	size_t total;	/* files in the folder */
	size_t pending; /* of migrate_check: still to be run */
	const char *last; /* name of the newest file applied, "" for none */
};

/*
 * Runs what is pending; say (not NULL) gets one English line per file. Only
 * one at a time: a second call waits up to a minute. ERR_CONFLICT, with what
 * to do, when a file that was applied has changed or is missing. db's timeout
 * is set to an hour (db_set_timeout).
 */
int migrate_run(struct db *db, struct arena *a, const char *dir,
    void (*say)(const char *line), struct migrate_report *out,
    struct err *err);

/* Only looks: for doctor. */
int migrate_check(struct db *db, struct arena *a, const char *dir,
    struct migrate_report *out, struct err *err);

/*
 * Runs every grants.<program>.sql of the folder. The accounts must exist; in
 * the files @account stands for the program's account on localhost, whose name
 * is made from a pattern such as "torhaus_%p". Rights are only added.
 */
int migrate_grants(struct db *db, struct arena *a, const char *dir,
    const char *pattern, void (*say)(const char *line), struct err *err);

#endif
