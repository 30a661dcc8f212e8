/* torhaus pages: writes what nginx serves as files, for all towns at once. */
#include "torhaus/pages.h"

#include "common/form/form_view_start.h"
#include "common/service/service_opening.h"
#include "common/text.h"
#include "common/town_store.h"
#include "torhaus/commands.h"
#include "torhaus/pages_file.h"

#define PAGE_MAX ((size_t)4 << 20) /* bytes of one page */

/* One run: what all pages share, and where they go. */
struct run {
	struct tool *tool;
	struct texts *texts;
	const char *towns_dir;
	int64_t now_ms;
	struct pages_tree tree;
	size_t nfile;
};

/* Page of one town in one language: path is below the town's folder. */
static int
put_file(struct run *r, const struct pages *p, const char *path,
    struct err *err)
{
	const struct buf *out = p->h->out;

	if (buf_check(out, err) == -1 ||
	    pages_tree_put(&r->tree,
		arena_printf(p->arena, "%s/%s", p->town->slug, path),
		buf_text(out), out->len, err) == -1)
		return -1;
	r->nfile++;
	buf_reset(p->h->out);
	return 0;
}

static int
put_page(struct run *r, const struct pages *p, const char *folder,
    struct err *err)
{
	return put_file(r, p,
	    arena_printf(p->arena, "%sindex.%s.html", folder,
		lang_code(p->lang)),
	    err);
}

/* The pages that every town has. */
static int
put_general(struct run *r, const struct pages *p, struct err *err)
{
	static const struct {
		const char *folder;
		void (*view)(const struct pages *p);
	} pages[] = {
	    {"", pages_start_view},
	    {"hilfe/", pages_help_view},
	    {"impressum/", pages_imprint_view},
	    {"datenschutz/", pages_privacy_view},
	    {"barrierefreiheit/", pages_accessibility_view},
	    {"leichte-sprache/", pages_easy_view},
	};

	for (size_t i = 0; i < nitems(pages); i++) {
		pages[i].view(p);
		if (put_page(r, p, pages[i].folder, err) == -1)
			return -1;
	}
	return 0;
}

/* Header and footer, which the layout includes, and the error pages. */
static int
put_frame(struct run *r, const struct pages *p, struct err *err)
{
	const char *code = lang_code(p->lang);

	pages_header_view(p);
	if (put_file(r, p,
		arena_printf(p->arena, "marke/marke.%s.html", code),
		err) == -1)
		return -1;
	pages_footer_view(p);
	if (put_file(r, p, arena_printf(p->arena, "marke/fuss.%s.html", code),
		err) == -1)
		return -1;
	if (p->lang != lang_base(p->lang))
		return 0; /* nginx tells errors in what stands in */
	for (size_t i = 0; pages_error_status(i) != 0; i++) {
		pages_error_view(p, i);
		if (put_file(r, p,
			arena_printf(p->arena, "fehler/%d.%s.html",
			    pages_error_status(i), code),
			err) == -1)
			return -1;
	}
	return 0;
}

static int
put_offer(struct run *r, const struct pages *p,
    const struct town_service *offer, struct err *err)
{
	const struct form_words words = {
	    .arena = p->arena,
	    .texts = p->texts,
	    .service = offer->service,
	    .town = p->town->name,
	    .settings = offer->settings,
	    .lang = p->lang,
	    .upload_max = p->config->upload_max,
	    .upload_count_max = p->config->upload_count_max,
	};
	const struct form_context context = {
	    .now_ms = r->now_ms,
	    .settings = offer->settings,
	};
	const char *slug = offer->service->slug;

	pages_service_view(p, offer);
	if (put_page(r, p, arena_printf(p->arena, "leistungen/%s/", slug),
		err) == -1)
		return -1;
	pages_notice_view(p, offer);
	if (put_page(r, p,
		arena_printf(p->arena, "leistungen/%s/datenschutz/", slug),
		err) == -1)
		return -1;
	if (!offer->is_open)
		return 0;
	if (offer->service->form->is_stepped)
		form_start_write_static(
		    &words, service_opening_takes_codes(offer), p->h);
	else
		form_page_write_static(&words, &context,
		    service_opening_takes_codes(offer), p->h);
	return put_page(
	    r, p, arena_printf(p->arena, "antrag/%s/", slug), err);
}

/* What does not depend on the language. */
static int
put_brand(struct run *r, const struct pages *p, struct err *err)
{
	pages_name_view(p);
	if (put_file(r, p, "marke/name.html", err) == -1)
		return -1;
	pages_colours_view(p);
	if (put_file(r, p, "stadt/stadt.css", err) == -1)
		return -1;
	if (p->profile->crest == NULL)
		return 0;
	buf_put(p->h->out, p->profile->crest, p->profile->crest_len);
	return put_file(r, p, "stadt/wappen.svg", err);
}

static void
tell_gap(void *arg, const char *member)
{
	const struct pages *p = arg;

	(void)fprintf(stderr,
	    "torhaus: warning: %s: profile.json has no %s; imprint, privacy "
	    "notice or accessibility statement are incomplete\n",
	    p->town->slug, member);
}

