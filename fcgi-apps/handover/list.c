/* What there is to fetch, by time of the last change; and who asks. */
#include "common/date.h"
#include "common/num.h"
#include "handover/handover.h"

#define DEFAULT_COUNT 100
#define COUNT_MAX 500
/*
 * A transaction may become visible that much later than the time it wrote, and
 * clocks of two machines may differ: the end of a list never moves closer to
 * now, so that nothing is passed over. What changed within it is named again.
 */
#define SETTLE_MS 60000

struct list_request {
	struct client client;
	struct client_filter filter;
};

static void
put_rights(struct json_out *j, unsigned rights)
{
	static const struct {
		unsigned right;
		const char *name;
	} names[] = {{CLIENT_READ, "read"},
	    {CLIENT_ACKNOWLEDGE, "acknowledge"}, {CLIENT_ANSWER, "answer"}};

	json_open_array(j);
	for (size_t i = 0; i < nitems(names); i++)
		if (rights & names[i].right)
			json_put_string(j, names[i].name);
	json_close_array(j);
}

int
self_get(struct app *app, struct request *req, struct err *err)
{
	struct client client;
	struct json_out j;
	bool is_answered;

	if (door_open(app, req, &client, &is_answered, err) == -1)
		return -1;
	if (is_answered)
		return 0;
	http_reply(req, 200, "application/json");
	json_begin(&j, req->out);
	json_open_object(&j);
	json_pair(&j, "client", client.slug);
	json_pair(&j, "label", client.label);
	json_pair(&j, "version", API_VERSION);
	json_key(&j, "hourly");
	if (client.hourly == 0)
		json_put_null(&j);
	else
		json_put_int(&j, client.hourly);
	json_key(&j, "services");
	json_open_array(&j);
	for (size_t i = 0; i < client.nscope; i++) {
		json_open_object(&j);
		json_pair(&j, "service", client.scope[i].service);
		json_key(&j, "rights");
		put_rights(&j, client.scope[i].rights);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_pair(&j, "openapi", API_PATH "/openapi.json");
	json_close_object(&j);
	return 0;
}

/* "<milliseconds>-<id>", as cursor_write makes it. */
static int
cursor_read(struct request *req, const char *s, struct client_filter *f)
{
	const char *dash = strchr(s, '-');
	struct err none = {0};

	if (dash == NULL ||
	    num_parse(arena_dup(req->arena, s, (size_t)(dash - s)), 0,
		INT64_C(253402300799999), &f->since_ms, &none) == -1 ||
	    id_parse(dash + 1, &f->after, &none) == -1)
		return -1;
	f->has_after = true;
	return 0;
}

static const char *
cursor_write(struct arena *a, int64_t ms, const struct id *id)
{
	return arena_printf(a, "%lld-%s", (long long)ms, id_hex(a, id));
}

/* The query; NULL, or the key of the problem with it. */
static const char *
read_filter(struct request *req, struct client_filter *f)
{
	const char *since = http_pair_get(&req->query, "seit");
	const char *count = http_pair_get(&req->query, "anzahl");
	const char *after = http_pair_get(&req->query, "ab");
	const char *collected = http_pair_get(&req->query, "abgeholt");
	struct err none = {0};
	int64_t n = DEFAULT_COUNT;

	f->service = http_pair_get(&req->query, "leistung");
	f->state = http_pair_get(&req->query, "zustand");
	if (collected != NULL) {
		if (strcmp(collected, "nein") != 0)
			return "bad-filter";
		f->is_uncollected = true;
	}
	if (since != NULL &&
	    date_instant_parse(since, &f->since_ms, &none) == -1)
		return "bad-time";
	if (count != NULL && num_parse(count, 1, COUNT_MAX, &n, &none) == -1)
		return "bad-count";
	if (after != NULL && cursor_read(req, after, f) == -1)
		return "bad-cursor";
	f->max = (size_t)n + 1; /* one more tells whether there are more */
	return NULL;
}

static void
put_line(struct request *req, struct json_out *j,
    const struct client_line *line)
{
	const struct service *s =
	    service_set_version(req->services, line->service_version_id);
	struct arena *a = req->arena;

	json_open_object(j);
	json_pair(j, "id", id_hex(a, &line->id));
	json_pair(j, "reference", id_reference_show(a, line->reference));
	json_pair(j, "service", line->service);
	json_pair(j, "service_version", s == NULL ? NULL : s->version);
	json_pair(j, "state", line->state);
	json_key(j, "is_closed");
	json_put_bool(j, line->is_closed);
	json_pair(j, "received_at", date_instant_to_xsd(a, line->created_ms));
	json_pair(j, "changed_at", date_instant_to_xsd(a, line->changed_ms));
	json_pair(j, "collected_at",
	    line->collected_ms == 0
		? NULL : date_instant_to_xsd(a, line->collected_ms));
	json_pair(j, "href",
	    arena_printf(
		a, API_PATH "/vorgaenge/%s", id_hex(a, &line->id)));
	json_close_object(j);
}

/* Where the next request goes on. */
static const char *
next_cursor(struct request *req, const struct client_filter *f,
    const struct client_line *line, size_t n, bool has_more)
{
	static const struct id none = {0};
	int64_t settled_ms = date_now_ms() - SETTLE_MS;
	int64_t ms = n > 0 ? line[n - 1].changed_ms : f->since_ms;
	const struct id *id =
	    n > 0 ? &line[n - 1].id : f->has_after ? &f->after : &none;

	if (!has_more && ms > settled_ms)
		return cursor_write(req->arena, settled_ms, &none);
	return cursor_write(req->arena, ms, id);
}

/*
 * *tag: of what is in it. Where the next look begins moves with the clock and
 * is left out: a client that keeps its older place misses nothing.
 */
static void
write_list(struct request *req, const struct client_filter *f,
    const struct client_line *line, size_t n, struct buf *out,
    const char **tag)
{
	bool has_more = n == f->max;
	struct json_out j;

	if (has_more)
		n--;
	json_begin(&j, out);
	json_open_object(&j);
	json_key(&j, "vorgaenge");
	json_open_array(&j);
	for (size_t i = 0; i < n; i++)
		put_line(req, &j, &line[i]);
	json_close_array(&j);
	json_key(&j, "has_more");
	json_put_bool(&j, has_more);
	*tag = tag_of(req->arena, buf_text(out), out->len);
	json_pair(&j, "next", next_cursor(req, f, line, n, has_more));
	json_close_object(&j);
}

int
list_get(struct app *app, struct request *req, struct err *err)
{
	struct buf *body = buf_new(req->arena, 1 << 20);
	struct client_filter filter = {0};
	struct client_line *line;
	struct client client;
	const char *wrong, *tag;
	bool is_answered;
	size_t n;

	if (door_open(app, req, &client, &is_answered, err) == -1)
		return -1;
	if (is_answered)
		return 0;
	if ((wrong = read_filter(req, &filter)) != NULL)
		return refuse(app, req, ERR_BAD_REQUEST, wrong);
	if (filter.service != NULL &&
	    (client_rights(&client, filter.service) & CLIENT_READ) == 0)
		return refuse(app, req, ERR_FORBIDDEN, "out-of-scope");
	if (client_vorgaenge(app->db, req->arena, &client, &filter, &line, &n,
		err) == -1)
		return -1;
	write_list(req, &filter, line, n, body, &tag);
	if (tag_matches(req, tag))
		return tag_not_modified(req, tag);
	http_reply(req, 200, "application/json");
	http_reply_header(req, "ETag", tag);
	http_reply_header(req, "Cache-Control", "private, no-cache");
	buf_put(req->out, buf_text(body), body->len);
	return 0;
}
