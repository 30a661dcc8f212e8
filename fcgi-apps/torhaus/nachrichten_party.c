/* torhaus nachrichten party */
#include "torhaus/commands.h"

#include "common/exchange_store.h"

static const char *
option(int argc, char **argv, const char *name)
{
	const char *value = tool_option(argc, argv, name);

	return value == NULL ? "" : value;
}

static int
list(struct tool *t)
{
	struct exchange_party *p;
	struct err err = {0};
	size_t n;

	if (exchange_party_list(t->db, t->arena, &p, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		(void)printf("%s  %s  %s  %s %s, %s %s  %s  %s\n",
		    *p[i].service == '\0' ? "(all)" : p[i].service, p[i].key,
		    p[i].name, p[i].street, p[i].house_no, p[i].postal_code,
		    p[i].city, p[i].email, p[i].identity);
	if (n == 0)
		(void)puts("it is not set who the town is in messages");
	return EXIT_OK;
}

int
cmd_nachrichten_party(struct tool *t, int argc, char **argv)
{
	const struct exchange_party p = {
	    .service = option(argc, argv, "--service"),
	    .key = option(argc, argv, "--key"),
	    .name = option(argc, argv, "--name"),
	    .email = option(argc, argv, "--mail"),
	    .street = option(argc, argv, "--street"),
	    .house_no = option(argc, argv, "--house"),
	    .postal_code = option(argc, argv, "--postcode"),
	    .city = option(argc, argv, "--city"),
	    .identity = option(argc, argv, "--identity"),
	};
	struct err err = {0};

	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL)
		return tool_fail(&err);
	if (*p.key == '\0')
		return list(t);
	if (strchr(p.key, ':') == NULL)
		return tool_usage("--key takes a directory key with its "
				  "prefix, such as mbp:09000001");
	if (*p.name == '\0' || *p.street == '\0' || *p.postal_code == '\0' ||
	    *p.city == '\0' || *p.email == '\0')
		return tool_usage("--name, --mail, --street, --postcode and "
				  "--city go into every message and are needed");
	if (exchange_party_put(t->db, &p, &err) == -1)
		return tool_fail(&err);
	(void)printf("messages are from %s, %s\n", p.key, p.name);
	return EXIT_OK;
}
