#include "common/date.h"
#include "common/form/form_slot.h"
#include "common/form/form_text.h"

#define MINUTE_MS INT64_C(60000)

/* "09:00" in Germany. */
static const char *
clock_of(struct arena *a, int64_t ms)
{
	/* "01.12.2026, 09:00 Uhr" */
	const char *when = date_instant_to_human(a, ms, false);
	const char *comma = strchr(when, ',');

	return comma == NULL ? when : arena_dup(a, comma + 2, 5);
}

static const char *
when_of(const struct form_words *w, int64_t start_ms, int64_t minutes)
{
	struct arena *a = w->arena;
	int32_t day = date_of_instant(start_ms);
	/* 1970-01-01 was a Thursday. */
	const char *weekday = form_word(w,
	    arena_printf(a, "form.weekday.%d", (int)((day + 3) % 7 + 1)));

	return text_fill(a, w->texts, w->lang,
	    minutes > 0 ? "form.slot" : "form.slot.open", "weekday", weekday,
	    "date", date_to_german(a, day), "from", clock_of(a, start_ms),
	    "until", clock_of(a, start_ms + minutes * MINUTE_MS),
	    (char *)NULL);
}

const char *
form_slot_label(const struct form_words *w, const struct form_field *f,
    const struct form_context *context, const char *raw)
{
	char id[FORM_SLOT_ID + 1];
	struct form_slot slot = { 0 };
	const char *when, *own;
	int64_t start_ms;

	if (!form_slot_split(raw, id, &start_ms))
		return raw;
	if (!form_slot_find(f, context->settings, id, &slot) ||
	    (start_ms != INT64_MIN && start_ms != slot.start_ms))
		return start_ms == INT64_MIN ? raw : when_of(w, start_ms, 0);
	when = when_of(w, slot.start_ms, slot.minutes);
	own = slot.label[w->lang] != NULL ? slot.label[w->lang]
					  : slot.label[LANG_DE];
	return own == NULL ? when
			   : arena_printf(w->arena, "%s, %s", when, own);
}
