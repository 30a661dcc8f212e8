#include "common/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int
read_all(int fd, char *to, size_t n)
{
	while (n > 0) {
		ssize_t got = read(fd, to, n);

		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (got == 0)
				errno = EIO; /* it shrank meanwhile */
			return -1;
		}
		to += got;
		n -= (size_t)got;
	}
	return 0;
}

int
file_read(struct arena *a, const char *path, size_t max, char **out,
    size_t *len, struct err *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc = -1;

	if (fd == -1)
		return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
		    "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) == -1) {
		err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		err_set(err, ERR_IO, "%s: not a regular file", path);
	} else if (st.st_size < 0 || (size_t)st.st_size > max) {
		err_set(err, ERR_TOO_LARGE, "%s: over %zu bytes", path, max);
	} else {
		*len = (size_t)st.st_size;
		*out = arena_alloc(a, *len + 1, 1);
		if ((rc = read_all(fd, *out, *len)) == -1)
			err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	}
	(void)close(fd); /* only read from */
	return rc;
}
