#include "torhaus/service_flow.h"

#include "common/form/form_cond_words.h"
#include "common/form/form_def.h"
#include "common/html.h"
#include "common/service/service_adviser.h"
#include "common/utf8.h"

/* All in units of the drawing. */
#define LEFT 60	     /* of the boxes; the way past them is left of it */
#define WIDTH 400    /* of a box */
#define NOTE_LEFT 520
#define NOTE_WIDTH 420
#define MARGIN 20
#define PAD 12
#define GAP 34	     /* between boxes */
#define LINE 18	     /* of text */
#define LETTER 78    /* a letter's width on average, in tenths */
#define LETTER_STRONG 90
#define LINES_MAX 400
#define FIELDS_SHOWN 14
#define SIDE_MAX 200 /* notes of one page */

struct lines {
	const char *line[LINES_MAX];
	bool is_strong[LINES_MAX];
	size_t n;
};

struct flow {
	const struct form_words *w;
	struct html h;
	int y;	    /* where the next box begins */
	int note_y; /* where the next note may begin */
	size_t npage; /* drawn so far */
	struct buf *words; /* the description, page by page */
};

/* ---- text in lines ---- */

static const char *
say_one(const struct flow *f, const char *key, const char *name,
    const char *value)
{
	return text_fill(f->w->arena, f->w->texts, f->w->lang, key, name,
	    value, (char *)NULL);
}

static const char *
say_two(const struct flow *f, const char *key, const char *name,
    const char *value, const char *other, const char *other_value)
{
	return text_fill(f->w->arena, f->w->texts, f->w->lang, key, name,
	    value, other, other_value, (char *)NULL);
}

/* Bytes of s that fit into n characters, ending with a word where one does. */
static size_t
fitting(const char *s, size_t n)
{
	size_t at = 0, word = 0;

	for (size_t count = 0; s[at] != '\0' && count < n; count++) {
		if (s[at] == ' ' && at > 0)
			word = at;
		for (at++; ((unsigned char)s[at] & 0xc0) == 0x80;)
			at++;
	}
	return s[at] == '\0' || s[at] == ' ' || word == 0 ? at : word;
}

/* Adds text, wrapped to a width; what XML cannot hold becomes a blank. */
static void
add(const struct flow *f, struct lines *lines, int width, bool is_strong,
    const char *text)
{
	char *clean = arena_strdup(f->w->arena, text);
	size_t most = (size_t)(width - 2 * PAD) * 10 /
	    (is_strong ? LETTER_STRONG : LETTER);
	const char *s = clean;

	for (char *c = clean; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20)
			*c = ' ';
	while (*s != '\0' && lines->n < LINES_MAX) {
		size_t n = fitting(s, most);

		lines->line[lines->n] = arena_dup(f->w->arena, s, n);
		lines->is_strong[lines->n++] = is_strong;
		s += n;
		while (*s == ' ')
			s++;
	}
}

/* ---- shapes ---- */

static const char *
number(const struct flow *f, int n)
{
	return arena_printf(f->w->arena, "%d", n);
}

static void
path(struct flow *f, const char *class, const char *d)
{
	html_open(&f->h, "path", "class", class, "d", d, (char *)NULL);
	html_close(&f->h, "path");
}

static void
rect(struct flow *f, const char *class, int x, int y, int width, int height)
{
	html_open(&f->h, "rect", "class", class, "x", number(f, x), "y",
	    number(f, y), "width", number(f, width), "height",
	    number(f, height), "rx", "6", (char *)NULL);
	html_close(&f->h, "rect");
}

static int
height_of(const struct lines *lines)
{
	return (int)lines->n * LINE + 2 * PAD;
}

/* A box with its lines; returns where it ends. */
static int
box(struct flow *f, const char *class, int x, int y, int width,
    const struct lines *lines)
{
	int height = height_of(lines);

	rect(f, class, x, y, width, height);
	for (size_t i = 0; i < lines->n; i++) {
		html_open(&f->h, "text", "x", number(f, x + PAD), "y",
		    number(f, y + PAD + 13 + (int)i * LINE), "class",
		    lines->is_strong[i] ? "strong" : "plain", (char *)NULL);
		html_text(&f->h, lines->line[i]);
		html_close(&f->h, "text");
	}
	return y + height;
}

