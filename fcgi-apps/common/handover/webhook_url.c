#include "common/handover/webhook_url.h"

/* Whether the len bytes at s are word. */
static bool
is_word(const char *s, size_t len, const char *word)
{
	return len == strlen(word) && memcmp(s, word, len) == 0;
}

/* A name that is this machine's by its look. */
static bool
is_local(const char *host, size_t len)
{
	static const char suffix[] = ".localhost";

	if (is_word(host, len, "localhost") || is_word(host, len, "[::1]"))
		return true;
	if (len > strlen(suffix) &&
	    memcmp(host + len - strlen(suffix), suffix, strlen(suffix)) == 0)
		return true;
	return len > 4 && memcmp(host, "127.", 4) == 0 &&
	    strspn(host, "0123456789.") >= len;
}

/* Behind the host: nothing, or a port and then nothing, a path or a query. */
static bool
is_rest(const char *s)
{
	if (*s == ':') {
		size_t n = strspn(++s, "0123456789");

		if (n == 0 || n > 5)
			return false;
		s += n;
	}
	return *s == '\0' || *s == '/' || *s == '?';
}

int
webhook_url_check(const char *url, bool is_demo, struct err *err)
{
	static const char https[] = "https://", http[] = "http://";
	bool is_http = strncmp(url, http, strlen(http)) == 0;
	const char *host;
	size_t len;

	if (strlen(url) > WEBHOOK_URL_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "an address has %d characters at most", WEBHOOK_URL_MAX);
	for (const char *p = url; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p > '~' ||
		    strchr("\"<>\\^`{|}", *p) != NULL)
			return err_set(err, ERR_BAD_REQUEST,
			    "an address is printable ASCII; write other "
			    "characters as %%XX");
	if (!is_http && strncmp(url, https, strlen(https)) != 0)
		return err_set(err, ERR_BAD_REQUEST,
		    "an address begins with https://");
	host = url + (is_http ? strlen(http) : strlen(https));
	len = *host == '[' ? strspn(host, "[0123456789abcdefABCDEF:.") + 1
			   : strcspn(host, ":/?#@");
	if (*host == '[' && (strlen(host) < len || host[len - 1] != ']'))
		return err_set(err, ERR_BAD_REQUEST,
		    "an IPv6 address stands in brackets");
	if (len == 0 || strpbrk(host, "@#") != NULL || !is_rest(host + len))
		return err_set(err, ERR_BAD_REQUEST,
		    "an address has a host, no user and no fragment");
	if (is_http && !(is_demo && is_local(host, len)))
		return err_set(err, ERR_BAD_REQUEST,
		    "http:// is for this machine in a demo only; use "
		    "https://");
	return 0;
}
