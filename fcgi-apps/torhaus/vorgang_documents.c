/* torhaus vorgang documents */
#include "torhaus/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/document_files.h"
#include "torhaus/vorgang_office.h"

static int
write_all(void *arg, const void *data, size_t n, struct err *err)
{
	const char *p = data;
	int fd = *(int *)arg;

	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return err_set(err, ERR_IO, "%s", strerror(errno));
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* The applicant's name for it, kept from being a path or hidden. */
static const char *
safe_name(struct arena *a, const char *name)
{
	char *out = arena_strdup(a, name);

	for (char *p = out; *p != '\0'; p++)
		if (*p == '/' || *p == '\\' || (unsigned char)*p < 0x20)
			*p = '_';
	if (out[0] == '.' || out[0] == '-')
		out[0] = '_';
	return out;
}

/* Writes one document; what fails half-way does not stay behind. */
static int
fetch(struct tool *t, const struct vorgang_whole *w, size_t number, int dir,
    struct err *err)
{
	const struct document *d = &w->document[number];
	const char *name = arena_printf(t->arena, "%02zu-%s", number + 1,
	    safe_name(t->arena, d->name));
	int fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int rc;

	if (fd == -1)
		return err_set(
		    err, ERR_IO, "%s: %s", name, strerror(errno));
	rc = document_file_read(t->config.documents_dir, w->vorgang.town_id,
	    &d->id, &w->vorgang.key.key, write_all, &fd, err);
	if (close(fd) == -1 && rc == 0)
		rc = err_set(err, ERR_IO, "%s: %s", name, strerror(errno));
	if (rc == -1) {
		(void)unlinkat(dir, name, 0);
		return -1;
	}
	(void)printf("%s  %lld bytes  %s  sha256 %s\n", name,
	    (long long)d->size, d->media_type,
	    id_hex_bytes(t->arena, d->sha256, sizeof(d->sha256)));
	return 0;
}

static int
fetch_all(struct tool *t, const struct vorgang_whole *w, const char *out,
    struct err *err)
{
	int dir = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;

	if (dir == -1)
		return err_set(err, ERR_IO, "%s: %s", out, strerror(errno));
	for (size_t i = 0; rc == 0 && i < w->ndocument; i++)
		rc = fetch(t, w, i, dir, err);
	(void)close(dir); /* only looked up from */
	return rc;
}

int
cmd_vorgang_documents(struct tool *t, int argc, char **argv)
{
	const char *reference = tool_word(argc, argv, 0, NULL);
	const char *out = tool_option(argc, argv, "--out");
	const struct town *town;
	struct vorgang_whole w;
	struct err err = {0};

	if (reference == NULL)
		return tool_usage("which application?");
	if (out == NULL)
		return tool_usage("--out DIR is missing");
	if ((town = tool_town(t, tool_option(argc, argv, "--town"), &err)) ==
		NULL ||
	    office_read(t, town, reference, &w, &err) == -1 ||
	    office_record_view(t, town, &w, "documents", &err) == -1 ||
	    fetch_all(t, &w, out, &err) == -1)
		return tool_fail(&err);
	if (w.ndocument == 0)
		(void)puts("it has no documents");
	return EXIT_OK;
}
