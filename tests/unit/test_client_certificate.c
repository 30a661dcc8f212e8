#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/handover/client_certificate.h"
#include "common/handover/client_token.h"
#include "common/id.h"

/* Made for this test; its key is nowhere. */
static const char pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBhjCCAS2gAwIBAgIUY882LC9+AZyzh7XfBEHnvOgm5AMwCgYIKoZIzj0EAwIw\n"
    "GTEXMBUGA1UEAwwOdmVyZmFocmVuLnRlc3QwHhcNMjYxMTIyMDkzMjM5WhcNMzYx\n"
    "MTE5MDkzMjM5WjAZMRcwFQYDVQQDDA52ZXJmYWhyZW4udGVzdDBZMBMGByqGSM49\n"
    "AgEGCCqGSM49AwEHA0IABBFyafnDZyXDsFOg5jXAPJfeLJCNEEvDRQTbj2wNxLks\n"
    "2NHzB4xKAcNw0ztGPEmoLv7Jjs0aAFvtkUAAuFyfl8+jUzBRMB0GA1UdDgQWBBTw\n"
    "ctm64xtG/H8/JMRJs6RPGKRFnjAfBgNVHSMEGDAWgBTwctm64xtG/H8/JMRJs6RP\n"
    "GKRFnjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIGM8mREl1pyl\n"
    "Yjw3cJSxPmPdlZONhUPeKNvUXwR8Fic8AiAkPHLfBfQEJQv/GOvHRdIF/rbZgSRI\n"
    "KPkYCWY706Zf4g==\n"
    "-----END CERTIFICATE-----\n";
static const char escaped[] =
    "-----BEGIN%20CERTIFICATE-----"
    "%0AMIIBhjCCAS2gAwIBAgIUY882LC9%2BAZyzh7XfBEHnvOgm5AMwCgYIKoZIzj0EAwIw%"
    "0AGTEXMBUGA1UEAwwOdmVyZmFocmVuLnRlc3QwHhcNMjYxMTIyMDkzMjM5WhcNMzYx%0AM"
    "TE5MDkzMjM5WjAZMRcwFQYDVQQDDA52ZXJmYWhyZW4udGVzdDBZMBMGByqGSM49%0AAgEG"
    "CCqGSM49AwEHA0IABBFyafnDZyXDsFOg5jXAPJfeLJCNEEvDRQTbj2wNxLks%0A2NHzB4x"
    "KAcNw0ztGPEmoLv7Jjs0aAFvtkUAAuFyfl8%2BjUzBRMB0GA1UdDgQWBBTw%0Actm64xtG"
    "%2FH8%2FJMRJs6RPGKRFnjAfBgNVHSMEGDAWgBTwctm64xtG%2FH8%2FJMRJs6RP%0AGKR"
    "FnjAPBgNVHRMBAf8EBTADAQH%2FMAoGCCqGSM49BAMCA0cAMEQCIGM8mREl1pyl%0AYjw3"
    "cJSxPmPdlZONhUPeKNvUXwR8Fic8AiAkPHLfBfQEJQv%2FGOvHRdIF%2FrbZgSRI%0AKPk"
    "YCWY706Zf4g%3D%3D%0A-----END%20CERTIFICATE-----%0A";
/* As openssl x509 -fingerprint -sha256 shows it. */
static const char fingerprint[] =
    "40:2C:F0:79:3E:0D:33:EA:82:81:16:A4:D7:13:D9:F1:"
    "75:E3:5D:2B:FD:E5:4E:CC:E4:86:01:C0:EB:B0:13:7D";

static void
expect_hex(const uint8_t digest[CRYPTO_DIGEST_LEN])
{
	struct arena a = {0};

	assert_string_equal(id_hex_bytes(&a, digest, CRYPTO_DIGEST_LEN),
	    "402cf0793e0d33ea828116a4d713d9f1"
	    "75e35d2bfde54ecce48601c0ebb0137d");
	arena_free(&a);
}

static void
test_same(void **state)
{
	uint8_t digest[CRYPTO_DIGEST_LEN];
	struct arena a = {0};
	struct err err = {0};
	const char *text = arena_printf(
	    &a, "some words before\n%s%s", pem, pem);

	(void)state;
	assert_int_equal(client_certificate_pem(
	    &a, pem, strlen(pem), digest, &err), 0);
	expect_hex(digest);
	assert_int_equal(client_certificate_pem(
	    &a, text, strlen(text), digest, &err), 0);
	expect_hex(digest);
	assert_int_equal(
	    client_certificate_escaped(&a, escaped, digest, &err), 0);
	expect_hex(digest);
	assert_int_equal(client_certificate_hex(fingerprint, digest, &err), 0);
	expect_hex(digest);
	arena_free(&a);
}

static void
test_no_certificate(void **state)
{
	static const char *const wrong[] = {"", "x", "%", "%2", "%zz",
	    "-----BEGIN CERTIFICATE-----",
	    "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
	    "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----",
	    "-----BEGIN CERTIFICATE-----M*==-----END CERTIFICATE-----",
	    "-----BEGIN CERTIFICATE-----MA-----END CERTIFICATE-----",
	    "-----END CERTIFICATE----------BEGIN CERTIFICATE-----"};
	uint8_t digest[CRYPTO_DIGEST_LEN];

	(void)state;
	for (size_t i = 0; i < nitems(wrong); i++) {
		struct arena a = {0};
		struct err err = {0};

		if (client_certificate_escaped(&a, wrong[i], digest, &err) ==
		    0)
			fail_msg("%s is taken", wrong[i]);
		assert_int_equal(err.code, ERR_BAD_REQUEST);
		arena_free(&a);
	}
}

static void
test_no_fingerprint(void **state)
{
	static const char *const wrong[] = {"", "00", "zz",
	    "000000000000000000000000000000000000000000000000000000000000000",
	    "00000000000000000000000000000000000000000000000000000000000000000",
	    "0:0"};
	uint8_t digest[CRYPTO_DIGEST_LEN];

	(void)state;
	for (size_t i = 0; i < nitems(wrong); i++) {
		struct err err = {0};

		assert_int_equal(
		    client_certificate_hex(wrong[i], digest, &err), -1);
		assert_int_equal(err.code, ERR_BAD_REQUEST);
	}
}

static void
test_token(void **state)
{
	static const char *const wrong[] = {"", "fv_", "x",
	    "fv_0123456789abcdefghjkmnpqr", "FV_0123456789abcdefghjkmnpqrs",
	    "0123456789abcdefghjkmnpqrs"};
	uint8_t made[CRYPTO_DIGEST_LEN], again[CRYPTO_DIGEST_LEN];
	struct arena a = {0};
	struct err err = {0};
	const char *token = client_token_new(&a, made);

	(void)state;
	assert_int_equal(strlen(token), 3 + 26);
	assert_int_equal(client_token_hash(token, again, &err), 0);
	assert_memory_equal(made, again, sizeof(made));
	(void)client_token_new(&a, again);
	assert_memory_not_equal(made, again, sizeof(made));
	for (size_t i = 0; i < nitems(wrong); i++) {
		err_clear(&err);
		assert_int_equal(client_token_hash(wrong[i], again, &err), -1);
		assert_int_equal(err.code, ERR_UNAUTHORIZED);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same),
	    cmocka_unit_test(test_no_certificate),
	    cmocka_unit_test(test_no_fingerprint),
	    cmocka_unit_test(test_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
