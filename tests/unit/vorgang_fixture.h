/* Vorgaenge for tests: everything but the answers is made up here. */
#ifndef VORGANG_FIXTURE_H
#define VORGANG_FIXTURE_H

#include "common/db/commit_group.h"
#include "common/vorgang/vorgang_store.h"
#include "db_fixture.h"

#define FIXTURE_NOW INT64_C(1795305600123)

static inline struct vorgang
fixture_vorgang(struct fixture *f, const char *answers)
{
	struct arena *a = &f->arena;
	struct vorgang v = { .id = id_uuid7(),
		.town_id = f->town.id,
		.submission_id = id_random(),
		.service_version_id = f->version_id,
		.state = "submitted",
		.department_id = f->department_id,
		.due = 20800,
		.lang = LANG_EN,
		.created_ms = FIXTURE_NOW,
		.answers = answers,
		.answers_len = strlen(answers),
		.mail = "erika@example.org" };
	char code[ID_CODE_LEN + 1];
	uint8_t token[ID_TOKEN_LEN];

	data_key_new(&f->town.key, &v.key);
	id_reference_new(v.reference);
	id_code_new(code);
	crypto_random(token, sizeof(token));
	v.access_code = arena_strdup(a, code);
	v.link_token = id_token_show(a, token);
	vorgang_digest(&f->town, answers, strlen(answers), v.answers_digest);
	return v;
}

static inline int
fixture_submit(struct fixture *f, const struct vorgang *v, bool has_draft,
    struct err *err)
{
	const struct event event[] = {
		{ .kind = "submitted", .actor = ACTOR_APPLICANT,
		    .is_public = true, .data = "{}" },
		{ .kind = "routed", .actor = ACTOR_SYSTEM,
		    .data = "{\"department\":\"steueramt\"}" } };
	struct vorgang_index index[] = { { .kind = "name" },
		{ .kind = "email" }, { .kind = "name" } };
	const struct outbox_new outbox[] = { { "mail",
	    "{\"template\":\"received\"}" } };
	const struct vorgang_submission s = { .vorgang = v,
		.event = event,
		.nevent = nitems(event),
		.index = index,
		.nindex = nitems(index),
		.outbox = outbox,
		.noutbox = nitems(outbox),
		.has_draft = has_draft };
	struct commit_group *g = commit_group_new(1, 1);
	struct commit_unit unit;
	int rc;

	crypto_blind_index(
	    &f->town.index_key, "name", "mustermann", index[0].hash);
	crypto_blind_index(
	    &f->town.index_key, "email", v->mail, index[1].hash);
	index[2] = index[0]; /* two persons of one name */
	vorgang_unit(f->db, &f->arena, &f->town, &s, &unit);
	rc = commit_group_run(g, f->db, &unit, err);
	commit_group_free(g);
	return rc;
}

static inline void
fixture_token(const struct vorgang *v, uint8_t token[ID_TOKEN_LEN])
{
	struct err err = { 0 };

	OK(id_token_parse(v->link_token, token, &err));
}

#endif
