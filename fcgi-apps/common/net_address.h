/* Addresses of the Internet, for whoever connects where a stranger says. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "common/arena.h"
#include "common/err.h"

/* Not public: what the Internet does not route (RFC 6890), and everything
 * that is neither IPv4 nor IPv6. */
bool net_is_internal(const struct sockaddr *address);
bool net_is_loopback(const struct sockaddr *address);

/* Networks such as "10.20.0.0/16 fd00:1::/64". */
struct net {
	uint8_t ip[16]; /* IPv4 as ::ffff:a.b.c.d */
	unsigned bits;	/* of 128 */
};
struct net_list {
	struct net *net;
	size_t n;
};

/* Networks or single addresses, parted by blanks or commas; at most 100.
 * ERR_BAD_REQUEST names the first that is none. */
int net_list_parse(struct arena *a, const char *text, struct net_list *out,
    struct err *err);
bool net_list_has(const struct net_list *list, const struct sockaddr *address);

#endif
