#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>

#include "common/date.h"
#include "common/log.h"
#include "common/osci/osci_trust.h"
#include "osci_pki.h"

#define SIGNS "critical,digitalSignature,nonRepudiation"
#define ENCIPHERS "critical,keyEncipherment,dataEncipherment"
#define ISSUES "critical,keyCertSign,cRLSign"

/* Everybody who is needed, in a folder of the test's own. */
static struct {
	char dir[40], ca_file[60], crl_dir[60];
	struct pki_pair root, sub, signer, cipher, old, future, forged, self,
	    stranger, weird, by_end, of_sub, ocsp, foreign_ocsp;
	struct pki_responder responder;
} pki;

static int
set_up(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	log_open("test", LOG_ERROR + 1);
	(void)snprintf(pki.dir, sizeof(pki.dir), "/tmp/torhaus-trust-XXXXXX");
	assert_non_null(mkdtemp(pki.dir));
	(void)snprintf(pki.ca_file, sizeof(pki.ca_file), "%s/ca", pki.dir);
	(void)snprintf(pki.crl_dir, sizeof(pki.crl_dir), "%s/crl", pki.dir);
	pki_make(&pki.root, &(struct pki_want){.name = "Root", .is_ca = true,
	    .usage = ISSUES, .serial = 1});
	pki_make(&pki.sub, &(struct pki_want){.name = "Sub", .is_ca = true,
	    .usage = ISSUES, .serial = 2, .issuer = &pki.root});
	pki_make(&pki.ocsp, &(struct pki_want){.name = "Responder",
	    .usage = SIGNS, .extended = "OCSPSigning", .serial = 3,
	    .issuer = &pki.root});
	pki.responder.issuer = &pki.root;
	pki.responder.signer = &pki.ocsp;
	pki_responder_start(&pki.responder);
	pki_make(&pki.signer, &(struct pki_want){.name = "Signer",
	    .usage = SIGNS, .serial = 10, .issuer = &pki.root,
	    .ocsp = pki.responder.url});
	pki_make(&pki.cipher, &(struct pki_want){.name = "Cipher",
	    .usage = ENCIPHERS, .serial = 11, .issuer = &pki.root});
	pki_make(&pki.old, &(struct pki_want){.name = "Old", .usage = SIGNS,
	    .serial = 12, .issuer = &pki.root, .from = -9 * PKI_DAY,
	    .until = -PKI_DAY});
	pki_make(&pki.future, &(struct pki_want){.name = "Future",
	    .usage = SIGNS, .serial = 13, .issuer = &pki.root,
	    .from = PKI_DAY, .until = 9 * PKI_DAY});
	pki_make(&pki.forged, &(struct pki_want){.name = "Forged",
	    .usage = SIGNS, .serial = 14, .issuer = &pki.root,
	    .is_forged = true});
	pki_make(&pki.self, &(struct pki_want){.name = "Self",
	    .usage = SIGNS, .serial = 15});
	pki_make(&pki.stranger, &(struct pki_want){.name = "Stranger",
	    .usage = SIGNS, .serial = 16, .issuer = &pki.self});
	pki_make(&pki.weird, &(struct pki_want){.name = "Weird",
	    .serial = 17, .issuer = &pki.root});
	/* issued by somebody who is no authority */
	pki_make(&pki.by_end, &(struct pki_want){.name = "By an end",
	    .usage = SIGNS, .serial = 18, .issuer = &pki.signer});
	pki_make(&pki.of_sub, &(struct pki_want){.name = "Of sub",
	    .usage = SIGNS, .serial = 19, .issuer = &pki.sub});
	pki_make(&pki.foreign_ocsp, &(struct pki_want){.name = "Mallory",
	    .usage = SIGNS, .extended = "OCSPSigning", .serial = 20,
	    .issuer = &pki.self});
	pki.responder.stranger = &pki.foreign_ocsp;
	pki.responder.other = &pki.cipher;
	pki_write_certs(
	    pki.ca_file, (const struct pki_pair *[]){&pki.root}, 1);
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int
tear_down(void **state)
{
	struct pki_pair *all = &pki.root;

	(void)state;
	pki_responder_stop(&pki.responder);
	for (size_t i = 0; i < 14; i++)
		pki_free(&all[i]);
	return nftw(pki.dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct osci_trust_settings
settings(void)
{
	return (struct osci_trust_settings){.ca_file = pki.ca_file,
	    .crl_dir = "", .ocsp_url = "", .ocsp_timeout_ms = 10000};
}

static struct osci_trust *
trust_new(const struct osci_trust_settings *s)
{
	struct osci_trust *t = NULL;
	struct err err = {0};

	if (osci_trust_new(s, &t, &err) == -1)
		fail_msg("%s", err.msg);
	return t;
}

static struct osci_verdict
check(struct osci_trust *t, struct arena *a, const struct pki_pair *pair,
    enum osci_role role, const struct pki_pair *link, bool is_pinned)
{
	struct osci_cert cert = pki_cert(a, pair);
	struct osci_role_cert one = {0};
	struct osci_certs more = {.cert = &one, .n = link != NULL};
	struct osci_verdict v;

	if (link != NULL)
		one.cert = pki_cert(a, link);
	osci_trust_check(
	    t, a, &cert, role, &more, is_pinned, date_now_ms(), &v);
	return v;
}

#define BIT(finding) (1U << (finding))
#define TIME BIT(OSCI_CHECK_OUT_OF_TIME)
#define PART BIT(OSCI_CHECK_INCOMPLETE)
#define BAD BIT(OSCI_CHECK_UNTRUSTED)
#define GONE BIT(OSCI_CHECK_REVOKED)

static void
expect(const char *name, const struct osci_verdict *v, unsigned want)
{
	unsigned found = 0;

	for (unsigned f = 0; f < OSCI_FINDINGS; f++)
		found |= v->found[f] ? BIT(f) : 0;
	if (found != want)
		fail_msg("%s: found %#x, not %#x (%s)", name, found, want,
		    v->why);
	if ((want == 0) != (*v->why == '\0'))
		fail_msg("%s: says \"%s\"", name, v->why);
}

static void
test_chain(void **state)
{
	const struct {
		const char *name;
		const struct pki_pair *pair, *link;
		enum osci_role role;
		bool is_pinned;
		unsigned want;
		enum osci_math math;
		enum osci_offline offline;
	} cases[] = {
	    {"signer", &pki.signer, NULL, OSCI_SIGN_ORIGINATOR, false, 0,
		OSCI_MATH_OK, OSCI_OFFLINE_VALID},
	    {"cipher", &pki.cipher, NULL, OSCI_CIPHER_READER, false, 0,
		OSCI_MATH_OK, OSCI_OFFLINE_VALID},
	    {"no usage named", &pki.weird, NULL, OSCI_CIPHER_READER, false, 0,
		OSCI_MATH_OK, OSCI_OFFLINE_VALID},
	    {"signer enciphers", &pki.signer, NULL, OSCI_CIPHER_ADDRESSEE,
		false, BAD, OSCI_MATH_OK, OSCI_OFFLINE_INVALID},
	    {"cipher signs", &pki.cipher, NULL, OSCI_SIGN_AUTHOR, false, BAD,
		OSCI_MATH_OK, OSCI_OFFLINE_INVALID},
	    {"over", &pki.old, NULL, OSCI_SIGN_ORIGINATOR, false, TIME,
		OSCI_MATH_OK, OSCI_OFFLINE_INVALID},
	    {"not yet", &pki.future, NULL, OSCI_SIGN_ORIGINATOR, false, TIME,
		OSCI_MATH_OK, OSCI_OFFLINE_INVALID},
	    {"forged", &pki.forged, NULL, OSCI_SIGN_ORIGINATOR, false, BAD,
		OSCI_MATH_CORRUPTED, OSCI_OFFLINE_INVALID},
	    {"forged, pinned", &pki.forged, NULL, OSCI_SIGN_ORIGINATOR, true,
		BAD, OSCI_MATH_CORRUPTED, OSCI_OFFLINE_INVALID},
	    {"self-signed", &pki.self, NULL, OSCI_SIGN_ORIGINATOR, false, BAD,
		OSCI_MATH_INDETERMINATE, OSCI_OFFLINE_INDETERMINATE},
	    {"self-signed, pinned", &pki.self, NULL, OSCI_SIGN_ORIGINATOR,
		true, 0, OSCI_MATH_INDETERMINATE, OSCI_OFFLINE_VALID},
	    {"unknown issuer", &pki.stranger, NULL, OSCI_SIGN_ORIGINATOR,
		false, BAD, OSCI_MATH_INDETERMINATE,
		OSCI_OFFLINE_INDETERMINATE},
	    {"its issuer brought along is no anchor", &pki.stranger,
		&pki.self, OSCI_SIGN_ORIGINATOR, false, BAD,
		OSCI_MATH_INDETERMINATE, OSCI_OFFLINE_INDETERMINATE},
	    {"without the link", &pki.of_sub, NULL, OSCI_SIGN_ORIGINATOR,
		false, BAD, OSCI_MATH_INDETERMINATE,
		OSCI_OFFLINE_INDETERMINATE},
	    {"with the link", &pki.of_sub, &pki.sub, OSCI_SIGN_ORIGINATOR,
		false, 0, OSCI_MATH_OK, OSCI_OFFLINE_VALID},
	    {"the link is no authority", &pki.by_end, &pki.signer,
		OSCI_SIGN_ORIGINATOR, false, BAD, OSCI_MATH_INDETERMINATE,
		OSCI_OFFLINE_INVALID},
	};
	struct osci_trust_settings s = settings();
	struct osci_trust *t = trust_new(&s);
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct osci_verdict v = check(t, &a, cases[i].pair,
		    cases[i].role, cases[i].link, cases[i].is_pinned);

		expect(cases[i].name, &v, cases[i].want);
		if (v.inspection.math != cases[i].math)
			fail_msg("%s: math %d", cases[i].name,
			    v.inspection.math);
		if (v.inspection.offline != cases[i].offline)
			fail_msg("%s: offline %d", cases[i].name,
			    v.inspection.offline);
		assert_int_equal(v.inspection.online, OSCI_ONLINE_NONE);
		assert_int_equal(v.inspection.type,
		    v.inspection.math == OSCI_MATH_OK ? OSCI_CERT_ADVANCED
						      : OSCI_CERT_UNKNOWN);
	}
	osci_trust_free(t);
	arena_free(&a);
}

static void
test_names(void **state)
{
	struct osci_trust_settings s = settings();
	struct osci_trust *t = trust_new(&s);
	struct arena a = {0};
	struct osci_verdict v = check(
	    t, &a, &pki.signer, OSCI_SIGN_ORIGINATOR, NULL, false);

	(void)state;
	assert_string_equal(v.inspection.subject, "CN=Signer");
	assert_string_equal(v.inspection.issuer, "CN=Root");
	assert_string_equal(v.inspection.serial, "10");
	assert_true(v.inspection.at_ms > 0);
	osci_trust_free(t);
	arena_free(&a);
}

/* A single certificate among the anchors is trusted, what it signed is not. */
static void
test_anchors(void **state)
{
	struct osci_trust_settings s = settings();
	struct arena a = {0};
	struct osci_verdict v;
	struct osci_trust *t;
	struct err err = {0};
	char path[80];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/single", pki.dir);
	pki_write_certs(path, (const struct pki_pair *[]){&pki.self}, 1);
	s.ca_file = path;
	t = trust_new(&s);
	v = check(t, &a, &pki.self, OSCI_SIGN_ORIGINATOR, NULL, false);
	expect("single", &v, 0);
	v = check(t, &a, &pki.stranger, OSCI_SIGN_ORIGINATOR, NULL, false);
	expect("what it signed", &v, BAD);
	/* another authority takes its place; the file is read again */
	pki_write_certs(path, (const struct pki_pair *[]){&pki.sub}, 1);
	v = check(t, &a, &pki.of_sub, OSCI_SIGN_ORIGINATOR, NULL, false);
	expect("a link as anchor", &v, 0);
	v = check(t, &a, &pki.self, OSCI_SIGN_ORIGINATOR, NULL, false);
	expect("taken away", &v, BAD);
	/* what cannot be read leaves what was there */
	assert_int_equal(truncate(path, 20), 0);
	v = check(t, &a, &pki.of_sub, OSCI_SIGN_ORIGINATOR, NULL, false);
	expect("a broken file", &v, 0);
	osci_trust_free(t);
	assert_int_equal(osci_trust_new(&s, &t, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.msg, path));
	s.ca_file = "";
	t = trust_new(&s);
	v = check(t, &a, &pki.signer, OSCI_SIGN_ORIGINATOR, NULL, false);
	expect("no anchors", &v, BAD);
	osci_trust_free(t);
	arena_free(&a);
}

static void
write_crl(const char *name, const struct pki_pair *issuer,
    const struct pki_pair *signer, const struct pki_pair *revoked, long until)
{
	char path[120];

	(void)snprintf(path, sizeof(path), "%s/%s", pki.crl_dir, name);
	pki_write_crl(path, issuer, signer,
	    revoked == NULL ? NULL : revoked->cert, -2 * PKI_DAY, until,
	    name[0] == 'd');
}

static void
drop_crls(void)
{
	(void)nftw(pki.crl_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	assert_int_equal(mkdir(pki.crl_dir, 0700), 0);
}

static void
test_lists(void **state)
{
	struct osci_trust_settings s = settings();
	const enum osci_role role = OSCI_SIGN_ORIGINATOR;
	struct arena a = {0};
	struct osci_verdict v;
	struct osci_trust *t;

	(void)state;
	drop_crls();
	s.crl_dir = pki.crl_dir;
	t = trust_new(&s);
	v = check(t, &a, &pki.signer, role, NULL, false);
	expect("no list", &v, PART);
	assert_int_equal(v.inspection.online, OSCI_ONLINE_NONE);

	write_crl("pem", &pki.root, &pki.root, &pki.cipher, PKI_DAY);
	v = check(t, &a, &pki.signer, role, NULL, false);
	expect("listed is another", &v, 0);
	assert_int_equal(v.inspection.online, OSCI_ONLINE_OK);
	assert_int_equal(v.inspection.online_by, OSCI_BY_CRL);
	v = check(t, &a, &pki.cipher, OSCI_CIPHER_READER, NULL, false);
	expect("revoked", &v, GONE);
	assert_int_equal(v.inspection.online, OSCI_ONLINE_REVOKED);
	v = check(t, &a, &pki.of_sub, role, &pki.sub, false);
	expect("the link has a list, the end has none", &v, PART);
	v = check(t, &a, &pki.self, role, NULL, true);
	expect("pinned", &v, 0);

	write_crl("der", &pki.sub, &pki.sub, NULL, PKI_DAY);
	v = check(t, &a, &pki.of_sub, role, &pki.sub, false);
	expect("both have lists", &v, 0);
	write_crl("pem", &pki.root, &pki.root, &pki.sub, PKI_DAY);
	v = check(t, &a, &pki.of_sub, role, &pki.sub, false);
	expect("the link is revoked", &v, GONE);

	drop_crls();
	write_crl("pem", &pki.root, &pki.root, &pki.cipher, -PKI_DAY);
	v = check(t, &a, &pki.signer, role, NULL, false);
	expect("stale", &v, PART);
	v = check(t, &a, &pki.cipher, OSCI_CIPHER_READER, NULL, false);
	assert_true(v.found[OSCI_CHECK_REVOKED]);

	drop_crls();
	write_crl("pem", &pki.root, &pki.self, &pki.signer, PKI_DAY);
	v = check(t, &a, &pki.signer, role, NULL, false);
	expect("a list by somebody else", &v, PART);
	osci_trust_free(t);
	arena_free(&a);
}

static void
test_responder(void **state)
{
	static const struct {
		const char *name;
		enum pki_mood mood;
		unsigned want;
		enum osci_online online;
	} cases[] = {
	    {"good", PKI_GOOD, 0, OSCI_ONLINE_OK},
	    {"revoked", PKI_REVOKED, GONE, OSCI_ONLINE_REVOKED},
	    {"unknown", PKI_UNKNOWN, PART, OSCI_ONLINE_NONE},
	    {"no nonce", PKI_NO_NONCE, 0, OSCI_ONLINE_OK},
	    {"another nonce", PKI_OTHER_NONCE, PART, OSCI_ONLINE_NONE},
	    {"stale", PKI_STALE, PART, OSCI_ONLINE_NONE},
	    {"another certificate", PKI_OTHER_CERT, PART, OSCI_ONLINE_NONE},
	    {"a foreign signer", PKI_FOREIGN_SIGNER, PART, OSCI_ONLINE_NONE},
	    {"try later", PKI_TRY_LATER, PART, OSCI_ONLINE_NONE},
	    {"redirect", PKI_REDIRECT, PART, OSCI_ONLINE_NONE},
	    {"no OCSP", PKI_GARBAGE, PART, OSCI_ONLINE_NONE},
	    {"too long", PKI_LONG, PART, OSCI_ONLINE_NONE},
	    {"status 500", PKI_ERROR, PART, OSCI_ONLINE_NONE},
	    {"silent", PKI_SILENT, PART, OSCI_ONLINE_NONE},
	};
	struct osci_trust_settings s = settings();
	struct arena a = {0};

	(void)state;
	s.with_ocsp = true;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct osci_trust *t = trust_new(&s);
		struct osci_verdict v;

		s.ocsp_timeout_ms = cases[i].mood == PKI_SILENT ? 200 : 10000;
		atomic_store(&pki.responder.mood, cases[i].mood);
		atomic_store(&pki.responder.asked, 0);
		for (int twice = 0; twice < 2; twice++) {
			v = check(t, &a, &pki.signer, OSCI_SIGN_ORIGINATOR,
			    NULL, false);
			expect(cases[i].name, &v, cases[i].want);
			assert_int_equal(v.inspection.online, cases[i].online);
			if (cases[i].online != OSCI_ONLINE_NONE)
				assert_int_equal(
				    v.inspection.online_by, OSCI_BY_OCSP);
		}
		/* the second time it was remembered; redirects lead nowhere */
		if (atomic_load(&pki.responder.asked) > 1)
			fail_msg("%s: asked again", cases[i].name);
		osci_trust_free(t);
	}
	arena_free(&a);
}

/* Whom to ask, and that a list and a responder complete each other. */
static void
test_responder_and_lists(void **state)
{
	struct osci_trust_settings s = settings();
	struct arena a = {0};
	struct osci_verdict v;
	struct osci_trust *t;

	(void)state;
	drop_crls();
	s.with_ocsp = true;
	t = trust_new(&s);
	atomic_store(&pki.responder.mood, PKI_GOOD);
	v = check(t, &a, &pki.cipher, OSCI_CIPHER_READER, NULL, false);
	expect("no responder named", &v, PART);
	osci_trust_free(t);

	s.ocsp_url = pki.responder.url;
	t = trust_new(&s);
	v = check(t, &a, &pki.cipher, OSCI_CIPHER_READER, NULL, false);
	expect("the configured responder", &v, 0);
	osci_trust_free(t);

	s.ocsp_url = "";
	s.crl_dir = pki.crl_dir;
	write_crl("pem", &pki.root, &pki.root, &pki.old, PKI_DAY);
	t = trust_new(&s);
	v = check(t, &a, &pki.cipher, OSCI_CIPHER_READER, NULL, false);
	expect("a list suffices", &v, 0);
	assert_int_equal(v.inspection.online_by, OSCI_BY_CRL);
	atomic_store(&pki.responder.mood, PKI_REVOKED);
	v = check(t, &a, &pki.signer, OSCI_SIGN_ORIGINATOR, NULL, false);
	expect("newer than the list", &v, GONE);
	osci_trust_free(t);
	arena_free(&a);
}

static void
test_codes(void **state)
{
	static const struct {
		enum osci_role role;
		enum osci_finding finding;
		const char *want;
	} cases[] = {
	    {OSCI_CIPHER_ORIGINATOR, OSCI_CHECK_OUT_OF_TIME, "3500"},
	    {OSCI_CIPHER_ORIGINATOR, OSCI_CHECK_INCOMPLETE, "3501"},
	    {OSCI_CIPHER_ORIGINATOR, OSCI_CHECK_UNTRUSTED, "9501"},
	    {OSCI_CIPHER_ORIGINATOR, OSCI_CHECK_REVOKED, "9502"},
	    {OSCI_CIPHER_ORIGINATOR, OSCI_CHECK_FAILED, "9503"},
	    {OSCI_SIGN_ORIGINATOR, OSCI_CHECK_OUT_OF_TIME, "3700"},
	    {OSCI_SIGN_ORIGINATOR, OSCI_CHECK_UNTRUSTED, "9700"},
	    {OSCI_SIGN_ORIGINATOR, OSCI_CHECK_REVOKED, "9701"},
	    {OSCI_SIGN_AUTHOR, OSCI_CHECK_OUT_OF_TIME, "3701"},
	    {OSCI_SIGN_AUTHOR, OSCI_CHECK_UNTRUSTED, "3702"},
	    {OSCI_SIGN_AUTHOR, OSCI_CHECK_REVOKED, "3703"},
	    {OSCI_CIPHER_AUTHOR, OSCI_CHECK_OUT_OF_TIME, "3704"},
	    {OSCI_CIPHER_AUTHOR, OSCI_CHECK_REVOKED, "9705"},
	    {OSCI_CIPHER_ADDRESSEE, OSCI_CHECK_OUT_OF_TIME, "3705"},
	    {OSCI_CIPHER_ADDRESSEE, OSCI_CHECK_UNTRUSTED, "9706"},
	    {OSCI_CIPHER_READER, OSCI_CHECK_OUT_OF_TIME, "3706"},
	    {OSCI_CIPHER_READER, OSCI_CHECK_REVOKED, "9709"},
	    {OSCI_SIGN_ADDRESSEE, OSCI_CHECK_OUT_OF_TIME, "3708"},
	    {OSCI_SIGN_ADDRESSEE, OSCI_CHECK_UNTRUSTED, "9711"},
	    {OSCI_SIGN_ADDRESSEE, OSCI_CHECK_REVOKED, "9712"},
	    {OSCI_SIGN_ADDRESSEE, OSCI_CHECK_FAILED, "9710"},
	    {OSCI_SIGN_INTERMEDIARY, OSCI_CHECK_UNTRUSTED, NULL},
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		const char *code = osci_trust_code(
		    cases[i].role, cases[i].finding);

		if (cases[i].want == NULL)
			assert_null(code);
		else
			assert_string_equal(code, cases[i].want);
	}
}

static bool
pins_self(void *arg, const struct osci_cert *cert)
{
	return osci_cert_equal(arg, cert);
}

static void
test_message(void **state)
{
	struct osci_trust_settings s = settings();
	struct osci_trust *t = trust_new(&s);
	struct arena a = {0};
	struct osci_cert self = pki_cert(&a, &pki.self);
	struct osci_role_cert cert[] = {
	    {OSCI_SIGN_AUTHOR, "a", pki_cert(&a, &pki.stranger)},
	    {OSCI_SIGN_ORIGINATOR, "o", pki_cert(&a, &pki.old)},
	    {OSCI_CIPHER_ORIGINATOR, "c", pki_cert(&a, &pki.cipher)},
	    {OSCI_SIGN_INTERMEDIARY, "i", self},
	    {OSCI_SIGN_AUTHOR, "b", pki_cert(&a, &pki.stranger)},
	    {OSCI_SIGN_ADDRESSEE, "d", self},
	};
	struct osci_certs certs = {.cert = cert, .n = nitems(cert)};
	struct osci_judgement j;
	struct err err = {0};

	(void)state;
	assert_int_equal(osci_trust_certs(t, &a, &certs, pins_self, &self,
			     date_now_ms(), &j, &err),
	    0);
	assert_int_equal(j.n, 5); /* not the intermediary's */
	assert_int_equal(j.nwarning, 2);
	assert_string_equal(j.warning[0], "3700");
	assert_string_equal(j.warning[1], "3702"); /* once for both authors */
	assert_string_equal(j.inspection[0].subject, "CN=Cipher");

	assert_int_equal(osci_trust_certs(t, &a, &certs, NULL, NULL,
			     date_now_ms(), &j, &err),
	    -1);
	assert_string_equal(err.field, "9711");
	cert[2].cert = pki_cert(&a, &pki.signer); /* does not encipher */
	assert_int_equal(osci_trust_certs(t, &a, &certs, NULL, NULL,
			     date_now_ms(), &j, &err),
	    -1);
	assert_string_equal(err.field, "9501");
	assert_int_equal(j.n, 5);
	osci_trust_free(t);
	arena_free(&a);
}

/* Many threads, while files change under them. */
static void *
check_often(void *arg)
{
	for (int i = 0; i < 40; i++) {
		struct arena a = {0};
		struct osci_cert cert = pki_cert(&a, &pki.signer);
		struct osci_verdict v;

		osci_trust_check(arg, &a, &cert, OSCI_SIGN_ORIGINATOR, NULL,
		    false, date_now_ms(), &v);
		if (!osci_verdict_is_good(&v))
			return arg;
		arena_free(&a);
	}
	return NULL;
}

static void
test_threads(void **state)
{
	struct osci_trust_settings s = settings();
	struct osci_trust *t;
	pthread_t thread[6];

	(void)state;
	drop_crls();
	s.crl_dir = pki.crl_dir;
	s.with_ocsp = true;
	atomic_store(&pki.responder.mood, PKI_GOOD);
	t = trust_new(&s);
	for (size_t i = 0; i < nitems(thread); i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, check_often, t), 0);
	for (int i = 0; i < 20; i++) {
		write_crl("pem", &pki.root, &pki.root, &pki.cipher,
		    PKI_DAY + i);
		(void)usleep(2000);
	}
	for (size_t i = 0; i < nitems(thread); i++) {
		void *failed;

		assert_int_equal(pthread_join(thread[i], &failed), 0);
		assert_null(failed);
	}
	osci_trust_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_chain),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_anchors),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_responder),
	    cmocka_unit_test(test_responder_and_lists),
	    cmocka_unit_test(test_codes),
	    cmocka_unit_test(test_message),
	    cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
