/* Reading a stored message, for torhaus osci verify and explain. */
#ifndef OSCI_LOOK_H
#define OSCI_LOOK_H

#include "common/osci/osci_transport.h"

extern const struct osci_packet_limits osci_look_limits;
/* What old peers did is read, whatever the configuration says. */
extern const struct osci_crypto_policy osci_look_policy;

/* Reads a file in MIME form; what is encrypted for own is opened. */
int osci_look_read(struct arena *a, const char *path,
    const struct osci_identity *own, size_t nown, struct osci_message *out,
    bool *was_encrypted, struct err *err);

#endif
