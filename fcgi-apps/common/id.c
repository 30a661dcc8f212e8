#include "common/id.h"

#include <assert.h>
#include <stdatomic.h>

#include "common/crypto/crypto.h"
#include "common/hex.h"

#define UUID_TEXT_LEN 36

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char hex[] = "0123456789abcdef";

/* The newest stamp given out: ms << 12 | fraction. Shared by all threads, so
 * that keys made in one process grow (index locality). */
static _Atomic uint64_t newest;

static uint64_t
next_stamp(void)
{
	struct timespec now;
	uint64_t stamp, last, next;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	stamp = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	stamp = stamp << 12 | (uint64_t)(now.tv_nsec % 1000000) * 4096 / 1000000;
	last = atomic_load(&newest);
	do {
		next = stamp > last ? stamp : last + 1;
	} while (!atomic_compare_exchange_weak(&newest, &last, next));
	return next;
}

struct id
id_uuid7(void)
{
	struct id id;
	uint64_t stamp = next_stamp(), ms = stamp >> 12;

	crypto_random(id.byte + 8, 8);
	for (int i = 0; i < 6; i++)
		id.byte[i] = (uint8_t)(ms >> (40 - 8 * i));
	id.byte[6] = (uint8_t)(0x70 | (stamp >> 8 & 0x0f));
	id.byte[7] = (uint8_t)stamp;
	id.byte[8] = (uint8_t)(0x80 | (id.byte[8] & 0x3f));
	return id;
}

struct id
id_random(void)
{
	struct id id;

	crypto_random(id.byte, sizeof(id.byte));
	return id;
}

bool
id_equal(const struct id *a, const struct id *b)
{
	return memcmp(a->byte, b->byte, ID_LEN) == 0;
}

const char *
id_hex_bytes(struct arena *a, const void *src, size_t n)
{
	const uint8_t *p = src;
	char *out = arena_alloc(a, n * 2 + 1, 1);

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = hex[p[i] >> 4];
		out[2 * i + 1] = hex[p[i] & 15];
	}
	return out;
}

const char *
id_hex(struct arena *a, const struct id *id)
{
	return id_hex_bytes(a, id->byte, ID_LEN);
}

const char *
id_uuid(struct arena *a, const struct id *id)
{
	const char *h = id_hex(a, id);

	return arena_printf(a, "%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8, h + 12,
	    h + 16, h + 20);
}

