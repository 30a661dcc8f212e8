#include "courier/exchange.h"

#include "common/document_files.h"
#include "common/handover/exchange_act.h"
#include "common/handover/exchange_number.h"
#include "common/json.h"

#define FILES_MAX (6 * 1024 * 1024) /* bytes of all files in one message */
#define DIRECTORY "DVDV"
#define DIRECTORY_VERSION "3"

/* ---- answers ---- */

int
exchange_answers_read(struct arena *a, const struct exchange_matter *m,
    struct xoev_case *out, struct err *err)
{
	const struct vorgang *v = &m->whole.vorgang;
	const struct town_service *offer = service_set_offer(
	    m->desk->courier->services, m->town, m->service->slug);
	struct form_context *context = arena_new(a, struct form_context, 1);
	struct form_answers *answers;
	cJSON *json;

	/* What was calculated when it was submitted is calculated alike. */
	context->now_ms = v->created_ms;
	context->settings =
	    offer != NULL ? offer->settings : m->service->settings_json;
	if (json_parse(a, v->answers, v->answers_len, &json_limits_package,
		&json, err) == -1 ||
	    form_read_json(a, m->service->form, json, &answers, err) == -1)
		return err_set(
		    err, ERR_INTERNAL, "stored answers cannot be read");
	for (size_t i = 0; i < m->whole.ndocument; i++) {
		const struct document *d = &m->whole.document[i];
		const struct answer_file file = { d->id, d->name,
			d->media_type, d->size };

		form_attach_file(a, answers, d->field, &file);
	}
	form_evaluate_values(a, answers, context);
	out->answers = answers;
	out->context = context;
	return 0;
}

/* ---- files ---- */

int
exchange_file_read(struct arena *a, const struct exchange_matter *m,
    const struct document *d, const char *name, struct xoev_value *out,
    struct err *err)
{
	struct buf *bytes = buf_new(a, FILES_MAX);

	if (document_file_read(m->desk->courier->config->documents_dir,
		m->town->id, &d->id, &m->whole.vorgang.key.key, buf_sink, bytes,
		err) == -1)
		return -1;
	*out = (struct xoev_value){ .name = name,
		.data = buf_text(bytes),
		.len = bytes->len,
		.file_name = d->name,
		.media_type = d->media_type,
		.file_id = id_uuid(a, &d->id) };
	return 0;
}

/* The applicant's uploads, as the mapping names them: "doc_landlord.0". */
static int
read_files(struct arena *a, const struct exchange_matter *m,
    struct xoev_case *out, struct err *err)
{
	struct xoev_value *file =
	    arena_new(a, struct xoev_value, m->whole.ndocument + 1);
	int64_t left = FILES_MAX;

	out->file = file;
	for (size_t i = 0; i < m->whole.ndocument; i++) {
		const struct document *d = &m->whole.document[i];
		size_t nth = 0;

		if (d->origin != ACTOR_APPLICANT || d->size > left)
			continue; /* too long ones are told by the building */
		for (size_t k = 0; k < i; k++)
			nth += strcmp(m->whole.document[k].field, d->field) ==
			    0;
		if (exchange_file_read(a, m, d,
			arena_printf(a, "%s.%zu", d->field, nth),
			&file[out->nfile], err) == -1)
			return -1;
		left -= d->size;
		out->nfile++;
	}
	return 0;
}

/* ---- earlier messages ---- */

static int
read_sources(struct arena *a, const struct exchange_matter *m,
    struct xoev_case *out, struct err *err)
{
	struct xoev_source *source;
	struct exchange *e;
	size_t n;

	if (exchange_of_vorgang(m->desk->courier->db, a, m->town,
		&m->whole.vorgang.id, true, &e, &n, err) == -1)
		return -1;
	source = arena_new(a, struct xoev_source, n + 1);
	out->source = source;
	for (size_t i = n; i-- > 0;) { /* the newest counts */
		struct xoev_findings findings;
		const struct xoev_rules rules =
		    exchange_rules(m->desk, e[i].created_ms);
		struct err none = { 0 };

		if (e[i].body == NULL || e[i].message == NULL ||
		    (e[i].is_incoming && e[i].state != EXCHANGE_FILED) ||
		    xoev_check(a, &rules, e[i].body, e[i].len, &findings, NULL,
			&none) == -1 ||
		    findings.n > 0)
			continue;
		source[out->nsource++] =
		    (struct xoev_source){ .id = e[i].message,
			    .item = e[i].item,
			    .data = e[i].body,
			    .len = e[i].len };
	}
	return 0;
}

/* ---- values beside the answers ---- */

/* What mappings call by name: the town's key, and the case by its names. */
static void
add_values(struct arena *a, const struct exchange_matter *m, uint32_t round,
    struct xoev_case *out)
{
	const struct vorgang *v = &m->whole.vorgang;
	const struct xoev_value value[] = {
		{ .name = "town_ags", .text = m->town->ags },
		{ .name = "vorgang.reference",
		    .text = id_reference_show(a, v->reference) },
		{ .name = "vorgang.id", .text = id_uuid(a, &v->id) },
		{ .name = "order_number",
		    .text = exchange_number_show(a, v->reference, round) },
	};
	struct xoev_value *copy =
	    arena_new(a, struct xoev_value, nitems(value));

	memcpy(copy, value, sizeof(value));
	out->value = copy;
	out->nvalue = nitems(value);
}

/* ---- the whole ---- */

int
exchange_case_read(struct arena *a, const struct exchange_matter *m,
    uint32_t round, struct xoev_case *out, struct err *err)
{
	struct exchange_party party;

	*out = (struct xoev_case){ 0 };
	if (exchange_party_find(m->desk->courier->db, a, m->service->slug,
		&party, err) == -1 ||
	    exchange_answers_read(a, m, out, err) == -1 ||
	    read_files(a, m, out, err) == -1 ||
	    read_sources(a, m, out, err) == -1)
		return -1;
	add_values(a, m, round, out);
	out->author = exchange_own_party(&party);
	out->reader = (struct xoev_party){ .directory = DIRECTORY,
		.directory_version = DIRECTORY_VERSION };
	return 0;
}
