#include "common/osci/osci_card.h"

#include "common/date.h"
#include "common/json.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_names.h"
#include "common/osci/osci_order.h"
#include "common/osci/osci_out.h"
#include "common/osci/osci_read.h"

#define NAME_MAX_BYTES 4000 /* of a distinguished name */
#define SERIAL_MAX 100
#define STAMP_MAX 65536 /* characters of a cryptographic time stamp */

static const char *const cert_types[] = { [OSCI_CERT_UNKNOWN] = "unknown",
	[OSCI_CERT_ADVANCED] = "advanced", [OSCI_CERT_QUALIFIED] = "qualified",
	[OSCI_CERT_ACCREDITED] = "accredited" };
static const char *const maths[] = { [OSCI_MATH_OK] = "ok",
	[OSCI_MATH_CORRUPTED] = "corrupted",
	[OSCI_MATH_INDETERMINATE] = "indeterminate" };
static const char *const offlines[] = { [OSCI_OFFLINE_VALID] = "valid",
	[OSCI_OFFLINE_INVALID] = "invalid",
	[OSCI_OFFLINE_INDETERMINATE] = "indeterminate" };
/* [0]: there is no element */
static const char *const onlines[] = { [OSCI_ONLINE_NONE] = "none",
	[OSCI_ONLINE_OK] = "ok", [OSCI_ONLINE_REVOKED] = "revoked" };
/* The schema says OSCP, the official library and reason OCSP. */
static const char *const bys[] = { [OSCI_BY_CRL] = "CRL",
	[OSCI_BY_OCSP] = "OCSP", [OSCI_BY_LDAP] = "LDAP" };

/* ---- writing ---- */

static void
put_text(struct buf *b, const char *element, const char *text)
{
	buf_printf(b, "<osci:%s>", element);
	osci_put_text(b, text);
	buf_printf(b, "</osci:%s>", element);
}

static void
put_result(
    struct buf *b, const char *element, const char *name, const char *value)
{
	buf_printf(b, "<osci:%s %s=\"%s\"></osci:%s>", element, name, value,
	    element);
}

static void
put_stamp(struct buf *b, struct arena *a, const char *element, int64_t ms)
{
	if (ms != 0)
		buf_printf(b,
		    "<osci:%s><osci:Plain>%s</osci:Plain></osci:%s>", element,
		    date_instant_to_xsd(a, ms), element);
}

static void
put_online(struct buf *b, struct arena *a, const struct osci_inspection *i)
{
	if (i->online == OSCI_ONLINE_NONE)
		return;
	buf_printf(b, "<osci:OnlineResult Result=\"%s\"><osci:%s>",
	    onlines[i->online], bys[i->online_by]);
	if (i->online_by == OSCI_BY_CRL)
		buf_puts(b, date_instant_to_xsd(a, i->at_ms));
	buf_printf(b, "</osci:%s></osci:OnlineResult>", bys[i->online_by]);
}

static void
put_inspection(struct buf *b, struct arena *a, const struct osci_inspection *i)
{
	buf_puts(b, "<osci:Inspection>");
	put_stamp(b, a, "Timestamp", i->at_ms);
	put_text(b, "X509SubjectName", i->subject);
	put_text(b, "X509IssuerName", i->issuer);
	put_text(b, "X509SerialNumber", i->serial);
	put_result(b, "CertType", "Type", cert_types[i->type]);
	put_result(b, "MathResult", "Result", maths[i->math]);
	put_result(b, "OfflineResult", "Result", offlines[i->offline]);
	put_online(b, a, i);
	buf_puts(b, "</osci:Inspection>");
}

