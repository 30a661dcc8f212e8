/* torhaus osci key create, list, cert, csr, activate, retire */
#include "torhaus/osci.h"

#include "common/date.h"
#include "common/num.h"
#include "common/town_store.h"
#include "torhaus/osci_identity.h"

#define DAYS "1095"
#define DAYS_MAX 7300

/* ---- create ---- */

struct making {
	struct tool *t;
	struct osci_identity_row row; /* whose */
	const char *subject;
	enum osci_key_kind kind;
	int days;
};

static int
make(struct making *m, enum osci_identity_purpose purpose, struct err *err)
{
	bool is_cipher = purpose == OSCI_IDENTITY_CIPHER;
	struct osci_identity_row *row = &m->row;
	struct osci_key key;

	/* Only RSA enciphers in OSCI. */
	osci_key_create(m->t->arena,
	    is_cipher && m->kind == OSCI_KEY_P256 ? OSCI_KEY_RSA3072 : m->kind,
	    &key);
	row->purpose = purpose;
	row->created_ms = date_now_ms();
	if (osci_key_self_sign(m->t->arena, &key, m->subject, is_cipher,
		m->days, &row->cert, err) == -1 ||
	    osci_identity_insert(m->t->db, m->t->arena, &m->t->master, row,
		&key, err) == -1)
		return -1;
	osci_identity_print_added(m->t->arena, row);
	return 0;
}

static int
read_making(int argc, char **argv, struct making *m, struct err *err)
{
	const char *kind = tool_option(argc, argv, "--kind");
	const char *days = tool_option(argc, argv, "--days");
	int64_t n;

	m->row.is_active = !tool_flag(argc, argv, "--waiting");
	m->subject = tool_option(argc, argv, "--subject");
	if (osci_who(m->t, argc, argv, &m->row, err) == -1 ||
	    osci_key_kind_parse(
		kind == NULL ? "rsa3072" : kind, &m->kind, err) == -1)
		return -1;
	if (num_parse(days == NULL ? DAYS : days, 1, DAYS_MAX, &n, err) == -1)
		return err_set(
		    err, ERR_BAD_REQUEST, "--days: 1 to %d", DAYS_MAX);
	m->days = (int)n;
	if (m->subject == NULL)
		m->subject = arena_printf(
		    m->t->arena, "CN=%s,O=Torhaus", m->row.name);
	return 0;
}

int
cmd_osci_key_create(struct tool *t, int argc, char **argv)
{
	const char *purpose = tool_option(argc, argv, "--purpose");
	bool is_both = purpose == NULL || strcmp(purpose, "both") == 0;
	struct making m = {.t = t};
	struct err err = {0};

	if (read_making(argc, argv, &m, &err) == -1)
		return tool_fail(&err);
	if ((is_both || strcmp(purpose, "cipher") == 0) &&
	    make(&m, OSCI_IDENTITY_CIPHER, &err) == -1)
		return tool_fail(&err);
	if ((is_both || strcmp(purpose, "sign") == 0) &&
	    make(&m, OSCI_IDENTITY_SIGN, &err) == -1)
		return tool_fail(&err);
	return EXIT_OK;
}

/* ---- list ---- */

static const char *
slug_of(const struct town_row *towns, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n; i++)
		if (towns[i].id == id)
			return towns[i].slug;
	return "-";
}

static void
print_line(struct arena *a, const struct osci_identity_row *row,
    const char *town)
{
	(void)printf("%-5u %-12s %-16s %-16s %-6s %-8s %-9s %.10s %s\n",
	    row->id, osci_identity_role_name(row->role), town, row->name,
	    osci_identity_purpose_name(row->purpose),
	    osci_identity_state(row),
	    row->key_uri != NULL ? "token" : osci_cert_key_text(a, &row->cert),
	    osci_cert_not_after(a, &row->cert),
	    id_hex_bytes(a, row->cert.sha256, sizeof(row->cert.sha256)));
}

