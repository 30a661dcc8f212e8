#include "common/service/service.h"

#include <pthread.h>
#include <stdatomic.h>

#include "common/json.h"
#include "common/log.h"
#include "common/service/service_opening.h"
#include "common/service/service_store.h"
#include "common/town_store.h"

/* A town with its offers, ordered by slug. */
struct town_entry {
	struct town town;
	const struct town_service **offer;
	size_t noffer;
};

struct host_entry {
	const char *host;
	const struct town *town;
};

struct version_entry {
	uint32_t id;
	const struct service *service;
};

struct service_set {
	struct arena arena;
	atomic_size_t holders;
	struct town_entry *entry;
	const struct town **town; /* the same, for service_set_towns */
	size_t ntown;
	struct host_entry *host; /* sorted */
	size_t nhost;
	struct version_entry *version; /* sorted */
	size_t nversion;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct service_set *current; /* under lock */

/* ---- look-up ---- */

static int
compare_host(const void *a, const void *b)
{
	return strcmp(((const struct host_entry *)a)->host,
	    ((const struct host_entry *)b)->host);
}

static int
compare_version(const void *a, const void *b)
{
	uint32_t x = ((const struct version_entry *)a)->id;
	uint32_t y = ((const struct version_entry *)b)->id;

	return (x > y) - (x < y);
}

static int
compare_offer(const void *a, const void *b)
{
	const struct town_service *const *x = a, *const *y = b;

	return strcmp((*x)->service->slug, (*y)->service->slug);
}

static const struct town_entry *
find_entry(const struct service_set *s, uint32_t id)
{
	for (size_t i = 0; i < s->ntown; i++)
		if (s->entry[i].town.id == id)
			return &s->entry[i];
	return NULL;
}

const struct town *
service_set_town(const struct service_set *s, const char *host)
{
	const struct host_entry key = {host, NULL}, *found;

	found = bsearch(
	    &key, s->host, s->nhost, sizeof(key), compare_host);
	return found == NULL ? NULL : found->town;
}

const struct town *
service_set_town_by_id(const struct service_set *s, uint32_t id)
{
	const struct town_entry *e = find_entry(s, id);

	return e == NULL ? NULL : &e->town;
}

size_t
service_set_towns(
    const struct service_set *s, const struct town *const **out)
{
	*out = s->town;
	return s->ntown;
}

size_t
service_set_offers(const struct service_set *s, const struct town *t,
    const struct town_service *const **out)
{
	const struct town_entry *e = find_entry(s, t->id);

	*out = e == NULL ? NULL : e->offer;
	return e == NULL ? 0 : e->noffer;
}

const struct town_service *
service_set_offer(const struct service_set *s, const struct town *t,
    const char *slug)
{
	const struct town_service *const *offer;
	size_t n = service_set_offers(s, t, &offer);

	for (size_t i = 0; i < n; i++)
		if (strcmp(offer[i]->service->slug, slug) == 0)
			return offer[i];
	return NULL;
}

const struct service *
service_set_version(const struct service_set *s, uint32_t version_id)
{
	const struct version_entry key = {version_id, NULL}, *found;

	found = bsearch(&key, s->version, s->nversion, sizeof(key),
	    compare_version);
	return found == NULL ? NULL : found->service;
}

/* ---- holding and swapping ---- */

const struct service_set *
service_set_hold(void)
{
	struct service_set *s;

	(void)pthread_mutex_lock(&lock);
	s = current;
	if (s != NULL)
		atomic_fetch_add(&s->holders, 1);
	(void)pthread_mutex_unlock(&lock);
	return s;
}

static void
free_set(struct service_set *s)
{
	struct arena arena = s->arena; /* s itself is not in it */

	for (size_t i = 0; i < s->ntown; i++) {
		explicit_bzero(&s->entry[i].town.key,
		    sizeof(s->entry[i].town.key));
		explicit_bzero(&s->entry[i].town.index_key,
		    sizeof(s->entry[i].town.index_key));
	}
	arena_free(&arena);
	free(s);
}

void
service_set_drop(const struct service_set *held)
{
	/* Only the counter changes, and the memory when nobody is left. */
	struct service_set *s = (struct service_set *)(uintptr_t)held;

	if (s != NULL && atomic_fetch_sub(&s->holders, 1) == 1)
		free_set(s);
}

void
service_set_publish(struct service_set *next)
{
	struct service_set *before;

	(void)pthread_mutex_lock(&lock);
	before = current;
	current = next;
	(void)pthread_mutex_unlock(&lock);
	service_set_drop(before);
}

/* ---- loading ---- */

static int
load_towns(struct service_set *s, struct db *db,
    const struct crypto_key *master, struct err *err)
{
	struct town_row *row;
	size_t n;

	if (town_rows(db, &s->arena, &row, &n, err) == -1)
		return -1;
	s->entry = arena_new(&s->arena, struct town_entry, n);
	s->town = arena_new(&s->arena, const struct town *, n);
	for (size_t i = 0; i < n; i++) {
		struct town *t = &s->entry[i].town;

		*t = (struct town){.id = row[i].id,
		    .slug = row[i].slug,
		    .name = row[i].name,
		    .host = "",
		    .ags = row[i].ags,
		    .mail_from = row[i].mail_from};
		if (crypto_unwrap(master, row[i].wrapped_key, &t->key, err) ==
		    -1)
			return err_set(err, ERR_CRYPTO,
			    "the master key does not open the key of town %s",
			    t->slug);
		crypto_derive(&t->key, "blind-index", &t->index_key);
		s->town[i] = t;
		s->ntown++;
	}
	return 0;
}

static int
load_hosts(struct service_set *s, struct db *db, struct err *err)
{
	struct town_host_row *row;
	size_t n;

	if (town_host_rows(db, &s->arena, &row, &n, err) == -1)
		return -1;
	s->host = arena_new(&s->arena, struct host_entry, n);
	for (size_t i = 0; i < s->ntown; i++) {
		struct town *t = &s->entry[i].town;

		for (size_t k = 0; k < n; k++) {
			if (row[k].town_id != t->id)
				continue;
			if (row[k].is_first)
				t->host = row[k].host;
			s->host[s->nhost++] =
			    (struct host_entry){row[k].host, t};
		}
	}
	qsort(s->host, s->nhost, sizeof(*s->host), compare_host);
	return 0;
}

static int
load_departments(struct service_set *s, struct db *db, struct err *err)
{
	struct department_row *row;
	struct department *all;
	size_t n;

	if (town_department_rows(db, &s->arena, &row, &n, err) == -1)
		return -1;
	all = arena_new(&s->arena, struct department, n);
	for (size_t i = 0; i < n; i++)
		all[i] = row[i].department;
	for (size_t i = 0; i < s->ntown; i++) {
		struct town *t = &s->entry[i].town;

		/* The rows are ordered by town: each has one stretch. */
		for (size_t k = 0; k < n; k++) {
			if (row[k].town_id != t->id)
				continue;
			if (t->ndepartment++ == 0)
				t->department = &all[k];
		}
	}
	return 0;
}

/* A package that does not compile is left out: the others go on. */
static int
load_versions(struct service_set *s, struct db *db, struct err *err)
{
	struct arena rows = {0};
	struct service_version_row *row;
	size_t n;

	if (service_version_rows(db, &rows, &row, &n, err) == -1) {
		arena_free(&rows);
		return -1;
	}
	s->version = arena_new(&s->arena, struct version_entry, n);
	for (size_t i = 0; i < n; i++) {
		struct form_mistakes mistakes = {.arena = &rows};
		struct service *service = NULL;
		struct err why = {0};

		if (service_read_package(&s->arena, row[i].package,
			row[i].package_len, &service, &mistakes, &why) == -1 ||
		    service == NULL) {
			log_error("service %s %s cannot be used: %s",
			    row[i].slug, row[i].version,
			    mistakes.n > 0 ? mistakes.mistake[0].text
					   : why.msg);
			continue;
		}
		service->version_id = row[i].id;
		s->version[s->nversion++] =
		    (struct version_entry){row[i].id, service};
	}
	qsort(s->version, s->nversion, sizeof(*s->version), compare_version);
	arena_free(&rows);
	return 0;
}

static int
load_code_lists(struct service_set *s, struct db *db, struct err *err)
{
	struct arena scratch = {0};
	struct form_mistakes mistakes = {.arena = &scratch};
	const struct service **service =
	    arena_new(&scratch, const struct service *, s->nversion);
	int rc;

	for (size_t i = 0; i < s->nversion; i++)
		service[i] = s->version[i].service;
	rc = service_bind_lists(
	    db, &s->arena, service, s->nversion, &mistakes, err);
	for (size_t i = 0; i < mistakes.n; i++)
		log_warn("form field %s: %s", mistakes.mistake[i].path,
		    mistakes.mistake[i].text);
	arena_free(&scratch);
	return rc;
}

/* The package's defaults with the town's members over them. */
static int
merge_settings(struct arena *a, const struct service *service,
    const struct service_offer_row *row, const void **out, struct err *err)
{
	struct form_mistakes mistakes = {.arena = a};
	cJSON *own;

	if (json_parse(a, row->settings, row->settings_len,
		&json_limits_package, &own, err) == -1)
		return -1;
	*out = service_settings_merge(a, service, own, &mistakes);
	for (size_t i = 0; i < mistakes.n; i++)
		log_warn("service %s, town %u: %s", service->slug,
		    row->town_id, mistakes.mistake[i].text);
	return 0;
}

/* A rule that cannot be read opens to nobody: better late than too wide. */
static void
add_opening(struct arena *a, const struct town *town,
    struct town_service *offer)
{
	struct form_mistakes mistakes = {.arena = a};

