/* Entity tags: what a client has already is not sent again. */
#include "handover/handover.h"

#define TAG_BYTES 16

const char *
tag_of(struct arena *a, const void *data, size_t len)
{
	uint8_t digest[CRYPTO_DIGEST_LEN];

	crypto_sha256(data, len, digest);
	return arena_printf(a, "\"%s\"", id_hex_bytes(a, digest, TAG_BYTES));
}

/* Whether an event is about somebody's looking or fetching only. */
static bool
is_look(const struct event *e)
{
	static const char *const kinds[] = {
	    "viewed", "handed-over", "collected", "handled"};

	for (size_t i = 0; i < nitems(kinds); i++)
		if (strcmp(e->kind, kinds[i]) == 0)
			return true;
	return false;
}

const char *
tag_of_vorgang(struct arena *a, const struct opened *o)
{
	const struct vorgang_whole *w = &o->whole;
	uint32_t seq = 0;

	for (size_t i = 0; i < w->nevent; i++)
		if (!is_look(&w->event[i]))
			seq = w->event[i].seq;
	return arena_printf(a, "\"%.12s-%u-%d\"",
	    id_hex(a, &w->vorgang.id) + 20, seq,
	    o->is_handed && o->handover.collected_ms != 0);
}

/* The tag at p without W/, and the rest behind it. */
static const char *
next_tag(const char *p, size_t *len)
{
	p += strspn(p, " \t,");
	if (p[0] == 'W' && p[1] == '/')
		p += 2;
	*len = *p == '"' ? 1 + strcspn(p + 1, "\"") + 1
			 : strcspn(p, " \t,");
	if (strlen(p) < *len)
		*len = strlen(p);
	return p;
}

bool
tag_matches(const struct request *req, const char *tag)
{
	const char *p = http_header(req, "If-None-Match");
	size_t len;

	for (p = next_tag(p, &len); len > 0; p = next_tag(p + len, &len))
		if ((len == 1 && *p == '*') ||
		    (len == strlen(tag) && memcmp(p, tag, len) == 0))
			return true;
	return false;
}

int
tag_not_modified(struct request *req, const char *tag)
{
	http_reply(req, 304, NULL);
	http_reply_header(req, "ETag", tag);
	http_reply_header(req, "Cache-Control", "private, no-cache");
	return 0;
}
