#include "torhaus/audit_export.h"

#include <errno.h>

#include "common/hex.h"
#include "common/json.h"

#define LINE_MAX_BYTES (40 * 1024 * 1024)

static void
write_line(FILE *f, struct arena *a, void (*fill)(struct json_out *, void *),
    void *arg)
{
	struct buf *line = buf_new(a, LINE_MAX_BYTES);
	struct json_out j;

	json_begin(&j, line);
	json_open_object(&j);
	fill(&j, arg);
	json_close_object(&j);
	(void)fputs(buf_text(line), f); /* ferror is checked at the end */
	(void)fputc('\n', f);
}

static void
put_hex(struct json_out *j, const char *key, const void *data, size_t len)
{
	struct arena a = {0};

	json_pair(j, key, data == NULL ? NULL : id_hex_bytes(&a, data, len));
	arena_free(&a);
}

static void
put_int(struct json_out *j, const char *key, int64_t value)
{
	json_key(j, key);
	json_put_int(j, value);
}

struct head {
	const char *town;
	uint32_t town_id;
	const uint8_t *public_key;
	int64_t now_ms;
};

static void
fill_head(struct json_out *j, void *arg)
{
	const struct head *h = arg;

	put_int(j, "torhaus-audit", 1);
	json_pair(j, "town", h->town);
	put_int(j, "town_id", h->town_id);
	put_hex(j, "public_key", h->public_key, CRYPTO_PUBLIC_LEN);
	put_int(j, "exported_at", h->now_ms);
}

void
audit_write_head(FILE *f, const char *town, uint32_t town_id,
    const uint8_t public_key[CRYPTO_PUBLIC_LEN], int64_t now_ms)
{
	struct head h = {town, town_id, public_key, now_ms};
	struct arena a = {0};

	write_line(f, &a, fill_head, &h);
	arena_free(&a);
}

static void
fill_seal(struct json_out *j, void *arg)
{
	const struct seal *s = arg;

	put_int(j, "seal", s->seq);
	if (s->seq == 0)
		return;
	put_int(j, "at", s->at_ms);
	put_int(j, "events", s->events);
	put_hex(j, "root", s->root, sizeof(s->root));
	put_hex(j, "previous", s->previous_hash, sizeof(s->previous_hash));
	put_hex(j, "hash", s->hash, sizeof(s->hash));
	put_hex(j, "signature", s->signature, sizeof(s->signature));
}

void
audit_write_seal(FILE *f, const struct seal *seal)
{
	struct seal s = {0};
	struct arena a = {0};

	if (seal != NULL)
		s = *seal;
	write_line(f, &a, fill_seal, &s);
	arena_free(&a);
}

struct event_line {
	const struct id *vorgang;
	const struct event_row *row;
};

static void
fill_event(struct json_out *j, void *arg)
{
	const struct event_line *e = arg;

	put_hex(j, "vorgang", e->vorgang->byte, ID_LEN);
	put_int(j, "seq", e->row->seq);
	json_pair(j, "kind", e->row->kind);
	put_int(j, "at", e->row->at_ms);
	put_int(j, "actor", e->row->actor);
	json_key(j, "public");
	json_put_bool(j, e->row->is_public);
	put_hex(j, "data", e->row->data, e->row->data_len);
	put_hex(j, "previous", e->row->previous_hash, CRYPTO_DIGEST_LEN);
	put_hex(j, "hash", e->row->hash, CRYPTO_DIGEST_LEN);
}

void
audit_write_event(
    FILE *f, const struct id *vorgang, const struct event_row *row)
{
	struct event_line e = {vorgang, row};
	struct arena a = {0};

	write_line(f, &a, fill_event, &e);
	arena_free(&a);
}

/* Exactly n bytes of hex. */
static int
get_hex(const cJSON *json, const char *name, uint8_t *out, size_t n,
    struct err *err)
{
	const char *s = json_string(json, name);

	if (s == NULL || strlen(s) != 2 * n)
		return err_set(err, ERR_BAD_REQUEST, "member %s", name);
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(s[2 * i]), low = hex_digit(s[2 * i + 1]);

