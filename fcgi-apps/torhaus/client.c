/* torhaus client add, list, scopes, rotate, revoke */
#include "torhaus/client.h"

#include "common/handover/client_certificate.h"
#include "common/handover/client_token.h"
#include "common/date.h"
#include "common/file.h"
#include "common/num.h"
#include "common/utf8.h"
#include "torhaus/commands.h"

#define SLUG_MAX 40
#define LABEL_MAX 120 /* characters */
#define HOURLY "36000"
#define HOURLY_MAX 100000000
#define SCOPES_MAX 200
#define OVERLAP_HOURS "24"
#define OVERLAP_MAX 2160
#define HOUR_MS INT64_C(3600000)

static const char *const no_flags[] = {"--certificate-only", NULL};

static const struct {
	const char *name;
	unsigned right;
} rights[] = {
    {"read", CLIENT_READ},
    {"acknowledge", CLIENT_ACKNOWLEDGE},
    {"answer", CLIENT_ANSWER},
};

int
client_number(int argc, char **argv, const char *name, const char *other,
    int64_t max, int64_t *out, struct err *err)
{
	const char *s = tool_option(argc, argv, name);
	struct err why = {0};

	if (num_parse(s == NULL ? other : s, 0, max, out, &why) == 0)
		return 0;
	return err_set(err, ERR_BAD_REQUEST,
	    "%s %s: write a whole number from 0 to %lld", name, s,
	    (long long)max);
}

/* ---- what was asked for ---- */

static int
check_slug(const char *slug, struct err *err)
{
	size_t n = strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (n == 0 || slug[n] != '\0' || n > SLUG_MAX || slug[0] == '-')
		return err_set(err, ERR_BAD_REQUEST,
		    "'%.60s' is no name: a to z, 0 to 9 and -, at most %d",
		    slug, SLUG_MAX);
	return 0;
}

/* "read,answer" */
static int
read_rights(const char *list, unsigned *out, struct err *err)
{
	*out = 0;
	while (*list != '\0') {
		size_t len = strcspn(list, ","), i;

		for (i = 0; i < nitems(rights); i++)
			if (strlen(rights[i].name) == len &&
			    memcmp(rights[i].name, list, len) == 0)
				break;
		if (i == nitems(rights))
			return err_set(err, ERR_BAD_REQUEST,
			    "'%.*s' is no right: read, acknowledge, answer",
			    (int)len, list);
		*out |= rights[i].right;
		list += len + (list[len] == ',');
	}
	if ((*out & CLIENT_READ) == 0 && *out != 0)
		return err_set(err, ERR_BAD_REQUEST,
		    "acknowledge and answer need read as well");
	return *out != 0 ? 0
			 : err_set(err, ERR_BAD_REQUEST,
			       "a scope is SERVICE=RIGHT,RIGHT...");
}

/* Every --scope SERVICE=RIGHTS. */
static int
read_scopes(struct tool *t, int argc, char **argv, struct client *c,
    struct err *err)
{
	c->scope = arena_new(t->arena, struct client_scope, SCOPES_MAX);
	for (int i = 0; i + 1 < argc; i++) {
		struct client_scope *scope = &c->scope[c->nscope];
		const char *equals;

		if (strcmp(argv[i], "--scope") != 0)
			continue;
		equals = strchr(argv[++i], '=');
		if (c->nscope == SCOPES_MAX || equals == NULL)
			return err_set(err, ERR_BAD_REQUEST,
			    "--scope %.60s: write SERVICE=RIGHT,RIGHT, at "
			    "most %d times", argv[i], SCOPES_MAX);
		scope->service = arena_dup(
		    t->arena, argv[i], (size_t)(equals - argv[i]));
		if (read_rights(equals + 1, &scope->rights, err) == -1)
			return -1;
		c->nscope++;
	}
	return c->nscope > 0 ? 0
			     : err_set(err, ERR_BAD_REQUEST,
				   "give --scope SERVICE=RIGHT,RIGHT at least "
				   "once");
}

