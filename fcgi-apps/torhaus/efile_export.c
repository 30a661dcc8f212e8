/* One Vorgang as a parcel for the e-file. */
#include "torhaus/efile.h"

#include "common/date.h"
#include "common/document_files.h"
#include "common/form/form_summary.h"
#include "common/handover/handover_store.h"
#include "common/service/service_fill.h"
#include "common/vorgang/vorgang_change.h"
#include "torhaus/efile_zip.h"

#define MESSAGE_MAX ((size_t)16 << 20)
#define TEXT_MAX ((size_t)16 << 20)

struct export {
	struct tool *tool;
	const struct efile_target *target;
	struct vorgang_whole whole;
	struct town_service words;
	struct xdomea_abgabe abgabe;
	struct xdomea_document *document;
	const char **content; /* of each file that is no stored document */
	struct efile_parcel *parcel;
	struct efile_zip *zip;
};

bool
efile_is_look(const char *kind)
{
	static const char *const kinds[] = {
	    "viewed", "handed-over", "collected", "answered", "handled",
	    "efile"};

	for (size_t i = 0; i < nitems(kinds); i++)
		if (strcmp(kind, kinds[i]) == 0)
			return true;
	return false;
}

int64_t
efile_closed_ms(const struct vorgang_whole *w)
{
	int64_t at_ms = w->vorgang.created_ms;

	for (size_t i = 0; i < w->nevent; i++)
		if (strcmp(w->event[i].kind, "state") == 0 ||
		    strcmp(w->event[i].kind, "withdrawn") == 0)
			at_ms = w->event[i].at_ms;
	return at_ms;
}

static const char *
words(struct export *x, const char *key)
{
	return service_fill(x->tool->arena,
	    service_text(x->words.service, LANG_DE, key),
	    x->target->town->name, x->words.settings, LANG_DE);
}

/* ---- what is in it ---- */

/* Answers as people read them. */
static int
write_answers(struct export *x, struct buf *out, struct err *err)
{
	struct tool *t = x->tool;
	struct form_summary_section *section;
	struct texts *texts;
	struct form_words w;
	size_t n;
	int rc;

	if (texts_load(t->config.texts_dir, &texts, err) == -1)
		return -1;
	w = (struct form_words){.arena = t->arena,
	    .texts = texts,
	    .service = x->words.service,
	    .town = x->target->town->name,
	    .settings = x->words.settings,
	    .lang = LANG_DE};
	rc = form_summary_stored(&w, &x->whole.vorgang, x->whole.document,
	    x->whole.ndocument, &section, &n, err);
	buf_printf(out, "%s\nAktenzeichen: %s\nEingegangen: %s\n",
	    words(x, "service.name"),
	    id_reference_show(t->arena, x->whole.vorgang.reference),
	    date_instant_to_human(
		t->arena, x->whole.vorgang.created_ms, false));
	for (size_t i = 0; rc == 0 && i < n; i++) {
		buf_printf(out, "\n%s\n", section[i].heading);
		for (size_t k = 0; k < section[i].nrow; k++)
			buf_printf(out, "  %s: %s\n", section[i].row[k].label,
			    section[i].row[k].value);
	}
	texts_free(texts);
	return rc == -1 ? -1 : buf_check(out, err);
}

static int
write_messages(struct export *x, struct buf *out, struct err *err)
{
	for (size_t i = 0; i < x->whole.nmessage; i++) {
		const struct message *m = &x->whole.message[i];

		buf_printf(out, "%s%s, %s:\n%s\n", i == 0 ? "" : "\n",
		    m->from == ACTOR_APPLICANT ? "Antragsteller" : "Amt",
		    date_instant_to_human(x->tool->arena, m->at_ms, false),
		    m->body);
	}
	return buf_check(out, err);
}

/* A file whose content we write ourselves. Its id hangs on the parcel's, so
 * that the same export again is the same parcel. */
