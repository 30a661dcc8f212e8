#include "common/town_store.h"

#include "common/service/service_store.h"

#define TOWNS_MAX 65535
#define DEPARTMENTS_MAX 1000000

int
town_rows(struct db *db, struct arena *a, struct town_row **out, size_t *n,
    struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id, slug, name, ags, mail_from, town_key FROM town"
		" ORDER BY id", NULL, 0, TOWNS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct town_row, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct db_cell *key = db_cell(&rows, i, 5);
		struct town_row *t = &(*out)[i];

		t->id = (uint32_t)db_cell(&rows, i, 0)->i;
		t->slug = db_cell(&rows, i, 1)->data;
		t->name = db_cell(&rows, i, 2)->data;
		t->ags = db_cell(&rows, i, 3)->data;
		t->mail_from = db_cell(&rows, i, 4)->data;
		if (key->len != sizeof(t->wrapped_key))
			return err_set(err, ERR_CRYPTO,
			    "town %s: its key has %zu bytes", t->slug,
			    key->len);
		memcpy(t->wrapped_key, key->data, key->len);
	}
	return 0;
}

int
town_host_rows(struct db *db, struct arena *a, struct town_host_row **out,
    size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT host, town_id, is_first FROM town_host"
		" ORDER BY town_id, is_first DESC, host", NULL, 0,
		TOWNS_MAX * 10, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct town_host_row, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct town_host_row){
			.host = db_cell(&rows, i, 0)->data,
			.town_id = (uint32_t)db_cell(&rows, i, 1)->i,
			.is_first = db_cell(&rows, i, 2)->i != 0
		};
	return 0;
}

int
town_department_rows(struct db *db, struct arena *a,
    struct department_row **out, size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT town_id, id, slug, name, email, phone, address, hours"
		" FROM department ORDER BY town_id, id", NULL, 0,
		DEPARTMENTS_MAX, &rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct department_row, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct department_row){
			.town_id = (uint32_t)db_cell(&rows, i, 0)->i,
			.department = { .id =
				(uint32_t)db_cell(&rows, i, 1)->i,
				.slug = db_cell(&rows, i, 2)->data,
				.name = db_cell(&rows, i, 3)->data,
				.email = db_cell(&rows, i, 4)->data,
				.phone = db_cell(&rows, i, 5)->data,
				.address = db_cell(&rows, i, 6)->data,
				.hours = db_cell(&rows, i, 7)->data }
		};
	return 0;
}

static int
insert_rows(struct db *db, struct arena *a, const struct town_row *t,
    const char *host, uint32_t *id, struct err *err)
{
	const struct db_param p[] = { db_text(t->slug), db_text(t->name),
		db_text(t->ags), db_text(t->mail_from),
		db_blob(t->wrapped_key, sizeof(t->wrapped_key)) };
	struct db_rows rows;

	if (db_query(db, a,
		"INSERT INTO town (slug, name, ags, mail_from, town_key,"
		" created_at) VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(3))"
		" RETURNING id", p, nitems(p), 1, &rows, err) == -1)
		return -1;
	*id = (uint32_t)db_cell(&rows, 0, 0)->i;
	{
		const struct db_param first[] = { db_text(host),
			db_int(*id) };

		if (db_exec(db,
			"INSERT INTO town_host (host, town_id, is_first)"
			" VALUES (?, ?, TRUE)", first, nitems(first), NULL,
			err) == -1)
			return -1;
	}
	return service_generation_raise(db, err);
}

int
town_insert(struct db *db, struct arena *a, const struct town_row *t,
    const char *host, uint32_t *id, struct err *err)
{
	bool unknown;

	if (db_begin(db, err) == -1)
		return -1;
	if (insert_rows(db, a, t, host, id, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

/* One statement with the generation behind it, in one transaction. */
static int
exec_raise(struct db *db, const char *sql, const struct db_param *p, size_t n,
    struct err *err)
{
	bool unknown;

	if (db_begin(db, err) == -1)
		return -1;
	if (db_exec(db, sql, p, n, NULL, err) == -1 ||
	    service_generation_raise(db, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

int
town_host_insert(struct db *db, const char *host, struct err *err)
{
	const struct db_param p[] = { db_text(host), db_town(db) };

	return exec_raise(db,
	    "INSERT INTO town_host (host, town_id, is_first)"
	    " VALUES (?, ?, FALSE)", p, nitems(p), err);
}

int
department_put(struct db *db, const struct department *d, struct err *err)
{
	const struct db_param p[] = { db_town(db), db_text(d->slug),
		db_text(d->name), db_text(d->email), db_text(d->phone),
		db_text(d->address), db_text(d->hours) };

	return exec_raise(db,
	    "INSERT INTO department (town_id, slug, name, email, phone,"
	    " address, hours) VALUES (?, ?, ?, ?, ?, ?, ?)"
	    " ON DUPLICATE KEY UPDATE name = VALUES(name),"
	    " email = VALUES(email), phone = VALUES(phone),"
	    " address = VALUES(address), hours = VALUES(hours)", p, nitems(p),
	    err);
}
