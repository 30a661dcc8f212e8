/* links: courier/webhook_message */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/json.h"
#include "common/handover/webhook_url.h"
#include "courier/webhook_message.h"

static const struct {
	const char *url;
	bool is_fine, is_fine_in_demo;
} cases[] = {
    {"https://example.org", true, true},
    {"https://example.org/", true, true},
    {"https://example.org:8443/a/b?c=d", true, true},
    {"https://example.org?x", true, true},
    {"https://[2a00::1]/x", true, true},
    {"https://[2a00::1]:8443/x", true, true},
    {"https://10.0.0.1/", true, true}, /* judged when connected to */
    {"http://localhost:8080/", false, true},
    {"http://quelle.localhost/", false, true},
    {"http://127.0.0.1:1/", false, true},
    {"http://[::1]:1/", false, true},
    {"http://example.org/", false, false},
    {"http://127.0.0.1.example.org/", false, false},
    {"http://localhost.example.org/", false, false},
    {"http://xlocalhost/", false, false},
    {"http://.localhost/", false, false},
    {"HTTPS://example.org/", false, false},
    {"https:/example.org", false, false},
    {"https://", false, false},
    {"https:///x", false, false},
    {"https://:443/", false, false},
    {"https://example.org:/", false, false},
    {"https://example.org:123456/", false, false},
    {"https://example.org:80x/", false, false},
    {"https://user@example.org/", false, false},
    {"https://user:pw@example.org/", false, false},
    {"https://example.org/#x", false, false},
    {"https://example.org\\@evil.org/", false, false},
    {"https://example.org/a b", false, false},
    {"https://example.org/\r\nx: y", false, false},
    {"https://ex\xc3\xa4mple.org/", false, false},
    {"https://[::1", false, false},
    {"https://[::1]x/", false, false},
    {"ftp://example.org/", false, false},
    {"file:///etc/passwd", false, false},
    {"", false, false},
};

static void
test_url(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct err err = {0};

		if ((webhook_url_check(cases[i].url, false, &err) == 0) !=
			cases[i].is_fine ||
		    (webhook_url_check(cases[i].url, true, &err) == 0) !=
			cases[i].is_fine_in_demo)
			fail_msg("%s: %s", cases[i].url, err.msg);
	}
}

static void
test_long_url(void **state)
{
	char url[WEBHOOK_URL_MAX + 2] = "https://example.org/";
	struct err err = {0};

	(void)state;
	memset(url + strlen(url), 'a', WEBHOOK_URL_MAX - strlen(url));
	assert_int_equal(webhook_url_check(url, false, &err), 0);
	url[WEBHOOK_URL_MAX] = 'a';
	assert_int_equal(webhook_url_check(url, false, &err), -1);
}

/* Reckoned once with Python's hmac from the same key and text. */
static void
test_message(void **state)
{
	const struct webhook_job job = {.id = {{1, 2, 3}},
	    .vorgang_id = {{9}},
	    .event = WEBHOOK_WITHDRAWN,
	    .service = "maengelmeldung",
	    .state = "withdrawn",
	    .created_ms = INT64_C(1795305600123)};
	struct crypto_key secret;
	struct webhook_message m;
	struct arena a = {0};
	struct err err = {0};
	cJSON *body;

	(void)state;
	memset(secret.byte, 'k', sizeof(secret.byte));
	webhook_message_write(&a, &job, &secret, 1795305601, &m);
	assert_string_equal(m.id, "01020300000000000000000000000000");
	assert_string_equal(m.timestamp, "1795305601");
	assert_string_equal(m.body,
	    "{\"id\":\"01020300000000000000000000000000\","
	    "\"event\":\"withdrawn\","
	    "\"vorgang\":\"09000000000000000000000000000000\","
	    "\"service\":\"maengelmeldung\",\"state\":\"withdrawn\","
	    "\"at\":\"2026-11-22T00:00:00.123Z\"}");
	assert_string_equal(m.signature,
	    "v1,cERqFPTjyeGXH+CaMddEniMBPXlJCLSdFIFmqqUu90E=");
	assert_int_equal(json_parse(&a, m.body, strlen(m.body),
	    &json_limits_request, &body, &err), 0);
	assert_int_equal(cJSON_GetArraySize(body), 6);
	arena_free(&a);
}

static void
test_event_names(void **state)
{
	(void)state;
	assert_string_equal(webhook_event_name(WEBHOOK_NEW), "new");
	assert_string_equal(webhook_event_name(WEBHOOK_CHANGED), "changed");
	assert_string_equal(
	    webhook_event_name(WEBHOOK_WITHDRAWN), "withdrawn");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_url),
	    cmocka_unit_test(test_long_url),
	    cmocka_unit_test(test_message),
	    cmocka_unit_test(test_event_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
