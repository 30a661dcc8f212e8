/*
 * A passive recipient of somebody else's, for tests: speaks the real protocol,
 * and misbehaves as the path says.
 *
 *	recipient PORT KEYS
 *
 * KEYS is laid out like tests/data/osci/keys; it is "addressee" there. PORT 0
 * takes any; the first line on standard output is the port. POST /gut answers
 * rightly; the other paths are in the table below. GET /stand tells what came:
 * a line "ID COUNT" for each message id, "-" for none.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"
#include "common/num.h"
#include "common/osci/osci_answer.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_fault.h"
#include "common/osci/osci_transport.h"

#define MESSAGE_MAX ((int64_t)64 << 20)
#define HEAD_MAX 16384
#define KNOWN_MAX 10000

static const struct osci_packet_limits limits = { .dir = "/tmp",
	.max = MESSAGE_MAX };
static const struct osci_crypto_policy policy = { 0 };

enum deed {
	RIGHT,
	REFUSE,		/* a feedback that says no */
	UNSIGNED,
	PLAIN,		/* not encrypted */
	GARBAGE,
	CUT,		/* half of a right answer */
	WRONG_SIGNATURE, /* another's, in our name */
	STRANGER,	/* rightly, but with a certificate that nobody knows */
	LATE,		/* after two seconds */
	NEVER,		/* not within a minute */
	DROP,		/* takes it, and hangs up */
	DROP_ONCE,	/* rightly from the second time on */
	FAULT,		/* soap:Server 9000 */
	HTTP_503,
	EMPTY,		/* ProcessDelivery without a content */
	WRONG_RESPONSE, /* in the control block */
	TWICE,		/* the answer two times over */
	WRONG_TYPE,	/* ResponseToStoreDelivery */
};

static const struct {
	const char *path;
	enum deed deed;
} deeds[] = {
	{ "/gut", RIGHT },
	{ "/ablehnung", REFUSE },
	{ "/unsigniert", UNSIGNED },
	{ "/klar", PLAIN },
	{ "/muell", GARBAGE },
	{ "/halb", CUT },
	{ "/falsch", WRONG_SIGNATURE },
	{ "/fremd", STRANGER },
	{ "/spaet", LATE },
	{ "/nie", NEVER },
	{ "/weg", DROP },
	{ "/einmal-weg", DROP_ONCE },
	{ "/fehler", FAULT },
	{ "/503", HTTP_503 },
	{ "/leer", EMPTY },
	{ "/anderes", WRONG_RESPONSE },
	{ "/zweimal", TWICE },
	{ "/art", WRONG_TYPE },
};

/* ---- who we are ---- */

static struct {
	struct arena arena;
	struct osci_identity cipher;
	struct osci_signer signer, mallory;
	struct texts *texts;
} own;

static void
read_pair(const char *keys, const char *name, struct osci_cert *cert,
    struct osci_key *key)
{
	struct arena *a = &own.arena;
	struct err err = { 0 };

	if (osci_cert_read(a, arena_printf(a, "%s/%s.cert.pem", keys, name),
		cert, &err) == -1 ||
	    osci_key_read(a, arena_printf(a, "%s/%s.key.pem", keys, name), key,
		&err) == -1)
		log_fatal("%s", err.msg);
}

static void
read_own(const char *keys)
{
	struct err err = { 0 };

	read_pair(keys, "addressee_cipher", &own.cipher.cert, &own.cipher.key);
	read_pair(keys, "addressee_sign", &own.signer.cert, &own.signer.key);
	read_pair(keys, "mallory_sign", &own.mallory.cert, &own.mallory.key);
	own.signer.cert_id = own.mallory.cert_id = "addressee_signature_1";
	if (texts_load("fcgi-apps/texts", &own.texts, &err) == -1)
		log_fatal("%s", err.msg);
}

/* ---- what came ---- */

static struct {
	pthread_mutex_t lock;
	char *id[KNOWN_MAX];
	int count[KNOWN_MAX];
	size_t n;
} known = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* How often it came by now. */
static int
note(const char *id)
{
	size_t i = 0;
	int count = 0;

	(void)pthread_mutex_lock(&known.lock);
	while (i < known.n && strcmp(known.id[i], id) != 0)
		i++;
	if (i == known.n && known.n < KNOWN_MAX)
		known.id[known.n++] = strdup(id);
	if (i < known.n)
		count = ++known.count[i];
	(void)pthread_mutex_unlock(&known.lock);
	return count;
}

static void
tell(struct buf *b)
{
	(void)pthread_mutex_lock(&known.lock);
	for (size_t i = 0; i < known.n; i++)
		buf_printf(b, "%s %d\n", known.id[i], known.count[i]);
	(void)pthread_mutex_unlock(&known.lock);
}

/* ---- the message ---- */

struct talk {
	struct arena *arena;
	enum deed deed;
	struct osci_message message;
	struct osci_order order;
	const struct osci_cert *reader; /* the intermediary's, or NULL */
};

