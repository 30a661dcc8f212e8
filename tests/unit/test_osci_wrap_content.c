/*
 * Signature wrapping in contents: what an author signed stands elsewhere, twice,
 * beside something else, or under another name. Whatever is handed out as signed
 * is, byte for byte, what that author signed in the original.
 */
#include "osci_fixture.h"

#include "common/osci/osci_content.h"

static const struct osci_crypto_policy policy;
static struct osci_fixture keys;

/* ---- what is signed by whom ---- */

#define CLAIMS 64

struct claims {
	char *text[CLAIMS]; /* fingerprint, NUL-free, and the bytes */
	size_t len[CLAIMS];
	size_t n;
};

static void
claim(struct arena *a, const struct osci_content *c,
    const struct osci_cert *cert, struct claims *out)
{
	size_t len = sizeof(cert->sha256) + (size_t)c->len;
	char *text = arena_alloc(a, len + 1, 1);
	struct err err = { 0 };

	assert_true(out->n < CLAIMS);
	memcpy(text, cert->sha256, sizeof(cert->sha256));
	if (crypto_spool_read(c->spool, c->offset,
		text + sizeof(cert->sha256), (size_t)c->len, &err) == -1)
		fail_msg("%s", err.msg);
	out->text[out->n] = text;
	out->len[out->n++] = len;
}

/* -1: it is refused. */
static int
read_claims(struct arena *a, const char *text, size_t len, struct claims *out,
    struct err *err)
{
	struct osci_message *m = arena_new(a, struct osci_message, 1);
	struct osci_certs certs;
	struct osci_content_in in;
	const struct xml_node *package;

	*out = (struct claims){ .n = 0 };
	if (osci_fixture_read(a, &keys, text, len, m, err) == -1 ||
	    osci_certs_read(a, m, &certs, err) == -1)
		return -1;
	package = xml_first(m->body);
	if (osci_content_read(a, m, package, &certs, keys.own, PARTIES,
		&policy, &osci_fixture_limits, &in, err) == -1)
		return -1;
	for (size_t i = 0; i < in.ncontent; i++)
		for (size_t k = 0; k < in.content[i].nsigner; k++)
			claim(a, &in.content[i],
			    &in.content[i].signer[k].cert->cert, out);
	return 0;
}

static bool
is_among(const struct claims *all, const char *text, size_t len)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->len[i] == len && memcmp(all->text[i], text, len) == 0)
			return true;
	return false;
}

/* ---- a message in pieces ---- */

struct pieces {
	struct arena *arena;
	const char *name;
	const char *head; /* up to the package's first child */
	const char *container, *rest; /* the first container; what follows */
	const char *tail; /* from the package's end on */
	size_t tail_len;
	struct claims original;
};

static const char *
element_end(const char *p)
{
	int depth = 0;

	for (;;) {
		const char *close;

		p = strchr(p, '<');
		assert_non_null(p);
		close = strchr(p, '>');
		assert_non_null(close);
		if (p[1] == '/')
			depth--;
		else if (close[-1] != '/')
			depth++;
		p = close + 1;
		if (depth == 0)
			return p;
	}
}

static const char *
swap(const struct pieces *p, const char *s, const char *from, const char *to)
{
	const char *hit = strstr(s, from);

	return hit == NULL ? s
			   : arena_printf(p->arena, "%.*s%s%s",
				 (int)(hit - s), s, to, hit + strlen(from));
}

/* An element that begins so, whole; NULL. */
static const char *
cut(const struct pieces *p, const char *s, const char *begin)
{
	const char *at = strstr(s, begin);

	return at == NULL ? NULL
			  : arena_dup(p->arena, at,
				(size_t)(element_end(at) - at));
}

static void
take_apart(struct pieces *p, const char *text, size_t len)
{
	static const char open[] = "<osci:ContentPackage>";
	const char *at = memmem(text, len, open, strlen(open)), *end, *sign;
	const char *head;

	assert_non_null(at);
	at += strlen(open);
	head = arena_dup(p->arena, text, (size_t)(at - text));
	/* without the transport signature, which would not hold anyway */
	sign = strstr(head, "<osci:ClientSignature");
	p->head = sign == NULL ? head
			       : arena_printf(p->arena, "%.*s%s",
				     (int)(sign - head), head,
				     element_end(sign));
	end = memmem(at, len - (size_t)(at - text), "</osci:ContentPackage>", 22);
	assert_non_null(end);
	p->container = cut(p, at, "<osci:ContentContainer");
	assert_non_null(p->container);
	p->rest = arena_dup(p->arena, at + strlen(p->container),
	    (size_t)(end - at) - strlen(p->container));
	p->tail = end;
	p->tail_len = len - (size_t)(end - text);
}

/* ---- trying ---- */

static size_t tried, taken, broken;

