#include "courier/exchange.h"

#include "common/code_list_store.h"
#include "common/log.h"

/* All lists that are imported: messages name more than forms do. */
static int
load_lists(struct exchange_desk *d, struct err *err)
{
	struct db *db = d->courier->db;
	const struct code_list **list;
	struct code_list_row *row;
	size_t n;

	arena_free(&d->lists_arena);
	d->lists = NULL;
	if (code_list_rows(db, &d->lists_arena, &row, &n, err) == -1)
		return -1;
	list = arena_new(&d->lists_arena, const struct code_list *, n + 1);
	for (size_t i = 0; i < n; i++)
		if (code_list_read(db, &d->lists_arena, &row[i], &list[i],
			err) == -1)
			return -1;
	d->lists = code_lists_new(&d->lists_arena, list, n);
	return 0;
}

/* Again whenever services were loaded anew; lists change with them. */
static int
prepare(struct exchange_desk *d, struct err *err)
{
	if (d->sets == NULL || xoev_sets_is_stale(d->sets)) {
		xoev_sets_free(d->sets);
		d->sets = NULL;
		if (xoev_sets_load(d->courier->config->xoev_dir, &d->sets,
			err) == -1)
			return -1;
	}
	if (d->services == d->courier->services)
		return 0;
	if (load_lists(d, err) == -1)
		return -1;
	d->services = d->courier->services;
	return 0;
}

static bool
has_exchange(const struct exchange_desk *d, const struct town *t)
{
	const struct town_service *const *offer;
	size_t n = service_set_offers(d->courier->services, t, &offer);

	for (size_t i = 0; i < n; i++)
		if (offer[i]->service->exchange != NULL)
			return true;
	return false;
}

int
exchange_round(struct exchange_desk *d, size_t *n, struct err *err)
{
	const struct town *const *town;
	size_t count = service_set_towns(d->courier->services, &town);
	int rc = prepare(d, err);

	for (size_t i = 0; i < count && rc == 0; i++) {
		if (!has_exchange(d, town[i]))
			continue;
		db_enter_town(d->courier->db, town[i]->id);
		rc = exchange_take_steps(d, town[i], n, err) == -1 ||
			exchange_take_in(d, town[i], n, err) == -1 ||
			exchange_follow(d, town[i], n, err) == -1
		    ? -1
		    : 0;
		db_enter_town(d->courier->db, 0);
	}
	return rc;
}
