#include "common/public_link.h"

const char *
public_address(
    struct arena *a, const struct config *config, const struct town *town)
{
	int64_t usual =
	    strcmp(config->public_scheme, "https") == 0 ? 443 : 80;
	const char *port = "";

	if (config->public_port != usual)
		port = arena_printf(
		    a, ":%lld", (long long)config->public_port);
	return arena_printf(
	    a, "%s://%s%s", config->public_scheme, town->host, port);
}

const char *
public_link(struct arena *a, const struct config *config,
    const struct town *town, const char *token)
{
	return arena_printf(
	    a, "%s/vorgang/l/%s", public_address(a, config, town), token);
}
