/*
 * The vectors of OSCI-Transport 1.2, up to the transport signature: what the
 * official client made opens and verifies, what was spoilt is refused with the
 * code that belongs to it.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dirent.h>

#include "common/base64.h"
#include "common/file.h"
#include "common/osci/osci_out.h"
#include "common/osci/osci_transport.h"

#define VECTORS "tests/data/osci"

static const struct osci_packet_limits limits = { .dir = "/tmp",
	.max = 16 << 20 };
static const struct osci_crypto_policy lenient = { .allows_cbc = true,
	.allows_rsa15 = true };

static const char *const names[] = { "intermediary", "addressee",
	"originator", "reader", "author" };

static struct osci_identity own[nitems(names)];
static struct osci_signer signer[nitems(names)];
static struct arena keys;

static int
set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(names); i++) {
		struct err err = { 0 };

		if (osci_cert_read(&keys,
			arena_printf(&keys, VECTORS "/keys/%s_cipher.cert.pem",
			    names[i]),
			&own[i].cert, &err) == -1 ||
		    osci_key_read(&keys,
			arena_printf(&keys, VECTORS "/keys/%s_cipher.key.pem",
			    names[i]),
			&own[i].key, &err) == -1 ||
		    osci_cert_read(&keys,
			arena_printf(&keys, VECTORS "/keys/%s_sign.cert.pem",
			    names[i]),
			&signer[i].cert, &err) == -1 ||
		    osci_key_read(&keys,
			arena_printf(&keys, VECTORS "/keys/%s_sign.key.pem",
			    names[i]),
			&signer[i].key, &err) == -1)
			return 0; /* the folder is not there: tests skip */
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&keys);
	return 0;
}

/* The certificate that a signature names. */
static int
find_cert(struct arena *a, const struct osci_message *m, const char *id,
    struct osci_cert *out, struct err *err)
{
	static const enum osci_block_kind kinds[] = {
		OSCI_OTHER_CERTIFICATES, OSCI_INTERMEDIARY_CERTIFICATES
	};

	for (size_t k = 0; k < nitems(kinds); k++) {
		const struct xml_node *n = m->by_kind[kinds[k]];

		for (n = n == NULL ? NULL : xml_first(n); n != NULL;
		     n = xml_next(n)) {
			const char *is = xml_attribute(n, "Id"), *text;

			if (is == NULL || strcmp(is, id) != 0)
				continue;
			n = xml_child(n, OSCI_NS_DS, "X509Data");
			n = xml_child(n, OSCI_NS_DS, "X509Certificate");
			return xml_text(a, &m->packet->tree, n, 20000, &text,
				   err) == -1 ||
				osci_cert_parse_text(a, text, strlen(text),
				    out, err) == -1
			    ? -1
			    : 0;
		}
	}
	return err_set(err, ERR_NOT_FOUND, "no certificate %s", id);
}

/* nown: how many of our keys there are; the first is the intermediary's. */
static int
process(struct arena *a, const char *text, size_t len, bool needs_signature,
    size_t nown, struct osci_message *m, struct err *err)
{
	struct osci_packet_reader *r = osci_packet_reader_new(a, &limits);
	struct osci_packet *packet = arena_new(a, struct osci_packet, 2);
	struct osci_signature sig;
	struct osci_cert cert;

	if (osci_packet_put(r, text, len, err) == -1 ||
	    osci_packet_end(r, packet, err) == -1 ||
	    osci_message_read(a, packet, m, err) == -1)
		return -1;
	if (m->type == OSCI_MESSAGE_ENCRYPTED) {
		if (osci_transport_open(a, m, own, nown, &lenient,
			&limits, packet + 1, err) == -1 ||
		    osci_message_read(a, packet + 1, m, err) == -1)
			return -1;
	}
	if (m->type == OSCI_FAULT || (!needs_signature &&
		m->by_kind[OSCI_SIGNATURE_BLOCK] == NULL))
		return 0;
	if (osci_transport_read_signature(a, m, &sig, err) == -1 ||
	    find_cert(a, m, sig.cert_id, &cert, err) == -1)
		return -1;
	return osci_transport_verify(a, m, &sig, &cert, err);
}

static size_t
each(const char *folder,
    void (*check)(struct arena *a, const char *name, const char *text,
	size_t len))
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	if (dir == NULL)
		return 0;
	for (struct dirent *e; (e = readdir(dir)) != NULL;) {
		const char *dot = strrchr(e->d_name, '.');
		struct arena a = { 0 };
		struct err err = { 0 };
		char *text;
		size_t len;

		if (dot == NULL || strcmp(dot, ".http") != 0)
			continue;
		if (file_read(&a, arena_printf(&a, "%s/%s", folder, e->d_name),
			1 << 24, &text, &len, &err) == -1)
			fail_msg("%s", err.msg);
		check(&a, e->d_name, text, len);
		arena_free(&a);
		n++;
	}
	(void)closedir(dir);
	return n;
}

