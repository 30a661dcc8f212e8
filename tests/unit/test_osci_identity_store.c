/* Identities in the database; needs one (see tests/README.md). */
#include "db_fixture.h"

#include "common/osci/osci_identity_store.h"
#include "common/osci/osci_key.h"

static const struct crypto_key master = {{7}};

#define NOW 1900000000000LL

/* Adds a pair of P-256 (also as a cipher pair: nothing is encrypted here). */
static uint32_t
add(struct fixture *f, enum osci_identity_role role, const char *name,
    enum osci_identity_purpose purpose, bool is_active, int64_t at_ms,
    struct osci_cert *cert)
{
	struct osci_identity_row row = {.role = role,
	    .town_id = role == OSCI_IDENTITY_CLIENT ? f->town.id : 0,
	    .name = name,
	    .purpose = purpose,
	    .is_active = is_active,
	    .created_ms = at_ms};
	struct osci_key key;
	struct err err = {0};

	osci_key_create(&f->arena, OSCI_KEY_P256, &key);
	OK(osci_key_self_sign(&f->arena, &key, "CN=x",
	    purpose == OSCI_IDENTITY_CIPHER, 1, &row.cert, &err));
	OK(osci_identity_insert(
	    f->db, &f->arena, &master, &row, &key, &err));
	assert_int_not_equal(row.id, 0);
	if (cert != NULL)
		*cert = row.cert;
	return row.id;
}

/* A name of the test's own: rows of other runs may be there. */
static const char *
fresh_name(struct fixture *f)
{
	struct id id = id_random();

	return id_hex(&f->arena, &id);
}

static struct osci_own *
load(struct fixture *f, enum osci_identity_role role, const char *name,
    size_t want)
{
	struct osci_own *own;
	struct err err = {0};
	size_t n;

	OK(osci_identity_load(f->db, &f->arena, &f->config, &master, role,
	    name, &own, &n, &err));
	assert_int_equal(n, want);
	return own;
}

static void
test_load(void **state)
{
	struct fixture *f = *state;
	const char *name;
	struct osci_cert cipher, sign;
	struct osci_own *own;
	uint32_t cipher_id, sign_id;

	NEED_DB();
	name = fresh_name(f);
	cipher_id = add(f, OSCI_IDENTITY_CLIENT, name, OSCI_IDENTITY_CIPHER,
	    true, NOW, &cipher);
	(void)load(f, OSCI_IDENTITY_CLIENT, name, 0); /* not whole */
	sign_id = add(f, OSCI_IDENTITY_CLIENT, name, OSCI_IDENTITY_SIGN, true,
	    NOW, &sign);
	own = load(f, OSCI_IDENTITY_CLIENT, name, 1);
	assert_int_equal(own->town_id, f->town.id);
	assert_string_equal(own->name, name);
	assert_int_equal(own->ncipher, 1);
	assert_int_equal(own->cipher_id[0], cipher_id);
	assert_int_equal(own->sign_id, sign_id);
	assert_true(osci_cert_equal(&own->cipher[0].cert, &cipher));
	assert_true(osci_cert_equal(&own->sign.cert, &sign));
	assert_true(osci_key_fits(&own->cipher[0].key, &cipher));
	assert_true(osci_key_fits(&own->sign.key, &sign));
	(void)load(f, OSCI_IDENTITY_RECIPIENT, name, 0);
}

/* Renewal: the new pair is told, the old one still opens, until it is gone. */
static void
test_renewal(void **state)
{
	struct fixture *f = *state;
	struct err err = {0};
	int64_t before, after;
	const char *name;
	struct osci_own *own;
	struct osci_identity_row row;
	uint32_t old, new, waiting;

	NEED_DB();
	name = fresh_name(f);
	(void)add(f, OSCI_IDENTITY_RECIPIENT, name, OSCI_IDENTITY_SIGN, true,
	    NOW, NULL);
	old = add(f, OSCI_IDENTITY_RECIPIENT, name, OSCI_IDENTITY_CIPHER,
	    true, NOW, NULL);
	waiting = add(f, OSCI_IDENTITY_RECIPIENT, name, OSCI_IDENTITY_CIPHER,
	    false, NOW, NULL);
	own = load(f, OSCI_IDENTITY_RECIPIENT, name, 1);
	assert_int_equal(own->cipher_id[0], old);
	OK(osci_identity_stamp(f->db, &f->arena, &before, &err));
	new = add(f, OSCI_IDENTITY_RECIPIENT, name, OSCI_IDENTITY_CIPHER,
	    true, NOW + 1000, NULL);
	OK(osci_identity_stamp(f->db, &f->arena, &after, &err));
	assert_int_not_equal(before, after);
	own = load(f, OSCI_IDENTITY_RECIPIENT, name, 1);
	assert_int_equal(own->ncipher, 3);
	assert_int_equal(own->cipher_id[0], new);
	OK(osci_identity_row(f->db, &f->arena, old, &row, &err));
	assert_false(row.is_active);
	assert_int_equal(row.retired_ms, NOW + 1000);
	OK(osci_identity_row(f->db, &f->arena, waiting, &row, &err));
	assert_int_equal(row.retired_ms, 0);

	OK(osci_identity_activate(f->db, waiting, NOW + 2000, &err));
	own = load(f, OSCI_IDENTITY_RECIPIENT, name, 1);
	assert_int_equal(own->cipher_id[0], waiting);
	OK(osci_identity_row(f->db, &f->arena, new, &row, &err));
	assert_int_equal(row.retired_ms, NOW + 2000);
	/* back to the one before: it is no longer retired */
	OK(osci_identity_activate(f->db, new, NOW + 3000, &err));
	OK(osci_identity_row(f->db, &f->arena, new, &row, &err));
	assert_true(row.is_active);
	assert_int_equal(row.retired_ms, 0);

	FAILS(osci_identity_delete(f->db, new, &err), ERR_NOT_FOUND);
	OK(osci_identity_delete(f->db, old, &err));
	FAILS(osci_identity_row(f->db, &f->arena, old, &row, &err),
	    ERR_NOT_FOUND);
	own = load(f, OSCI_IDENTITY_RECIPIENT, name, 1);
	assert_int_equal(own->ncipher, 2);
	OK(osci_identity_retire(f->db, new, NOW + 4000, &err));
	(void)load(f, OSCI_IDENTITY_RECIPIENT, name, 0);
	FAILS(osci_identity_retire(f->db, 0, NOW, &err), ERR_NOT_FOUND);
}

