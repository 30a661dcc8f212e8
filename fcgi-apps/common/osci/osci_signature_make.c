#include "common/osci/osci_signature_make.h"

#include <assert.h>

#include "common/base64.h"
#include "common/osci/osci_out.h"
#include "common/xml/xml_c14n.h"

#define SIGNATURE_MAX ((size_t)1 << 20)

const struct osci_digest *
osci_signer_digest(const struct osci_signer *s)
{
	const struct osci_digest *digest = osci_digest_find(
	    s->digest != NULL ? s->digest : OSCI_DEFAULT_DIGEST);

	assert(digest != NULL);
	return digest;
}

void
osci_reference_put(struct buf *references, const char *scheme,
    const char *id, const char *transform, const struct osci_digest *digest,
    const uint8_t *value)
{
	struct buf *b = references;

	buf_printf(b, "<ds:Reference URI=\"%s", scheme);
	osci_put_attribute(b, id);
	buf_puts(b, "\">\n");
	if (transform != NULL)
		buf_printf(b,
		    "<ds:Transforms>\n<ds:Transform Algorithm=\"%s\">"
		    "</ds:Transform>\n</ds:Transforms>\n",
		    transform);
	buf_printf(b,
	    "<ds:DigestMethod Algorithm=\"%s\"></ds:DigestMethod>\n"
	    "<ds:DigestValue>",
	    digest->uri);
	base64_put_lines(b, value, digest->len);
	buf_puts(b, "</ds:DigestValue>\n</ds:Reference>\n");
}

/* What stands in SignedInfo; its start tag differs between what is signed,
 * which shows the namespaces in scope, and what is sent. */
static void
put_signed_info(struct buf *b, const struct osci_signing *method,
    const struct buf *references)
{
	buf_printf(b,
	    "\n<ds:CanonicalizationMethod Algorithm=\"" XML_C14N_URI
	    "\"></ds:CanonicalizationMethod>\n"
	    "<ds:SignatureMethod Algorithm=\"%s\"></ds:SignatureMethod>\n",
	    method->uri);
	buf_put(b, buf_text(references), references->len);
	buf_puts(b, "</ds:SignedInfo>");
}

int
osci_signature_put(struct arena *a, struct buf *b,
    const struct osci_signer *signer, const struct buf *references,
    struct err *err)
{
	const struct osci_signing *method = osci_signing_find(
	    signer->method != NULL ? signer->method
				   : osci_key_method(&signer->key));
	struct buf *info = buf_new(a, SIGNATURE_MAX);
	const uint8_t *value;
	size_t len;

	assert(method != NULL);
	buf_puts(info, "<ds:SignedInfo" OSCI_XMLNS ">");
	put_signed_info(info, method, references);
	if (buf_check(references, err) == -1 || buf_check(info, err) == -1 ||
	    osci_sign(a, method, &signer->key, buf_text(info), info->len,
		&value, &len, err) == -1)
		return -1;
	buf_puts(b, "<ds:Signature><ds:SignedInfo>");
	put_signed_info(b, method, references);
	buf_puts(b, "<ds:SignatureValue>");
	base64_put_lines(b, value, len);
	buf_puts(b, "</ds:SignatureValue><ds:KeyInfo>"
		    "<ds:RetrievalMethod URI=\"#");
	osci_put_attribute(b, signer->cert_id);
	buf_puts(b, "\"></ds:RetrievalMethod></ds:KeyInfo></ds:Signature>");
	return buf_check(b, err);
}
