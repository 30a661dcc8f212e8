/*
 * An authority as a foreign system (for tests and the demonstration): it fetches
 * its mail from an intermediary, answers, and delivers the answers into the
 * mailbox of who asked, by OSCI-Transport as a real office's system would. What
 * it answers is the program's own (office.h).
 *
 *   PROGRAM --uri URI --intermediary CIPHER_CERT SIGN_CERT --keys DIR
 *           [--book DIR] [--every MS]
 *
 * The DIR of --keys holds NAME_cipher.{cert,key}.pem and
 * NAME_sign.{cert,key}.pem, NAME being office_name; that of --book is made
 * (book.h).
 */
#include "book.h"

#include <errno.h>
#include <signal.h>

#include "common/date.h"
#include "common/log.h"
#include "common/num.h"
#include "common/osci/osci_client.h"
#include "common/osci/osci_content.h"

#define MESSAGE_MAX (64 << 20)
#define BOX_EVERY_MS 200 /* and up to four times that while nothing comes */

static const struct xml_limits limits = { .depth = 64,
	.nodes = 200000,
	.attributes = 64,
	.memory = 64 << 20,
	.text = 65536 };

struct office {
	struct arena keys;
	struct osci_own own;
	struct osci_identity cipher;
	struct osci_client_peer peer;
	struct osci_client_settings settings;
	struct book *book;
};

static volatile sig_atomic_t is_over;

static void
stop(int signo)
{
	(void)signo;
	is_over = 1;
}

/* ---- sending ---- */

static int
send_one(struct office *o, const struct book_answer *p, struct err *err)
{
	struct arena a = { 0 };
	struct osci_client *c =
	    osci_client_new(&a, &o->settings, &o->peer, &o->own);
	struct crypto_spool *bytes = crypto_spool_new(&a, "/tmp", MESSAGE_MAX);
	struct osci_role_cert *to = arena_new(&a, struct osci_role_cert, 1);
	const struct osci_signer author = { .cert = o->own.sign.cert,
		.key = o->own.sign.key,
		.cert_id = "originator_signature_1" };
	struct osci_content content = { .spool = bytes };
	struct osci_content_plan plan = { .content = &content,
		.ncontent = 1, .reader = to, .nreader = 1 };
	struct osci_content_out *package;
	struct osci_request request = { .type = OSCI_GET_MESSAGE_ID };
	struct osci_client_answer answer;
	struct osci_signer signer = author;
	size_t ncert;
	int rc = -1;

	to->role = OSCI_CIPHER_ADDRESSEE;
	to->id = "addressee_cipher_1";
	request.cert = to;
	request.ncert = 1;
	if (osci_cert_parse(&a, p->cert, p->cert_len, &to->cert, err) == -1 ||
	    crypto_spool_put(bytes, p->xml, p->len, err) == -1 ||
	    osci_client_begin(c, err) == -1 ||
	    osci_client_call(c, &a, &request, &answer, err) == -1)
		goto out;
	if (!answer.is_good) {
		(void)err_set(err, ERR_IO, "no message id: %s", answer.code);
		goto out;
	}
	request.type = OSCI_STORE_DELIVERY;
	request.message_id = answer.reply.message_id;
	request.subject = "Antwort";
	(void)osci_client_certs(c, &a, &request, &ncert, &signer.cert_id);
	plan.author = &signer;
	content.len = (int64_t)p->len;
	if (osci_content_make(&a, &plan, &o->settings.limits, &package, err) ==
	    -1)
		goto out;
	request.package = package;
	if (osci_client_call(c, &a, &request, &answer, err) == -1)
		goto out;
	if (!answer.is_good)
		(void)err_set(err, ERR_IO, "not stored: %s", answer.code);
	else
		rc = osci_client_end(c, err);
out:
	arena_free(&a);
	return rc;
}

static void
send_due(struct office *o)
{
	struct book_answer *answer;

	while (!is_over &&
	    (answer = book_due(o->book, date_now_ms())) != NULL) {
		struct err err = { 0 };

		if (send_one(o, answer, &err) == 0) {
			book_sent(o->book, answer);
			continue;
		}
		log_warn("answer not sent, again in a second: %s", err.msg);
		answer->due_ms = date_now_ms() + 1000;
	}
}

/* ---- receiving ---- */

static int
put_reader(void *arg, const void *data, size_t n, struct err *err)
{
	return xml_reader_put(arg, data, n, err);
}

static int
work_on(struct office *o, struct arena *a,
    const struct osci_client_answer *got, struct err *err)
{
	const struct osci_role_cert *from =
	    got->reply.certs.by_role[OSCI_CIPHER_ORIGINATOR];
	struct office_answer answer[OFFICE_ANSWERS_MAX];
	struct crypto_spool *spool = crypto_spool_new(a, "/tmp", MESSAGE_MAX);
	struct xml_reader *reader = xml_reader_new(a, &limits, spool);
	struct osci_content_in in;
	struct xml_tree tree;
	struct office_question asked;
	size_t n;

	if (from == NULL)
		return err_set(err, ERR_BAD_REQUEST, "nobody to answer to");
	if (osci_content_read(a, &got->message, got->reply.content,
		&got->reply.certs, o->own.cipher, o->own.ncipher,
		&o->settings.policy, &o->settings.limits, &in, err) == -1)
		return -1;
	if (in.ncontent == 0)
		return err_set(err, ERR_BAD_REQUEST, "nothing in it");
	if (crypto_spool_each(in.content[0].spool, in.content[0].offset,
		in.content[0].len, put_reader, reader, err) == -1 ||
	    xml_reader_end(reader, &tree, err) == -1)
		return -1;
	office_answer(a, &tree, answer, &n, &asked);
	/* An acknowledgement may have been lost. */
	if (book_has(o->book, asked.uuid)) {
		log_info("known already: %s", asked.uuid);
		return 0;
	}
	if (book_enter(o->book, &asked, answer, n, &from->cert, err) == -1)
		return -1;
	log_info("message %s %s: %zu answers",
	    tree.root->name != NULL ? tree.root->name : "?", asked.uuid, n);
	return 0;
}

