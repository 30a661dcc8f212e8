/* Which of OSCI's codes says what about whose certificate. */
#include "common/osci/osci_trust.h"

#include <assert.h>

#include "common/osci/osci_code.h"

/* OSCI-Transport 1.2, part 2, codes of feedback; of the client's cipher
 * certificate all but two are faults. A certificate of the wrong use has no
 * code of its own: it is told as a badly signed one. Intermediaries have
 * none: that is between us and our own log. */
static const char *const codes[OSCI_ROLES][OSCI_FINDINGS] = {
	/* out of time, incomplete, untrusted, revoked, failed */
	[OSCI_CIPHER_ORIGINATOR] = {"3500", "3501", "9501", "9502", "9503"},
	[OSCI_CIPHER_AUTHOR] = {"3704", "3707", "9704", "9705", "9710"},
	[OSCI_CIPHER_ADDRESSEE] = {"3705", "3707", "9706", "9707", "9710"},
	[OSCI_CIPHER_READER] = {"3706", "3707", "9708", "9709", "9710"},
	[OSCI_SIGN_ORIGINATOR] = {"3700", "3707", "9700", "9701", "9710"},
	[OSCI_SIGN_AUTHOR] = {"3701", "3707", "3702", "3703", "9710"},
	[OSCI_SIGN_ADDRESSEE] = {"3708", "3707", "9711", "9712", "9710"},
};

const char *
osci_trust_code(enum osci_role role, enum osci_finding finding)
{
	assert(role < OSCI_ROLES && finding < OSCI_FINDINGS);
	return codes[role][finding];
}

bool
osci_verdict_is_good(const struct osci_verdict *v)
{
	return !v->found[OSCI_CHECK_UNTRUSTED] &&
	    !v->found[OSCI_CHECK_REVOKED] && !v->found[OSCI_CHECK_FAILED];
}

static void
warn(struct osci_judgement *j, const char *code)
{
	for (size_t i = 0; i < j->nwarning; i++)
		if (strcmp(j->warning[i], code) == 0)
			return;
	assert(j->nwarning < nitems(j->warning)); /* there are no more */
	j->warning[j->nwarning++] = code;
}

/* The codes of one certificate: warnings are kept, the first refusal too. */
static void
take(struct osci_judgement *j, const struct osci_role_cert *c,
    const struct osci_verdict *v, struct err *err)
{
	for (size_t f = OSCI_FINDINGS; f-- > 0;) {
		const char *code = osci_trust_code(
		    c->role, (enum osci_finding)f);

		if (!v->found[f] || code == NULL)
			continue;
		if (code[0] == '3')
			warn(j, code);
		else if (err->code == ERR_NONE)
			(void)osci_refuse(err, code, "%s: %s",
			    osci_role_element(c->role), v->why);
	}
}

int
osci_trust_certs(struct osci_trust *t, struct arena *a,
    const struct osci_certs *certs, osci_is_pinned is_pinned, void *arg,
    int64_t now_ms, struct osci_judgement *out, struct err *err)
{
	/* The order of complaints: the client's first. */
	static const enum osci_role order[] = {OSCI_CIPHER_ORIGINATOR,
	    OSCI_SIGN_ORIGINATOR, OSCI_CIPHER_ADDRESSEE, OSCI_SIGN_ADDRESSEE,
	    OSCI_SIGN_AUTHOR, OSCI_CIPHER_AUTHOR, OSCI_CIPHER_READER};

	*out = (struct osci_judgement){0};
	out->inspection = arena_new(a, struct osci_inspection, certs->n + 1);
	err_clear(err);
	for (size_t r = 0; r < nitems(order); r++)
		for (size_t i = 0; i < certs->n; i++) {
			const struct osci_role_cert *c = &certs->cert[i];
			struct osci_verdict v;

			if (c->role != order[r])
				continue;
			osci_trust_check(t, a, &c->cert, c->role, certs,
			    false, now_ms, &v);
			if (v.found[OSCI_CHECK_UNTRUSTED] &&
			    is_pinned != NULL && is_pinned(arg, &c->cert))
				osci_trust_check(t, a, &c->cert, c->role,
				    certs, true, now_ms, &v);
			if (out->n < OSCI_INSPECTIONS_MAX)
				out->inspection[out->n++] = v.inspection;
			take(out, c, &v, err);
		}
	return err->code == ERR_NONE ? 0 : -1;
}