static int
put_town(struct run *r, const struct town *town, struct err *err)
{
	struct arena *a = r->tool->arena;
	struct html h = {.out = buf_new(a, PAGE_MAX)};
	struct town_profile profile;
	struct pages p = {
	    .arena = a,
	    .config = &r->tool->config,
	    .texts = r->texts,
	    .town = town,
	    .profile = &profile,
	    .h = &h,
	};

	if (town_profile_read(a, r->towns_dir, town->slug, &profile, err) ==
	    -1)
		return -1;
	town_profile_gaps(&profile, tell_gap, &p);
	p.noffer = service_set_offers(r->tool->set, town, &p.offer);
	if (put_brand(r, &p, err) == -1)
		return -1;
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		p.lang = (enum lang)lang;
		if (put_frame(r, &p, err) == -1 ||
		    ((LANGS_NEEDED & LANG_BIT(lang)) != 0 &&
			put_general(r, &p, err) == -1))
			return -1;
		for (size_t i = 0; i < p.noffer; i++)
			if ((p.offer[i]->service->languages &
				LANG_BIT(lang)) != 0 &&
			    put_offer(r, &p, p.offer[i], err) == -1)
				return -1;
	}
	return 0;
}

/* nginx's map from host names to the towns' folders. */
static int
put_hosts(struct run *r, struct err *err)
{
	struct arena *a = r->tool->arena;
	struct buf *map = buf_new(a, PAGE_MAX);
	struct town_host_row *row;
	size_t n;

	if (town_host_rows(r->tool->db, a, &row, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct town *town =
		    service_set_town_by_id(r->tool->set, row[i].town_id);

		if (town != NULL)
			buf_printf(
			    map, "%s %s;\n", row[i].host, town->slug);
	}
	if (buf_check(map, err) == -1)
		return -1;
	return pages_tree_put(
	    &r->tree, "hosts.map", buf_text(map), map->len, err);
}

/*
 * nginx's limits on bodies, from the same settings as the programs' checks.
 * What is typed stays in nginx's memory: it never touches the disk there. An
 * upload's body holds, beside the files, what was typed, and boundaries.
 */
static int
put_limits(struct run *r, struct err *err)
{
	const struct config *c = &r->tool->config;
	const long long request = c->request_max;
	const long long upload = c->upload_case_max + request + (64 << 10);
	const char *text;

	text = arena_printf(r->tool->arena,
	    "client_max_body_size %lld;\nclient_body_buffer_size %lld;\n",
	    request, request);
	if (pages_tree_put(&r->tree, "limits-request.conf", text,
		strlen(text), err) == -1)
		return -1;
	text = arena_printf(r->tool->arena,
	    "client_max_body_size %lld;\nclient_body_buffer_size 64k;\n",
	    upload);
	if (pages_tree_put(&r->tree, "limits-upload.conf", text, strlen(text),
		err) == -1)
		return -1;
	/* A little more, so that osci itself can say that it is too much. */
	text = arena_printf(r->tool->arena,
	    "client_max_body_size %lld;\nclient_body_buffer_size 64k;\n",
	    (long long)c->osci_message_max + (64 << 10));
	return pages_tree_put(
	    &r->tree, "limits-osci.conf", text, strlen(text), err);
}

static int
put_all(struct run *r, struct err *err)
{
	const struct town *const *towns;
	size_t n = service_set_towns(r->tool->set, &towns);

	for (size_t i = 0; i < n; i++)
		if (put_town(r, towns[i], err) == -1)
			return -1;
	if (put_hosts(r, err) == -1)
		return -1;
	return put_limits(r, err);
}

/* The folder "towns" beside the configuration. */
static const char *
beside(struct arena *a, const char *config_path)
{
	const char *slash = strrchr(config_path, '/');

	return slash == NULL
	    ? "towns"
	    : arena_printf(a, "%.*s/towns", (int)(slash - config_path),
		  config_path);
}

const char *
pages_towns_dir(struct tool *t, int argc, char **argv)
{
	const char *towns = tool_option(argc, argv, "--towns");

	return towns != NULL ? towns : beside(t->arena, t->config_path);
}

int
cmd_pages(struct tool *t, int argc, char **argv)
{
	const char *out = tool_option(argc, argv, "--out");
	struct run r = {
	    .tool = t,
	    .towns_dir = pages_towns_dir(t, argc, argv),
	    .now_ms = (int64_t)time(NULL) * 1000,
	};
	struct err err = {0};

	if (out == NULL)
		return tool_usage("--out DIR is missing");
	if (tool_load(t, &err) == -1 ||
	    texts_load(t->config.texts_dir, &r.texts, &err) == -1)
		return tool_fail(&err);
	if (pages_tree_begin(t->arena, out, &r.tree, &err) == -1) {
		texts_free(r.texts);
		return tool_fail(&err);
	}
	if (put_all(&r, &err) == -1 ||
	    pages_tree_commit(&r.tree, &err) == -1) {
		pages_tree_abandon(&r.tree);
		texts_free(r.texts);
		return tool_fail(&err);
	}
	(void)printf("pages: %zu files in %s\n", r.nfile, out);
	texts_free(r.texts);
	return EXIT_OK;
}
