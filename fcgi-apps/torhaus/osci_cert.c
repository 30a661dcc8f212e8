/* torhaus osci cert show */
#include "torhaus/osci.h"

#include "common/id.h"
#include "common/osci_cert.h"

static void
print_cert(struct arena *a, const char *path, const struct osci_cert *c)
{
	(void)printf("%s\n  subject      %s\n  issuer       %s\n"
		     "  serial       %s\n  valid        %s to %s\n"
		     "  key          %s\n  may          %s%s%s\n"
		     "  fingerprint  %s\n",
	    path, osci_cert_subject(a, c), osci_cert_issuer(a, c),
	    osci_cert_serial(a, c), osci_cert_not_before(a, c),
	    osci_cert_not_after(a, c), osci_cert_key_text(a, c),
	    osci_cert_may_sign(c) ? "sign" : "",
	    osci_cert_may_sign(c) && osci_cert_may_encipher(c) ? ", " : "",
	    osci_cert_may_encipher(c) ? "encipher" : "",
	    id_hex_bytes(a, c->sha256, sizeof(c->sha256)));
}

int
cmd_osci_cert_show(struct tool *t, int argc, char **argv)
{
	struct err err = {0};
	const char *path;

	if (tool_word(argc, argv, 0, NULL) == NULL)
		return tool_usage("name a file");
	for (int i = 0; (path = tool_word(argc, argv, i, NULL)) != NULL; i++) {
		struct osci_cert cert;

		if (osci_cert_read(t->arena, path, &cert, &err) == -1)
			return tool_fail(&err);
		print_cert(t->arena, path, &cert);
	}
	return EXIT_OK;
}
