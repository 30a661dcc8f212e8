/*
 * Whether a certificate may be trusted: validity time, chain to a configured
 * certificate authority, key usage, revocation by CRL files and by OCSP (RFC
 * 5280, RFC 6960); as an inspection for process cards, and as OSCI's codes by
 * the role that the certificate has in a message.
 *
 * Anchors are the certificates of osci_ca_file and nothing else: without any,
 * no certificate is trusted but those that the caller pins. A certificate of
 * the file may also be an end's own. What a message brings along serves as a
 * link of a chain, never as its end.
 *
 * Files are read again when they change. A stale list still counts for what it
 * revokes; of what it does not name nothing is known (OSCI_CHECK_INCOMPLETE).
 * Without lists and without OCSP nobody asks for revocation, and nothing is
 * missing. One struct osci_trust serves all threads. It talks to the network
 * only for OCSP, if that is switched on, and no longer than the time-out.
 */
#ifndef OSCI_TRUST_H
#define OSCI_TRUST_H

#include "common/config.h"
#include "common/osci/osci_card.h"
#include "common/osci/osci_certs.h"

struct osci_trust;

struct osci_trust_settings {
	const char *ca_file;	 /* PEM, any number; "": none is trusted */
	const char *crl_dir;	 /* folder or file, PEM or DER; "": none */
	bool with_ocsp;
	const char *ocsp_url;	 /* "": as the certificate says (AIA) */
	int64_t ocsp_timeout_ms; /* for all questions of one check together */
	int64_t look_ms;	 /* files are looked at no more often */
};

/* As the configuration has them. */
void osci_trust_settings(
    const struct config *config, struct osci_trust_settings *out);

/*
 * Reads the files; settings (and its strings) must outlive it. ERR_CONFIG names
 * a file that cannot be used. Files that become unusable later are logged, and
 * what was read before stays in force.
 */
int osci_trust_new(const struct osci_trust_settings *settings,
    struct osci_trust **out, struct err *err);
void osci_trust_free(struct osci_trust *t);

/* One of the revocation lists. */
struct osci_list {
	const char *path, *issuer; /* RFC 2253 */
	int64_t next_ms;	   /* when the next is due, INT64_MAX: never */
};
/* All of the settings' lists, in arena a. ERR_CONFIG. */
int osci_trust_lists(const struct osci_trust_settings *settings,
    struct arena *a, struct osci_list **out, size_t *n, struct err *err);

/* What may be found about a certificate; several at once. */
enum osci_finding {
	OSCI_CHECK_OUT_OF_TIME, /* it, or a link of its chain */
	OSCI_CHECK_INCOMPLETE,	/* whether it is revoked is not known */
	OSCI_CHECK_UNTRUSTED,	/* badly signed, of an unknown issuer, or of
				   another use */
	OSCI_CHECK_REVOKED,	/* it, or a link of its chain */
	OSCI_CHECK_FAILED,	/* an error of ours */
	OSCI_FINDINGS,
};

struct osci_verdict {
	struct osci_inspection inspection;
	bool found[OSCI_FINDINGS];
	const char *why; /* for logs and operators; "" when all is well */
};

/*
 * Judges one certificate for a role (whether it is to sign or to encipher), as
 * of now_ms. more: certificates that may link it to an anchor. is_pinned: the
 * operator registered this very certificate (partner, mailbox), so that it needs
 * no chain. Texts live in arena a.
 */
void osci_trust_check(struct osci_trust *t, struct arena *a,
    const struct osci_cert *cert, enum osci_role role,
    const struct osci_certs *more, bool is_pinned, int64_t now_ms,
    struct osci_verdict *out);

/* True when nothing was found, or nothing that is more than a warning. */
bool osci_verdict_is_good(const struct osci_verdict *v);

/* OSCI's code of a finding about a certificate of this role, as an intermediary
 * (or a recipient) tells it: "3700", "9502", ...; NULL for none. */
const char *osci_trust_code(enum osci_role role, enum osci_finding finding);

/* The certificates of a whole message. */
struct osci_judgement {
	struct osci_inspection *inspection;
	size_t n;
	const char *warning[12]; /* codes, each once */
	size_t nwarning;
};

/* Tells a pinned certificate from others; asked of those without a chain. */
typedef bool (*osci_is_pinned)(void *arg, const struct osci_cert *cert);

/*
 * Judges every certificate of a message but the intermediary's. -1 when one may
 * not be used; err holds the code of the worst: client's cipher certificate
 * first. *out is filled in either case. is_pinned may be NULL.
 */
int osci_trust_certs(struct osci_trust *t, struct arena *a,
    const struct osci_certs *certs, osci_is_pinned is_pinned, void *arg,
    int64_t now_ms, struct osci_judgement *out, struct err *err);

#endif
