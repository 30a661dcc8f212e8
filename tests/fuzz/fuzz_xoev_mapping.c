/*
 * Mappings that nobody vouches for: whatever compiles must also fill a
 * document, and read the document that it wrote; the document made without
 * parsing is the one that a parser sees.
 */
#include <assert.h>
#include <stdint.h>

#include "common/xml/xml_schema.h"
#include "xml_same.h"
#include "xoev_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes a message of the answers, reads it, and the values again. */
static void
go_round(struct arena *a, const struct xoev_message *m,
    const struct form_answers *answers, const struct form_context *context)
{
	static const struct xml_document_limits limits = { 1 << 24, 100,
		200000 };
	const struct xoev_value value[] = {
		{ .name = "x.0.y", .text = "z" },
		{ .name = "v", .text = "w" },
		{ .name = "datei", .data = "abc", .len = 3 },
	};
	struct xoev_case c = { .answers = answers, .context = context,
		.value = value, .nvalue = nitems(value) };
	struct xoev_rules rules = { 0 };
	struct xml_out *root = xml_out_new(a, &m->root);
	enum xml_document_fault fault, made_fault;
	struct xml_document *d, *made;
	struct xoev_read in = { 0 };
	struct err err = { 0 };
	struct buf *b = buf_new(a, 1 << 22);

	if (xoev_fill(a, &rules, m, &c, root, &err) == -1 ||
	    xml_out_write(root, b, &err) == -1)
		return;
	(void)xml_document_of(
	    a, root, b->data, b->len, &limits, &made, &made_fault, &err);
	if (xml_document_parse(a, b->data, b->len, &limits, &d, &fault,
		&err) == -1) {
		assert(fault == XML_DOCUMENT_LIMIT ||
		    fault == XML_DOCUMENT_MALFORMED); /* odd namespaces */
		assert(made_fault == fault);
		return;
	}
	assert(made_fault == XML_DOCUMENT_FINE &&
	    xml_same(xml_document_tree(a, d)->root,
		xml_document_tree(a, made)->root));
	xoev_extract(a, m, xml_document_tree(a, d), &in);
	for (size_t i = 0; i < in.nfield; i++)
		assert(in.field[i].text != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { 0 };
	struct form_mistakes mistakes = { .arena = &a };
	struct form_def d = xoev_form(&a, &mistakes);
	struct form_context context = { .now_ms = INT64_C(1793617200000) };
	const struct xoev_mapping *m;
	struct form_answers *answers;
	struct err err = { 0 };
	cJSON *json;

	if (json_parse(&a, (const char *)data, size, &json_limits_package,
		&json, &err) == 0 &&
	    cJSON_IsObject(json) &&
	    (m = xoev_mapping_compile(&d, json)) != NULL &&
	    form_read_json(&a, d.form, xoev_json(&a, xoev_answers_json),
		&answers, &err) == 0) {
		form_evaluate_values(&a, answers, &context);
		for (size_t i = 0; i < m->n; i++)
			go_round(&a, &m->message[i], answers, &context);
	}
	for (size_t i = 0; i < mistakes.n; i++)
		assert(*mistakes.mistake[i].text != '\0');
	arena_free(&a);
	return 0;
}
