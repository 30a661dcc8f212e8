/*
 * Service packages: what can be applied for, as data. A package is a folder
 * with service.json, form.json, texts.de.json, texts.en.json (see
 * docs/service-packages.md); published it is one immutable JSON document in
 * table service_version.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include "common/db/db.h"
#include "common/form/form.h"
#include "common/text.h"
#include "common/town.h"

/* Whose turn it is in a state: who has until its date. */
enum service_turn { TURN_OFFICE, TURN_APPLICANT, TURN_NOBODY };

struct service_state {
	const char *id; /* "in_review"; text "state.<id>.label", ".explain" */
	const char *const *next;
	size_t nnext;
	bool is_initial, is_final, is_withdrawable;
	bool notifies; /* the citizen gets a mail on entering */
	int64_t due_days; /* 0: none */
	enum service_turn turn;
};

struct service_route { /* first match wins */
	const struct form_cond *when; /* NULL: always */
	const char *department;
};

struct service_outcome { /* named results: priority, review, expected papers */
	const char *name;
	const struct form_cond *value;
};

struct service_period { /* how long something is kept */
	const char *name; /* a state's id; a kind of data */
	int64_t days;
};

struct service_adviser;
struct xoev_mapping;
struct service_exchange;
struct service_opening;

struct service {
	uint32_t version_id;	/* row of service_version; 0 from a folder */
	const char *slug;	/* "hundesteuer-anmeldung" */
	const char *version;	/* "1.0.0" */
	const char *leika_key;	/* "" when none */
	const char *trust_level; /* "none", "normal", ... */
	unsigned languages;	/* LANG_BIT of each; German and English always */
	const char *const *life_situation;
	size_t nlife_situation;
	const char *const *legal_basis;
	size_t nlegal_basis;
	int64_t draft_days, closed_days; /* retention */
	const struct service_period *state_days; /* closed in that state */
	size_t nstate_days;
	const struct service_period *kind; /* of data: fields name them */
	size_t nkind;
	const char *const *recipient; /* who else gets data; "recipient.<id>" */
	size_t nrecipient;
	bool moves_drafts; /* this version takes drafts of earlier ones along */
	const struct service_state *state;
	size_t nstate;
	const struct service_route *route;
	size_t nroute;
	const struct service_outcome *outcome;
	size_t noutcome;
	const struct service_adviser *adviser; /* service_adviser.h, or NULL */
	const struct service_exchange *exchange; /* service_exchange.h, or NULL */
	struct form *form;
	const struct form *clerk_form; /* the office's pages, or NULL */
	const struct xoev_mapping *xoev; /* xoev.h: its messages, or NULL */
	const struct texts *texts; /* "service.name", "person.family_name.label" */
	const char *department; /* default desk, in the package's own words */
	const char *settings; /* default town settings, JSON object */
	const void *settings_json; /* the same parsed, const cJSON * */
};

/* A service as one town offers it. */
struct town_service {
	const struct service *service; /* the version on offer */
	const char *department;	       /* default desk: slug in the town */
	const void *settings;	       /* cJSON: defaults with the town's over */
	bool is_open;
	/* Of settings.opening (service_opening.h); NULL: open to all. */
	const struct service_opening *opening;
};

/*
 * All towns and services, immutable, counted: a request holds the set it began
 * with while a reload puts the next one in place.
 */
struct service_set;

int service_set_load(struct db *db, const struct crypto_key *master,
    struct service_set **out, struct err *err);
/*
 * The number that whoever changes towns or services raises (table generation,
 * row "services"). Asked every 2 s, and by the health check.
 */
int service_set_generation(struct db *db, int64_t *out, struct err *err);
const struct town *service_set_town(const struct service_set *s,
    const char *host);
const struct town *service_set_town_by_id(const struct service_set *s,
    uint32_t id);
size_t service_set_towns(const struct service_set *s,
    const struct town *const **out);
/* NULL when the town does not offer it. */
const struct town_service *service_set_offer(const struct service_set *s,
    const struct town *t, const char *slug);
size_t service_set_offers(const struct service_set *s, const struct town *t,
    const struct town_service *const **out);
/* Any published version, for drafts and cases; NULL when unknown. */
const struct service *service_set_version(const struct service_set *s,
    uint32_t version_id);

/* The current one, NULL before the first was published. */
const struct service_set *service_set_hold(void);
void service_set_drop(const struct service_set *s); /* NULL is fine */
void service_set_publish(struct service_set *next); /* becomes the current */

/* How a text begins that is not done yet; the checker names each. */
#define TEXT_TO_WRITE "[to write]"
#define TEXT_TO_TRANSLATE "[to translate]"

/*
 * Reads and compiles a package folder; every mistake goes to mistakes (whose
 * arena the caller set), with file, line, path and remedy. *out is NULL when
 * one of them is more than a warning; else *package is the JSON to publish.
 * Shared blocks are looked for in dir/../blocks. Freed with arena a. -1 only
 * when there is no such folder.
 */
int service_read_folder(struct arena *a, const char *dir,
    struct service **out, const char **package, struct form_mistakes *mistakes,
    struct err *err);
/* Compiles a published package (the JSON that service_read_folder made). As
 * above; -1 when it is no JSON of that shape. */
int service_read_package(struct arena *a, const char *json, size_t len,
    struct service **out, struct form_mistakes *mistakes, struct err *err);

/*
 * Gives the forms of n services the code lists that they name (those that are
 * imported, in arena a); see form_bind_lists. Before other threads see them.
 */
int service_bind_lists(struct db *db, struct arena *a,
    const struct service *const *service, size_t n, struct form_mistakes *m,
    struct err *err);

const struct service_state *service_state(const struct service *s,
    const char *id);
const struct service_state *service_initial_state(const struct service *s);

/* How long a Vorgang is kept that was closed in a state. */
int64_t service_closed_days(const struct service *s, const char *state);
/* How long data of a kind are kept from the closing on, 0: there is no such
 * kind. */
int64_t service_kind_days(const struct service *s, const char *kind);

/*
 * The town's settings over the package's defaults, member by member: a new
 * cJSON object, freed with arena a. A member that the package does not know or
 * that is of another type is a mistake (file "settings").
 */
const void *service_settings_merge(struct arena *a, const struct service *s,
    const void *own, struct form_mistakes *mistakes);

/* The desk for evaluated answers: the first route that fits, else the default,
 * as the town calls it (setting "departments"). */
const char *service_route_find(const struct service *s,
    const struct form_answers *answers, const struct form_context *context);
/* A desk of the package as the town calls it. */
const char *service_department_name(const char *name, const void *settings);
/* A named outcome, canonical text; NULL for none. */
const char *service_outcome_value(struct arena *a, const struct service *s,
    const char *name, const struct form_answers *answers,
    const struct form_context *context);

/*
 * Runs examples (the text of examples.json) against a service; every
 * difference goes to mistakes (file "examples.json", path the example's name).
 * *n: how many examples there were.
 */
int service_run_examples(struct arena *a, const struct service *s,
    const char *json, size_t len, struct form_mistakes *mistakes, size_t *n,
    struct err *err);
/* The same examples for something else: each is called with the answers as they
 * were evaluated, and with what the form found. */
typedef void service_example_fn(void *arg, const char *name,
    struct form_answers *answers, const struct form_context *context,
    const struct form_error *error, size_t nerror);
int service_each_example(struct arena *a, const struct service *s,
    const char *json, size_t len, service_example_fn *each, void *arg,
    struct form_mistakes *mistakes, struct err *err);
/* A text of the package; never NULL. */
const char *service_text(const struct service *s, enum lang lang,
    const char *key);

#endif
