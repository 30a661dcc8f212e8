/* torhaus service invite, invitations */
#include "torhaus/commands.h"

#include "common/date.h"
#include "common/invitation_store.h"
#include "common/num.h"
#include "common/service/service_opening.h"
#include "torhaus/service_offer.h"

#define CODES_MAX 10000
#define USES_MAX 100000
#define DAYS_MAX 3650
#define DAY_MS INT64_C(86400000)
#define LABEL_MAX 120

/* A number behind an option; other when it is not there. */
static int
number(int argc, char **argv, const char *name, int64_t max, int64_t other,
    int64_t *out, struct err *err)
{
	const char *s = tool_option(argc, argv, name);
	struct err why = {0};

	*out = other;
	if (s == NULL || num_parse(s, 1, max, out, &why) == 0)
		return 0;
	return err_set(err, ERR_BAD_REQUEST,
	    "%s %s: write a whole number from 1 to %lld", name, s,
	    (long long)max);
}

/* Prints each code the only time that it is seen. */
static int
make_codes(struct tool *t, const struct town *town,
    const struct invitation *invitation, int64_t n, struct err *err)
{
	for (int64_t i = 0; i < n; i++) {
		char code[ID_CODE_LEN + 1];

		id_code_new(code);
		if (invitation_insert(
			t->db, town, invitation, code, err) == -1)
			return -1;
		(void)puts(id_code_show(t->arena, code));
		explicit_bzero(code, sizeof(code));
	}
	return 0;
}

int
cmd_service_invite(struct tool *t, int argc, char **argv)
{
	const char *slug = tool_word(argc, argv, 0, NULL);
	const char *label = tool_option(argc, argv, "--label");
	struct invitation invitation = {.slug = slug,
	    .label = label == NULL ? "" : label,
	    .created_ms = date_now_ms()};
	const struct town_service *offer;
	const struct town *town;
	struct err err = {0};
	int64_t n, days;

	if (slug == NULL)
		return tool_usage("which service?");
	if (strlen(invitation.label) > LABEL_MAX)
		return tool_usage("--label: at most %d bytes", LABEL_MAX);
	if (number(argc, argv, "--n", CODES_MAX, 1, &n, &err) == -1 ||
	    number(argc, argv, "--uses", USES_MAX, 1, &invitation.uses_max,
		&err) == -1 ||
	    number(argc, argv, "--days", DAYS_MAX, 0, &days, &err) == -1) {
		(void)tool_fail(&err);
		return EXIT_WRONG;
	}
	if (days > 0)
		invitation.expires_ms = invitation.created_ms + days * DAY_MS;
	if ((town = tool_town(t, tool_option(argc, argv, "--town"), &err)) ==
	    NULL)
		return tool_fail(&err);
	offer = service_set_offer(t->set, town, slug);
	if (offer == NULL) {
		(void)err_set(&err, ERR_NOT_FOUND,
		    "%s does not offer '%s'; torhaus service list shows what "
		    "it offers",
		    town->name, slug);
		return tool_fail(&err);
	}
	if (!service_opening_takes_codes(offer))
		(void)fputs("torhaus: warning: the service is open to all, so "
			    "nobody is asked for a code; see torhaus service "
			    "stage\n",
		    stderr);
	if (make_codes(t, town, &invitation, n, &err) == -1)
		return tool_fail(&err);
	return EXIT_OK;
}

int
cmd_service_invitations(struct tool *t, int argc, char **argv)
{
	const char *slug = tool_word(argc, argv, 0, NULL);
	struct invitation *list;
	struct err err = {0};
	size_t n;

	if (tool_town(t, tool_option(argc, argv, "--town"), &err) == NULL ||
	    invitation_list(t->db, t->arena, slug, &list, &n, &err) == -1)
		return tool_fail(&err);
	for (size_t i = 0; i < n; i++)
		(void)printf("%-6u %-26s %lld of %lld used  made %s  %s  %s\n",
		    list[i].id, list[i].slug, (long long)list[i].uses,
		    (long long)list[i].uses_max,
		    date_to_iso(
			t->arena, date_of_instant(list[i].created_ms)),
		    list[i].expires_ms == 0
			? "does not expire"
			: arena_printf(t->arena, "until %s",
			      date_to_iso(t->arena,
				  date_of_instant(list[i].expires_ms))),
		    list[i].label);
	return EXIT_OK;
}
