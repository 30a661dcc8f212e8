#include "common/osci/osci_partner_store.h"
#include "courier/osci.h"

#define SPOOL_DIR "/tmp" /* what does not fit in memory, encrypted */

static int
load_own(struct osci_work *w, struct arena *a, uint32_t town,
    const char *identity, struct osci_own *out, struct err *err)
{
	struct osci_own *own;
	size_t n;

	if (osci_identity_load(w->db, a, w->config, w->master,
		OSCI_IDENTITY_CLIENT, identity, &own, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (own[i].town_id == town) {
			*out = own[i];
			return 0;
		}
	return err_set(err, ERR_CONFIG,
	    "identity %s has not both keys (torhaus osci key)", identity);
}

/* Our own intermediary, by the certificates that it tells others. */
static int
load_near(struct osci_work *w, struct arena *a, struct osci_client_peer *out,
    struct err *err)
{
	bool has_cipher = false, has_sign = false;
	struct osci_identity_row *row;
	size_t n;

	if (*w->config->osci_uri == '\0')
		return err_set(err, ERR_CONFIG,
		    "osci_uri, the address of our own intermediary, is not "
		    "set");
	if (osci_identity_rows(w->db, a, &row, &n, err) == -1)
		return -1;
	*out = (struct osci_client_peer){ .uri = w->config->osci_uri };
	for (size_t i = 0; i < n; i++) {
		if (row[i].role != OSCI_IDENTITY_INTERMEDIARY ||
		    !row[i].is_active)
			continue;
		if (row[i].purpose == OSCI_IDENTITY_CIPHER) {
			out->cipher = row[i].cert;
			has_cipher = true;
		} else {
			out->sign = row[i].cert;
			has_sign = true;
		}
	}
	return has_cipher && has_sign
	    ? 0
	    : err_set(err, ERR_CONFIG,
		  "our own intermediary has not both keys (torhaus osci "
		  "key)");
}

static int
load_peer(struct osci_work *w, struct arena *a, uint32_t id,
    struct osci_client_peer *out, struct err *err)
{
	struct osci_peer peer;

	if (id == 0)
		return load_near(w, a, out, err);
	if (osci_peer_by_id(w->db, a, id, &peer, err) == -1)
		return -1;
	*out = (struct osci_client_peer){ .uri = peer.uri,
		.cipher = peer.cipher,
		.sign = peer.sign,
		.chunk_kib = peer.max_chunk_kib };
	return 0;
}

static bool
is_yes(const char *word)
{
	return strcmp(word, "yes") == 0;
}

int
osci_exchange_open(struct osci_work *w, struct arena *a, uint32_t town,
    const char *identity, uint32_t peer, struct osci_exchange *out,
    struct err *err)
{
	const struct config *config = w->config;

	*out = (struct osci_exchange){ .town =
		service_set_town_by_id(w->services, town) };
	if (out->town == NULL)
		return err_set(
		    err, ERR_NOT_FOUND, "town %u is not loaded yet", town);
	db_enter_town(w->db, town);
	if (load_own(w, a, town, identity, &out->own, err) == -1 ||
	    load_peer(w, a, peer, &out->peer, err) == -1)
		return -1;
	out->settings = (struct osci_client_settings){
		.http = peer == 0 ? w->near : w->http,
		.trust = w->trust,
		.limits = { .dir = SPOOL_DIR,
		    .max = config->osci_http_answer_max },
		.policy = { .allows_cbc = is_yes(config->osci_allow_cbc),
		    .allows_rsa15 = is_yes(config->osci_allow_rsa15) },
		.chunk_kib = config->osci_chunk_max_kib,
		.whole_max = config->osci_chunked_max,
	};
	out->client =
	    osci_client_new(a, &out->settings, &out->peer, &out->own);
	return 0;
}
