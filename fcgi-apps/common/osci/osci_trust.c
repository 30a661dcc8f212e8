#include "common/osci/osci_trust.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <pthread.h>

#include "common/log.h"
#include "common/osci/osci_trust_part.h"

#define LOOK_MS 2000
#define QC_COMPLIANCE "0.4.0.1862.1.1" /* ETSI EN 319 412-5, 4.2.1 */

struct osci_trust {
	const struct osci_trust_settings *settings;
	struct trust_ocsp *ocsp;
	struct trust_walks *walks;
	pthread_mutex_t lock; /* of the three below */
	X509_STORE *store;    /* replaced as a whole, counted */
	uint8_t stamp[CRYPTO_DIGEST_LEN];
	int64_t looked_ms;
};

int64_t
trust_clock_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail */
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
osci_trust_settings(
    const struct config *config, struct osci_trust_settings *out)
{
	*out = (struct osci_trust_settings){
	    .ca_file = config->osci_ca_file,
	    .crl_dir = config->osci_crl_dir,
	    .with_ocsp = strcmp(config->osci_ocsp, "yes") == 0,
	    .ocsp_url = config->osci_ocsp_url,
	    .ocsp_timeout_ms = config->osci_ocsp_timeout_ms,
	    .look_ms = LOOK_MS,
	};
}

int
osci_trust_new(const struct osci_trust_settings *settings,
    struct osci_trust **out, struct err *err)
{
	struct osci_trust *t = calloc(1, sizeof(*t));

	if (t == NULL || pthread_mutex_init(&t->lock, NULL) != 0)
		log_fatal("out of memory");
	t->settings = settings;
	trust_files_stamp(settings, t->stamp);
	t->looked_ms = trust_clock_ms();
	if (trust_files_read(settings, &t->store, err) == -1) {
		osci_trust_free(t);
		return -1;
	}
	if (settings->with_ocsp && trust_http_start(err) == -1) {
		osci_trust_free(t);
		return -1;
	}
	t->ocsp = trust_ocsp_new(settings);
	t->walks = trust_walks_new();
	*out = t;
	return 0;
}

void
osci_trust_free(struct osci_trust *t)
{
	if (t == NULL)
		return;
	trust_ocsp_free(t->ocsp);
	trust_walks_free(t->walks);
	X509_STORE_free(t->store);
	(void)pthread_mutex_destroy(&t->lock);
	free(t);
}

/* Reads the files again when they changed; under the lock. */
static void
look_again(struct osci_trust *t)
{
	uint8_t stamp[CRYPTO_DIGEST_LEN];
	struct err err = {0};
	X509_STORE *store;

	t->looked_ms = trust_clock_ms();
	trust_files_stamp(t->settings, stamp);
	if (memcmp(stamp, t->stamp, sizeof(stamp)) == 0)
		return;
	memcpy(t->stamp, stamp, sizeof(stamp)); /* one complaint a change */
	if (trust_files_read(t->settings, &store, &err) == -1) {
		log_error("%s; what was read before stays in force", err.msg);
		return;
	}
	X509_STORE_free(t->store);
	t->store = store;
	log_info("certificate authorities and revocation lists read again");
}

/* Anchors and lists as they are now; the caller frees it. */
static X509_STORE *
hold_store(struct osci_trust *t)
{
	X509_STORE *store;

	(void)pthread_mutex_lock(&t->lock);
	if (trust_clock_ms() - t->looked_ms >= t->settings->look_ms)
		look_again(t);
	store = t->store;
	(void)X509_STORE_up_ref(store);
	(void)pthread_mutex_unlock(&t->lock);
	return store;
}

/* ---- one certificate ---- */

