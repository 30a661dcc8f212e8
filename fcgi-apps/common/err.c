#include "common/err.h"

#include <stdarg.h>

static const struct {
	const char *wire;
	int status;
} table[] = {
#define ERR_ROW(code, wire, status) {wire, status},
    ERR_TABLE(ERR_ROW)
#undef ERR_ROW
};

int
err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	err->code = code;
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap); /* cut is fine */
	va_end(ap);
	return -1;
}

void
err_clear(struct err *err)
{
	memset(err, 0, sizeof(*err));
}

const char *
err_wire(enum err_code code)
{
	return table[code].wire;
}

int
err_status(enum err_code code)
{
	return table[code].status;
}
