/* links: courier/osci_sweep osci/boxes osci/answer osci/card_order osci/counts osci/dialog osci/fetch_order osci/forward osci/forward_order osci/intermediary osci/keep osci/mailbox osci/mediate_order osci/message_id osci/partial_fetch osci/partial_inner osci/partial_store osci/prove osci/rates osci/relay osci/request osci/store_order osci/waiting osci/worker */
/* The intermediary's dialogs, deliveries, cards and mailboxes. */
#include "osci_program.h"

#include "common/num.h"
#include "common/osci/osci_files.h"
#include "common/osci/osci_partial_store.h"
#include "courier/courier.h"

/* From originator to addressee, all encrypted and signed; *id is the message's. */
static void
put_one(struct arena *a, const char **id, size_t n)
{
	struct client c = client_new(a, ORIGINATOR);

	client_open(&c);
	*id = client_id(&c);
	assert_string_equal(client_store(&c, *id, n), "0801");
	assert_true(c.reply.has_card);
	assert_string_equal(c.reply.card.message_id, *id);
	assert_int_not_equal(c.reply.card.creation_ms, 0);
	assert_int_equal(c.reply.card.forwarding_ms, 0);
	assert_string_equal(client_order(&c, OSCI_EXIT_DIALOG), "0800");
}

static const char *
fetch_one(struct client *c, const char *id)
{
	struct osci_request r = {.type = OSCI_FETCH_DELIVERY};

	if (id != NULL) {
		r.selection.by = OSCI_SELECT_IDS;
		r.selection.id = &id;
		r.selection.nid = 1;
	}
	return client_send(c, &r);
}

static const char *
fetch_card(struct client *c, const char *id)
{
	struct osci_request r = {.type = OSCI_FETCH_PROCESS_CARD,
	    .selection = {.by = OSCI_SELECT_IDS, .id = &id, .nid = 1}};

	return client_send(c, &r);
}

static void
test_delivery(void **state)
{
	struct arena a = {0};
	struct client from = client_new(&a, ORIGINATOR);
	struct client to = client_new(&a, ADDRESSEE);
	const char *id;

	(void)state;
	NEED_DB();
	put_one(&a, &id, 3000);
	client_open(&to);
	assert_string_equal(fetch_one(&to, id), "0801");
	assert_true(to.reply.has_card);
	assert_int_not_equal(to.reply.card.forwarding_ms, 0);
	assert_int_equal(to.reply.card.reception_ms, 0);
	assert_string_equal(to.reply.card.subject, "Anmeldung <&>");
	assert_int_equal(to.reply.card.ninspection, 3);
	expect_content(&to, &to.message, 3000);

	/* Handed out is not received: the client may have died meanwhile. */
	client_open(&from);
	assert_string_equal(fetch_card(&from, id), "0801");
	assert_int_equal(from.reply.ncards, 1);
	assert_int_not_equal(from.reply.cards[0].forwarding_ms, 0);
	assert_int_equal(from.reply.cards[0].reception_ms, 0);

	/* Its next request says that it was. */
	assert_string_equal(client_order(&to, OSCI_EXIT_DIALOG), "0800");
	assert_string_equal(fetch_card(&from, id), "0801");
	assert_int_not_equal(from.reply.cards[0].reception_ms, 0);

	/* Once more by its id, but not as new. */
	client_open(&to);
	assert_string_equal(fetch_one(&to, id), "0801");
	arena_free(&a);
}

static void
test_oldest_first(void **state)
{
	struct arena a = {0};
	struct client to = client_new(&a, ADDRESSEE);
	const char *first, *second, *code;

	(void)state;
	NEED_DB();
	client_open(&to);
	do /* what other tests have left */
		code = fetch_one(&to, NULL);
	while (strcmp(code, "0801") == 0);
	assert_string_equal(code, "9803");
	put_one(&a, &first, 10);
	put_one(&a, &second, 20);
	assert_string_equal(fetch_one(&to, NULL), "0801");
	assert_string_equal(to.reply.card.message_id, first);
	assert_int_equal(to.reply.nentry, 4); /* 0801, 3800, de and en */
	assert_string_equal(fetch_one(&to, NULL), "0801");
	assert_string_equal(to.reply.card.message_id, second);
	assert_int_equal(to.reply.nentry, 2);
	assert_string_equal(fetch_one(&to, NULL), "9803");
	arena_free(&a);
}

