/*
 * Messages from strangers: parsed, validated against a schema with a pattern,
 * codes and repetition, read by head and mapping. No finding may hold text of
 * the message but names.
 */
#include <assert.h>
#include <stdint.h>

#include "common/xml/xml_schema.h"
#include "xoev_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char xsd[] =
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "
    "xmlns:t='urn:x-test:brief' targetNamespace='urn:x-test:brief' "
    "elementFormDefault='qualified'>"
    "<xs:simpleType name='text'><xs:restriction base='xs:string'>"
    "<xs:pattern value='([a-zA-Z &amp;&lt;&gt;&#xC0;-&#x17F;]|M&#x302;)*'/>"
    "</xs:restriction></xs:simpleType>"
    "<xs:complexType name='datum'><xs:choice>"
    "<xs:element name='tag' form='unqualified' type='xs:date'/>"
    "<xs:element name='monat' form='unqualified' type='xs:gYearMonth'/>"
    "<xs:element name='jahr' form='unqualified' type='xs:gYear'/>"
    "</xs:choice></xs:complexType>"
    "<xs:complexType name='code'><xs:sequence>"
    "<xs:element name='code' form='unqualified'><xs:simpleType>"
    "<xs:restriction base='xs:token'><xs:enumeration value='1'/>"
    "<xs:enumeration value='2'/></xs:restriction></xs:simpleType>"
    "</xs:element></xs:sequence>"
    "<xs:attribute name='listURI' fixed='urn:l'/>"
    "<xs:attribute name='listVersionID' use='required'/></xs:complexType>"
    "<xs:element name='test.brief.0001'><xs:complexType><xs:sequence>"
    "<xs:any namespace='##local' processContents='lax' minOccurs='0'/>"
    "<xs:element name='name' type='t:text'/>"
    "<xs:element name='geboren' type='t:datum' minOccurs='0'/>"
    "<xs:element name='art' type='t:code' minOccurs='0'/>"
    "<xs:any namespace='##targetNamespace' processContents='skip' "
    "minOccurs='0' maxOccurs='unbounded'/>"
    "</xs:sequence><xs:attribute name='version' fixed='1'/>"
    "<xs:anyAttribute processContents='lax'/></xs:complexType></xs:element>"
    "</xs:schema>";

static int
open_xsd(void *arg, const char **url, const char **data, size_t *len)
{
	(void)arg;
	if (strcmp(*url, "xoev://fuzz/test.xsd") != 0)
		return -1;
	*data = xsd;
	*len = sizeof(xsd) - 1;
	return 0;
}

static const struct xml_schema *
schema(void)
{
	static struct xml_schema *compiled;
	struct err err = { 0 };

	if (compiled == NULL &&
	    xml_schema_compile("xoev://fuzz/test.xsd", open_xsd, NULL,
		&compiled, &err) == -1)
		abort();
	return compiled;
}

static void
read_it(struct arena *a, struct xml_document *d)
{
	struct form_mistakes mistakes = { .arena = a };
	struct form_def def = xoev_form(a, &mistakes);
	const struct xoev_mapping *m =
	    xoev_mapping_compile(&def, xoev_json(a, xoev_mapping_json));
	const struct xml_tree *tree = xml_document_tree(a, d);
	struct xoev_head head;
	struct xoev_read in = { 0 };
	struct form_answers *answers;
	struct err err = { 0 };

	assert(m != NULL);
	xoev_head_read(a, tree, &head);
	assert(head.uuid != NULL && head.author.key != NULL);
	xoev_extract(a, &m->message[0], tree, &in);
	(void)xoev_answers(a, def.form, &in, &answers, &err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct xml_document_limits limits = { 1 << 20, 60, 5000 };
	struct arena a = { 0 };
	enum xml_document_fault fault;
	struct xml_schema_fault *found;
	struct xml_document *d;
	struct err err = { 0 };
	size_t n;

	if (xml_document_parse(&a, data, size, &limits, &d, &fault, &err) ==
	    0) {
		xml_schema_validate(&a, schema(), d, 20, &found, &n);
		assert(n <= 20);
		for (size_t i = 0; i < n; i++)
			assert(strpbrk(found[i].path, "<>&\n\"") == NULL);
		read_it(&a, d);
	} else {
		assert(fault != XML_DOCUMENT_FINE);
	}
	arena_free(&a);
	return 0;
}
