/*
 * The office's book: which messages it was asked with, and the answers that it
 * has not sent yet. With a folder it outlives the office, as any real one's
 * does: a message is in the book before it is acknowledged, and an answer leaves
 * it when it is stored. DIR/asked has a line for each message, in the order in
 * which they came: its UUID, type, time and whom it is about.
 */
#ifndef BOOK_H
#define BOOK_H

#include "office.h"

#include "common/osci/osci_cert.h"

struct book;

/* An answer that waits. */
struct book_answer {
	char *xml;
	size_t len;
	uint8_t cert[OSCI_CERT_MAX]; /* of the mailbox that it goes to */
	size_t cert_len;
	int64_t due_ms;
	char name[64]; /* of its file */
	struct book_answer *next;
};

/* dir NULL: only in memory. Each question that is in it goes to remember. */
int book_open(const char *dir, void (*remember)(const struct office_question *),
    struct book **out, struct err *err);

bool book_has(const struct book *b, const char *uuid);
/* Enters a question with its answers. -1: it is not in the book. */
int book_enter(struct book *b, const struct office_question *q,
    const struct office_answer *answer, size_t n, const struct osci_cert *to,
    struct err *err);

/* An answer that is due, NULL: none. It stays in the book. */
struct book_answer *book_due(struct book *b, int64_t now_ms);
/* It is stored with the intermediary. */
void book_sent(struct book *b, struct book_answer *answer);

#endif