static void
check_good(struct arena *a, const char *name, const char *text, size_t len)
{
	bool is_spoilt = strstr(name, "-changed") != NULL;
	struct osci_message m;
	struct err err = { 0 };

	if (process(a, text, len, false, nitems(own), &m, &err) == -1 &&
	    (!is_spoilt || strcmp(err.field, "9601") != 0))
		fail_msg("%s: %s %s", name, err.field, err.msg);
}

static void
test_good(void **state)
{
	size_t n = 0;
	(void)state;

	n += each(VECTORS "/positive", check_good);
	n += each(VECTORS "/recipient", check_good);
	n += each(VECTORS "/responses", check_good);
	if (n == 0)
		skip();
	print_message("%zu messages\n", n);
	assert_true(n > 60);
}

/* What is wrong with these, only the order or the dialog tells. */
static const char *const later[] = { "store-no-cipher-cert",
	"init-without-challenge", "dialog-", "fetch-outside-dialog" };

static bool
is_later(const char *name)
{
	for (size_t i = 0; i < nitems(later); i++)
		if (strncmp(name, later[i], strlen(later[i])) == 0)
			return true;
	return false;
}

static void
check_spoilt(struct arena *a, const char *name, const char *text, size_t len)
{
	char *json, *path = arena_printf(a, VECTORS "/negative/%s", name);
	struct osci_message m;
	struct err err = { 0 }, none = { 0 };
	const char *want;
	size_t n;

	if (is_later(name))
		return;
	if (process(a, text, len, true, 1, &m, &err) == 0)
		fail_msg("%s passes", name);
	memcpy(path + strlen(path) - 4, "json", 4);
	if (file_read(a, path, 100000, &json, &n, &none) == -1)
		fail_msg("%s", none.msg);
	want = strstr(json, "\"any_of\"");
	assert_non_null(want);
	if (strstr(want, arena_printf(a, "\"%s\"", err.field)) == NULL)
		fail_msg("%s: %s %s, not %s", name, err.field, err.msg, want);
}

static void
test_spoilt(void **state)
{
	size_t n = each(VECTORS "/negative", check_spoilt);
	(void)state;

	if (n == 0)
		skip();
	assert_true(n > 20);
}

/* ---- what we make ---- */

static int
append(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

static void
put_certificate(struct arena *a, struct buf *b, const char *element,
    const char *id, const struct osci_cert *c)
{
	(void)a;
	buf_printf(b, "<osci:%s Id=\"%s\"><ds:X509Data><ds:X509Certificate>",
	    element, id);
	base64_put_lines(b, c->der, c->len);
	buf_printf(b, "</ds:X509Certificate></ds:X509Data></osci:%s>", element);
}

static const struct {
	const char *name, *method, *digest;
	bool is_encrypted, has_part;
} made[] = {
	{ "plain", NULL, NULL, false, false },
	{ "encrypted", NULL, NULL, true, false },
	{ "with an attachment", NULL, NULL, true, true },
	{ "PSS, SHA-512",
	    "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
	    "http://www.w3.org/2001/04/xmlenc#sha512", false, true },
};

static void
test_made(void **state)
{
	(void)state;
	if (own[0].key.key == NULL)
		skip();
	for (size_t i = 0; i < nitems(made); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct buf *text = buf_new(&a, 1 << 22), *b;
		struct crypto_spool *spool = crypto_spool_new(&a, "/tmp", 9999);
		struct osci_out *o = osci_out_new(
		    &a, OSCI_RESPONSE_TO_STORE_DELIVERY, &limits);
		const struct osci_control control = { .response = "a&b<\"",
			.conversation_id = "17", .sequence = 3 };
		struct osci_message m;

		osci_out_control(o, &control);
		b = osci_out_open(o, OSCI_ORDER, "responseToStoreDelivery",
		    "responsetostoredelivery", "", "");
		buf_puts(b, "<osci:Feedback></osci:Feedback>");
		osci_out_close(o);
		b = osci_out_open(o, OSCI_INTERMEDIARY_CERTIFICATES,
		    "IntermediaryCertificates", "intermediarycertificates", "",
		    "");
		put_certificate(&a, b, "SignatureCertificateIntermediary",
		    "intermed_signature_1", &signer[0].cert);
		osci_out_close(o);
		assert_int_equal(
		    crypto_spool_put(spool, "\r\n--x\0", 7, &err), 0);
		if (made[i].has_part)
			osci_out_part(o, "part<1>", "text/plain", spool, 1, 6);
		signer[0].cert_id = "intermed_signature_1";
		signer[0].method = made[i].method;
		signer[0].digest = made[i].digest;
		if (osci_out_sign(o, &signer[0], &err) == -1 ||
		    osci_out_send(o,
			made[i].is_encrypted ? &own[2].cert : NULL, append,
			text, &err) == -1 ||
		    process(&a, buf_text(text), text->len, true, nitems(own),
			&m, &err) == -1)
			fail_msg("%s: %s %s", made[i].name, err.field,
			    err.msg);
		assert_string_equal(m.control.response, "a&b<\"");
		assert_int_equal(m.packet->npart, made[i].has_part);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_made),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
