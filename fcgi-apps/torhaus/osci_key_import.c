/* torhaus osci key import: pairs from elsewhere, and certificates that an
 * authority made for a key of ours. */
#include "torhaus/osci.h"

#include "common/date.h"
#include "common/osci/osci_pkcs11.h"
#include "torhaus/osci_identity.h"
#include "torhaus/password.h"

/* ---- a certificate for a key that is here already ---- */

/* The waiting or active pair with the certificate's key; NULL. */
static const struct osci_identity_row *
find_pair(const struct osci_identity_row *row, size_t n,
    const struct osci_cert *cert)
{
	for (size_t i = 0; i < n; i++) {
		const struct osci_key key = {.key = row[i].cert.key};

		if (osci_key_fits(&key, cert))
			return &row[i];
	}
	return NULL;
}

static int
import_answer(struct tool *t, const struct osci_cert *cert, bool is_active,
    struct err *err)
{
	struct osci_identity_row *rows, row;
	const struct osci_identity_row *old;
	struct osci_key key;
	size_t n;

	if (osci_identity_rows(t->db, t->arena, &rows, &n, err) == -1)
		return -1;
	if ((old = find_pair(rows, n, cert)) == NULL)
		return err_set(err, ERR_NOT_FOUND,
		    "no key of ours belongs to this certificate; --key, --uri "
		    "or --p12 brings one");
	row = *old;
	row.cert = *cert;
	row.is_active = is_active;
	row.created_ms = date_now_ms();
	if (row.key_uri == NULL &&
	    osci_identity_key(t->db, t->arena, &t->config, &t->master, old,
		&key, err) == -1)
		return -1;
	if (osci_identity_insert(t->db, t->arena, &t->master, &row,
		row.key_uri == NULL ? &key : NULL, err) == -1)
		return -1;
	osci_identity_print_added(t->arena, &row);
	/* What only waited for this certificate has had its day. */
	if (!old->is_active && old->retired_ms == 0)
		(void)osci_identity_delete(t->db, old->id, err);
	err_clear(err);
	return 0;
}

/* ---- pairs ---- */

struct import {
	struct tool *t;
	struct osci_identity_row row;
	struct osci_key key;
};

/* What the pair is for: as said, or as the certificate's key usage says. */
static int
find_purpose(struct import *i, const char *purpose, struct err *err)
{
	bool may_sign = osci_cert_may_sign(&i->row.cert);
	bool may_encipher = osci_cert_may_encipher(&i->row.cert);

	if (purpose != NULL)
		i->row.purpose = strcmp(purpose, "cipher") == 0
		    ? OSCI_IDENTITY_CIPHER
		    : OSCI_IDENTITY_SIGN;
	else if (may_sign != may_encipher)
		i->row.purpose = may_encipher ? OSCI_IDENTITY_CIPHER
					      : OSCI_IDENTITY_SIGN;
	else
		return err_set(err, ERR_BAD_REQUEST,
		    "its key usage does not tell; add --purpose cipher|sign");
	if (i->row.purpose == OSCI_IDENTITY_CIPHER ? !may_encipher : !may_sign)
		return err_set(err, ERR_BAD_REQUEST,
		    "the certificate's key usage forbids to %s",
		    i->row.purpose == OSCI_IDENTITY_CIPHER ? "encipher"
							   : "sign");
	if (osci_cert_is_weak(&i->row.cert))
		return err_set(err, ERR_BAD_REQUEST,
		    "%s is too short; RSA from 2048 bits",
		    osci_cert_key_text(i->t->arena, &i->row.cert));
	if (i->row.purpose == OSCI_IDENTITY_CIPHER &&
	    strncmp(osci_cert_key_text(i->t->arena, &i->row.cert), "RSA", 3) !=
		0)
		return err_set(err, ERR_BAD_REQUEST,
		    "OSCI enciphers with RSA only; this key is of kind %s",
		    osci_cert_key_text(i->t->arena, &i->row.cert));
	return 0;
}

static int
read_p12(struct import *i, const char *path, const char *password_file,
    struct err *err)
{
	struct arena *a = i->t->arena;
	char *password;
	int rc;