/* The certificate's own statement that it is a qualified one. */
static bool
is_qualified(const X509 *cert)
{
	int at = X509_get_ext_by_NID(cert, NID_qcStatements, -1);
	const ASN1_OCTET_STRING *value;
	STACK_OF(ASN1_TYPE) *list;
	const unsigned char *p;
	bool found = false;

	if (at < 0)
		return false;
	value = X509_EXTENSION_get_data(X509_get_ext(cert, at));
	p = ASN1_STRING_get0_data(value);
	list = d2i_ASN1_SEQUENCE_ANY(NULL, &p, ASN1_STRING_length(value));
	for (int i = 0; i < sk_ASN1_TYPE_num(list); i++) {
		const ASN1_TYPE *one = sk_ASN1_TYPE_value(list, i);
		STACK_OF(ASN1_TYPE) *statement;
		char oid[64] = "";

		if (one->type != V_ASN1_SEQUENCE)
			continue;
		p = ASN1_STRING_get0_data(one->value.sequence);
		statement = d2i_ASN1_SEQUENCE_ANY(
		    NULL, &p, ASN1_STRING_length(one->value.sequence));
		if (sk_ASN1_TYPE_num(statement) > 0 &&
		    sk_ASN1_TYPE_value(statement, 0)->type == V_ASN1_OBJECT)
			(void)OBJ_obj2txt(oid, sizeof(oid),
			    sk_ASN1_TYPE_value(statement, 0)->value.object,
			    1);
		found = found || strcmp(oid, QC_COMPLIANCE) == 0;
		sk_ASN1_TYPE_pop_free(statement, ASN1_TYPE_free);
	}
	sk_ASN1_TYPE_pop_free(list, ASN1_TYPE_free);
	return found;
}

/* No anchor was reached, and nothing else is wrong. */
static bool
is_stranger(int error)
{
	switch (error) {
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_UNTRUSTED:
		return true;
	default:
		return false;
	}
}

static bool
is_cipher(enum osci_role role)
{
	return role == OSCI_CIPHER_ORIGINATOR || role == OSCI_CIPHER_AUTHOR ||
	    role == OSCI_CIPHER_ADDRESSEE || role == OSCI_CIPHER_READER ||
	    role == OSCI_CIPHER_INTERMEDIARY;
}

static void
find(struct arena *a, struct osci_verdict *v, enum osci_finding finding,
    const char *why)
{
	v->found[finding] = true;
	v->why = *v->why == '\0' ? arena_strdup(a, why)
				 : arena_printf(a, "%s; %s", v->why, why);
}

/* Whether each link is revoked, by the lists and by asking. */
static void
check_revocation(struct osci_trust *t, struct arena *a, X509_STORE *store,
    STACK_OF(X509) *chain, const struct trust_walk *w, struct osci_verdict *v)
{
	int64_t until_ms = trust_clock_ms() + t->settings->ocsp_timeout_ms;
	bool has_lists = *t->settings->crl_dir != '\0';
	struct osci_inspection *in = &v->inspection;
	const char *missing = NULL;

	if (w->is_revoked) {
		in->online = OSCI_ONLINE_REVOKED;
		in->online_by = OSCI_BY_CRL;
		find(a, v, OSCI_CHECK_REVOKED, "revoked, says a list");
		return;
	}
	for (int i = 0; i < sk_X509_num(chain) - 1; i++) {
		bool is_listed = has_lists && !w->lacks_list[i];
		enum trust_status status = TRUST_UNKNOWN;
		const char *why = w->has_bad_list[i]
		    ? "the revocation list is not the issuer's"
		    : "no current revocation list";

		if (t->settings->with_ocsp && (i == 0 || !is_listed))
			status = trust_ocsp_ask(
			    t->ocsp, a, store, chain, i, until_ms, &why);
		if (status == TRUST_REVOKED) {
			in->online = OSCI_ONLINE_REVOKED;
			in->online_by = OSCI_BY_OCSP;
			find(a, v, OSCI_CHECK_REVOKED,
			    "revoked, says the responder");
			return;
		}
		if (i == 0 && (status == TRUST_GOOD || is_listed)) {
			in->online = OSCI_ONLINE_OK;
			in->online_by = status == TRUST_GOOD ? OSCI_BY_OCSP
							     : OSCI_BY_CRL;
		}
		if (status != TRUST_GOOD && !is_listed)
			missing = why;
	}
	if (missing != NULL && (has_lists || t->settings->with_ocsp))
		find(a, v, OSCI_CHECK_INCOMPLETE, missing);
}

