/* torhaus key create */
#include "torhaus/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/id.h"

static int
write_key(struct arena *a, int fd, const char *path, struct err *err)
{
	struct crypto_key key;
	const char *line;
	size_t len;

	crypto_random(&key, sizeof(key));
	line = arena_printf(a, "%s\n", id_hex_bytes(a, &key, sizeof(key)));
	explicit_bzero(&key, sizeof(key));
	len = strlen(line);
	if (write(fd, line, len) != (ssize_t)len || fsync(fd) == -1)
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	return 0;
}

int
cmd_key_create(struct tool *t, int argc, char **argv)
{
	const char *path = tool_option(argc, argv, "--out");
	struct err err = {0};
	int fd, rc;

	if (path == NULL)
		return tool_usage("--out FILE is missing");
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1) {
		(void)err_set(&err, ERR_IO, "%s: %s%s", path, strerror(errno),
		    errno == EEXIST
			? "; a key in use must never be overwritten"
			: "");
		return tool_fail(&err);
	}
	rc = write_key(t->arena, fd, path, &err);
	(void)close(fd); /* synced above */
	return rc == -1 ? tool_fail(&err) : EXIT_OK;
}
