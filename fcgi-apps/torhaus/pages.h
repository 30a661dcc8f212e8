/*
 * The static pages of a town: what `torhaus pages` writes and nginx serves.
 * Frame and markup: docs/pages.md.
 */
#ifndef PAGES_H
#define PAGES_H

#include "common/html.h"
#include "common/service/service_opening.h"
#include "torhaus/town_profile.h"

/* One page in the making. */
struct pages {
	struct arena *arena;
	const struct config *config;
	const struct texts *texts;
	enum lang lang;
	const struct town *town;
	const struct town_profile *profile;
	const struct town_service *const *offer;
	size_t noffer;
	struct html *h;
};

/* Where the towns' profiles lie: --towns, else beside the configuration. */
struct tool;
const char *pages_towns_dir(struct tool *t, int argc, char **argv);

/* The sentence "pages.<key>" of the catalogue, {town} replaced. */
const char *pages_say(const struct pages *p, const char *key);
/* A text of an offer's package, settings replaced; NULL when there is none. */
const char *pages_offer_text(const struct pages *p,
    const struct town_service *offer, const char *key);

/* The department that an offer goes to; NULL when the town has no such one. */
const struct department *pages_offer_department(const struct pages *p,
    const struct town_service *offer);

/* Frame and h1 of a page whose title is the sentence "<area>.title". */
void pages_open(const struct pages *p, const char *area);
void pages_close(const struct pages *p);

/* ---- pages_view.c: pieces that pages share ---- */

/* Longer text: see form_prose_write. */
void pages_prose(const struct pages *p, const char *text);
void pages_contact(const struct pages *p, const struct contact *c);
void pages_department(const struct pages *p, const struct department *d);
/* The reference that nginx writes into the page, with its label. */
void pages_reference(const struct pages *p);

/* ---- one function a page; each writes the whole file ---- */

void pages_start_view(const struct pages *p);
void pages_service_view(
    const struct pages *p, const struct town_service *offer);
/* /leistungen/<service>/datenschutz/ (pages_notice_view.c) */
void pages_notice_view(
    const struct pages *p, const struct town_service *offer);
void pages_help_view(const struct pages *p);
void pages_imprint_view(const struct pages *p);
void pages_privacy_view(const struct pages *p);
void pages_accessibility_view(const struct pages *p);
void pages_easy_view(const struct pages *p);
/* The i-th error page; its status, 0 behind the last one. */
void pages_error_view(const struct pages *p, size_t i);
int pages_error_status(size_t i);

/* The pieces that the layout includes. */
void pages_name_view(const struct pages *p);
void pages_header_view(const struct pages *p);
void pages_footer_view(const struct pages *p);
void pages_colours_view(const struct pages *p);

#endif
