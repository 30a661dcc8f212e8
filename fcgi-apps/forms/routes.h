/* What forms answers. */
#ifndef ROUTES_H
#define ROUTES_H

#include "common/http/http.h"

extern const struct program forms_program;

#endif
