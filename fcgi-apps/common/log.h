/*
 * Logs: one JSON object a line on stderr, with nginx's request id, never with
 * citizens' data.
 */
#ifndef LOG_H
#define LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Names the program in every line; min: lines below it are dropped. */
void log_open(const char *program, enum log_level min);

/*
 * The request id that this thread's next lines carry, "" for none. Copied; at
 * most 63 bytes of it.
 */
void log_set_request(const char *request_id);

/* The request id set last in this thread, "" when none. */
const char *log_request(void);

void log_msg(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define log_debug(...) log_msg(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_msg(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_msg(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_msg(LOG_ERROR, __VA_ARGS__)

/* Logs and ends the process (exit 1): out of memory, unusable set-up. */
_Noreturn void log_fatal(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

#endif
