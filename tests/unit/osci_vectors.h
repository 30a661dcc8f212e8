/*
 * The vectors of OSCI-Transport 1.2 and their keys, for the tests of what is
 * above the transport. Where the folder is missing has_vectors() is false.
 */
#ifndef OSCI_VECTORS_H
#define OSCI_VECTORS_H

#include <dirent.h>

#include "common/file.h"
#include "common/osci/osci_certs.h"
#include "common/osci/osci_transport.h"

#define VECTORS "tests/data/osci"

enum vector_key { INTERMEDIARY, ADDRESSEE, ORIGINATOR, READER, AUTHOR,
	VECTOR_KEYS };

static struct {
	struct arena arena;
	struct osci_identity cipher[VECTOR_KEYS], sign[VECTOR_KEYS];
	struct osci_identity ec;
} vector;

static const struct osci_packet_limits vector_limits = { .dir = "/tmp",
	.max = 16 << 20 };
static const struct osci_crypto_policy vector_policy = { .allows_cbc = true,
	.allows_rsa15 = true };

static inline bool
has_vectors(void)
{
	return vector.ec.key.key != NULL;
}

static inline int
read_pair(const char *name, struct osci_identity *out)
{
	struct err err = { 0 };

	return osci_cert_read(&vector.arena,
		   arena_printf(&vector.arena, VECTORS "/keys/%s.cert.pem",
		       name),
		   &out->cert, &err) == -1
	    ? -1
	    : osci_key_read(&vector.arena,
		  arena_printf(
		      &vector.arena, VECTORS "/keys/%s.key.pem", name),
		  &out->key, &err);
}

static inline int
set_up_vectors(void **state)
{
	static const char *const names[VECTOR_KEYS] = { "intermediary",
		"addressee", "originator", "reader", "author" };
	struct arena *a = &vector.arena;

	(void)state;
	for (size_t i = 0; i < VECTOR_KEYS; i++)
		if (read_pair(arena_printf(a, "%s_cipher", names[i]),
			&vector.cipher[i]) == -1 ||
		    read_pair(arena_printf(a, "%s_sign", names[i]),
			&vector.sign[i]) == -1)
			return 0;
	(void)read_pair("author_ec_sign", &vector.ec);
	return 0;
}

static inline int
tear_down_vectors(void **state)
{
	(void)state;
	arena_free(&vector.arena);
	return 0;
}

/* Reads a message, opened with all keys; no signature is looked at. */
static inline int
read_vector(struct arena *a, const void *text, size_t len,
    struct osci_message *m, struct err *err)
{
	struct osci_packet_reader *r =
	    osci_packet_reader_new(a, &vector_limits);
	struct osci_packet *packet = arena_new(a, struct osci_packet, 2);

	if (osci_packet_put(r, text, len, err) == -1 ||
	    osci_packet_end(r, packet, err) == -1 ||
	    osci_message_read(a, packet, m, err) == -1)
		return -1;
	if (m->type != OSCI_MESSAGE_ENCRYPTED)
		return 0;
	return osci_transport_open(a, m, vector.cipher, VECTOR_KEYS,
		   &vector_policy, &vector_limits, packet + 1, err) == -1
	    ? -1
	    : osci_message_read(a, packet + 1, m, err);
}

/* The transport signature, with the certificate that it names. */
static inline int
verify_vector(struct arena *a, const struct osci_message *m, struct err *err)
{
	const struct osci_role_cert *cert;
	struct osci_signature sig;
	struct osci_certs certs;

	if (osci_certs_read(a, m, &certs, err) == -1 ||
	    osci_transport_read_signature(a, m, &sig, err) == -1)
		return -1;
	cert = osci_certs_by_id(&certs, sig.cert_id);
	return cert == NULL
	    ? err_set(err, ERR_NOT_FOUND, "no certificate %s", sig.cert_id)
	    : osci_transport_verify(a, m, &sig, &cert->cert, err);
}

/* Calls check for every message of a folder; how many there were. */
static inline size_t
each_vector(const char *folder,
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
		if (file_read(&a,
			arena_printf(&a, "%s/%s", folder, e->d_name), 1 << 24,
			&text, &len, &err) == -1)
			fail_msg("%s", err.msg);
		check(&a, e->d_name, text, len);
		arena_free(&a);
		n++;
	}
	(void)closedir(dir);
	return n;
}

#endif
