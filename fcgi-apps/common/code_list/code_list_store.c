#include "common/code_list/code_list_store.h"
#include "common/code_list/code_list_text.h"
#include "common/crypto/crypto.h"
#include "common/log.h"
#include "common/service/service_store.h"

#define LISTS_MAX 10000

static const char *
text_of(const struct db_rows *rows, size_t row, size_t column)
{
	const char *data = db_cell(rows, row, column)->data;

	return data == NULL ? "" : data;
}

int
code_list_rows(struct db *db, struct arena *a, struct code_list_row **out,
    size_t *n, struct err *err)
{
	struct db_rows rows;

	if (db_query(db, a,
		"SELECT id, uri, version, short_name, name, agency,"
		" valid_from, row_count, code_column, label_column,"
		" imported_at FROM code_list"
		" ORDER BY uri, valid_from, version", NULL, 0, LISTS_MAX,
		&rows, err) == -1)
		return -1;
	*n = rows.n;
	*out = arena_new(a, struct code_list_row, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct db_cell *from = db_cell(&rows, i, 6);

		(*out)[i] = (struct code_list_row){
			.id = (uint32_t)db_cell(&rows, i, 0)->i,
			.uri = text_of(&rows, i, 1),
			.version = text_of(&rows, i, 2),
			.short_name = text_of(&rows, i, 3),
			.name = text_of(&rows, i, 4),
			.agency = text_of(&rows, i, 5),
			.valid_from = from->is_null ? CODE_LIST_ALWAYS
						    : (int32_t)from->i,
			.row_count = db_cell(&rows, i, 7)->i,
			.code_column = text_of(&rows, i, 8),
			.label_column = text_of(&rows, i, 9),
			.imported_ms = db_cell(&rows, i, 10)->i
		};
	}
	return 0;
}

int
code_list_read(struct db *db, struct arena *a, const struct code_list_row *row,
    const struct code_list **out, struct err *err)
{
	const struct db_param p[] = { db_int(row->id) };
	struct arena scratch = { 0 };
	struct code_list_source source = { .uri = row->uri,
		.version = row->version,
		.name = row->name,
		.agency = row->agency,
		.short_name = row->short_name,
		.valid_from = row->valid_from };
	struct db_rows rows;
	int rc = -1;

	if (db_query(db, &scratch, "SELECT content FROM code_list WHERE id = ?",
		p, nitems(p), 1, &rows, err) == -1)
		goto out;
	if (rows.n == 0) {
		(void)err_set(err, ERR_NOT_FOUND, "code list %s %s is gone",
		    row->uri, row->version);
		goto out;
	}
	if (code_list_text_read(&scratch, db_cell(&rows, 0, 0)->data,
		db_cell(&rows, 0, 0)->len, row->code_column,
		row->label_column, &source, err) == -1)
		goto out;
	rc = code_list_build(a, &source, out, err);
out:
	arena_free(&scratch);
	return rc;
}

int
code_list_all(struct db *db, struct arena *a, const struct code_lists **out,
    struct err *err)
{
	const struct code_list **list;
	struct code_list_row *row;
	size_t n;

	if (code_list_rows(db, a, &row, &n, err) == -1)
		return -1;
	list = arena_new(a, const struct code_list *, n + 1);
	for (size_t i = 0; i < n; i++)
		if (code_list_read(db, a, &row[i], &list[i], err) == -1)
			return -1;
	*out = code_lists_new(a, list, n);
	return 0;
}

/* ---- taking a list in ---- */

struct stored {
	bool is_there;
	int64_t id;
	bool is_same;
	const char *label_column;
};

static int
find_stored(struct db *db, struct arena *a,
    const struct code_list_source *source,
    const uint8_t sha256[CRYPTO_DIGEST_LEN], struct stored *out,
    struct err *err)
{
	const struct db_param p[] = { db_text(source->uri),
		db_text(source->version) };
	const struct db_cell *digest;
	struct db_rows rows;

	*out = (struct stored){ 0 };
	if (db_query(db, a,
		"SELECT id, sha256, code_column, label_column FROM code_list"
		" WHERE uri = ? AND version = ?", p, nitems(p), 1, &rows,
		err) == -1)
		return -1;
	if (rows.n == 0)
		return 0;
	digest = db_cell(&rows, 0, 1);
	out->is_there = true;
	out->id = db_cell(&rows, 0, 0)->i;
	out->label_column = text_of(&rows, 0, 3);
	out->is_same = digest->len == CRYPTO_DIGEST_LEN &&
	    memcmp(digest->data, sha256, CRYPTO_DIGEST_LEN) == 0 &&
	    strcmp(text_of(&rows, 0, 2),
		source->column[source->code_column]) == 0;
	return 0;
}

