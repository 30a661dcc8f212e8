/*
 * Contents of OSCI-Transport 1.2: what the official client signed and encrypted
 * opens, what we make opens, and what was changed does not.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "common/osci/osci_content.h"
#include "common/osci/osci_request.h"
#include "osci_vectors.h"

/* ---- vectors ---- */

static struct {
	size_t packages, contents, signed_contents, encrypted, timed;
} seen;

static int
read_content(struct arena *a, const struct osci_message *m,
    struct osci_content_in *in, struct err *err)
{
	struct osci_certs *certs = arena_new(a, struct osci_certs, 1);
	const struct xml_node *package = xml_first(m->body);

	if (osci_certs_read(a, m, certs, err) == -1)
		return -1;
	return osci_content_read(a, m, package, certs, vector.cipher,
	    VECTOR_KEYS, &vector_policy, &vector_limits, in, err);
}

static void
check_vector(struct arena *a, const char *name, const char *text, size_t len)
{
	struct osci_message m;
	struct osci_content_in in;
	struct err err = { 0 };

	if (read_vector(a, text, len, &m, &err) == -1)
		fail_msg("%s: %s %s", name, err.field, err.msg);
	if (m.type == OSCI_FAULT || xml_first(m.body) == NULL ||
	    !xml_is(xml_first(m.body), OSCI_NS, "ContentPackage"))
		return;
	if (read_content(a, &m, &in, &err) == -1)
		fail_msg("%s: %s %s", name, err.field, err.msg);
	seen.packages++;
	seen.contents += in.ncontent;
	for (size_t i = 0; i < in.ncontent; i++) {
		seen.signed_contents += in.content[i].nsigner > 0;
		seen.encrypted += in.content[i].was_encrypted;
		for (size_t k = 0; k < in.content[i].nsigner; k++)
			seen.timed += in.content[i].signer[k].at_ms != 0;
	}
	if (strstr(name, "two-authors") != NULL)
		assert_int_equal(in.content[0].nsigner, 2);
	if (strstr(name, "author-signed") != NULL)
		assert_int_equal(in.content[0].nsigner, 1);
	if (strstr(name, "reader-encrypted") != NULL)
		assert_true(in.was_encrypted);
}

static void
test_vectors(void **state)
{
	(void)state;
	if (!has_vectors())
		skip();
	memset(&seen, 0, sizeof(seen));
	(void)each_vector(VECTORS "/positive", check_vector);
	(void)each_vector(VECTORS "/recipient", check_vector);
	(void)each_vector(VECTORS "/responses", check_vector);
	print_message("%zu packages, %zu contents, %zu signed, %zu encrypted, "
		      "%zu with a time\n",
	    seen.packages, seen.contents, seen.signed_contents,
	    seen.encrypted, seen.timed);
	assert_true(seen.packages > 40);
	assert_true(seen.signed_contents > 10);
	assert_true(seen.encrypted > 5);
	assert_int_equal(seen.timed, 1);
}

/* ---- what we make ---- */

static const struct {
	const char *name, *method, *digest;
	bool is_signed, is_ec, has_part;
	size_t nreader;
} made[] = {
	{ "plain", NULL, NULL, false, false, false, 0 },
	{ "signed", NULL, NULL, true, false, false, 0 },
	{ "signed with an elliptic curve", NULL, NULL, true, true, false, 0 },
	{ "signed, PSS and SHA-512",
	    "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
	    "http://www.w3.org/2001/04/xmlenc#sha512", true, false, true, 0 },
	{ "an attachment", NULL, NULL, true, false, true, 0 },
	{ "for a reader", NULL, NULL, false, false, false, 1 },
	{ "an attachment for two readers", NULL, NULL, true, false, true, 2 },
};

static const char bytes[] = "\0<xml>\r\n--x\r\n&]]>";

static struct osci_signer author;

