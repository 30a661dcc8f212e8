#include "courier/webhook_http.h"

#include <curl/curl.h>

#include "common/log.h"
#include "common/handover/webhook_url.h"

#define CONNECT_MS 5000L
#define TIMEOUT_MS 10000L
#define ANSWER_MAX 65536 /* bytes; more than that is no receipt */

struct webhook_http {
	const struct config *config;
	struct arena arena;
	struct net_list networks;
	CURL *curl;
	/* of the running call */
	bool is_plain, is_refused;
	size_t received;
};

int
webhook_http_new(const struct config *config, struct webhook_http **out,
    struct err *err)
{
	struct webhook_http *h = calloc(1, sizeof(*h));

	if (h == NULL || (h->curl = curl_easy_init()) == NULL)
		log_fatal("webhooks: libcurl cannot start");
	h->config = config;
	if (net_list_parse(&h->arena, config->webhook_networks, &h->networks,
		err) == -1) {
		webhook_http_free(h);
		return -1;
	}
	*out = h;
	return 0;
}

void
webhook_http_free(struct webhook_http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->curl);
	arena_free(&h->arena);
	free(h);
}

/* http:// only ever reaches this machine, and only in a demo. */
static bool
is_allowed(const struct webhook_http *h, const struct sockaddr *address)
{
	bool is_demo = strcmp(h->config->public_scheme, "http") == 0;

	if (h->is_plain)
		return is_demo && net_is_loopback(address);
	return !net_is_internal(address) ||
	    net_list_has(&h->networks, address) ||
	    (is_demo && net_is_loopback(address));
}

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct webhook_http *h = arg;

	(void)purpose;
	if (!is_allowed(h, &address->addr)) {
		h->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

static size_t
take_answer(char *data, size_t size, size_t n, void *arg)
{
	struct webhook_http *h = arg;

	(void)data; /* nothing in it matters */
	h->received += size * n;
	return h->received > ANSWER_MAX ? 0 : size * n;
}

static struct curl_slist *
write_headers(struct arena *a, const struct webhook_message *m)
{
	struct curl_slist *list = NULL;

	list = curl_slist_append(list, "Content-Type: application/json");
	list = curl_slist_append(list, "Expect:");
	list = curl_slist_append(
	    list, arena_printf(a, "webhook-id: %s", m->id));
	list = curl_slist_append(
	    list, arena_printf(a, "webhook-timestamp: %s", m->timestamp));
	return curl_slist_append(
	    list, arena_printf(a, "webhook-signature: %s", m->signature));
}

static void
set_options(struct webhook_http *h, const char *url,
    const struct webhook_message *m, struct curl_slist *headers)
{
	CURL *c = h->curl;

	curl_easy_reset(c); /* keeps the connections */
	(void)curl_easy_setopt(c, CURLOPT_URL, url);
	(void)curl_easy_setopt(
	    c, CURLOPT_PROTOCOLS_STR, h->is_plain ? "http" : "https");
	(void)curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(c, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
	(void)curl_easy_setopt(
	    c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (h->config->webhook_ca_file[0] != '\0')
		(void)curl_easy_setopt(
		    c, CURLOPT_CAINFO, h->config->webhook_ca_file);
	(void)curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	(void)curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, h);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_answer);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, h);
	(void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(
	    c, CURLOPT_USERAGENT, "Torhaus/" TORHAUS_VERSION);
	(void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, m->body);
	(void)curl_easy_setopt(
	    c, CURLOPT_POSTFIELDSIZE, (long)strlen(m->body));
}

static int
judge(struct webhook_http *h, CURLcode rc, int *status, struct err *err)
{
	long answer = 0;

	(void)curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &answer);
	*status = (int)answer;
	if (h->is_refused)
		return err_set(err, ERR_FORBIDDEN,
		    "its address is in a network that webhook_networks does "
		    "not allow");
	if (rc == CURLE_WRITE_ERROR && h->received > ANSWER_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "the answer is longer than %d bytes", ANSWER_MAX);
	if (rc != CURLE_OK)
		return err_set(err, ERR_IO, "%s", curl_easy_strerror(rc));
	if (answer >= 300 && answer < 400)
		return err_set(err, ERR_IO,
		    "status %ld: redirects are not followed", answer);
	if (answer < 200 || answer > 299)
		return err_set(err, ERR_IO, "status %ld", answer);
	return 0;
}

int
webhook_http_post(struct webhook_http *h, struct arena *a, const char *url,
    const struct webhook_message *message, int *status, struct err *err)
{
	struct curl_slist *headers;
	int rc;

	*status = 0;
	if (webhook_url_check(url,
		strcmp(h->config->public_scheme, "http") == 0, err) == -1)
		return -1;
	h->is_plain = strncmp(url, "http://", strlen("http://")) == 0;
	h->is_refused = false;
	h->received = 0;
	headers = write_headers(a, message);
	set_options(h, url, message, headers);
	rc = judge(h, curl_easy_perform(h->curl), status, err);
	curl_slist_free_all(headers);
	return rc;
}
