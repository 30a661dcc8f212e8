/*
 * Reading OSCI messages in tests: the vectors of tests/data/osci with their
 * keys, and what the tests make themselves.
 */
#ifndef OSCI_FIXTURE_H
#define OSCI_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dirent.h>

#include "common/file.h"
#include "common/osci/osci_certs.h"
#include "common/osci/osci_out.h"
#include "common/osci/osci_transport.h"

#define VECTORS "tests/data/osci"

enum { INTERMEDIARY, ADDRESSEE, ORIGINATOR, READER, AUTHOR, PARTIES };

struct osci_fixture {
	struct arena arena;
	struct osci_identity own[PARTIES]; /* cipher certificates and keys */
	struct osci_signer signer[PARTIES];
};

static const struct osci_packet_limits osci_fixture_limits = { .dir = "/tmp",
	.max = 16 << 20 };

static inline void
osci_fixture_keys(struct osci_fixture *f)
{
	static const char *const names[PARTIES] = { "intermediary",
		"addressee", "originator", "reader", "author" };

	for (size_t i = 0; i < PARTIES; i++) {
		struct err err = { 0 };
		struct arena *a = &f->arena;

		if (osci_cert_read(a,
			arena_printf(a, VECTORS "/keys/%s_cipher.cert.pem",
			    names[i]),
			&f->own[i].cert, &err) == -1 ||
		    osci_key_read(a,
			arena_printf(a, VECTORS "/keys/%s_cipher.key.pem",
			    names[i]),
			&f->own[i].key, &err) == -1 ||
		    osci_cert_read(a,
			arena_printf(a, VECTORS "/keys/%s_sign.cert.pem",
			    names[i]),
			&f->signer[i].cert, &err) == -1 ||
		    osci_key_read(a,
			arena_printf(a, VECTORS "/keys/%s_sign.key.pem",
			    names[i]),
			&f->signer[i].key, &err) == -1)
			fail_msg("%s: %s", names[i], err.msg);
		f->signer[i].cert_id =
		    arena_printf(a, "%s_signature_1", names[i]);
	}
}

/* A message, opened where it is encrypted; not verified. */
static inline int
osci_fixture_read(struct arena *a, const struct osci_fixture *f,
    const char *text, size_t len, struct osci_message *m, struct err *err)
{
	static const struct osci_crypto_policy lenient = { true, true };
	const struct osci_packet_limits *limits = &osci_fixture_limits;
	struct osci_packet_reader *r = osci_packet_reader_new(a, limits);
	struct osci_packet *packet = arena_new(a, struct osci_packet, 2);

	if (osci_packet_put(r, text, len, err) == -1 ||
	    osci_packet_end(r, packet, err) == -1 ||
	    osci_message_read(a, packet, m, err) == -1)
		return -1;
	if (m->type != OSCI_MESSAGE_ENCRYPTED)
		return 0;
	return osci_transport_open(a, m, f->own, PARTIES, &lenient, limits,
		   packet + 1, err) == -1
	    ? -1
	    : osci_message_read(a, packet + 1, m, err);
}

/* name: "positive/store-reader" */
static inline void
osci_fixture_vector(struct arena *a, const struct osci_fixture *f,
    const char *name, struct osci_message *m)
{
	struct err err = { 0 };
	char *text;
	size_t len;

	if (file_read(a, arena_printf(a, VECTORS "/%s.http", name), 1 << 24,
		&text, &len, &err) == -1 ||
	    osci_fixture_read(a, f, text, len, m, &err) == -1)
		fail_msg("%s: %s %s", name, err.field, err.msg);
}

/* The transport signature, with the certificate that it names. */
static inline int
osci_fixture_verify(
    struct arena *a, const struct osci_message *m, struct err *err)
{
	const struct osci_role_cert *cert;
	struct osci_certs certs;
	struct osci_signature sig;

	if (osci_transport_read_signature(a, m, &sig, err) == -1 ||
	    osci_certs_read(a, m, &certs, err) == -1)
		return -1;
	if ((cert = osci_certs_by_id(&certs, sig.cert_id)) == NULL)
		return err_set(err, ERR_NOT_FOUND, "no %s", sig.cert_id);
	return osci_transport_verify(a, m, &sig, &cert->cert, err);
}

static inline int
osci_fixture_append(void *arg, const void *data, size_t n, struct err *err)
{
	return buf_append(arg, data, n, err);
}

/* Calls each vector of a folder once: name "positive/store-reader". */
static inline size_t
osci_fixture_each(const char *folder, void (*f)(const char *name))
{
	struct arena a = { 0 };
	DIR *dir = opendir(arena_printf(&a, VECTORS "/%s", folder));
	size_t n = 0;

	if (dir == NULL)
		fail_msg("no %s in " VECTORS, folder);
	for (struct dirent *e; (e = readdir(dir)) != NULL;) {
		const char *dot = strrchr(e->d_name, '.');

		if (dot == NULL || strcmp(dot, ".http") != 0)
			continue;
		f(arena_printf(&a, "%s/%.*s", folder,
		    (int)(dot - e->d_name), e->d_name));
		n++;
	}
	(void)closedir(dir);
	arena_free(&a);
	return n;
}

#endif
