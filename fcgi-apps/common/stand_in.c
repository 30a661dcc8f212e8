#include "common/stand_in.h"

#define NAMESPACE "urn:x-torhaus:schema:xproduzent-platzhalter:"
#define NAMESPACE_LEN (sizeof(NAMESPACE) - 1)

bool
stand_in_is(const char *uri)
{
	return uri != NULL && strncmp(uri, NAMESPACE, NAMESPACE_LEN) == 0;
}

/* ---- looking for it in bytes ---- */

struct scan {
	char tail[NAMESPACE_LEN - 1]; /* of what came before */
	size_t ntail;
	bool is_found;
};

static int
scan_put(void *arg, const void *data, size_t n, struct err *err)
{
	struct scan *s = arg;
	char seam[2 * (NAMESPACE_LEN - 1)];
	size_t head = n < NAMESPACE_LEN - 1 ? n : NAMESPACE_LEN - 1;
	size_t len = s->ntail + head, keep;

	(void)err;
	memcpy(seam, s->tail, s->ntail);
	memcpy(seam + s->ntail, data, head);
	s->is_found = s->is_found ||
	    memmem(seam, len, NAMESPACE, NAMESPACE_LEN) != NULL ||
	    memmem(data, n, NAMESPACE, NAMESPACE_LEN) != NULL;
	if (head < n) {
		s->ntail = NAMESPACE_LEN - 1;
		memcpy(s->tail, (const char *)data + n - s->ntail, s->ntail);
		return 0;
	}
	keep = len < NAMESPACE_LEN - 1 ? len : NAMESPACE_LEN - 1;
	memcpy(s->tail, seam + len - keep, keep);
	s->ntail = keep;
	return 0;
}

int
stand_in_holds(struct crypto_spool *spool, int64_t offset, int64_t len,
    bool *out, struct err *err)
{
	struct scan scan = { .ntail = 0 };

	if (crypto_spool_each(spool, offset, len, scan_put, &scan, err) == -1)
		return -1;
	*out = scan.is_found;
	return 0;
}

/* ---- whether it may go ---- */

int
stand_in_check(
    const struct config *config, const char *partner_key, struct err *err)
{
	if (partner_key == NULL ||
	    strncmp(partner_key, STAND_IN_PREFIX,
		sizeof(STAND_IN_PREFIX) - 1) != 0)
		return err_set(err, ERR_FORBIDDEN,
		    "this message is a stand-in and only for simulators: it "
		    "never goes to a partner without a key " STAND_IN_PREFIX
		    "...");
	if (strcmp(config->simulators, "yes") != 0)
		return err_set(err, ERR_FORBIDDEN,
		    "this message is a stand-in and only for simulators: it "
		    "leaves only where simulators = yes is set");
	return 0;
}
