/* torhaus osci peer ..., partner ...: whom we exchange messages with. */
#include "torhaus/osci.h"

#include "common/id.h"
#include "common/num.h"
#include "common/osci/osci_http.h"
#include "common/osci/osci_partner_store.h"

#define NAME_MAX_BYTES 120
#define PEER_NAME_MAX 60
#define KIB_MAX (1 << 20)

static const char *
fingerprint(struct arena *a, const struct osci_cert *c)
{
	return id_hex_bytes(a, c->sha256, sizeof(c->sha256));
}

/* A certificate that may do what it is for. */
static int
option_cert(struct tool *t, int argc, char **argv, const char *name,
    bool is_cipher, struct osci_cert *out, struct err *err)
{
	const char *path = tool_option(argc, argv, name);

	if (path == NULL)
		return err_set(
		    err, ERR_FIELD_INVALID, "name a file with %s", name);
	if (osci_cert_read(t->arena, path, out, err) == -1)
		return -1;
	if (is_cipher ? !osci_cert_may_encipher(out)
		      : !osci_cert_may_sign(out))
		return err_set(err, ERR_FIELD_INVALID,
		    "%s: the certificate is not for %s", path,
		    is_cipher ? "encryption" : "signatures");
	return 0;
}

/* An address that the courier, or our intermediary, would speak to. */
static int
option_uri(struct tool *t, int argc, char **argv, const char *name,
    const char **out, struct err *err)
{
	struct osci_http_settings settings;

	*out = tool_option(argc, argv, name);
	if (*out == NULL)
		return 0;
	osci_http_settings(&t->config, &settings);
	return osci_http_check(&settings, *out, err);
}

static int
check_name(const char *name, size_t max, struct err *err)
{
	if (name == NULL)
		return err_set(err, ERR_FIELD_INVALID, "give it a name");
	return *name != '\0' && strlen(name) <= max
	    ? 0
	    : err_set(err, ERR_FIELD_INVALID,
		  "a name has 1 to %zu bytes", max);
}

/* ---- peers ---- */

int
cmd_osci_peer_add(struct tool *t, int argc, char **argv)
{
	struct osci_peer p = {.name = tool_word(argc, argv, 0, NULL)};
	const char *chunk = tool_option(argc, argv, "--chunk");
	struct err err = {0};

	if (check_name(p.name, PEER_NAME_MAX, &err) == -1 ||
	    option_uri(t, argc, argv, "--uri", &p.uri, &err) == -1)
		return tool_fail(&err);
	if (p.uri == NULL)
		return tool_usage("name its address with --uri");
	if ((chunk != NULL &&
		num_parse(chunk, 1, KIB_MAX, &p.max_chunk_kib, &err) ==
		    -1) ||
	    option_cert(
		t, argc, argv, "--cipher", true, &p.cipher, &err) == -1 ||
	    option_cert(t, argc, argv, "--sign", false, &p.sign, &err) ==
		-1 ||
	    osci_peer_put(t->db, t->arena, &p, &err) == -1)
		return tool_fail(&err);
	(void)printf("%s is intermediary %u\n", p.name, p.id);
	return EXIT_OK;
}

