/*
 * What the OSCI intermediary no longer keeps: messages that have run out,
 * process cards, message ids, dialogs, chunks of messages that never became
 * whole; and what our own towns' old messages said.
 */
#include "courier/courier.h"

#include "common/date.h"
#include "common/log.h"
#include "common/osci/osci_delivery_store.h"
#include "common/osci/osci_dialog_store.h"
#include "common/osci/osci_erase_store.h"
#include "common/osci/osci_files.h"
#include "common/osci/osci_forward_store.h"
#include "common/osci/osci_message_id_store.h"
#include "common/osci/osci_partial_store.h"

#define ROUND_MAX 500 /* of files in one sweep; the next takes on */
#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

/* The row first: a file that outlives it is an orphan, which sweep_files
 * finds. */
static int
sweep_messages(struct courier *c, struct arena *a, int64_t now_ms,
    struct err *err)
{
	struct id *id;
	size_t n;

	if (osci_delivery_expired(
		c->db, a, now_ms, ROUND_MAX, &id, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (osci_delivery_drop_file(c->db, &id[i], err) == -1)
			return -1;
		osci_file_remove(c->config, &id[i]);
	}
	if (n > 0)
		log_info("removed %zu OSCI messages that had run out", n);
	return 0;
}

static int
sweep_partials(struct courier *c, struct arena *a, int64_t now_ms,
    struct err *err)
{
	struct id *id;
	size_t n;

	if (osci_partial_expired(c->db, a,
		now_ms - c->config->osci_partial_h * HOUR_MS, ROUND_MAX, &id,
		&n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct osci_chunk_row *chunk;
		size_t nchunk;

		if (osci_chunk_list(c->db, a, &id[i], &chunk, &nchunk, err) ==
			-1 ||
		    osci_partial_delete(c->db, &id[i], err) == -1)
			return -1;
		for (size_t k = 0; k < nchunk; k++)
			osci_file_remove(c->config, &chunk[k].file);
		osci_file_remove(c->config, &id[i]);
	}
	return 0;
}

static int
sweep_transfers(struct courier *c, struct arena *a, int64_t now_ms,
    struct err *err)
{
	const struct config *config = c->config;
	struct id *id;
	size_t n;

	if (osci_arriving_give_up(c->db, a,
		now_ms - config->osci_partial_h * HOUR_MS, now_ms, &n, err) ==
		-1 ||
	    osci_transfers_over(c->db, a,
		now_ms - config->osci_transfer_days * DAY_MS, ROUND_MAX, &id,
		&n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (osci_transfer_erase(c->db, &id[i], now_ms, err) == -1)
			return -1;
	if (n > 0)
		log_info("erased what %zu old OSCI transfers said", n);
	return 0;
}

int
sweep_osci(struct courier *c, struct err *err)
{
	const struct config *config = c->config;
	int64_t now_ms = date_now_ms(), n;
	struct arena a = { 0 };
	int rc = 0;

	if (sweep_messages(c, &a, now_ms, err) == -1 ||
	    sweep_partials(c, &a, now_ms, err) == -1 ||
	    sweep_transfers(c, &a, now_ms, err) == -1 ||
	    osci_forward_sweep(c->db, now_ms, &n, err) == -1 ||
	    osci_delivery_sweep(c->db,
		now_ms - config->osci_card_days * DAY_MS, &n, err) == -1 ||
	    osci_message_id_sweep(c->db,
		now_ms - config->osci_message_id_h * HOUR_MS, &n, err) == -1 ||
	    osci_dialog_sweep(c->db,
		now_ms - config->osci_dialog_timeout_s * 1000, &n, err) == -1)
		rc = -1;
	arena_free(&a);
	return rc;
}

/* ---- files that crashes left ---- */

static int
is_wanted(void *arg, uint32_t town_id, const struct id *id, bool *out,
    struct err *err)
{
	struct courier *c = arg;
	struct arena a = { 0 };
	int rc;

	*out = true;
	if (town_id != 0) /* a town's own: not the intermediary's */
		return 0;
	rc = osci_delivery_has_file(c->db, &a, id, out, err);
	if (rc == 0 && !*out)
		rc = osci_partial_has_file(c->db, &a, id, out, err);
	arena_free(&a);
	return rc;
}

int
sweep_osci_files(struct courier *c, struct err *err)
{
	struct document_sweep s = { .is_wanted = is_wanted, .arg = c };
	int rc = document_files_sweep(
	    c->config->osci_dir, date_now_ms() / 1000, false, &s, err);

	if (s.parts > 0 || s.orphans > 0)
		log_info("removed %lld torsos and %lld orphans of OSCI "
			 "messages",
		    (long long)s.parts, (long long)s.orphans);
	return rc;
}