/* A StoreDelivery with the contents of case i. */
static const struct buf *
make(struct arena *a, size_t i)
{
	struct crypto_spool *spool = crypto_spool_new(a, "/tmp", 1 << 20);
	struct buf *text = buf_new(a, 1 << 23);
	struct osci_role_cert cert[] = {
		{ OSCI_CIPHER_ORIGINATOR, "originator_cipher_1",
		    vector.cipher[ORIGINATOR].cert },
		{ OSCI_CIPHER_ADDRESSEE, "addressee_cipher_1",
		    vector.cipher[ADDRESSEE].cert },
		{ OSCI_CIPHER_READER, "reader1_cipher_1",
		    vector.cipher[READER].cert },
		{ OSCI_SIGN_ORIGINATOR, "originator_signature_1",
		    vector.sign[ORIGINATOR].cert },
		{ OSCI_SIGN_AUTHOR, "author1_signature_1",
		    made[i].is_ec ? vector.ec.cert
				  : vector.sign[AUTHOR].cert },
	};
	const struct osci_content content[] = {
		{ .spool = spool, .offset = 0, .len = sizeof(bytes) },
		{ .part = "a<&\"b", .type = "text/plain", .spool = spool,
		    .offset = 1, .len = 100000 },
	};
	const struct osci_signer sender = { vector.sign[ORIGINATOR].cert,
		vector.sign[ORIGINATOR].key, "originator_signature_1", NULL,
		NULL };
	const struct osci_content_plan plan = { content,
		made[i].has_part ? 2 : 1, made[i].is_signed ? &author : NULL,
		cert + 1, made[i].nreader };
	struct osci_request request = { .type = OSCI_STORE_DELIVERY,
		.control = { .challenge = osci_challenge(a), .sequence = 0 },
		.message_id = "id,1",
		.subject = "Gr\xc3\xbc\xc3\x9f" "e & <mehr>",
		.cert = cert,
		.ncert = nitems(cert),
		.signer = &sender };
	struct osci_content_out *package;
	struct osci_out *out;
	struct err err = { 0 };

	author = (struct osci_signer){ cert[4].cert,
		made[i].is_ec ? vector.ec.key : vector.sign[AUTHOR].key,
		"author1_signature_1", made[i].method, made[i].digest };
	assert_int_equal(
	    crypto_spool_put(spool, bytes, sizeof(bytes), &err), 0);
	for (size_t n = 0; n < 100001; n += 10)
		assert_int_equal(
		    crypto_spool_put(spool, "0123456789", 10, &err), 0);
	if (osci_content_make(a, &plan, &vector_limits, &package, &err) ==
	    -1)
		fail_msg("%s: %s", made[i].name, err.msg);
	request.package = package;
	if (osci_request_build(a, &request, &vector_limits, &out, &err) ==
		-1 ||
	    osci_out_send(out, NULL, (osci_sink)buf_append, text, &err) == -1)
		fail_msg("%s: %s", made[i].name, err.msg);
	return text;
}

static int
open_made(struct arena *a, const char *text, size_t len,
    struct osci_content_in *in, struct err *err)
{
	struct osci_message *m = arena_new(a, struct osci_message, 1);

	return read_vector(a, text, len, m, err) == -1
	    ? -1
	    : read_content(a, m, in, err);
}

static void
test_made(void **state)
{
	(void)state;
	if (!has_vectors())
		skip();
	for (size_t i = 0; i < nitems(made); i++) {
		struct arena a = { 0 };
		const struct buf *text = make(&a, i);
		struct osci_content_in in;
		struct err err = { 0 };
		char got[sizeof(bytes)];
		struct osci_message m;

		if (read_vector(
			&a, buf_text(text), text->len, &m, &err) == -1 ||
		    verify_vector(&a, &m, &err) == -1 ||
		    read_content(&a, &m, &in, &err) == -1)
			fail_msg("%s: %s %s", made[i].name, err.field,
			    err.msg);
		assert_int_equal(in.ncontent, made[i].has_part ? 2 : 1);
		assert_int_equal(in.was_encrypted, made[i].nreader > 0);
		assert_int_equal(in.content[0].len, sizeof(bytes));
		assert_int_equal(
		    in.content[0].nsigner, made[i].is_signed ? 1 : 0);
		assert_int_equal(crypto_spool_read(in.content[0].spool,
				     in.content[0].offset, got, sizeof(got),
				     &err),
		    0);
		assert_memory_equal(got, bytes, sizeof(bytes));
		if (made[i].has_part) {
			assert_int_equal(in.content[1].len, 100000);
			assert_string_equal(in.content[1].part, "a<&\"b");
			assert_string_equal(
			    in.content[1].type, "text/plain");
			assert_int_equal(in.content[1].nsigner, 1);
		}
		arena_free(&a);
	}
}