/* --certificate FILE (PEM), or its SHA-256. *out is NULL without one. */
static int
read_certificate(struct tool *t, int argc, char **argv, const uint8_t **out,
    struct err *err)
{
	const char *s = tool_option(argc, argv, "--certificate");
	uint8_t *digest = arena_new(t->arena, uint8_t, CRYPTO_DIGEST_LEN);
	struct err none = {0};
	char *pem;
	size_t len;

	*out = NULL;
	if (s == NULL)
		return 0;
	*out = digest;
	if (client_certificate_hex(s, digest, &none) == 0)
		return 0;
	if (file_read(t->arena, s, 65536, &pem, &len, err) == -1)
		return -1;
	return client_certificate_pem(t->arena, pem, len, digest, err);
}

static void
print_token(const char *token)
{
	(void)printf("Token (shown once, only its hash is kept):\n  %s\n"
		     "Send it as:\n  Authorization: Bearer %s\n",
	    token, token);
}

static int
duplicate(const struct err *err, const char *slug, struct err *out)
{
	if (err->code != ERR_DUPLICATE) {
		*out = *err;
		return -1;
	}
	if (strcmp(err->field, "api_client_certificate") == 0)
		return err_set(out, ERR_CONFLICT,
		    "another client has this certificate");
	return err_set(out, ERR_CONFLICT,
	    "there is a client '%s' already; names are never used again",
	    slug);
}

static int
add(struct tool *t, int argc, char **argv, const char *slug,
    struct err *err)
{
	const char *label = tool_option(argc, argv, "--label");
	struct client c = {.slug = slug};
	uint8_t hash[CRYPTO_DIGEST_LEN];
	const uint8_t *certificate;
	const char *token = NULL;
	struct err why = {0};

	if (check_slug(slug, err) == -1 ||
	    read_scopes(t, argc, argv, &c, err) == -1 ||
	    read_certificate(t, argc, argv, &certificate, err) == -1 ||
	    client_number(argc, argv, "--hourly", HOURLY, HOURLY_MAX,
		&c.hourly, err) == -1)
		return -1;
	if (label == NULL || utf8_clean(t->arena, label, strlen(label),
		&c.label, &why) == -1 ||
	    c.label[0] == '\0' || utf8_length(c.label) > LABEL_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "give --label TEXT: whom applicants read that their "
		    "application was handed to, at most %d characters",
		    LABEL_MAX);
	if (!tool_flag(argc, argv, "--certificate-only"))
		token = client_token_new(t->arena, hash);
	else if (certificate == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "--certificate-only needs --certificate");
	if (client_insert(t->db, t->arena, &c, token == NULL ? NULL : hash,
		certificate, date_now_ms(), &why) == -1)
		return duplicate(&why, slug, err);
	(void)printf("client %s: added\n", slug);
	if (certificate != NULL)
		(void)printf("Certificate (SHA-256): %s\n",
		    id_hex_bytes(t->arena, certificate, CRYPTO_DIGEST_LEN));
	if (token != NULL)
		print_token(token);
	return 0;
}

int
cmd_client_add(struct tool *t, int argc, char **argv)
{
	const char *slug = tool_word(argc, argv, 0, no_flags);
	struct err err = {0};

	if (slug == NULL)
		return tool_usage("which name shall it have?");
	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    add(t, argc, argv, slug, &err) == -1)
		return tool_fail(&err);
	return EXIT_OK;
}

/* ---- list ---- */

static void
print_scope(const struct client_scope *s)
{
	const char *comma = "=";

	(void)printf("    %s", s->service);
	for (size_t i = 0; i < nitems(rights); i++)
		if (s->rights & rights[i].right) {
			(void)printf("%s%s", comma, rights[i].name);
			comma = ",";
		}
	(void)puts("");
}

static void
print_client(struct tool *t, const struct client *c)
{
	struct arena *a = t->arena;

	(void)printf("%s  %s%s\n", c->slug, c->label,
	    c->revoked_ms != 0 ? "  (REVOKED)" : "");
	(void)printf("    added %s, last used %s, %lld requests an hour\n",
	    date_instant_to_xsd(a, c->created_ms),
	    c->used_ms == 0 ? "never" : date_instant_to_xsd(a, c->used_ms),
	    (long long)c->hourly);
	if (c->revoked_ms == 0)
		(void)printf("    access by%s%s%s%s\n",
		    c->has_token ? " token" : "",
		    c->has_token && c->certificate[0] != '\0' ? " or" : "",
		    c->certificate[0] != '\0' ? " certificate " : "",
		    c->certificate);
	if (c->old_until_ms > date_now_ms())
		(void)printf("    the token before is good until %s\n",
		    date_instant_to_xsd(a, c->old_until_ms));
	for (size_t i = 0; i < c->nscope; i++)
		print_scope(&c->scope[i]);
}