static bool
is_uuid_hyphen(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

int
id_parse(const char *s, struct id *out, struct err *err)
{
	size_t len = strlen(s), n = 0;
	struct id id = {0};

	if (len != ID_LEN * 2 && len != UUID_TEXT_LEN)
		return err_set(err, ERR_FIELD_INVALID, "id of %zu bytes", len);
	for (size_t i = 0; i < len; i++) {
		int digit = hex_digit(s[i]);

		if (len == UUID_TEXT_LEN && is_uuid_hyphen(i)) {
			if (s[i] != '-')
				return err_set(err, ERR_FIELD_INVALID,
				    "no hyphen in an id");
			continue;
		}
		if (digit == -1)
			return err_set(
			    err, ERR_FIELD_INVALID, "no hex digit in an id");
		id.byte[n / 2] = (uint8_t)(id.byte[n / 2] << 4 | digit);
		n++;
	}
	*out = id;
	return 0;
}

/* ---- Crockford base 32 ---- */

/* The value of a character as people type it, -1 for none. */
static int
value_typed(char c)
{
	const char *p;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	p = c == '\0' ? NULL : strchr(alphabet, c);
	return p == NULL ? -1 : (int)(p - alphabet);
}

/*
 * Bytes of the blank, hyphen or dash that s begins with, 0 when it is none:
 * ASCII, U+00A0, U+202F and U+2010 to U+2015.
 */
static size_t
separator(const char *s)
{
	if (*s == ' ' || *s == '-')
		return 1;
	if (strncmp(s, "\xc2\xa0", 2) == 0)
		return 2;
	if (strncmp(s, "\xe2\x80", 2) != 0)
		return 0;
	return s[2] == '\xaf' || (s[2] >= '\x90' && s[2] <= '\x95') ? 3 : 0;
}

/* Brings n typed characters to their canonical form, blanks and hyphens out. */
static int
read_typed(const char *s, char *out, size_t n, struct err *err)
{
	size_t len = 0, skip;

	for (; *s != '\0'; s++) {
		int value = value_typed(*s);

		if ((skip = separator(s)) > 0) {
			s += skip - 1;
			continue;
		}
		if (value == -1 || len == n)
			return err_set(
			    err, ERR_FIELD_INVALID, "not %zu characters", n);
		out[len++] = alphabet[value];
	}
	if (len != n)
		return err_set(
		    err, ERR_FIELD_INVALID, "not %zu characters", n);
	out[n] = '\0';
	return 0;
}

static void
random_characters(char *out, size_t n)
{
	uint8_t byte[ID_DRAFT_CODE_LEN];

	assert(n <= sizeof(byte));
	crypto_random(byte, n); /* 256 is a multiple of 32: no bias */
	for (size_t i = 0; i < n; i++)
		out[i] = alphabet[byte[i] & 31];
	out[n] = '\0';
	explicit_bzero(byte, sizeof(byte));
}

/* One step of Horner's rule in GF(32): sum * a + value. */
static unsigned
gf32_step(unsigned sum, unsigned value)
{
	sum <<= 1;
	if (sum & 32)
		sum ^= 0x25; /* x^5 + x^2 + 1, primitive */
	return sum ^ value;
}

/* The weighted sum of n canonical characters. */
static unsigned
gf32_sum(const char *s, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum = gf32_step(sum, (unsigned)value_typed(s[i]));
	return sum;
}

void
id_reference_new(char out[ID_REFERENCE_LEN + 1])
{
	const size_t n = ID_REFERENCE_LEN - 1;

	random_characters(out, n);
	out[n] = alphabet[gf32_step(gf32_sum(out, n), 0)];
	out[n + 1] = '\0';
}

int
id_reference_parse(
    const char *s, char out[ID_REFERENCE_LEN + 1], struct err *err)
{
	if (read_typed(s, out, ID_REFERENCE_LEN, err) == -1)
		return -1;
	if (gf32_sum(out, ID_REFERENCE_LEN) != 0)
		return err_set(
		    err, ERR_FIELD_INVALID, "check character is wrong");
	return 0;
}

const char *
id_reference_show(struct arena *a, const char *reference)
{
	return arena_printf(
	    a, "%.4s-%.4s-%s", reference, reference + 4, reference + 8);
}

void
id_code_new(char out[ID_CODE_LEN + 1])
{
	random_characters(out, ID_CODE_LEN);
}

int
id_code_parse(const char *s, char out[ID_CODE_LEN + 1], struct err *err)
{
	return read_typed(s, out, ID_CODE_LEN, err);
}

const char *
id_code_show(struct arena *a, const char *code)
{
	return arena_printf(
	    a, "%.4s-%.4s-%s", code, code + 4, code + 8);
}

void
id_draft_code_new(char out[ID_DRAFT_CODE_LEN + 1])
{
	const size_t n = ID_DRAFT_CODE_LEN - 1;

	random_characters(out, n);
	out[n] = alphabet[gf32_step(gf32_sum(out, n), 0)];
	out[n + 1] = '\0';
}

int
id_draft_code_parse(
    const char *s, char out[ID_DRAFT_CODE_LEN + 1], struct err *err)
{
	if (read_typed(s, out, ID_DRAFT_CODE_LEN, err) == -1)
		return -1;
	if (gf32_sum(out, ID_DRAFT_CODE_LEN) != 0)
		return err_set(
		    err, ERR_FIELD_INVALID, "check character is wrong");
	return 0;
}

const char *
id_draft_code_show(struct arena *a, const char *code)
{
	return arena_printf(a, "%.4s-%.4s-%.4s-%.4s-%s", code, code + 4,
	    code + 8, code + 12, code + 16);
}

/* ---- link tokens: 26 x 5 bits, the first two of them zero ---- */

#define TOKEN_TEXT_LEN 26

const char *
id_token_show(struct arena *a, const uint8_t token[ID_TOKEN_LEN])
{
	char *out = arena_alloc(a, TOKEN_TEXT_LEN + 1, 1);
	unsigned bits = 0, nbits = 2;
	size_t n = 0;

	for (size_t i = 0; i < ID_TOKEN_LEN; i++) {
		bits = bits << 8 | token[i];
		for (nbits += 8; nbits >= 5; nbits -= 5) {
			char c = alphabet[bits >> (nbits - 5) & 31];

			out[n++] = c >= 'A' ? (char)(c - 'A' + 'a') : c;
		}
		bits &= 31; /* what is left over is under five bits */
	}
	return out;
}

int
id_token_parse(const char *s, uint8_t out[ID_TOKEN_LEN], struct err *err)
{
	unsigned bits = 0, nbits = 0;
	size_t n = 0;

	if (strlen(s) != TOKEN_TEXT_LEN || s[0] < '0' || s[0] > '7')
		return err_set(err, ERR_FIELD_INVALID, "no token");
	for (size_t i = 0; i < TOKEN_TEXT_LEN; i++) {
		int value = strchr("oOiIlL", s[i]) == NULL
		    ? value_typed(s[i]) : -1;

		if (value == -1)
			return err_set(err, ERR_FIELD_INVALID, "no token");
		bits = bits << 5 | (unsigned)value;
		nbits += i == 0 ? 3 : 5;
		if (nbits >= 8) {
			nbits -= 8;
			out[n++] = (uint8_t)(bits >> nbits);
			bits &= (1U << nbits) - 1;
		}
	}
	return 0;
}
