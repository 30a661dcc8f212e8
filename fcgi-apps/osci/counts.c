#include "osci/counts.h"

#include <pthread.h>

#include "common/date.h"
#include "common/log.h"
#include "common/osci/osci_mailbox_store.h"
#include "common/osci/osci_transfer_store.h"
#include "osci/osci.h"

#define LATE_MS (15 * 60 * 1000)
#define ROWS_MAX 512 /* types times codes that really occur: under 200 */

struct row {
	char type[32], code[5];
	uint64_t n;
};

struct osci_counts {
	pthread_mutex_t lock;
	struct row row[ROWS_MAX];
	size_t n;
};

struct osci_counts *
counts_new(void)
{
	struct osci_counts *c = calloc(1, sizeof(*c));

	if (c == NULL)
		log_fatal("counts: out of memory");
	(void)pthread_mutex_init(&c->lock, NULL); /* never fails on Linux */
	return c;
}

void
counts_free(struct osci_counts *c)
{
	if (c == NULL)
		return;
	(void)pthread_mutex_destroy(&c->lock);
	free(c);
}

void
counts_add(struct osci_counts *c, const char *type, const char *code)
{
	size_t i = 0;

	(void)pthread_mutex_lock(&c->lock);
	while (i < c->n && (strcmp(c->row[i].type, type) != 0 ||
	    strcmp(c->row[i].code, code) != 0))
		i++;
	if (i == c->n && i < ROWS_MAX) {
		(void)snprintf(
		    c->row[i].type, sizeof(c->row[i].type), "%s", type);
		(void)snprintf(
		    c->row[i].code, sizeof(c->row[i].code), "%s", code);
		c->n++;
	}
	if (i < c->n)
		c->row[i].n++;
	(void)pthread_mutex_unlock(&c->lock);
}

static void
write_requests(struct osci_counts *c, struct buf *out)
{
	const char *name = "torhaus_osci_requests_total";

	buf_printf(out,
	    "# HELP %s OSCI requests by type and result.\n# TYPE %s counter\n",
	    name, name);
	(void)pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n; i++)
		buf_printf(out, "%s{type=\"%s\",code=\"%s\"} %llu\n", name,
		    c->row[i].type, c->row[i].code,
		    (unsigned long long)c->row[i].n);
	(void)pthread_mutex_unlock(&c->lock);
}

/* By number: a mailbox's name may be a person's. */
static void
write_mailboxes(const struct osci_mailbox *box, size_t n, struct buf *out)
{
	static const char *const names[][2] = {
		{ "torhaus_osci_mailbox_bytes",
		    "Bytes of the messages in a mailbox" },
		{ "torhaus_osci_mailbox_waiting",
		    "Messages that nobody has received yet" },
	};

	for (size_t k = 0; k < nitems(names); k++) {
		buf_printf(out, "# HELP %s %s.\n# TYPE %s gauge\n",
		    names[k][0], names[k][1], names[k][0]);
		for (size_t i = 0; i < n; i++)
			buf_printf(out, "%s{mailbox=\"%u\"} %lld\n",
			    names[k][0], box[i].id,
			    (long long)(k == 0 ? box[i].used_bytes
					       : box[i].waiting));
	}
}

/* What the courier ought to have done long ago. */
static int
write_late(struct app *app, struct arena *a, struct buf *out, struct err *err)
{
	static const char *const name = "torhaus_osci_late";
	int64_t transfers, fetches;

	if (osci_late(app->db, a, date_now_ms() - LATE_MS, &transfers,
		&fetches, err) == -1)
		return -1;
	buf_printf(out,
	    "# HELP %s Due for more than 15 minutes: the courier's part for "
	    "OSCI is not ready.\n# TYPE %s gauge\n"
	    "%s{what=\"transfers\"} %lld\n%s{what=\"fetches\"} %lld\n",
	    name, name, name, (long long)transfers, name,
	    (long long)fetches);
	return 0;
}

void
counts_write(struct app *app, struct buf *out)
{
	const struct worker *w = app->own;
	struct osci_mailbox *box;
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t n;

	write_requests(w->counts, out);
	if (osci_mailbox_list(app->db, &a, &box, &n, &err) == 0)
		write_mailboxes(box, n, out);
	if (err.code == ERR_NONE)
		(void)write_late(app, &a, out, &err);
	if (err.code != ERR_NONE)
		log_warn("metrics: %s", err.msg);
	arena_free(&a);
}
