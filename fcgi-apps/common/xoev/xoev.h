/*
 * XOEV messages: built from a case's answers and read back into them by one
 * mapping, the service package's xoev.json (docs/xoev-mapping.md), and checked
 * against the installed sets, their code lists and the rules that a schema
 * cannot say. Nothing that does not pass leaves xoev_build.
 *
 * Names of values: of form fields their path with indices ("children.0.name"),
 * of everything else what the mapping calls it ("as"), likewise with indices.
 */
#ifndef XOEV_H
#define XOEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/code_list/code_list.h"
#include "common/err.h"
#include "common/form/form.h"
#include "common/id.h"
#include "common/xoev/xoev_set.h"

#define XOEV_MESSAGE_MAX (32 * 1024 * 1024) /* bytes of one message */
#define XOEV_FINDINGS_MAX 50

/* ---- checking ---- */

/* One reason why a message is not to be accepted. */
struct xoev_finding {
	const char *code; /* of the standard's rejections: "X001", "S011" */
	const char *path; /* "/meldeschein/person[2]/@id", names only; "" none */
	const char *key;  /* text catalogue: "xoev.fault.missing" */
	const char *text; /* what a person says of it; NULL: nobody did */
};

struct xoev_findings {
	struct xoev_finding *finding;
	size_t n;
	size_t unknown_lists; /* codes of lists that are not imported here */
};

/* What messages are judged by. lists may be NULL: codes of outside lists are
 * not looked up. */
struct xoev_rules {
	struct xoev_sets *sets;
	const struct code_lists *lists;
	int32_t day; /* on which the set and the lists must be valid */
};

/* Who a message is from or for. */
struct xoev_party {
	const char *directory;	  /* "DVDV" */
	const char *directory_version; /* of the list of directories: "3" */
	const char *key;	  /* "ags:09000001" */
	const char *name;
	const char *channel;	  /* list erreichbarkeit: "01" e-mail; or NULL */
	const char *channel_version; /* "3" */
	const char *address;	  /* on that channel */
	const char *street, *house_no, *postal_code, *city; /* or NULL */
};

/* What a message is, by its head. Strings are "" when absent. */
struct xoev_head {
	const char *standard, *version; /* "XMeld", "25.11a" */
	const char *uri, *root;	  /* namespace and name of the root */
	const char *type;	  /* "1701" */
	const char *uuid;
	const char *created;	  /* as written */
	const char *refers_to;	  /* UUID of the message it answers */
	const char *refers_type;  /* "1700" */
	const char *reference;	  /* aktenzeichen in it */
	const char *vorgang;	  /* UUID of the town's Vorgang (XTorhaus) */
	const char *partner_reference; /* the other side's reference */
	struct xoev_party author, reader;
	const char *product, *product_maker;
	bool is_test;
	bool is_rejection;	  /* never answer one with a rejection */
};

/*
 * Judges len bytes: encoding (S001), well-formed (X000), version (V000),
 * schema (X001), lists (S010, S011), empty texts (S030), head (S999). Stops
 * behind the first kind that has findings. *head (may be NULL) is filled as far
 * as the bytes tell, whatever the findings. -1 only when it cannot be judged
 * here (a set that does not compile).
 */
int xoev_check(struct arena *a, const struct xoev_rules *rules,
    const void *data, size_t len, struct xoev_findings *out,
    struct xoev_head *head, struct err *err);

/* ---- mappings ---- */

struct xoev_mapping; /* of a service; immutable */

enum xoev_direction { XOEV_OUT, XOEV_IN };

/*
 * Whether a field of the form is told by none of the messages, and why: what the
 * mapping says itself ("leaves_out"); NULL when it is told.
 */
const char *xoev_mapping_leaves_out(
    const struct xoev_mapping *m, const struct form_field *f);

/* A message that a mapping can make or read, as the service names it. */
struct xoev_message_info {
	const char *id;		  /* "anfrage" */
	const char *uri, *root;
	const char *standard, *version, *type;
	const char *reader_prefix, *author_prefix; /* "ags", "mbp"; "" any */
	enum xoev_direction direction; /* as the service package uses it */
	const char *answers;	  /* id of the message it answers, "" none */
	const struct form_field *repeat; /* one message an item, or NULL */
};

size_t xoev_mapping_count(const struct xoev_mapping *m);
const struct xoev_message_info *xoev_mapping_get(
    const struct xoev_mapping *m, size_t i);
