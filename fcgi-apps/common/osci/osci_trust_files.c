/* Anchors and revocation lists, as the operator keeps them in files. */
#include <dirent.h>
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file.h"
#include "common/log.h"
#include "common/osci/osci_trust_part.h"

#define CA_FILE_MAX (4 << 20)
#define CRL_FILE_MAX (32 << 20)
#define CRL_FILES_MAX 500
#define CRLS_MAX 1000

static void
stamp_file(struct crypto_hash *h, const char *path)
{
	struct stat st = {0};

	if (stat(path, &st) == -1)
		st.st_size = -1;
	crypto_hash_part(h, path, strlen(path));
	crypto_hash_part(h, &st.st_mtim, sizeof(st.st_mtim));
	crypto_hash_part(h, &st.st_size, sizeof(st.st_size));
	crypto_hash_part(h, &st.st_ino, sizeof(st.st_ino));
}

/* The regular files of a folder, or path itself when it is one; ordered. */
static int
list_files(struct arena *a, const char *path, const char ***out, size_t *n,
    struct err *err)
{
	struct dirent **entry;
	struct stat st;
	int count;

	*n = 0;
	*out = arena_new(a, const char *, CRL_FILES_MAX);
	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
		(*out)[(*n)++] = path;
		return 0;
	}
	if ((count = scandir(path, &entry, NULL, alphasort)) == -1)
		return err_set(
		    err, ERR_CONFIG, "%s: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		const char *name = arena_printf(
		    a, "%s/%s", path, entry[i]->d_name);

		if (entry[i]->d_name[0] != '.' && *n < CRL_FILES_MAX &&
		    stat(name, &st) == 0 && S_ISREG(st.st_mode))
			(*out)[(*n)++] = name;
		free(entry[i]);
	}
	free(entry);
	return 0;
}

void
trust_files_stamp(
    const struct osci_trust_settings *s, uint8_t out[CRYPTO_DIGEST_LEN])
{
	struct crypto_hash *h = crypto_hash_new();
	struct arena a = {0};
	struct err unused = {0};
	const char **path;
	size_t n;

	if (*s->ca_file != '\0')
		stamp_file(h, s->ca_file);
	if (*s->crl_dir != '\0' &&
	    list_files(&a, s->crl_dir, &path, &n, &unused) == 0)
		for (size_t i = 0; i < n; i++)
			stamp_file(h, path[i]);
	crypto_hash_end(h, out);
	arena_free(&a);
}

/* Nothing but blanks and comments: the last certificate was taken out. */
static bool
is_empty(const char *text, size_t len)
{
	return len == 0 ||
	    (text[0] != 0x30 /* DER's SEQUENCE */ &&
		memmem(text, len, "-----", 5) == NULL);
}

/* What is in a file, PEM or DER of either kind; NULL when nothing is. */
static STACK_OF(X509_INFO) *
parse(const char *text, size_t len)
{
	BIO *bio = BIO_new_mem_buf(text, (int)len);
	STACK_OF(X509_INFO) *info = sk_X509_INFO_new_null();
	X509_INFO *one;

	if (bio == NULL || info == NULL)
		log_fatal("OpenSSL: out of memory");
	if (memmem(text, len, "-----BEGIN", 10) != NULL) {
		STACK_OF(X509_INFO) *all =
		    PEM_X509_INFO_read_bio(bio, info, NULL, NULL);

		BIO_free(bio);
		if (all == NULL)
			sk_X509_INFO_pop_free(info, X509_INFO_free);
		return all;
	}
	if ((one = X509_INFO_new()) == NULL ||
	    sk_X509_INFO_push(info, one) == 0)
		log_fatal("OpenSSL: out of memory");
	one->crl = d2i_X509_CRL_bio(bio, NULL);
	if (one->crl == NULL && BIO_reset(bio) == 1)
		one->x509 = d2i_X509_bio(bio, NULL);
	BIO_free(bio);
	return info;
}

