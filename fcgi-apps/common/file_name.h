/* Names of uploaded files, which nobody vouches for. */
#ifndef FILE_NAME_H
#define FILE_NAME_H

#include <stddef.h>

#include "common/arena.h"

#define FILE_NAME_MAX 150 /* code points */

/*
 * The name to show and to save under: no folders, no control or bidirectional
 * characters, none that Windows forbids, no dots in front, NFC, at most
 * FILE_NAME_MAX code points, and an ending that fits the contents: a PDF
 * called "bild.jpg.exe" is "bild.jpg.exe.pdf". endings: those of the media
 * type, the usual one first, ".jpg.jpeg"; "" when any will do. Never empty.
 */
const char *file_name_clean(struct arena *a, const char *raw,
    const char *media_type, const char *endings);

/* The same without regard to contents: for telling of a file refused. */
const char *file_name_show(struct arena *a, const char *raw);

/* The value of Content-Disposition for a download (RFC 6266, RFC 8187). */
const char *file_name_disposition(struct arena *a, const char *name);

/* The file name in a Content-Disposition header; "" when there is none. */
const char *file_name_of_disposition(struct arena *a, const char *header);

#endif
