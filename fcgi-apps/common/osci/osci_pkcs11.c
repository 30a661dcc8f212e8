/* Engines are what OpenSSL 3.0 calls deprecated and has no substitute for:
 * Debian 12 has no PKCS#11 provider. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "common/osci/osci_pkcs11.h"

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/ui.h>
#include <pthread.h>
#include <sys/stat.h>

#include "common/file.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ENGINE *engine; /* under the lock; lives until the process ends */

static void
free_key(void *arg)
{
	EVP_PKEY_free(arg);
}

bool
osci_pkcs11_is_uri(const char *text)
{
	return strncmp(text, "pkcs11:", 7) == 0;
}

/* What OpenSSL said last, for the log. */
static const char *
reason(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_last_error());

	return text == NULL ? "no reason given" : text;
}

static int
set_pin(ENGINE *e, const char *path, struct err *err)
{
	struct arena a = {0};
	struct stat st;
	char *pin;
	size_t len;
	int rc = -1;

	if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
		return err_set(err, ERR_CONFIG,
		    "%s: others may read it; chmod 600", path);
	if (file_read(&a, path, 4096, &pin, &len, err) == -1) {
		err->code = ERR_CONFIG;
		return -1;
	}
	pin[strcspn(pin, "\r\n")] = '\0';
	rc = ENGINE_ctrl_cmd_string(e, "PIN", pin, 0) == 1
	    ? 0
	    : err_set(err, ERR_CONFIG, "%s: the PIN was not taken", path);
	explicit_bzero(pin, len);
	arena_free(&a);
	return rc;
}

static int
open_engine(const char *module, const char *pin_file, struct err *err)
{
	ENGINE *e;

	ENGINE_load_builtin_engines();
	if ((e = ENGINE_by_id("pkcs11")) == NULL)
		return err_set(err, ERR_CONFIG,
		    "OpenSSL has no engine for PKCS#11; Debian: "
		    "libengine-pkcs11-openssl");
	if (*module != '\0' &&
	    ENGINE_ctrl_cmd_string(e, "MODULE_PATH", module, 0) != 1)
		(void)err_set(err, ERR_CONFIG, "osci_pkcs11_module: %.150s",
		    module);
	else if (*pin_file != '\0' && set_pin(e, pin_file, err) == -1)
		;
	else if (ENGINE_init(e) != 1)
		(void)err_set(err, ERR_CONFIG,
		    "the PKCS#11 module %.100s does not start: %s", module,
		    reason());
	else
		engine = e;
	if (engine == NULL)
		(void)ENGINE_free(e);
	return engine == NULL ? -1 : 0;
}

int
osci_pkcs11_open(const char *module, const char *pin_file, struct err *err)
{
	int rc = 0;

	(void)pthread_mutex_lock(&lock);
	if (engine == NULL)
		rc = open_engine(module, pin_file, err);
	(void)pthread_mutex_unlock(&lock);
	return rc;
}

int
osci_pkcs11_key(struct arena *a, const char *uri, struct osci_key *out,
    struct err *err)
{
	if (!osci_pkcs11_is_uri(uri) || strstr(uri, "pin-value=") != NULL)
		return err_set(err, ERR_CONFIG,
		    "a PIN does not belong into the URI; name a file by "
		    "osci_pkcs11_pin_file or pin-source");
	if (osci_pkcs11_open("", "", err) == -1)
		return -1;
	(void)pthread_mutex_lock(&lock);
	ERR_clear_error();
	/* UI_null: nobody is there who could type a PIN. */
	out->key = ENGINE_load_private_key(
	    engine, uri, (UI_METHOD *)(uintptr_t)UI_null(), NULL);
	(void)pthread_mutex_unlock(&lock);
	if (out->key == NULL)
		return err_set(err, ERR_CONFIG,
		    "no private key at %.120s: %s", uri, reason());
	arena_defer(a, free_key, out->key);
	return 0;
}
