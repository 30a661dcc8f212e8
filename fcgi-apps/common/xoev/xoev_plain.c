#include "common/xoev/xoev_plain.h"

struct xml_out *
xoev_add(struct xml_out *parent, const char *name)
{
	struct xml_name n = { .uri = "", .prefix = "", .name = name };

	return xml_out_add(parent, &n);
}

void
xoev_put(struct xml_out *parent, const char *name, const char *text)
{
	if (text != NULL && *text != '\0')
		xml_out_text(xoev_add(parent, name), text, strlen(text));
}

void
xoev_put_attribute(struct xml_out *e, const char *name, const char *value)
{
	struct xml_name n = { .uri = "", .prefix = "", .name = name };

	if (value != NULL && *value != '\0')
		xml_out_attribute(e, &n, value);
}
