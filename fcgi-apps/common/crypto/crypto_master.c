#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypto/crypto.h"

#define HEX_LEN (2 * CRYPTO_KEY_LEN)

static int
check_owner(int fd, const char *path, struct err *err)
{
	struct stat st;
	mode_t forbidden;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return err_set(err, ERR_CONFIG,
		    "master key %s is no regular file", path);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return err_set(err, ERR_CONFIG,
		    "master key %s belongs to another user: chown it to the "
		    "program's user or to root", path);
	/* systemd's credentials are root's, with read rights by ACL. */
	forbidden = st.st_uid == 0 ? 0037 : 0077;
	if ((st.st_mode & forbidden) != 0)
		return err_set(err, ERR_CONFIG,
		    "master key %s can be read by others: chmod 0600 %s",
		    path, path);
	return 0;
}

/* 64 hex digits, a line end allowed. False for anything else. */
static int
decode_hex(const char *s, size_t len, struct crypto_key *out)
{
	if (len == HEX_LEN + 1 && s[HEX_LEN] == '\n')
		len--;
	if (len != HEX_LEN)
		return 0;
	for (size_t i = 0; i < len; i++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char *p = memchr(digits, s[i], sizeof(digits) - 1);
		int value;

		if (p == NULL)
			return 0;
		value = (int)(p - digits);
		if (value > 15)
			value -= 6;
		out->byte[i / 2] =
		    (uint8_t)((i % 2 ? out->byte[i / 2] << 4 : 0) | value);
	}
	return 1;
}

int
crypto_master_read(const char *path, struct crypto_key *out, struct err *err)
{
	char data[HEX_LEN + 2];
	ssize_t n;
	int fd, rc = -1;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return err_set(err, ERR_CONFIG, "master key %s: %s", path,
		    strerror(errno));
	if (check_owner(fd, path, err) == -1)
		goto out;
	n = read(fd, data, sizeof(data));
	if (n == CRYPTO_KEY_LEN) {
		memcpy(out->byte, data, CRYPTO_KEY_LEN);
		rc = 0;
	} else if (n > 0 && decode_hex(data, (size_t)n, out)) {
		rc = 0;
	} else {
		(void)err_set(err, ERR_CONFIG,
		    "master key %s is neither 64 hex digits nor 32 bytes: "
		    "make one with: openssl rand -hex 32", path);
	}
out:
	explicit_bzero(data, sizeof(data));
	(void)close(fd);
	return rc;
}
