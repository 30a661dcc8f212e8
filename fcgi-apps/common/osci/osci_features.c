#include "common/osci/osci_features.h"

#include "common/buf.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_read.h"

#define FEATURES_MAX 200 /* in one block */

/* What we have, with the versions of the official library that brought it. */
static const struct {
	const char *key, *version;
	size_t flag; /* in struct osci_features; 0: none */
} features[] = {
	{ "DisableBase64", "1.2.0", 0 },
	{ "OAEPEncryption", "1.6.0", offsetof(struct osci_features, has_oaep) },
	{ "SHA3HashAlgo", "1.6.3", 0 },
	{ "GCMPaddingModus", "1.7.0", offsetof(struct osci_features, has_gcm) },
	{ "PartialMessageTransmission", "1.8.0",
	    offsetof(struct osci_features, has_chunks) },
	{ "Support96Bit12ByteIV", "1.9.0",
	    offsetof(struct osci_features, has_12_byte_iv) },
};

static void
take_feature(struct osci_features *f, const char *key)
{
	for (size_t i = 0; i < nitems(features); i++)
		if (features[i].flag != 0 && strcmp(features[i].key, key) == 0)
			*(bool *)((char *)f + features[i].flag) = true;
}

static int
read_sizes(
    const struct xml_node *node, struct osci_features *out, struct err *err)
{
	const char *timeout = xml_attribute(node, "ChunkMessageTimeout") != NULL
	    ? "ChunkMessageTimeout"
	    : "ChunkMessageTimeOut"; /* as the schema has it */

	return osci_read_number(node, timeout, 0, INT32_MAX, 0,
		   &out->chunk_timeout, err) == -1 ||
		osci_read_number(node, "MaxChunkSize", 0, INT64_MAX / 1024, 0,
		    &out->max_chunk_kib, err) == -1 ||
		osci_read_number(node, "MaxMessageSize", 0, INT64_MAX / 1024,
		    0, &out->max_message_kib, err) == -1
	    ? -1
	    : osci_read_number(node, "MinChunkSize", 0, INT64_MAX / 1024, 0,
		  &out->min_chunk_kib, err);
}

int
osci_features_read(
    const struct xml_node *node, struct osci_features *out, struct err *err)
{
	const struct xml_node *next, *list, *n;
	size_t count = 0;

	*out = (struct osci_features){ 0 };
	if (read_sizes(node, out, err) == -1 ||
	    osci_enter(node, &next, err) == -1)
		return -1;
	list = osci_take(&next, OSCI_NS_2017, "SupportedFeatures");
	if (osci_leave(next, err) == -1)
		return -1;
	if (list == NULL)
		return osci_refuse(err, "9100", "features: there are none");
	if (osci_enter(list, &next, err) == -1)
		return -1;
	while ((n = osci_take(&next, OSCI_NS_2017, "Feature")) != NULL) {
		const char *key = xml_attribute(n, "Key");

		if (key == NULL || ++count > FEATURES_MAX)
			return osci_refuse(
			    err, "9100", "features: another shape");
		take_feature(out, key);
	}
	return osci_leave(next, err);
}

/* ---- writing ---- */

static void
put_size(struct buf *b, const char *name, int64_t size)
{
	if (size > 0)
		buf_printf(b, " %s=\"%lld\"", name, (long long)size);
}

void
osci_features_add(struct osci_out *o, const struct osci_features *limits)
{
	struct buf before, after, *b;

	buf_init(&before, 200);
	buf_init(&after, 200);
	put_size(&before, "ChunkMessageTimeout", limits->chunk_timeout);
	put_size(&after, "MaxChunkSize", limits->max_chunk_kib);
	put_size(&after, "MaxMessageSize", limits->max_message_kib);
	put_size(&after, "MinChunkSize", limits->min_chunk_kib);
	b = osci_out_open_2017(o, OSCI_FEATURES, "FeatureDescription",
	    "featuredescription", buf_text(&before), buf_text(&after));
	buf_free(&before);
	buf_free(&after);
	buf_puts(b, "<osci2017:SupportedFeatures>");
	for (size_t i = 0; i < nitems(features); i++)
		buf_printf(b,
		    "<osci2017:Feature Key=\"%s\" Version=\"%s\">"
		    "</osci2017:Feature>",
		    features[i].key, features[i].version);
	buf_puts(b, "</osci2017:SupportedFeatures>");
	osci_out_close(o);
}
