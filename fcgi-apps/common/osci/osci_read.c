#include "common/osci/osci_read.h"

#include "common/base64.h"
#include "common/date.h"
#include "common/num.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_order.h"
#include "common/utf8.h"

#define BLANKS " \t\r\n"

static int
bad(struct err *err, const struct xml_node *n, const char *what)
{
	return osci_refuse(err, "9100", "%.60s: %s",
	    n == NULL || n->name == NULL ? "order" : n->name, what);
}

const struct xml_node *
osci_take(const struct xml_node **next, const char *uri, const char *name)
{
	const struct xml_node *n = *next;

	if (n == NULL || !xml_is(n, uri, name))
		return NULL;
	*next = xml_next(n);
	return n;
}

int
osci_enter(
    const struct xml_node *n, const struct xml_node **next, struct err *err)
{
	*next = xml_first(n);
	return xml_has_stray_text(n) ? bad(err, n, "text between elements")
				     : 0;
}

int
osci_leave(const struct xml_node *next, struct err *err)
{
	return next == NULL ? 0 : bad(err, next, "has no place there");
}

int
osci_read_empty(const struct xml_node *n, struct err *err)
{
	const struct xml_node *next = NULL;

	return osci_enter(n, &next, err) == -1 ? -1 : osci_leave(next, err);
}

int
osci_read_text(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, size_t max, const char **out, struct err *err)
{
	if (xml_text(a, t, n, max, out, err) == 0)
		return 0;
	if (err->code == ERR_TOO_LARGE)
		return bad(err, n, "too long");
	return err->code == ERR_BAD_REQUEST ? osci_code_default(err, "9100")
					    : -1;
}

/* ---- message ids ---- */

static bool
is_id(const char *id, size_t len)
{
	if (len > OSCI_MESSAGE_ID_MAX || utf8_valid(id, len) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)id[i] < ' ' || id[i] == 0x7f ||
		    id[i] == ';')
			return false;
	return true;
}

int
osci_read_message_id(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, const char **out, struct err *err)
{
	const char *text;
	uint8_t *id;
	size_t len;

	*out = NULL;
	if (osci_read_text(
		a, t, n, OSCI_MESSAGE_ID_MAX * 4, &text, err) == -1)
		return -1;
	if (base64_decode(a, text, strlen(text), &id, &len, err) == -1 ||
	    !is_id((const char *)id, len))
		return bad(err, n, "no message id");
	if (len > 0)
		*out = arena_dup(a, id, len);
	return 0;
}

/* ---- numbers and times ---- */

int
osci_read_time(struct arena *a, const struct xml_tree *t,
    const struct xml_node *n, const char **text, int64_t *ms,
    struct err *err)
{
	const char *s;
	char *copy;
	size_t len;

	if (osci_read_text(a, t, n, OSCI_TIME_TEXT_MAX, &s, err) == -1)
		return -1;
	s += strspn(s, BLANKS);
	len = strlen(s);
	while (len > 0 && strchr(BLANKS, s[len - 1]) != NULL)
		len--;
	copy = arena_dup(a, s, len);
	if (date_instant_parse(copy, ms, err) == -1)
		return bad(err, n, "no dateTime");
	if (text != NULL)
		*text = copy;
	return 0;
}

int
osci_read_number(const struct xml_node *n, const char *name, int64_t min,
    int64_t max, int64_t other, int64_t *out, struct err *err)
{
	const char *s = xml_attribute(n, name);
	struct err none = { 0 };

	*out = other;
	if (s != NULL && num_parse(s, min, max, out, &none) == -1)
		return osci_refuse(err, "9100",
		    "%.60s: %s is no number, or beyond its bounds", n->name,
		    name);
	return 0;
}
