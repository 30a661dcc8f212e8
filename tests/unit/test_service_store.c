/* Towns, departments, versions and what is on offer. */
#include "db_fixture.h"

static void
test_towns(void **state)
{
	struct fixture *f;
	struct town_row *town, same;
	struct town_host_row *host;
	struct department_row *department;
	struct department d = { .slug = "steueramt", .name = "Finanzen",
		.email = "", .phone = "115", .address = "Markt 1",
		.hours = "" };
	struct err err = { 0 };
	const char *extra;
	size_t n, hosts = 0, departments = 0;
	uint32_t id;

	NEED_DB();
	f = *state;
	OK(town_rows(f->db, &f->arena, &town, &n, &err));
	for (size_t i = 0; i < n; i++)
		if (town[i].id == f->town.id)
			same = town[i];
	assert_string_equal(same.slug, f->town.slug);
	assert_string_equal(same.name, "Stadt M\xc3\xbchlstadt");
	FAILS(town_insert(f->db, &f->arena, &same, "other.localhost", &id,
	    &err), ERR_DUPLICATE);
	extra = arena_printf(&f->arena, "www.%s.localhost", f->town.slug);
	OK(town_host_insert(f->db, extra, &err));
	FAILS(town_host_insert(f->db, extra, &err), ERR_DUPLICATE);
	OK(town_host_rows(f->db, &f->arena, &host, &n, &err));
	for (size_t i = 0; i < n; i++) {
		if (host[i].town_id != f->town.id)
			continue;
		assert_true(host[i].is_first == (hosts++ == 0));
	}
	assert_int_equal(hosts, 2);
	OK(department_put(f->db, &d, &err));
	OK(town_department_rows(f->db, &f->arena, &department, &n, &err));
	for (size_t i = 0; i < n; i++) {
		if (department[i].town_id != f->town.id)
			continue;
		departments++;
		assert_int_equal(
		    department[i].department.id, f->department_id);
		assert_string_equal(department[i].department.phone, "115");
	}
	assert_int_equal(departments, 1);
}

static uint64_t
generation(struct fixture *f)
{
	struct err err = { 0 };
	uint64_t value;

	OK(service_generation(f->db, &f->arena, &value, &err));
	return value;
}

static void
test_versions(void **state)
{
	static const char package[] = "{\"id\":\"hund\",\"version\":\"1\"}";
	struct fixture *f;
	struct service_version_row *row;
	struct err err = { 0 };
	uint64_t before;
	uint32_t id, again, next;
	bool is_new, found = false;
	size_t n;

	NEED_DB();
	f = *state;
	before = generation(f);
	OK(service_publish(f->db, &f->arena, f->town.slug, "1.0.0", package,
	    strlen(package), 1795305600123, &id, &is_new, &err));
	assert_true(is_new);
	assert_true(generation(f) > before);
	before = generation(f);
	OK(service_publish(f->db, &f->arena, f->town.slug, "1.0.0", package,
	    strlen(package), 1795305600999, &again, &is_new, &err));
	assert_false(is_new);
	assert_int_equal(id, again);
	assert_int_equal(generation(f), before);
	FAILS(service_publish(f->db, &f->arena, f->town.slug, "1.0.0", "{}", 2,
	    1795305600999, &again, &is_new, &err), ERR_CONFLICT);
	OK(service_publish(f->db, &f->arena, f->town.slug, "1.0.1", "{}", 2,
	    1795305600999, &next, &is_new, &err));
	FAILS(service_publish(f->db, &f->arena, f->town.slug, "1.0.2",
	    "no json", 7, 1795305600999, &again, &is_new, &err), ERR_DB);
	OK(service_version_rows(f->db, &f->arena, &row, &n, &err));
	for (size_t i = 0; i < n; i++) {
		if (row[i].id != id)
			continue;
		found = true;
		assert_string_equal(row[i].slug, f->town.slug);
		assert_string_equal(row[i].package, package);
		assert_int_equal(row[i].published_ms, 1795305600123);
	}
	assert_true(found);
}

static void
test_offers(void **state)
{
	struct fixture *f;
	struct service_offer_row *row;
	struct err err = { 0 };
	uint32_t one, two;
	bool is_new;
	size_t n, found = 0;

	NEED_DB();
	f = *state;
	OK(service_publish(f->db, &f->arena,
	    arena_printf(&f->arena, "o%s", f->town.slug), "1.0.0", "{}", 2, 0,
	    &one, &is_new, &err));
	OK(service_publish(f->db, &f->arena,
	    arena_printf(&f->arena, "o%s", f->town.slug), "1.1.0", "{}", 2, 0,
	    &two, &is_new, &err));
	OK(service_offer(f->db, one, "{\"rates\":[1]}", true, &err));
	OK(service_offer(f->db, two, "{\"rates\":[2]}", false, &err));
	FAILS(service_offer(f->db, 99999999, "{}", true, &err),
	    ERR_NOT_FOUND);
	FAILS(service_offer(f->db, one, "{", true, &err), ERR_DB);
	OK(service_offer_rows(f->db, &f->arena, &row, &n, &err));
	for (size_t i = 0; i < n; i++) {
		if (row[i].town_id != f->town.id || row[i].slug[0] != 'o')
			continue;
		found++;
		assert_int_equal(row[i].service_version_id, two);
		assert_string_equal(row[i].settings, "{\"rates\":[2]}");
		assert_false(row[i].is_open);
	}
	assert_int_equal(found, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_towns),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_offers),
	};

	log_open("test", LOG_WARN);
	return cmocka_run_group_tests(
	    tests, fixture_setup, fixture_teardown);
}