static void
test_message_ids(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR);
	struct client other = client_new(&a, READER);
	const char *id, *used;

	(void)state;
	NEED_DB();
	id = client_id(&c);
	assert_string_equal(client_store(&other, id, 10), "9801");
	assert_string_equal(client_store(&c, id, 10), "0800");
	assert_null(c.message.control.challenge);
	assert_non_null(c.message.control.conversation_id);
	assert_string_equal(client_store(&c, id, 10), "9801");
	assert_string_equal(client_store(&c, "made-up", 10), "9801");
	used = client_id(&c);
	assert_string_not_equal(used, id);
	arena_free(&a);
}

static void
test_dialog(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR), copy;

	(void)state;
	NEED_DB();
	assert_string_equal(
	    client_order(&c, OSCI_FETCH_DELIVERY), "9802");
	client_open(&c);
	copy = c;
	copy.response = "AAAAAAAAAAAAAA==";
	assert_string_equal(
	    client_order(&copy, OSCI_GET_MESSAGE_ID), "9400");
	assert_true(copy.is_fault);
	copy = c;
	copy.sequence = 1;
	assert_string_equal(
	    client_order(&copy, OSCI_GET_MESSAGE_ID), "9400");
	copy = c;
	copy.conversation = "123";
	assert_string_equal(
	    client_order(&copy, OSCI_GET_MESSAGE_ID), "9400");
	copy = c;
	copy.who = READER; /* another's certificate in this dialog */
	assert_string_equal(
	    client_order(&copy, OSCI_GET_MESSAGE_ID), "9400");
	/* None of them has spoilt it. */
	copy = c;
	assert_string_equal(client_order(&c, OSCI_GET_MESSAGE_ID), "0801");
	/* The same request again. */
	assert_string_equal(
	    client_order(&copy, OSCI_GET_MESSAGE_ID), "9400");
	copy = c;
	assert_string_equal(client_order(&c, OSCI_EXIT_DIALOG), "0800");
	copy.sequence++;
	assert_string_equal(
	    client_order(&copy, OSCI_GET_MESSAGE_ID), "9400");
	arena_free(&a);
}

static void
test_dialog_idle(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR);

	(void)state;
	NEED_DB();
	config.osci_dialog_timeout_s = -1;
	client_open(&c);
	assert_string_equal(client_order(&c, OSCI_GET_MESSAGE_ID), "9400");
	config.osci_dialog_timeout_s = 900;
	arena_free(&a);
}

/* Until nobody works on it. */
static void
await_dialog(struct arena *a, int64_t id)
{
	struct osci_dialog d;
	struct err err = {0};

	for (int i = 0; i < 1000; i++) {
		err_clear(&err);
		if (osci_dialog_enter(app.db, a, id, date_now_ms(), 60000, &d,
			&err) == 0) {
			OK(osci_dialog_release(app.db, id, &err));
			return;
		}
		(void)usleep(10000);
	}
	fail_msg("the dialog stays busy");
}

/* A dialog works on one request at a time. */
static void
test_dialog_busy(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR);
	struct osci_dialog d;
	struct db *other;
	struct err err = {0};
	int64_t now_ms = date_now_ms(), id;

	(void)state;
	NEED_DB();
	client_open(&c);
	OK(num_parse(c.conversation, 1, INT64_MAX, &id, &err));
	other = db_new(&config);
	OK(osci_dialog_enter(other, &a, id, now_ms, 60000, &d, &err));
	assert_string_equal(client_order(&c, OSCI_GET_MESSAGE_ID), "9400");
	FAILS(osci_dialog_enter(app.db, &a, id, now_ms, 60000, &d, &err),
	    ERR_NOT_FOUND);
	/* Who had it has died, at once it is free. */
	db_free(other);
	await_dialog(&a, id);
	assert_string_equal(client_order(&c, OSCI_GET_MESSAGE_ID), "0801");
	arena_free(&a);
}

/* The same request twice: a lock was lost, and both were worked on. */
static void
test_dialog_once(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR);
	struct osci_dialog d;
	struct err err = {0};
	int64_t id;

	(void)state;
	NEED_DB();
	client_open(&c);
	OK(num_parse(c.conversation, 1, INT64_MAX, &id, &err));
	OK(osci_dialog_enter(
	    app.db, &a, id, date_now_ms(), 60000, &d, &err));
	OK(osci_dialog_release(app.db, id, &err));
	assert_string_equal(client_order(&c, OSCI_GET_MESSAGE_ID), "0801");
	d.sequence++;
	FAILS(osci_dialog_leave(app.db, &d, false, date_now_ms(), &err),
	    ERR_CONFLICT);
	assert_string_equal(client_order(&c, OSCI_GET_MESSAGE_ID), "0801");
	arena_free(&a);
}

