#include "torhaus/osci_identity.h"

#include "common/num.h"

static const struct {
	const char *name;
	enum osci_identity_role role;
} roles[] = {
    {"intermediary", OSCI_IDENTITY_INTERMEDIARY},
    {"recipient", OSCI_IDENTITY_RECIPIENT},
    {"client", OSCI_IDENTITY_CLIENT},
};

const char *
osci_identity_role_name(enum osci_identity_role role)
{
	for (size_t i = 0; i < nitems(roles); i++)
		if (roles[i].role == role)
			return roles[i].name;
	return "?";
}

const char *
osci_identity_purpose_name(enum osci_identity_purpose purpose)
{
	return purpose == OSCI_IDENTITY_CIPHER ? "cipher" : "sign";
}

const char *
osci_identity_state(const struct osci_identity_row *row)
{
	if (row->is_active)
		return "active";
	return row->retired_ms == 0 ? "waiting" : "retired";
}

static int
check_name(const char *name, struct err *err)
{
	size_t len = strlen(name);

	if (len == 0 || len > 60 || name[0] == '-' ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
		return err_set(err, ERR_BAD_REQUEST,
		    "--name '%.60s': up to 60 lower-case letters, digits and "
		    "hyphens",
		    name);
	return 0;
}

int
osci_who(struct tool *t, int argc, char **argv, struct osci_identity_row *row,
    struct err *err)
{
	const char *role = tool_option(argc, argv, "--role");
	const char *slug = tool_option(argc, argv, "--town");
	const struct town *town;

	row->name = tool_option(argc, argv, "--name");
	for (size_t i = 0; role != NULL && i < nitems(roles); i++)
		if (strcmp(roles[i].name, role) == 0)
			row->role = roles[i].role;
	if (row->role == 0)
		return err_set(err, ERR_BAD_REQUEST,
		    "--role intermediary|recipient|client is missing");
	if (row->role != OSCI_IDENTITY_CLIENT) {
		if (slug != NULL)
			return err_set(err, ERR_BAD_REQUEST,
			    "--town is for --role client: %s serves all towns",
			    role);
		if (row->name != NULL)
			return err_set(err, ERR_BAD_REQUEST,
			    "--name is for --role client: there is one %s",
			    role);
		row->name = role;
		return 0;
	}
	if (row->name == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "--name NAME is missing: which authority of the town?");
	if (check_name(row->name, err) == -1 ||
	    (town = tool_town(t, slug, err)) == NULL)
		return -1;
	row->town_id = town->id;
	return 0;
}

int
osci_identity_of_word(struct tool *t, int argc, char **argv,
    const char *const *flags, struct osci_identity_row *row, struct err *err)
{
	const char *word = tool_word(argc, argv, 0, flags);
	int64_t id;

	if (word == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "name a key by its number; torhaus osci key list shows "
		    "them");
	if (num_parse(word, 1, UINT32_MAX, &id, err) == -1)
		return err_set(err, ERR_BAD_REQUEST,
		    "'%.40s' is no number of a key; torhaus osci key list "
		    "shows them",
		    word);
	return osci_identity_row(t->db, t->arena, (uint32_t)id, row, err);
}

void
osci_identity_print_added(struct arena *a, const struct osci_identity_row *row)
{
	(void)printf("%u  %s %s %s, %s, valid to %.10s, %s\n  fingerprint %s\n",
	    row->id, osci_identity_role_name(row->role), row->name,
	    osci_identity_purpose_name(row->purpose),
	    osci_cert_key_text(a, &row->cert),
	    osci_cert_not_after(a, &row->cert), osci_identity_state(row),
	    id_hex_bytes(a, row->cert.sha256, sizeof(row->cert.sha256)));
}
