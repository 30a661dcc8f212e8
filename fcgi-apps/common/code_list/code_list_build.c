#include "common/code_list/code_list.h"
#include "common/buf.h"
#include "common/log.h"
#include "common/utf8.h"

#define CELLS_MAX 2000000
/* Values, and labels once more for comparing. */
#define POOL_MAX (2 * CODE_LIST_TEXT + 4096)

/* Texts, each kept once behind the others. Offset 0 is the empty text. */
struct pool {
	struct buf text;
	uint32_t *slot; /* offsets, 0: free */
	size_t mask;
};

/* Offset and row, for sorting by what stands at the offset. */
struct entry {
	const char *text;
	uint32_t row;
};

static int
compare_entry(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int order = strcmp(a->text, b->text);

	return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static uint64_t
hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (uint8_t)*s) * UINT64_C(1099511628211);
	return h ^ h >> 29;
}

static int
pool_put(struct pool *p, const char *s, uint32_t *offset, struct err *err)
{
	size_t i;

	*offset = 0;
	if (s == NULL || *s == '\0')
		return 0;
	for (i = hash(s) & p->mask; p->slot[i] != 0; i = (i + 1) & p->mask)
		if (strcmp(p->text.data + p->slot[i], s) == 0) {
			*offset = p->slot[i];
			return 0;
		}
	*offset = p->slot[i] = (uint32_t)p->text.len;
	return buf_append(&p->text, s, strlen(s) + 1, err);
}

static int
check_source(const struct code_list_source *s, struct err *err)
{
	if (s->ncolumn == 0 || s->ncolumn > CODE_LIST_COLUMNS ||
	    s->code_column >= s->ncolumn || s->label_column >= s->ncolumn)
		return err_set(err, ERR_FIELD_INVALID,
		    "a code list has 1 to %d columns, two of them for code "
		    "and label", CODE_LIST_COLUMNS);
	if (s->nrow > CODE_LIST_ROWS || s->nrow * s->ncolumn > CELLS_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "more than %d rows or %d values", CODE_LIST_ROWS,
		    CELLS_MAX);
	for (size_t i = 0; i < s->nrow; i++) {
		const char *code = s->cell[i * s->ncolumn + s->code_column];

		if (code == NULL || *code == '\0')
			return err_set(err, ERR_FIELD_INVALID,
			    "row %zu has no code", i + 1);
		if (strlen(code) > CODE_LIST_CODE)
			return err_set(err, ERR_FIELD_INVALID,
			    "row %zu: the code is longer than %d bytes", i + 1,
			    CODE_LIST_CODE);
	}
	return 0;
}

/* What the block is filled from. */
struct draft {
	const struct code_list_source *source;
	struct pool pool;
	uint32_t *cell, *folded;
	struct entry *entry;
};

