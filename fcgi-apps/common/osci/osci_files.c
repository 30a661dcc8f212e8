#include "common/osci/osci_files.h"

#include "common/log.h"

#define INSTALLATION 0 /* no town's */

static int
put(void *arg, const void *data, size_t n, struct err *err)
{
	return document_file_put(arg, data, n, err);
}

int
osci_file_write(const struct config *config, const struct id *id,
    const struct crypto_key *key, struct crypto_spool *bytes, int64_t offset,
    int64_t n, struct document_file_info *out, struct err *err)
{
	struct document_file *f;

	if (document_file_new(
		config->osci_dir, INSTALLATION, id, key, &f, err) == -1)
		return -1;
	if (crypto_spool_each(bytes, offset, n, put, f, err) == -1) {
		document_file_abort(f);
		return -1;
	}
	return document_file_commit(f, out, err);
}

int
osci_file_read(const struct config *config, const struct id *id,
    const struct crypto_key *key,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err)
{
	return document_file_read(
	    config->osci_dir, INSTALLATION, id, key, sink, arg, err);
}

int
osci_file_read_range(const struct config *config, const struct id *id,
    const struct crypto_key *key, int64_t offset, int64_t n,
    int (*sink)(void *arg, const void *data, size_t n, struct err *err),
    void *arg, struct err *err)
{
	return document_file_read_range(config->osci_dir, INSTALLATION, id,
	    key, offset, n, sink, arg, err);
}

void
osci_file_remove(const struct config *config, const struct id *id)
{
	struct err err = { 0 };

	if (document_file_remove(config->osci_dir, INSTALLATION, id, &err) ==
	    -1)
		log_warn("%s", err.msg);
}