static void
test_refusals(void **state)
{
	struct fixture *f = *state;
	struct crypto_key other = {{8}};
	struct err err = {0};
	const char *name;
	struct osci_identity_row row, twin;
	struct osci_own *own;
	struct osci_key key;
	uint32_t id;
	size_t n;

	NEED_DB();
	name = fresh_name(f);
	id = add(f, OSCI_IDENTITY_INTERMEDIARY, name, OSCI_IDENTITY_CIPHER,
	    true, NOW, NULL);
	(void)add(f, OSCI_IDENTITY_INTERMEDIARY, name, OSCI_IDENTITY_SIGN,
	    true, NOW, NULL);
	OK(osci_identity_row(f->db, &f->arena, id, &row, &err));
	assert_int_equal(row.town_id, 0);
	OK(osci_identity_key(
	    f->db, &f->arena, &f->config, &master, &row, &key, &err));
	assert_true(osci_key_fits(&key, &row.cert));
	/* another master key */
	FAILS(osci_identity_load(f->db, &f->arena, &f->config, &other,
		  OSCI_IDENTITY_INTERMEDIARY, name, &own, &n, &err),
	    ERR_CRYPTO);
	/* a key that was moved to another certificate's row */
	twin = row;
	twin.cert.sha256[0] ^= 1;
	FAILS(osci_identity_key(
		  f->db, &f->arena, &f->config, &master, &twin, &key, &err),
	    ERR_CRYPTO);
	/* the certificate once more */
	OK(osci_identity_key(
	    f->db, &f->arena, &f->config, &master, &row, &key, &err));
	FAILS(osci_identity_insert(
		  f->db, &f->arena, &master, &row, &key, &err),
	    ERR_DUPLICATE);
	/* a town's identity belongs to a town */
	row.role = OSCI_IDENTITY_CLIENT;
	FAILS(osci_identity_insert(
		  f->db, &f->arena, &master, &row, &key, &err),
	    ERR_DB);
}

/* A town's key is sealed under the town's, not under the installation's. */
static void
test_towns(void **state)
{
	struct fixture *f = *state;
	struct err err = {0};
	struct osci_identity_row row;
	struct osci_key key;
	uint32_t id;

	NEED_DB();
	id = add(f, OSCI_IDENTITY_CLIENT, fresh_name(f),
	    OSCI_IDENTITY_CIPHER, true, NOW, NULL);
	OK(osci_identity_row(f->db, &f->arena, id, &row, &err));
	row.town_id = 0;
	FAILS(osci_identity_key(
		  f->db, &f->arena, &f->config, &master, &row, &key, &err),
	    ERR_CRYPTO);
}

static void
test_token(void **state)
{
	struct fixture *f = *state;
	struct osci_identity_row row = {.role = OSCI_IDENTITY_INTERMEDIARY,
	    .purpose = OSCI_IDENTITY_SIGN,
	    .key_uri = "pkcs11:token=nowhere;object=none",
	    .is_active = true,
	    .created_ms = NOW};
	struct err err = {0};
	struct osci_own *own;
	struct osci_key key;
	size_t n;

	NEED_DB();
	row.name = fresh_name(f);
	osci_key_create(&f->arena, OSCI_KEY_P256, &key);
	OK(osci_key_self_sign(
	    &f->arena, &key, "CN=x", false, 1, &row.cert, &err));
	OK(osci_identity_insert(
	    f->db, &f->arena, &master, &row, NULL, &err));
	OK(osci_identity_row(f->db, &f->arena, row.id, &row, &err));
	assert_null(row.key_sealed);
	assert_string_equal(
	    row.key_uri, "pkcs11:token=nowhere;object=none");
	(void)add(f, OSCI_IDENTITY_INTERMEDIARY, row.name,
	    OSCI_IDENTITY_CIPHER, true, NOW, NULL);
	f->config.osci_pkcs11_module = "/nowhere/module.so";
	f->config.osci_pkcs11_pin_file = "";
	FAILS(osci_identity_load(f->db, &f->arena, &f->config, &master,
		  OSCI_IDENTITY_INTERMEDIARY, row.name, &own, &n, &err),
	    ERR_CONFIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_load),
	    cmocka_unit_test(test_renewal),
	    cmocka_unit_test(test_refusals),
	    cmocka_unit_test(test_towns),
	    cmocka_unit_test(test_token),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
