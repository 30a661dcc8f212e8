/*
 * What a service does by itself with other authorities: which message goes out
 * in which state, and what an answer leads to (service.json, member
 * "exchange"; docs/exchange.md). The messages are those of its xoev.json.
 */
#ifndef SERVICE_EXCHANGE_H
#define SERVICE_EXCHANGE_H

#include "common/identity.h"
#include "common/service/service.h"

#define EXCHANGE_HOURS_MAX 8760
#define EXCHANGE_DAYS_MAX 365
#define EXCHANGE_UNUSABLE_MAX 20

/* How the status page asks for what the step carries. */
enum exchange_ask {
	EXCHANGE_ASK_NOTHING, /* a message to the office like any other */
	EXCHANGE_ASK_CONFIRM, /* yes or no to each message that is shown */
	EXCHANGE_ASK_TEXT,    /* a short text, such as a code */
};

/* What happens by itself when a Vorgang is in a state. */
struct exchange_step {
	const char *id;
	/* of xoev.json; none: only the state changes. One with a repeat goes out
	 * once an item, one with "when" only for such answers. */
	const char *const *message;
	size_t nmessage;
	const char *from;	 /* state */
	const char *to;		 /* NULL: the state stays, and it goes once */
	const char *otherwise;	 /* state when it may not go out; NULL: stays */
	const char *unreachable; /* when nobody has the key; NULL: it waits */
	enum identity_level level; /* needed */
	const struct form_cond *when; /* over the answers; NULL: always */
	const char *prefix; /* of its own partner's key; NULL: the usual */
	bool is_optional; /* without "to": a town without that partner does
			   * without it */
	/* again only when the partner refused what was sent before: of an order
	 * that is under way there is no second */
	bool is_once;
	const char *const *pdf; /* fields whose uploads must be one PDF each */
	size_t npdf;
	int64_t answer_hours;	 /* 0: no answer is waited for */
	/* whose answer completes the partner's key: the first that has one; none:
	 * as the service says */
	const char *const *field;
	size_t nfield;
	/* it carries what the applicant wrote in that state, once they did */
	const char *reply;	 /* as this value of the mapping; NULL: nothing */
	const struct form_regex *pattern; /* that the whole of it must match */
	enum exchange_ask ask;
	const char *const *show; /* messages that came, to be read before */
	size_t nshow;
	const struct form_regex *no; /* what they write instead of it; or NULL */
	const char *no_to;	 /* leads here */
	int64_t reply_days;	 /* 0: they have all the time */
	const char *late;	 /* state when it did not come */
};

/* What must be so in an answer: a value is one of these, or (none named) is
 * there at all. */
struct exchange_match {
	const char *value; /* of the mapping */
	const char *const *is;
	size_t nis;
	const char *differs; /* from the answer of this field; NULL: either */
};

/* The document is the message itself. */
#define EXCHANGE_WHOLE_MESSAGE "*"

struct exchange_answer {
	const char *message; /* of xoev.json */
	const struct exchange_match *match;
	size_t nmatch;
	const char *to;	      /* NULL: the state stays */
	/* states in which it is no news any more: it is filed, no more */
	const char *const *passed;
	size_t npassed;
	bool is_refusal;      /* what was asked for is refused: not answered */
	const char *reason;   /* value that the office reads in the history */
	bool is_joint;	      /* only once the whole step is answered */
	int64_t most;	      /* that often it leads there, then to */
	const char *beyond;   /* this state; 0, NULL: always */
	const char *document; /* value that is the document; NULL: none. A part
			       * of the name that is * is each number */
	const char *name;     /* its file name; {n}: its number */
	const char *text;     /* text key of a word to the applicant, or NULL */
	const char *reference; /* value to tell as the partner's reference */
	const char *until;    /* value: the day up to which a reply counts */
	bool is_status;	      /* leads where "general" says for the status */
	bool is_question;     /* the applicant has to answer */
	bool has_words;	      /* the applicant reads what the message says */
	/* further documents, each if it is there: value and file name */
	const char *const *file, *const *file_name;
	size_t nfile;
};

/*
 * Messages that every service understands (services/messages, XTorhaus 1002,
 * 1401 to 1404, 1501): what they do to a Vorgang of this one. Their ids:
 */
#define EXCHANGE_RECEIPT "quittung"
#define EXCHANGE_STATUS "vorgang_status"
#define EXCHANGE_ASKED "vorgang_nachforderung"
#define EXCHANGE_REPLY "vorgang_nachreichung"
#define EXCHANGE_DECISION "vorgang_bescheid"
#define EXCHANGE_PAYMENT "zahlung_anforderung"

struct exchange_status {
	const char *status; /* of list xtorhaus.vorgangsstatus */
	const char *to;	    /* state */
};

struct exchange_general {
	const struct exchange_status *status;
	size_t nstatus;
	const char *asked;    /* state while something is missing */
	const char *answered; /* and once the applicant sent it */
	const struct exchange_answer *answer;
	size_t nanswer;
};

struct service_exchange {
	/* Nothing happens by itself in a town without that partner. */
	bool is_where_partner;
	const struct form_cond *key; /* the partner's whole key, or nothing */
	const struct exchange_general *general; /* or NULL */
	const char *prefix; /* of the partner's key: "ags", then ":" */
	const char *field;  /* whose answer completes it; NULL: the town's AGS */
	const struct exchange_step *step;
	size_t nstep;
	const struct exchange_answer *answer; /* the first that matches counts */
	size_t nanswer;
	const char *silent_to;	/* no answer in time; NULL: stays */
	const char *refused_to; /* the partner sent it back, or it never left */
	const char *unusable_to; /* answers that are not valid; NULL: stays */
	int64_t unusable_most;	/* so many of them */
	int64_t unusable_hours; /* or so long after the first */
};

/* Whether an answer says nothing new in that state, being there or beyond. */
bool exchange_is_passed(const struct exchange_answer *answer,
    const char *state);
/* Whether an authority may have asked the applicant for something in that
 * state. */
bool service_exchange_may_ask(const struct service *s, const char *state);

/* The state that a status means; NULL: none, it stays. */
const char *service_exchange_state(
    const struct service_exchange *e, const char *status);

/* The step that a Vorgang in this state takes; NULL. */
const struct exchange_step *service_exchange_step(
    const struct service_exchange *e, const char *state);

/*
 * What an applicant wrote, as the step's value: blanks at its ends cut off;
 * NULL when it does not look like one, and a person has to read it. In arena a.
 */
const char *service_exchange_reply(struct arena *a,
    const struct exchange_step *step, const char *written);

/* Whether an applicant says no to what the step asks. */
bool service_exchange_is_no(struct arena *a, const struct exchange_step *step,
    const char *written);

#endif
