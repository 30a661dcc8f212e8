/* What goes back: an answer, a feedback of what went wrong, or a fault. */
#include "osci/counts.h"
#include "osci/osci.h"

#include "common/http/http_io.h"
#include "common/log.h"
#include "common/osci/osci_fault.h"

static int
to_client(void *arg, const void *data, size_t n, struct err *err)
{
	return http_stream_write(arg, data, n, err);
}

/* Whether it is an operator's business, and not a client's mistake. */
static bool
is_ours(const struct err *err)
{
	switch (err->code) {
	case ERR_NONE:
	case ERR_BAD_REQUEST:
	case ERR_TOO_LARGE:
	case ERR_TIMEOUT:
	case ERR_CRYPTO:
		return false;
	default:
		return true;
	}
}

/* One line a request: never content, subject or names. */
static void
log_call(const struct call *c, const char *code, const struct err *err)
{
	const char *id = c->order.message_id;
	char hash[9] = "-";
	uint8_t digest[CRYPTO_DIGEST_LEN];
	int64_t ms = (http_now_us() - c->req->begun_us) / 1000;

	if (id != NULL) {
		crypto_sha256(id, strlen(id), digest);
		for (size_t i = 0; i < 4; i++)
			(void)snprintf(hash + 2 * i, 3, "%02x", digest[i]);
	}
	log_msg(is_ours(err) ? LOG_ERROR : LOG_INFO,
	    "%s %s id %s, %lld bytes, %s%s, %lld ms%s%s",
	    c->message.envelope == NULL ? "-"
					: osci_type_name(c->message.type),
	    code, hash, (long long)c->req->body_read,
	    c->was_encrypted ? "encrypted" : "plain",
	    c->signer != NULL ? ", signed" : "", (long long)ms,
	    err->code == ERR_NONE ? "" : ": ", err->msg);
	counts_add(c->worker->counts,
	    c->message.envelope == NULL ? "-"
					: osci_type_name(c->message.type),
	    code);
}

static int
send_fault(struct call *c, const char *code, struct err *why)
{
	http_reply(c->req, 200, "text/xml");
	osci_fault_put(c->req->out, c->arena, code, c->app->texts);
	log_call(c, code, why);
	return 0;
}

/* Nobody works on the dialog any more; it stays as it was, and its client may
 * not go on with it. */
static void
abandon(struct call *c)
{
	struct err err = { 0 };

	if (c->dialog != NULL &&
	    osci_dialog_release(c->app->db, c->dialog->id, &err) == -1)
		log_warn("dialog: %s", err.msg); /* until its time is over */
}

/* The code that an error ends with: of faults when nothing is known of the
 * order yet. What nothing vouches for may not tell more than that it did not
 * open (osci_packet.h). */
static const char *
code_of(const struct call *c, const struct order_row *row,
    const struct err *err)
{
	if (c->message.packet != NULL && c->message.packet->is_malleable &&
	    c->signer == NULL)
		return "9202";
	if (err->field[0] == '9' && strlen(err->field) == 4)
		return err->field;
	return row == NULL || c->answer.feedback.n == 0 ? "9000" : "9811";
}

/*
 * Whom the answer is encrypted for: whoever encrypts must not be answered in
 * clear. NULL, 0: in clear. -1: nobody is known, code 9500.
 */
static int
find_reader(const struct call *c, const struct osci_cert **out,
    struct err *err)
{
	const struct osci_role_cert *own =
	    c->order.certs.by_role[OSCI_CIPHER_ORIGINATOR];

	*out = NULL;
	if (!c->was_encrypted)
		return 0;
	*out = c->client != NULL ? c->client
	    : own != NULL	 ? &own->cert
				 : NULL;
	return *out != NULL ? 0
			    : osci_refuse(err, "9500",
				  "answer: nobody to encrypt it for");
}

int
call_answer(struct call *c, const struct order_row *row, int rc,
    struct err *err)
{
	struct err why = *err;
	const char *code = rc == 0 ? NULL
				   : arena_strdup(c->arena, code_of(c, row, err));
	const struct osci_cert *reader = NULL;
	struct osci_out *out;

	if ((code == NULL || !osci_code_is_fault(code)) &&
	    find_reader(c, &reader, err) == -1)
		code = "9500";
	if (code != NULL && (row == NULL || osci_code_is_fault(code))) {
		abandon(c);
		err_clear(err);
		return send_fault(c, code, &why);
	}
	err_clear(err);
	if (code != NULL)
		osci_feedback_result(&c->answer.feedback, code);
	if (code != NULL || c->answer.type == 0)
		c->answer.type = row->answer;
	c->answer.order = &c->order;
	c->answer.signer =
	    c->party->ncipher > 0 ? &c->party->signer : NULL;
	if (osci_answer_build(c->arena, &c->answer, c->app->texts,
		&c->worker->limits, &out, err) == -1 ||
	    call_leave(c, row, err) == -1) {
		abandon(c);
		why = *err;
		err_clear(err);
		return send_fault(c, "9000", &why);
	}
	if (c->was_encrypted && c->message.packet->wrap_digest != NULL)
		osci_out_wrap_digest(out, c->message.packet->wrap_digest);
	log_call(c, c->answer.feedback.code[0], &why);
	if (http_stream_begin(c->req, 200, "text/xml", -1, err) == -1)
		return -1;
	return osci_out_send(out, reader, to_client, c->req, err);
}
