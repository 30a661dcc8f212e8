/* Passwords for files: from a file, or typed; never from the command line,
 * where every user of the machine would see them. */
#ifndef PASSWORD_H
#define PASSWORD_H

#include "common/arena.h"
#include "common/err.h"

/*
 * The first line of path, or, with path NULL, what is typed at the terminal
 * after prompt, without being shown. ERR_IO: no terminal; ERR_CONFIG: the file
 * is open to others.
 */
int password_read(struct arena *a, const char *path, const char *prompt,
    char **out, struct err *err);

#endif
