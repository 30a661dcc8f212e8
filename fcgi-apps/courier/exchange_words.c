/* What an authority's message says, in words for the applicant. */
#include "courier/exchange.h"

#include "common/date.h"
#include "common/num.h"

#define WORDS_MAX 20000
#define ITEMS_MAX 100
#define CENTS_MAX INT64_C(100000000000)

struct words {
	struct arena *arena;
	const struct texts *texts;
	const struct xoev_read *read;
	enum lang lang;
	struct buf *out;
};

static const char *
value(const struct words *w, const char *name)
{
	const struct xoev_value *v =
	    xoev_value_find(w->read->value, w->read->nvalue, name);

	return v == NULL || v->text == NULL || *v->text == '\0' ? NULL
								 : v->text;
}

static const char *
item(const struct words *w, const char *list, size_t i, const char *name)
{
	return value(w, arena_printf(w->arena, "%s.%zu.%s", list, i, name));
}

/* A paragraph of the catalogue; its placeholder is {value}. */
static void
say(struct words *w, const char *key, const char *text)
{
	if (text == NULL)
		return;
	if (w->out->len > 0)
		buf_puts(w->out, "\n\n");
	buf_puts(w->out, text_fill(w->arena, w->texts, w->lang, key, "value",
			     text, (char *)NULL));
}

static const char *
day(const struct words *w, const char *text)
{
	struct err err = { 0 };
	int32_t date;

	return text == NULL || date_parse(text, &date, &err) == -1
	    ? NULL
	    : date_to_german(w->arena, date);
}

/* "12,50" */
static const char *
euro(const struct words *w, const char *cents)
{
	struct err err = { 0 };
	int64_t n;

	if (cents == NULL || num_parse(cents, 0, CENTS_MAX, &n, &err) == -1)
		return NULL;
	return arena_printf(w->arena, "%lld,%02lld", (long long)(n / 100),
	    (long long)(n % 100));
}

/* ---- what is missing (1402) ---- */

static void
say_missing(struct words *w)
{
	struct buf *list = buf_new(w->arena, WORDS_MAX);

	for (size_t i = 0; i < ITEMS_MAX; i++) {
		const char *what = item(w, "fehlt", i, "bezeichnung");
		const char *why = item(w, "fehlt", i, "erlaeuterung");

		if (what == NULL)
			break;
		buf_printf(list, "%s– %s", i == 0 ? "" : "\n", what);
		if (why != NULL)
			buf_printf(list, ": %s", why);
	}
	if (list->len == 0)
		return;
	say(w, "exchange.word.missing", buf_text(list));
	say(w, "exchange.word.until", day(w, value(w, "frist")));
	say(w, "exchange.word.plain", value(w, "folge"));
	say(w, "exchange.word.how", "");
}

/* ---- what is to be paid (1501) ---- */

static void
say_payment(struct words *w)
{
	struct buf *list = buf_new(w->arena, WORDS_MAX);

	if (value(w, "kassenzeichen") == NULL)
		return;
	for (size_t i = 0; i < ITEMS_MAX; i++) {
		const char *what = item(w, "posten", i, "bezeichnung");
		const char *cents = euro(w, item(w, "posten", i, "betrag"));

		if (what == NULL || cents == NULL)
			break;
		buf_printf(list, "%s– %s: %s Euro", i == 0 ? "" : "\n", what,
		    cents);
	}
	say(w, "exchange.word.payment", buf_text(list));
	say(w, "exchange.word.sum", euro(w, value(w, "summe")));
	say(w, "exchange.word.sign", value(w, "kassenzeichen"));
	say(w, "exchange.word.due", day(w, value(w, "faellig_bis")));
	say(w, "exchange.word.pay_how", "");
}

const char *
exchange_words(struct arena *a, const struct exchange_matter *m,
    const char *name, const struct xoev_read *r)
{
	struct words w = { .arena = a,
		.texts = m->desk->courier->texts,
		.read = r,
		.lang = m->whole.vorgang.lang,
		.out = buf_new(a, WORDS_MAX) };
	size_t before;

	say(&w, "exchange.word.from", name == NULL ? "" : name);
	before = w.out->len;
	say_missing(&w);
	say_payment(&w);
	say(&w, "exchange.word.plain", value(&w, "stand.erlaeuterung"));
	say(&w, "exchange.word.plain", value(&w, "ablehnung.begruendung"));
	say(&w, "exchange.word.passed_on", value(&w, "weitergeleitet_an"));
	say(&w, "exchange.word.expected", day(&w, value(&w, "stand.bis")));
	say(&w, "exchange.word.decided_by", value(&w, "entschieden_von"));
	say(&w, "exchange.word.plain", value(&w, "rechtsbehelf"));
	say(&w, "exchange.word.number", value(&w, "bewilligung.nummer"));
	/* The new state says enough. */
	if (w.out->len == before || w.out->failed != ERR_NONE)
		return NULL;
	say(&w, "exchange.word.reference",
	    value(&w, "vorgang.partner_reference"));
	return buf_text(w.out);
}
