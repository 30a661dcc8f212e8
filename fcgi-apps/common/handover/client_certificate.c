#include "common/handover/client_certificate.h"

#include "common/base64.h"
#include "common/hex.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"
#define PEM_MAX 32768
#define DER_SEQUENCE 0x30 /* how each certificate begins */

int
client_certificate_pem(struct arena *a, const char *pem, size_t len,
    uint8_t out[CRYPTO_DIGEST_LEN], struct err *err)
{
	const char *begin, *end;
	uint8_t *der;
	size_t n;

	if (len > PEM_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "a certificate of more than %d bytes", PEM_MAX);
	begin = memmem(pem, len, BEGIN, strlen(BEGIN));
	if (begin == NULL)
		return err_set(
		    err, ERR_BAD_REQUEST, "there is no certificate in it");
	begin += strlen(BEGIN);
	end = memmem(begin, len - (size_t)(begin - pem), END, strlen(END));
	if (end == NULL)
		return err_set(
		    err, ERR_BAD_REQUEST, "the certificate has no end");
	if (base64_decode(a, begin, (size_t)(end - begin), &der, &n, err) ==
	    -1)
		return -1;
	if (n < 2 || der[0] != DER_SEQUENCE)
		return err_set(
		    err, ERR_BAD_REQUEST, "what is in it is no certificate");
	crypto_sha256(der, n, out);
	return 0;
}

int
client_certificate_escaped(struct arena *a, const char *escaped,
    uint8_t out[CRYPTO_DIGEST_LEN], struct err *err)
{
	size_t len = strlen(escaped), n = 0;
	char *pem;

	if (len > 3 * PEM_MAX)
		return err_set(err, ERR_TOO_LARGE, "a certificate too large");
	pem = arena_alloc(a, len + 1, 1);
	for (const char *p = escaped; *p != '\0'; p++) {
		int high, low;

		if (*p != '%') {
			pem[n++] = *p;
			continue;
		}
		if ((high = hex_digit(p[1])) == -1 ||
		    (low = hex_digit(p[2])) == -1)
			return err_set(err, ERR_BAD_REQUEST,
			    "a certificate with a broken escape");
		pem[n++] = (char)(high << 4 | low);
		p += 2;
	}
	return client_certificate_pem(a, pem, n, out, err);
}

int
client_certificate_hex(const char *hex, uint8_t out[CRYPTO_DIGEST_LEN],
    struct err *err)
{
	size_t n = 0;

	for (const char *p = hex; *p != '\0'; p++) {
		int digit = hex_digit(*p);

		if (*p == ':' && n % 2 == 0)
			continue;
		if (digit == -1 || n == 2 * CRYPTO_DIGEST_LEN)
			return err_set(err, ERR_BAD_REQUEST,
			    "a SHA-256 fingerprint has 64 hex digits");
		if (n % 2 == 0)
			out[n / 2] = (uint8_t)(digit << 4);
		else
			out[n / 2] |= (uint8_t)digit;
		n++;
	}
	if (n != 2 * CRYPTO_DIGEST_LEN)
		return err_set(err, ERR_BAD_REQUEST,
		    "a SHA-256 fingerprint has 64 hex digits");
	return 0;
}
