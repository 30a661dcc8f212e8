/* The worker: what one thread has. Everything but db is shared and constant. */
#ifndef APP_H
#define APP_H

#include "common/config.h"

struct commit_group;
struct db;
struct metrics;
struct texts;
struct program;

struct app {
	const char *program;
	const struct program *table; /* its routes and hooks */
	const struct config *config;
	const struct texts *texts;
	struct db *db; /* this thread's own */
	struct commit_group *commits;
	struct metrics *metrics;
	void *own; /* what the program keeps per thread (struct program) */
	void *shared; /* what its threads share, likewise */
};

#endif
