/*
 * Control blocks and dialogs (OSCI-Transport 1.2, part 1, dialogs): each
 * request of an explicit dialog proves that the answer before it was read, by
 * repeating its challenge; one request at a time.
 */
#include "osci/osci.h"

#include "common/num.h"
#include "common/osci/osci_request.h"

static int
wrong(struct err *err, const char *what)
{
	return osci_refuse(err, "9400", "dialog: %s", what);
}

/* Equal in a time that does not tell where they differ. */
static bool
is_same(const char *x, const char *y)
{
	size_t n = strlen(x);
	unsigned char differ = 0;

	if (strlen(y) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		differ |= (unsigned char)(x[i] ^ y[i]);
	return differ == 0;
}

/* Whether the request is the dialog's next one. */
static int
check_next(const struct osci_control *control, const struct osci_dialog *d,
    struct err *err)
{
	if (!is_same(control->response, d->challenge))
		return wrong(err, "the response is not the challenge");
	if (control->sequence != d->sequence + 1)
		return wrong(err, "the sequence number is not the next");
	return 0;
}

static int
enter_explicit(struct call *c, struct err *err)
{
	const struct osci_control *control = &c->message.control;
	struct osci_dialog *d = arena_new(c->arena, struct osci_dialog, 1);
	struct err unused = { 0 };
	int64_t id;

	if (control->response == NULL || control->challenge == NULL ||
	    control->sequence < 0)
		return wrong(err, "the control block lacks something");
	if (num_parse(control->conversation_id, 1, INT64_MAX, &id, &unused) ==
	    -1)
		return wrong(err, "no such conversation");
	if (osci_dialog_enter(c->app->db, c->arena, id, c->now_ms,
		c->app->config->osci_dialog_timeout_s * 1000, d, err) == -1)
		return err->code == ERR_NOT_FOUND
		    ? wrong(err, "no such conversation, or it is busy")
		    : -1;
	if (check_next(control, d, err) == -1) {
		(void)osci_dialog_release(c->app->db, id, &unused);
		return -1;
	}
	c->dialog = d;
	c->client = &d->client;
	return 0;
}

int
call_enter(struct call *c, const struct order_row *row, struct err *err)
{
	const struct osci_control *control = &c->message.control;
	bool is_explicit = control->conversation_id != NULL;

	if (row->flags & (ORDER_OPENS | ORDER_NO_DIALOG)) {
		if (is_explicit || control->challenge == NULL)
			return wrong(err, "the control block opens none");
		return 0;
	}
	if (is_explicit)
		return enter_explicit(c, err);
	if (row->flags & ORDER_NEEDS_DIALOG)
		return osci_refuse(err, "9802", "dialog: none");
	/* A response here is a leftover of the client's: passed over. */
	if (control->challenge == NULL || control->sequence > 0)
		return wrong(err, "the control block is of no implicit one");
	return 0;
}

void
call_control(struct call *c, const struct order_row *row)
{
	const struct osci_control *in = &c->message.control;

	c->answer.control = (struct osci_control){
		.response = in->challenge,
		.conversation_id =
		    c->dialog == NULL ? NULL : in->conversation_id,
		.sequence = in->sequence,
	};
	if (c->dialog != NULL || row->flags & ORDER_OPENS)
		c->answer.control.challenge = osci_challenge(c->arena);
}

int
call_leave(struct call *c, const struct order_row *row, struct err *err)
{
	bool is_closed = row->flags & ORDER_CLOSES &&
	    osci_code_is_success(c->answer.feedback.code[0]);

	if (c->dialog == NULL)
		return 0;
	c->dialog->challenge = c->answer.control.challenge;
	c->dialog->sequence = c->message.control.sequence;
	c->dialog->is_proved = c->dialog->is_proved && c->was_encrypted;
	return osci_dialog_leave(
	    c->app->db, c->dialog, is_closed, c->now_ms, err);
}

/* ---- the two orders about dialogs ---- */

void
call_tell_limits(struct call *c)
{
	const struct config *config = c->app->config;
	struct osci_features *limits =
	    arena_new(c->arena, struct osci_features, 1);

	*limits = (struct osci_features){
		.chunk_timeout = config->osci_partial_h * 60,
		.max_chunk_kib = config->osci_chunk_max_kib,
		.max_message_kib = config->osci_chunked_max / 1024,
		.min_chunk_kib = 1,
	};
	c->answer.features = limits;
}

int
init_dialog(struct call *c, struct err *err)
{
	struct osci_dialog d = {
		.client = *c->client,
		.signer = c->signer == NULL ? NULL : c->signer->sha256,
		.challenge = c->answer.control.challenge,
		.is_proved = c->was_encrypted,
	};

	if (osci_dialog_insert(c->app->db, &d, c->now_ms, err) == -1)
		return -1;
	c->answer.control.conversation_id =
	    arena_printf(c->arena, "%lld", (long long)d.id);
	call_tell_limits(c);
	return 0;
}

int
exit_dialog(struct call *c, struct err *err)
{
	(void)c;
	(void)err;
	return 0; /* call_leave closes it */
}
