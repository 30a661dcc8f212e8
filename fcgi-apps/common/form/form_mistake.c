#include "common/form/form_def.h"

#define MISTAKES_MAX 500 /* enough to see that a file is of another kind */

static void __attribute__((format(printf, 6, 0)))
add(struct form_mistakes *m, bool is_warning, const char *file,
    const char *path, const char *remedy, const char *fmt, va_list ap)
{
	struct form_mistake *more;

	if (m->n == MISTAKES_MAX)
		return;
	if (m->n == m->room) {
		m->room = m->room == 0 ? 16 : m->room * 2;
		more = arena_new(m->arena, struct form_mistake, m->room);
		if (m->n > 0)
			memcpy(more, m->mistake, m->n * sizeof(*more));
		m->mistake = more;
	}
	m->mistake[m->n++] = (struct form_mistake){
		.file = arena_strdup(m->arena, file),
		.path = arena_strdup(m->arena, path),
		.text = arena_vprintf(m->arena, fmt, ap),
		.remedy = arena_strdup(m->arena, remedy),
		.is_warning = is_warning,
	};
}

void
form_mistake_add(struct form_mistakes *m, const char *file, const char *path,
    const char *remedy, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(m, false, file, path, remedy, fmt, ap);
	va_end(ap);
}

void
form_warning_add(struct form_mistakes *m, const char *file, const char *path,
    const char *remedy, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(m, true, file, path, remedy, fmt, ap);
	va_end(ap);
}

size_t
form_mistakes_count(const struct form_mistakes *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += !m->mistake[i].is_warning;
	return n;
}

void
def_mistake(struct form_def *d, const char *path, const char *remedy,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d->mistakes, false, d->file, path, remedy, fmt, ap);
	va_end(ap);
}