static void
check_chain(struct osci_trust *t, struct arena *a,
    const struct osci_cert *cert, const struct osci_certs *more,
    bool is_pinned, int64_t now_ms, struct osci_verdict *v)
{
	struct osci_inspection *in = &v->inspection;
	X509_STORE *store = hold_store(t);
	STACK_OF(X509) *chain = NULL;
	struct trust_walk w;

	trust_walk(t->walks, t->settings, store, cert, more, now_ms, &w, &chain);
	if (w.is_out_of_time || !osci_cert_is_current(cert, now_ms))
		find(a, v, OSCI_CHECK_OUT_OF_TIME, "out of its validity time");
	if (w.error == X509_V_OK) {
		in->math = OSCI_MATH_OK;
		in->type = is_qualified(cert->x509) ? OSCI_CERT_QUALIFIED
						    : OSCI_CERT_ADVANCED;
		check_revocation(t, a, store, chain, &w, v);
	} else if (w.error == X509_V_ERR_OUT_OF_MEM ||
	    w.error == X509_V_ERR_UNSPECIFIED) {
		in->offline = OSCI_OFFLINE_INDETERMINATE;
		find(a, v, OSCI_CHECK_FAILED,
		    X509_verify_cert_error_string(w.error));
	} else if (is_stranger(w.error)) {
		in->math = OSCI_MATH_INDETERMINATE;
		if (!is_pinned)
			find(a, v, OSCI_CHECK_UNTRUSTED,
			    "not issued by a configured authority");
	} else {
		in->math = w.error == X509_V_ERR_CERT_SIGNATURE_FAILURE
		    ? OSCI_MATH_CORRUPTED
		    : OSCI_MATH_INDETERMINATE;
		in->offline = OSCI_OFFLINE_INVALID;
		find(a, v, OSCI_CHECK_UNTRUSTED,
		    X509_verify_cert_error_string(w.error));
	}
	sk_X509_pop_free(chain, X509_free);
	X509_STORE_free(store);
}

void
osci_trust_check(struct osci_trust *t, struct arena *a,
    const struct osci_cert *cert, enum osci_role role,
    const struct osci_certs *more, bool is_pinned, int64_t now_ms,
    struct osci_verdict *out)
{
	struct osci_inspection *in = &out->inspection;

	*out = (struct osci_verdict){.why = ""};
	*in = (struct osci_inspection){
	    .at_ms = now_ms,
	    .subject = osci_cert_subject(a, cert),
	    .issuer = osci_cert_issuer(a, cert),
	    .serial = osci_cert_serial(a, cert),
	    .math = OSCI_MATH_INDETERMINATE,
	    .offline = OSCI_OFFLINE_VALID,
	};
	check_chain(t, a, cert, more, is_pinned, now_ms, out);
	if (is_cipher(role) ? !osci_cert_may_encipher(cert)
			    : !osci_cert_may_sign(cert)) {
		in->offline = OSCI_OFFLINE_INVALID;
		find(a, out, OSCI_CHECK_UNTRUSTED,
		    is_cipher(role) ? "not for encryption by its key usage"
				    : "not for signatures by its key usage");
	}
	if (osci_cert_is_weak(cert)) {
		in->offline = OSCI_OFFLINE_INVALID;
		if (!out->found[OSCI_CHECK_UNTRUSTED])
			find(a, out, OSCI_CHECK_UNTRUSTED,
			    "its key is too short");
	}
	if (out->found[OSCI_CHECK_OUT_OF_TIME])
		in->offline = OSCI_OFFLINE_INVALID;
	else if (in->offline == OSCI_OFFLINE_VALID &&
	    out->found[OSCI_CHECK_UNTRUSTED])
		in->offline = OSCI_OFFLINE_INDETERMINATE;
}
