/*
 * osci: the intermediary of OSCI-Transport 1.2 and its passive recipient. One
 * request is a struct call, which goes through the same steps in the same order
 * (OSCI part 1, processing of orders):
 *
 *	call_receive	the message as it came, decrypted, read as an order
 *	call_enter	its dialog (intermediary only)
 *	call_prove	who sent it: cipher certificate, signature, certificates
 *	handler		the order itself
 *	call_answer	built, signed, encrypted if the request was, sent
 *
 * Whoever fails leaves OSCI's code in err.field; call_answer makes a fault or a
 * feedback of it.
 */
#ifndef OSCI_OSCI_H
#define OSCI_OSCI_H

#include "common/app.h"
#include "common/http/http.h"
#include "common/osci/osci_answer.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_delivery_store.h"
#include "common/osci/osci_dialog_store.h"
#include "common/osci/osci_identity_store.h"
#include "common/osci/osci_order.h"
#include "common/osci/osci_transport.h"
#include "common/osci/osci_trust.h"

struct boxes;
struct osci_counts;
struct osci_rates;

/* Us, as those who write to us know us. */
struct party {
	const struct osci_identity *cipher; /* [0] is told to others */
	size_t ncipher;			    /* 0: there is no such identity */
	struct osci_signer signer;
	/* both certificates, under the Ids that they have in messages */
	struct osci_role_cert cert[2];
};

/* What a thread has; app->own. */
struct worker {
	struct crypto_key master;
	struct crypto_key files; /* wraps the data keys of deliveries */
	struct osci_packet_limits limits;
	struct osci_crypto_policy policy;
	struct osci_trust *trust; /* all threads' */
	struct osci_counts *counts; /* likewise (counts.h) */
	struct osci_rates *rates;   /* likewise (rates.h) */
	/* identities, read again when they change */
	struct arena arena;
	struct party intermediary;
	struct boxes *boxes; /* of the recipient (boxes.h) */
	int64_t stamp, looked_ms;
};

/* What an identity is in messages: the roles of its two certificates, and what
 * their Ids begin with. Refers to own. */
void party_fill(struct arena *a, const struct osci_own *own,
    enum osci_role cipher_role, enum osci_role sign_role, const char *prefix,
    struct party *out);

/* main.c's hooks. */
int worker_process_start(struct app *app, struct err *err);
void worker_process_stop(struct app *app);
int worker_start(struct app *app, struct err *err);
void worker_stop(struct app *app);
/* This thread's, with the identities of now. */
int worker_of(struct app *app, struct worker **out, struct err *err);

struct call {
	struct app *app;
	struct request *req;
	struct arena *arena; /* the request's */
	struct worker *worker;
	const struct party *party; /* whom it was sent to */
	int64_t now_ms; /* when it was there as a whole */
	/* the request */
	struct crypto_spool *bytes; /* the plain message, exactly as it came */
	struct osci_message message;
	struct osci_order order;
	bool was_encrypted;
	/* the client's cipher certificate, of the message or else of the
	 * dialog: whom encrypted answers are for; NULL: it gave none */
	const struct osci_cert *client;
	const struct osci_cert *signer; /* who signed it; NULL: nobody */
	struct osci_judgement judgement; /* of the message's certificates */
	struct osci_dialog *dialog; /* NULL: implicit */
	/* the answer, for the handler to fill in; result and warnings of the
	 * checks are there already */
	struct osci_answer answer;
};

/* Carries out an order: fills call->answer, whose feedback's result is 0800 or
 * 0801 already; it may choose another type. -1: err, best with OSCI's code
 * (osci_refuse); without: 9811. */
typedef int (*order_handler)(struct call *c, struct err *err);

enum order_flag {
	ORDER_NEEDS_DIALOG = 1, /* an explicit one, else 9802 */
	ORDER_OPENS = 2,	/* InitDialog */
	ORDER_CLOSES = 4,	/* ExitDialog */
	ORDER_OF_OWNER = 8,	/* shows a mailbox: only to who proved to own it */
	ORDER_NO_DIALOG = 16,	/* neither explicit nor implicit (recipient) */
	ORDER_IS_COUNTED = 32,	/* so many a minute (rates.h) */
};

struct order_row {
	enum osci_type request, answer;
	order_handler handler;
	unsigned flags;
};

/* request.c: reads all of the body. Codes 9100, 9200, 9202, 9300. */
int call_receive(struct call *c, struct err *err);

/* dialog.c: presence and values of the control block. Codes 9100, 9400, 9802. */
int call_enter(struct call *c, const struct order_row *row, struct err *err);
/* What the answer's control block says. */
void call_control(struct call *c, const struct order_row *row);
/* Writes down what the dialog's next request must say. The last thing before
 * the answer goes out. */
int call_leave(struct call *c, const struct order_row *row, struct err *err);

/* FeatureDescription with our limits, into the answer. */
void call_tell_limits(struct call *c);

/*
 * prove.c: the client's certificate, the signature (of the originator, or of
 * the intermediary in what a recipient gets: by signer_role), all certificates.
 * Codes 9500 to 9503, 9600 to 9603, 97xx.
 */
int call_prove(struct call *c, enum osci_role signer_role, struct err *err);
/* A message's signature, if there is one (or there must be one): *signer. */
int call_check_signature(struct call *c, const struct osci_message *m,
    const struct osci_certs *certs, enum osci_role signer_role,
    bool is_required, const struct osci_cert **signer, struct err *err);
/* The certificates of a message, judged; warnings go to the feedback. */
int call_judge(struct call *c, const struct osci_certs *certs,
    struct osci_judgement *out, struct osci_feedback *feedback,
    struct err *err);

/*
 * answer.c: sends what is in call->answer, or (rc -1) what err says. Always
 * answers; -1 only when the client is gone.
 */
int call_answer(struct call *c, const struct order_row *row, int rc,
    struct err *err);

/* intermediary.c: POST /osci */
int intermediary_post(struct app *app, struct request *req, struct err *err);
/* recipient.c: POST /osci/empfang */
int recipient_post(struct app *app, struct request *req, struct err *err);

/* The orders, a file each. */
int init_dialog(struct call *c, struct err *err);
int exit_dialog(struct call *c, struct err *err);
int get_message_id(struct call *c, struct err *err);
int store_order(struct call *c, struct err *err);
int fetch_order(struct call *c, struct err *err);
int card_order(struct call *c, struct err *err);
int forward_order(struct call *c, struct err *err);
int mediate_order(struct call *c, struct err *err);
int partial_store(struct call *c, struct err *err);
int partial_fetch(struct call *c, struct err *err);

#endif
