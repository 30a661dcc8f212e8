/* Values on their way into and out of the database; no library in here. */
#include <assert.h>

#include "common/db/db.h"

struct db_param
db_null(void)
{
	return (struct db_param){ .type = DB_TYPE_NULL };
}

struct db_param
db_text(const char *s)
{
	if (s == NULL)
		return db_null();
	return (struct db_param){ .type = DB_TYPE_TEXT,
		.data = s,
		.len = strlen(s) };
}

struct db_param
db_blob(const void *data, size_t len)
{
	if (data == NULL)
		return db_null();
	return (struct db_param){ .type = DB_TYPE_BLOB,
		.data = data,
		.len = len };
}

struct db_param
db_id(const struct id *id)
{
	return id == NULL ? db_null() : db_blob(id->byte, sizeof(id->byte));
}

struct db_param
db_int(int64_t i)
{
	return (struct db_param){ .type = DB_TYPE_INT, .i = i };
}

struct db_param
db_time(int64_t ms)
{
	return (struct db_param){ .type = DB_TYPE_TIME, .i = ms };
}

struct db_param
db_date(int32_t date)
{
	return (struct db_param){ .type = DB_TYPE_DATE, .i = date };
}

const struct db_cell *
db_cell(const struct db_rows *rows, size_t row, size_t column)
{
	assert(row < rows->n && column < rows->columns);
	return &rows->cell[row * rows->columns + column];
}

struct id
db_cell_id(const struct db_cell *cell)
{
	struct id id = { 0 };

	if (cell->data != NULL && cell->len == sizeof(id.byte))
		memcpy(id.byte, cell->data, sizeof(id.byte));
	return id;
}
