/*
 * An application on its way in: what was sent or drafted, read against the
 * form that the town offers now, and judged.
 */
#ifndef ANTRAG_H
#define ANTRAG_H

#include "common/app.h"
#include "common/draft/draft_secret.h"
#include "common/draft/draft_store.h"
#include "common/form/form_view.h"
#include "common/http/http.h"
#include "common/identity.h"
#include "common/service/service.h"

#define ANTRAG_NOTICES 4

struct antrag {
	const struct town_service *offer;
	const struct service *service; /* offer's */
	struct id submission_id;
	bool has_id;	       /* a usable submission id came along */
	const char *action;    /* "submit", "add:dogs", ... */
	const char *version;   /* of the form that was filled in, "" unknown */
	const char *not_shown; /* paths the page had hidden, "" none */
	const char *invitation; /* a code as typed; NULL or "": none */
	const char *invitation_error; /* text key, by opening_ask; or NULL */
	const struct http_pairs *pairs; /* as posted; NULL from elsewhere */
	struct form_answers *answers;
	struct form_context context;
	struct form_error *error; /* by antrag_judge */
	size_t nerror;
	bool has_draft; /* draft is read, its documents are attached */
	bool has_looked_for_draft;
	bool is_repetition;    /* a draft of its own, of a page sent before */
	struct draft draft;
	const struct draft_secret *browser; /* of a stepped draft, else NULL */
	struct identity identity; /* method NULL: did not log in */
	const struct document *document; /* the draft's */
	size_t ndocument;
	/* of the page that answers */
	struct form_notice notice[ANTRAG_NOTICES];
	size_t nnotice;
	const char *focus;
	bool is_scolded;
};

/* The town's offer of the service in req->arg[0]; ERR_NOT_FOUND. */
int antrag_find(struct request *req, struct antrag *a, struct err *err);

/* Whether a name in what is posted is the page's own, no field's. */
bool antrag_is_own_name(const char *name);

/* Reads posted pairs. ERR_TOO_LARGE: more than any form has. */
int antrag_read_pairs(struct request *req, struct antrag *a,
    const struct http_pairs *pairs, struct err *err);

/*
 * Reads the draft of a->submission_id, and with wants_answers what was typed.
 * ERR_NOT_FOUND when there is none.
 */
int antrag_read_draft(struct app *app, struct request *req, struct antrag *a,
    bool wants_answers, struct err *err);

/* Lists the documents of a->draft, which is open, and puts them into their
 * fields; again into other answers of the same draft. */
int antrag_take_documents(struct app *app, struct request *req,
    struct antrag *a, struct err *err);
void antrag_attach_documents(struct request *req, struct antrag *a);

/* Whether the answers name uploaded files. */
bool antrag_has_files(const struct antrag *a);
/* Whether an uploaded file is one of the draft's. */
bool antrag_owns_file(const struct antrag *a, const struct id *file);

/*
 * Files that the answers name and a Vorgang took over, with its draft, get
 * their particulars: for comparing what is sent a second time.
 */
int antrag_recall_files(struct app *app, struct request *req,
    struct antrag *a, const struct id *vorgang, struct err *err);

/* Evaluates; a->error and a->answers->nerror tell the result. */
void antrag_judge(struct request *req, struct antrag *a);

/*
 * The same for a submission: where something is wrong or files are named, the
 * uploads of the submission id are looked for first.
 */
int antrag_judge_whole(struct app *app, struct request *req,
    struct antrag *a, struct err *err);

/*
 * Whether the service asks for a log-in that the simulated one stands in for
 * (setting identity).
 */
bool antrag_offers_simulation(const struct app *app, const struct antrag *a);
/* The applicant logged in by it. */
void antrag_simulate(struct antrag *a);

/* Whether the form was another one when it was filled in. */
bool antrag_is_outdated(const struct antrag *a);

/* Adds a notice for the page that answers; texts by key, text may be NULL. */
struct form_notice *antrag_notice(struct antrag *a,
    enum form_notice_level level, const char *title, const char *text);

struct form_words antrag_words(
    const struct app *app, const struct request *req, const struct antrag *a);

#endif
