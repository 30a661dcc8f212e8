/* torhaus nachrichten party */
#include "torhaus/commands.h"

#include "common/handover/exchange_store.h"
#include "common/osci/osci_identity_store.h"

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

/* "mbp:09000001": prefix and key. */
static bool
is_key(const char *key)
{
	size_t prefix = strspn(key, "abcdefghijklmnopqrstuvwxyz");

	return prefix > 0 && key[prefix] == ':' && key[prefix + 1] != '\0' &&
	    strcspn(key, " \t\r\n") == strlen(key);
}

/* What would make every message of the town fail later. */
static int
check_names(struct tool *t, const struct town *town,
    const struct exchange_party *p, struct err *err)
{
	const struct town_service *const *offer;
	size_t n = service_set_offers(t->set, town, &offer);
	struct osci_own *own;
	bool found = *p->service == '\0';

	for (size_t i = 0; !found && i < n; i++)
		found = strcmp(offer[i]->service->slug, p->service) == 0;
	if (!found)
		return err_set(err, ERR_NOT_FOUND,
		    "%s does not offer a service '%s'", town->slug,
		    p->service);
	if (*p->identity == '\0')
		return 0;
	if (osci_identity_load(t->db, t->arena, &t->config, &t->master,
		OSCI_IDENTITY_CLIENT, p->identity, &own, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (own[i].town_id == town->id)
			return 0;
	return err_set(err, ERR_NOT_FOUND,
	    "%s has no keys of the name '%s'; torhaus osci key list --town %s",
	    town->slug, p->identity, town->slug);
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

	const struct town *town =
	    tool_town(t, tool_option(argc, argv, "--town"), &err);

	if (town == NULL)
		return tool_fail(&err);
	if (*p.key == '\0')
		return list(t);
	if (!is_key(p.key))
		return tool_usage("--key takes a directory key with its "
				  "prefix, such as mbp:09000001");
	if (*p.name == '\0' || *p.street == '\0' || *p.postal_code == '\0' ||
	    *p.city == '\0' || *p.email == '\0')
		return tool_usage("--name, --mail, --street, --postcode and "
				  "--city go into every message and are needed");
	if (strchr(p.email, '@') == NULL || strpbrk(p.email, " \t") != NULL)
		return tool_usage("--mail takes an address, such as "
				  "rathaus@stadt.example");
	if (check_names(t, town, &p, &err) == -1 ||
	    exchange_party_put(t->db, &p, &err) == -1)
		return tool_fail(&err);
	(void)printf("messages are from %s, %s\n", p.key, p.name);
	return EXIT_OK;
}