static int
read_message(
    struct talk *t, const char *body, size_t len, struct err *err)
{
	struct osci_packet_reader *r =
	    osci_packet_reader_new(t->arena, &limits);
	struct osci_packet *packet = arena_new(t->arena, struct osci_packet, 2);
	struct osci_signature sig;
	const struct osci_role_cert *cert;

	if (osci_packet_put(r, body, len, err) == -1 ||
	    osci_packet_end(r, packet, err) == -1 ||
	    osci_message_read(t->arena, packet, &t->message, err) == -1)
		return -1;
	if (t->message.type == OSCI_MESSAGE_ENCRYPTED &&
	    (osci_transport_open(t->arena, &t->message, &own.cipher, 1,
		 &policy, &limits, packet + 1, err) == -1 ||
		osci_message_read(
		    t->arena, packet + 1, &t->message, err) == -1))
		return -1;
	if ((t->message.type != OSCI_ACCEPT_DELIVERY &&
		t->message.type != OSCI_PROCESS_DELIVERY) ||
	    osci_order_read(t->arena, &t->message, &t->order, err) == -1)
		return osci_refuse(err, "9300", "not for a recipient");
	cert = t->order.certs.by_role[OSCI_SIGN_INTERMEDIARY];
	if (cert == NULL)
		return osci_refuse(err, "9600", "no signature certificate");
	if (osci_transport_read_signature(
		t->arena, &t->message, &sig, err) == -1)
		return -1;
	return osci_transport_verify(
	    t->arena, &t->message, &sig, &cert->cert, err);
}

static int
put_buf(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

/* The reply to ProcessDelivery: one content. */
static int
put_reply(struct talk *t, struct osci_answer *answer, struct err *err)
{
	static const char text[] = "<antwort>Guten Tag</antwort>";
	struct crypto_spool *spool =
	    crypto_spool_new(t->arena, "/tmp", sizeof(text));
	const struct osci_content content = {
		.spool = spool, .len = sizeof(text) - 1 };
	const struct osci_content_plan plan = {
		.content = &content, .ncontent = 1 };
	struct osci_content_out *package;

	if (crypto_spool_put(spool, text, sizeof(text) - 1, err) == -1 ||
	    osci_content_make(t->arena, &plan, &limits, &package, err) == -1)
		return -1;
	answer->package = package;
	answer->message_id = t->order.response_message_id;
	answer->subject = "Antwort";
	return 0;
}

static int
write_answer(struct talk *t, struct buf *out, struct err *err)
{
	bool is_process = t->message.type == OSCI_PROCESS_DELIVERY;
	struct osci_signer signer =
	    t->deed == STRANGER || t->deed == WRONG_SIGNATURE ? own.mallory
							       : own.signer;
	struct osci_role_cert *cert =
	    arena_new(t->arena, struct osci_role_cert, 1);
	struct osci_answer answer = {
		.type = t->deed == WRONG_TYPE
		    ? OSCI_RESPONSE_TO_STORE_DELIVERY
		    : is_process ? OSCI_RESPONSE_TO_PROCESS_DELIVERY
				 : OSCI_RESPONSE_TO_ACCEPT_DELIVERY,
		.control = { .response = t->deed == WRONG_RESPONSE
				? "anything"
				: t->message.control.challenge,
		    .sequence = -1 },
		.order = &t->order,
		.signer = t->deed == UNSIGNED ? NULL : &signer,
	};
	struct osci_out *o;

	osci_feedback_result(
	    &answer.feedback, t->deed == REFUSE ? "9803" : "0800");
	if (t->deed == WRONG_SIGNATURE) /* the key is not the certificate's */
		signer.cert = own.signer.cert;
	*cert = (struct osci_role_cert){ is_process ? OSCI_SIGN_ORIGINATOR
						    : OSCI_SIGN_ADDRESSEE,
		"addressee_signature_1", signer.cert };
	answer.cert = cert;
	answer.ncert = t->deed == UNSIGNED ? 0 : 1;
	if (is_process && t->deed != EMPTY && t->deed != REFUSE &&
	    put_reply(t, &answer, err) == -1)
		return -1;
	return osci_answer_build(
		   t->arena, &answer, own.texts, &limits, &o, err) == -1
	    ? -1
	    : osci_out_send(
		  o, t->deed == PLAIN ? NULL : t->reader, put_buf, out, err);
}

/* ---- HTTP ---- */

static void
sleep_s(time_t s)
{
	const struct timespec t = { .tv_sec = s };

	(void)nanosleep(&t, NULL);
}

static void
send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t some = send(fd, p, n, MSG_NOSIGNAL);

		if (some <= 0)
			return;
		p += some;
		n -= (size_t)some;
	}
}

static void
reply(int fd, struct arena *a, int status, const char *body, size_t len)
{
	const char *head = arena_printf(a,
	    "HTTP/1.1 %d X\r\nContent-Type: text/xml\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n",
	    status, len);

	send_all(fd, head, strlen(head));
	send_all(fd, body, len);
}

