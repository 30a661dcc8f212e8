/* What unit tests with a database share; see tests/README.md. */
#ifndef DB_FIXTURE_H
#define DB_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/crypto/crypto.h"
#include "common/date.h"
#include "common/db/db.h"
#include "common/log.h"
#include "common/service/service_store.h"
#include "common/town_store.h"

/* Skips the test when tests/stack/testdb.sh did not start a database. */
#define NEED_DB()                                                              \
	do {                                                                   \
		if (getenv("TORHAUS_TEST_DB_SOCKET") == NULL)                  \
			skip();                                                \
	} while (0)

#define OK(call)                                                               \
	do {                                                                   \
		if ((call) == -1)                                              \
			fail_msg("%s:%d: %s: %s: %s", __FILE__, __LINE__,      \
			    #call, err_wire(err.code), err.msg);               \
	} while (0)

#define FAILS(call, want)                                                      \
	do {                                                                   \
		err_clear(&err);                                               \
		if ((call) != -1)                                              \
			fail_msg("%s:%d: %s succeeds", __FILE__, __LINE__,     \
			    #call);                                            \
		if (err.code != (want))                                        \
			fail_msg("%s:%d: %s: %s: %s", __FILE__, __LINE__,      \
			    #call, err_wire(err.code), err.msg);               \
		err_clear(&err);                                               \
	} while (0)

static inline const char *
fixture_env(const char *name)
{
	const char *value = getenv(name);

	return value == NULL ? "" : value;
}

/* The test database, over its own socket or another one (a proxy's). */
static inline struct config
fixture_config(const char *socket)
{
	return (struct config){
		.database_socket = socket == NULL ?
		    fixture_env("TORHAUS_TEST_DB_SOCKET") : socket,
		.database_name = fixture_env("TORHAUS_TEST_DB_NAME"),
		.database_user = fixture_env("TORHAUS_TEST_DB_USER"),
		.database_password_file = ""
	};
}

/* A single number from a query without parameters; sql must be a literal. */
static inline int64_t
fixture_number(struct db *db, const char *sql)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct db_rows rows;
	int64_t number;

	OK(db_query(db, &a, sql, NULL, 0, 1, &rows, &err));
	assert_int_equal(rows.n, 1);
	number = db_cell(&rows, 0, 0)->i;
	arena_free(&a);
	return number;
}

/* A town of its own for each test program, with what a Vorgang hangs on. */
struct fixture {
	struct arena arena;
	struct config config;
	struct db *db;
	struct town town;
	uint32_t department_id, version_id;
};

static inline void
fixture_town(struct fixture *f)
{
	const struct department d = { .slug = "steueramt",
		.name = "Steueramt",
		.email = "steueramt@example.org",
		.phone = "",
		.address = "",
		.hours = "" };
	struct arena *a = &f->arena;
	struct id random = id_random();
	const char *slug = arena_printf(a, "t%.12s", id_hex(a, &random));
	struct crypto_key master = { { 7 } };
	struct err err = { 0 };
	struct town_row row = { .slug = slug,
		.name = "Stadt M\xc3\xbchlstadt",
		.ags = "09999999",
		.mail_from = "post@example.org" };
	struct department_row *departments;
	bool is_new;
	size_t n;

	crypto_random(&f->town.key, sizeof(f->town.key));
	crypto_derive(&f->town.key, "blind-index", &f->town.index_key);
	crypto_wrap(&master, &f->town.key, row.wrapped_key);
	OK(town_insert(f->db, a, &row,
	    arena_printf(a, "%s.localhost", slug), &f->town.id, &err));
	f->town.slug = slug;
	db_enter_town(f->db, f->town.id);
	OK(department_put(f->db, &d, &err));
	OK(town_department_rows(f->db, a, &departments, &n, &err));
	for (size_t i = 0; i < n; i++)
		if (departments[i].town_id == f->town.id)
			f->department_id = departments[i].department.id;
	assert_int_not_equal(f->department_id, 0);
	OK(service_publish(f->db, a, "test-service", "1.0.0", "{}", 2, 0,
	    &f->version_id, &is_new, &err));
	OK(service_offer(f->db, f->version_id, "{}", true, &err));
}

static inline int
fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	*state = f;
	if (getenv("TORHAUS_TEST_DB_SOCKET") == NULL)
		return 0;
	f->config = fixture_config(NULL);
	f->db = db_new(&f->config);
	fixture_town(f);
	return 0;
}

static inline int
fixture_teardown(void **state)
{
	struct fixture *f = *state;

	db_free(f->db);
	arena_free(&f->arena);
	free(f);
	return 0;
}

#endif
