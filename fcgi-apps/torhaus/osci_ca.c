/* torhaus osci ca add, list, remove: the file of certificates to trust. */
#include "torhaus/osci.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/id.h"
#include "common/osci/osci_cert.h"
#include "common/osci/osci_key.h"

#define PREFIX_MIN 8 /* digits of a fingerprint that name a certificate */

/* The certificates of the configured file; none when it is not there yet. */
static int
read_trusted(struct tool *t, const char **path, struct osci_cert **out,
    size_t *n, struct err *err)
{
	struct stat st = {0};

	*path = t->config.osci_ca_file;
	*n = 0;
	if (**path == '\0')
		return err_set(err, ERR_CONFIG,
		    "osci_ca_file is not set in the configuration");
	if (stat(*path, &st) == -1 && errno == ENOENT)
		return 0;
	if (st.st_size == 0)
		return 0;
	return osci_cert_read_all(t->arena, *path, out, n, err);
}

static int
write_certs(struct arena *a, int fd, const char *path,
    const struct osci_cert *cert, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const char *text = arena_printf(a, "# %s\n%s",
		    osci_cert_subject(a, &cert[i]),
		    osci_cert_to_pem(a, &cert[i]));
		size_t len = strlen(text);

		if (write(fd, text, len) != (ssize_t)len)
			return err_set(
			    err, ERR_IO, "%s: %s", path, strerror(errno));
	}
	return fsync(fd) == 0
	    ? 0
	    : err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

/* In one step: programs that read it meanwhile see the old or the new one. */
static int
replace(struct arena *a, const char *path, const struct osci_cert *cert,
    size_t n, struct err *err)
{
	const char *half = arena_printf(a, "%s.new", path);
	int fd = open(half, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int rc;

	if (fd == -1)
		return err_set(
		    err, ERR_IO, "%s: %s", half, strerror(errno));
	rc = write_certs(a, fd, half, cert, n, err);
	(void)close(fd); /* synced */
	if (rc == 0 && rename(half, path) == -1)
		rc = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	if (rc == -1)
		(void)unlink(half);
	return rc;
}

static void
print_cert(struct arena *a, const char *what, const struct osci_cert *c)
{
	(void)printf("%s%s  to %.10s  %s\n", what,
	    id_hex_bytes(a, c->sha256, sizeof(c->sha256)),
	    osci_cert_not_after(a, c), osci_cert_subject(a, c));
}

static bool
is_there(const struct osci_cert *list, size_t n, const struct osci_cert *c)
{
	for (size_t i = 0; i < n; i++)
		if (osci_cert_equal(&list[i], c))
			return true;
	return false;
}

int
cmd_osci_ca_add(struct tool *t, int argc, char **argv)
{
	struct osci_cert *have, *more, *all;
	const char *path, *file;
	struct err err = {0};
	size_t n, nmore;

	if (tool_word(argc, argv, 0, NULL) == NULL)
		return tool_usage("name a file");
	if (read_trusted(t, &path, &have, &n, &err) == -1)
		return tool_fail(&err);
	for (int i = 0; (file = tool_word(argc, argv, i, NULL)) != NULL; i++) {
		if (osci_cert_read_all(t->arena, file, &more, &nmore, &err) ==
		    -1)
			return tool_fail(&err);
		all = arena_new(t->arena, struct osci_cert, n + nmore);
		if (n > 0)
			memcpy(all, have, n * sizeof(*all));
		have = all;
		for (size_t k = 0; k < nmore; k++) {
			bool is_known = is_there(have, n, &more[k]);

			print_cert(t->arena,
			    is_known ? "known    " : "trusted  ", &more[k]);
			if (!is_known)
				have[n++] = more[k];
		}
	}
	return replace(t->arena, path, have, n, &err) == -1 ? tool_fail(&err)
							    : EXIT_OK;
}

int
cmd_osci_ca_list(struct tool *t, int argc, char **argv)
{
	struct osci_cert *cert;
	struct err err = {0};
	const char *path;
	size_t n;

	(void)argc; /* takes no arguments */
	(void)argv;
	if (read_trusted(t, &path, &cert, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		print_cert(t->arena, "", &cert[i]);
	if (n == 0)
		(void)printf("%s names none: no foreign certificate is "
			     "trusted\n",
		    path);
	return EXIT_OK;
}

int
cmd_osci_ca_remove(struct tool *t, int argc, char **argv)
{
	const char *prefix = tool_word(argc, argv, 0, NULL), *path;
	struct osci_cert *cert;
	size_t n, left = 0, len;
	struct err err = {0};

	if (prefix == NULL || (len = strlen(prefix)) < PREFIX_MIN)
		return tool_usage("name a fingerprint, or its first %d digits "
				  "at least",
		    PREFIX_MIN);
	if (read_trusted(t, &path, &cert, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++) {
		const char *hex = id_hex_bytes(
		    t->arena, cert[i].sha256, sizeof(cert[i].sha256));

		if (strncasecmp(hex, prefix, len) == 0)
			print_cert(t->arena, "removed  ", &cert[i]);
		else
			cert[left++] = cert[i];
	}
	if (left == n)
		(void)err_set(&err, ERR_NOT_FOUND,
		    "no certificate of %s begins with %.64s", path, prefix);
	else if (left + 1 < n)
		(void)err_set(&err, ERR_CONFLICT,
		    "%zu certificates begin with %.64s; nothing was removed",
		    n - left, prefix);
	else if (replace(t->arena, path, cert, left, &err) == 0)
		return EXIT_OK;
	return tool_fail(&err);
}
