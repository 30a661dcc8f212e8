#include "common/log.h"

#include <stdarg.h>
#include <unistd.h>

static const char *const names[] = {"debug", "info", "warn", "error"};

/* Written once before threads start. */
static char log_program[32] = "torhaus";
static enum log_level log_min = LOG_INFO;

static _Thread_local char request[64];

void
log_open(const char *program, enum log_level min)
{
	(void)snprintf(log_program, sizeof(log_program), "%s", program);
	log_min = min;
}

void
log_set_request(const char *request_id)
{
	(void)snprintf(request, sizeof(request), "%s", request_id);
}

const char *
log_request(void)
{
	return request;
}

/* Appends s to out as the inside of a JSON string; cuts at the end of out. */
static size_t
append_json(char *out, size_t size, size_t len, const char *s)
{
	for (; *s != '\0' && len + 7 < size; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\') {
			out[len++] = '\\';
			out[len++] = (char)c;
		} else if (c < 0x20 || c == 0x7f) {
			len += (size_t)snprintf(
			    out + len, size - len, "\\u%04x", c);
		} else {
			out[len++] = (char)c;
		}
	}
	return len;
}

static void
write_line(enum log_level level, const char *msg)
{
	char line[1400];
	struct timespec now;
	struct tm tm;
	char when[32];
	size_t len;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &tm);
	(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	len = (size_t)snprintf(line, sizeof(line),
	    "{\"time\":\"%s.%03ldZ\",\"level\":\"%s\",\"program\":\"%s\","
	    "\"pid\":%ld,\"request\":\"",
	    when, now.tv_nsec / 1000000, names[level], log_program,
	    (long)getpid());
	len = append_json(line, sizeof(line) - 16, len, request);
	len += (size_t)snprintf(line + len, sizeof(line) - len, "\",\"msg\":\"");
	len = append_json(line, sizeof(line) - 8, len, msg);
	len += (size_t)snprintf(line + len, sizeof(line) - len, "\"}\n");
	/* One write, so that lines of several threads never mix. */
	if (write(STDERR_FILENO, line, len) == -1)
		return; /* nobody is left to be told */
}

void
log_msg(enum log_level level, const char *fmt, ...)
{
	char msg[1024];
	va_list ap;

	if (level < log_min)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	write_line(level, msg);
}

_Noreturn void
log_fatal(const char *fmt, ...)
{
	char msg[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	write_line(LOG_ERROR, msg);
	exit(1);
}