void
osci_card_put(struct buf *b, const char *element,
    const struct osci_card *card, enum osci_card_extent extent)
{
	struct arena a = { 0 };

	buf_printf(b, "<osci:%s>", element);
	osci_put_message_id(b, card->message_id);
	buf_printf(b, "<osci:ProcessCard RecentModification=\"%s\">",
	    date_instant_to_xsd(&a, card->modification_ms));
	put_stamp(b, &a, "Creation", card->creation_ms);
	if (extent != OSCI_CARD_UNTIL_CREATION)
		put_stamp(b, &a, "Forwarding", card->forwarding_ms);
	if (extent == OSCI_CARD_WHOLE)
		put_stamp(b, &a, "Reception", card->reception_ms);
	if (card->subject != NULL)
		put_text(b, "Subject", card->subject);
	buf_puts(b, "</osci:ProcessCard><osci:InspectionReport>");
	for (size_t i = 0; i < card->ninspection; i++)
		put_inspection(b, &a, &card->inspection[i]);
	buf_printf(b, "</osci:InspectionReport></osci:%s>", element);
	arena_free(&a);
}

/* ---- reading ---- */

struct reader {
	struct arena *arena;
	const struct xml_tree *tree;
	struct err *err;
};

static int
bad(struct reader *r, const char *what)
{
	return osci_refuse(r->err, "9100", "process card: %s", what);
}

/* stamp: what stands in for one that is not plain. */
static int
read_stamp(struct reader *r, const struct xml_node *node, int64_t stamp,
    int64_t *out)
{
	const struct xml_node *next, *plain, *other;
	const char *text;

	if (osci_enter(node, &next, r->err) == -1)
		return -1;
	plain = osci_take(&next, OSCI_NS, "Plain");
	other = plain != NULL ? NULL
			      : osci_take(&next, OSCI_NS, "Cryptographic");
	if (osci_leave(next, r->err) == -1)
		return -1;
	if (plain != NULL)
		return osci_read_time(
		    r->arena, r->tree, plain, NULL, out, r->err);
	if (other == NULL)
		return bad(r, "a time stamp without time");
	*out = stamp;
	return osci_read_text(
	    r->arena, r->tree, other, STAMP_MAX, &text, r->err);
}

static int
read_stamp_of(struct reader *r, const struct xml_node **next, const char *name,
    int64_t stamp, int64_t *out)
{
	const struct xml_node *n = osci_take(next, OSCI_NS, name);

	return n == NULL ? 0 : read_stamp(r, n, stamp, out);
}

/* One of n words; to: its index. */
static int
read_word(struct reader *r, const char *value, const char *const *words,
    size_t n, unsigned *to)
{
	for (size_t i = 0; value != NULL && i < n; i++)
		if (strcmp(value, words[i]) == 0) {
			*to = (unsigned)i;
			return 0;
		}
	return bad(r, "an inspection has a result that we do not know");
}

static int
read_word_of(struct reader *r, const struct xml_node **next, const char *name,
    const char *attribute, const char *const *words, size_t n, unsigned *to)
{
	const struct xml_node *node = osci_take(next, OSCI_NS, name);

	if (node == NULL)
		return bad(r, "an inspection lacks a result");
	return read_word(r, xml_attribute(node, attribute), words, n, to) ==
		    -1
	    ? -1
	    : osci_read_empty(node, r->err);
}

static int
read_text_of(struct reader *r, const struct xml_node **next, const char *name,
    size_t max, const char **out)
{
	const struct xml_node *n = osci_take(next, OSCI_NS, name);

	if (n == NULL)
		return bad(r, "an inspection lacks a name");
	return osci_read_text(r->arena, r->tree, n, max, out, r->err);
}

static int
read_online(
    struct reader *r, const struct xml_node *node, struct osci_inspection *out)
{
	const struct xml_node *next;
	unsigned result;

	if (read_word(r, xml_attribute(node, "Result"), onlines + 1,
		nitems(onlines) - 1, &result) == -1 ||
	    osci_enter(node, &next, r->err) == -1)
		return -1;
	out->online = (enum osci_online)(result + 1);
	if (osci_take(&next, OSCI_NS, "OCSP") != NULL ||
	    osci_take(&next, OSCI_NS, "OSCP") != NULL)
		out->online_by = OSCI_BY_OCSP;
	else if (osci_take(&next, OSCI_NS, "LDAP") != NULL)
		out->online_by = OSCI_BY_LDAP;
	else
		(void)osci_take(&next, OSCI_NS, "CRL"); /* all are optional */
	return osci_leave(next, r->err);
}

