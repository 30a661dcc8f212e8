/* The one way by which judging a certificate reaches the network. */
#include <curl/curl.h>

#include "common/osci/osci_trust_part.h"

struct answer {
	uint8_t *data;
	size_t len, max;
	bool is_long;
};

static size_t
take(char *data, size_t size, size_t n, void *arg)
{
	struct answer *answer = arg;

	n *= size;
	if (n > answer->max - answer->len) {
		answer->is_long = true;
		return 0; /* ends the transfer */
	}
	memcpy(answer->data + answer->len, data, n);
	answer->len += n;
	return n;
}

static void
set_options(CURL *curl, const char *url, const void *body, size_t n,
    int64_t timeout_ms, struct answer *answer)
{
	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(curl, CURLOPT_POST, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	(void)curl_easy_setopt(
	    curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)n);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
}

static int
judge(CURL *curl, CURLcode rc, const struct answer *answer, struct err *err)
{
	long status = 0;

	if (answer->is_long)
		return err_set(err, ERR_TOO_LARGE, "answer of over %zu bytes",
		    answer->max);
	if (rc != CURLE_OK)
		return err_set(err, ERR_IO, "%s", curl_easy_strerror(rc));
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return status == 200
	    ? 0
	    : err_set(err, ERR_IO, "answered with HTTP status %ld", status);
}

int
trust_http_start(struct err *err)
{
	return curl_global_init(CURL_GLOBAL_ALL) == 0
	    ? 0
	    : err_set(err, ERR_INTERNAL, "libcurl cannot start");
}

int
trust_http_post(struct arena *a, const char *url, const char *type,
    const void *body, size_t n, int64_t timeout_ms, size_t max,
    const uint8_t **out, size_t *len, struct err *err)
{
	struct answer answer = {.data = arena_new(a, uint8_t, max),
	    .max = max};
	struct curl_slist *headers;
	CURL *curl;
	int rc;

	if (timeout_ms <= 0)
		return err_set(err, ERR_IO, "no time is left");
	if ((curl = curl_easy_init()) == NULL)
		return err_set(err, ERR_INTERNAL, "libcurl cannot start");
	headers = curl_slist_append(
	    NULL, arena_printf(a, "Content-Type: %s", type));
	headers = curl_slist_append(headers, "Expect:");
	set_options(curl, url, body, n, timeout_ms, &answer);
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	rc = judge(curl, curl_easy_perform(curl), &answer, err);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	*out = answer.data;
	*len = answer.len;
	return rc;
}
