#include "common/handover/exchange_number.h"

#include "common/num.h"

#define NUMBER_MAX 60 /* bytes; blanks and hyphens are free */

const char *
exchange_number_show(struct arena *a, const char *reference, uint32_t round)
{
	return arena_printf(
	    a, "%s-%u", id_reference_show(a, reference), round + 1);
}

int
exchange_number_parse(const char *s, char reference[ID_REFERENCE_LEN + 1],
    uint32_t *round, struct err *err)
{
	char head[NUMBER_MAX + 1];
	const char *hyphen;
	int64_t nth;

	*round = EXCHANGE_ANY_ROUND;
	if (strlen(s) > NUMBER_MAX)
		return err_set(err, ERR_FIELD_INVALID, "no number of ours");
	if (id_reference_parse(s, reference, err) == 0)
		return 0;
	hyphen = strrchr(s, '-');
	if (hyphen == NULL)
		return -1;
	err_clear(err);
	memcpy(head, s, (size_t)(hyphen - s));
	head[hyphen - s] = '\0';
	if (id_reference_parse(head, reference, err) == -1 ||
	    num_parse(hyphen + 1, 1, EXCHANGE_ROUNDS_MAX, &nth, err) == -1)
		return -1;
	*round = (uint32_t)(nth - 1);
	return 0;
}