static int
read_inspection(
    struct reader *r, const struct xml_node *node, struct osci_inspection *out)
{
	const struct xml_node *next, *stamp, *online;
	unsigned type, math, offline;

	if (osci_enter(node, &next, r->err) == -1)
		return -1;
	if ((stamp = osci_take(&next, OSCI_NS, "Timestamp")) == NULL)
		return bad(r, "an inspection without time");
	if (read_stamp(r, stamp, 0, &out->at_ms) == -1 ||
	    read_text_of(r, &next, "X509SubjectName", NAME_MAX_BYTES,
		&out->subject) == -1 ||
	    read_text_of(r, &next, "X509IssuerName", NAME_MAX_BYTES,
		&out->issuer) == -1 ||
	    read_text_of(r, &next, "X509SerialNumber", SERIAL_MAX,
		&out->serial) == -1 ||
	    read_word_of(r, &next, "CertType", "Type", cert_types,
		nitems(cert_types), &type) == -1 ||
	    read_word_of(r, &next, "MathResult", "Result", maths,
		nitems(maths), &math) == -1 ||
	    read_word_of(r, &next, "OfflineResult", "Result", offlines,
		nitems(offlines), &offline) == -1)
		return -1;
	out->type = (enum osci_cert_type)type;
	out->math = (enum osci_math)math;
	out->offline = (enum osci_offline)offline;
	online = osci_take(&next, OSCI_NS, "OnlineResult");
	if (online != NULL && read_online(r, online, out) == -1)
		return -1;
	return osci_leave(next, r->err);
}

static int
read_report(
    struct reader *r, const struct xml_node *node, struct osci_card *out)
{
	const struct xml_node *next, *n;
	struct osci_inspection *inspection;

	if (osci_enter(node, &next, r->err) == -1)
		return -1;
	inspection =
	    arena_new(r->arena, struct osci_inspection, OSCI_INSPECTIONS_MAX);
	out->inspection = inspection;
	while ((n = osci_take(&next, OSCI_NS, "Inspection")) != NULL) {
		if (out->ninspection == OSCI_INSPECTIONS_MAX)
			return bad(r, "too many inspections");
		if (read_inspection(
			r, n, &inspection[out->ninspection++]) == -1)
			return -1;
	}
	return osci_leave(next, r->err);
}

static int
read_modification(
    struct reader *r, const struct xml_node *node, struct osci_card *out)
{
	const char *text = xml_attribute(node, "RecentModification");

	if (text == NULL || strlen(text) > OSCI_TIME_TEXT_MAX ||
	    date_instant_parse(text, &out->modification_ms, r->err) == -1)
		return bad(r, "no time of its last modification");
	return 0;
}

static int
read_card(struct reader *r, const struct xml_node *node, struct osci_card *out)
{
	const struct xml_node *next, *subject;

	if (read_modification(r, node, out) == -1 ||
	    osci_enter(node, &next, r->err) == -1 ||
	    read_stamp_of(r, &next, "Creation", out->modification_ms,
		&out->creation_ms) == -1 ||
	    read_stamp_of(r, &next, "Forwarding", out->modification_ms,
		&out->forwarding_ms) == -1 ||
	    read_stamp_of(r, &next, "Reception", out->modification_ms,
		&out->reception_ms) == -1)
		return -1;
	subject = osci_take(&next, OSCI_NS, "Subject");
	if (subject != NULL &&
	    osci_read_text(r->arena, r->tree, subject, OSCI_SUBJECT_MAX,
		&out->subject, r->err) == -1)
		return -1;
	return osci_leave(next, r->err);
}