static void
post(int fd, struct arena *a, const char *path, const char *body, size_t len)
{
	struct talk t = { .arena = a };
	struct buf *out = buf_new(a, (size_t)MESSAGE_MAX);
	struct err err = { 0 };
	const struct osci_role_cert *reader;
	size_t i = 0;
	int count;

	while (i < nitems(deeds) &&
	    (strncmp(deeds[i].path, path, strcspn(path, "?")) != 0 ||
		strlen(deeds[i].path) != strcspn(path, "?")))
		i++;
	if (i == nitems(deeds)) {
		reply(fd, a, 404, "", 0);
		return;
	}
	t.deed = deeds[i].deed;
	if (read_message(&t, body, len, &err) == -1) {
		log_warn("%s: %s %s", path, err.field, err.msg);
		osci_fault_put(out, a, *err.field == '9' ? err.field : "9000",
		    own.texts);
		reply(fd, a, 200, buf_text(out), out->len);
		return;
	}
	count = note(t.order.has_card ? t.order.card.message_id : "-");
	reader = t.order.certs.by_role[OSCI_CIPHER_INTERMEDIARY];
	t.reader = reader == NULL ? NULL : &reader->cert;
	switch (t.deed) {
	case LATE:
		sleep_s(2);
		break;
	case NEVER:
		sleep_s(60);
		return;
	case DROP:
		return;
	case DROP_ONCE:
		if (count == 1)
			return;
		break;
	case GARBAGE:
		reply(fd, a, 200, "<html>Guten Tag</html>", 22);
		return;
	case HTTP_503:
		reply(fd, a, 503, "spaeter", 7);
		return;
	case FAULT:
		osci_fault_put(out, a, "9000", own.texts);
		reply(fd, a, 200, buf_text(out), out->len);
		return;
	default:
		break;
	}
	if (write_answer(&t, out, &err) == -1)
		log_fatal("%s: %s", path, err.msg);
	if (t.deed == TWICE)
		(void)write_answer(&t, out, &err);
	reply(fd, a, 200, buf_text(out),
	    t.deed == CUT ? out->len / 2 : out->len);
}

/* The length of the body; -1 when the head is none that we know. */
static int64_t
body_len(const char *head)
{
	const char *at = strcasestr(head, "\r\nContent-Length:");
	struct err err = { 0 };
	char digits[20];
	int64_t n;

	if (at == NULL)
		return 0;
	at += strcspn(at, "0123456789");
	(void)snprintf(digits, sizeof(digits), "%.*s",
	    (int)strspn(at, "0123456789"), at);
	return num_parse(digits, 0, MESSAGE_MAX, &n, &err) == -1 ? -1 : n;
}

static void
talk(int fd, struct arena *a)
{
	struct buf *in = buf_new(a, (size_t)MESSAGE_MAX + HEAD_MAX);
	struct err err = { 0 };
	char piece[65536], path[64] = "";
	const char *end = NULL;
	int64_t len = -1;
	size_t head = 0;
	ssize_t n;

	while (len < 0 || in->len < head + (size_t)len) {
		n = recv(fd, piece, sizeof(piece), 0);
		if (n <= 0 || buf_append(in, piece, (size_t)n, &err) == -1)
			return;
		end = memmem(buf_text(in), in->len, "\r\n\r\n", 4);
		if (len >= 0 || end == NULL)
			continue;
		head = (size_t)(end - buf_text(in)) + 4;
		if ((len = body_len(
			 arena_dup(a, buf_text(in), head))) == -1)
			return;
	}
	if (sscanf(buf_text(in), "%*s %63s", path) != 1)
		return;
	if (strncmp(buf_text(in), "POST ", 5) == 0) {
		post(fd, a, path, buf_text(in) + head, (size_t)len);
	} else {
		struct buf *b = buf_new(a, (size_t)1 << 20);

		tell(b);
		reply(fd, a, 200, buf_text(b), b->len);
	}
}

static void *
run(void *arg)
{
	int fd = (int)(intptr_t)arg;
	struct arena a = { 0 };

	talk(fd, &a);
	(void)close(fd);
	arena_free(&a);
	return NULL;
}

static int
listen_at(int64_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, (struct sockaddr *)&address, len) == -1 ||
	    listen(fd, 64) == -1 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) == -1)
		log_fatal("port %lld cannot be used", (long long)port);
	(void)printf("%d\n", ntohs(address.sin_port));
	(void)fflush(stdout);
	return fd;
}

int
main(int argc, char **argv)
{
	struct err err = { 0 };
	int64_t port;
	int fd;

	log_open("recipient", LOG_INFO);
	if (argc != 3 || num_parse(argv[1], 0, 65535, &port, &err) == -1) {
		(void)fprintf(stderr, "usage: recipient PORT KEYS\n");
		return 2;
	}
	read_own(argv[2]);
	fd = listen_at(port);
	for (;;) {
		int client = accept(fd, NULL, NULL);
		pthread_t thread;

		if (client == -1)
			continue;
		if (pthread_create(
			&thread, NULL, run, (void *)(intptr_t)client) != 0)
			log_fatal("no thread");
		(void)pthread_detach(thread);
	}
}
