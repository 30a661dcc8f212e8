/* torhaus osci verify: a stored message, once more, without anybody's help. */
#include "torhaus/osci.h"

#include "common/date.h"
#include "common/file.h"
#include "common/id.h"
#include "common/osci/osci_content.h"
#include "common/osci/osci_trust.h"
#include "torhaus/osci_look.h"

/* What was found in one message. */
struct findings {
	struct tool *tool;
	struct osci_trust *trust;
	struct osci_identity own;
	size_t nown, wrong;
};

static void
say(struct findings *f, bool is_wrong, const char *what, const char *how)
{
	(void)printf("%-4s %s%s%s\n", is_wrong ? "BAD" : "ok", what,
	    *how == '\0' ? "" : ": ", how);
	f->wrong += is_wrong;
}

static const char *
told(struct arena *a, const struct err *err)
{
	return *err->field == '\0'
	    ? err->msg
	    : arena_printf(a, "%s, %s", err->field, err->msg);
}

/* ---- certificates ---- */

static void
check_certs(struct findings *f, const struct osci_certs *certs)
{
	struct arena *a = f->tool->arena;

	for (size_t i = 0; i < certs->n; i++) {
		const struct osci_role_cert *c = &certs->cert[i];
		struct osci_verdict v;

		osci_trust_check(f->trust, a, &c->cert, c->role, certs, false,
		    date_now_ms(), &v);
		say(f, !osci_verdict_is_good(&v),
		    arena_printf(a, "certificate %s, %s",
			osci_role_element(c->role),
			osci_cert_subject(a, &c->cert)),
		    v.why);
		(void)printf("     %s\n",
		    id_hex_bytes(a, c->cert.sha256, CRYPTO_DIGEST_LEN));
	}
}

/* ---- the signature over the message ---- */

static void
check_transport(struct findings *f, const struct osci_message *m,
    const struct osci_certs *certs)
{
	struct arena *a = f->tool->arena;
	const struct osci_role_cert *cert;
	struct osci_signature sig;
	struct err err = {0};

	if (m->by_kind[OSCI_SIGNATURE_BLOCK] == NULL) {
		say(f, true, "signature over the message", "there is none");
		return;
	}
	if (osci_transport_read_signature(a, m, &sig, &err) == -1) {
		say(f, true, "signature over the message", told(a, &err));
		return;
	}
	cert = osci_certs_by_id(certs, sig.cert_id);
	if (cert == NULL) {
		say(f, true, "signature over the message",
		    "its certificate is not in the message");
		return;
	}
	if (osci_transport_verify(a, m, &sig, &cert->cert, &err) == -1)
		say(f, true, "signature over the message", told(a, &err));
	else
		say(f, false, "signature over the message",
		    arena_printf(a, "%zu parts, %s, by %s", sig.nreference,
			sig.method->name, osci_cert_subject(a, &cert->cert)));
}

/* ---- contents ---- */

static void
print_content(struct findings *f, const struct osci_content *c)
{
	const struct osci_digest *sha256 =
	    osci_digest_find(OSCI_DEFAULT_DIGEST);
	struct arena *a = f->tool->arena;
	struct osci_hash *h = osci_hash_new(a, sha256);
	uint8_t value[OSCI_DIGEST_MAX];
	struct err err = {0};

	if (crypto_spool_each(
		c->spool, c->offset, c->len, osci_hash_put, h, &err) == -1) {
		say(f, true, "content", err.msg);
		return;
	}
	osci_hash_end(h, value);
	(void)printf("     content %s, %lld bytes%s%s%s\n     SHA-256 %s\n",
	    c->id, (long long)c->len, c->part == NULL ? "" : ", attachment ",
	    c->part == NULL ? "" : c->part,
	    c->was_encrypted ? ", was encrypted" : "",
	    id_hex_bytes(a, value, sha256->len));
	for (size_t i = 0; i < c->nsigner; i++)
		(void)printf("     signed by %s%s%s\n",
		    osci_cert_subject(a, &c->signer[i].cert->cert),
		    c->signer[i].at_ms == 0 ? "" : " at ",
		    c->signer[i].at_ms == 0
			? ""
			: date_instant_to_xsd(a, c->signer[i].at_ms));
}

static void
check_content(struct findings *f, const struct osci_message *m,
    const struct osci_certs *certs)
{
	const struct xml_node *package = xml_first(m->body);
	struct arena *a = f->tool->arena;
	struct osci_content_in in = {0};
	struct err err = {0};

	if (package == NULL || !xml_is(package, OSCI_NS, "ContentPackage"))
		return;
	if (osci_content_read(a, m, package, certs, &f->own, f->nown,
		&osci_look_policy, &osci_look_limits, &in, &err) == -1) {
		if (in.nclosed > 0)
			(void)puts("     the content is encrypted: --key and "
				   "--cert of its reader open it");
		else
			say(f, true, "content", told(a, &err));
		return;
	}
	say(f, false, "content",
	    arena_printf(a, "%zu pieces%s", in.ncontent,
		in.nclosed > 0 ? ", and some for others only" : ""));
	for (size_t i = 0; i < in.ncontent; i++)
		print_content(f, &in.content[i]);
}

/* ---- all of it ---- */

static int
read_own(struct findings *f, int argc, char **argv, struct err *err)
{
	const char *key = tool_option(argc, argv, "--key");
	const char *cert = tool_option(argc, argv, "--cert");

	if (key == NULL && cert == NULL)
		return 0;
	if (key == NULL || cert == NULL)
		return err_set(err, ERR_FIELD_INVALID,
		    "--key and --cert belong together");
	f->nown = 1;
	return osci_cert_read(f->tool->arena, cert, &f->own.cert, err) == -1
	    ? -1
	    : osci_key_read(f->tool->arena, key, &f->own.key, err);
}

static int
verify(struct findings *f, const char *path, struct err *err)
{
	struct arena *a = f->tool->arena;
	struct osci_message m;
	struct osci_certs certs;
	bool was_encrypted;

	if (osci_look_read(
		a, path, &f->own, f->nown, &m, &was_encrypted, err) == -1)
		return -1;
	(void)printf("     %s%s\n", osci_type_name(m.type),
	    was_encrypted ? ", was encrypted" : "");
	if (m.type == OSCI_MESSAGE_ENCRYPTED)
		return err_set(err, ERR_BAD_REQUEST,
		    "the message is encrypted: --key and --cert of its "
		    "receiver open it");
	if (m.type == OSCI_FAULT) {
		(void)puts("     a fault is not signed");
		return 0;
	}
	if (osci_certs_read(a, &m, &certs, err) == -1)
		return -1;
	check_certs(f, &certs);
	check_transport(f, &m, &certs);
	check_content(f, &m, &certs);
	return 0;
}

int
cmd_osci_verify(struct tool *t, int argc, char **argv)
{
	const char *path = tool_word(argc, argv, 0, NULL);
	struct osci_trust_settings settings;
	struct findings f = {.tool = t};
	struct err err = {0};
	int rc;

	if (path == NULL)
		return tool_usage("name a file");
	osci_trust_settings(&t->config, &settings);
	if (read_own(&f, argc, argv, &err) == -1 ||
	    osci_trust_new(&settings, &f.trust, &err) == -1)
		return tool_fail(&err);
	rc = verify(&f, path, &err) == -1 ? tool_fail(&err)
	    : f.wrong > 0		  ? EXIT_FINDINGS
					  : EXIT_OK;
	osci_trust_free(f.trust);
	return rc;
}