static void
arrow(struct flow *f, int from, int to)
{
	int x = LEFT + WIDTH / 2;

	path(f, "way",
	    arena_printf(f->w->arena, "M %d %d V %d", x, from, to - 6));
	path(f, "head", arena_printf(f->w->arena, "M %d %d l -5 -8 h 10 z", x,
			    to));
}

/* A step of the way, below the last one. */
static void
step(struct flow *f, const char *class, const struct lines *lines)
{
	int begin = f->y;

	if (begin > MARGIN)
		arrow(f, begin - GAP, begin);
	f->y = box(f, class, LEFT, begin, WIDTH, lines) + GAP;
}

/* The way past what is not shown, on the left. */
static void
bypass(struct flow *f, int from, int to)
{
	path(f, "way past",
	    arena_printf(f->w->arena, "M %d %d H %d V %d H %d", LEFT, from,
		LEFT / 2, to, LEFT + WIDTH / 2 - 6));
	path(f, "head", arena_printf(f->w->arena, "M %d %d l -8 -5 v 10 z",
			    LEFT + WIDTH / 2, to));
}

/* A note beside what stands at y. */
static void
note(struct flow *f, const char *class, int y, const struct lines *lines)
{
	int at = f->note_y > y ? f->note_y : y;
	/* Ties of different pages run side by side. */
	int bus = LEFT + WIDTH + 10 + (int)(f->npage % 5) * 10;

	path(f, "tie",
	    arena_printf(f->w->arena, "M %d %d H %d V %d H %d", LEFT + WIDTH,
		y + PAD, bus, at + PAD, NOTE_LEFT));
	f->note_y = box(f, class, NOTE_LEFT, at, NOTE_WIDTH, lines) + 10;
}

/* ---- pages ---- */

static const char *
page_title(const struct flow *f, const struct form_page *page)
{
	const char *title = form_say(f->w,
	    arena_printf(f->w->arena, "page.%s.title", page->id));

	return title == NULL ? page->id : title;
}

static void
add_fields(const struct flow *f, struct lines *lines,
    const struct form_page *page)
{
	for (size_t i = 0; i < page->nfield; i++) {
		const struct form_field *field = &page->field[i];
		const char *label = form_label(f->w, field);

		if (field->type == FORM_STATIC)
			continue;
		if (i == FIELDS_SHOWN) {
			add(f, lines, WIDTH, false, "…");
			return;
		}
		if (field->show != NULL)
			label = say_two(f, "flow.field.if", "label", label,
			    "cond", form_cond_words(f->w, field->show));
		add(f, lines, WIDTH, false,
		    arena_printf(f->w->arena, "– %s", label));
	}
}

/* The page whose answers a rule marks first, else the last one it reads. */
static void
last_page(void *arg, const struct form_field *field)
{
	size_t *page = arg;

	if (field->page > *page)
		*page = field->page;
}

static size_t
page_of(const struct form_rule *rule)
{
	size_t page = 0;

	if (rule->nmark > 0)
		return rule->mark[0].field->page;
	form_cond_fields(rule->when, last_page, &page);
	return page;
}

static void
rule_notes(struct flow *f, const struct form *form, size_t page, int y)
{
	for (size_t i = 0; i < form->rules->n; i++) {
		const struct form_rule *rule = &form->rules->rule[i];
		const char *when, *text;
		struct lines *lines;

		if (page_of(rule) != page)
			continue;
		lines = arena_new(f->w->arena, struct lines, 1);
		when = form_cond_words(f->w, rule->when);
		add(f, lines, NOTE_WIDTH, true,
		    rule->scope != NULL && rule->scope->type == FORM_REPEAT
			? say_two(f, "flow.rule.each", "scope",
			      form_label(f->w, rule->scope), "when", when)
			: say_one(f, rule->is_warning ? "flow.rule.warn"
						      : "flow.rule.stop",
			      "when", when));
		text = form_say(f->w,
		    arena_printf(f->w->arena, "rule.%s", rule->id));
		if (text != NULL)
			add(f, lines, NOTE_WIDTH, false,
			    say_one(f, "flow.rule.says", "text", text));
		note(f, rule->is_warning ? "note warn" : "note", y, lines);
	}
}

