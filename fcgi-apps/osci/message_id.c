/* GetMessageId: an id that only this client may use, once. */
#include "osci/osci.h"

#include "common/osci_message_id_store.h"

int
get_message_id(struct call *c, struct err *err)
{
	return osci_message_id_issue(c->app->db, c->arena, c->client->sha256,
	    c->now_ms, &c->answer.message_id, err);
}
