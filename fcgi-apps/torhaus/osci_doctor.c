#include "torhaus/osci_doctor.h"

#include "common/date.h"
#include "common/osci/osci_transfer_store.h"
#include "common/osci/osci_trust.h"
#include "torhaus/osci_identity.h"

#define DAY_MS 86400000LL
#define LATE_MS (15 * 60 * 1000)
#define SOON_DAYS 30 /* before a certificate ends */

static const char *
describe(struct arena *a, const struct osci_identity_row *row)
{
	return arena_printf(a, "OSCI key %u (%s %s, %s)", row->id,
	    osci_identity_role_name(row->role), row->name,
	    osci_identity_purpose_name(row->purpose));
}

/* How many mistakes an active pair has. */
static int
check_pair(struct tool *t, const struct doctor *d,
    const struct osci_identity_row *row)
{
	int64_t now_ms = date_now_ms();
	struct err err = {0};
	struct osci_key key;

	if (osci_identity_key(t->db, t->arena, &t->config, &t->master, row,
		&key, &err) == -1) {
		d->ill(d->arg, describe(t->arena, row), err.msg,
		    row->key_uri != NULL
			? "See osci_pkcs11_module and osci_pkcs11_pin_file, "
			  "and the token."
			: "Is this the master key that it was made under?");
		return 1;
	}
	if (osci_cert_is_current(&row->cert, now_ms + SOON_DAYS * DAY_MS))
		return 0;
	d->ill(d->arg, describe(t->arena, row),
	    arena_printf(t->arena, "its certificate %s on %.10s",
		osci_cert_is_current(&row->cert, now_ms) ? "ends" : "ended",
		osci_cert_not_after(t->arena, &row->cert)),
	    "Make a new one in good time: docs/osci-keys.md, Renewal.");
	return 1;
}

/* An identity needs an active pair of either kind. */
static int
check_whole(struct tool *t, const struct doctor *d,
    const struct osci_identity_row *all, size_t n,
    const struct osci_identity_row *row)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].is_active && all[i].role == row->role &&
		    all[i].town_id == row->town_id &&
		    all[i].purpose != row->purpose &&
		    strcmp(all[i].name, row->name) == 0)
			return 0;
	d->ill(d->arg, describe(t->arena, row),
	    row->purpose == OSCI_IDENTITY_CIPHER
		? "there is no active pair for signatures beside it"
		: "there is no active pair for encryption beside it",
	    "torhaus osci key create --purpose, or activate one.");
	return 1;
}

static void
check_lists(
    struct tool *t, const struct doctor *d, const struct osci_trust_settings *s)
{
	struct osci_list *list;
	struct err err = {0};
	int findings = 0;
	size_t n;

	if (osci_trust_lists(s, t->arena, &list, &n, &err) == -1) {
		d->ill(d->arg, "OSCI revocation lists", err.msg,
		    "See osci_crl_dir in the configuration.");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (list[i].next_ms > date_now_ms())
			continue;
		d->ill(d->arg, "OSCI revocation lists",
		    arena_printf(t->arena, "%s of %s ran out on %.10s",
			list[i].path, list[i].issuer,
			date_instant_to_xsd(t->arena, list[i].next_ms)),
		    "Does the timer run that fetches them?");
		findings++;
	}
	if (findings == 0)
		d->well("OSCI revocation lists");
}

static void
check_trust(struct tool *t, const struct doctor *d)
{
	struct osci_trust_settings s;
	struct osci_trust *trust;
	struct err err = {0};

	osci_trust_settings(&t->config, &s);
	if (*s.crl_dir != '\0')
		check_lists(t, d, &s);
	s.crl_dir = "";
	if (osci_trust_new(&s, &trust, &err) == -1) {
		d->ill(d->arg, "OSCI trust", err.msg,
		    "See osci_ca_file in the configuration.");
		return;
	}
	osci_trust_free(trust);
	d->well(*t->config.osci_crl_dir != '\0' || s.with_ocsp
		? "OSCI trust"
		: "OSCI trust (revocation is not looked at: osci_crl_dir, "
		  "osci_ocsp)");
}

/* Mail that waits although it is due: whatever the courier's reason is. */
static void
check_courier(struct tool *t, const struct doctor *d)
{
	int64_t transfers, fetches;
	struct err err = {0};

	if (osci_late(t->db, t->arena, date_now_ms() - LATE_MS, &transfers,
		&fetches, &err) == -1) {
		d->ill(d->arg, "OSCI transfers", err.msg,
		    "Run torhaus migrate.");
		return;
	}
	if (transfers == 0 && fetches == 0) {
		d->well("OSCI transfers");
		return;
	}
	d->ill(d->arg, "OSCI transfers",
	    arena_printf(t->arena,
		"%lld messages to send and %lld mailboxes to fetch have been "
		"due for more than 15 minutes",
		(long long)transfers, (long long)fetches),
	    "Is the courier running, and may its user read osci_ca_file and "
	    "osci_crl_dir? See its log for \"not ready\".");
}

void
osci_doctor(struct tool *t, const struct doctor *d)
{
	struct osci_identity_row *row;
	struct err err = {0};
	int findings = 0;
	size_t n;

	if (osci_identity_rows(t->db, t->arena, &row, &n, &err) == -1) {
		d->ill(d->arg, "OSCI keys", err.msg, "Run torhaus migrate.");
		return;
	}
	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (row[i].is_active) {
			findings += check_pair(t, d, &row[i]);
			findings += check_whole(t, d, row, n, &row[i]);
		}
	if (findings == 0)
		d->well("OSCI keys");
	check_trust(t, d);
	check_courier(t, d);
	osci_doctor_boxes(t, d);
}