/* In clear everybody reads the challenge: who opened the dialog has to sign. */
static void
test_dialog_of_signer(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR), thief;

	(void)state;
	NEED_DB();
	config.osci_encryption = "optional";
	c.is_plain = true;
	client_open(&c);
	thief = c;
	thief.by = &keys.signer[READER];
	assert_string_equal(client_order(&thief, OSCI_GET_MESSAGE_ID), "9400");
	assert_true(thief.is_fault);
	assert_string_equal(client_order(&c, OSCI_GET_MESSAGE_ID), "0801");
	config.osci_encryption = "required";
	arena_free(&a);
}

static void
test_others_mail(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, READER);
	const char *id;

	(void)state;
	NEED_DB();
	put_one(&a, &id, 10);
	client_open(&c);
	assert_string_equal(fetch_one(&c, id), "9803");
	assert_string_equal(fetch_card(&c, id), "9804");
	assert_string_equal(
	    client_order(&c, OSCI_FETCH_PROCESS_CARD), "9804");
	arena_free(&a);
}

static void
test_demands(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR);

	(void)state;
	NEED_DB();
	c.is_unsigned = true;
	assert_string_equal(client_order(&c, OSCI_GET_MESSAGE_ID), "9600");
	c.is_unsigned = false;
	c.is_plain = true;
	assert_string_equal(client_order(&c, OSCI_GET_MESSAGE_ID), "9202");
	assert_true(c.is_fault);
	arena_free(&a);
}

/* Whoever opened a dialog in clear could be anybody. */
static void
test_unproved(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ADDRESSEE);

	(void)state;
	NEED_DB();
	config.osci_encryption = "optional";
	c.is_plain = true;
	client_open(&c);
	config.osci_encryption = "required";
	c.is_plain = false;
	assert_string_equal(fetch_one(&c, NULL), "9802");
	arena_free(&a);
}

static void
test_mailboxes(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR);
	struct osci_mailbox box = {.name = "Leserin",
	    .cert = keys.own[READER].cert.der,
	    .cert_len = keys.own[READER].cert.len,
	    .senders = OSCI_SENDERS_LISTED,
	    .is_open = true,
	    .created_ms = 1};
	struct osci_sender sender = {.name = "x"};
	struct err err = {0};
	const char *id;

	(void)state;
	NEED_DB();
	c.addressee = AUTHOR;
	config.osci_mailboxes = "registered";
	id = client_id(&c);
	assert_string_equal(client_store(&c, id, 10), "9811");
	config.osci_mailboxes = "open";

	memcpy(box.fingerprint, keys.own[READER].cert.sha256,
	    sizeof(box.fingerprint));
	c.addressee = READER;
	OK(osci_mailbox_insert(app.db, &box, &err));
	assert_string_equal(client_store(&c, id, 10), "9811");
	memcpy(sender.fingerprint, keys.signer[ORIGINATOR].cert.sha256,
	    sizeof(sender.fingerprint));
	OK(osci_sender_add(app.db, box.id, &sender, &err));
	box.max_message = 5000;
	OK(osci_mailbox_update(app.db, &box, &err));
	assert_string_equal(client_store(&c, id, 10), "9811");
	box.max_message = 0;
	box.is_open = false;
	OK(osci_mailbox_update(app.db, &box, &err));
	assert_string_equal(client_store(&c, id, 10), "9811");
	box.is_open = true;
	OK(osci_mailbox_update(app.db, &box, &err));
	/* None of the refusals has used up the id. */
	assert_string_equal(client_store(&c, id, 10), "0800");
	box.quota = 1000;
	OK(osci_mailbox_update(app.db, &box, &err));
	assert_string_equal(client_store(&c, client_id(&c), 10), "9811");
	arena_free(&a);
}

/* ---- chunks ---- */