/* NULL when there is none. */
const struct xoev_message_info *xoev_mapping_find(
    const struct xoev_mapping *m, const char *id);
/* The first message of that root that the mapping knows, NULL: none. */
const struct xoev_message_info *xoev_mapping_by_root(
    const struct xoev_mapping *m, const char *uri, const char *root);
/* The same of several messages with that root: the one that answers the message
 * request (an id of the mapping). */
const struct xoev_message_info *xoev_mapping_answer(
    const struct xoev_mapping *m, const char *uri, const char *root,
    const char *request);
/* Whether the message is to be sent for these answers ("when"). */
bool xoev_mapping_applies(const struct xoev_message_info *message,
    const struct form_answers *answers, const struct form_context *context);

/* ---- building ---- */

struct xoev_value {
	const char *name; /* "ergebnisstatus", "wohnung.0.strasse" */
	const char *text; /* NULL: data */
	const void *data; /* of a file */
	size_t len;
	/* of a file; NULL: unknown */
	const char *file_name, *media_type, *file_id; /* the last a UUID */
};

/* An earlier message of the case, to copy from: checked and read. */
struct xoev_source {
	const char *id; /* of the mapping's message */
	size_t item;	/* of the repeat that it was for, 0 when none */
	const void *data;
	size_t len;
};

struct xoev_case {
	const struct form_answers *answers; /* evaluated; NULL: none */
	const struct form_context *context;
	const struct xoev_value *value; /* what is no answer of the form */
	size_t nvalue;
	const struct xoev_value *file; /* of file fields: "photos.0", ... */
	size_t nfile;
	const struct xoev_source *source;
	size_t nsource;
	size_t item;		/* of the message's repeat */
	struct xoev_party author, reader;
	const char *uuid;	/* NULL: a new one */
	int64_t created_ms;	/* 0: now */
	bool is_test;
};

struct xoev_built {
	const char *data;
	size_t len;
	struct xoev_head head;
	struct xoev_findings findings; /* when it was not built */
};

/*
 * Builds the message and checks it. ERR_FIELD_INVALID when it would not be
 * valid: findings tell why, data is NULL. ERR_TOO_LARGE; ERR_NOT_FOUND for a
 * message that the mapping does not have.
 */
int xoev_build(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_mapping *m, const char *id, const struct xoev_case *c,
    struct xoev_built *out, struct err *err);

/* ---- reading ---- */

struct xoev_read {
	struct xoev_head head;
	const struct xoev_message_info *message; /* NULL: not in the mapping */
	struct xoev_value *field; /* answers of the form, in document order */
	size_t nfield;
	struct xoev_value *value; /* all else that the mapping names */
	size_t nvalue;
	struct xoev_findings findings;
};

/*
 * Checks len bytes and reads them by the mapping (NULL: the head alone). With
 * findings there are no fields. -1 as xoev_check.
 */
int xoev_read(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_mapping *m, const void *data, size_t len,
    struct xoev_read *out, struct err *err);

/* The same of an answer to the message request (an id of the mapping, NULL: not
 * known): of several messages with that root the one that answers it. */
int xoev_read_answer(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_mapping *m, const char *request, const void *data,
    size_t len, struct xoev_read *out, struct err *err);

/* A value by name, NULL when absent. */
const struct xoev_value *xoev_value_find(
    const struct xoev_value *value, size_t n, const char *name);

/* The fields of a message as answers of the form, not evaluated. */
int xoev_answers(struct arena *a, const struct form *form,
    const struct xoev_read *read, struct form_answers **out, struct err *err);

/* ---- replies, the same for every service ---- */

/*
 * A rejection (0010 of XInneres; 1001 of a message of XTorhaus) of len bytes
 * that came in, for the findings; sent_ms and
 * transport_id as the transport tells (0, NULL: unknown). head: the rejected
 * message's, as far as known. ERR_CONFLICT when that is a rejection itself.
 */
int xoev_reject(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_head *head, const struct xoev_findings *findings,
    const void *data, size_t len, const char *transport_id, int64_t sent_ms,
    const struct xoev_case *c, struct xoev_built *out, struct err *err);
/* A receipt (0020): about an event of ours (1 to 4 as the list says). */
int xoev_receipt(struct arena *a, const struct xoev_rules *rules,
    const struct xoev_head *head, const char *event, int64_t event_ms,
    const char *matter, const struct xoev_case *c, struct xoev_built *out,
    struct err *err);

#endif