static struct id
derived_id(const struct export *x, const char *what)
{
	struct crypto_hash *h = crypto_hash_new();
	uint8_t digest[CRYPTO_DIGEST_LEN];
	struct id id;

	crypto_hash_part(h, x->abgabe.process.byte, ID_LEN);
	crypto_hash_part(h, what, strlen(what));
	crypto_hash_end(h, digest);
	memcpy(id.byte, digest, sizeof(id.byte));
	id.byte[6] = (uint8_t)((id.byte[6] & 0x0f) | 0x80); /* UUIDv8 */
	id.byte[8] = (uint8_t)((id.byte[8] & 0x3f) | 0x80);
	return id;
}

static struct xdomea_file
own_file(struct export *x, const char *original, const char *media_type,
    const char *content, int64_t at_ms)
{
	struct arena *a = x->tool->arena;
	uint8_t digest[CRYPTO_DIGEST_LEN];
	struct id id = derived_id(x, original);

	crypto_sha256(content, strlen(content), digest);
	return (struct xdomea_file){
	    .name = arena_printf(a, "%s%s", id_uuid(a, &id),
		xdomea_ending(media_type)),
	    .original = original,
	    .media_type = media_type,
	    .at_ms = at_ms,
	    .size = (int64_t)strlen(content),
	    .sha256 = id_hex_bytes(a, digest, sizeof(digest))};
}

/* A document of up to two forms that we write. */
static void
add_own(struct export *x, const char *subject, const char *kind,
    const char *author, const struct xdomea_file *file,
    const char *const *content, size_t n)
{
	struct arena *a = x->tool->arena;
	size_t at = x->abgabe.ndocument++;
	struct xdomea_file *files = arena_new(a, struct xdomea_file, n);

	for (size_t i = 0; i < n; i++) {
		files[i] = file[i];
		x->content[at * 2 + i] = content[i];
	}
	x->document[at] = (struct xdomea_document){
	    .id = derived_id(x, subject),
	    .subject = subject,
	    .kind = kind,
	    .author = author,
	    .file = files,
	    .nfile = n};
}

static void
add_stored(struct export *x, const struct document *d)
{
	struct arena *a = x->tool->arena;
	bool is_own = d->origin == ACTOR_OFFICE;
	struct xdomea_file *file = arena_new(a, struct xdomea_file, 1);

	*file = (struct xdomea_file){
	    .name = arena_printf(a, "%s%s", id_uuid(a, &d->id),
		xdomea_ending(d->media_type)),
	    .original = d->name,
	    .media_type = d->media_type,
	    .at_ms = d->created_ms,
	    .size = d->size,
	    .sha256 = id_hex_bytes(a, d->sha256, sizeof(d->sha256))};
	x->document[x->abgabe.ndocument++] = (struct xdomea_document){
	    .id = d->id,
	    .subject = d->name,
	    .kind = is_own ? "Bescheid" : "Anlage",
	    .author = is_own ? "Amt" : "Antragsteller",
	    .is_outgoing = is_own,
	    .file = file,
	    .nfile = 1};
}

static int
add_documents(struct export *x, struct err *err)
{
	struct arena *a = x->tool->arena;
	const struct vorgang *v = &x->whole.vorgang;
	size_t room = x->whole.ndocument + 2;
	struct buf *answers = buf_new(a, TEXT_MAX);
	struct buf *messages = buf_new(a, TEXT_MAX);

	x->document = arena_new(a, struct xdomea_document, room);
	x->content = arena_alloc(a, room * 2, sizeof(*x->content));
	if (write_answers(x, answers, err) == -1 ||
	    write_messages(x, messages, err) == -1)
		return -1;
	{
		const char *const content[] = {buf_text(answers), v->answers};
		const struct xdomea_file file[] = {
		    own_file(x, "Antrag.txt", "text/plain",
			content[0], v->created_ms),
		    own_file(x, "Antrag.json", "application/json",
			content[1], v->created_ms)};

		add_own(x, words(x, "service.name"), "Antrag",
		    "Antragsteller", file, content, 2);
	}
	if (messages->len > 0) {
		const char *const content[] = {buf_text(messages)};
		const struct xdomea_file file[] = {
		    own_file(x, "Nachrichten.txt", "text/plain",
			content[0],
			x->whole.message[x->whole.nmessage - 1].at_ms)};

		add_own(x, "Nachrichten", "Schriftverkehr", "Amt", file,
		    content, 1);
	}
	for (size_t i = 0; i < x->whole.ndocument; i++)
		add_stored(x, &x->whole.document[i]);
	x->abgabe.document = x->document;
	return 0;
}

