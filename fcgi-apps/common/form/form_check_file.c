#include "common/form/form_check.h"

static bool
is_accepted(const struct form_field *f, const char *media_type)
{
	for (size_t i = 0; i < f->naccept; i++)
		if (strcmp(f->accept[i], media_type) == 0)
			return true;
	return false;
}

/* Size and content are checked when a file comes in; here, that it belongs. */
const char *
check_file(const struct form_check *c, struct answer *answer)
{
	const struct form_field *f = answer->field;

	if (answer->nfile > f->max_files)
		return "too_many";
	for (size_t i = 0; i < answer->nfile; i++) {
		const struct answer_file *file = &answer->file[i];

		if (file->name == NULL || file->media_type == NULL)
			return "file_unknown";
		if (!is_accepted(f, file->media_type))
			return "type_not_allowed";
	}
	answer->number = (int64_t)answer->nfile;
	answer->text = arena_printf(c->arena, "%zu", answer->nfile);
	return NULL;
}
