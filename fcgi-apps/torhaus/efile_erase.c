/* Erasing what the e-file has for certain. */
#include "common/date.h"
#include "common/document_files.h"
#include "common/vorgang/vorgang_change.h"
#include "torhaus/efile.h"

static int
write_erasure(struct db *db, struct arena *a, const struct vorgang *v,
    void *arg, struct err *err)
{
	struct deletion_record *r = arg;

	(void)a; /* nothing is read */
	r->last_seq = v->last_seq;
	memcpy(r->last_hash, v->last_hash, sizeof(r->last_hash));
	return efile_erase(db, r, err);
}

/* Nothing but looks since the parcel was written. */
static int
check(struct tool *t, const struct vorgang_whole *w,
    const struct efile_parcel *p, struct err *err)
{
	const char *reference =
	    id_reference_show(t->arena, w->vorgang.reference);

	if (p->state != EFILE_IMPORTED)
		return err_set(err, ERR_CONFLICT,
		    "%s: the e-file has not confirmed that it was imported",
		    reference);
	for (size_t i = 0; i < w->nevent; i++)
		if (w->event[i].seq > p->last_seq &&
		    !efile_is_look(w->event[i].kind))
			return err_set(err, ERR_CONFLICT,
			    "%s: something came since it was exported",
			    reference);
	return 0;
}

static void
remove_files(struct tool *t, const struct town *town,
    const struct vorgang_whole *w)
{
	for (size_t i = 0; i < w->ndocument; i++) {
		struct err err = {0};

		if (document_file_remove(t->config.documents_dir, town->id,
			&w->document[i].id, &err) == -1)
			(void)fprintf(stderr,
			    "torhaus: %s; it cannot be read any more\n",
			    err.msg);
	}
}

int
efile_erase_vorgang(struct tool *t, const struct town *town,
    const struct id *vorgang, struct err *err)
{
	const struct event event = {.kind = "erased",
	    .actor = ACTOR_OFFICE,
	    .data = "{\"reason\":\"efile\"}"};
	struct vorgang_change change = {.now_ms = date_now_ms(),
	    .event = &event,
	    .nevent = 1,
	    .also = write_erasure};
	struct deletion_record record;
	struct efile_parcel parcel;
	struct vorgang_whole w;
	struct town_service words;

	if (vorgang_by_id(t->db, t->arena, town, vorgang, &w, err) == -1 ||
	    efile_of_vorgang(t->db, t->arena, vorgang, &parcel, err) == -1 ||
	    check(t, &w, &parcel, err) == -1)
		return -1;
	record = (struct deletion_record){.vorgang_id = *vorgang,
	    .service = office_words(t, town, &w.vorgang, &words)
		? words.service->slug : "",
	    .reason = "efile",
	    .has_parcel = true,
	    .parcel_id = parcel.id,
	    .documents = (uint32_t)w.ndocument,
	    .messages = (uint32_t)w.nmessage,
	    .received_ms = w.vorgang.created_ms,
	    .closed_ms = efile_closed_ms(&w),
	    .deleted_ms = change.now_ms,
	    .deleted_by = tool_user(t->arena)};
	memcpy(record.parcel_sha256, parcel.sha256, sizeof(parcel.sha256));
	(void)snprintf(record.reference, sizeof(record.reference), "%s",
	    w.vorgang.reference);
	change.expected_state = w.vorgang.state;
	change.also_arg = &record;
	if (vorgang_change(t->db, t->arena, town, vorgang, &change, err) ==
	    -1)
		return -1;
	remove_files(t, town, &w);
	return 0;
}