static int
insert(struct db *db, const struct code_list_source *s, const char *content,
    const uint8_t sha256[CRYPTO_DIGEST_LEN], int64_t now_ms, struct err *err)
{
	const struct db_param p[] = { db_text(s->uri), db_text(s->version),
		db_text(s->short_name), db_text(s->name), db_text(s->agency),
		s->valid_from == CODE_LIST_ALWAYS ? db_null()
						  : db_date(s->valid_from),
		db_int((int64_t)s->nrow), db_text(s->column[s->code_column]),
		db_text(s->column[s->label_column]), db_text(content),
		db_blob(sha256, CRYPTO_DIGEST_LEN), db_time(now_ms) };

	return db_exec(db,
	    "INSERT INTO code_list (uri, version, short_name, name, agency,"
	    " valid_from, row_count, code_column, label_column, content,"
	    " sha256, imported_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    p, nitems(p), NULL, err);
}

static int
relabel(struct db *db, int64_t id, const char *column, struct err *err)
{
	const struct db_param p[] = { db_text(column), db_int(id) };

	return db_exec(db,
	    "UPDATE code_list SET label_column = ? WHERE id = ?", p,
	    nitems(p), NULL, err);
}

static int
put_within(struct db *db, const struct code_list_source *s,
    const struct stored *there, const char *content,
    const uint8_t sha256[CRYPTO_DIGEST_LEN], int64_t now_ms, struct err *err)
{
	if (there->is_there) {
		if (relabel(db, there->id, s->column[s->label_column], err) ==
		    -1)
			return -1;
	} else if (insert(db, s, content, sha256, now_ms, err) == -1)
		return -1;
	return service_generation_raise(db, err);
}

int
code_list_publish(struct db *db, struct arena *a,
    const struct code_list_source *s, bool is_label_said, int64_t now_ms,
    enum code_list_put *put, struct err *err)
{
	const char *label = s->column[s->label_column], *content;
	uint8_t sha256[CRYPTO_DIGEST_LEN];
	struct stored there;
	bool unknown;

	if (code_list_text_write(a, s, &content, err) == -1)
		return -1;
	crypto_sha256(content, strlen(content), sha256);
	if (find_stored(db, a, s, sha256, &there, err) == -1)
		return -1;
	if (there.is_there && !there.is_same)
		return err_set(err, ERR_CONFLICT,
		    "%s version %s is here with other contents: a published "
		    "version never changes", s->uri, s->version);
	*put = !there.is_there ? CODE_LIST_NEW
	    : is_label_said && strcmp(label, there.label_column) != 0
	    ? CODE_LIST_RELABELLED
	    : CODE_LIST_SAME;
	if (*put == CODE_LIST_SAME)
		return 0;
	if (db_begin(db, err) == -1)
		return -1;
	if (put_within(db, s, &there, content, sha256, now_ms, err) == -1) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &unknown, err);
}

/* ---- loading what services use ---- */

static bool
wants(const struct code_list_want *want, size_t nwant,
    const struct code_list_row *row, bool is_newest)
{
	for (size_t i = 0; i < nwant; i++)
		if (strcmp(want[i].uri, row->uri) == 0 &&
		    (want[i].version == NULL
			    ? is_newest
			    : strcmp(want[i].version, row->version) == 0))
			return true;
	return false;
}

/* No later one of the same URI is valid by today. Rows are in order. */
static bool
is_newest(const struct code_list_row *row, size_t n, size_t i, int32_t today)
{
	if (row[i].valid_from > today)
		return true; /* will be */
	for (size_t k = 0; k < n; k++)
		if (k != i && strcmp(row[k].uri, row[i].uri) == 0 &&
		    row[k].valid_from <= today &&
		    (row[k].valid_from > row[i].valid_from ||
			(row[k].valid_from == row[i].valid_from &&
			    strverscmp(row[k].version, row[i].version) > 0)))
			return false;
	return true;
}

int
code_lists_load(struct db *db, struct arena *a,
    const struct code_list_want *want, size_t nwant, int32_t today,
    const struct code_lists **out, struct err *err)
{
	struct arena scratch = { 0 };
	const struct code_list **list;
	struct code_list_row *row;
	size_t nrow, n = 0;
	int rc = -1;

	*out = NULL;
	if (nwant == 0)
		return 0;
	if (code_list_rows(db, &scratch, &row, &nrow, err) == -1)
		goto out;
	list = arena_new(&scratch, const struct code_list *, nrow);
	for (size_t i = 0; i < nrow; i++) {
		if (!wants(want, nwant, &row[i],
			is_newest(row, nrow, i, today)))
			continue;
		if (code_list_read(db, a, &row[i], &list[n], err) == 0) {
			n++;
			continue;
		}
		if (err->code == ERR_DB_UNAVAILABLE || err->code == ERR_DB_BUSY)
			goto out;
		log_error("code list %s %s cannot be used: %s", row[i].uri,
		    row[i].version, err->msg);
		err_clear(err);
	}
	*out = code_lists_new(a, list, n);
	rc = 0;
out:
	arena_free(&scratch);
	return rc;
}
