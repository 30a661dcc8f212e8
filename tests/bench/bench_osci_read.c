/*
 * bench_osci_read KEYS BYTES TURNS: reads one and the same StoreDelivery of
 * BYTES of content again and again, as the intermediary does before it stores
 * it: parts, parse, decrypt, parse, shape, signature, order; in turns with
 * nothing but OpenSSL and libxml2 on the same bytes: RSA-OAEP, AES-GCM and
 * Base64, SHA-256, the signature, two parses and one canonical form. And, for a
 * whole store, what its answer needs of OpenSSL: a signature and an
 * encryption. KEYS is laid out like tests/osci/keys.sh. Prints CPU microseconds,
 * each the median of all turns: "read N", "bound N", "share X" (bound / read,
 * of each pair), "store N" (the bound of a whole store), "private N".
 */
#include <stdlib.h>
#include <time.h>

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "common/log.h"
#include "common/num.h"
#include "common/osci/osci_content.h"
#include "common/osci/osci_order.h"
#include "common/osci/osci_request.h"
#include "common/osci/osci_transport.h"

#define TURNS_MAX 1000
#define MESSAGES 4 /* of a turn */

static const struct osci_packet_limits limits = { .dir = "/tmp",
	.max = 1 << 28 };
static const struct osci_crypto_policy policy;

struct bench {
	struct arena arena;
	const char *keys;
	struct osci_identity originator, intermediary, signer, addressee;
	struct buf *outer, *inner;
	const char *outer_xml, *inner_xml; /* the envelopes in them */
	int outer_len, inner_len;
	uint8_t wrapped[1024], signature[1024];
	size_t nwrapped, nsignature;
	uint8_t *base64;
	int nbase64;
};

static double
cpu_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
must(bool done, const char *what, const struct err *err)
{
	if (!done)
		log_fatal("bench_osci_read: %s: %s", what,
		    err == NULL ? "OpenSSL" : err->msg);
}

static struct osci_identity
pair(struct bench *b, const char *name)
{
	struct arena *a = &b->arena;
	struct osci_identity i;
	struct err err = { 0 };

	must(osci_cert_read(a, arena_printf(a, "%s/%s.cert.pem", b->keys,
		 name), &i.cert, &err) == 0 &&
		osci_key_read(a, arena_printf(a, "%s/%s.key.pem", b->keys,
		    name), &i.key, &err) == 0, name, &err);
	return i;
}

/* ---- the message ---- */

static const struct osci_content_out *
content(struct bench *b, int64_t bytes)
{
	struct arena *a = &b->arena;
	struct osci_content one = { .type = "application/octet-stream",
		.spool = crypto_spool_new(a, "/tmp", 1 << 28),
		.len = bytes };
	const struct osci_content_plan plan = { .content = &one,
		.ncontent = 1 };
	struct osci_content_out *out;
	struct err err = { 0 };
	uint8_t piece[1024];

	for (int64_t left = bytes; left > 0; left -= 1024) {
		crypto_random(piece, sizeof(piece));
		must(crypto_spool_put(one.spool, piece,
			 left < 1024 ? (size_t)left : sizeof(piece),
			 &err) == 0, "content", &err);
	}
	must(osci_content_make(a, &plan, &limits, &out, &err) == 0,
	    "content", &err);
	return out;
}

static void
make_message(struct bench *b, int64_t bytes)
{
	struct arena *a = &b->arena;
	const struct osci_role_cert cert[] = {
		{ OSCI_CIPHER_ORIGINATOR, "originator_cipher",
		    b->originator.cert },
		{ OSCI_SIGN_ORIGINATOR, "originator_sign", b->signer.cert },
		{ OSCI_CIPHER_ADDRESSEE, "addressee_cipher",
		    b->addressee.cert },
	};
	const struct osci_signer signer = { .cert = b->signer.cert,
		.key = b->signer.key, .cert_id = "originator_sign" };
	const struct osci_request request = {
		.type = OSCI_STORE_DELIVERY,
		.control = { .challenge = osci_challenge(a), .sequence = -1 },
		.languages = "de",
		.message_id = "1",
		.cert = cert,
		.ncert = nitems(cert),
		.package = content(b, bytes),
		.signer = &signer,
	};
	struct osci_out *o;
	struct err err = { 0 };

	b->outer = buf_new(a, 1 << 28);
	b->inner = buf_new(a, 1 << 28);
	must(osci_request_build(a, &request, &limits, &o, &err) == 0 &&
		osci_out_send(o, NULL, buf_sink, b->inner, &err) == 0 &&
		osci_out_send(o, &b->intermediary.cert, buf_sink, b->outer,
		    &err) == 0, "request", &err);
}

