#include "common/osci/osci_packet.h"

#include "common/osci/osci_code.h"
#include "common/osci/osci_mime.h"

/* An envelope's markup is small; what is long in it is text. */
static const struct xml_limits limits = {
	.depth = 64,
	.nodes = 50000,
	.attributes = 64,
	.memory = (size_t)4 << 20,
	.text = 8192,
};

struct osci_packet_reader {
	struct arena *arena;
	struct osci_mime_sink sink;
	struct osci_mime *mime;
	struct xml_reader *xml;
	struct crypto_spool *spool;
	struct osci_packet_part part[OSCI_PARTS_MAX];
	size_t npart;
	bool is_root; /* the open part */
};

static int
begin(void *arg, const struct osci_part *part, struct err *err)
{
	struct osci_packet_reader *r = arg;

	(void)err;
	r->is_root = part->is_root;
	if (!part->is_root)
		r->part[r->npart] =
		    (struct osci_packet_part){ .id = part->id,
			    .type = part->type,
			    .offset = crypto_spool_len(r->spool) };
	return 0;
}

static int
data(void *arg, const void *bytes, size_t n, struct err *err)
{
	struct osci_packet_reader *r = arg;

	return r->is_root ? xml_reader_put(r->xml, bytes, n, err)
			  : crypto_spool_put(r->spool, bytes, n, err);
}

static int
end(void *arg, struct err *err)
{
	struct osci_packet_reader *r = arg;

	(void)err;
	if (r->is_root)
		return 0;
	r->part[r->npart].len =
	    crypto_spool_len(r->spool) - r->part[r->npart].offset;
	r->npart++;
	return 0;
}

struct osci_packet_reader *
osci_packet_reader_new(
    struct arena *a, const struct osci_packet_limits *bounds)
{
	struct osci_packet_reader *r =
	    arena_new(a, struct osci_packet_reader, 1);

	r->arena = a;
	r->sink = (struct osci_mime_sink){ begin, data, end, r };
	r->mime = osci_mime_new(a, &r->sink);
	r->xml = xml_reader_new(a, &limits,
	    crypto_spool_new(a, bounds->dir, bounds->max));
	r->spool = crypto_spool_new(a, bounds->dir, bounds->max);
	return r;
}

int
osci_packet_put(void *arg, const void *bytes, size_t n, struct err *err)
{
	struct osci_packet_reader *r = arg;

	return osci_mime_put(r->mime, bytes, n, err) == -1
	    ? osci_code_default(err, "9100")
	    : 0;
}

int
osci_packet_end(struct osci_packet_reader *r, struct osci_packet *out,
    struct err *err)
{
	if (osci_mime_end(r->mime, err) == -1 ||
	    xml_reader_end(r->xml, &out->tree, err) == -1)
		return osci_code_default(err, "9100");
	out->spool = r->spool;
	out->bytes = NULL;
	out->wrap_digest = NULL;
	out->is_malleable = false;
	out->part = r->part;
	out->npart = r->npart;
	return 0;
}

const struct osci_packet_part *
osci_packet_part(const struct osci_packet *p, const char *id)
{
	for (size_t i = 0; i < p->npart; i++)
		if (strcmp(p->part[i].id, id) == 0)
			return &p->part[i];
	return NULL;
}
