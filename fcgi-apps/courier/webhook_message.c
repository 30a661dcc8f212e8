#include "courier/webhook_message.h"

#include "common/base64.h"
#include "common/date.h"
#include "common/json.h"

#define BODY_MAX 4096

static const char *
write_body(struct arena *a, const struct webhook_job *job)
{
	struct buf *body = buf_new(a, BODY_MAX);
	struct json_out j;

	json_begin(&j, body);
	json_open_object(&j);
	json_pair(&j, "id", id_hex(a, &job->id));
	json_pair(&j, "event", webhook_event_name(job->event));
	json_pair(&j, "vorgang", id_hex(a, &job->vorgang_id));
	json_pair(&j, "service", job->service);
	json_pair(&j, "state", job->state);
	json_pair(&j, "at", date_instant_to_xsd(a, job->created_ms));
	json_close_object(&j);
	return buf_text(body);
}

void
webhook_message_write(struct arena *a, const struct webhook_job *job,
    const struct crypto_key *secret, int64_t at_s,
    struct webhook_message *out)
{
	struct buf *signature = buf_new(a, 100);
	uint8_t mac[CRYPTO_DIGEST_LEN];
	const char *text;

	out->id = id_hex(a, &job->id);
	out->timestamp = arena_printf(a, "%lld", (long long)at_s);
	out->body = write_body(a, job);
	text = arena_printf(
	    a, "%s.%s.%s", out->id, out->timestamp, out->body);
	crypto_hmac(secret, text, strlen(text), mac);
	buf_puts(signature, "v1,");
	base64_put(signature, mac, sizeof(mac));
	out->signature = buf_text(signature);
}