static void
describe(struct flow *f, size_t n, const char *title, const char *cond)
{
	const char *at = arena_printf(f->w->arena, "%zu", n);
	const char *text = cond == NULL
	    ? say_two(f, "flow.desc.page", "n", at, "title", title)
	    : text_fill(f->w->arena, f->w->texts, f->w->lang,
		  "flow.desc.page.if", "n", at, "title", title, "cond", cond,
		  (char *)NULL);

	buf_printf(f->words, "%s%s", f->words->len == 0 ? "" : " ", text);
}

static void
page(struct flow *f, const struct form *form, size_t i, const char *key)
{
	const struct form_page *p = &form->page[i];
	struct lines *lines = arena_new(f->w->arena, struct lines, 1);
	const char *title = page_title(f, p), *cond = NULL;
	int before = f->y, begin;

	if (p->show != NULL) {
		struct lines *only =
		    arena_new(f->w->arena, struct lines, 1);

		cond = form_cond_words(f->w, p->show);
		add(f, only, WIDTH, false,
		    say_one(f, "flow.only_if", "cond", cond));
		step(f, "cond", only);
		before += height_of(only) / 2;
	}
	add(f, lines, WIDTH, true,
	    say_two(f, key, "n", arena_printf(f->w->arena, "%zu", i + 1),
		"title", title));
	add_fields(f, lines, p);
	begin = f->y;
	step(f, "page", lines);
	if (p->show != NULL)
		bypass(f, before, f->y - GAP / 2);
	describe(f, i + 1, title, cond);
	f->npage++;
	rule_notes(f, form, i, begin);
}

/* ---- advice, routing, states ---- */

static const char *
result_way(const struct flow *f, const struct adviser_result *r)
{
	if (r->proceeds)
		return form_word(f->w, "flow.result.proceeds");
	if (r->service != NULL)
		return say_one(
		    f, "flow.result.service", "service", r->service);
	if (r->link != NULL)
		return say_one(f, "flow.result.link", "link", r->link);
	return form_word(f->w, "flow.result.stops");
}

static void
advice(struct flow *f, const struct service_adviser *v)
{
	struct lines *lines = arena_new(f->w->arena, struct lines, 1);
	int begin = f->y;

	add(f, lines, WIDTH, true, form_word(f->w, "flow.result"));
	step(f, "advice", lines);
	for (size_t i = 0; i < v->nresult; i++) {
		const char *title = form_say(f->w,
		    arena_printf(f->w->arena, "adviser.%s.title",
			v->result[i].value));
		struct lines *one = arena_new(f->w->arena, struct lines, 1);

		add(f, one, NOTE_WIDTH, true,
		    title == NULL ? v->result[i].value : title);
		add(f, one, NOTE_WIDTH, false, result_way(f, &v->result[i]));
		note(f, v->result[i].proceeds ? "note go" : "note end", begin,
		    one);
	}
}

static void
routes(struct flow *f)
{
	const struct service *s = f->w->service;
	struct lines *lines = arena_new(f->w->arena, struct lines, 1);

	add(f, lines, WIDTH, true, form_word(f->w, "flow.check"));
	for (size_t i = 0; i < s->nroute; i++)
		add(f, lines, WIDTH, false,
		    say_two(f, "flow.goes_to.if", "department",
			s->route[i].department, "cond",
			form_cond_words(f->w, s->route[i].when)));
	add(f, lines, WIDTH, false,
	    say_one(f, s->nroute > 0 ? "flow.goes_to.else" : "flow.goes_to",
		"department", s->department));
	step(f, "send", lines);
}

static const char *
state_label(const struct flow *f, const char *id)
{
	const char *label = form_say(
	    f->w, arena_printf(f->w->arena, "state.%s.label", id));

	return label == NULL ? id : label;
}

