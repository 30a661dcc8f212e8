/* torhaus osci cert show, cert check */
#include "torhaus/osci.h"

#include "common/date.h"
#include "common/id.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_trust.h"

static const char *
uses(struct arena *a, const struct osci_cert *c)
{
	const char *text = arena_printf(a, "%s%s%s",
	    osci_cert_may_sign(c) ? ", sign" : "",
	    osci_cert_may_encipher(c) ? ", encipher" : "",
	    osci_cert_may_issue(c) ? ", issue certificates" : "");

	return *text == '\0' ? "nothing" : text + 2;
}

static void
print_cert(struct arena *a, const char *path, const struct osci_cert *c)
{
	(void)printf("%s\n  subject      %s\n  issuer       %s\n"
		     "  serial       %s\n  valid        %s to %s\n"
		     "  key          %s\n  may          %s\n"
		     "  fingerprint  %s\n",
	    path, osci_cert_subject(a, c), osci_cert_issuer(a, c),
	    osci_cert_serial(a, c), osci_cert_not_before(a, c),
	    osci_cert_not_after(a, c), osci_cert_key_text(a, c), uses(a, c),
	    id_hex_bytes(a, c->sha256, sizeof(c->sha256)));
}

int
cmd_osci_cert_show(struct tool *t, int argc, char **argv)
{
	struct err err = {0};
	const char *path;

	if (tool_word(argc, argv, 0, NULL) == NULL)
		return tool_usage("name a file");
	for (int i = 0; (path = tool_word(argc, argv, i, NULL)) != NULL; i++) {
		struct osci_cert cert;

		if (osci_cert_read(t->arena, path, &cert, &err) == -1)
			return tool_fail(&err);
		print_cert(t->arena, path, &cert);
	}
	return EXIT_OK;
}

/* ---- check ---- */

static const struct {
	enum osci_role role;
	bool is_cipher;
	const char *as;
} roles[] = {
    {OSCI_CIPHER_ORIGINATOR, true, "the sender, for the answer"},
    {OSCI_CIPHER_ADDRESSEE, true, "the recipient"},
    {OSCI_CIPHER_READER, true, "another reader"},
    {OSCI_CIPHER_AUTHOR, true, "another author"},
    {OSCI_SIGN_ORIGINATOR, false, "the sender"},
    {OSCI_SIGN_AUTHOR, false, "another author"},
    {OSCI_SIGN_ADDRESSEE, false, "the recipient, under its answer"},
};

static const char *
word(const char *const *words, size_t n, unsigned i)
{
	return i < n ? words[i] : "?";
}

static void
print_inspection(const struct osci_inspection *in)
{
	static const char *const types[] = {
	    "unknown", "advanced", "qualified", "accredited"};
	static const char *const maths[] = {
	    "ok", "corrupted", "indeterminate"};
	static const char *const offlines[] = {
	    "valid", "invalid", "indeterminate"};
	static const char *const onlines[] = {
	    "not asked", "not revoked", "revoked"};
	static const char *const bys[] = {", by list", ", by OCSP", ", by LDAP"};

	(void)printf("  inspection   type %s, math %s, offline %s, online "
		     "%s%s\n",
	    word(types, nitems(types), in->type),
	    word(maths, nitems(maths), in->math),
	    word(offlines, nitems(offlines), in->offline),
	    word(onlines, nitems(onlines), in->online),
	    in->online == OSCI_ONLINE_NONE
		? ""
		: word(bys, nitems(bys), in->online_by));
}

/* The codes that its use in a role leads to. */
static void
print_codes(const struct osci_verdict *v, size_t r)
{
	(void)printf("  %-12s as %s:", roles[r].is_cipher ? "encipher" : "sign",
	    roles[r].as);
	for (unsigned f = 0; f < OSCI_FINDINGS; f++) {
		const char *code = osci_trust_code(
		    roles[r].role, (enum osci_finding)f);

		if (v->found[f] && code != NULL)
			(void)printf(" %s%s", code,
			    osci_code_is_success(code) ? " (warning)"
						       : " (refused)");
	}
	(void)putchar('\n');
}

/* A certificate in every role that its key usage allows; whether something was
 * found. */
static bool
check(struct tool *t, struct osci_trust *trust, const struct osci_cert *cert,
    const struct osci_certs *more, bool is_pinned)
{
	bool is_ill = false, is_first = true;

	for (size_t r = 0; r < nitems(roles); r++) {
		struct osci_verdict v;

		if (roles[r].is_cipher ? !osci_cert_may_encipher(cert)
				       : !osci_cert_may_sign(cert))
			continue;
		osci_trust_check(trust, t->arena, cert, roles[r].role, more,
		    is_pinned, date_now_ms(), &v);
		if (is_first) {
			print_inspection(&v.inspection);
			(void)printf("  finding      %s\n",
			    *v.why == '\0' ? "none" : v.why);
		}
		is_first = false;
		if (*v.why == '\0')
			return false; /* nor in another role */
		is_ill = true;
		print_codes(&v, r);
	}
	if (is_first)
		(void)puts("  finding      neither for signatures nor for "
			   "encryption");
	return is_ill || is_first;
}

int
cmd_osci_cert_check(struct tool *t, int argc, char **argv)
{
	static const char *const flags[] = {"--registered", NULL};
	bool is_pinned = tool_flag(argc, argv, "--registered"), is_ill = false;
	struct osci_trust_settings settings;
	struct osci_trust *trust;
	struct err err = {0};
	const char *path;

	if (tool_word(argc, argv, 0, flags) == NULL)
		return tool_usage("name a file");
	osci_trust_settings(&t->config, &settings);
	if (osci_trust_new(&settings, &trust, &err) == -1)
		return tool_fail(&err);
	for (int i = 0; (path = tool_word(argc, argv, i, flags)) != NULL; i++) {
		struct osci_role_cert *links;
		struct osci_cert *cert;
		struct osci_certs more;
		size_t n;

		if (osci_cert_read_all(t->arena, path, &cert, &n, &err) == -1)
			break;
		links = arena_new(t->arena, struct osci_role_cert, n);
		for (size_t k = 1; k < n; k++)
			links[k - 1].cert = cert[k];
		more = (struct osci_certs){.cert = links, .n = n - 1};
		print_cert(t->arena, path, &cert[0]);
		is_ill |= check(t, trust, &cert[0], &more, is_pinned);
	}
	osci_trust_free(trust);
	if (err.code != ERR_NONE)
		return tool_fail(&err);
	return is_ill ? EXIT_FINDINGS : EXIT_OK;
}
