/* torhaus osci ...: which commands there are. */
#include "torhaus/osci.h"

const struct command osci_commands[] = {
    {"osci cert show", "FILE...", "say what a certificate holds",
	"FILE is PEM or DER. Prints names, serial number, validity, key, use "
	"and the\nfingerprint (SHA-256) under which mailboxes and partners "
	"are found.\n",
	TOOL_NOTHING, cmd_osci_cert_show},
};

const size_t osci_command_count = nitems(osci_commands);
