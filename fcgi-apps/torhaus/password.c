#include "torhaus/password.h"

#include <errno.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "common/file.h"

#define PASSWORD_MAX 1024

static int
from_file(struct arena *a, const char *path, char **out, struct err *err)
{
	struct stat st;
	size_t len;

	if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
		return err_set(err, ERR_CONFIG,
		    "%s: others may read it; chmod 600", path);
	if (file_read(a, path, PASSWORD_MAX, out, &len, err) == -1)
		return -1;
	(*out)[strcspn(*out, "\r\n")] = '\0';
	return 0;
}

static int
from_terminal(
    struct arena *a, FILE *tty, const char *prompt, char **out, struct err *err)
{
	struct termios shown, hidden;
	char line[PASSWORD_MAX], *got;

	if (tcgetattr(fileno(tty), &shown) == -1)
		return err_set(err, ERR_IO, "terminal: %s", strerror(errno));
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	(void)fprintf(tty, "%s: ", prompt);
	(void)fflush(tty);
	(void)tcsetattr(fileno(tty), TCSAFLUSH, &hidden);
	got = fgets(line, sizeof(line), tty);
	(void)tcsetattr(fileno(tty), TCSAFLUSH, &shown);
	(void)fputc('\n', tty);
	if (got == NULL)
		return err_set(err, ERR_IO, "no password was typed");
	line[strcspn(line, "\r\n")] = '\0';
	*out = arena_strdup(a, line);
	explicit_bzero(line, sizeof(line));
	return 0;
}

int
password_read(struct arena *a, const char *path, const char *prompt,
    char **out, struct err *err)
{
	FILE *tty;
	int rc;

	if (path != NULL)
		return from_file(a, path, out, err);
	if ((tty = fopen("/dev/tty", "r+e")) == NULL)
		return err_set(err, ERR_IO,
		    "there is no terminal to ask for the password; "
		    "--password-file FILE names one");
	rc = from_terminal(a, tty, prompt, out, err);
	(void)fclose(tty); /* nothing is buffered in it */
	return rc;
}
