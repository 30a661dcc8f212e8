#include "common/http/http_io.h"

/*
 * Whether path has the pattern's shape: "{name}" is one non-empty segment.
 * Where the values stand goes to begin and end, n of them.
 */
static bool
matches(const char *pattern, const char *path, const char *begin[],
    const char *end[], size_t *n)
{
	*n = 0;
	while (*pattern != '\0') {
		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		pattern = strchr(pattern, '}') + 1;
		begin[*n] = path;
		path += strcspn(path, "/");
		end[*n] = path;
		if (begin[*n] == end[*n])
			return false;
		(*n)++;
	}
	return *path == '\0';
}

/* What a route answers: GET answers HEAD as well. */
static unsigned
methods_of(const struct route *route)
{
	return route->method == HTTP_GET ? HTTP_GET | HTTP_HEAD
					 : (unsigned)route->method;
}

static const char *
allow_text(struct arena *a, unsigned methods)
{
	static const struct {
		unsigned method;
		const char *name;
	} names[] = {
	    {HTTP_GET, ", GET"},
	    {HTTP_HEAD, ", HEAD"},
	    {HTTP_POST, ", POST"},
	    {HTTP_DELETE, ", DELETE"},
	};
	const char *text = "";

	for (size_t i = 0; i < nitems(names); i++)
		if (methods & names[i].method)
			text = arena_printf(a, "%s%s", text, names[i].name);
	return text + 2;
}

int
http_route_find(const struct route *routes, size_t n, struct request *req,
    const struct route **out, const char **allow, struct err *err)
{
	const char *begin[nitems(req->arg)], *end[nitems(req->arg)];
	unsigned seen = 0;
	size_t nargs;

	*out = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!matches(routes[i].pattern, req->path, begin, end, &nargs))
			continue;
		if (*out == NULL)
			*out = &routes[i]; /* its flags shape the error */
		seen |= methods_of(&routes[i]);
		if ((methods_of(&routes[i]) & req->method) == 0)
			continue;
		*out = &routes[i];
		for (size_t j = 0; j < nargs; j++)
			req->arg[j] = arena_dup(req->arena, begin[j],
			    (size_t)(end[j] - begin[j]));
		return 0;
	}
	if (seen == 0)
		return err_set(err, ERR_NOT_FOUND, "no route");
	*allow = allow_text(req->arena, seen);
	return err_set(err, ERR_METHOD, "method not allowed");
}
