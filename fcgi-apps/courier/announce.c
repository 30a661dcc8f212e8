/* Mails that announce the end of drafts. */
#include "courier/courier.h"

#include "common/date.h"
#include "common/draft/draft_reminder.h"
#include "common/log.h"
#include "common/vorgang/outbox_mail.h"
#include "common/vorgang/outbox_store.h"
#include "common/public_link.h"

#define ANNOUNCE_MAX 200
#define MAIL_MAX 65536

static const char *
make_mail(struct courier *c, struct arena *a, const struct town *town,
    const struct draft_ending *e, const char *to)
{
	struct buf *out = buf_new(a, MAIL_MAX);
	const struct outbox_mail mail = {
	    .template = e->announcement == DRAFT_ANNOUNCED_DAY
		? "draft-day" : "draft-week",
	    .to = to,
	    .lang = e->lang,
	    .service_version_id = e->service_version_id,
	    /* Nobody here can make a link that opens it. */
	    .link = arena_printf(a, "%s/antrag/weiter/",
		public_address(a, c->config, town)),
	    .until = date_instant_to_human(
		a, e->expires_ms, lang_base(e->lang) == LANG_EN),
	};

	outbox_mail_write(&mail, out);
	return buf_text(out);
}

static int
queue(struct courier *c, struct arena *a, const struct town *town,
    const struct draft_ending *e, const struct draft_reminder *r,
    bool *is_new, struct err *err)
{
	struct outbox_new mail[DRAFT_ADDRESSES_MAX];
	int64_t now_ms = date_now_ms();
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (r->address[i].is_confirmed && r->address[i].wants_reminder)
			mail[n++] = (struct outbox_new){"mail",
			    make_mail(c, a, town, e, r->address[i].to)};
	if (draft_reminder_announced(c->db, e, now_ms, is_new, err) == -1)
		return -1;
	return *is_new && n > 0 ? outbox_insert_for_town(
	    c->db, a, town, mail, n, now_ms, err) : 0;
}

/* Counted and queued as one, so that it is told once. */
static int
announce_one(struct courier *c, struct arena *a,
    const struct draft_ending *e, size_t *n, struct err *err)
{
	const struct town *town =
	    service_set_town_by_id(c->services, e->town_id);
	struct draft_reminder r;
	bool unknown, is_new;

	if (town == NULL) /* not loaded yet */
		return 0;
	if (draft_reminder_open(a, town, e, &r, err) == -1) {
		log_error("a draft's reminder: %s", err->msg);
		err_clear(err);
		return 0;
	}
	db_enter_town(c->db, e->town_id);
	if (db_begin(c->db, err) == -1)
		return -1;
	if (queue(c, a, town, e, &r, &is_new, err) == -1) {
		db_rollback(c->db);
		return -1;
	}
	*n += is_new;
	return db_commit(c->db, &unknown, err);
}

int
announce_drafts(struct courier *c, struct err *err)
{
	struct arena a = {0};
	struct draft_ending *ending;
	size_t n, announced = 0;
	int rc = draft_reminder_due(
	    c->db, &a, date_now_ms(), ANNOUNCE_MAX, &ending, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = announce_one(c, &a, &ending[i], &announced, err);
	if (announced > 0)
		log_info("announced the end of %zu drafts", announced);
	db_enter_town(c->db, 0);
	arena_free(&a);
	return rc;
}
