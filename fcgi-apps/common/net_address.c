#include "common/net_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "common/num.h"

#define NETS_MAX 100
#define SEPARATORS " \t,"

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

/* What the Internet does not route (RFC 6890). */
static const struct {
	uint32_t net;
	int bits;
} internal4[] = {
    {0x00000000, 8}, {0x0a000000, 8}, {0x64400000, 10}, {0x7f000000, 8},
    {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24},
    {0xc0586300, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24},
    {0xcb007100, 24}, {0xe0000000, 3},
};

static bool
is_internal4(uint32_t ip)
{
	for (size_t i = 0; i < nitems(internal4); i++)
		if (((ip ^ internal4[i].net) >> (32 - internal4[i].bits)) == 0)
			return true;
	return false;
}

static uint32_t
v4_at(const uint8_t *ip)
{
	uint32_t v4;

	memcpy(&v4, ip, 4);
	return ntohl(v4);
}

/* Only global unicast counts as public, and what carries an IPv4 address
 * (mapped, translated, 6to4) if that one does. */
static bool
is_internal6(const uint8_t *ip)
{
	static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};

	if (memcmp(ip, mapped, 12) == 0 || memcmp(ip, nat64, 12) == 0)
		return is_internal4(v4_at(ip + 12));
	if (ip[0] == 0x20 && ip[1] == 0x02)
		return is_internal4(v4_at(ip + 2));
	if (ip[0] == 0x20 && ip[1] == 0x01 &&
	    (ip[2] < 2 || (ip[2] == 0x0d && ip[3] == 0xb8)))
		return true; /* RFC 2928, RFC 3849 */
	return (ip[0] & 0xe0) != 0x20;
}

/* The address in 16 bytes; false when it is of another family. */
static bool
bytes_of(const struct sockaddr *address, uint8_t out[16])
{
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;

	if (address->sa_family == AF_INET) {
		memcpy(out, mapped, 12);
		memcpy(out + 12, &v4->sin_addr, 4);
		return true;
	}
	if (address->sa_family == AF_INET6)
		memcpy(out, &v6->sin6_addr, 16);
	return address->sa_family == AF_INET6;
}

bool
net_is_internal(const struct sockaddr *address)
{
	uint8_t ip[16];

	return !bytes_of(address, ip) || is_internal6(ip);
}

bool
net_is_loopback(const struct sockaddr *address)
{
	static const uint8_t one[16] = {[15] = 1};
	uint8_t ip[16];

	if (!bytes_of(address, ip))
		return false;
	return memcmp(ip, one, 16) == 0 ||
	    (memcmp(ip, mapped, 12) == 0 && ip[12] == 127);
}

static int
net_parse(const char *word, struct net *out, struct err *err)
{
	const char *slash = strchr(word, '/');
	char address[INET6_ADDRSTRLEN] = "";
	size_t len = slash == NULL ? strlen(word) : (size_t)(slash - word);
	struct err none = {0};
	int64_t bits = 0;
	bool is_v4;

	if (len >= sizeof(address))
		goto wrong;
	memcpy(address, word, len);
	is_v4 = inet_pton(AF_INET, address, out->ip + 12) == 1;
	if (is_v4)
		memcpy(out->ip, mapped, 12);
	else if (inet_pton(AF_INET6, address, out->ip) != 1)
		goto wrong;
	bits = is_v4 ? 32 : 128;
	if (slash != NULL &&
	    num_parse(slash + 1, 0, bits, &bits, &none) == -1)
		goto wrong;
	out->bits = (unsigned)bits + (is_v4 ? 96 : 0);
	return 0;
wrong:
	return err_set(err, ERR_BAD_REQUEST,
	    "'%.60s' is no network such as 10.1.0.0/16 or fd00::/8", word);
}

int
net_list_parse(struct arena *a, const char *text, struct net_list *out,
    struct err *err)
{
	*out = (struct net_list){.net = arena_new(a, struct net, NETS_MAX)};
	for (text += strspn(text, SEPARATORS); *text != '\0';
	     text += strspn(text, SEPARATORS)) {
		size_t len = strcspn(text, SEPARATORS);

		if (out->n == NETS_MAX)
			return err_set(err, ERR_BAD_REQUEST,
			    "more than %d networks", NETS_MAX);
		if (net_parse(arena_dup(a, text, len), &out->net[out->n++],
			err) == -1)
			return -1;
		text += len;
	}
	return 0;
}

static bool
net_has(const struct net *net, const uint8_t ip[16])
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;

	if (memcmp(net->ip, ip, whole) != 0)
		return false;
	return rest == 0 ||
	    ((net->ip[whole] ^ ip[whole]) >> (8 - rest)) == 0;
}

bool
net_list_has(const struct net_list *list, const struct sockaddr *address)
{
	uint8_t ip[16];

	if (!bytes_of(address, ip))
		return false;
	for (size_t i = 0; i < list->n; i++)
		if (net_has(&list->net[i], ip))
			return true;
	return false;
}