/* ---- what was changed ---- */

/* The transport signature is not looked at here: these are what somebody could
 * do who sends the message on, or an intermediary. */
static const struct {
	const char *name;
	size_t made;
	const char *from, *to, *code;
} changes[] = {
	{ "the content", 1, "Id=\"content-1\">AD", "Id=\"content-1\">BD",
	    "9601" },
	{ "the content's Id", 1, "Base64Content Id=\"content-1\"",
	    "Base64Content Id=\"content-2\"", "9601" },
	{ "a content added", 1, "</osci:ContentContainer>",
	    "<osci:Content><osci:Base64Content Id=\"more\">QQ=="
	    "</osci:Base64Content></osci:Content></osci:ContentContainer>",
	    "9602" },
	{ "an attachment's bytes", 4, "<xml>\r\n--x", "<xmm>\r\n--x",
	    "9601" },
	{ "another name of the attachment", 4, "Id=\"content-2\" href",
	    "Id=\"content-2\" x=\"\" href", "9601" },
	{ "an attachment that is not there", 4, "href=\"cid:a",
	    "href=\"cid:b", "9100" },
	{ "a digest", 1, "<ds:DigestValue>", "<ds:DigestValue>AAAA", "9601" },
	{ "the author's certificate", 1,
	    "RetrievalMethod URI=\"#author1_signature_1",
	    "RetrievalMethod URI=\"#originator_signature_1", "9601" },
	{ "a cipher certificate for the author's", 1,
	    "RetrievalMethod URI=\"#author1_signature_1",
	    "RetrievalMethod URI=\"#reader1_cipher_1", "9601" },
	{ "no certificate", 1,
	    "RetrievalMethod URI=\"#author1_signature_1",
	    "RetrievalMethod URI=\"#nobody", "9601" },
	{ "the container in a container", 1,
	    "<osci:ContentContainer Id=\"container-1\">",
	    "<osci:ContentContainer Id=\"o\"><osci:Content Id=\"p\">"
	    "</osci:Content><osci:ContentContainer Id=\"container-1\">",
	    "9100" },
	{ "text beside", 1, "<osci:Content>", "x<osci:Content>", "9100" },
	{ "no Base64", 0, "Id=\"content-1\">", "Id=\"content-1\">*",
	    "9100" },
	{ "the ciphertext", 5, "</ds:KeyInfo><xenc:CipherData>"
			       "<xenc:CipherValue>",
	    "</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>AAAA", "9202" },
	{ "another reader", 5,
	    "X509Data\" URI=\"#addressee_cipher_1",
	    "X509Data\" URI=\"#author1_signature_1", "9202" },
	{ "an algorithm", 5, "xmlenc11#aes256-gcm", "xmlenc11#aes256-xyz",
	    "9202" },
};

/* The last place where it stands: contents come after the transport's. */
static const char *
find_last(const char *text, size_t len, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = len - n + 1; i-- > 0;)
		if (memcmp(text + i, what, n) == 0)
			return text + i;
	return NULL;
}

static void
test_changed(void **state)
{
	(void)state;
	if (!has_vectors())
		skip();
	for (size_t i = 0; i < nitems(changes); i++) {
		struct arena a = { 0 };
		const struct buf *text = make(&a, changes[i].made);
		const char *at = find_last(
		    buf_text(text), text->len, changes[i].from);
		struct buf *spoilt = buf_new(&a, 1 << 23);
		struct osci_content_in in;
		struct err err = { 0 };
		size_t before;

		if (at == NULL)
			fail_msg("%s: nothing to change", changes[i].name);
		before = (size_t)(at - buf_text(text));
		buf_put(spoilt, buf_text(text), before);
		buf_puts(spoilt, changes[i].to);
		buf_put(spoilt, at + strlen(changes[i].from),
		    text->len - before - strlen(changes[i].from));
		if (open_made(&a, buf_text(spoilt), spoilt->len, &in, &err) ==
		    0)
			fail_msg("%s passes", changes[i].name);
		if (strcmp(err.field, changes[i].code) != 0)
			fail_msg("%s: %s %s, not %s", changes[i].name,
			    err.field, err.msg, changes[i].code);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_changed),
	};

	return cmocka_run_group_tests(
	    tests, set_up_vectors, tear_down_vectors);
}