/* What is sent in chunks: a plain StoreDelivery as it would be by itself. */
static struct crypto_spool *
whole(struct client *c, const char *id, size_t n)
{
	struct client inner = *c;
	struct osci_request r = {.type = OSCI_STORE_DELIVERY,
	    .message_id = id,
	    .has_quality = true,
	    .control = {.challenge = "xyz", .sequence = 0},
	    .package = client_package(c, n)};
	struct crypto_spool *spool =
	    crypto_spool_new(c->arena, "/tmp", 64 << 20);
	struct buf *out = buf_new(c->arena, 64 << 20);
	struct err err = {0};

	inner.is_plain = true;
	inner.is_unsigned = true;
	client_build(&inner, &r, out);
	OK(crypto_spool_put(spool, buf_text(out), out->len, &err));
	return spool;
}

static const char *
send_chunk(struct client *c, const char *id, struct crypto_spool *spool,
    int64_t number, int64_t kib)
{
	int64_t size = crypto_spool_len(spool), step = kib * 1024;
	int64_t offset = (number - 1) * step;
	struct osci_request r = {.type = OSCI_PARTIAL_STORE_DELIVERY,
	    .message_id = arena_printf(c->arena, "%s_Partial", id),
	    .features = &(const struct osci_features){.has_chunks = true},
	    .chunk = {.number = number,
		.size_kib = kib,
		.total_number = (size + step - 1) / step,
		.total_size_kib = size / 1024},
	    .chunk_bytes = spool,
	    .chunk_offset = offset,
	    .chunk_len = size - offset < step ? size - offset : step};

	return client_send(c, &r);
}

static const char *
ask_chunks(struct client *c, const char *id)
{
	struct osci_request r = {.type = OSCI_PARTIAL_STORE_DELIVERY,
	    .message_id = arena_printf(c->arena, "%s_Partial", id),
	    .features = &(const struct osci_features){.has_chunks = true},
	    .chunk = {.is_info_only = true, .total_size_kib = -1}};

	return client_send(c, &r);
}

static bool
has_code(const struct client *c, const char *code)
{
	for (size_t i = 0; i < c->reply.nentry; i++)
		if (strcmp(c->reply.entry[i].code, code) == 0)
			return true;
	return false;
}

static void
test_store_chunks(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR);
	struct client to = client_new(&a, ADDRESSEE);
	struct crypto_spool *spool;
	const char *id;

	(void)state;
	NEED_DB();
	client_open(&c);
	id = client_id(&c);
	assert_string_equal(ask_chunks(&c, id), "9801");
	spool = whole(&c, id, 30000);
	assert_string_equal(send_chunk(&c, id, spool, 3, 16), "0801");
	assert_int_equal(c.reply.chunk.nreceived, 1);
	assert_int_equal(c.reply.chunk.received[0], 3);
	assert_string_equal(send_chunk(&c, id, spool, 3, 16), "9900");
	assert_string_equal(send_chunk(&c, id, spool, 1, 32), "9905");
	assert_string_equal(send_chunk(&c, id, spool, 2, 2048), "9901");
	assert_string_equal(send_chunk(&c, id, spool, 1, 2048), "9902");
	assert_string_equal(send_chunk(&c, id, spool, 1, 16), "0801");
	assert_string_equal(client_order(&c, OSCI_EXIT_DIALOG), "0800");

	/* The rest in another dialog. */
	client_open(&c);
	assert_string_equal(ask_chunks(&c, id), "0801");
	assert_int_equal(c.reply.chunk.nreceived, 2);
	assert_int_equal(c.reply.ninside, 0);
	assert_string_equal(send_chunk(&c, id, spool, 2, 16), "0801");
	assert_true(has_code(&c, "3950"));
	assert_string_equal(c.reply.inside[0].code, "0800");
	assert_string_equal(c.reply.card.message_id, id);
	/* The answer was lost. */
	assert_string_equal(ask_chunks(&c, id), "0801");
	assert_true(has_code(&c, "3950"));
	assert_string_equal(c.reply.inside[0].code, "0800");
	assert_string_equal(c.reply.card.message_id, id);

	client_open(&to);
	assert_string_equal(fetch_one(&to, id), "0801");
	expect_content(&to, &to.message, 30000);
	arena_free(&a);
}

/* Another id inside than outside: the whole is refused, for good. */
static void
test_store_chunks_refused(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR);
	struct crypto_spool *spool;
	const char *id;

	(void)state;
	NEED_DB();
	client_open(&c);
	id = client_id(&c);
	spool = whole(&c, "another", 100);
	assert_string_equal(send_chunk(&c, id, spool, 1, 64), "9950");
	assert_string_equal(c.reply.inside[0].code, "9801");
	assert_string_equal(ask_chunks(&c, id), "9950");
	assert_string_equal(c.reply.inside[0].code, "9801");
	arena_free(&a);
}

