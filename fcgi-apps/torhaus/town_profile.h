/*
 * What a town says about itself on its pages: towns/<slug>/profile.json, with
 * the crest beside it (wappen.svg). docs/branding.md describes the members.
 */
#ifndef TOWN_PROFILE_H
#define TOWN_PROFILE_H

#include "common/arena.h"
#include "common/err.h"
#include "common/lang.h"

/* A person or body that can be written to; "" for what is not given. */
struct contact {
	const char *name, *mail, *phone, *url;
	const char *const *address; /* lines */
	size_t naddress;
};

/* Who handles data on the town's behalf (Art. 28 GDPR). */
struct town_processor {
	const char *name; /* with what they do: "IT-Zweckverband (Betrieb)" */
	const char *contract; /* its date or mark, for the record; or "" */
};

struct town_profile {
	const char *kopfzeile[LANG_COUNT]; /* line above everything, or "" */
	const char *subtitle[LANG_COUNT];
	const char *hours[LANG_COUNT];
	const char *represented_by[LANG_COUNT];
	struct contact town; /* name is the database's */
	const char *feedback_mail; /* else the town's mail */
	const char *vat_id;
	struct contact data_protection_officer;
	struct contact supervisory_authority;
	const struct town_processor *processor;
	size_t nprocessor;
	const char *third_countries[LANG_COUNT]; /* transfers there, or "" */
	struct contact enforcement_body; /* accessibility */
	const char *accessibility_checked; /* ISO date, or "" */
	const char *accent, *accent_dark;  /* "#1a3da5", or "" */
	const char *crest; /* the SVG file's text, or NULL */
	size_t crest_len;
};

/*
 * Reads dir/slug/profile.json and wappen.svg into arena a. A town without a
 * profile gets an empty one; a profile that is wrong is ERR_CONFIG with file
 * and member in msg.
 */
int town_profile_read(struct arena *a, const char *dir, const char *slug,
    struct town_profile *out, struct err *err);

/* Calls f for each member that the law asks for and that is not given. */
void town_profile_gaps(const struct town_profile *p,
    void (*f)(void *arg, const char *member), void *arg);

#endif