		if (high < 0 || low < 0)
			return err_set(
			    err, ERR_BAD_REQUEST, "member %s", name);
		out[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

static int
read_seal(const cJSON *json, uint32_t town_id, struct audit *a,
    struct err *err)
{
	struct seal s = {.town_id = town_id};

	s.seq = (uint32_t)json_int(json, "seal", 0, UINT32_MAX, 0);
	if (s.seq == 0) {
		audit_seal(a, NULL);
		return 0;
	}
	s.at_ms = json_int(json, "at", 0, INT64_MAX / 2, 0);
	s.events = (uint32_t)json_int(json, "events", 0, UINT32_MAX, 0);
	if (get_hex(json, "root", s.root, sizeof(s.root), err) == -1 ||
	    get_hex(json, "previous", s.previous_hash,
		sizeof(s.previous_hash), err) == -1 ||
	    get_hex(json, "hash", s.hash, sizeof(s.hash), err) == -1 ||
	    get_hex(json, "signature", s.signature, sizeof(s.signature),
		err) == -1)
		return -1;
	audit_seal(a, &s);
	return 0;
}

static int
read_event(struct arena *arena, const cJSON *json, struct audit *a,
    struct err *err)
{
	const char *data = json_string(json, "data");
	const char *kind = json_string(json, "kind");
	struct event_row row = {.kind = kind};
	struct id vorgang;

	if (kind == NULL)
		return err_set(err, ERR_BAD_REQUEST, "member kind");
	if (data != NULL) {
		uint8_t *bytes = arena_alloc(arena, strlen(data) / 2 + 1, 1);

		row.data = bytes;
		row.data_len = strlen(data) / 2;
		if (get_hex(json, "data", bytes, row.data_len, err) == -1)
			return -1;
	}
	row.seq = (uint32_t)json_int(json, "seq", 0, UINT32_MAX, 0);
	row.at_ms = json_int(json, "at", 0, INT64_MAX / 2, 0);
	row.actor = (enum event_actor)json_int(
	    json, "actor", 0, ACTOR_SYSTEM, ACTOR_SYSTEM);
	row.is_public = json_bool(json, "public", false);
	if (get_hex(json, "vorgang", vorgang.byte, ID_LEN, err) == -1 ||
	    get_hex(json, "previous", row.previous_hash, CRYPTO_DIGEST_LEN,
		err) == -1 ||
	    get_hex(json, "hash", row.hash, CRYPTO_DIGEST_LEN, err) == -1)
		return -1;
	audit_event(a, &vorgang, &row);
	return 0;
}

static int
read_line(const char *line, size_t len, uint32_t *town_id, struct audit *a,
    struct err *err)
{
	const struct json_limits limits = {LINE_MAX_BYTES, 4, 100};
	struct arena arena = {0};
	cJSON *json;
	int rc = -1;

	if (json_parse(&arena, line, len, &limits, &json, err) == -1)
		goto out;
	if (json_string(json, "public_key") != NULL) {
		*town_id = (uint32_t)json_int(
		    json, "town_id", 1, UINT16_MAX, 0);
		rc = *town_id == 0
		    ? err_set(err, ERR_BAD_REQUEST, "member town_id")
		    : 0;
	} else if (cJSON_HasObjectItem(json, "seal")) {
		rc = read_seal(json, *town_id, a, err);
	} else {
		rc = read_event(&arena, json, a, err);
	}
out:
	arena_free(&arena);
	return rc;
}

int
audit_read_file(const char *path, struct audit *a, struct err *err)
{
	struct err why = {0};
	uint32_t town_id = 0;
	size_t room = 0, number = 0;
	char *line = NULL;
	ssize_t len;
	FILE *f = fopen(path, "re");
	int rc = 0;

	if (f == NULL)
		return err_set(
		    err, ERR_IO, "%s: %s", path, strerror(errno));
	while (rc == 0 && (len = getline(&line, &room, f)) > 0) {
		number++;
		if (line[len - 1] == '\n')
			len--;
		rc = read_line(line, (size_t)len, &town_id, a, &why);
	}
	if (rc == -1)
		(void)err_set(err, ERR_BAD_REQUEST, "%s:%zu: %s", path,
		    number, why.msg);
	free(line);
	(void)fclose(f); /* only read from */
	return rc;
}
