#include "common/osci/osci_code.h"

#include <stdarg.h>

int
osci_refuse(struct err *err, const char *code, const char *fmt, ...)
{
	va_list ap;

	err_clear(err);
	err->code = ERR_BAD_REQUEST;
	(void)snprintf(err->field, sizeof(err->field), "%s", code);
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return -1;
}

int
osci_code_default(struct err *err, const char *code)
{
	if (err->field[0] == '\0')
		(void)snprintf(err->field, sizeof(err->field), "%s", code);
	return -1;
}

bool
osci_code_is_fault(const char *code)
{
	return code[0] == '9' && code[1] >= '0' && code[1] <= '5';
}

bool
osci_code_is_server(const char *code)
{
	return strcmp(code, "9000") == 0 || strcmp(code, "9503") == 0;
}

bool
osci_code_is_success(const char *code)
{
	return code[0] == '0' || code[0] == '3';
}
