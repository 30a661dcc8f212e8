/*
 * Names of files, from forms and headers: what comes out is clean whatever
 * goes in, and a header written from it reads back as the same name.
 */
#include <assert.h>
#include <stdint.h>

#include "common/utf8.h"
#include "common/file_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = {0};
	struct err err = {0};
	const char *raw = arena_dup(&a, data, size), *clean, *name;

	(void)file_name_of_disposition(&a, raw);
	name = file_name_clean(&a, raw, "application/pdf", ".pdf");
	assert(*name != '\0' && *name != '.' && strchr(name, '/') == NULL &&
	    strpbrk(name, "\\<>:\"|?*\t\n\r") == NULL);
	assert(utf8_length(name) <= FILE_NAME_MAX);
	assert(utf8_clean(&a, name, strlen(name), &clean, &err) == 0);
	assert(strcmp(file_name_of_disposition(
	    &a, file_name_disposition(&a, name)), name) == 0);
	arena_free(&a);
	return 0;
}
