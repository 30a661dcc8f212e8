/*
 * A message for people: headings, labels and values in their language instead
 * of elements. Labels are sentences of the catalogue, "nachricht.label.<element>"
 * and "nachricht.section.<element>" (an element with such a heading begins a
 * section); what a code means, "nachricht.code.<element>.<code>", else the code
 * list that the message or its mapping names. A package's texts come first. An
 * element that nobody has words for is shown by its name, so that nothing of a
 * message is left out.
 */
#ifndef XOEV_TABLE_H
#define XOEV_TABLE_H

#include "common/service/service.h"
#include "common/xoev/xoev.h"

struct xoev_table_row {
	const char *label, *value;
};

struct xoev_table_section {
	const char *heading; /* "" of what stands outside all sections */
	int depth;	     /* from 0; of sections in sections */
	struct xoev_table_row *row;
	size_t nrow;
};

struct xoev_table {
	const char *person; /* the first name in it, "Erika Altmann"; "" none */
	struct xoev_table_section *section;
	size_t n;
};

struct xoev_table_words {
	const struct texts *texts;
	enum lang lang;
	const struct service *service; /* or NULL */
	const struct xoev_message_info *message; /* of its mapping, or NULL */
	const struct code_lists *lists;		 /* or NULL */
	bool with_head; /* sender, receiver, what it answers: for the office */
};

/* ERR_BAD_REQUEST when it is no XML; everything lives in arena a. */
int xoev_table(struct arena *a, const void *data, size_t len,
    const struct xoev_table_words *words, struct xoev_table *out,
    struct err *err);

#endif
