/*
 * OSCI's own result codes (OSCI-Transport 1.2, part 2, codes of faults and
 * feedback). An error that has one carries it in err.field.
 */
#ifndef OSCI_CODE_H
#define OSCI_CODE_H

#include <stdbool.h>

#include "common/err.h"

/* Fills err with ERR_BAD_REQUEST and the code ("9601"); returns -1. */
int osci_refuse(struct err *err, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Gives an error that has no code this one; returns -1. */
int osci_code_default(struct err *err, const char *code);

/* True of a code that is told as a SOAP fault, not as feedback. */
bool osci_code_is_fault(const char *code);
/* True when the fault is the server's own ("soap:Server"). */
bool osci_code_is_server(const char *code);
/* True of warnings and successes: the order was carried out. */
bool osci_code_is_success(const char *code);

#endif