static void
find_envelope(const struct buf *b, const char **xml, int *len)
{
	const char *end;

	*xml = memmem(b->data, b->len, "<soap:Envelope", 14);
	must(*xml != NULL, "no envelope", NULL);
	end = memmem(*xml, b->len - (size_t)(*xml - b->data),
	    "</soap:Envelope>", 16);
	must(end != NULL, "no end of the envelope", NULL);
	*len = (int)(end + 16 - *xml);
}

/* ---- ours ---- */

static void
run_read(struct bench *b)
{
	struct arena a = { 0 };
	struct osci_packet outer, inner;
	struct osci_message sealed, m;
	struct osci_signature sig;
	struct osci_order order;
	struct err err = { 0 };
	struct osci_packet_reader *reader =
	    osci_packet_reader_new(&a, &limits);

	must(osci_packet_put(reader, b->outer->data, b->outer->len, &err) ==
		    0 &&
		osci_packet_end(reader, &outer, &err) == 0 &&
		osci_message_read(&a, &outer, &sealed, &err) == 0 &&
		osci_transport_open(&a, &sealed, &b->intermediary, 1, &policy,
		    &limits, &inner, &err) == 0 &&
		osci_message_read(&a, &inner, &m, &err) == 0 &&
		osci_order_read(&a, &m, &order, &err) == 0 &&
		osci_transport_read_signature(&a, &m, &sig, &err) == 0 &&
		osci_transport_verify(&a, &m, &sig, &b->signer.cert, &err) ==
		    0, "read", &err);
	arena_free(&a);
}

/* ---- OpenSSL and libxml2 ---- */

static size_t
rsa_oaep(EVP_PKEY *key, bool encrypts, const uint8_t *in, size_t n,
    uint8_t *out, size_t room)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

	must(ctx != NULL && (encrypts ? EVP_PKEY_encrypt_init(ctx)
				      : EVP_PKEY_decrypt_init(ctx)) == 1 &&
		EVP_PKEY_CTX_set_rsa_padding(
		    ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
		EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) == 1 &&
		EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1 &&
		(encrypts ? EVP_PKEY_encrypt(ctx, out, &room, in, n)
			  : EVP_PKEY_decrypt(ctx, out, &room, in, n)) == 1,
	    "RSA-OAEP", NULL);
	EVP_PKEY_CTX_free(ctx);
	return room;
}

static size_t
sign(EVP_PKEY *key, uint8_t *out, size_t room)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	must(ctx != NULL &&
		EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
		EVP_DigestSign(ctx, out, &room,
		    (const unsigned char *)"signed", 6) == 1,
	    "signature", NULL);
	EVP_MD_CTX_free(ctx);
	return room;
}

static void
verify(EVP_PKEY *key, const uint8_t *value, size_t n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	must(ctx != NULL &&
		EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) ==
		    1 &&
		EVP_DigestVerify(ctx, value, n,
		    (const unsigned char *)"signed", 6) == 1,
	    "verification", NULL);
	EVP_MD_CTX_free(ctx);
}

/* One pass of AES-256-GCM over what the message weighs, and of SHA-256. */
static void
cipher_and_digest(const struct bench *b)
{
	static const uint8_t key[32], iv[12];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t *out = malloc(b->inner->len), md[EVP_MAX_MD_SIZE];
	int n;

	must(ctx != NULL && out != NULL &&
		EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, iv) ==
		    1 &&
		EVP_DecryptUpdate(ctx, out, &n,
		    (const unsigned char *)b->inner->data,
		    (int)b->inner->len) == 1 &&
		EVP_Digest(b->inner->data, b->inner->len, md, NULL,
		    EVP_sha256(), NULL) == 1,
	    "AES-GCM", NULL);
	free(out);
	EVP_CIPHER_CTX_free(ctx);
}