/* A file as parse has it; NULL: err, or nothing is in it. */
static STACK_OF(X509_INFO) *
parse_file(const char *path, size_t max, bool is_crl, struct err *err)
{
	STACK_OF(X509_INFO) *info = NULL;
	struct arena a = {0};
	char *text;
	size_t len;

	if (file_read(&a, path, max, &text, &len, err) == -1)
		err->code = ERR_CONFIG;
	else if (!is_crl && is_empty(text, len))
		log_warn("%s: no certificate is trusted", path);
	else if ((info = parse(text, len)) == NULL)
		(void)err_set(err, ERR_CONFIG, "%s: neither PEM nor DER", path);
	arena_free(&a);
	return info;
}

/* Adds a file's certificates, or its lists; how many there were, -1. */
static int
add_file(X509_STORE *store, const char *path, size_t max, bool is_crl,
    struct err *err)
{
	STACK_OF(X509_INFO) *info = parse_file(path, max, is_crl, err);
	int count = 0, rc = 1;

	if (info == NULL)
		return err->code == ERR_NONE ? 0 : -1;
	for (int i = 0; rc == 1 && i < sk_X509_INFO_num(info); i++) {
		const X509_INFO *one = sk_X509_INFO_value(info, i);

		if (is_crl ? one->crl == NULL : one->x509 == NULL)
			continue;
		count++;
		rc = is_crl ? X509_STORE_add_crl(store, one->crl)
			    : X509_STORE_add_cert(store, one->x509);
	}
	sk_X509_INFO_pop_free(info, X509_INFO_free);
	if (count == 0 || rc != 1)
		return err_set(err, ERR_CONFIG,
		    "%s: no %s in PEM or DER", path,
		    is_crl ? "revocation list" : "certificate");
	return 0;
}

static int
add_crls(X509_STORE *store, const char *dir, struct err *err)
{
	struct arena a = {0};
	const char **path;
	size_t n;
	int rc = list_files(&a, dir, &path, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_file(store, path[i], CRL_FILE_MAX, true, err);
	arena_free(&a);
	return rc;
}

/* A file that is not there yet trusts nobody, as an empty one. */
static bool
has_anchors(const char *path)
{
	if (*path == '\0')
		return false;
	if (access(path, F_OK) == 0 || errno != ENOENT)
		return true;
	log_warn("%s is not there: no certificate is trusted", path);
	return false;
}

int
trust_files_read(const struct osci_trust_settings *s, X509_STORE **out,
    struct err *err)
{
	X509_STORE *store = X509_STORE_new();

	if (store == NULL ||
	    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) != 1)
		log_fatal("OpenSSL: out of memory");
	if ((has_anchors(s->ca_file) &&
		add_file(store, s->ca_file, CA_FILE_MAX, false, err) == -1) ||
	    (*s->crl_dir != '\0' &&
		add_crls(store, s->crl_dir, err) == -1)) {
		X509_STORE_free(store);
		return -1;
	}
	*out = store;
	return 0;
}

/* ---- for people ---- */

static void
add_list(struct arena *a, const char *path, const X509_CRL *crl,
    struct osci_list *out)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
	struct tm tm;

	out->path = path;
	out->issuer = osci_name_text(a, X509_CRL_get_issuer(crl));
	out->next_ms = next == NULL || ASN1_TIME_to_tm(next, &tm) != 1
	    ? INT64_MAX
	    : (int64_t)timegm(&tm) * 1000;
}

int
osci_trust_lists(const struct osci_trust_settings *s, struct arena *a,
    struct osci_list **out, size_t *n, struct err *err)
{
	const char **path;
	size_t npath;

	*n = 0;
	*out = arena_new(a, struct osci_list, CRLS_MAX);
	if (list_files(a, s->crl_dir, &path, &npath, err) == -1)
		return -1;
	for (size_t i = 0; i < npath; i++) {
		STACK_OF(X509_INFO) *info =
		    parse_file(path[i], CRL_FILE_MAX, true, err);

		if (info == NULL)
			return -1;
		for (int k = 0; k < sk_X509_INFO_num(info); k++) {
			const X509_CRL *crl = sk_X509_INFO_value(info, k)->crl;

			if (crl != NULL && *n < CRLS_MAX)
				add_list(a, path[i], crl, &(*out)[(*n)++]);
		}
		sk_X509_INFO_pop_free(info, X509_INFO_free);
	}
	return 0;
}
