#include "common/osci/osci_encryption_make.h"

#include "common/base64.h"
#include "common/osci/osci_out.h"

void
osci_encryption_put_method(struct buf *b)
{
	buf_puts(b,
	    "<xenc:EncryptionMethod Algorithm=\"" OSCI_DEFAULT_CIPHER
	    "\"><osci128:IvLength xmlns:osci128=\"" OSCI_NS_128
	    "\" Value=\"12\"></osci128:IvLength></xenc:EncryptionMethod>");
}

/* The digests of RSA-OAEP that peers understand. */
static const struct wrap {
	const char *digest, *digest_uri, *mask_uri;
} wraps[] = {
	{ "SHA256", OSCI_DEFAULT_DIGEST, OSCI_NS_XENC11 "mgf1sha256" },
	{ "SHA512", OSCI_NS_XENC "sha512", OSCI_NS_XENC11 "mgf1sha512" },
};

static void
put_reader(struct buf *b, const struct osci_cert *cert, const char *id)
{
	if (id != NULL) {
		buf_puts(b,
		    "<ds:RetrievalMethod Type=\"" OSCI_NS_DS
		    "X509Data\" URI=\"#");
		osci_put_attribute(b, id);
		buf_puts(b, "\"></ds:RetrievalMethod>");
		return;
	}
	buf_puts(b, "<ds:X509Data><ds:X509Certificate>");
	base64_put_lines(b, cert->der, cert->len);
	buf_puts(b, "</ds:X509Certificate></ds:X509Data>");
}

int
osci_encryption_put_key(struct arena *a, struct buf *b,
    const struct osci_cert *cert, const char *id, const char *digest,
    const uint8_t *key, struct err *err)
{
	const struct wrap *w = &wraps[strcmp(digest, "SHA512") == 0];
	const uint8_t *wrapped;
	size_t len;

	if (osci_key_wrap(a, cert, w->digest, key, OSCI_KEY_MAX, &wrapped,
		&len, err) == -1)
		return -1;
	buf_printf(b,
	    "<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\""
	    OSCI_OAEP_URI "\"><xenc11:MGF xmlns:xenc11=\"" OSCI_NS_XENC11
	    "\" Algorithm=\"%s\"></xenc11:MGF>"
	    "<ds:DigestMethod Algorithm=\"%s\">"
	    "</ds:DigestMethod></xenc:EncryptionMethod><ds:KeyInfo>",
	    w->mask_uri, w->digest_uri);
	put_reader(b, cert, id);
	buf_puts(b,
	    "</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>");
	base64_put_lines(b, wrapped, len);
	buf_puts(b, "</xenc:CipherValue></xenc:CipherData>"
		    "</xenc:EncryptedKey>");
	return buf_check(b, err);
}

void
osci_encryption_put_part(struct buf *b, const char *part)
{
	buf_puts(b, "<xenc:CipherData><xenc:CipherReference URI=\"cid:");
	osci_put_attribute(b, part);
	buf_puts(b,
	    "\"><xenc:Transforms><ds:Transform Algorithm=\"" OSCI_NS_DS
	    "base64\"></ds:Transform></xenc:Transforms>"
	    "</xenc:CipherReference></xenc:CipherData>");
}
