/* A document as libxml2 has it. Inside common/xml_*.c only. */
#ifndef XML_DOCUMENT_DEF_H
#define XML_DOCUMENT_DEF_H

#include <libxml/tree.h>

#include "common/xml/xml_schema.h"

struct xml_document {
	xmlDocPtr doc;
	size_t nodes;
};

#endif
