/*
 * Who sent a request: the client's cipher certificate, the transport signature,
 * and whether the certificates may be trusted. What costs most, and may ask
 * others, comes last, when the signature has been found good.
 */
#include "osci/osci.h"

#include "common/log.h"
#include "common/osci/osci_mailbox_store.h"

/* The certificate that answers are encrypted for, and whose owner has the
 * dialog or the message id. */
static int
find_client(struct call *c, struct err *err)
{
	const struct osci_role_cert *own =
	    c->order.certs.by_role[OSCI_CIPHER_ORIGINATOR];

	if (c->dialog == NULL) {
		if (own == NULL)
			return osci_refuse(err, "9500",
			    "client: no cipher certificate");
		c->client = &own->cert;
		return 0;
	}
	if (own != NULL && !osci_cert_equal(&own->cert, c->client))
		return osci_refuse(
		    err, "9400", "client: not the one of the dialog");
	return 0;
}

int
call_check_signature(struct call *c, const struct osci_message *m,
    const struct osci_certs *certs, enum osci_role signer_role,
    bool is_required, const struct osci_cert **signer, struct err *err)
{
	const struct osci_role_cert *by;
	struct osci_signature sig;

	*signer = NULL;
	if (m->by_kind[OSCI_SIGNATURE_BLOCK] == NULL && !is_required)
		return 0;
	if (osci_transport_read_signature(c->arena, m, &sig, err) == -1)
		return osci_code_default(err, "9603");
	by = osci_certs_by_id(certs, sig.cert_id);
	if (by == NULL || by->role != signer_role)
		return osci_refuse(err, "9601",
		    "signature: it names no certificate of the signer");
	if (osci_transport_verify(c->arena, m, &sig, &by->cert, err) == -1)
		return osci_code_default(err, "9603");
	*signer = &by->cert;
	return 0;
}

/*
 * Who goes on with a dialog that began in clear, whose challenges everybody may
 * have seen: who opened it, by the signature.
 */
static int
check_opener(const struct call *c, struct err *err)
{
	const struct osci_dialog *d = c->dialog;

	if (d == NULL || d->is_proved || d->signer == NULL ||
	    (c->signer != NULL &&
		memcmp(c->signer->sha256, d->signer, CRYPTO_DIGEST_LEN) == 0))
		return 0;
	return osci_refuse(
	    err, "9400", "client: another signs than opened the dialog");
}

static bool
is_pinned(void *arg, const struct osci_cert *cert)
{
	struct call *c = arg;
	struct err err = { 0 };
	bool is_registered = false;

	if (osci_cert_is_registered(c->app->db, c->arena, cert,
		&is_registered, &err) == -1)
		log_error("certificates: %s", err.msg);
	return is_registered;
}

int
call_judge(struct call *c, const struct osci_certs *certs,
    struct osci_judgement *out, struct osci_feedback *feedback,
    struct err *err)
{
	int rc = osci_trust_certs(c->worker->trust, c->arena, certs,
	    is_pinned, c, c->now_ms, out, err);

	for (size_t i = 0; i < out->nwarning; i++)
		osci_feedback_warn(feedback, out->warning[i]);
	return rc;
}

int
call_prove(struct call *c, enum osci_role signer_role, struct err *err)
{
	if (!c->was_encrypted &&
	    strcmp(c->app->config->osci_encryption, "required") == 0)
		return osci_refuse(err, "9202", "request: not encrypted");
	if (signer_role == OSCI_SIGN_ORIGINATOR && find_client(c, err) == -1)
		return -1;
	if (call_check_signature(c, &c->message, &c->order.certs, signer_role,
		strcmp(c->app->config->osci_signatures, "required") == 0,
		&c->signer, err) == -1 ||
	    check_opener(c, err) == -1)
		return -1;
	return call_judge(c, &c->order.certs, &c->judgement,
	    &c->answer.feedback, err);
}
