#include "common/handover/client_token.h"

#include "common/id.h"

#define PREFIX "fv_" /* so that scanners for leaked secrets know it */

const char *
client_token_new(struct arena *a, uint8_t hash[CRYPTO_DIGEST_LEN])
{
	uint8_t bytes[ID_TOKEN_LEN];
	const char *shown;

	crypto_random(bytes, sizeof(bytes));
	crypto_sha256(bytes, sizeof(bytes), hash);
	shown = arena_printf(a, PREFIX "%s", id_token_show(a, bytes));
	explicit_bzero(bytes, sizeof(bytes));
	return shown;
}

int
client_token_hash(const char *token, uint8_t hash[CRYPTO_DIGEST_LEN],
    struct err *err)
{
	uint8_t bytes[ID_TOKEN_LEN];
	struct err none = {0};

	if (strncmp(token, PREFIX, strlen(PREFIX)) != 0 ||
	    id_token_parse(token + strlen(PREFIX), bytes, &none) == -1)
		return err_set(err, ERR_UNAUTHORIZED, "no token of a client");
	crypto_sha256(bytes, sizeof(bytes), hash);
	explicit_bzero(bytes, sizeof(bytes));
	return 0;
}
