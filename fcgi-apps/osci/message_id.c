/* GetMessageId: an id that only this client may use, once. */
#include "osci/osci.h"

#include "common/osci/osci_message_id_store.h"

int
get_message_id(struct call *c, struct err *err)
{
	const char *id;

	if (osci_message_id_issue(c->app->db, c->arena, c->client->sha256,
		c->now_ms, &id, err) == -1)
		return -1;
	c->answer.message_id = id; /* told only when it counts */
	return 0;
}