static void
add_events(struct export *x)
{
	static const char *const who[] = {"Antragsteller", "Amt", "System"};
	struct xdomea_event *event =
	    arena_new(x->tool->arena, struct xdomea_event, x->whole.nevent);

	for (size_t i = 0; i < x->whole.nevent; i++)
		event[i] = (struct xdomea_event){
		    .who = who[x->whole.event[i].actor],
		    .what = x->whole.event[i].kind,
		    .at_ms = x->whole.event[i].at_ms};
	x->abgabe.event = event;
	x->abgabe.nevent = x->whole.nevent;
}

/* The process's id hangs on Vorgang and count: after a crash between file and
 * row the same parcel is written again. */
static struct id
process_id(const struct id *vorgang, int64_t count)
{
	struct crypto_hash *h = crypto_hash_new();
	uint8_t digest[CRYPTO_DIGEST_LEN];
	struct id id;

	crypto_hash_part(h, "efile", strlen("efile"));
	crypto_hash_part(h, vorgang->byte, ID_LEN);
	crypto_hash_part(h, &count, sizeof(count));
	crypto_hash_end(h, digest);
	memcpy(id.byte, digest, sizeof(id.byte));
	id.byte[6] = (uint8_t)((id.byte[6] & 0x0f) | 0x80); /* UUIDv8 */
	id.byte[8] = (uint8_t)((id.byte[8] & 0x3f) | 0x80);
	return id;
}

static int
fill(struct export *x, struct err *err)
{
	struct arena *a = x->tool->arena;
	const struct vorgang *v = &x->whole.vorgang;
	const struct town *town = x->target->town;
	const struct department *d =
	    town_department_by_id(town, v->department_id);
	int64_t count;

	if (efile_count(x->tool->db, a, &v->id, &count, err) == -1)
		return -1;
	x->abgabe = (struct xdomea_abgabe){
	    .process = process_id(&v->id, count),
	    .vorgang = v->id,
	    .now_ms = date_now_ms(),
	    .sender = town->name,
	    .unit = d == NULL ? "" : d->name,
	    .sender_key = town->ags,
	    .recipient = x->target->recipient,
	    .subject = words(x, "service.name"),
	    .reference = id_reference_show(a, v->reference),
	    .kind = x->words.service->leika_key[0] == '\0'
		? x->words.service->slug : x->words.service->leika_key,
	    .plan_key = x->target->plan_key,
	    .plan_name = x->target->plan_name,
	    .state = words(x, arena_printf(a, "state.%s.label", v->state)),
	    .begun_ms = v->created_ms,
	    .closed_ms = efile_closed_ms(&x->whole),
	    .keep_days = service_closed_days(x->words.service, v->state)};
	add_events(x);
	return add_documents(x, err);
}

/* ---- the parcel ---- */

static int
put_piece(void *arg, const void *data, size_t n, struct err *err)
{
	return efile_zip_put(arg, data, n, err);
}

static int
write_file(struct export *x, size_t document, size_t k, struct err *err)
{
	const struct xdomea_document *d = &x->document[document];
	const struct xdomea_file *f = &d->file[k];
	const char *content = x->content[document * 2 + k];

	if (efile_zip_entry(x->zip, f->name, f->size, f->at_ms, err) == -1)
		return -1;
	if (content != NULL)
		return efile_zip_put(x->zip, content, (size_t)f->size, err);
	return document_file_read(x->tool->config.documents_dir,
	    x->target->town->id, &d->id, &x->whole.vorgang.key.key, put_piece,
	    x->zip, err);
}

