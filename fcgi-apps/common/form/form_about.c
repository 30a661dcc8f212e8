/* What a field says about its data: who gets them, how long they stay, where
 * they go. */
#include "common/form/form_def.h"

#define RECIPIENTS_MAX 20

static const char *
key_member(
    struct form_def *d, const cJSON *json, const char *path, const char *name)
{
	const char *s = def_text(d, json, name);

	if (s != NULL && !def_is_key(s, false)) {
		def_mistake(d, def_member(d, path, name),
		    "use small letters, digits and _",
		    "\"%s\" cannot be a name", s);
		return NULL;
	}
	return s;
}

static void
recipients(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const char *where = def_member(d, path, "recipients");

	if (!def_has(json, "recipients"))
		return;
	f->recipient =
	    def_strings(d, json, path, "recipients", &f->nrecipient);
	if (f->nrecipient > RECIPIENTS_MAX)
		def_mistake(d, where, "name those of service.json",
		    "over %d recipients", RECIPIENTS_MAX);
	for (size_t i = 0; i < f->nrecipient; i++) {
		if (!def_is_key(f->recipient[i], true))
			def_mistake(d, def_item(d, where, i),
			    "use small letters, digits, _ and hyphens",
			    "\"%s\" cannot be a name", f->recipient[i]);
		for (size_t k = 0; k < i; k++)
			if (strcmp(f->recipient[k], f->recipient[i]) == 0)
				def_mistake(d, def_item(d, where, i),
				    "take one out",
				    "\"%s\" is there twice", f->recipient[i]);
	}
}

void
form_about_compile(struct form_def *d, const cJSON *json, const char *path,
    struct form_field *f)
{
	const struct form_field *group = f->parent;

	f->in_summary = def_bool(json, "summary", true);
	f->in_mail = def_bool(json, "mail", group == NULL || group->in_mail);
	f->is_sensitive = def_bool(
	    json, "sensitive", group != NULL && group->is_sensitive);
	f->fim = def_text(d, json, "fim");
	f->xoev = def_text(d, json, "xoev");
	f->purpose = def_text(d, json, "purpose");
	f->retention = key_member(d, json, path, "retention");
	recipients(d, json, path, f);
	if (group != NULL && f->retention == NULL)
		f->retention = group->retention;
	if (group != NULL && !def_has(json, "recipients")) {
		f->recipient = group->recipient;
		f->nrecipient = group->nrecipient;
	}
	if (f->is_sensitive && f->in_mail && def_bool(json, "mail", false))
		def_mistake(d, def_member(d, path, "mail"),
		    "take it out: mails are not confidential",
		    "\"mail\": true on sensitive data");
	if (f->is_sensitive)
		f->in_mail = false;
}