static void
try(struct pieces *p, const char *what, const char *package)
{
	struct arena a = { 0 };
	struct buf *b = buf_new(&a, 1 << 22);
	struct claims claims;
	struct err err = { 0 };

	buf_puts(b, p->head);
	buf_puts(b, package);
	buf_put(b, p->tail, p->tail_len);
	tried++;
	if (read_claims(&a, buf_text(b), b->len, &claims, &err) == 0) {
		taken++;
		for (size_t i = 0; i < claims.n; i++)
			if (!is_among(&p->original, claims.text[i],
				claims.len[i])) {
				broken++;
				print_error("%s, %s: signed, it says\n",
				    p->name, what);
			}
	} else if (err.field[0] != '9')
		fail_msg("%s, %s: %s without a code", p->name, what, err.msg);
	arena_free(&a);
}

#define FORGED "RmFsc2No" /* "Falsch" */

/* The first content with other bytes. */
static const char *
forge(const struct pieces *p, const char *s)
{
	const char *at = strstr(s, "<osci:Base64Content"), *from, *to;

	if (at == NULL)
		return NULL;
	from = strchr(at, '>') + 1;
	to = strchr(from, '<');
	return arena_printf(
	    p->arena, "%.*s" FORGED "%s", (int)(from - s), s, to);
}

static const char *
rename_id(const struct pieces *p, const char *s, const char *id)
{
	const char *at = strstr(s, " Id=\"");

	if (at == NULL)
		return s;
	at += 5;
	return arena_printf(p->arena, "%.*s%s%s", (int)(at - s), s, id,
	    at + strcspn(at, "\""));
}

/* A container of somebody else's around something. */
static const char *
around(const struct pieces *p, const char *id, const char *inner)
{
	return arena_printf(p->arena,
	    "<osci:ContentContainer Id=\"%s\">%s</osci:ContentContainer>", id,
	    inner);
}

static void
try_container(struct pieces *p)
{
	struct arena *a = p->arena;
	const char *c = p->container;
	const char *signature = cut(p, c, "<ds:Signature>");
	const char *content = cut(p, c, "<osci:Content>");
	const char *forged = forge(p, c), *naked;
	const char *start = arena_dup(a, c, (size_t)(strchr(c, '>') + 1 - c));
	const char *bad = "<osci:Content><osci:Base64Content Id=\"falsch\">"
			  FORGED "</osci:Base64Content></osci:Content>";

	if (content == NULL)
		content = cut(p, c, "<osci:Content ");
	if (signature == NULL || content == NULL)
		return;
	naked = swap(p, c, signature, "");
	if (forged != NULL)
		try(p, "forged", forged);
	/* something beside what is signed */
	try(p, "one content more",
	    swap(p, c, "</osci:ContentContainer>",
		arena_printf(a, "%s</osci:ContentContainer>", bad)));
	try(p, "one content more in front",
	    swap(p, c, content, arena_printf(a, "%s%s", bad, content)));
	try(p, "one content twice",
	    swap(p, c, content, arena_printf(a, "%s%s", content, content)));
	try(p, "two containers", arena_printf(a, "%s%s", c, c));
	try(p, "an unsigned container beside it",
	    arena_printf(a, "%s%s", c, around(p, "neu", bad)));
	try(p, "an unsigned container in front of it",
	    arena_printf(a, "%s%s", around(p, "neu", bad), c));
	try(p, "content dropped", swap(p, c, content, ""));
	try(p, "no signature", naked);
	/* the signature elsewhere */
	try(p, "the signature in another container",
	    arena_printf(a, "%s%s", naked,
		around(p, "neu", arena_printf(a, "%s%s", signature, bad))));
	try(p, "the signature behind the content",
	    swap(p, naked, "</osci:ContentContainer>",
		arena_printf(a, "%s</osci:ContentContainer>", signature)));
	try(p, "the signature twice",
	    swap(p, c, signature, arena_printf(a, "%s%s", signature,
		signature)));
	try(p, "a container of the same Id around it",
	    arena_printf(a, "%s<osci:Content Id=\"w\">%s</osci:Content>"
		"</osci:ContentContainer>", start, c));
	/* nesting */
	try(p, "nested in a container",
	    around(p, "neu",
		arena_printf(a,
		    "%s<osci:Content Id=\"w\">%s</osci:Content>", bad, c)));
	try(p, "nested, with the signature outside",
	    around(p, "neu",
		arena_printf(a, "%s<osci:Content Id=\"w\">%s</osci:Content>",
		    signature, naked)));
	try(p, "nested, with the signature and a forgery outside",
	    around(p, "neu",
		arena_printf(a, "%s%s<osci:Content Id=\"w\">%s</osci:Content>",
		    signature, bad, naked)));
	if (forged == NULL)
		return;
	/* a forgery under the true Id; the true content elsewhere */
	try(p, "the true one in a second container",
	    arena_printf(a, "%s%s", forged, around(p, "neu", content)));
	try(p, "the true one in an Object",
	    swap(p, forged, "</ds:Signature>",
		arena_printf(a, "<ds:Object>%s</ds:Object></ds:Signature>",
		    content)));
	try(p, "the true one in KeyInfo",
	    swap(p, forged, "<ds:KeyInfo>",
		arena_printf(a, "<ds:KeyInfo>%s", content)));
	try(p, "the true one nested",
	    swap(p, forged, "</osci:ContentContainer>",
		arena_printf(a, "<osci:Content Id=\"w\">%s</osci:Content>"
		    "</osci:ContentContainer>", around(p, "x", content))));
	try(p, "a forgery without Id beside it",
	    swap(p, c, content,
		arena_printf(a, "%s%s",
		    swap(p, bad, " Id=\"falsch\"", ""), content)));
}