static int
fill_pool(struct draft *d, struct arena *scratch, struct err *err)
{
	const struct code_list_source *s = d->source;
	size_t n = s->nrow * s->ncolumn, slots = 64;

	while (slots < 2 * (n + s->nrow))
		slots *= 2;
	d->pool.mask = slots - 1;
	d->pool.slot = arena_new(scratch, uint32_t, slots);
	d->cell = arena_new(scratch, uint32_t, n);
	d->folded = arena_new(scratch, uint32_t, s->nrow);
	if (buf_append(&d->pool.text, "", 1, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (pool_put(&d->pool, s->cell[i], &d->cell[i], err) == -1)
			return -1;
	for (size_t i = 0; i < s->nrow; i++) {
		const char *label = d->pool.text.data +
		    d->cell[i * s->ncolumn + s->label_column];
		struct arena one = { 0 };
		int rc = pool_put(&d->pool, utf8_fold_name(&one, label),
		    &d->folded[i], err);

		arena_free(&one);
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* Rows in the order of offset[i * step], to out. */
static void
sort_rows(struct draft *d, const uint32_t *offset, size_t step, uint32_t *out)
{
	size_t n = d->source->nrow;

	for (size_t i = 0; i < n; i++)
		d->entry[i] = (struct entry){
			d->pool.text.data + offset[i * step], (uint32_t)i
		};
	if (n > 1)
		qsort(d->entry, n, sizeof(*d->entry), compare_entry);
	for (size_t i = 0; i < n; i++)
		out[i] = d->entry[i].row;
}

static int
check_codes(const struct draft *d, const uint32_t *by_code, struct err *err)
{
	const struct code_list_source *s = d->source;

	for (size_t i = 1; i < s->nrow; i++) {
		size_t x = by_code[i - 1], y = by_code[i];

		/* Equal texts are kept once. */
		if (d->cell[x * s->ncolumn + s->code_column] ==
		    d->cell[y * s->ncolumn + s->code_column])
			return err_set(err, ERR_DUPLICATE,
			    "rows %zu and %zu have the same code '%s'", x + 1,
			    y + 1, s->cell[x * s->ncolumn + s->code_column]);
	}
	return 0;
}

static void *
append(char **at, const void *src, size_t n)
{
	char *to = *at;

	if (n > 0)
		memcpy(to, src, n);
	*at += n;
	return to;
}

/* The whole list in one block: head, names of columns, numbers, texts. */
static struct code_list *
make_block(struct arena *a, const struct draft *d, const uint32_t *by_code,
    const uint32_t *by_label)
{
	const struct code_list_source *s = d->source;
	size_t row_bytes = s->nrow * sizeof(uint32_t);
	size_t names = strlen(s->uri) + strlen(s->version) + strlen(s->name) + 3;
	struct code_list *l;
	const char **column;
	char *at;

	for (size_t i = 0; i < s->ncolumn; i++)
		names += strlen(s->column[i]) + 1;
	l = arena_alloc(a, 1, sizeof(*l) + s->ncolumn * sizeof(char *) +
	    row_bytes * (s->ncolumn + 3) + d->pool.text.len + names);
	column = (const char **)(l + 1);
	l->column = column;
	l->ncolumn = s->ncolumn;
	l->code_column = s->code_column;
	l->label_column = s->label_column;
	l->nrow = s->nrow;
	l->valid_from = s->valid_from;
	at = (char *)(column + s->ncolumn);
	l->cell = append(&at, d->cell, row_bytes * s->ncolumn);
	l->folded = append(&at, d->folded, row_bytes);
	l->by_code = append(&at, by_code, row_bytes);
	l->by_label = append(&at, by_label, row_bytes);
	l->text = append(&at, d->pool.text.data, d->pool.text.len);
	l->uri = append(&at, s->uri, strlen(s->uri) + 1);
	l->version = append(&at, s->version, strlen(s->version) + 1);
	l->name = append(&at, s->name, strlen(s->name) + 1);
	for (size_t i = 0; i < s->ncolumn; i++)
		column[i] = append(&at, s->column[i], strlen(s->column[i]) + 1);
	return l;
}

int
code_list_build(struct arena *a, const struct code_list_source *source,
    const struct code_list **out, struct err *err)
{
	struct arena scratch = { 0 };
	struct draft d = { .source = source };
	uint32_t *by_code, *by_label;
	int rc = -1;

	*out = NULL;
	if (check_source(source, err) == -1)
		return -1;
	buf_init(&d.pool.text, POOL_MAX);
	if (fill_pool(&d, &scratch, err) == -1)
		goto out;
	d.entry = arena_new(&scratch, struct entry, source->nrow);
	by_code = arena_new(&scratch, uint32_t, source->nrow);
	by_label = arena_new(&scratch, uint32_t, source->nrow);
	sort_rows(&d, d.cell + source->code_column, source->ncolumn, by_code);
	sort_rows(&d, d.folded, 1, by_label);
	if (check_codes(&d, by_code, err) == -1)
		goto out;
	*out = make_block(a, &d, by_code, by_label);
	rc = 0;
out:
	buf_free(&d.pool.text);
	arena_free(&scratch);
	return rc;
}
