/*
 * fcgiput SOCKET HOST FILE CONTENT_TYPE: posts FILE to /dokument/ by FastCGI,
 * straight to a program without nginx. Prints status and seconds.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PIECE 32768

static int fd;

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
put(const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		ssize_t done = send(fd, p, n, MSG_NOSIGNAL);

		if (done <= 0)
			die("send");
		p += done;
		n -= (size_t)done;
	}
}

/* A record; its content follows in the same write. */
static void
record(unsigned char type, const void *content, size_t n)
{
	static unsigned char out[8 + PIECE];

	out[0] = 1;
	out[1] = type;
	out[2] = 0;
	out[3] = 1;
	out[4] = (unsigned char)(n >> 8);
	out[5] = (unsigned char)n;
	out[6] = out[7] = 0;
	if (n > 0)
		memcpy(out + 8, content, n);
	put(out, 8 + n);
}

static void
param(char *to, size_t *len, const char *name, const char *value)
{
	size_t n = strlen(name), m = strlen(value);

	if (n > 127 || m > 127 || *len + n + m + 2 > 4096)
		exit(2);
	to[(*len)++] = (char)n;
	to[(*len)++] = (char)m;
	memcpy(to + *len, name, n);
	memcpy(to + *len + n, value, m);
	*len += n + m;
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	char params[4096], piece[PIECE], answer[8192] = "", size[24];
	const char *status;
	size_t len = 0, have = 0;
	struct stat st;
	double begun;
	ssize_t n;
	int in;

	if (argc != 5 || strlen(argv[1]) >= sizeof(to.sun_path))
		return 2;
	memcpy(to.sun_path, argv[1], strlen(argv[1]) + 1);
	in = open(argv[3], O_RDONLY);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (in == -1 || fstat(in, &st) == -1 || fd == -1 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1)
		die(argv[1]);
	(void)snprintf(size, sizeof(size), "%lld", (long long)st.st_size);
	param(params, &len, "REQUEST_METHOD", "POST");
	param(params, &len, "DOCUMENT_URI", "/dokument/");
	param(params, &len, "QUERY_STRING", "");
	param(params, &len, "CONTENT_TYPE", argv[4]);
	param(params, &len, "CONTENT_LENGTH", size);
	param(params, &len, "SERVER_NAME", argv[2]);
	param(params, &len, "HTTP_HOST", argv[2]);
	param(params, &len, "REQUEST_SCHEME", "http");
	param(params, &len, "REMOTE_ADDR", "127.0.0.1");
	begun = now();
	record(1, "\0\1\0\0\0\0\0\0", 8);
	record(4, params, len);
	record(4, NULL, 0);
	while ((n = read(in, piece, sizeof(piece))) > 0)
		record(5, piece, (size_t)n);
	record(5, NULL, 0);
	while (have < sizeof(answer) - 1 &&
	    (n = recv(fd, answer + have, sizeof(answer) - 1 - have, 0)) > 0)
		have += (size_t)n;
	status = have > 16 ? strstr(answer + 8, "Status: ") : NULL;
	(void)printf("%.3s %.6f\n", status == NULL ? "000" : status + 8,
	    now() - begun);
	return 0;
}
