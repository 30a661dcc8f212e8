/*
 * What a service does by itself with other authorities: which message goes out
 * in which state, and what an answer leads to (service.json, member
 * "exchange"; docs/exchange.md). The messages are those of its xoev.json.
 */
#ifndef SERVICE_EXCHANGE_H
#define SERVICE_EXCHANGE_H

#include "common/identity.h"
#include "common/service.h"

#define EXCHANGE_HOURS_MAX 8760

/* What happens by itself when a Vorgang is in a state. */
struct exchange_step {
	const char *id;
	const char *message;	 /* of xoev.json; NULL: only the state changes */
	const char *from, *to;	 /* states */
	const char *otherwise;	 /* state when it may not go out; NULL: stays */
	enum identity_level level; /* needed */
	const struct form_cond *when; /* over the answers; NULL: always */
	int64_t answer_hours;	 /* 0: no answer is waited for */
	/* it carries what the applicant wrote in that state, once they did */
	const char *reply;	 /* as this value of the mapping; NULL: nothing */
	const struct form_regex *pattern; /* that the whole of it must match */
};

/* What must be so in an answer: a value is one of these, or (none named) is
 * there at all. */
struct exchange_match {
	const char *value; /* of the mapping */
	const char *const *is;
	size_t nis;
};

/* The document is the message itself. */
#define EXCHANGE_WHOLE_MESSAGE "*"

struct exchange_answer {
	const char *message; /* of xoev.json */
	const struct exchange_match *match;
	size_t nmatch;
	const char *to;	      /* NULL: the state stays */
	const char *document; /* value that is the document; NULL: none */
	const char *name;     /* its file name */
	const char *text;     /* text key of a word to the applicant, or NULL */
	const char *reference; /* value to tell as the partner's reference */
};

struct service_exchange {
	const char *prefix; /* of the partner's key: "ags", then ":" */
	const char *field;  /* whose answer completes it; NULL: the town's AGS */
	const struct exchange_step *step;
	size_t nstep;
	const struct exchange_answer *answer; /* the first that matches counts */
	size_t nanswer;
	const char *silent_to;	/* no answer in time; NULL: stays */
	const char *refused_to; /* the partner sent it back, or it never left */
};

/* The step that a Vorgang in this state takes; NULL. */
const struct exchange_step *service_exchange_step(
    const struct service_exchange *e, const char *state);

/*
 * What an applicant wrote, as the step's value: blanks at its ends cut off;
 * NULL when it does not look like one, and a person has to read it. In arena a.
 */
const char *service_exchange_reply(struct arena *a,
    const struct exchange_step *step, const char *written);

#endif