int
cmd_osci_peer_list(struct tool *t, int argc, char **argv)
{
	struct osci_peer *p;
	struct err err = {0};
	size_t n;

	(void)argc; /* takes no arguments */
	(void)argv;
	if (osci_peer_list(t->db, t->arena, &p, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		(void)printf("%s\n     %s\n     encryption  %s, until %s\n"
			     "     signatures  %s, until %s\n",
		    p[i].name, p[i].uri, fingerprint(t->arena, &p[i].cipher),
		    osci_cert_not_after(t->arena, &p[i].cipher),
		    fingerprint(t->arena, &p[i].sign),
		    osci_cert_not_after(t->arena, &p[i].sign));
	return EXIT_OK;
}

/* ---- partners ---- */

static int
option_town(
    struct tool *t, int argc, char **argv, uint32_t *out, struct err *err)
{
	const char *slug = tool_option(argc, argv, "--town");
	const struct town *town;

	*out = 0;
	if (slug == NULL)
		return 0;
	if ((town = tool_town(t, slug, err)) == NULL)
		return -1;
	*out = town->id;
	return 0;
}

static int
option_peer(
    struct tool *t, int argc, char **argv, uint32_t *out, struct err *err)
{
	const char *name = tool_option(argc, argv, "--peer");
	struct osci_peer p;

	*out = 0;
	if (name == NULL)
		return 0;
	if (osci_peer_by_name(t->db, t->arena, name, &p, err) == -1)
		return -1;
	*out = p.id;
	return 0;
}

int
cmd_osci_partner_add(struct tool *t, int argc, char **argv)
{
	struct osci_partner p = {
	    .name = tool_word(argc, argv, 0, NULL),
	    .has_sign = tool_option(argc, argv, "--sign") != NULL,
	    .dvdv_key = tool_option(argc, argv, "--dvdv")};
	struct err err = {0};

	if (check_name(p.name, NAME_MAX_BYTES, &err) == -1 ||
	    option_town(t, argc, argv, &p.town_id, &err) == -1 ||
	    option_peer(t, argc, argv, &p.peer_id, &err) == -1 ||
	    option_uri(
		t, argc, argv, "--receiver", &p.receiver_uri, &err) == -1 ||
	    option_cert(
		t, argc, argv, "--cipher", true, &p.cipher, &err) == -1 ||
	    (p.has_sign &&
		option_cert(t, argc, argv, "--sign", false, &p.sign, &err) ==
		    -1) ||
	    osci_partner_put(t->db, t->arena, &p, &err) == -1)
		return tool_fail(&err);
	(void)printf("%s is partner %u\n", p.name, p.id);
	return EXIT_OK;
}

static int
print_partner(struct tool *t, const struct osci_partner *p, struct err *err)
{
	const char *by = "our own intermediary";
	struct osci_peer peer;

	if (p->peer_id != 0) {
		if (osci_peer_by_id(
			t->db, t->arena, p->peer_id, &peer, err) == -1)
			return -1;
		by = peer.name;
	}
	(void)printf("%s%s\n     by %s, %s\n     encryption  %s, until %s\n",
	    p->name, p->town_id == 0 ? " (every town)" : "", by,
	    p->receiver_uri == NULL
		? "a mailbox"
		: arena_printf(t->arena, "at %s", p->receiver_uri),
	    fingerprint(t->arena, &p->cipher),
	    osci_cert_not_after(t->arena, &p->cipher));
	if (p->has_sign)
		(void)printf("     signatures  %s, until %s\n",
		    fingerprint(t->arena, &p->sign),
		    osci_cert_not_after(t->arena, &p->sign));
	if (p->dvdv_key != NULL)
		(void)printf("     DVDV        %s\n", p->dvdv_key);
	return 0;
}

int
cmd_osci_partner_list(struct tool *t, int argc, char **argv)
{
	struct osci_partner *p;
	struct err err = {0};
	uint32_t town;
	size_t n;

	if (option_town(t, argc, argv, &town, &err) == -1 ||
	    osci_partner_list(t->db, t->arena, town, &p, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		if (print_partner(t, &p[i], &err) == -1)
			return tool_fail(&err);
	return EXIT_OK;
}

int
cmd_osci_partner_remove(struct tool *t, int argc, char **argv)
{
	const char *name = tool_word(argc, argv, 0, NULL);
	struct osci_partner p;
	struct err err = {0};
	uint32_t town;

	if (name == NULL)
		return tool_usage("name a partner");
	if (option_town(t, argc, argv, &town, &err) == -1 ||
	    osci_partner_by_name(t->db, t->arena, town, name, &p, &err) ==
		-1)
		return tool_fail(&err);
	if (p.town_id != town)
		return tool_usage("%s is every town's: leave --town out", name);
	if (osci_partner_delete(t->db, p.id, &err) == -1)
		return tool_fail(&err);
	(void)printf("%s is gone\n", name);
	return EXIT_OK;
}
