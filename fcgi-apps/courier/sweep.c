#include "courier/courier.h"

#include "common/date.h"
#include "common/document_files.h"
#include "common/document_store.h"
#include "common/draft/draft_access.h"
#include "common/feedback_store.h"
#include "common/log.h"
#include "common/rate_store.h"

#define DRAFTS_MAX 500
#define MS_PER_DAY INT64_C(86400000)

/*
 * The rows first: if the draft was submitted a moment ago, its documents have
 * rows still, and the files stay. A file that outlives its row is an orphan,
 * which sweep_files finds.
 */
static int
remove_draft(struct courier *c, struct arena *a,
    const struct draft_line *line, struct err *err)
{
	struct document *document;
	bool found;
	size_t n;

	db_enter_town(c->db, line->town_id);
	if (document_list_draft(c->db, a, NULL, &line->submission_id,
		&document, &n, err) == -1 ||
	    draft_delete_expired(c->db, &line->submission_id,
		date_now_ms(), err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (document_exists(
			c->db, a, &document[i].id, &found, err) == -1)
			return -1;
		if (!found &&
		    document_file_remove(c->config->documents_dir,
			line->town_id, &document[i].id, err) == -1)
			return -1;
	}
	return 0;
}

static int
sweep_drafts(struct courier *c, struct err *err)
{
	struct arena a = {0};
	struct draft_line *line;
	size_t n;
	int rc = draft_expired(
	    c->db, &a, date_now_ms(), DRAFTS_MAX, &line, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = remove_draft(c, &a, &line[i], err);
	if (rc == 0 && n > 0)
		log_info("removed %zu expired drafts", n);
	db_enter_town(c->db, 0);
	arena_free(&a);
	return rc;
}

int
sweep(struct courier *c, struct err *err)
{
	int64_t windows, rows, remarks, now_ms = date_now_ms();

	if (sweep_drafts(c, err) == -1 ||
	    draft_access_sweep(c->db, now_ms, &rows, err) == -1 ||
	    rate_sweep(c->db, now_ms, &windows, err) == -1 ||
	    feedback_sweep(c->db,
		now_ms - c->config->feedback_days * MS_PER_DAY, &remarks,
		err) == -1)
		return -1;
	if (remarks > 0)
		log_info("removed %lld old remarks on pages",
		    (long long)remarks);
	return 0;
}

/* ---- files that crashes left ---- */

static int
is_wanted(void *arg, uint32_t town_id, const struct id *id, bool *out,
    struct err *err)
{
	struct courier *c = arg;
	struct arena a = {0};
	int rc;

	db_enter_town(c->db, town_id);
	rc = document_exists(c->db, &a, id, out, err);
	arena_free(&a);
	return rc;
}

int
sweep_files(struct courier *c, struct err *err)
{
	struct document_sweep s = {.is_wanted = is_wanted, .arg = c};
	int rc = document_files_sweep(c->config->documents_dir,
	    date_now_ms() / 1000, false, &s, err);

	db_enter_town(c->db, 0);
	if (s.parts > 0 || s.orphans > 0)
		log_info("removed %lld torsos and %lld orphans of uploads",
		    (long long)s.parts, (long long)s.orphans);
	return rc;
}
