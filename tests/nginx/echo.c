/*
 * Stands in for a program behind nginx: answers with what it was told, one
 * "name: value" a line, so that a test sees where a request went and with
 * which parameters. Usage: echo NAME SOCKET
 *
 * In the query, accel=1 answers X-Accel-Redirect to forms' internal address,
 * page=1 an HTML page that includes the layout, status=N that status.
 */
#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const shown[] = {"REQUEST_METHOD", "DOCUMENT_URI",
    "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_ADDR",
    "REQUEST_ID", "REQUEST_SCHEME", "SERVER_NAME", "INTERNAL", "HTTP_HOST",
    "HTTP_PROXY", "HTTP_COOKIE", "CLIENT_VERIFY", "CLIENT_CERT"};

static void
answer(const char *name, FCGX_Request *request)
{
	const char *query = FCGX_GetParam("QUERY_STRING", request->envp);
	const char *uri = FCGX_GetParam("DOCUMENT_URI", request->envp);
	char buf[65536];
	long total = 0;
	int n;

	while ((n = FCGX_GetStr(buf, sizeof(buf), request->in)) > 0)
		total += n;
	if (query != NULL && strstr(query, "accel=1") != NULL &&
	    uri != NULL && strncmp(uri, "/intern/", 8) != 0) {
		FCGX_FPrintF(request->out,
		    "X-Accel-Redirect: /intern%sabsenden?id=0123\r\n\r\n",
		    uri);
		return;
	}
	if (query != NULL && strstr(query, "status=") != NULL)
		FCGX_FPrintF(request->out, "Status: %s\r\n",
		    strstr(query, "status=") + 7);
	if (query != NULL && strstr(query, "page=1") != NULL) {
		FCGX_FPrintF(request->out,
		    "Content-Type: text/html\r\n\r\n"
		    "<!--#set var=\"titel\" value=\"Probe\" -->"
		    "<!--#include virtual=\"/intern/layout/anfang.de.html\" -->"
		    "id=<!--#echo var=\"request_id\" -->\n");
		return;
	}
	FCGX_FPrintF(request->out, "Content-Type: text/plain\r\n\r\n"
	    "program: %s\nbody: %ld\n", name, total);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		const char *value = FCGX_GetParam(shown[i], request->envp);

		FCGX_FPrintF(request->out, "%s: %s\n", shown[i],
		    value == NULL ? "(absent)" : value);
	}
}

int
main(int argc, char **argv)
{
	FCGX_Request request;
	int fd;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: echo NAME SOCKET\n");
		return 2;
	}
	if (FCGX_Init() != 0 || (fd = FCGX_OpenSocket(argv[2], 64)) == -1 ||
	    FCGX_InitRequest(&request, fd, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&request) == 0) {
		answer(argv[1], &request);
		FCGX_Finish_r(&request);
	}
	return 0;
}
