#include "common/osci/osci_http.h"

#include <ctype.h>
#include <curl/curl.h>
#include <unistd.h>

#include "common/log.h"
#include "common/net_address.h"

#define CONNECT_MS 10000
#define IDLE_MAX_S 5 /* then a kept connection is not used again */

struct osci_http {
	const struct osci_http_settings *settings;
	struct osci_http_settings own;
	CURL *curl;
	struct curl_slist *header;
	/* of the running call */
	struct crypto_spool *message;
	int64_t at, received;
	int (*sink)(void *arg, const void *data, size_t n, struct err *err);
	void *arg;
	bool was_sent, is_refused;
	struct err err; /* of the callbacks */
};

void
osci_http_settings(const struct config *config, struct osci_http_settings *out)
{
	int64_t timeout_ms = config->osci_http_timeout_s * 1000;

	*out = (struct osci_http_settings){
		.allows_plain = strcmp(config->osci_http_plain, "yes") == 0,
		.allows_internal =
		    strcmp(config->osci_http_internal, "yes") == 0,
		.ca_file = config->osci_http_ca_file,
		.proxy = config->osci_http_proxy,
		.connect_ms =
		    timeout_ms < CONNECT_MS ? timeout_ms : CONNECT_MS,
		.timeout_ms = timeout_ms,
		.answer_max = config->osci_http_answer_max,
	};
}

/* Just before connecting: the very address that is connected to. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct osci_http *h = arg;

	(void)purpose;
	if (!h->settings->allows_internal && net_is_internal(&address->addr)) {
		h->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

/* ---- URIs ---- */

static char *
part_of(CURLU *url, CURLUPart what)
{
	char *text = NULL;

	return curl_url_get(url, what, &text, 0) == CURLUE_OK ? text : NULL;
}

static int
check_url(const struct osci_http_settings *s, CURLU *url, struct err *err)
{
	char *scheme = part_of(url, CURLUPART_SCHEME);
	char *host = part_of(url, CURLUPART_HOST);
	char *user = part_of(url, CURLUPART_USER);
	char *fragment = part_of(url, CURLUPART_FRAGMENT);
	bool is_https = scheme != NULL && strcmp(scheme, "https") == 0;
	bool is_http = scheme != NULL && strcmp(scheme, "http") == 0;
	int rc = 0;

	if (host == NULL || *host == '\0' || user != NULL || fragment != NULL)
		rc = err_set(err, ERR_BAD_REQUEST,
		    "OSCI: an address that is no plain URI with a host");
	else if (!is_https && !(is_http && s->allows_plain))
		rc = err_set(err, ERR_FORBIDDEN,
		    "OSCI: an address that is not https");
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_free(fragment);
	return rc;
}

/* Printable ASCII, and two slashes: libcurl takes one to three. */
static bool
is_plain(const char *uri)
{
	const char *slashes = strstr(uri, "://");

	for (const char *p = uri; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p > '~')
			return false;
	return slashes != NULL && slashes[3] != '/';
}

/* NULL: it is none. */
static CURLU *
parse(const char *uri)
{
	CURLU *url;

	if (!is_plain(uri))
		return NULL;
	if ((url = curl_url()) == NULL)
		log_fatal("libcurl: out of memory");
	if (curl_url_set(url, CURLUPART_URL, uri, 0) != CURLUE_OK) {
		curl_url_cleanup(url);
		return NULL;
	}
	return url;
}

int
osci_http_check(
    const struct osci_http_settings *settings, const char *uri, struct err *err)
{
	CURLU *url = parse(uri);
	int rc;

	if (url == NULL)
		return err_set(
		    err, ERR_BAD_REQUEST, "OSCI: an address that is no URI");
	rc = check_url(settings, url, err);
	curl_url_cleanup(url);
	return rc;
}

