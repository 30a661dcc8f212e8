#include "common/osci/osci_client.h"

#include "common/date.h"
#include "common/id.h"
#include "common/osci/osci_client_part.h"
#include "common/osci/osci_code.h"

/* ---- certificates ---- */

static const char *
cert_id(struct arena *a, const char *name, const struct osci_cert *cert)
{
	return arena_printf(a, "%s_%s", name,
	    id_hex_bytes(a, cert->sha256, sizeof(cert->sha256)));
}

struct osci_client *
osci_client_new(struct arena *a, const struct osci_client_settings *settings,
    const struct osci_client_peer *peer, const struct osci_own *own)
{
	struct osci_client *c = arena_new(a, struct osci_client, 1);

	c->arena = a;
	c->settings = settings;
	c->peer = peer;
	c->own = own;
	c->cipher_id =
	    cert_id(a, "originator_cipher", &own->cipher[0].cert);
	c->sign_id = cert_id(a, "originator_signature", &own->sign.cert);
	return c;
}

const struct osci_role_cert *
osci_client_certs(struct osci_client *c, struct arena *a,
    const struct osci_request *request, size_t *n, const char **sign_id)
{
	struct osci_role_cert *cert =
	    arena_new(a, struct osci_role_cert, request->ncert + 2);
	unsigned roles = osci_roles_of(request->type);

	*n = 0;
	*sign_id = c->sign_id;
	cert[(*n)++] = (struct osci_role_cert){ OSCI_CIPHER_ORIGINATOR,
		c->cipher_id, c->own->cipher[0].cert };
	cert[(*n)++] = (struct osci_role_cert){ OSCI_SIGN_ORIGINATOR,
		c->sign_id, c->own->sign.cert };
	for (size_t i = 0; i < request->ncert; i++)
		if ((roles >> request->cert[i].role & 1) != 0)
			cert[(*n)++] = request->cert[i];
	return cert;
}

static int
judge(struct osci_client *c, struct arena *a, const struct osci_cert *cert,
    enum osci_role role, struct err *err)
{
	struct osci_verdict v;

	osci_trust_check(c->settings->trust, a, cert, role, NULL, true,
	    date_now_ms(), &v);
	return osci_verdict_is_good(&v)
	    ? 0
	    : err_set(err, ERR_CRYPTO,
		  "the intermediary's certificate is not to be used: %s",
		  v.why);
}

/* Both are registered, so that they need no chain; but they may be revoked. */
static int
check_peer(struct osci_client *c, struct arena *a, struct err *err)
{
	if (c->is_checked || c->settings->trust == NULL)
		return 0;
	if (judge(c, a, &c->peer->cipher, OSCI_CIPHER_INTERMEDIARY, err) ==
		-1 ||
	    judge(c, a, &c->peer->sign, OSCI_SIGN_INTERMEDIARY, err) == -1)
		return -1;
	c->is_checked = true;
	return 0;
}

/* ---- the control block ---- */

static struct osci_control
next_control(const struct osci_client *c, struct arena *a,
    enum osci_type type)
{
	struct osci_control control = { .challenge = osci_challenge(a),
		.sequence = type == OSCI_INIT_DIALOG ? -1 : 0 };

	if (c->conversation_id == NULL)
		return control;
	control.response = c->challenge;
	control.conversation_id = c->conversation_id;
	control.sequence = c->sequence;
	return control;
}

static void
leave(struct osci_client *c)
{
	c->conversation_id = NULL;
	c->challenge = NULL;
}

/* What the answer says of the dialog. */
static void
follow(struct osci_client *c, enum osci_type type,
    const struct osci_client_answer *answer)
{
	const struct osci_control *got = &answer->message.control;

	if (type == OSCI_INIT_DIALOG && answer->is_good) {
		c->conversation_id =
		    arena_strdup(c->arena, got->conversation_id);
		c->sequence = 0;
	} else if (c->conversation_id == NULL)
		return;
	else
		c->sequence++;
	if (type == OSCI_EXIT_DIALOG)
		leave(c);
	else
		c->challenge = arena_strdup(c->arena, got->challenge);
	if (answer->reply.has_features)
		c->features = answer->reply.features;
}

/* ---- sending ---- */

static int
build(struct osci_client *c, struct arena *a,
    const struct osci_request *order, const struct osci_control *control,
    struct crypto_spool **out, struct err *err)
{
	const struct osci_packet_limits limits = {
		.dir = c->settings->limits.dir, .max = INT64_MAX
	};
	static const struct osci_features features = { 0 };
	struct osci_signer signer = { .cert = c->own->sign.cert,
		.key = c->own->sign.key };
	struct osci_request request = *order;
	struct osci_out *o;

	request.control = *control;
	request.cert = osci_client_certs(
	    c, a, order, &request.ncert, &signer.cert_id);
	request.features = &features;
	request.signer = &signer;
	*out = crypto_spool_new(a, limits.dir, INT64_MAX);
	return osci_request_build(a, &request, &limits, &o, err) == -1 ||
		osci_out_send(o, &c->peer->cipher, crypto_spool_sink, *out,
		    err) == -1
	    ? -1
	    : 0;
}

/* ---- receiving ---- */

static int
refuse(struct err *err, const char *what)
{
	return err_set(err, ERR_CRYPTO, "the answer %s", what);
}

