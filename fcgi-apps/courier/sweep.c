#include "courier/courier.h"

#include "common/date.h"
#include "common/document_files.h"
#include "common/document_store.h"
#include "common/draft_store.h"
#include "common/log.h"
#include "common/rate_store.h"

#define DRAFTS_MAX 500

/* The files first: a row without file would be a broken promise. */
static int
remove_draft(struct courier *c, struct arena *a,
    const struct draft_line *line, struct err *err)
{
	struct document *document;
	size_t n;

	db_enter_town(c->db, line->town_id);
	if (document_list_draft(c->db, a, NULL, &line->submission_id,
		&document, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (document_file_remove(c->config->documents_dir,
			line->town_id, &document[i].id, err) == -1)
			return -1;
	return draft_delete(c->db, &line->submission_id, err);
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
	int64_t windows;

	if (sweep_drafts(c, err) == -1 ||
	    rate_sweep(c->db, date_now_ms(), &windows, err) == -1)
		return -1;
	return 0;
}
