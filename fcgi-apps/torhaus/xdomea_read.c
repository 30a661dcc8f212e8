/* What the e-file answers: 0402 and 0403. */
#include "common/utf8.h"
#include "common/xml/xml_tree.h"
#include "torhaus/xdomea.h"

#define NS "urn:xoev-de:xdomea:schema:3.0.0"
#define TEXT_MAX 4000
#define OUTCOMES_MAX 10000

static const struct xml_limits limits = {
    .depth = 40,
    .nodes = 200000,
    .attributes = 60,
    .memory = 2 * XDOMEA_ANSWER_MAX,
    .text = XDOMEA_ANSWER_MAX,
};

struct reading {
	struct arena *a;
	struct xml_tree tree;
	struct err *err;
};

/* The trimmed text of a child; NULL with err set when it is not there. */
static const char *
child_text(struct reading *r, const struct xml_node *parent, const char *uri,
    const char *name)
{
	const struct xml_node *n = xml_child(parent, uri, name);
	const char *text, *clean;

	if (n == NULL) {
		(void)err_set(r->err, ERR_BAD_REQUEST,
		    "the message has no element %s where it belongs", name);
		return NULL;
	}
	if (xml_text(r->a, &r->tree, n, TEXT_MAX, &text, r->err) == -1 ||
	    utf8_clean(r->a, text, strlen(text), &clean, r->err) == -1)
		return NULL;
	return clean;
}

static int
read_uuid(struct reading *r, const struct xml_node *parent, const char *name,
    struct id *out)
{
	const char *text = child_text(r, parent, NS, name);
	struct err none = {0};

	if (text == NULL)
		return -1;
	if (id_parse(text, out, &none) == -1)
		return err_set(r->err, ERR_BAD_REQUEST,
		    "element %s is no UUID", name);
	return 0;
}

static int
read_head(struct reading *r, const char *code, struct xdomea_answer *out)
{
	const struct xml_node *head = xml_child(r->tree.root, NS, "Kopf");
	const struct xml_node *type;
	const char *text;

	if (head == NULL)
		return err_set(
		    r->err, ERR_BAD_REQUEST, "the message has no Kopf");
	type = xml_child(head, NS, "Nachrichtentyp");
	if (type == NULL)
		return err_set(r->err, ERR_BAD_REQUEST,
		    "the message has no Nachrichtentyp");
	if ((text = child_text(r, type, "", "code")) == NULL)
		return -1;
	if (strcmp(text, code) != 0)
		return err_set(r->err, ERR_BAD_REQUEST,
		    "its Nachrichtentyp is not %s, as its root says", code);
	return read_uuid(r, head, "ProzessID", &out->process);
}

/* Every Fehlermeldung, joined. */
static int
read_reasons(struct reading *r, const struct xml_node *object,
    const char **out)
{
	const char *text, *clean;

	*out = "";
	for (const struct xml_node *n = xml_first(object); n != NULL;
	     n = xml_next(n)) {
		if (!xml_is(n, NS, "Fehlermeldung"))
			continue;
		if (xml_text(r->a, &r->tree, n, TEXT_MAX, &text, r->err) ==
			-1 ||
		    utf8_clean(r->a, text, strlen(text), &clean, r->err) ==
			-1)
			return -1;
		*out = utf8_cut(r->a, arena_printf(r->a, "%s%s%s", *out,
		    (*out)[0] == '\0' ? "" : "; ", clean), TEXT_MAX);
	}
	return 0;
}

static int
read_outcome(struct reading *r, const struct xml_node *object,
    struct xdomea_outcome *out)
{
	const char *text;

	if (read_uuid(r, object, "IDSGO", &out->object) == -1 ||
	    (text = child_text(r, object, NS, "Erfolgreich")) == NULL)
		return -1;
	out->is_imported =
	    strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
	if (!out->is_imported && strcmp(text, "false") != 0 &&
	    strcmp(text, "0") != 0)
		return err_set(r->err, ERR_BAD_REQUEST,
		    "element Erfolgreich is neither true nor false");
	return read_reasons(r, object, &out->why);
}

static int
read_outcomes(struct reading *r, struct xdomea_answer *out)
{
	out->outcome = arena_new(r->a, struct xdomea_outcome, OUTCOMES_MAX);
	for (const struct xml_node *n = xml_first(r->tree.root); n != NULL;
	     n = xml_next(n)) {
		if (!xml_is(n, NS, "AbgegebenesObjekt"))
			continue;
		if (out->noutcome == OUTCOMES_MAX)
			return err_set(r->err, ERR_TOO_LARGE,
			    "the message tells of more than %d objects",
			    OUTCOMES_MAX);
		if (read_outcome(r, n, &out->outcome[out->noutcome++]) == -1)
			return -1;
	}
	return out->noutcome > 0 ? 0
				 : err_set(r->err, ERR_BAD_REQUEST,
				       "the message tells of no object");
}

int
xdomea_answer_read(struct arena *a, const void *data, size_t len,
    struct xdomea_answer *out, struct err *err)
{
	struct reading r = {.a = a, .err = err};
	struct xml_reader *reader;

	*out = (struct xdomea_answer){0};
	if (len > XDOMEA_ANSWER_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "the message has more than %d bytes", XDOMEA_ANSWER_MAX);
	reader = xml_reader_new(a, &limits,
	    crypto_spool_new(a, "/tmp", XDOMEA_ANSWER_MAX));
	if (xml_reader_put(reader, data, len, err) == -1 ||
	    xml_reader_end(reader, &r.tree, err) == -1)
		return -1;
	if (xml_is(r.tree.root, NS, "Abgabe.EmpfangBestaetigen.0403")) {
		out->is_receipt = true;
		return read_head(&r, "0403", out);
	}
	if (!xml_is(r.tree.root, NS, "Abgabe.ImportBestaetigen.0402"))
		return err_set(err, ERR_BAD_REQUEST,
		    "it is neither Abgabe.ImportBestaetigen.0402 nor "
		    "Abgabe.EmpfangBestaetigen.0403 of xdomea 3.0.0");
	if (read_head(&r, "0402", out) == -1)
		return -1;
	return read_outcomes(&r, out);
}