int
osci_card_read(struct arena *a, const struct xml_tree *t,
    const struct xml_node *node, struct osci_card *out, struct err *err)
{
	struct reader r = { a, t, err };
	const struct xml_node *next, *id, *card, *report;

	*out = (struct osci_card){ 0 };
	if (osci_enter(node, &next, err) == -1)
		return -1;
	id = osci_take(&next, OSCI_NS, "MessageId");
	card = osci_take(&next, OSCI_NS, "ProcessCard");
	report = osci_take(&next, OSCI_NS, "InspectionReport");
	if (osci_leave(next, err) == -1)
		return -1;
	if (id == NULL || card == NULL || report == NULL)
		return bad(&r, "another shape");
	if (osci_read_message_id(a, t, id, &out->message_id, err) == -1)
		return -1;
	if (out->message_id == NULL)
		return bad(&r, "an empty message id");
	return read_card(&r, card, out) == -1 ? -1
					      : read_report(&r, report, out);
}

/* ---- inspections as JSON ---- */

const char *
osci_inspections_to_json(
    struct arena *a, const struct osci_inspection *inspection, size_t n)
{
	struct buf *b = buf_new(a, (size_t)4 << 20);
	struct json_out j;

	json_begin(&j, b);
	json_open_array(&j);
	for (size_t i = 0; i < n; i++) {
		const struct osci_inspection *p = &inspection[i];

		json_open_object(&j);
		json_key(&j, "at");
		json_put_int(&j, p->at_ms);
		json_pair(&j, "subject", p->subject);
		json_pair(&j, "issuer", p->issuer);
		json_pair(&j, "serial", p->serial);
		json_pair(&j, "type", cert_types[p->type]);
		json_pair(&j, "math", maths[p->math]);
		json_pair(&j, "offline", offlines[p->offline]);
		json_pair(&j, "online", onlines[p->online]);
		json_pair(&j, "by", bys[p->online_by]);
		json_close_object(&j);
	}
	json_close_array(&j);
	return buf_text(b);
}

static int
word_of(const cJSON *o, const char *name, const char *const *words, size_t n,
    unsigned *out)
{
	const char *value = json_string(o, name);

	for (size_t i = 0; value != NULL && i < n; i++)
		if (strcmp(value, words[i]) == 0) {
			*out = (unsigned)i;
			return 0;
		}
	return -1;
}

static int
from_object(struct arena *a, const cJSON *o, struct osci_inspection *out)
{
	const char *subject = json_string(o, "subject");
	const char *issuer = json_string(o, "issuer");
	const char *serial = json_string(o, "serial");
	unsigned type, math, offline, online, by;

	if (subject == NULL || issuer == NULL || serial == NULL ||
	    word_of(o, "type", cert_types, nitems(cert_types), &type) == -1 ||
	    word_of(o, "math", maths, nitems(maths), &math) == -1 ||
	    word_of(o, "offline", offlines, nitems(offlines), &offline) ==
		-1 ||
	    word_of(o, "online", onlines, nitems(onlines), &online) == -1 ||
	    word_of(o, "by", bys, nitems(bys), &by) == -1)
		return -1;
	*out = (struct osci_inspection){
		.at_ms = json_int(o, "at", 0, INT64_C(1) << 52, 0),
		.subject = arena_strdup(a, subject),
		.issuer = arena_strdup(a, issuer),
		.serial = arena_strdup(a, serial),
		.type = (enum osci_cert_type)type,
		.math = (enum osci_math)math,
		.offline = (enum osci_offline)offline,
		.online = (enum osci_online)online,
		.online_by = (enum osci_online_by)by,
	};
	return 0;
}

int
osci_inspections_from_json(struct arena *a, const char *json, size_t len,
    const struct osci_inspection **out, size_t *n, struct err *err)
{
	struct osci_inspection *inspection =
	    arena_new(a, struct osci_inspection, OSCI_INSPECTIONS_MAX);
	cJSON *array;
	const cJSON *o;

	*out = inspection;
	*n = 0;
	if (json_parse(a, json, len, &json_limits_package, &array, err) == -1)
		return -1;
	cJSON_ArrayForEach(o, array)
	{
		if (*n == OSCI_INSPECTIONS_MAX ||
		    from_object(a, o, &inspection[*n]) == -1)
			return err_set(err, ERR_INTERNAL,
			    "inspections in the database: another shape");
		(*n)++;
	}
	return 0;
}
