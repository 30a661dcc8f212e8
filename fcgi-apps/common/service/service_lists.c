/* The code lists that forms name, out of the database. */
#include "common/service/service.h"

#include "common/code_list/code_list_store.h"
#include "common/date.h"

/* How many fields name a code list; fills want where it is not NULL. */
static size_t
collect(const struct form_field *field, size_t n, struct code_list_want *want)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		if (field[i].list != NULL) {
			if (want != NULL)
				want[found] = (struct code_list_want){
				    field[i].list, field[i].list_version};
			found++;
		}
		found += collect(field[i].child, field[i].nchild,
		    want == NULL ? NULL : want + found);
	}
	return found;
}

int
service_bind_lists(struct db *db, struct arena *a,
    const struct service *const *service, size_t n, struct form_mistakes *m,
    struct err *err)
{
	struct arena scratch = {0};
	const struct code_lists *lists;
	struct code_list_want *want;
	int32_t today = date_of_instant(date_now_ms());
	size_t nwant = 0, at = 0;
	int rc;

	for (size_t i = 0; i < n; i++)
		nwant += collect(service[i]->form->field,
		    service[i]->form->nfield, NULL);
	want = arena_new(&scratch, struct code_list_want, nwant);
	for (size_t i = 0; i < n; i++)
		at += collect(service[i]->form->field,
		    service[i]->form->nfield, want + at);
	rc = code_lists_load(db, a, want, nwant, today, &lists, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		form_bind_lists(service[i]->form, lists, today, m);
	arena_free(&scratch);
	return rc;
}