static const char *
fetch_chunk(struct client *c, const char *id, int64_t number, int64_t kib,
    const int64_t *received, size_t n)
{
	struct osci_request r = {.type = OSCI_PARTIAL_FETCH_DELIVERY,
	    .selection = {.by = OSCI_SELECT_IDS, .id = &id, .nid = 1},
	    .features = &(const struct osci_features){.has_chunks = true},
	    .chunk = {.number = number,
		.size_kib = kib,
		.total_size_kib = -1,
		.received = received,
		.nreceived = n}};

	return client_send(c, &r);
}

static void
test_fetch_chunks(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ADDRESSEE);
	struct client from = client_new(&a, ORIGINATOR);
	struct buf *joined = buf_new(&a, 1 << 20);
	int64_t received[64];
	struct osci_message m;
	struct err err = {0};
	const char *id;

	(void)state;
	NEED_DB();
	put_one(&a, &id, 70000);
	client_open(&c);
	assert_string_equal(fetch_chunk(&c, id, 9, 16, NULL, 0), "9901");
	for (int64_t i = 1; i <= 64; i++) {
		const struct osci_packet_part *part;
		char bytes[16384];

		assert_string_equal(fetch_chunk(&c, id, i, 16, received,
		    (size_t)i - 1), "0801");
		assert_int_equal(c.reply.type,
		    OSCI_RESPONSE_TO_PARTIAL_FETCH_DELIVERY);
		assert_string_equal(c.reply.message_id, id);
		part = c.reply.chunk_part;
		assert_non_null(part);
		OK(crypto_spool_read(c.message.packet->spool, part->offset,
		    bytes, (size_t)part->len, &err));
		buf_put(joined, bytes, (size_t)part->len);
		received[i - 1] = i;
		if (i == c.reply.chunk.total_number)
			break;
	}
	OK(osci_fixture_read(
	    &a, &keys, buf_text(joined), joined->len, &m, &err));
	OK(osci_fixture_verify(&a, &m, &err));
	assert_int_equal(m.type, OSCI_RESPONSE_TO_FETCH_DELIVERY);
	expect_content(&c, &m, 70000);

	client_open(&from);
	assert_string_equal(fetch_card(&from, id), "0801");
	assert_int_equal(from.reply.cards[0].reception_ms, 0);
	assert_string_equal(client_order(&c, OSCI_EXIT_DIALOG), "0800");
	assert_string_equal(fetch_card(&from, id), "0801");
	assert_int_not_equal(from.reply.cards[0].reception_ms, 0);

	/* A small one at once. */
	put_one(&a, &id, 10);
	client_open(&c);
	assert_string_equal(fetch_chunk(&c, id, 1, 128, NULL, 0), "0801");
	assert_int_equal(c.reply.type, OSCI_RESPONSE_TO_FETCH_DELIVERY);
	expect_content(&c, &c.message, 10);
	arena_free(&a);
}

/* ---- what is no longer kept ---- */

#define CHANGE(sql, message_id)                                                \
	do {                                                                   \
		uint8_t hash_[CRYPTO_DIGEST_LEN];                              \
		const struct db_param p_ = db_blob(hash_, sizeof(hash_));      \
                                                                               \
		crypto_sha256(message_id, strlen(message_id), hash_);          \
		OK(db_exec(app.db, sql, &p_, 1, NULL, &err));                  \
	} while (0)

static int
count_bytes(void *arg, const void *data, size_t n, struct err *err)
{
	(void)data;
	(void)err;
	*(size_t *)arg += n;
	return 0;
}