static int
write_parcel(struct export *x, const char *path, struct err *err)
{
	struct arena *a = x->tool->arena;
	struct buf *message = buf_new(a, MESSAGE_MAX);
	bool is_checked;

	/* Nothing invalid leaves, as far as the schema is there to tell. */
	if (xdomea_abgabe_write(a, &x->abgabe, message, err) == -1 ||
	    xdomea_check(a, x->tool->config.xoev_dir,
		date_of_instant(x->abgabe.now_ms), buf_text(message),
		message->len, &is_checked, err) == -1 ||
	    efile_zip_new(path, &x->zip, err) == -1)
		return -1;
	if (efile_zip_entry(x->zip,
		arena_printf(a, "%s.xml",
		    xdomea_abgabe_name(a, &x->abgabe.process)),
		(int64_t)message->len, x->abgabe.now_ms, err) == -1 ||
	    efile_zip_put(x->zip, buf_text(message), message->len, err) == -1)
		goto fail;
	for (size_t i = 0; i < x->abgabe.ndocument; i++)
		for (size_t k = 0; k < x->document[i].nfile; k++)
			if (write_file(x, i, k, err) == -1)
				goto fail;
	return efile_zip_end(x->zip, x->parcel->sha256, err);
fail:
	efile_zip_abort(x->zip);
	return -1;
}

static int
write_rows(struct db *db, struct arena *a, const struct vorgang *v, void *arg,
    struct err *err)
{
	struct export *x = arg;
	const struct handover h = {.way = HANDOVER_EFILE,
	    .partner = EFILE_PARTNER,
	    .name = x->target->recipient,
	    .what = EFILE_WHAT,
	    .handed_ms = x->abgabe.now_ms};

	(void)a; /* nothing is read */
	if (efile_put(db, x->parcel, err) == -1)
		return -1;
	return handover_put(db, &v->id, &h, err);
}

static int
record(struct export *x, struct err *err)
{
	struct arena *a = x->tool->arena;
	const struct handover h = {.way = HANDOVER_EFILE,
	    .partner = EFILE_PARTNER,
	    .name = x->target->recipient,
	    .what = EFILE_WHAT};
	const struct event event =
	    handover_event(a, &h, HANDOVER_HANDED, ACTOR_OFFICE);
	const struct vorgang_change change = {.now_ms = x->abgabe.now_ms,
	    .event = &event,
	    .nevent = 1,
	    .is_look = true,
	    .also = write_rows,
	    .also_arg = x};

	return vorgang_change(x->tool->db, a, x->target->town,
	    &x->whole.vorgang.id, &change, err);
}

/* ERR_CONFLICT: a parcel of it stands. */
static int
check(struct export *x, struct err *err)
{
	struct arena *a = x->tool->arena;
	struct efile_parcel last;

	if (!x->whole.vorgang.is_closed)
		return err_set(err, ERR_CONFLICT,
		    "%s is not closed: it is in state %s",
		    id_reference_show(a, x->whole.vorgang.reference),
		    x->whole.vorgang.state);
	if (efile_of_vorgang(x->tool->db, a, &x->whole.vorgang.id, &last,
		err) == -1) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return 0;
	}
	return last.state == EFILE_REFUSED
	    ? 0
	    : err_set(err, ERR_CONFLICT,
		  "%s was exported before: %s",
		  id_reference_show(a, x->whole.vorgang.reference),
		  last.file_name);
}

int
efile_export(struct tool *t, const struct efile_target *target,
    const struct id *vorgang, struct efile_parcel *out, struct err *err)
{
	struct export x = {.tool = t, .target = target, .parcel = out};
	const char *path;

	*out = (struct efile_parcel){0};
	if (vorgang_by_id(t->db, t->arena, target->town, vorgang, &x.whole,
		err) == -1 ||
	    check(&x, err) == -1)
		return -1;
	if (!office_words(t, target->town, &x.whole.vorgang, &x.words))
		return err_set(err, ERR_INTERNAL,
		    "its service version is not known any more");
	if (fill(&x, err) == -1)
		return -1;
	out->id = x.abgabe.process;
	out->vorgang_id = *vorgang;
	out->file_name = arena_printf(
	    t->arena, "%s.zip", xdomea_abgabe_name(t->arena, &out->id));
	out->documents = (uint32_t)x.abgabe.ndocument;
	out->last_seq = x.whole.vorgang.last_seq;
	out->exported_ms = x.abgabe.now_ms;
	(void)snprintf(out->reference, sizeof(out->reference), "%s",
	    x.whole.vorgang.reference);
	path = arena_printf(t->arena, "%s/%s", target->dir, out->file_name);
	if (write_parcel(&x, path, err) == -1)
		return -1;
	return record(&x, err);
}
