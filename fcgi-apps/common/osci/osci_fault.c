#include "common/osci/osci_fault.h"

#include <assert.h>

#include "common/osci/osci_code.h"
#include "common/osci/osci_mime.h"
#include "common/osci/osci_out.h"

/* The prefix in faultcode must be the one that is bound to SOAP here. */
void
osci_fault_put(struct buf *b, struct arena *a, const char *code,
    const struct texts *texts)
{
	const char *boundary = osci_mime_boundary(a);

	assert(strlen(code) == 4);
	osci_mime_write_root(b, boundary);
	buf_printf(b,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\r\n"
	    "<soap:Envelope xmlns:osci=\"" OSCI_NS "\" xmlns:soap=\""
	    OSCI_NS_SOAP "\"><soap:Body><soap:Fault>"
	    "<faultcode>soap:%s</faultcode><faultstring>",
	    osci_code_is_server(code) ? "Server" : "Client");
	osci_put_text(b,
	    text_get(texts, LANG_DE, arena_printf(a, "osci.%s", code)));
	buf_printf(b,
	    "</faultstring><detail><osci:Code>%s</osci:Code></detail>"
	    "</soap:Fault></soap:Body></soap:Envelope>",
	    code);
	osci_mime_write_end(b, boundary);
}
