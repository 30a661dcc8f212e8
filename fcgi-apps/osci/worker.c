/* What a thread has: keys, identities, limits. */
#include "osci/boxes.h"
#include "osci/counts.h"
#include "osci/rates.h"

#include "common/date.h"
#include "common/log.h"

#define LOOK_MS 2000 /* for new identities */

/* What all threads have in common; app->shared. */
struct shared {
	struct osci_trust_settings settings;
	struct osci_trust *trust;
	struct osci_counts *counts;
	struct osci_rates *rates;
};

int
worker_process_start(struct app *app, struct err *err)
{
	struct shared *s = calloc(1, sizeof(*s));

	if (s == NULL)
		log_fatal("osci: out of memory");
	app->shared = s;
	s->counts = counts_new();
	s->rates = rates_new();
	osci_trust_settings(app->config, &s->settings);
	return osci_trust_new(&s->settings, &s->trust, err);
}

void
worker_process_stop(struct app *app)
{
	struct shared *s = app->shared;

	if (s == NULL)
		return;
	osci_trust_free(s->trust);
	counts_free(s->counts);
	rates_free(s->rates);
	free(s);
}

int
worker_start(struct app *app, struct err *err)
{
	const struct config *config = app->config;
	const struct shared *shared = app->shared;
	struct worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		log_fatal("osci: out of memory");
	w->trust = shared->trust;
	w->counts = shared->counts;
	w->rates = shared->rates;
	w->limits = (struct osci_packet_limits){
		.dir = config->osci_dir,
		.max = config->osci_message_max,
	};
	w->policy = (struct osci_crypto_policy){
		.allows_cbc = strcmp(config->osci_allow_cbc, "yes") == 0,
		.allows_rsa15 = strcmp(config->osci_allow_rsa15, "yes") == 0,
	};
	if (crypto_master_read(config->master_key_file, &w->master, err) ==
	    -1) {
		free(w);
		return -1;
	}
	osci_delivery_key(&w->master, &w->files);
	app->own = w;
	return 0;
}

void
worker_stop(struct app *app)
{
	struct worker *w = app->own;

	if (w == NULL)
		return;
	arena_free(&w->arena);
	explicit_bzero(w, sizeof(*w));
	free(w);
}

/* ---- identities ---- */

void
party_fill(struct arena *a, const struct osci_own *own,
    enum osci_role cipher_role, enum osci_role sign_role, const char *prefix,
    struct party *out)
{
	const char *cipher_id = arena_printf(a, "%s_cipher_%.16s", prefix,
	    id_hex_bytes(a, own->cipher[0].cert.sha256, 8));
	const char *sign_id = arena_printf(a, "%s_signature_%.16s", prefix,
	    id_hex_bytes(a, own->sign.cert.sha256, 8));

	*out = (struct party){
		.cipher = own->cipher,
		.ncipher = own->ncipher,
		.signer = { .cert = own->sign.cert,
		    .key = own->sign.key,
		    .cert_id = sign_id },
		.cert = { { .role = cipher_role,
			      .id = cipher_id,
			      .cert = own->cipher[0].cert },
		    { .role = sign_role,
			.id = sign_id,
			.cert = own->sign.cert } },
	};
}

static int
load(struct app *app, struct worker *w, struct arena *a,
    struct party *intermediary, struct boxes **boxes, struct err *err)
{
	struct osci_own *own;
	size_t n;

	if (osci_identity_load(app->db, a, app->config, &w->master,
		OSCI_IDENTITY_INTERMEDIARY, NULL, &own, &n, err) == -1)
		return -1;
	if (n > 0)
		party_fill(a, &own[0], OSCI_CIPHER_INTERMEDIARY,
		    OSCI_SIGN_INTERMEDIARY, "intermed", intermediary);
	return boxes_load(app, w, a, boxes, err);
}

/* What cannot be read anew stays as it was. */
static int
look(struct app *app, struct worker *w, int64_t now_ms, struct err *err)
{
	struct party intermediary = { 0 };
	struct boxes *boxes;
	struct arena a = { 0 };
	int64_t stamp = 0;
	int rc = osci_identity_stamp(app->db, &a, &stamp, err);

	if (rc == 0 && (w->looked_ms == 0 || stamp != w->stamp)) {
		rc = load(app, w, &a, &intermediary, &boxes, err);
		if (rc == 0) {
			arena_free(&w->arena);
			w->arena = a;
			w->intermediary = intermediary;
			w->boxes = boxes;
			w->stamp = stamp;
			w->looked_ms = now_ms;
			return 0;
		}
	}
	arena_free(&a);
	if (rc == 0)
		w->looked_ms = now_ms;
	return rc;
}

int
worker_of(struct app *app, struct worker **out, struct err *err)
{
	struct worker *w = app->own;
	int64_t now_ms = date_now_ms();

	*out = w;
	if (w->looked_ms != 0 && now_ms - w->looked_ms < LOOK_MS)
		return 0;
	if (look(app, w, now_ms, err) == 0)
		return 0;
	if (w->looked_ms == 0)
		return -1;
	log_error("identities stay as they were: %s", err->msg);
	err_clear(err);
	return 0;
}
