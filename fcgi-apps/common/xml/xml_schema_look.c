#include "common/xml/xml_document_def.h"

#include <libxml/parser.h>

#define XS "http://www.w3.org/2001/XMLSchema"

static bool
is_xs(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && n->ns != NULL &&
	    xmlStrEqual(n->ns->href, BAD_CAST XS) &&
	    xmlStrEqual(n->name, BAD_CAST name);
}

/* A copy of an attribute without namespace, "" when absent. */
static const char *
attribute(struct arena *a, const xmlNode *n, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(n, BAD_CAST name);
	const char *copy =
	    arena_strdup(a, value == NULL ? "" : (const char *)value);

	xmlFree(value);
	return copy;
}

static void
look(struct arena *a, const xmlNode *root, struct xml_schema_file *out)
{
	size_t n = 0;

	for (const xmlNode *x = root->children; x != NULL; x = x->next)
		n++;
	*out = (struct xml_schema_file){
		.uri = attribute(a, root, "targetNamespace"),
		.version = attribute(a, root, "version"),
		.use = arena_new(a, struct xml_schema_use, n + 1),
		.element = arena_new(a, const char *, n + 1),
	};
	for (const xmlNode *x = root->children; x != NULL; x = x->next) {
		if (is_xs(x, "element"))
			out->element[out->nelement++] =
			    attribute(a, x, "name");
		if (!is_xs(x, "include") && !is_xs(x, "redefine") &&
		    !is_xs(x, "import"))
			continue;
		out->use[out->nuse++] = (struct xml_schema_use){
			.is_include = !is_xs(x, "import"),
			.uri = attribute(a, x, "namespace"),
			.location = attribute(a, x, "schemaLocation"),
		};
	}
}

int
xml_schema_look(struct arena *a, const void *data, size_t n,
    struct xml_schema_file *out, struct err *err)
{
	const xmlNode *root;
	xmlDocPtr doc;
	int rc = 0;

	xmlInitParser();
	if (n > INT32_MAX)
		return err_set(err, ERR_TOO_LARGE, "XML: too long");
	/* A schema may have a DOCTYPE (XML Signature's has one): entities stay
	 * what they are, and nothing is loaded. */
	doc = xmlReadMemory(data, (int)n, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (doc == NULL || (root = xmlDocGetRootElement(doc)) == NULL)
		rc = err_set(err, ERR_BAD_REQUEST, "XML: not well-formed");
	else if (!is_xs(root, "schema"))
		rc = err_set(err, ERR_NOT_FOUND, "XML: no schema");
	else
		look(a, root, out);
	xmlFreeDoc(doc);
	return rc;
}
