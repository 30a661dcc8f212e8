#include "common/form/form_check.h"

#include "common/form/form_slot.h"

const char *
check_slot(const struct form_check *c, struct answer *answer)
{
	char id[FORM_SLOT_ID + 1];
	struct form_slot slot;
	int64_t start_ms;

	if (!form_slot_split(answer->raw, id, &start_ms) ||
	    !form_slot_find(answer->field, c->settings, id, &slot) ||
	    (start_ms != INT64_MIN && start_ms != slot.start_ms))
		return "not_in_list";
	if (slot.start_ms <= c->context->now_ms)
		return "slot_past";
	if (slot.is_full)
		return "slot_full";
	answer->text = arena_strdup(c->arena, id);
	answer->number = slot.start_ms;
	return NULL;
}
