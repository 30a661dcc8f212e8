/*
 * The number by which a partner calls what was ordered for an application: its
 * reference, and which order it is: "W7K3-9QXD-4M-1" is the first. Whoever
 * reads a reference alone means any of them.
 */
#ifndef EXCHANGE_NUMBER_H
#define EXCHANGE_NUMBER_H

#include "common/arena.h"
#include "common/id.h"

#define EXCHANGE_ROUNDS_MAX 1000
#define EXCHANGE_ANY_ROUND UINT32_MAX

/* round: from 0 on, as in struct exchange. */
const char *exchange_number_show(
    struct arena *a, const char *reference, uint32_t round);

/*
 * Reads what a partner wrote; *round is EXCHANGE_ANY_ROUND when it names none.
 * ERR_FIELD_INVALID: it is no number of ours.
 */
int exchange_number_parse(const char *s, char reference[ID_REFERENCE_LEN + 1],
    uint32_t *round, struct err *err);

#endif