/* All that waits in the mailbox, in one dialog. *n: messages. */
static int
fetch(struct office *o, size_t *n, struct err *err)
{
	struct arena a = { 0 };
	struct osci_client *c =
	    osci_client_new(&a, &o->settings, &o->peer, &o->own);
	int rc = osci_client_begin(c, err);

	*n = 0;
	while (rc == 0 && !is_over) {
		const struct osci_selection any = { .by = OSCI_SELECT_ANY,
			.limit = -1 };
		struct osci_client_answer got;
		struct arena one = { 0 };
		struct err own = { 0 };

		rc = osci_client_fetch(c, &one, &any, NULL, &got, err);
		if (rc == 0 && !got.is_good) {
			arena_free(&one);
			break; /* nothing more */
		}
		if (rc == 0) {
			++*n;
			if (work_on(o, &one, &got, &own) == -1)
				log_warn("a message is passed over: %s",
				    own.msg);
			/* what is not in the book is not acknowledged */
			if (own.code == ERR_IO) {
				*err = own;
				rc = -1;
			}
		}
		arena_free(&one);
	}
	if (rc == 0)
		rc = osci_client_end(c, err);
	arena_free(&a);
	return rc;
}

/* ---- set-up ---- */

static const char *
option(int argc, char **argv, const char *name, int nth)
{
	for (int i = 1; i + nth < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return argv[i + nth];
	return NULL;
}

static int
read_pair(struct office *o, const char *dir, const char *what,
    struct osci_identity *out, struct err *err)
{
	return osci_cert_read(&o->keys,
		   arena_printf(&o->keys, "%s/%s_%s.cert.pem", dir,
		       office_name, what),
		   &out->cert, err) == -1 ||
		osci_key_read(&o->keys,
		    arena_printf(&o->keys, "%s/%s_%s.key.pem", dir,
			office_name, what),
		    &out->key, err) == -1
	    ? -1
	    : 0;
}

static int
set_up(struct office *o, int argc, char **argv, struct err *err)
{
	static struct osci_http_settings http = { .allows_plain = true,
		.allows_internal = true, .ca_file = "", .proxy = "",
		.connect_ms = 5000, .timeout_ms = 60000,
		.answer_max = MESSAGE_MAX };
	const char *dir = option(argc, argv, "--keys", 1);
	const char *cipher = option(argc, argv, "--intermediary", 1);
	const char *sign = option(argc, argv, "--intermediary", 2);

	o->peer.uri = option(argc, argv, "--uri", 1);
	if (dir == NULL || cipher == NULL || sign == NULL ||
	    o->peer.uri == NULL)
		return err_set(err, ERR_CONFIG,
		    "--uri, --intermediary and --keys are needed");
	o->settings = (struct osci_client_settings){
		.http = osci_http_new(&http),
		.limits = { .dir = "/tmp", .max = MESSAGE_MAX },
		.whole_max = MESSAGE_MAX,
	};
	o->own = (struct osci_own){ .role = OSCI_IDENTITY_CLIENT,
		.name = office_name, .cipher = &o->cipher, .ncipher = 1 };
	return osci_cert_read(&o->keys, cipher, &o->peer.cipher, err) == -1 ||
		osci_cert_read(&o->keys, sign, &o->peer.sign, err) == -1 ||
		read_pair(o, dir, "cipher", &o->cipher, err) == -1 ||
		read_pair(o, dir, "sign", &o->own.sign, err) == -1 ||
		book_open(option(argc, argv, "--book", 1), office_remember,
		    &o->book, err) == -1
	    ? -1
	    : 0;
}

int
main(int argc, char **argv)
{
	const char *every = option(argc, argv, "--every", 1);
	int64_t every_ms = BOX_EVERY_MS;
	struct office *o = calloc(1, sizeof(*o));
	struct sigaction action = { .sa_handler = stop };
	struct err err = { 0 };

	log_open(office_name, LOG_INFO);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	if (o == NULL || set_up(o, argc, argv, &err) == -1 ||
	    (every != NULL &&
		num_parse(every, 10, 60000, &every_ms, &err) == -1)) {
		(void)fprintf(stderr, "%s: %s\n", office_name, err.msg);
		return 2;
	}
	for (int64_t wait_ms = every_ms; !is_over;) {
		struct timespec t;
		size_t n = 0;

		err_clear(&err);
		if (fetch(o, &n, &err) == -1)
			log_warn("no mail: %s", err.msg);
		send_due(o);
		if (n > 0)
			wait_ms = every_ms;
		else if (wait_ms < 4 * every_ms)
			wait_ms += every_ms / 4;
		t = (struct timespec){ wait_ms / 1000,
			(wait_ms % 1000) * 1000000 };
		(void)nanosleep(&t, NULL);
	}
	arena_free(&o->keys);
	free(o);
	return 0;
}