static void
states(struct flow *f)
{
	const struct service *s = f->w->service;
	struct lines *lines = arena_new(f->w->arena, struct lines, 1);

	add(f, lines, WIDTH, true, form_word(f->w, "flow.states"));
	for (size_t i = 0; i < s->nstate; i++) {
		const struct service_state *one = &s->state[i];
		const char *next = "";

		for (size_t k = 0; k < one->nnext; k++)
			next = arena_printf(f->w->arena, "%s%s%s", next,
			    k == 0 ? "" : ", ",
			    state_label(f, one->next[k]));
		add(f, lines, WIDTH, false,
		    arena_printf(f->w->arena, "– %s",
			one->nnext == 0
			    ? say_one(f, "flow.state.end", "state",
				  state_label(f, one->id))
			    : say_two(f, "flow.state", "state",
				  state_label(f, one->id), "next", next)));
	}
	step(f, "states", lines);
}

/* ---- the document ---- */

static void
draw(struct flow *f)
{
	const struct service *s = f->w->service;
	struct lines *start = arena_new(f->w->arena, struct lines, 1);

	add(f, start, WIDTH, true, form_word(f->w, "flow.start"));
	step(f, "send", start);
	for (size_t i = 0; i < s->form->npage; i++) {
		page(f, s->form, i, "flow.page");
		if (s->adviser != NULL && s->adviser->after == i)
			advice(f, s->adviser);
	}
	routes(f);
	states(f);
	if (s->clerk_form == NULL)
		return;
	for (size_t i = 0; i < s->clerk_form->npage; i++)
		page(f, s->clerk_form, i, "flow.clerk");
}

static void
style(struct html *h)
{
	html_raw(h,
	    "<style>"
	    "svg{background:#fff;font-family:sans-serif;font-size:14px}"
	    "text{fill:#111}.strong{font-weight:bold}"
	    "rect{fill:#fff;stroke:#1c3557;stroke-width:1.5}"
	    ".page{fill:#eef3f9}.cond{stroke-dasharray:5 4}"
	    ".advice{fill:#f2ecf8;stroke:#5b3a86}"
	    ".send{fill:#e3e8ee}"
	    ".states{fill:#f4f4f4;stroke:#555}"
	    ".note{fill:#fff8e1;stroke:#8a6100}"
	    ".warn{fill:#fffdf3;stroke-dasharray:5 4}"
	    ".go{fill:#e7f5ea;stroke:#1c6b32}"
	    ".end{fill:#fbeaea;stroke:#9c1c1c}"
	    ".way{fill:none;stroke:#1c3557;stroke-width:1.5}"
	    ".past{stroke-dasharray:5 4}.head{fill:#1c3557}"
	    ".tie{fill:none;stroke:#8a6100;stroke-dasharray:2 3}"
	    "</style>");
}

static void
head(struct flow *f, struct html *h, int height)
{
	const struct form_words *w = f->w;
	const char *name = form_say(w, "service.name");
	int width = NOTE_LEFT + NOTE_WIDTH + MARGIN;

	if (name == NULL)
		name = w->service->slug;
	html_raw(h, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	html_open(h, "svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox",
	    arena_printf(w->arena, "0 0 %d %d", width, height), "width",
	    number(f, width), "height", number(f, height), "role", "img",
	    "aria-labelledby", "title desc", "xml:lang", lang_tag(w->lang),
	    (char *)NULL);
	html_element(h, "title", say_one(f, "flow.title", "name", name), "id",
	    "title", (char *)NULL);
	html_element(h, "desc",
	    text_fill(w->arena, w->texts, w->lang, "flow.desc", "name", name,
		"version", w->service->version, "pages", buf_text(f->words),
		(char *)NULL),
	    "id", "desc", (char *)NULL);
	style(h);
}

int
service_flow_write(
    const struct form_words *w, struct buf *out, struct err *err)
{
	struct flow f = {.w = w,
	    .h = {buf_new(w->arena, out->max)},
	    .y = MARGIN,
	    .note_y = MARGIN,
	    .words = buf_new(w->arena, out->max)};
	struct html h = {out};
	int height;

	draw(&f);
	height = (f.y - GAP > f.note_y ? f.y - GAP : f.note_y) + MARGIN;
	head(&f, &h, height);
	buf_put(out, f.h.out->data, f.h.out->len);
	html_close(&h, "svg");
	buf_puts(out, "\n");
	if (buf_check(f.h.out, err) == -1)
		return -1;
	return buf_check(out, err);
}
