/* What a terminal may get of messages that others wrote. */
#include "torhaus/nachrichten.h"

/* Bytes of a character at s that would move the cursor, change colours or turn
 * the writing around; 0: it is none. */
static size_t
is_mischief(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	if (u[0] < 0x20 || u[0] == 0x7f)
		return 1;
	if (u[0] == 0xc2 && u[1] >= 0x80 && u[1] < 0xa0)
		return 2;
	if (u[0] == 0xe2 && u[1] == 0x80 &&
	    (u[2] == 0x8e || u[2] == 0x8f || (u[2] >= 0xa8 && u[2] <= 0xae)))
		return 3;
	if (u[0] == 0xe2 && u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9)
		return 3;
	return 0;
}

const char *
message_clean(struct arena *a, const char *s)
{
	char *clean = arena_alloc(a, strlen(s) + 1, 1), *to = clean;

	while (*s != '\0') {
		size_t n = is_mischief(s);

		*to++ = n == 0 ? *s : ' ';
		s += n == 0 ? 1 : n;
	}
	*to = '\0';
	return clean;
}
