#include "book.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/date.h"

struct book {
	char dir[200]; /* "": in memory */
	FILE *asked;
	char (*seen)[40];
	size_t nseen, room;
	struct book_answer *first, **last;
};

static int
broken(const char *what, struct err *err)
{
	return err_set(err, ERR_IO, "%s: %s", what, strerror(errno));
}

static void *
must(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

/* ---- questions ---- */

bool
book_has(const struct book *b, const char *uuid)
{
	for (size_t i = 0; i < b->nseen; i++)
		if (strcmp(b->seen[i], uuid) == 0)
			return true;
	return false;
}

static void
see(struct book *b, const char *uuid)
{
	if (b->nseen == b->room) {
		b->room = b->room == 0 ? 64 : 2 * b->room;
		b->seen = must(realloc(b->seen, b->room * sizeof(*b->seen)));
	}
	(void)snprintf(b->seen[b->nseen++], sizeof(*b->seen), "%s", uuid);
}

static int
sync_file(FILE *f)
{
	return fflush(f) == 0 && fdatasync(fileno(f)) == 0 ? 0 : -1;
}

/* The line that makes it asked. */
static int
note(struct book *b, const struct office_question *q, struct err *err)
{
	if (b->asked != NULL &&
	    (fprintf(b->asked, "%s %s %s %s\n", q->uuid, q->type, q->created,
		 q->who) < 0 ||
		sync_file(b->asked) == -1))
		return broken("asked", err);
	see(b, q->uuid);
	return 0;
}

static void
read_asked(
    struct book *b, void (*remember)(const struct office_question *))
{
	char line[1000];

	while (fgets(line, sizeof(line), b->asked) != NULL) {
		char *at = line;
		struct office_question q;

		at[strcspn(at, "\n")] = '\0';
		q.uuid = strsep(&at, " ");
		q.type = at == NULL ? "" : strsep(&at, " ");
		q.created = at == NULL ? "" : strsep(&at, " ");
		q.who = at == NULL ? "" : at;
		see(b, q.uuid);
		remember(&q);
	}
}

/* ---- answers ---- */

static void
add(struct book *b, struct book_answer *a)
{
	a->next = NULL;
	*b->last = a;
	b->last = &a->next;
}

static void
path_of(const struct book *b, const char *name, char out[300])
{
	(void)snprintf(out, 300, "%s/%s", b->dir, name);
}

static int
write_answer(const struct book *b, const struct book_answer *a,
    struct err *err)
{
	char path[300], half[300];
	FILE *f;
	bool is_whole;

	if (*b->dir == '\0')
		return 0;
	path_of(b, a->name, path);
	path_of(b, "half", half);
	if ((f = fopen(half, "w")) == NULL)
		return broken(half, err);
	is_whole = fprintf(f, "%lld %zu %zu\n", (long long)a->due_ms,
		       a->cert_len, a->len) > 0 &&
	    fwrite(a->cert, 1, a->cert_len, f) == a->cert_len &&
	    fwrite(a->xml, 1, a->len, f) == a->len && sync_file(f) == 0;
	is_whole &= fclose(f) == 0;
	return is_whole && rename(half, path) == 0 ? 0 : broken(path, err);
}

static void
read_answer(struct book *b, const char *name)
{
	struct book_answer *a = must(calloc(1, sizeof(*a)));
	char path[300];
	long long due;
	FILE *f;

	path_of(b, name, path);
	if ((f = fopen(path, "r")) == NULL)
		abort();
	if (fscanf(f, "%lld %zu %zu", &due, &a->cert_len, &a->len) != 3 ||
	    fgetc(f) != '\n' || a->cert_len > sizeof(a->cert))
		abort(); /* it is renamed only when it is whole */
	a->xml = must(malloc(a->len + 1));
	if (fread(a->cert, 1, a->cert_len, f) != a->cert_len ||
	    fread(a->xml, 1, a->len, f) != a->len)
		abort();
	(void)fclose(f);
	a->due_ms = due;
	(void)snprintf(a->name, sizeof(a->name), "%.47s", name);
	add(b, a);
}

/* Answers whose question did not come into the book are not to be sent: it
 * comes once more. */
static int
read_answers(struct book *b, struct err *err)
{
	DIR *d = opendir(b->dir);
	const struct dirent *e;

	if (d == NULL)
		return broken(b->dir, err);
	while ((e = readdir(d)) != NULL) {
		char uuid[40], path[300];

		if (strlen(e->d_name) < 38 || e->d_name[36] != '.')
			continue;
		(void)snprintf(uuid, sizeof(uuid), "%.36s", e->d_name);
		path_of(b, e->d_name, path);
		if (book_has(b, uuid))
			read_answer(b, e->d_name);
		else
			(void)unlink(path);
	}
	(void)closedir(d);
	return 0;
}

int
book_enter(struct book *b, const struct office_question *q,
    const struct office_answer *answer, size_t n, const struct osci_cert *to,
    struct err *err)
{
	struct book_answer *made[OFFICE_ANSWERS_MAX];
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		struct book_answer *a = must(calloc(1, sizeof(*a)));

		made[i] = a;
		a->len = strlen(answer[i].xml);
		a->xml = must(strdup(answer[i].xml));
		memcpy(a->cert, to->der, to->len);
		a->cert_len = to->len;
		a->due_ms = date_now_ms() + answer[i].delay_ms;
		(void)snprintf(
		    a->name, sizeof(a->name), "%.36s.%zu", q->uuid, i);
		rc |= write_answer(b, a, err);
	}
	if (rc == 0)
		rc = note(b, q, err);
	for (size_t i = 0; i < n; i++)
		if (rc == 0) {
			add(b, made[i]);
		} else {
			free(made[i]->xml);
			free(made[i]);
		}
	return rc;
}

struct book_answer *
book_due(struct book *b, int64_t now_ms)
{
	for (struct book_answer *a = b->first; a != NULL; a = a->next)
		if (a->due_ms <= now_ms)
			return a;
	return NULL;
}

void
book_sent(struct book *b, struct book_answer *answer)
{
	struct book_answer **at = &b->first;
	char path[300];

	while (*at != answer)
		at = &(*at)->next;
	*at = answer->next;
	if (b->last == &answer->next)
		b->last = at;
	if (*b->dir != '\0') {
		path_of(b, answer->name, path);
		(void)unlink(path);
	}
	free(answer->xml);
	free(answer);
}

/* ---- the whole ---- */

int
book_open(const char *dir, void (*remember)(const struct office_question *),
    struct book **out, struct err *err)
{
	struct book *b = must(calloc(1, sizeof(*b)));
	char path[300];

	*out = b;
	b->last = &b->first;
	if (dir == NULL)
		return 0;
	(void)snprintf(b->dir, sizeof(b->dir), "%s", dir);
	path_of(b, "asked", path);
	if ((mkdir(dir, 0700) == -1 && errno != EEXIST) ||
	    (b->asked = fopen(path, "a+")) == NULL)
		return broken(path, err);
	rewind(b->asked);
	read_asked(b, remember);
	return read_answers(b, err);
}