	if (password_read(a, password_file,
		arena_printf(a, "password of %s", path), &password, err) == -1)
		return -1;
	rc = osci_key_read_p12(
	    a, path, password, &i->key, &i->row.cert, err);
	explicit_bzero(password, strlen(password));
	return rc;
}

/* A key in PEM: without a password if that works. */
static int
read_pem(struct import *i, const char *path, const char *password_file,
    struct err *err)
{
	struct arena *a = i->t->arena;
	char *password;
	int rc;

	if (osci_key_read_pem(a, path, NULL, &i->key, err) == 0)
		return 0;
	if (err->code != ERR_CONFIG ||
	    password_read(a, password_file,
		arena_printf(a, "password of %s", path), &password, err) == -1)
		return -1;
	rc = osci_key_read_pem(a, path, password, &i->key, err);
	explicit_bzero(password, strlen(password));
	return rc;
}

static int
read_token(struct import *i, const char *uri, struct err *err)
{
	const struct config *c = &i->t->config;

	if (strlen(uri) > 500)
		return err_set(err, ERR_BAD_REQUEST, "--uri: too long");
	i->row.key_uri = uri;
	return osci_pkcs11_open(
		   c->osci_pkcs11_module, c->osci_pkcs11_pin_file, err) == -1
	    ? -1
	    : osci_pkcs11_key(i->t->arena, uri, &i->key, err);
}

static int
read_pair(struct import *i, int argc, char **argv, struct err *err)
{
	const char *p12 = tool_option(argc, argv, "--p12");
	const char *key = tool_option(argc, argv, "--key");
	const char *uri = tool_option(argc, argv, "--uri");
	const char *cert = tool_option(argc, argv, "--cert");
	const char *file = tool_option(argc, argv, "--password-file");

	if ((p12 != NULL) + (key != NULL) + (uri != NULL) > 1)
		return err_set(err, ERR_BAD_REQUEST,
		    "one of --p12, --key and --uri is enough");
	if (p12 != NULL)
		return read_p12(i, p12, file, err);
	if (cert == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "--cert FILE is missing, or --p12 FILE");
	if (osci_cert_read(i->t->arena, cert, &i->row.cert, err) == -1)
		return -1;
	return key != NULL ? read_pem(i, key, file, err)
			   : read_token(i, uri, err);
}

static int
import_pair(struct import *i, int argc, char **argv, struct err *err)
{
	if (osci_who(i->t, argc, argv, &i->row, err) == -1 ||
	    read_pair(i, argc, argv, err) == -1)
		return -1;
	if (!osci_key_fits(&i->key, &i->row.cert))
		return err_set(err, ERR_BAD_REQUEST,
		    "the certificate belongs to another key");
	if (find_purpose(i, tool_option(argc, argv, "--purpose"), err) == -1)
		return -1;
	i->row.created_ms = date_now_ms();
	if (osci_identity_insert(i->t->db, i->t->arena, &i->t->master, &i->row,
		i->row.key_uri == NULL ? &i->key : NULL, err) == -1)
		return -1;
	osci_identity_print_added(i->t->arena, &i->row);
	return 0;
}

int
cmd_osci_key_import(struct tool *t, int argc, char **argv)
{
	const char *cert_file = tool_option(argc, argv, "--cert");
	struct import i = {.t = t};
	struct osci_cert cert;
	struct err err = {0};
	int rc;

	i.row.is_active = !tool_flag(argc, argv, "--waiting");
	if (cert_file != NULL && tool_option(argc, argv, "--key") == NULL &&
	    tool_option(argc, argv, "--uri") == NULL)
		rc = osci_cert_read(t->arena, cert_file, &cert, &err) == -1
		    ? -1
		    : import_answer(t, &cert, i.row.is_active, &err);
	else
		rc = import_pair(&i, argc, argv, &err);
	if (rc == -1 && err.code == ERR_DUPLICATE)
		(void)err_set(&err, ERR_DUPLICATE,
		    "this certificate is there already; torhaus osci key list "
		    "shows it");
	return rc == -1 ? tool_fail(&err) : EXIT_OK;
}