static int
read_fault(
    struct arena *a, struct osci_client_answer *out, struct err *err)
{
	out->is_fault = true;
	out->code = osci_fault_code(a, &out->message);
	return osci_refuse(err, out->code, "the intermediary answers with a "
					   "fault: %s", out->code);
}

static int
open_answer(struct osci_client *c, struct arena *a,
    struct osci_client_answer *out, struct err *err)
{
	struct osci_packet *outer = out->packet;

	if (osci_message_read(a, outer, &out->message, err) == -1)
		return -1;
	if (out->message.type == OSCI_FAULT)
		return read_fault(a, out, err);
	if (out->message.type != OSCI_MESSAGE_ENCRYPTED)
		return refuse(err, "is not encrypted");
	out->packet = arena_new(a, struct osci_packet, 1);
	if (osci_transport_open(a, &out->message, c->own->cipher,
		c->own->ncipher, &c->settings->policy, &c->settings->limits,
		out->packet, err) == -1)
		return -1;
	out->bytes = out->packet->bytes;
	return osci_message_read(a, out->packet, &out->message, err);
}

/* The signature of the intermediary that we know; no other counts. */
static int
verify(struct osci_client *c, struct arena *a,
    const struct osci_client_answer *out, struct err *err)
{
	const struct osci_role_cert *named =
	    out->reply.certs.by_role[OSCI_SIGN_INTERMEDIARY];
	struct osci_signature sig;

	if (osci_transport_read_signature(a, &out->message, &sig, err) ==
		-1 ||
	    osci_transport_verify(
		a, &out->message, &sig, &c->peer->sign, err) == -1)
		return -1;
	return named != NULL &&
		!osci_cert_equal(&named->cert, &c->peer->sign)
	    ? refuse(err, "names another intermediary's certificate")
	    : 0;
}

/* Whether it is a message of somebody's that is at fault, and not its frame. */
static bool
is_delivery(const struct osci_message *m, const struct err *why)
{
	return m->type == OSCI_RESPONSE_TO_FETCH_DELIVERY &&
	    (why->code == ERR_BAD_REQUEST || why->code == ERR_TOO_LARGE ||
		why->code == ERR_CRYPTO);
}

static int
read_answer(struct osci_client *c, struct arena *a, enum osci_type type,
    const struct osci_control *sent, struct osci_client_answer *out,
    struct err *err)
{
	struct err why = { 0 };
	int rc;

	if (open_answer(c, a, out, err) == -1)
		return -1;
	rc = osci_reply_read(a, &out->message, &out->reply, &why);
	if (rc == -1 && !is_delivery(&out->message, &why)) {
		*err = why;
		return -1;
	}
	if (verify(c, a, out, err) == -1 ||
	    osci_reply_match(type, sent, &out->message, err) == -1)
		return -1;
	if (rc == -1) {
		out->code = "9100";
		out->unreadable = arena_strdup(a, why.msg);
		return 0;
	}
	out->code = out->reply.entry[0].code;
	out->is_good = osci_code_is_success(out->code);
	return 0;
}

static int
exchange(struct osci_client *c, struct arena *a,
    const struct osci_request *request, struct osci_client_answer *out,
    struct err *err)
{
	const struct osci_control control =
	    next_control(c, a, request->type);
	struct osci_packet_reader *r =
	    osci_packet_reader_new(a, &c->settings->limits);
	struct crypto_spool *message;

	if (check_peer(c, a, err) == -1 ||
	    build(c, a, request, &control, &message, err) == -1 ||
	    osci_http_post(c->settings->http, c->peer->uri, message,
		osci_packet_put, r, &out->was_sent, err) == -1 ||
	    osci_packet_end(r, out->packet, err) == -1 ||
	    read_answer(c, a, request->type, &control, out, err) == -1)
		return -1;
	follow(c, request->type, out);
	return 0;
}

int
osci_client_call(struct osci_client *c, struct arena *a,
    const struct osci_request *request, struct osci_client_answer *out,
    struct err *err)
{
	*out = (struct osci_client_answer){ .code = "" };
	out->packet = arena_new(a, struct osci_packet, 1);
	if (exchange(c, a, request, out, err) == 0)
		return 0;
	leave(c);
	return -1;
}

/* ---- dialogs ---- */

static int
simple(struct osci_client *c, enum osci_type type, struct err *err)
{
	const struct osci_request request = { .type = type };
	struct osci_client_answer answer;
	struct arena a = { 0 };
	int rc = osci_client_call(c, &a, &request, &answer, err);

	if (rc == 0 && !answer.is_good)
		rc = osci_refuse(err, answer.code, "%s is answered with %s",
		    osci_type_name(type), answer.code);
	arena_free(&a);
	return rc;
}

int
osci_client_begin(struct osci_client *c, struct err *err)
{
	leave(c);
	return simple(c, OSCI_INIT_DIALOG, err);
}

int
osci_client_end(struct osci_client *c, struct err *err)
{
	return c->conversation_id == NULL ? 0
					  : simple(c, OSCI_EXIT_DIALOG, err);
}

bool
osci_client_is_open(const struct osci_client *c)
{
	return c->conversation_id != NULL;
}

const struct osci_features *
osci_client_features(const struct osci_client *c)
{
	return &c->features;
}