int
cmd_osci_key_list(struct tool *t, int argc, char **argv)
{
	const char *slug = tool_option(argc, argv, "--town");
	struct osci_identity_row *row;
	struct town_row *towns;
	struct err err = {0};
	size_t n, ntown;

	if (osci_identity_rows(t->db, t->arena, &row, &n, &err) == -1 ||
	    town_rows(t->db, t->arena, &towns, &ntown, &err) == -1)
		return tool_fail(&err);
	if (n == 0)
		(void)puts("no key yet; torhaus osci key create makes some");
	else
		(void)printf("%-5s %-12s %-16s %-16s %-6s %-8s %-9s %-10s %s\n",
		    "key", "role", "town", "name", "for", "state", "kind",
		    "valid to", "fingerprint");
	for (size_t i = 0; i < n; i++) {
		const char *town = slug_of(towns, ntown, row[i].town_id);

		if (slug == NULL || strcmp(slug, town) == 0)
			print_line(t->arena, &row[i], town);
	}
	return EXIT_OK;
}

/* ---- one of them ---- */

int
cmd_osci_key_cert(struct tool *t, int argc, char **argv)
{
	struct osci_identity_row row;
	struct err err = {0};

	if (osci_identity_of_word(t, argc, argv, NULL, &row, &err) == -1)
		return tool_fail(&err);
	(void)fputs(osci_cert_to_pem(t->arena, &row.cert), stdout);
	return EXIT_OK;
}

int
cmd_osci_key_csr(struct tool *t, int argc, char **argv)
{
	const char *subject = tool_option(argc, argv, "--subject"), *pem;
	struct osci_identity_row row;
	struct err err = {0};
	struct osci_key key;

	if (osci_identity_of_word(t, argc, argv, NULL, &row, &err) == -1 ||
	    osci_identity_key(t->db, t->arena, &t->config, &t->master, &row,
		&key, &err) == -1 ||
	    osci_key_request(t->arena, &key, subject, &row.cert,
		row.purpose == OSCI_IDENTITY_CIPHER, &pem, &err) == -1)
		return tool_fail(&err);
	(void)fputs(pem, stdout);
	return EXIT_OK;
}

int
cmd_osci_key_activate(struct tool *t, int argc, char **argv)
{
	struct osci_identity_row row;
	struct err err = {0};

	if (osci_identity_of_word(t, argc, argv, NULL, &row, &err) == -1 ||
	    osci_identity_activate(t->db, row.id, date_now_ms(), &err) == -1)
		return tool_fail(&err);
	(void)printf("%u is active now\n", row.id);
	return EXIT_OK;
}

int
cmd_osci_key_retire(struct tool *t, int argc, char **argv)
{
	static const char *const flags[] = {"--destroy", NULL};
	bool is_destroyed = tool_flag(argc, argv, "--destroy");
	struct osci_identity_row row;
	struct err err = {0};

	if (osci_identity_of_word(t, argc, argv, flags, &row, &err) == -1)
		return tool_fail(&err);
	if (!is_destroyed) {
		if (osci_identity_retire(
			t->db, row.id, date_now_ms(), &err) == -1)
			return tool_fail(&err);
		(void)printf("%u is retired%s\n", row.id,
		    row.purpose == OSCI_IDENTITY_CIPHER
			? "; it still opens what was encrypted for it"
			: "");
		return EXIT_OK;
	}
	if (row.is_active)
		return tool_usage("%u is active: retire it first", row.id);
	if (osci_identity_delete(t->db, row.id, &err) == -1) {
		if (err.code == ERR_CONFLICT)
			(void)err_set(&err, ERR_CONFLICT,
			    "%u has transfers or is fetched for; it stays",
			    row.id);
		return tool_fail(&err);
	}
	(void)printf("%u is gone; nothing opens what was encrypted for it\n",
	    row.id);
	return EXIT_OK;
}
