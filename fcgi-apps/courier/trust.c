#include "courier/trust.h"

#include "common/date.h"
#include "common/log.h"

#define AGAIN_MS 2000

bool
courier_trust_is_ready(struct courier_trust *t, const char *who)
{
	int64_t now_ms = date_now_ms();
	struct err err = {0};

	if (t->trust != NULL)
		return true;
	if (now_ms < t->next_ms)
		return false;
	t->next_ms = now_ms + AGAIN_MS;
	if (osci_trust_new(&t->settings, &t->trust, &err) == -1) {
		t->trust = NULL;
		if (strcmp(t->said, err.msg) != 0)
			log_error("%s: not ready, its mail waits: %s", who,
			    err.msg);
		(void)snprintf(t->said, sizeof(t->said), "%s", err.msg);
		return false;
	}
	if (*t->said != '\0')
		log_info("%s: ready", who);
	return true;
}

void
courier_trust_set_up(
    struct courier_trust *t, const struct config *config, const char *who)
{
	*t = (struct courier_trust){0};
	osci_trust_settings(config, &t->settings);
	(void)courier_trust_is_ready(t, who);
}

void
courier_trust_tear_down(struct courier_trust *t)
{
	osci_trust_free(t->trust);
	t->trust = NULL;
}
