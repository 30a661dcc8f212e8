#include "common/http/http_io.h"

#include <ctype.h>
#include <strings.h>
#include <sys/random.h>

#include "common/log.h"
#include "common/num.h"

#define QUERY_MAX 64	 /* pairs */
#define HEADER_NAME_MAX 60
#define REQUEST_ID_MAX 63

int64_t
http_now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

const char *
http_param(const struct request *req, const char *name)
{
	const char *value = req->io->param(req->io, name);

	return value == NULL ? "" : value;
}

const char *
http_header(const struct request *req, const char *name)
{
	char key[HEADER_NAME_MAX + 6] = "HTTP_";
	size_t i;

	if (strcasecmp(name, "Content-Type") == 0)
		return req->content_type;
	for (i = 0; name[i] != '\0' && i < HEADER_NAME_MAX; i++)
		key[i + 5] =
		    name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
	return http_param(req, key);
}

const char *
http_cookie(const struct request *req, const char *name)
{
	const char *p = http_param(req, "HTTP_COOKIE");
	size_t n = strlen(name);

	while (*p != '\0') {
		size_t len;

		p += strspn(p, "; \t");
		len = strcspn(p, ";");
		if (len > n && p[n] == '=' && memcmp(p, name, n) == 0)
			return arena_dup(req->arena, p + n + 1, len - n - 1);
		p += len;
	}
	return "";
}

static enum http_method
method_of(const char *name)
{
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {
	    {"GET", HTTP_GET},
	    {"POST", HTTP_POST},
	    {"HEAD", HTTP_HEAD},
	    {"DELETE", HTTP_DELETE},
	};

	for (size_t i = 0; i < nitems(methods); i++)
		if (strcmp(methods[i].name, name) == 0)
			return methods[i].method;
	return 0; /* of no route */
}

/* nginx's id if it is harmless, else a new one. */
static const char *
request_id(struct request *req)
{
	const char *id = http_param(req, "REQUEST_ID");
	unsigned char random[16];
	char hex[2 * sizeof(random) + 1];

	if (*id != '\0' && strlen(id) <= REQUEST_ID_MAX &&
	    id[strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz"
			  "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_")] == '\0')
		return id;
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		log_fatal("getrandom: no random bytes");
	for (size_t i = 0; i < sizeof(random); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", random[i]);
	return arena_strdup(req->arena, hex);
}

/* Without port, lower case; "" when it is no host name. */
static const char *
host_of(struct request *req)
{
	const char *given = http_param(req, "HTTP_HOST");
	size_t len = strcspn(given, ":");
	char *host;

	if (len > 253)
		return "";
	host = arena_dup(req->arena, given, len);
	for (char *p = host; *p != '\0'; p++) {
		*p = (char)tolower((unsigned char)*p);
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.')
			return "";
	}
	return host;
}

/*
 * DOCUMENT_URI is decoded and normalised by nginx and follows its internal
 * redirects, which REQUEST_URI does not.
 */
static const char *
path_of(struct request *req)
{
	const char *path = http_param(req, "DOCUMENT_URI");

	if (*path == '\0')
		path = http_param(req, "SCRIPT_NAME");
	return path;
}

static int
read_length(struct request *req, struct err *err)
{
	const char *length = http_param(req, "CONTENT_LENGTH");

	req->content_length = -1;
	if (*length != '\0' &&
	    num_parse(length, 0, INT64_MAX, &req->content_length, err) == -1)
		return err_set(err, ERR_BAD_REQUEST, "Content-Length");
	return 0;
}

int
http_request_read(struct request *req, struct err *err)
{
	const char *query, *accept;

	req->request_id = request_id(req);
	req->method = method_of(http_param(req, "REQUEST_METHOD"));
	req->path = path_of(req);
	req->host = host_of(req);
	req->remote_addr = http_param(req, "REMOTE_ADDR");
	req->content_type = http_param(req, "CONTENT_TYPE");
	accept = http_param(req, "HTTP_ACCEPT");
	req->wants_json = strstr(accept, "text/html") == NULL &&
	    (strstr(accept, "application/json") != NULL ||
		strstr(accept, "application/problem+json") != NULL);
	if (*req->path != '/')
		return err_set(err, ERR_BAD_REQUEST, "no path");
	if (read_length(req, err) == -1)
		return -1;
	query = http_param(req, "QUERY_STRING");
	return http_decode_form(req->arena, query, strlen(query), QUERY_MAX,
	    &req->query, err);
}

void
http_request_language(struct request *req)
{
	const char *chosen = http_pair_get(&req->query, "sprache");

	req->chosen = lang_parse(chosen, LANG_COUNT);
	req->sets_language = req->chosen != LANG_COUNT;
	if (req->chosen == LANG_COUNT)
		req->chosen =
		    lang_parse(http_cookie(req, "sprache"), LANG_COUNT);
	http_request_offer(req, LANGS_NEEDED);
}

enum lang
http_request_lang(const struct request *req, unsigned offered)
{
	return req->chosen != LANG_COUNT
	    ? lang_among(req->chosen, offered)
	    : lang_accept(http_header(req, "Accept-Language"), offered);
}

void
http_request_offer(struct request *req, unsigned offered)
{
	req->languages = offered;
	req->lang = http_request_lang(req, offered);
}

void
http_request_choose(struct request *req, enum lang lang)
{
	req->chosen = lang;
	req->sets_language = true;
	http_request_offer(req, req->languages);
}

/* Whether an origin such as "https://town.example:8443" is of this host. */
static bool
origin_is_ours(const struct request *req, const char *origin)
{
	const char *host = strstr(origin, "://");

	return host != NULL &&
	    strcasecmp(host + 3, http_param(req, "HTTP_HOST")) == 0;
}

int
http_request_same_site(const struct request *req, struct err *err)
{
	const char *site = http_header(req, "Sec-Fetch-Site");
	const char *origin = http_header(req, "Origin");

	if (strcmp(site, "cross-site") == 0)
		return err_set(err, ERR_FORBIDDEN, "sent from another site");
	if (*origin == '\0')
		return 0;
	/* "null" is also what a browser says that keeps the referrer back. */
	if (strcmp(origin, "null") == 0 && *site != '\0')
		return 0;
	if (!origin_is_ours(req, origin))
		return err_set(err, ERR_FORBIDDEN, "sent from %.100s", origin);
	return 0;
}