static const struct {
	const char *what, *from, *to;
} changes[] = {
	{ "raw text", "<osci:Base64Content", "<osci:Raw" },
	{ "canonical instead of base64",
	    "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/"
	    "xmldsig#base64\">",
	    "<ds:Transform Algorithm=\"http://www.w3.org/TR/2001/"
	    "REC-xml-c14n-20010315\">" },
	{ "exclusive",
	    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
	    "http://www.w3.org/2001/10/xml-exc-c14n#" },
	{ "an xslt more", "</ds:Transforms>",
	    "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/"
	    "REC-xslt-19991116\"></ds:Transform></ds:Transforms>" },
	{ "no transforms", "<ds:Transforms>", "<ds:Other>" },
	{ "reference to nothing", "URI=\"#content", "URI=\"#nothing" },
	{ "reference to the container", "URI=\"#content", "URI=\"#container" },
	{ "reference to a part", "URI=\"#content", "URI=\"cid:content" },
	{ "empty reference", "URI=\"#", "URI=\"\" x=\"#" },
	{ "another certificate", "<ds:RetrievalMethod URI=\"#",
	    "<ds:RetrievalMethod URI=\"#addressee_cipher" },
	{ "another part", "href=\"cid:", "href=\"cid:x" },
	{ "no part", "href=\"cid:", "x=\"cid:" },
	{ "another attribute", "href=\"cid:", "y=\"1\" href=\"cid:" },
	{ "SHA-1", "http://www.w3.org/2001/04/xmlenc#sha256",
	    "http://www.w3.org/2000/09/xmldsig#sha1" },
	{ "Id as ID", " Id=\"content", " ID=\"content" },
	{ "comment in the text", "<osci:Base64Content ",
	    "<osci:Base64Content><!-- --></osci:Base64Content>"
	    "<osci:Base64Content " },
	{ "text in the container", "<osci:Content", "text<osci:Content" },
	{ "another namespace", "<osci:ContentContainer ",
	    "<osci:ContentContainer xmlns:y=\"urn:y\" " },
	{ "a default namespace", "<osci:Content>",
	    "<osci:Content xmlns=\"urn:y\">" },
	{ "a foreign element", "<osci:Content>", "<y xmlns=\"urn:y\"></y>"
						 "<osci:Content>" },
	{ "signing time moved", "<xades:SigningTime>",
	    "<xades:SigningTime>1" },
	{ "no signing time", "<ds:Object>", "<ds:Object><x></x>" },
};

static void
try_vector(const char *name)
{
	struct arena a = { 0 };
	struct pieces p = { .arena = &a, .name = name };
	struct err err = { 0 };
	char *text;
	size_t len;

	if (file_read(&a, arena_printf(&a, VECTORS "/positive/%s", name),
		1 << 24, &text, &len, &err) == -1)
		fail_msg("%s", err.msg);
	if (read_claims(&a, text, len, &p.original, &err) == -1)
		fail_msg("%s: %s", name, err.msg);
	if (p.original.n == 0)
		fail_msg("%s: nobody signed", name);
	take_apart(&p, text, len);
	try(&p, "as it is", arena_printf(&a, "%s%s", p.container, p.rest));
	try_container(&p);
	for (size_t i = 0; i < nitems(changes); i++) {
		const char *changed =
		    swap(&p, p.container, changes[i].from, changes[i].to);

		if (changed != p.container)
			try(&p, changes[i].what,
			    arena_printf(&a, "%s%s", changed, p.rest));
	}
	try(&p, "renamed container",
	    arena_printf(
		&a, "%s%s", rename_id(&p, p.container, "neu"), p.rest));
	arena_free(&a);
}

static const char *const names[] = {
	"store-author-signed.http",
	"store-author-signed-xades-time.http",
	"store-content-originator-signed.http",
	"store-two-authors.http",
};

static void
test_wrapping(void **state)
{
	(void)state;
	osci_fixture_keys(&keys);
	for (size_t i = 0; i < nitems(names); i++)
		try_vector(names[i]);
	arena_free(&keys.arena);
	print_message("%zu variants, %zu of them are read\n", tried, taken);
	assert_int_equal(broken, 0);
	assert_true(tried > 100 && taken < tried / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
