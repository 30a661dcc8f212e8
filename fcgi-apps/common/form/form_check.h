/*
 * Checks of single answers, one file a family of types. Each reads
 * answer->raw (or list, or file), sets text and number when it is fine, and
 * returns the code of the error otherwise, NULL when fine. Called only with
 * something given. Inside the form engine only.
 */
#ifndef FORM_CHECK_H
#define FORM_CHECK_H

#include "common/form/form.h"
#include "common/form/form_cond.h"

struct form_check {
	struct arena *arena;
	const struct form_context *context;
	const struct cJSON *settings;
	struct form_eval *eval; /* stands where the answer is */
};

typedef const char *(*form_checker)(
    const struct form_check *c, struct answer *answer);

/* form_check_text.c */
const char *check_text(const struct form_check *c, struct answer *answer);
const char *check_name(const struct form_check *c, struct answer *answer);
/* Length and pattern of answer->text. */
const char *check_shape(const struct answer *answer);
/* The text as the field wants it: upper case, digits only, plate. */
const char *form_normalise(
    struct arena *a, enum form_normalise how, const char *s);

/* form_check_number.c */
const char *check_integer(const struct form_check *c, struct answer *answer);
const char *check_decimal(const struct form_check *c, struct answer *answer);
const char *check_money(const struct form_check *c, struct answer *answer);

/* form_check_date.c */
const char *check_date(const struct form_check *c, struct answer *answer);
const char *check_partial_date(
    const struct form_check *c, struct answer *answer);
const char *check_datetime(const struct form_check *c, struct answer *answer);

/* form_check_time.c */
const char *check_time(const struct form_check *c, struct answer *answer);

/* form_check_identifier.c */
const char *check_identifier(
    const struct form_check *c, struct answer *answer);

/* form_check_code.c */
const char *check_code(const struct form_check *c, struct answer *answer);

/* form_check_slot.c */
const char *check_slot(const struct form_check *c, struct answer *answer);

/* form_check_choice.c */
const char *check_checkbox(const struct form_check *c, struct answer *answer);
const char *check_yesno(const struct form_check *c, struct answer *answer);
const char *check_consent(const struct form_check *c, struct answer *answer);
const char *check_choice(const struct form_check *c, struct answer *answer);
const char *check_multi_choice(
    const struct form_check *c, struct answer *answer);

/* form_check_contact.c */
const char *check_email(const struct form_check *c, struct answer *answer);
const char *check_phone(const struct form_check *c, struct answer *answer);

/* form_check_iban.c */
const char *check_iban(const struct form_check *c, struct answer *answer);

/* form_check_position.c */
const char *check_position(const struct form_check *c, struct answer *answer);

/* form_check_file.c */
const char *check_file(const struct form_check *c, struct answer *answer);

#endif
