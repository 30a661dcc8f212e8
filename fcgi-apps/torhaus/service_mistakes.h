/* Mistakes of a package, as compilers print theirs. */
#ifndef SERVICE_MISTAKES_H
#define SERVICE_MISTAKES_H

#include "common/form/form.h"

/* dir may be NULL. "dir/form.json:12: pages[0].fields[3]: what" and the remedy, on stderr. */
void service_mistakes_print(const char *dir, const struct form_mistakes *m);

#endif