static void
test_retention(void **state)
{
	struct arena a = {0};
	struct client to = client_new(&a, ADDRESSEE);
	struct courier courier = {.config = &config};
	struct osci_mailbox box, after;
	struct osci_delivery d;
	struct err err = {0};
	const char *id;
	size_t size = 0;

	(void)state;
	NEED_DB();
	courier.db = app.db;
	put_one(&a, &id, 5000);
	OK(osci_delivery_by_message_id(
	    app.db, &a, &worker.files, id, &d, &err));
	OK(osci_file_read(&config, &d.id, &d.key.key, count_bytes, &size,
	    &err));
	assert_int_equal(size, d.size);
	OK(osci_mailbox_find(
	    app.db, &a, keys.own[ADDRESSEE].cert.sha256, &box, &err));
	CHANGE("UPDATE osci_delivery SET expires_at = '2001-01-01'"
	       " WHERE hash = ?", id);
	OK(sweep_osci(&courier, &err));
	FAILS(osci_file_read(&config, &d.id, &d.key.key, count_bytes, &size,
	    &err), ERR_IO);
	OK(osci_mailbox_find(
	    app.db, &a, keys.own[ADDRESSEE].cert.sha256, &after, &err));
	assert_int_equal(after.used_bytes, box.used_bytes - d.size);
	client_open(&to);
	assert_string_equal(fetch_one(&to, id), "9803");
	assert_string_equal(fetch_card(&to, id), "0801");
	CHANGE("UPDATE osci_delivery SET created_at = '2001-01-01'"
	       " WHERE hash = ?", id);
	OK(sweep_osci(&courier, &err));
	assert_string_equal(fetch_card(&to, id), "9804");
	arena_free(&a);
}

static void
test_retention_of_chunks(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR);
	struct courier courier = {.config = &config};
	struct crypto_spool *spool;
	struct osci_partial p;
	struct osci_chunk_row *row;
	struct err err = {0};
	const char *id;
	size_t n, size = 0;

	(void)state;
	NEED_DB();
	courier.db = app.db;
	id = client_id(&c);
	spool = whole(&c, id, 30000);
	assert_string_equal(send_chunk(&c, id, spool, 1, 16), "0800");
	OK(osci_partial_find(app.db, &a, &worker.files, OSCI_PARTIAL_IN, id,
	    keys.own[ORIGINATOR].cert.sha256, &p, &err));
	OK(osci_chunk_list(app.db, &a, &p.id, &row, &n, &err));
	assert_int_equal(n, 1);
	CHANGE("UPDATE osci_partial SET used_at = '2001-01-01'"
	       " WHERE hash = ?", id);
	CHANGE("UPDATE osci_message_id SET issued_at = '2001-01-01'"
	       " WHERE hash = ?", id);
	OK(sweep_osci(&courier, &err));
	FAILS(osci_file_read(&config, &row[0].file, &p.key.key, count_bytes,
	    &size, &err), ERR_IO);
	assert_string_equal(send_chunk(&c, id, spool, 2, 16), "9801");
	arena_free(&a);
}

static void
set_quota(struct osci_mailbox *box, int64_t quota)
{
	struct err err = {0};

	box->quota = quota;
	OK(osci_mailbox_update(app.db, box, &err));
}

/* What has come of a message is in the mailbox, whole or not. */
static void
test_chunks_in_quota(void **state)
{
	struct arena a = {0};
	struct client c = client_new(&a, ORIGINATOR);
	struct courier courier = {.config = &config};
	struct crypto_spool *spool;
	struct osci_mailbox box;
	struct err err = {0};
	const char *id, *other;
	int64_t size;

	(void)state;
	NEED_DB();
	courier.db = app.db;
	c.addressee = AUTHOR;
	id = client_id(&c);
	other = client_id(&c);
	spool = whole(&c, id, 30000);
	size = crypto_spool_len(spool);
	assert_string_equal(send_chunk(&c, id, spool, 1, 16), "0800");
	OK(osci_mailbox_find(
	    app.db, &a, keys.own[AUTHOR].cert.sha256, &box, &err));
	set_quota(&box, box.used_bytes + size + 1000);
	assert_string_equal(client_store(&c, other, 30000), "9811");
	/* of another addressee it is another message */
	c.addressee = ADDRESSEE;
	assert_string_equal(send_chunk(&c, id, spool, 2, 16), "9905");
	c.addressee = AUTHOR;
	set_quota(&box, box.used_bytes + 20000);
	assert_string_equal(send_chunk(&c, id, spool, 2, 16), "9811");
	set_quota(&box, box.used_bytes + size + 1000);
	for (int64_t i = 2; (i - 1) * 16 * 1024 < size; i++)
		assert_string_equal(send_chunk(&c, id, spool, i, 16), "0800");
	assert_true(has_code(&c, "3950"));
	assert_string_equal(c.reply.inside[0].code, "0800");
	OK(osci_mailbox_find(
	    app.db, &a, keys.own[AUTHOR].cert.sha256, &box, &err));
	assert_true(box.used_bytes >= size);

	/* A message whose first chunk says that it is too much is none. */
	id = client_id(&c);
	spool = whole(&c, id, 30000);
	assert_string_equal(send_chunk(&c, id, spool, 1, 16), "9811");
	/* What does not become whole is swept, and its room is free again. */
	set_quota(&box, box.used_bytes + size + 8000);
	assert_string_equal(send_chunk(&c, id, spool, 1, 16), "0800");
	assert_string_equal(client_store(&c, other, 30000), "9811");
	CHANGE("UPDATE osci_partial SET used_at = '2001-01-01'"
	       " WHERE hash = ?", id);
	OK(sweep_osci(&courier, &err));
	assert_string_equal(client_store(&c, other, 30000), "0800");
	set_quota(&box, 0);
	arena_free(&a);
}

