#include "courier/smtp.h"

#include <curl/curl.h>

#include "common/arena.h"
#include "courier/mail_header.h"

#define CONNECT_TIMEOUT_MS 10000L
#define SEND_TIMEOUT_MS 60000L
/* Servers hang up on who is silent, which would cost the next mail a try. */
#define REUSE_S 10L

struct smtp {
	CURL *curl;
	const struct config *config;
	char *password; /* NULL: no log-in */
};

/* The first line of the password file. */
static int
read_password(const char *path, char **out, struct err *err)
{
	char line[512];
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return err_set(err, ERR_CONFIG,
		    "smtp_password_file %s cannot be opened", path);
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	(void)fclose(f); /* only read from */
	line[strcspn(line, "\r\n")] = '\0';
	*out = strdup(line);
	explicit_bzero(line, sizeof(line));
	return 0;
}

int
smtp_new(const struct config *config, struct smtp **out, struct err *err)
{
	struct smtp *s = calloc(1, sizeof(*s));

	if (s == NULL || (s->curl = curl_easy_init()) == NULL) {
		free(s);
		return err_set(err, ERR_INTERNAL, "libcurl cannot start");
	}
	s->config = config;
	if (config->smtp_user[0] != '\0' &&
	    read_password(config->smtp_password_file, &s->password, err) ==
		-1) {
		smtp_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

void
smtp_free(struct smtp *s)
{
	if (s == NULL)
		return;
	curl_easy_cleanup(s->curl);
	if (s->password != NULL)
		explicit_bzero(s->password, strlen(s->password));
	free(s->password);
	free(s);
}

static long
tls_level(const char *name)
{
	if (strcmp(name, "none") == 0)
		return CURLUSESSL_NONE;
	if (strcmp(name, "opportunistic") == 0)
		return CURLUSESSL_TRY;
	return CURLUSESSL_ALL;
}

static void
set_server(struct smtp *s)
{
	const struct config *c = s->config;

	(void)curl_easy_setopt(s->curl, CURLOPT_URL, c->smtp_url);
	(void)curl_easy_setopt(s->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	(void)curl_easy_setopt(
	    s->curl, CURLOPT_USE_SSL, tls_level(c->smtp_tls));
	(void)curl_easy_setopt(
	    s->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (c->smtp_ca_file[0] != '\0')
		(void)curl_easy_setopt(
		    s->curl, CURLOPT_CAINFO, c->smtp_ca_file);
	if (s->password != NULL) {
		(void)curl_easy_setopt(
		    s->curl, CURLOPT_USERNAME, c->smtp_user);
		(void)curl_easy_setopt(
		    s->curl, CURLOPT_PASSWORD, s->password);
	}
	(void)curl_easy_setopt(
	    s->curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	(void)curl_easy_setopt(s->curl, CURLOPT_TIMEOUT_MS, SEND_TIMEOUT_MS);
	(void)curl_easy_setopt(s->curl, CURLOPT_MAXAGE_CONN, REUSE_S);
	(void)curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
}

static void
add_part(curl_mime *mime, const char *type, const char *body)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	(void)curl_mime_data(part, body, CURL_ZERO_TERMINATED);
	(void)curl_mime_type(part, type);
	(void)curl_mime_encoder(part, "quoted-printable");
}

static curl_mime *
build_body(CURL *curl, const struct mail *mail)
{
	curl_mime *whole = curl_mime_init(curl), *both = curl_mime_init(curl);
	curl_mimepart *part;

	add_part(both, "text/plain; charset=utf-8", mail->text);
	add_part(both, "text/html; charset=utf-8", mail->html);
	part = curl_mime_addpart(whole);
	(void)curl_mime_subparts(part, both); /* owned by whole from now on */
	(void)curl_mime_type(part, "multipart/alternative");
	return whole;
}

static struct curl_slist *
build_headers(struct arena *a, const struct mail *mail)
{
	struct curl_slist *list = NULL;

	list = curl_slist_append(list,
	    arena_printf(a, "Date: %s", mail_header_date(a)));
	list = curl_slist_append(list,
	    arena_printf(a, "From: %s <%s>",
		mail_header_phrase(a, mail->from_name), mail->from));
	list = curl_slist_append(
	    list, arena_printf(a, "To: <%s>", mail->to));
	list = curl_slist_append(list,
	    arena_printf(a, "Subject: %s",
		mail_header_phrase(a, mail->subject)));
	list = curl_slist_append(
	    list, arena_printf(a, "Message-ID: <%s>", mail->message_id));
	list = curl_slist_append(
	    list, arena_printf(a, "Content-Language: %s", mail->language));
	/* No answers from absence assistants (RFC 3834). */
	list = curl_slist_append(list, "Auto-Submitted: auto-generated");
	return curl_slist_append(list, "X-Auto-Response-Suppress: All");
}

/* What libcurl's result and the server's last reply mean for the mail. */
static enum smtp_outcome
judge(CURL *curl, CURLcode rc, struct err *err)
{
	long reply = 0;

	if (rc == CURLE_OK)
		return SMTP_SENT;
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
	(void)err_set(err, ERR_IO, "%s (reply %ld)", curl_easy_strerror(rc),
	    reply);
	/* A failed log-in or TLS is ours to mend, not the mail's fault. */
	if (rc == CURLE_LOGIN_DENIED || rc == CURLE_USE_SSL_FAILED ||
	    rc == CURLE_PEER_FAILED_VERIFICATION)
		return SMTP_LATER;
	return reply >= 500 && reply <= 599 ? SMTP_REFUSED : SMTP_LATER;
}

enum smtp_outcome
smtp_send(struct smtp *s, const struct mail *mail, struct err *err)
{
	struct arena a = {0};
	struct curl_slist *headers, *to;
	enum smtp_outcome outcome;
	curl_mime *body;

	curl_easy_reset(s->curl); /* keeps the connection */
	set_server(s);
	headers = build_headers(&a, mail);
	to = curl_slist_append(NULL, arena_printf(&a, "<%s>", mail->to));
	body = build_body(s->curl, mail);
	(void)curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM,
	    arena_printf(&a, "<%s>", mail->from));
	(void)curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, to);
	(void)curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(s->curl, CURLOPT_MIMEPOST, body);
	outcome = judge(s->curl, curl_easy_perform(s->curl), err);
	curl_mime_free(body);
	curl_slist_free_all(to);
	curl_slist_free_all(headers);
	arena_free(&a);
	return outcome;
}
