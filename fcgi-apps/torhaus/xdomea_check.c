/* xdomea messages against the official schema, where it is installed. */
#include "common/xoev/xoev_set.h"
#include "torhaus/xdomea.h"

#define NS "urn:xoev-de:xdomea:schema:3.0.0"
#define FAULTS_MAX 3

static const struct xml_document_limits limits = {
    .bytes = (size_t)16 << 20, .depth = 40, .nodes = 500000};

/* The first mistakes, as paths of names: values are nobody's business. */
static int
tell(const struct xml_schema_fault *fault, size_t n, struct err *err)
{
	return err_set(err, ERR_FIELD_INVALID,
	    "the message does not fit the schema of xdomea 3.0.0 in %zu%s "
	    "places; the first: %s (%s)", n, n == FAULTS_MAX ? " or more" : "",
	    fault[0].path, xml_fault_name(fault[0].kind));
}

static int
validate(struct arena *a, const struct xml_schema *schema, const void *data,
    size_t len, struct err *err)
{
	struct xml_document *document;
	enum xml_document_fault why;
	struct xml_schema_fault *fault;
	size_t n;

	if (xml_document_parse(a, data, len, &limits, &document, &why, err) ==
	    -1)
		return -1;
	xml_schema_validate(a, schema, document, FAULTS_MAX, &fault, &n);
	return n == 0 ? 0 : tell(fault, n, err);
}

int
xdomea_check(struct arena *a, const char *xoev_dir, int32_t day,
    const void *data, size_t len, bool *is_checked, struct err *err)
{
	const struct xml_schema *schema;
	struct xoev_sets *sets;
	int rc;

	*is_checked = false;
	if (xoev_sets_load(xoev_dir, &sets, err) == -1)
		return -1;
	if ((rc = xoev_sets_schema(sets, NS, day, &schema, err)) == 0) {
		*is_checked = true;
		rc = validate(a, schema, data, len, err);
	} else if (err->code == ERR_NOT_FOUND) {
		err_clear(err); /* the set is not installed */
		rc = 0;
	}
	xoev_sets_free(sets);
	return rc;
}
