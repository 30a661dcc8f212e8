/* A message as a table that people read in a terminal. */
#include "torhaus/nachrichten.h"

#include "common/xoev/xoev_table.h"

#define VALUE_COLUMN 42
#define INDENT 2

static void
put_section(struct tool *t, const struct xoev_table_section *s)
{
	int level = s->depth;

	if (*s->heading != '\0')
		(void)printf("%*s%s\n", level++ * INDENT, "",
		    message_clean(t->arena, s->heading));
	for (size_t i = 0; i < s->nrow; i++)
		(void)printf("%*s%-*s  %s\n", level * INDENT, "",
		    VALUE_COLUMN - level * INDENT,
		    message_clean(t->arena, s->row[i].label),
		    message_clean(t->arena, s->row[i].value));
}

int
message_table(struct tool *t, const char *xml, size_t len,
    const struct texts *texts, enum lang lang, struct err *err)
{
	struct xoev_table_words words = {
	    .texts = texts, .lang = lang, .with_head = true};
	struct xoev_rules rules = {0};
	struct xoev_table table;
	struct err none = {0};

	if (message_rules(t, &rules, err) == -1)
		return -1;
	words.lists = rules.lists;
	if (xoev_table(t->arena, xml, len, &words, &table, &none) == -1) {
		(void)printf("not to be read as XML: %s\n", none.msg);
		return 0;
	}
	for (size_t i = 0; i < table.n; i++)
		put_section(t, &table.section[i]);
	return 0;
}
