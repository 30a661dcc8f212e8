/* Fields whose values others define: identifiers and code lists. */
#include "common/form/form_def.h"

static const char *const schemes[] = {
	[FORM_SCHEME_TAX_ID] = "tax_id",
	[FORM_SCHEME_PLATE] = "plate",
	[FORM_SCHEME_ID_DOCUMENT] = "id_document",
	[FORM_SCHEME_VAT_ID] = "vat_id",
	[FORM_SCHEME_REFERENCE] = "reference",
};

const char *
form_scheme_name(enum form_scheme scheme)
{
	return schemes[scheme];
}

void
form_scheme_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const char *name = def_string(json, "scheme");

	for (size_t i = 1; name != NULL && i < nitems(schemes); i++)
		if (strcmp(schemes[i], name) == 0)
			f->scheme = (enum form_scheme)i;
	if (f->scheme == FORM_SCHEME_NONE)
		def_mistake(d,
		    name == NULL ? path : def_member(d, path, "scheme"),
		    "use one of: tax_id, plate, id_document, vat_id, reference",
		    name == NULL ? "an identifier without \"scheme\"%s"
				 : "there is no scheme \"%s\"",
		    name == NULL ? "" : name);
}
