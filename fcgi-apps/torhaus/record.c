/* torhaus service record */
#include "torhaus/record.h"

#include <errno.h>

#include "common/date.h"
#include "common/text.h"
#include "common/vorgang/vorgang_store.h"
#include "torhaus/commands.h"

#define DOCUMENT_MAX ((size_t)64 << 20)
#define YEAR_MS (INT64_C(365) * 86400000)

static int
write_one(struct tool *t, const struct pages *p,
    const struct town_service *offer, int64_t now_ms, struct err *err)
{
	struct record_facts facts = {
	    .today = date_to_german(t->arena, date_of_instant(now_ms))};

	if (vorgang_count_since(t->db, t->arena, offer->service->slug,
		now_ms - YEAR_MS, &facts.applications, err) == -1)
		return -1;
	record_view(p, offer, &facts);
	return 0;
}

/* To the file, or stdout without one. */
static int
put_out(const char *path, const struct buf *b, struct err *err)
{
	FILE *f = path == NULL ? stdout : fopen(path, "we");
	bool is_written;

	if (f == NULL)
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	is_written = fwrite(b->data, 1, b->len, f) == b->len;
	if ((path == NULL ? fflush(f) : fclose(f)) != 0 || !is_written)
		return err_set(err, ERR_IO, "%s: %s",
		    path == NULL ? "output" : path, strerror(errno));
	return 0;
}

/* The services asked for: the one that was named, or all that are open. */
static int
choose(struct tool *t, struct pages *p, const char *slug, struct err *err)
{
	const struct town_service *const *all;
	const struct town_service **some;
	size_t n = service_set_offers(t->set, p->town, &all);

	some = arena_new(t->arena, const struct town_service *, n + 1);
	for (size_t i = 0; i < n; i++)
		if (slug == NULL ? all[i]->is_open
				 : strcmp(all[i]->service->slug, slug) == 0)
			some[p->noffer++] = all[i];
	p->offer = some;
	if (p->noffer > 0)
		return 0;
	return slug == NULL
	    ? err_set(err, ERR_NOT_FOUND, "the town has no live service")
	    : err_set(err, ERR_NOT_FOUND, "the town does not offer '%s'",
		  slug);
}

static int
make(struct tool *t, struct pages *p, int argc, char **argv, struct err *err)
{
	static const char *const flags[] = {"--all", NULL};
	const char *slug = tool_word(argc, argv, 0, flags);
	int64_t now_ms = date_now_ms();
	struct town_profile profile;

	if (choose(t, p, slug, err) == -1 ||
	    town_profile_read(t->arena, pages_towns_dir(t, argc, argv),
		p->town->slug, &profile, err) == -1)
		return -1;
	p->profile = &profile;
	record_begin(p);
	for (size_t i = 0; i < p->noffer; i++)
		if (write_one(t, p, p->offer[i], now_ms, err) == -1)
			return -1;
	record_end(p);
	if (buf_check(p->h->out, err) == -1)
		return -1;
	return put_out(tool_option(argc, argv, "--out"), p->h->out, err);
}

int
cmd_service_record(struct tool *t, int argc, char **argv)
{
	static const char *const flags[] = {"--all", NULL};
	struct html h = {.out = buf_new(t->arena, DOCUMENT_MAX)};
	struct pages p = {.arena = t->arena, .config = &t->config, .h = &h};
	struct texts *texts;
	struct err err = {0};
	int rc;

	if ((tool_word(argc, argv, 0, flags) == NULL) !=
	    (tool_flag(argc, argv, "--all") != 0))
		return tool_usage("name a service, or --all for all of them");
	if ((p.town = tool_town(
		 t, tool_option(argc, argv, "--town"), &err)) == NULL ||
	    texts_load(t->config.texts_dir, &texts, &err) == -1)
		return tool_fail(&err);
	p.texts = texts;
	p.lang = tool_lang(argc, argv);
	rc = make(t, &p, argc, argv, &err);
	texts_free(texts);
	return rc == -1 ? tool_fail(&err) : EXIT_OK;
}
