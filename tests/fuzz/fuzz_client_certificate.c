/*
 * What a client shows or an operator types: certificates, tokens, addresses,
 * networks. What is taken is within its limits.
 */
#include <assert.h>
#include <stdint.h>

#include "common/handover/client_certificate.h"
#include "common/handover/client_token.h"
#include "common/net_address.h"
#include "common/handover/webhook_url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t digest[CRYPTO_DIGEST_LEN];
	struct arena a = {0};
	struct err err = {0};
	const char *text = arena_dup(&a, data, size);
	struct net_list list;

	(void)client_certificate_pem(
	    &a, (const char *)data, size, digest, &err);
	(void)client_certificate_escaped(&a, text, digest, &err);
	(void)client_certificate_hex(text, digest, &err);
	(void)client_token_hash(text, digest, &err);
	if (webhook_url_check(text, true, &err) == 0)
		assert(strlen(text) <= WEBHOOK_URL_MAX &&
		    strpbrk(text, " \r\n@#") == NULL);
	if (net_list_parse(&a, text, &list, &err) == 0)
		for (size_t i = 0; i < list.n; i++)
			assert(list.net[i].bits <= 128);
	arena_free(&a);
	return 0;
}