	offer->opening = service_opening_compile(
	    a, offer->service, offer->settings, &mistakes);
	if (form_mistakes_count(&mistakes) == 0)
		return;
	offer->is_open = false;
	log_error("service %s, town %s: closed, since its opening rule is "
		  "wrong: %s: %s",
	    offer->service->slug, town->slug, mistakes.mistake[0].path,
	    mistakes.mistake[0].text);
}

static int
add_offer(struct service_set *s, struct town_entry *e,
    const struct service_offer_row *row, struct err *err)
{
	const struct service *service =
	    service_set_version(s, row->service_version_id);
	struct town_service *offer;
	const void *settings;

	if (service == NULL) /* load_versions has told why */
		return 0;
	if (merge_settings(&s->arena, service, row, &settings, err) == -1)
		return -1;
	offer = arena_new(&s->arena, struct town_service, 1);
	offer->service = service;
	offer->settings = settings;
	offer->is_open = row->is_open;
	offer->department =
	    service_department_name(service->department, settings);
	add_opening(&s->arena, &e->town, offer);
	e->offer[e->noffer++] = offer;
	return 0;
}

static int
load_offers(struct service_set *s, struct db *db, struct err *err)
{
	struct arena rows = {0};
	struct service_offer_row *row;
	size_t n;
	int rc = service_offer_rows(db, &rows, &row, &n, err);

	for (size_t i = 0; rc == 0 && i < s->ntown; i++) {
		struct town_entry *e = &s->entry[i];

		e->offer =
		    arena_new(&s->arena, const struct town_service *, n);
		for (size_t k = 0; rc == 0 && k < n; k++)
			if (row[k].town_id == e->town.id)
				rc = add_offer(s, e, &row[k], err);
		if (e->noffer > 0)
			qsort(e->offer, e->noffer, sizeof(*e->offer),
			    compare_offer);
	}
	arena_free(&rows);
	return rc;
}

int
service_set_load(struct db *db, const struct crypto_key *master,
    struct service_set **out, struct err *err)
{
	struct service_set *s = calloc(1, sizeof(*s));

	if (s == NULL)
		log_fatal("service: no memory");
	atomic_init(&s->holders, 1);
	db_enter_town(db, 0);
	if (load_towns(s, db, master, err) == -1 ||
	    load_hosts(s, db, err) == -1 ||
	    load_departments(s, db, err) == -1 ||
	    load_versions(s, db, err) == -1 ||
	    load_code_lists(s, db, err) == -1 ||
	    load_offers(s, db, err) == -1) {
		free_set(s);
		return -1;
	}
	*out = s;
	return 0;
}

int
service_set_generation(struct db *db, int64_t *out, struct err *err)
{
	struct arena a = {0};
	uint64_t value = 0;
	int rc = service_generation(db, &a, &value, err);

	*out = (int64_t)value;
	arena_free(&a);
	return rc;
}