static void
parse(const char *xml, int len, bool canonical)
{
	xmlDocPtr doc = xmlReadMemory(xml, len, NULL, "UTF-8",
	    XML_PARSE_NONET);
	xmlChar *out = NULL;

	must(doc != NULL, "no XML", NULL);
	if (canonical)
		must(xmlC14NDocDumpMemory(doc, NULL, XML_C14N_1_0, NULL, 0,
			 &out) > 0, "no canonical form", NULL);
	xmlFree(out);
	xmlFreeDoc(doc);
}

/* What stands in a CipherValue: the inner message. */
static void
decode(const struct bench *b)
{
	uint8_t *out = malloc(b->inner->len + 3);

	must(out != NULL && EVP_DecodeBlock(out, b->base64, b->nbase64) > 0,
	    "Base64", NULL);
	free(out);
}

static void
run_bound(struct bench *b)
{
	uint8_t key[1024];

	parse(b->outer_xml, b->outer_len, false);
	decode(b);
	(void)rsa_oaep(b->intermediary.key.key, false, b->wrapped,
	    b->nwrapped, key, sizeof(key));
	cipher_and_digest(b);
	parse(b->inner_xml, b->inner_len, true);
	verify(b->signer.cert.key, b->signature, b->nsignature);
}

static void
run_answer(struct bench *b)
{
	uint8_t out[1024];
	static const uint8_t key[32] = { 1 };

	(void)sign(b->intermediary.key.key, out, sizeof(out));
	(void)rsa_oaep(b->originator.cert.key, true, key, sizeof(key), out,
	    sizeof(out));
}

static void
run_private(struct bench *b)
{
	uint8_t out[1024];

	(void)sign(b->intermediary.key.key, out, sizeof(out));
}

/* ---- figures ---- */

static double
time_of(struct bench *b, void (*run)(struct bench *))
{
	double start = cpu_us();

	for (int i = 0; i < MESSAGES; i++)
		run(b);
	return (cpu_us() - start) / MESSAGES;
}

static int
compare(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return v[n / 2];
}

int
main(int argc, char **argv)
{
	static double read[TURNS_MAX], bound[TURNS_MAX], share[TURNS_MAX];
	static double store[TURNS_MAX], private[TURNS_MAX];
	static const uint8_t key[32] = { 1 };
	struct bench b = { 0 };
	struct err err = { 0 };
	int64_t bytes, turns;
	size_t n;

	log_open("bench_osci_read", LOG_WARN);
	if (argc != 4 || num_parse(argv[2], 1, 1 << 20, &bytes, &err) == -1 ||
	    num_parse(argv[3], 1, TURNS_MAX, &turns, &err) == -1)
		log_fatal("usage: bench_osci_read KEYS BYTES TURNS");
	n = (size_t)turns;
	b.keys = argv[1];
	b.originator = pair(&b, "originator_cipher");
	b.signer = pair(&b, "originator_sign");
	b.intermediary = pair(&b, "intermediary_cipher");
	b.addressee = pair(&b, "addressee_cipher");
	make_message(&b, bytes);
	find_envelope(b.outer, &b.outer_xml, &b.outer_len);
	find_envelope(b.inner, &b.inner_xml, &b.inner_len);
	b.nwrapped = rsa_oaep(b.intermediary.cert.key, true, key,
	    sizeof(key), b.wrapped, sizeof(b.wrapped));
	b.nsignature = sign(b.signer.key.key, b.signature,
	    sizeof(b.signature));
	b.base64 = arena_alloc(&b.arena, b.inner->len * 2 + 3, 1);
	b.nbase64 = EVP_EncodeBlock(b.base64,
	    (const unsigned char *)b.inner->data, (int)b.inner->len);
	for (size_t i = 0; i < n; i++) {
		read[i] = time_of(&b, run_read);
		bound[i] = time_of(&b, run_bound);
		share[i] = bound[i] / read[i];
		store[i] = bound[i] + time_of(&b, run_answer);
		private[i] = time_of(&b, run_private);
	}
	(void)printf("bytes %zu\nread %.0f\nbound %.0f\nshare %.2f\n"
		     "store %.0f\nprivate %.0f\n",
	    b.outer->len, median(read, n), median(bound, n), median(share, n),
	    median(store, n), median(private, n));
	arena_free(&b.arena);
	return 0;
}
