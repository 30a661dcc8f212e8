#include "courier/courier.h"

#include "common/date.h"
#include "common/log.h"
#include "common/vorgang/outbox_store.h"
#include "courier/mail_compose.h"

/* A claim of a courier that died is free again after LEASE_MS, so it is short;
 * who lives begins no mail that could outlast it. */
#define LEASE_MS (3 * 60 * 1000)
#define MAIL_BEGIN_MS (LEASE_MS - 100 * 1000)
#define FIRST_WAIT_MS 30000
#define LONGEST_WAIT_MS (6 * 3600 * 1000)

/* 30 s, 90 s, 4.5 min ... 6 h: some hours for a server that is away for a
 * night, and no hammering. */
static int64_t
wait_after(uint32_t attempts)
{
	int64_t wait = FIRST_WAIT_MS;

	for (uint32_t i = 1; i < attempts && wait < LONGEST_WAIT_MS; i++)
		wait *= 3;
	return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

/* A job that no attempt will ever get through. */
static void
give_up(struct outbox_result *r, const char *why)
{
	r->outcome = OUTBOX_GIVEN_UP;
	r->error = why;
}

static int
compose(struct courier *c, struct arena *a, const struct outbox_job *job,
    struct mail *mail, struct err *err)
{
	const struct town *town =
	    service_set_town_by_id(c->services, job->town_id);
	const struct town_service *now;
	struct town_service offer = {0};
	struct outbox_mail in;
	char *payload;
	size_t len;

	if (town == NULL)
		return err_set(err, ERR_NOT_FOUND, "town is not loaded yet");
	if (outbox_open(a, town, job, &payload, &len, err) == -1 ||
	    outbox_mail_read(a, payload, len, &in, err) == -1)
		return -1;
	/* The version the applicant used, with the town's settings of today. */
	offer.service =
	    service_set_version(c->services, in.service_version_id);
	if (offer.service != NULL &&
	    (now = service_set_offer(
		 c->services, town, offer.service->slug)) != NULL)
		offer.settings = now->settings;
	return mail_compose(a, c->texts, town,
	    offer.service == NULL ? NULL : &offer, &in, &job->id, mail, err);
}

static void
send_mail(struct courier *c, struct arena *a, const struct outbox_job *job,
    struct outbox_result *r)
{
	struct err err = {0};
	struct mail mail;

	if (compose(c, a, job, &mail, &err) == -1) {
		give_up(r, arena_strdup(a, err.msg));
		return;
	}
	switch (smtp_send(c->smtp, &mail, &err)) {
	case SMTP_SENT:
		r->outcome = OUTBOX_DELIVERED;
		return;
	case SMTP_REFUSED:
		give_up(r, arena_strdup(a, err.msg));
		return;
	case SMTP_LATER:
		break;
	}
	if (job->attempts >= (uint64_t)c->config->mail_attempts) {
		give_up(r, arena_strdup(a, err.msg));
		return;
	}
	r->outcome = OUTBOX_LATER;
	r->next_ms = date_now_ms() + wait_after(job->attempts);
	r->error = arena_strdup(a, err.msg);
}

static void
log_result(struct arena *a, const struct outbox_job *job,
    const struct outbox_result *r)
{
	const char *id = id_hex(a, &job->id);

	if (r->outcome == OUTBOX_DELIVERED)
		log_info("outbox %s: delivered, attempt %u", id,
		    job->attempts);
	else if (r->outcome == OUTBOX_LATER)
		log_warn("outbox %s: attempt %u failed, again later: %s", id,
		    job->attempts, r->error);
	else
		log_error("outbox %s: given up after %u attempts: %s", id,
		    job->attempts, r->error);
}

int
deliver_batch(struct courier *c, size_t *n, struct err *err)
{
	struct arena a = {0};
	struct outbox_result *result;
	struct outbox_job *job;
	int64_t claimed_ms = date_now_ms();
	int rc = -1;

	if (outbox_claim(c->db, &a, c->name, claimed_ms, LEASE_MS,
		(size_t)c->config->courier_batch, &job, n, err) == -1)
		goto out;
	result = arena_new(&a, struct outbox_result, *n);
	for (size_t i = 0; i < *n; i++) {
		if (date_now_ms() - claimed_ms > MAIL_BEGIN_MS) {
			log_info("%zu deliveries wait for the end of their "
				 "claim", *n - i);
			break;
		}
		result[i].id = job[i].id;
		if (strcmp(job[i].kind, "mail") == 0)
			send_mail(c, &a, &job[i], &result[i]);
		else
			give_up(&result[i], "unknown kind");
		log_result(&a, &job[i], &result[i]);
		/* One by one: a crash must not send a whole batch again. */
		if (outbox_finish(c->db, &a, c->name, date_now_ms(),
			&result[i], 1, err) == -1)
			goto out;
	}
	rc = 0;
out:
	arena_free(&a);
	return rc;
}