/* ---- how often ---- */

static void
test_rates(void **state)
{
	struct osci_rates *r = rates_new();
	uint8_t who[CRYPTO_DIGEST_LEN] = {1, 2}, near[CRYPTO_DIGEST_LEN];

	(void)state;
	assert_true(rates_take(r, who, 2, 60000));
	assert_true(rates_take(r, who, 2, 60001));
	assert_false(rates_take(r, who, 2, 119999));
	assert_true(rates_take(r, who, 0, 119999));
	assert_true(rates_take(r, who, 2, 120000));
	/* Many others do not make room for who asks most. */
	assert_true(rates_take(r, who, 2, 120000));
	memcpy(near, who, sizeof(near));
	for (int i = 1; i < 100; i++) {
		near[31] = (uint8_t)i;
		assert_true(rates_take(r, near, 2, 120000));
	}
	assert_false(rates_take(r, who, 2, 120000));
	rates_free(r);
}

/* Three in two minutes at the most: one of them is too many. */
static void
test_client_rate(void **state)
{
	static const enum osci_type types[] = {
	    OSCI_GET_MESSAGE_ID, OSCI_INIT_DIALOG};
	struct arena a = {0};

	(void)state;
	NEED_DB();
	config.osci_client_rate = 1;
	for (size_t k = 0; k < nitems(types); k++) {
		struct client c = client_new(&a, ORIGINATOR);
		struct client other = client_new(&a, READER);
		int refused = 0;

		other.by = &keys.signer[k == 0 ? AUTHOR : READER];
		for (int i = 0; i < 3; i++) {
			c.conversation = NULL;
			if (strcmp(client_order(&c, types[k]), "9811") == 0)
				refused++;
		}
		assert_in_range(refused, 1, 3);
		assert_string_equal(client_order(&other, types[k]),
		    types[k] == OSCI_INIT_DIALOG ? "0801" : "0800");
	}
	config.osci_client_rate = 0;
	arena_free(&a);
}

/* ---- what is no OSCI at all ---- */

static void
test_no_message(void **state)
{
	static const char *const bodies[] = {"", "x", "<a/>",
	    "MIME-Version: 1.0\r\n\r\n"};
	struct arena a = {0};
	const char *answer;
	size_t len;

	(void)state;
	NEED_DB();
	for (size_t i = 0; i < nitems(bodies); i++) {
		program_post(&a, bodies[i], strlen(bodies[i]), &answer, &len);
		assert_non_null(strstr(answer, "<osci:Code>9100<"));
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_delivery),
	    cmocka_unit_test(test_oldest_first),
	    cmocka_unit_test(test_message_ids),
	    cmocka_unit_test(test_dialog),
	    cmocka_unit_test(test_dialog_idle),
	    cmocka_unit_test(test_dialog_busy),
	    cmocka_unit_test(test_dialog_once),
	    cmocka_unit_test(test_dialog_of_signer),
	    cmocka_unit_test(test_others_mail),
	    cmocka_unit_test(test_demands),
	    cmocka_unit_test(test_unproved),
	    cmocka_unit_test(test_mailboxes),
	    cmocka_unit_test(test_store_chunks),
	    cmocka_unit_test(test_store_chunks_refused),
	    cmocka_unit_test(test_fetch_chunks),
	    cmocka_unit_test(test_retention),
	    cmocka_unit_test(test_retention_of_chunks),
	    cmocka_unit_test(test_chunks_in_quota),
	    cmocka_unit_test(test_rates),
	    cmocka_unit_test(test_client_rate),
	    cmocka_unit_test(test_no_message),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(
	    tests, program_set_up, program_tear_down);
}