const char *
osci_http_host(struct arena *a, const char *uri)
{
	CURLU *url = parse(uri);
	char *text, *host;

	if (url == NULL)
		return NULL;
	text = part_of(url, CURLUPART_HOST);
	host = text == NULL ? NULL : arena_strdup(a, text);
	for (char *p = host; p != NULL && *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	curl_free(text);
	curl_url_cleanup(url);
	return host;
}

/* ---- the call ---- */

static size_t
give(char *to, size_t size, size_t n, void *arg)
{
	struct osci_http *h = arg;
	int64_t left = crypto_spool_len(h->message) - h->at;

	n *= size;
	if ((uint64_t)left < n)
		n = (size_t)left;
	if (n == 0)
		return 0;
	if (crypto_spool_read(h->message, h->at, to, n, &h->err) == -1)
		return CURL_READFUNC_ABORT;
	h->at += (int64_t)n;
	h->was_sent = true;
	return n;
}

/*
 * libcurl would send it again when a kept connection breaks before the answer.
 * Nobody knows then what became of the first one: that is for the caller to find
 * out, so that of no message two go out.
 */
static int
rewind_to(void *arg, curl_off_t offset, int origin)
{
	struct osci_http *h = arg;

	if (origin != SEEK_SET || h->was_sent)
		return CURL_SEEKFUNC_FAIL;
	h->at = offset;
	return CURL_SEEKFUNC_OK;
}

static size_t
take(char *data, size_t size, size_t n, void *arg)
{
	struct osci_http *h = arg;
	long status = 0;

	n *= size;
	(void)curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200 && status != 500)
		return n; /* an error page of something else */
	h->received += (int64_t)n;
	if (h->received > h->settings->answer_max) {
		(void)err_set(&h->err, ERR_TOO_LARGE,
		    "OSCI: an answer of over %lld bytes",
		    (long long)h->settings->answer_max);
		return 0;
	}
	return h->sink(h->arg, data, n, &h->err) == -1 ? 0 : n;
}

struct osci_http *
osci_http_new(const struct osci_http_settings *settings)
{
	struct osci_http *h = calloc(1, sizeof(*h));

	if (h == NULL || (h->curl = curl_easy_init()) == NULL)
		log_fatal("libcurl: out of memory");
	h->own = *settings;
	h->settings = &h->own;
	h->header = curl_slist_append(NULL, "Content-Type: text/xml");
	h->header = curl_slist_append(h->header, "Expect:");
	return h;
}

void
osci_http_free(struct osci_http *h)
{
	if (h == NULL)
		return;
	curl_slist_free_all(h->header);
	curl_easy_cleanup(h->curl);
	free(h);
}

static void
set_options(struct osci_http *h, const char *uri)
{
	const struct osci_http_settings *s = h->settings;
	CURL *c = h->curl;

	curl_easy_reset(c);
	(void)curl_easy_setopt(c, CURLOPT_URL, uri);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
	    s->allows_plain ? "http,https" : "https");
	(void)curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(c, CURLOPT_PROXY, s->proxy);
	(void)curl_easy_setopt(
	    c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (s->ca_file[0] != '\0')
		(void)curl_easy_setopt(c, CURLOPT_CAINFO, s->ca_file);
	(void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)s->connect_ms);
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)s->timeout_ms);
	(void)curl_easy_setopt(c, CURLOPT_MAXAGE_CONN, (long)IDLE_MAX_S);
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	(void)curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, h);
	(void)curl_easy_setopt(c, CURLOPT_POST, 1L);
	(void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, h->header);
	(void)curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)crypto_spool_len(h->message));
	(void)curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
	(void)curl_easy_setopt(c, CURLOPT_READDATA, h);
	(void)curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, rewind_to);
	(void)curl_easy_setopt(c, CURLOPT_SEEKDATA, h);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, h);
}

static int
judge(struct osci_http *h, CURLcode rc, struct err *err)
{
	long status = 0;

	if (h->err.code != ERR_NONE) {
		*err = h->err;
		return -1;
	}
	if (h->is_refused && !h->was_sent)
		return err_set(err, ERR_FORBIDDEN,
		    "OSCI: the address lies in an internal network");
	if (rc != CURLE_OK)
		return err_set(err,
		    rc == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT : ERR_IO,
		    "OSCI: %s", curl_easy_strerror(rc));
	(void)curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	return status == 200 || status == 500
	    ? 0
	    : err_set(err, ERR_IO, "OSCI: answered with HTTP status %ld",
		  status);
}

int
osci_http_post(struct osci_http *h, const char *uri,
    struct crypto_spool *message,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, bool *was_sent, struct err *err)
{
	int rc;

	*was_sent = false;
	if (osci_http_check(h->settings, uri, err) == -1)
		return -1;
	h->message = message;
	h->sink = sink;
	h->arg = arg;
	h->at = h->received = 0;
	h->was_sent = h->is_refused = false;
	err_clear(&h->err);
	set_options(h, uri);
	rc = judge(h, curl_easy_perform(h->curl), err);
	*was_sent = h->was_sent;
	h->message = NULL;
	return rc;
}