int
cmd_client_list(struct tool *t, int argc, char **argv)
{
	struct client *client;
	struct err err = {0};
	size_t n;

	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    client_list(t->db, t->arena, &client, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		print_client(t, &client[i]);
	if (n == 0)
		(void)fprintf(stderr, "no client is registered\n");
	return EXIT_OK;
}

/* ---- changes ---- */

int
client_of_command(struct tool *t, int argc, char **argv, const char *slug,
    struct client *out, struct err *err)
{
	if (tool_town(t, tool_option(argc, argv, "--town"), err) == NULL ||
	    client_find(t->db, t->arena, slug, out, err) == -1)
		return -1;
	if (out->revoked_ms != 0)
		return err_set(err, ERR_CONFLICT,
		    "client %s was revoked; add a new one", slug);
	return 0;
}

int
cmd_client_scopes(struct tool *t, int argc, char **argv)
{
	const char *slug = tool_word(argc, argv, 0, no_flags);
	struct client c, wanted = {0};
	struct err err = {0};

	if (slug == NULL)
		return tool_usage("which client?");
	if (client_of_command(t, argc, argv, slug, &c, &err) == -1 ||
	    read_scopes(t, argc, argv, &wanted, &err) == -1 ||
	    client_scopes_put(t->db, t->arena, c.id, wanted.scope,
		wanted.nscope, &err) == -1 ||
	    client_find(t->db, t->arena, slug, &c, &err) == -1)
		return tool_fail(&err);
	print_client(t, &c);
	return EXIT_OK;
}

int
cmd_client_rotate(struct tool *t, int argc, char **argv)
{
	const char *slug = tool_word(argc, argv, 0, no_flags);
	uint8_t hash[CRYPTO_DIGEST_LEN];
	const uint8_t *certificate;
	int64_t hours, now_ms = date_now_ms();
	struct err err = {0}, why = {0};
	const char *token;
	struct client c;

	if (slug == NULL)
		return tool_usage("which client?");
	if (client_of_command(t, argc, argv, slug, &c, &err) == -1 ||
	    read_certificate(t, argc, argv, &certificate, &err) == -1 ||
	    client_number(argc, argv, "--overlap", OVERLAP_HOURS, OVERLAP_MAX,
		&hours, &err) == -1)
		return tool_fail(&err);
	if (certificate != NULL) {
		if (client_certificate_put(t->db, c.id, certificate, now_ms,
			&why) == -1) {
			(void)duplicate(&why, slug, &err);
			return tool_fail(&err);
		}
		(void)printf("client %s: certificate %s from now on\n", slug,
		    id_hex_bytes(t->arena, certificate, CRYPTO_DIGEST_LEN));
		return EXIT_OK;
	}
	token = client_token_new(t->arena, hash);
	if (client_rotate(t->db, c.id, hash, now_ms,
		now_ms + hours * HOUR_MS, &err) == -1)
		return tool_fail(&err);
	(void)printf("client %s: new token; the one before is good until %s\n",
	    slug, date_instant_to_xsd(t->arena, now_ms + hours * HOUR_MS));
	print_token(token);
	return EXIT_OK;
}

int
cmd_client_revoke(struct tool *t, int argc, char **argv)
{
	const char *slug = tool_word(argc, argv, 0, no_flags);
	struct err err = {0};
	struct client c;

	if (slug == NULL)
		return tool_usage("which client?");
	if (client_of_command(t, argc, argv, slug, &c, &err) == -1 ||
	    client_revoke(t->db, c.id, date_now_ms(), &err) == -1)
		return tool_fail(&err);
	(void)printf("client %s: revoked; nothing opens with its token or "
		     "certificate any more\n", slug);
	return EXIT_OK;
}
