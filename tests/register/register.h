/* What the parts of the register office share. */
#ifndef REGISTER_H
#define REGISTER_H

#include "residents.h"

#include "common/xml/xml_tree.h"

#define XMELD "http://www.osci.de/xmeld2511a"

/* What is needed of a question. */
struct question {
	struct arena *arena;
	const struct xml_tree *tree;
	const char *type; /* "1700" */
	const char *uuid, *created;
	const char *reader, *author; /* keys */
	const char *ags;             /* of the reader */
	const char *family, *given, *birth;
	const char *delivery; /* zustellvariante */
	const char *code;
	const struct resident *who; /* NULL: as they say they are */
};

/* ---- office.c ---- */

/* A message of XMeld with that content, answering message answered, whose type
 * and time are those of q. */
const char *register_message(const struct question *q, const char *root,
    const char *type, const char *content, const char *answered);
/* Why nothing is told. */
const char *register_refusal(const struct question *q, const char *reason);
/* The code of that, or NULL when they may be told. */
const char *register_reason(const struct question *q);
/* A PDF as the text of an element. */
const char *register_pdf(
    const struct question *q, const char *title, const char *name);

/* ---- person.c ---- */

/* Everything about one, as the element personendaten holds it; is_whole: for a
 * move, else for a certificate. */
const char *register_person(const struct question *q, bool is_whole);
/* Who belongs to them: partner, children, parents. */
const char *register_family(const struct question *q);
const char *register_name(
    struct arena *a, const char *family, const char *given);

/* Who it is about: "Muster, Ada". */
const char *register_who(const struct question *q, struct arena *a);

/* ---- move.c ---- */

/* A registration that waits for its code; persons NULL: of an earlier run. */
void register_remember(const char *who, const char *uuid, const char *created,
    const char *persons);

const char *register_prefilled(const struct question *q); /* 1703 */
const char *register_enrol(const struct question *q);     /* 1705 or 1707 */
const char *register_confirm(const struct question *q);   /* 1707 or 1705 */

#endif
