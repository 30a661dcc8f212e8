/* A message that came in, between the parts that deal with it. Inside the files
 * exchange_in.c and exchange_answer.c only. */
#ifndef EXCHANGE_INCOMING_H
#define EXCHANGE_INCOMING_H

#include "courier/exchange.h"

/* A message that arrived, on its way to its Vorgang. */
struct incoming {
	struct exchange_desk *desk;
	const struct town *town;
	const struct osci_transfer *transfer;
	struct osci_transfer_in in;
	struct xoev_read read;
	struct exchange row; /* as it will be written */
	bool has_request;
	struct exchange request; /* the message of ours that it answers */
	const struct xoev_message_info *request_info; /* of that, or NULL */
};

/* ---- exchange_in.c ---- */

/* Its row, and that its transfer is dealt with; in a transaction. */
int exchange_write_handled(
    struct db *db, struct arena *a, void *incoming, struct err *err);
/* Kept for a person to look at; key tells why. */
int exchange_quarantine(struct incoming *in, struct arena *a,
    const char *code, const char *key, struct err *err);
/* It is not valid: back to who sent it, with the codes of its findings. */
int exchange_reject(struct incoming *in, struct arena *a, const void *body,
    size_t len, struct err *err);

/* ---- exchange_answer.c ---- */

/* Files it to the Vorgang whose message it answers, and moves that on. */
int exchange_file_answer(struct incoming *in, struct arena *a,
    const void *body, size_t len, struct err *err);

#endif
