/*
 * The cookie "entwurf": the secret by which a browser opens its stepped
 * drafts. HttpOnly, SameSite=Lax, for the whole host, Secure where the town is
 * reached by https.
 */
#ifndef DRAFT_COOKIE_H
#define DRAFT_COOKIE_H

#include "common/draft/draft_secret.h"
#include "common/http/http.h"

/* The browser's secret; false when it has none (or nonsense). */
bool draft_cookie_read(const struct request *req, struct draft_secret *out);

/*
 * Gives the browser its secret: for DRAFT_BROWSER_DAYS, or on a shared device
 * until it is closed. Of a reply that was begun (after http_reply, page_begin,
 * http_redirect), once.
 */
void draft_cookie_set(struct request *req, const struct draft_secret *s,
    bool is_shared);

/* Takes it away; of a reply that was begun. */
void draft_cookie_clear(struct request *req);

#endif
